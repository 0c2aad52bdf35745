"""One floor's part of a user's home list, as the home page asks for it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from people.models import Participant, User
from tests.conftest import NOW, TODAY


def waiting(worklist: Any, user: User, *, today: date = TODAY, now: datetime = NOW) -> list:
    return worklist.items(user=user, mine=Participant.objects.ids_led_by(user, today), today=today, now=now)
