from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate, pre_migrate

        from common import data_inventory, drafts, places, work_items
        from common.postgres import operations, turns
        from people import services
        from people.access import drafts as stored_drafts
        from people.access import sign_in_changes
        from people.data_inventory import PERSONAL_DATA
        from people.messaging import waking
        from people.record.tabs import TABS, Tab
        from people.sign_in import (  # noqa: F401  they listen to signing in
            known_devices,
            password,
            second_factor,
            session_timeout,
            sign_ins,
            ways,
        )
        from people.work_items import items, office_items

        waking.WAKERS.add(self.send_messages)
        pre_migrate.connect(operations.load_trigrams, sender=self)
        post_migrate.connect(turns.keep_key, sender=self)
        data_inventory.ENTRIES.add(*PERSONAL_DATA)
        sign_in_changes.ON_ANSWERED.add(services.share_what_waited)
        work_items.SOURCES.add(items)
        work_items.OFFICE_SOURCES.add(office_items)
        drafts.register(stored_drafts.offer)
        places.register(
            people="people:participant-list",
            people_find="people:people-find",
            account="account_home",
            draft="people:draft-save",
            draft_throw_away="people:draft-throw-away",
            leave="account_leave",
            role_switch="people:role-switch",
            sign_in="account_login",
            sign_out="account_logout",
            stay="account_stay",
        )
        TABS.add(
            Tab("risk", "Risk", "people:person-risk", 32),
            Tab("sentence", "Sentence", "people:person-sentence", 55),
            Tab("details", "Details", "people:person-details", 60),
            Tab("workers", "Workers", "people:person-workers", 65),
            Tab("circle", "Circle", "people:person-circle", 70),
            Tab("documents", "Documents", "people:document-list", 80),
        )

    @staticmethod
    def send_messages() -> None:
        """Ask a worker to send what is due. Of no use after a minute: the tick has been there."""
        from people.tasks import send_messages

        send_messages.apply_async(retry=False, expires=60)
