"""Quiet hours: from nine in the evening to eight in the morning (QUIET_HOURS), local time, nothing goes to a person or
their circle.

Sign-in codes go at any hour, since someone asks for them; so does what is for staff, who are on duty.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from people.models import Role, User

OUTSIDE = {Role.PARTICIPANT, Role.VOLUNTEER}  # roles of those who do not work here


def next_waking(moment: datetime) -> datetime:
    """The moment itself, or the end of the quiet hours that it falls in."""
    if settings.QUIET_HOURS is None:
        return moment
    begins, ends = settings.QUIET_HOURS
    local = timezone.localtime(moment)
    if ends <= local.time() < begins:
        return moment
    day = local.date() + timedelta(days=1) if local.time() >= begins else local.date()
    return timezone.make_aware(datetime.combine(day, ends))


def bind(user: User) -> bool:
    """Whether this user is in a circle or a household, and does not work here."""
    return bool(user.roles) and set(user.roles) <= OUTSIDE
