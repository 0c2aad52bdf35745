from django.apps import AppConfig


class LifeplansConfig(AppConfig):
    name = "lifeplans"

    def ready(self) -> None:
        from common import data_inventory, work_items
        from lifeplans.data_inventory import PERSONAL_DATA
        from lifeplans.services import settle_what_waited, wait_again
        from lifeplans.work_items import items
        from people.access import sign_in_changes
        from people.caseload import list_columns
        from people.record.tabs import TABS, Tab

        data_inventory.ENTRIES.add(*PERSONAL_DATA)
        work_items.SOURCES.add(items)
        sign_in_changes.ON_ANSWERED.add(settle_what_waited)
        sign_in_changes.ON_DISPUTED.add(wait_again)
        list_columns.ATTENTION.add(
            list_columns.Attention("no-plan", "No plan", lambda people, today, now: people.filter(plan=None))
        )
        TABS.add(Tab("plan", "Life plan", "lifeplans:plan", 20))
