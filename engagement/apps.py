from django.apps import AppConfig


class EngagementConfig(AppConfig):
    name = "engagement"

    def ready(self) -> None:
        from common import data_inventory, places, work_items
        from engagement import on_custody, reminders, telling
        from engagement.data_inventory import PERSONAL_DATA
        from engagement.list_columns import ATTENTION, LAST, NEXT, SEEN, failures
        from engagement.on_reallocation import follow
        from engagement.work_items import items
        from people.access.abilities import Can
        from people.caseload import list_columns
        from people.messaging.message_queue import ON_PARKED
        from people.record.custody import ON_CUSTODY
        from people.record.tabs import ACTIONS, TABS, Action, Tab, to_page
        from people.services import ON_REALLOCATION

        ON_PARKED.add(reminders.tell_of_parked, telling.tell_of_parked)
        data_inventory.ENTRIES.add(*PERSONAL_DATA)
        work_items.SOURCES.add(items)
        list_columns.COLUMNS.add(LAST, SEEN, NEXT)
        list_columns.ATTENTION.add(*ATTENTION)
        list_columns.MARKS.add(failures)
        ON_REALLOCATION.add(follow)
        ON_CUSTODY.add(on_custody.follow)
        places.register(call="engagement:call-log", arrange="engagement:appointment-new")
        ACTIONS.add(
            Action("Log a call", to_page("engagement:call-log"), Can.LOG_CONTACT, 10, opens=True),
            Action("Log a contact", to_page("engagement:contact-new"), Can.LOG_CONTACT, 20, opens=True),
            Action("Arrange", to_page("engagement:appointment-new"), Can.MEET, 30, opens=True),
            Action("Message", to_page("engagement:message-new"), Can.MEET, 40, opens=True),
        )
        TABS.add(Tab("meetings", "Meetings", "engagement:meetings", 30))
