from django.apps import AppConfig


class ProvidersConfig(AppConfig):
    name = "providers"

    def ready(self) -> None:
        from common import data_inventory, work_items
        from people.record.tabs import TABS, Tab
        from providers.data_inventory import PERSONAL_DATA
        from providers.work_items import items

        data_inventory.ENTRIES.add(*PERSONAL_DATA)
        work_items.SOURCES.add(items)
        TABS.add(Tab("services", "Help and services", "providers:person-services", 40))
