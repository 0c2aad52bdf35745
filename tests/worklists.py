"""One floor's part of a user's home list, as the home page asks for it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from people.access.whom import whom
from people.models import User
from tests.conftest import NOW, TODAY


def waiting(worklist: Any, user: User, *, today: date = TODAY, now: datetime = NOW) -> list:
    sources = [worklist.items, getattr(worklist, "office_items", None)]
    asked = {"user": user, "whom": whom(user, today), "today": today, "now": now}
    return [item for source in sources if source for item in source(**asked)]
