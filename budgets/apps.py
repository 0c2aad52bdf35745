from django.apps import AppConfig


class BudgetsConfig(AppConfig):
    name = "budgets"

    def ready(self) -> None:
        from budgets.data_inventory import PERSONAL_DATA
        from common import data_inventory

        data_inventory.register(*PERSONAL_DATA)
