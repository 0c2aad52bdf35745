"""Saved filters of the caseload: save and remove."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django.db import transaction

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.saving import save_or_refuse
from people.models import SavedFilter, User

MOST = 20
NOT_KEPT = {"q"}  # a search may be someone's name


class TooManyFilters(RuleBroken):
    pass


def query_of(asked: dict[str, str]) -> str:
    """What was asked for, as it stands in an address."""
    return urlencode({key: value for key, value in sorted(asked.items()) if key not in NOT_KEPT})


@transaction.atomic
def save_filter(*, user: User, name: str, asked: dict[str, str], now: datetime) -> SavedFilter:
    """Save a filter under this name, in place of an earlier one with it."""
    with acting_as(SYSTEM):  # accounts are the service's to lock
        User.objects.select_for_update().get(pk=user.pk)
    same = SavedFilter.objects.filter(user=user, name__iexact=name).first()
    if same is None and SavedFilter.objects.filter(user=user).count() >= MOST:
        raise TooManyFilters(f"You have {MOST} saved lists. Remove one first.")
    kept = same or SavedFilter(user=user)
    kept.name, kept.query, kept.saved_at = name, query_of(asked), now
    save_or_refuse(kept, by=user)
    return kept
