from django.apps import AppConfig


class ProvidersConfig(AppConfig):
    name = "providers"

    def ready(self) -> None:
        from common import data_inventory
        from providers.data_inventory import PERSONAL_DATA

        data_inventory.register(*PERSONAL_DATA)
