from django.apps import AppConfig


class LifeplansConfig(AppConfig):
    name = "lifeplans"

    def ready(self) -> None:
        from common import data_inventory
        from lifeplans.data_inventory import PERSONAL_DATA

        data_inventory.register(*PERSONAL_DATA)
