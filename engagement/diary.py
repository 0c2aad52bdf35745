"""The meetings in a practitioner's diary."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from common.days import midnight
from engagement.models import Appointment, Outcome
from engagement.models.appointments import EVIDENCE_DAYS
from people.models import Participant, User

PARTS = {"coming": "Coming up", "record": "To record", "people": "My people", "past": "Past"}


def shown(asked: str) -> str:
    return asked if asked in PARTS else "coming"


def rows(*, user: User, show: str, now: datetime) -> QuerySet[Appointment]:
    """Return one part of the diary, in reading order."""
    seen = Appointment.objects.visible_to(user).select_related("participant", "with_user", "office")
    mine = seen.filter(with_user=user)
    if show == "record":
        return mine.to_record(now).order_by("starts_at", "pk")
    if show == "people":
        led = Participant.objects.led_by(user, timezone.localdate(now))
        return seen.upcoming(now).filter(participant__in=led).order_by("starts_at", "pk")
    if show == "past":
        return mine.before(now).exclude(outcome="").order_by("-starts_at", "-pk")
    return mine.upcoming(now).order_by("starts_at", "pk")


def parts(*, user: User, show: str, now: datetime) -> list[dict[str, Any]]:
    """Return links to each part, with counts where something waits."""
    first_open = timezone.localdate(now) - timedelta(days=EVIDENCE_DAYS - 1)
    late = Q(outcome=Outcome.FAILED_TO_ATTEND, starts_at__lt=midnight(first_open))
    counts: dict[str, int] = (
        Appointment.objects.visible_to(user)
        .filter(with_user=user)
        .aggregate(
            coming=Count("pk", filter=Q(outcome="", starts_at__gt=now)),
            record=Count("pk", filter=Q(outcome="", starts_at__lte=now) | late),
        )
    )
    return [
        {"text": text, "href": f"?show={key}", "current": key == show, "count": counts.get(key)}
        for key, text in PARTS.items()
    ]
