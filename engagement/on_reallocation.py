"""What follows a person to a new practitioner: the meetings to come, and the alert that is open."""

from __future__ import annotations

from datetime import datetime

from engagement.models import Alert, Appointment
from people.models import Participant, User


def follow(person: Participant, before: User, after: User, now: datetime) -> None:
    """Each is changed by itself, so that its history says so."""
    for meeting in Appointment.objects.upcoming(now).filter(participant=person, with_user=before):
        meeting.with_user = after
        meeting.save(update_fields=["with_user"])
    for alert in Alert.objects.open().filter(participant=person, owner=before):
        alert.owner = after
        alert.save(update_fields=["owner"])
