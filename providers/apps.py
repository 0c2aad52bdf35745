from django.apps import AppConfig


class ProvidersConfig(AppConfig):
    name = "providers"

    def ready(self) -> None:
        from common import data_inventory, work_items
        from people.messaging.sending import STILL_RIGHT
        from people.record.tabs import TABS, Tab
        from providers import links
        from providers.data_inventory import PERSONAL_DATA
        from providers.work_items import items

        data_inventory.ENTRIES.add(*PERSONAL_DATA)
        work_items.SOURCES.add(items)
        STILL_RIGHT.add(links.may_be_sent)
        TABS.add(Tab("services", "Help and services", "providers:person-services", 40))
