from django.apps import AppConfig


class EngagementConfig(AppConfig):
    name = "engagement"

    def ready(self) -> None:
        from common import data_inventory, work_items
        from engagement import on_custody, reminders
        from engagement.data_inventory import PERSONAL_DATA
        from engagement.list_columns import LAST, NEXT
        from engagement.on_reallocation import follow
        from engagement.work_items import items
        from people.caseload.list_columns import COLUMNS
        from people.messaging.message_queue import ON_PARKED
        from people.record.custody import ON_CUSTODY
        from people.record.tabs import TABS, Tab
        from people.services import ON_REALLOCATION

        ON_PARKED.add(reminders.tell_of_parked)
        data_inventory.ENTRIES.add(*PERSONAL_DATA)
        work_items.SOURCES.add(items)
        COLUMNS.add(LAST, NEXT)
        ON_REALLOCATION.add(follow)
        ON_CUSTODY.add(on_custody.follow)
        TABS.add(Tab("meetings", "Meetings", "engagement:meetings", 30))
