"""What about money waits for someone: a decision, a purchase, a payment."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from budgets.models import Commitment, SpendRequest
from common.money import pounds
from common.work_items import WorkItem
from people.access.abilities import Can, can
from people.models import Membership, User

DECIDE_WITHIN = timedelta(days=10)  # calendar days: what councils promise for budgets up to £1,500


def items(*, user: User, mine: list[int], today: date, now: datetime) -> list[WorkItem]:
    """Requests to decide and payments to make (managers), and approved money to spend (practitioners)."""
    rows: list[WorkItem] = []
    if can(user, Can.DECIDE_REQUEST):
        waiting = SpendRequest.objects.visible_to(user).to_decide().exclude(asked_by=user).with_person()
        rows += [_decide(spend, today) for spend in waiting.order_by("asked_at")[:100]]
    commitments = _open_commitments(user)
    if can(user, Can.PAY):
        rows += _to_pay(commitments.filter(referral__state="DELIVERED"), user, today)
    unspent = commitments.filter(referral=None, spend__budget__enrolment__participant__in=mine)
    rows += [_buy(commitment) for commitment in unspent[:100]]
    return rows


def _open_commitments(user: User) -> QuerySet[Commitment]:
    return (
        Commitment.objects.visible_to(user)
        .open()
        .select_related("spend__budget__enrolment__participant", "referral__service__provider")
        .order_by("spend__decided_at")
    )


def _decide(spend: SpendRequest, today: date) -> WorkItem:
    assert spend.asked_at
    assert spend.amount
    due = timezone.localdate(spend.asked_at + DECIDE_WITHIN)
    waited = (today - timezone.localdate(spend.asked_at)).days
    since = "today" if waited == 0 else "yesterday" if waited == 1 else f"{waited} days ago"
    return WorkItem(
        urgency=30 if today > due else 40,
        kind="Request",
        person_ref=spend.person.ref,
        person_name=spend.person.name,
        crn=spend.person.crn,
        reason=f"Asked for {pounds(spend.amount)} for {spend.what} {since}.",
        due=due,
        url=reverse("budgets:request-detail", args=[spend.pk]),
        action="Decide",
        inline="budgets/work/decide.html",
        subject=spend,
    )


def _to_pay(delivered: QuerySet[Commitment], user: User, today: date) -> list[WorkItem]:
    """What this user may pay, and what nobody in the team may: it stays in sight of those who had a part in it."""
    others = set(Membership.objects.managers_beside(user, today))
    mine = delivered.exclude(spend__asked_by=user).exclude(spend__started_by=user).exclude(spend__decided_by=user)
    stuck = [row for row in delivered.exclude(pk__in=mine)[:100] if not others - row.spend.hands]
    return [*(_pay(row) for row in mine[:100]), *(_nobody_pays(row) for row in stuck)]


def _pay(commitment: Commitment) -> WorkItem:
    assert commitment.referral
    says = f"{commitment.referral.service.provider.name} says this was delivered: {commitment.spend.what}."
    url = reverse("budgets:pay", args=[commitment.pk])
    return _payment(commitment, says, url=url, action="Record the payment")


def _nobody_pays(commitment: Commitment) -> WorkItem:
    says = (
        f"{commitment.spend.what} was delivered, and nobody in your team may record the payment: who asks, who decides "
        "and who pays are three people. Ask an administrator for another manager."
    )
    url = reverse("budgets:request-detail", args=[commitment.spend_id])
    return _payment(commitment, says, url=url, action="Look")


def _payment(commitment: Commitment, reason: str, *, url: str, action: str) -> WorkItem:
    person = commitment.spend.person
    assert commitment.spend.decided_at
    return WorkItem(
        urgency=40,
        kind="Payment",
        person_ref=person.ref,
        person_name=person.name,
        crn=person.crn,
        reason=reason,
        due=timezone.localdate(commitment.spend.decided_at + DECIDE_WITHIN),
        url=url,
        action=action,
    )


def _buy(commitment: Commitment) -> WorkItem:
    person = commitment.spend.person
    assert commitment.spend.decided_at
    return WorkItem(
        urgency=50,
        kind="Approved",
        person_ref=person.ref,
        person_name=person.name,
        crn=person.crn,
        reason=f"{pounds(commitment.amount)} is set aside for {commitment.spend.what}. Nothing has been bought yet.",
        due=timezone.localdate(commitment.spend.decided_at + DECIDE_WITHIN),
        url=reverse("budgets:request-detail", args=[commitment.spend_id]),
        action="Buy it",
    )
