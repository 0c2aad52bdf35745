"""Safe contact. Only the person's own staff read the note, but everyone who may ring sees that there is one."""

from __future__ import annotations

from collections.abc import Collection

from common.postgres.actor import SYSTEM, acting_as
from people.models import SafeContact


def with_safe_contact_note(people_ids: Collection[int]) -> set[int]:
    """Return which of these people have a safe-contact note."""
    with acting_as(SYSTEM):
        return set(SafeContact.objects.filter(participant__in=people_ids).values_list("participant", flat=True))
