"""Codes on paper, in the packs of those who are still inside and will be out before long."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from people.models import Assignment
from people.sign_in import code_letters

HOW_MANY = 3


def give_code_letters(*, now: datetime) -> None:
    inside = Assignment.objects.current(timezone.localdate(now)).filter(participant__prison__isnull=False)
    for assignment in inside.select_related("participant", "practitioner").order_by("participant__crn")[:HOW_MANY]:
        code_letters.give(participant=assignment.participant, by=assignment.practitioner, now=now)
