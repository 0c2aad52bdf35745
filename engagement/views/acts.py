"""What every page that changes something shares."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from engagement.models import Alert, Appointment
from people.access.abilities import Can, actor, open_record


def get_meeting(request: HttpRequest, pk: int) -> Appointment:
    """Return a meeting to move or record, and note an access event. Raise 404 where the viewer may not see it."""
    meetings = Appointment.objects.visible_to(actor(request)).select_related("participant", "with_user", "office")
    meeting = get_object_or_404(meetings, pk=pk)
    open_record(request, meeting.participant, to=Can.MEET)
    return meeting


def get_alert(request: HttpRequest, pk: int) -> Alert:
    alerts = Alert.objects.visible_to(actor(request)).select_related("participant", "owner", "closed_by")
    alert = get_object_or_404(alerts, pk=pk)
    open_record(request, alert.participant, to=Can.CLOSE_ALERT)
    return alert
