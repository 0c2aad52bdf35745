from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.urls import reverse

if TYPE_CHECKING:
    from lifeplans.models import Goal


class BudgetsConfig(AppConfig):
    name = "budgets"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from budgets import ending, goal_lines, pay_orders, services, unusual
        from budgets.data_inventory import PERSONAL_DATA
        from budgets.ledger_chain import CHAIN
        from budgets.views.paying import invoice_question, part_question
        from budgets.work_items import items, office_items
        from common import data_inventory, work_items
        from lifeplans import goal_help
        from people.access import sign_in_changes
        from people.access.abilities import Can
        from people.programmes.enrolment import END_NOTES, ON_ENDED, EndNote
        from people.record.tabs import ACTIONS, TABS, Action, Tab, to_page
        from people.rights.erasure import BEFORE
        from people.rights.keys import SIGNERS
        from people.rights.unusual import MORE
        from providers.views.answering import MORE as MORE_QUESTIONS

        data_inventory.ENTRIES.add(*PERSONAL_DATA)
        work_items.SOURCES.add(items)
        work_items.OFFICE_SOURCES.add(office_items)
        post_migrate.connect(self.begin_the_books, sender=self)
        ON_ENDED.add(ending.follow_enrolment)
        BEFORE.add(ending.settle)
        SIGNERS.add(("budgets.LedgerCheckpoint.mac", CHAIN.sign_again))
        END_NOTES.add(EndNote("budgets/staff/ending_note.html", ending.note))
        MORE.add(unusual.GAVE_THEN_DECIDED)
        sign_in_changes.ON_ANSWERED.add(services.release_what_waited)
        sign_in_changes.ON_DISPUTED.add(services.wait_again)
        sign_in_changes.ON_DISPUTED.add(pay_orders.take_back_denied)
        ACTIONS.add(Action("Ask for money", to_page("budgets:request-begin"), Can.ASK_FOR_PERSON, 50))
        goal_help.SOURCES.add(goal_lines.lines)
        goal_help.ACTS.add(
            goal_help.Act(
                "Ask for money for this", "Ask for money for this", Can.ASK_FOR_PERSON, self.to_ask, self.to_ask_myself
            )
        )
        MORE_QUESTIONS.add(invoice_question, part_question)
        TABS.add(Tab("money", "Money", "budgets:person-money", 50))

    @staticmethod
    def to_ask(goal: Goal) -> str:
        return f"{reverse('budgets:request-begin', args=[goal.plan.participant.ref])}?goal={goal.pk}"

    @staticmethod
    def to_ask_myself(goal: Goal) -> str:
        return f"{reverse('budgets:my-ask')}?goal={goal.pk}"

    def begin_the_books(self, **told: object) -> None:
        """The first accounts are open as soon as the service is set up."""
        from django.utils import timezone

        from budgets import periods

        now = timezone.now()
        periods.begin(now=now, today=timezone.localdate(now))
