"""Who is to be reached with care: what the note says is for their staff; that there is one is for all who ring."""

from __future__ import annotations

from collections.abc import Collection

from common.postgres.actor import SYSTEM, acting_as
from people.models import SafeContact


def with_safe_contact_note(people_ids: Collection[int]) -> set[int]:
    """Of these people, those who have a safe-contact note."""
    with acting_as(SYSTEM):
        return set(SafeContact.objects.filter(participant__in=people_ids).values_list("participant", flat=True))
