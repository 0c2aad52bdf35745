from django.apps import AppConfig


class BudgetsConfig(AppConfig):
    name = "budgets"

    def ready(self) -> None:
        from budgets import services, unusual
        from budgets.data_inventory import PERSONAL_DATA
        from budgets.work_items import items
        from common import data_inventory, work_items
        from people.access import sign_in_changes
        from people.access.abilities import Can
        from people.record.tabs import ACTIONS, TABS, Action, Tab, to_page
        from people.rights.unusual import MORE

        data_inventory.ENTRIES.add(*PERSONAL_DATA)
        work_items.SOURCES.add(items)
        MORE.add(unusual.GAVE_THEN_DECIDED)
        sign_in_changes.ON_ANSWERED.add(services.release_what_waited)
        sign_in_changes.ON_DISPUTED.add(services.wait_again)
        ACTIONS.add(Action("Ask for money", to_page("budgets:request-begin"), Can.ASK_FOR_PERSON, 50))
        TABS.add(Tab("money", "Money", "budgets:person-money", 50))
