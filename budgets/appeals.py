"""Asking someone else to look again at a no, or at a yes to less than was asked for."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from budgets import rules
from budgets.commands import Command, idempotent
from budgets.models import Budget, MoneyRules, SpendRequest
from budgets.services import NotTheirRequest
from common.errors import RuleBroken
from common.saving import save_or_refuse
from people.access import sign_in_changes
from people.models import Enrolment, User

State = SpendRequest.State
WITHIN = timedelta(days=28)  # after the answer
AGAIN = (
    "budget",
    "goal",
    "without_money",
    "what",
    "purpose",
    "for_whom",
    "because",
    "service",
    "way",
    "quote",
    "payee",
    "needed_by",
)


class NothingToLookAt(RuleBroken):
    pass


def refusal(spend: SpendRequest, now: datetime) -> str:
    """Why nobody is asked to look at this answer again; empty where they are."""
    if spend.state != State.REFUSED and not spend.is_in_part:
        return "Only a no, or a yes to less than you asked for, is looked at again."
    if spend.appeals_id:
        return "This was looked at twice. It stays as it is."
    if again_of(spend):
        return "Someone else was asked to look at this again already."
    if spend.budget.ended_on or spend.budget.enrolment.state != Enrolment.State.ENROLLED:
        return "This budget has ended, so nothing new can be asked for."
    assert spend.decided_at
    if spend.decided_at + WITHIN < now:
        return f"That is asked within {WITHIN.days} days of the answer. You can ask for it anew."
    return ""


def again_of(spend: SpendRequest) -> SpendRequest | None:
    """The request that asks to look at this answer again, if one does that was not taken back."""
    gone = [State.WITHDRAWN, State.LAPSED]
    return SpendRequest.objects.filter(appeals=spend).exclude(state__in=gone).first()


def is_theirs(spend: SpendRequest, user: User) -> bool:
    """Whether this user is the person, or asked for them."""
    return user.pk in (spend.asked_by_id, spend.started_by_id, spend.person.user_id)


@idempotent
def appeal(command: Command, *, spend: SpendRequest, why: str) -> SpendRequest:
    """Ask someone else to look again: a request for what was not granted, which names the first one."""
    by = command.by
    sign_in_changes.look_again(by)
    rows = SpendRequest.objects.select_for_update(of=("self",)).with_person()
    spend = rows.get(pk=spend.pk)
    if not is_theirs(spend, by):
        raise NotTheirRequest("Only the person, or who asked for them, can ask for that.")
    if why_not := refusal(spend, command.now):
        raise NothingToLookAt(why_not)
    budget = Budget.objects.with_money().select_related("enrolment__programme").get(pk=spend.budget_id)
    amount = spend.price - (spend.granted or 0)
    in_force = MoneyRules.objects.of(budget.enrolment.programme, timezone.localdate(command.now))
    rules.refuse_against(in_force, amount=amount, purpose=spend.purpose, promised=budget.promised)
    again = SpendRequest(
        **{name: getattr(spend, name) for name in AGAIN}, appeals=spend, amount=amount, why=why, state=State.ASKED,
        about_from=max(0, (spend.about_from or 0) - (spend.granted or 0)) if spend.has_no_price else None,
        started_by=by, asked_by=by, asked_at=command.now, waits_for=by.unconfirmed_way,
    )  # fmt: skip
    with transaction.atomic():
        return save_or_refuse(again, by=by)
