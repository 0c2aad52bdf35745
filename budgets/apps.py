from django.apps import AppConfig


class BudgetsConfig(AppConfig):
    name = "budgets"

    def ready(self) -> None:
        from common import registry
        from budgets.held import HELD

        registry.hold(*HELD)
