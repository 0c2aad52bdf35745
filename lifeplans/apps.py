from django.apps import AppConfig


class LifeplansConfig(AppConfig):
    name = "lifeplans"

    def ready(self) -> None:
        from common import data_inventory, work_items
        from lifeplans.data_inventory import PERSONAL_DATA
        from lifeplans.work_items import items
        from people.record.tabs import TABS, Tab

        data_inventory.ENTRIES.add(*PERSONAL_DATA)
        work_items.SOURCES.add(items)
        TABS.add(Tab("plan", "Life plan", "lifeplans:plan", 20))
