"""What referrals ask of a practitioner: a provider said no, or has not answered, or was suspended on the way."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse_lazy
from django.utils.text import format_lazy

from common.postgres.compiled import compiled_once
from common.work_items import MOST, WorkItem
from people.access.whom import Whom
from people.models import Role, User, naming
from providers.models import CancelReason, Provider, Referral

PATIENCE = timedelta(days=5)
State = Referral.State


def items(*, user: User, whom: Whom, today: date, now: datetime) -> list[WorkItem]:
    """One query: for the people led; for a manager, for everyone their team may see."""
    return [_item(each, today) for each in _to_chase(whom=whom, manages=Role.MANAGER in user.roles, today=today)]


@compiled_once
def _to_chase(*, whom: Whom, manages: bool, today: date) -> QuerySet[Referral]:
    theirs = whom.sees("participant") if manages else whom.leads("participant")
    waiting = Q(state=State.SENT, sent_on__lte=today - PATIENCE)
    declined = Q(state=State.DECLINED, seen_on=None)
    suspended = Q(state__in=[State.SENT, State.ACCEPTED], service__provider__status=Provider.Status.SUSPENDED)
    taken_back = Q(state=State.CANCELLED, cancel_reason=CancelReason.SUSPENDED, seen_on=None)
    rows = Referral.objects.filter(theirs, waiting | declined | suspended | taken_back)
    rows = rows.select_related("participant", "service__provider").order_by("sent_on", "pk")
    return whom.first(naming(rows, "participant"), MOST)


def _item(referral: Referral, today: date) -> WorkItem:
    person, provider = referral.participant, referral.service.provider
    address = {"ref": person.ref, "reference": referral.reference}
    services = reverse_lazy("providers:service-list")
    urgency, reason, due, action, view, inline = _asks(referral, provider, today)
    return WorkItem(
        urgency=urgency, kind="Referral", person=person, reason=reason,
        due=due, url=reverse_lazy(f"providers:{view}", kwargs=address), action=action, inline=inline, subject=referral,
        extra={
            "seen": reverse_lazy("providers:referral-seen", kwargs=address),
            "resend": reverse_lazy("providers:referral-resend", kwargs=address),
            "find": format_lazy("{}?person={}&need={}", services, person.ref, referral.need),
        },
    )  # fmt: skip


def _asks(referral: Referral, provider: Provider, today: date) -> tuple[int, str, date, str, str, str]:
    """Urgency, reason, due day, words of the link, page, and template for acting in place."""
    service = referral.service.name
    if referral.state == State.DECLINED:
        assert referral.declined_on
        reason = f"{provider.name} declined: {referral.get_decline_reason_display().lower()}. Look for someone else."
        return (
            30,
            reason,
            referral.declined_on + timedelta(days=2),
            "Find another",
            "referral-detail",
            "providers/work/declined.html",
        )
    if referral.state == State.CANCELLED:
        assert referral.cancelled_on
        reason = f"{provider.name} was suspended, and the referral was taken back. Look for someone else."
        return (
            30, reason, referral.cancelled_on + timedelta(days=2), "Find another", "referral-detail",
            "providers/work/declined.html",
        )  # fmt: skip
    if provider.status == Provider.Status.SUSPENDED:
        reason = f"{provider.name} is suspended. Decide what happens with {service}."
        return 20, reason, today, "Decide", "referral-detail", ""
    reason = f"{provider.name} has not answered for {referral.days_waiting(today)} days about {service}."
    inline = "providers/work/unanswered.html" if referral.sent_to else ""
    return 40, reason, referral.sent_on + PATIENCE, "Chase", "referral-detail", inline
