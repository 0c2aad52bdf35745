"""When someone goes into custody: what was arranged outside is called off, and an open alert has its answer."""

from __future__ import annotations

from datetime import datetime

from engagement import alerts, services
from engagement.models import Alert, Appointment, MovedFor
from people.models import Participant, User

IN_CUSTODY = "In custody since then."


def follow(person: Participant, by: User, now: datetime) -> None:
    outside = Appointment.objects.upcoming(now).filter(participant=person).exclude(kind=Appointment.Kind.CUSTODY)
    for meeting in outside.order_by("starts_at", "pk"):
        services.call_off(appointment=meeting, asked_by=MovedFor.SERVICE, why=IN_CUSTODY, by=by, now=now)
    for alert in Alert.objects.open().filter(participant=person):
        alerts.settle(alert=alert, outcome=Alert.Outcome.IN_CUSTODY, note=IN_CUSTODY, by=by, now=now)
