"""What waits for a practitioner about the people themselves: a risk assessment whose review is past its day."""

from __future__ import annotations

from datetime import date, datetime

from django.urls import reverse

from common.work_items import WorkItem
from people.access.abilities import Can, can
from people.models import RiskAssessment, User

MOST = 100


def items(*, user: User, mine: list[int], today: date, now: datetime) -> list[WorkItem]:
    """One line a person led, in one query."""
    if not can(user, Can.ASSESS_RISK):
        return []
    late = RiskAssessment.objects.filter(participant__in=mine).overdue(today).select_related("participant")
    return [
        WorkItem(
            urgency=30, kind="Risk", person_ref=late.participant.ref, person_name=late.participant.name,
            crn=late.participant.crn, due=late.review_by, action="Assess again", subject=late,
            reason=f"The risk assessment was to be looked at again by {late.review_by:%-d %B %Y}",
            url=reverse("people:risk-new", args=[late.participant.ref]),
        )
        for late in late.order_by("review_by", "pk")[:MOST]
    ]  # fmt: skip
