from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.urls import reverse

if TYPE_CHECKING:
    from lifeplans.models import Goal
    from people.models import Participant


class ProvidersConfig(AppConfig):
    name = "providers"

    def ready(self) -> None:
        from common import data_inventory, work_items
        from lifeplans import goal_help
        from people.access.abilities import Can
        from people.messaging.sending import STILL_RIGHT
        from people.record.tabs import ACTIONS, TABS, Action, Tab
        from providers import goal_lines, links
        from providers.data_inventory import PERSONAL_DATA
        from providers.work_items import items

        data_inventory.ENTRIES.add(*PERSONAL_DATA)
        work_items.SOURCES.add(items)
        STILL_RIGHT.add(links.may_be_sent)
        ACTIONS.add(Action("Refer", self.to_find_help, Can.REFER, 60))
        goal_help.SOURCES.add(goal_lines.lines)
        goal_help.ACTS.add(goal_help.Act("Find help for this", "", Can.REFER, self.to_help_with))
        TABS.add(Tab("services", "Help and services", "providers:person-services", 40))

    @staticmethod
    def to_help_with(goal: Goal) -> str:
        need = f"&need={goal.need}" if goal.need else ""
        return f"{reverse('providers:service-list')}?person={goal.plan.participant.ref}{need}"

    @staticmethod
    def to_find_help(person: Participant) -> str:
        return f"{reverse('providers:service-list')}?person={person.ref}"
