"""Meetings to come and the open alert follow a person to a new lead."""

from __future__ import annotations

from datetime import datetime

from common.saving import save_or_refuse
from engagement.models import Alert, Appointment
from people.models import Participant, User


def follow(person: Participant, before: User, after: User, by: User, now: datetime) -> None:
    """Save each row by itself, so that it gets history."""
    for meeting in Appointment.objects.upcoming(now).filter(participant=person, with_user=before):
        meeting.with_user = after
        save_or_refuse(meeting, "with_user", by=by)
    for alert in Alert.objects.open().filter(participant=person, owner=before):
        alert.owner = after
        save_or_refuse(alert, "owner", by=by)
