from django.apps import AppConfig


class BudgetsConfig(AppConfig):
    name = "budgets"

    def ready(self) -> None:
        from budgets.data_inventory import HELD
        from common import data_inventory

        data_inventory.hold(*HELD)
