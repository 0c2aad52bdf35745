"""Tell a person that something changed in their money, and how they can see it."""

from __future__ import annotations

from datetime import datetime

from people.messaging.message_queue import tell_participant
from people.models import Participant


def tell(person: Participant, said: str, *, key: str, now: datetime) -> None:
    """Once for ever under `key`. Whoever cannot sign in is not told to. Put no sum and no reason in it."""
    how = "Sign in to Good Lives to see it." if person.user_id else "Ask your worker to show you."
    tell_participant(participant=person, body=f"{said} {how}", key=key, now=now)
