from django.apps import AppConfig


class EngagementConfig(AppConfig):
    name = "engagement"

    def ready(self) -> None:
        from common import data_inventory
        from engagement.data_inventory import PERSONAL_DATA

        data_inventory.register(*PERSONAL_DATA)
        from engagement import list_columns, on_reallocation
        from people import services

        list_columns.add()
        services.FOLLOWS.append(on_reallocation.follow)
