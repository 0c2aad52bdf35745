from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.urls import reverse

if TYPE_CHECKING:
    from people.models import Participant


class ProvidersConfig(AppConfig):
    name = "providers"

    def ready(self) -> None:
        from common import data_inventory, work_items
        from people.access.abilities import Can
        from people.messaging.sending import STILL_RIGHT
        from people.record.tabs import ACTIONS, TABS, Action, Tab
        from providers import links
        from providers.data_inventory import PERSONAL_DATA
        from providers.work_items import items

        data_inventory.ENTRIES.add(*PERSONAL_DATA)
        work_items.SOURCES.add(items)
        STILL_RIGHT.add(links.may_be_sent)
        ACTIONS.add(Action("Refer", self.to_find_help, Can.REFER, 60))
        TABS.add(Tab("services", "Help and services", "providers:person-services", 40))

    @staticmethod
    def to_find_help(person: Participant) -> str:
        return f"{reverse('providers:service-list')}?person={person.ref}"
