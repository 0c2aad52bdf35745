"""The help of a goal, on its card: which service someone was referred to for it, and what became of that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.urls import reverse

from common.days import in_words
from lifeplans.goal_help import Line
from providers.models import Referral


def lines(goals: Sequence[int]) -> Iterator[tuple[int, Line]]:
    """In one statement."""
    rows = Referral.objects.filter(goal__in=goals).select_related("service__provider", "participant")
    for referral in rows.order_by("sent_on", "pk"):
        what = f"{referral.service.name}, {referral.service.provider.name}"
        said = f"Asked on {in_words(referral.sent_on)}. {referral.get_state_display()}."
        url = reverse("providers:referral-detail", args=[referral.participant.ref, referral.reference])
        assert referral.goal_id
        yield referral.goal_id, Line("Help", what, said, url, reverse("providers:my-services"))
