"""Codes on paper: in the packs of those who will be out before long, and for someone who has lost their phone."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from people.models import Assignment
from people.sign_in import code_letters
from sampledata.demo.person import FIRST

HOW_MANY = 3


def give_code_letters(*, now: datetime) -> None:
    inside = Assignment.objects.current(timezone.localdate(now)).filter(participant__whereabouts="PRISON")
    for assignment in inside.select_related("participant", "practitioner").order_by("participant__crn")[:HOW_MANY]:
        code_letters.give(participant=assignment.participant, by=assignment.practitioner, now=now)
    outside = Assignment.objects.current(timezone.localdate(now)).filter(participant__whereabouts="COMMUNITY")
    theirs = outside.filter(practitioner__email="priya@demo.example").exclude(participant__user__email=FIRST)
    lost = theirs.select_related("participant", "practitioner").order_by("-participant__crn").first()
    if lost:  # a colleague has yet to confirm that it is them
        when = now - timedelta(days=1)
        code_letters.give(participant=lost.participant, by=lost.practitioner, now=when)
