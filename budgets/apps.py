from django.apps import AppConfig


class BudgetsConfig(AppConfig):
    name = "budgets"

    def ready(self) -> None:
        from budgets.held import HELD
        from common import registry

        registry.hold(*HELD)
