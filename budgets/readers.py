"""Who of a funder reads its statements: finance names them, and ends it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from budgets.models import Funder, FunderReader
from common.saving import save_or_refuse
from people.models import User


@transaction.atomic
def add(*, funder: Funder, user: User, starts_on: date, by: User, now: datetime) -> FunderReader:
    made = FunderReader(funder=funder, user=user, starts_on=starts_on, added_by=by, added_at=now)
    return save_or_refuse(made, by=by)


@transaction.atomic
def end(*, reader: FunderReader, by: User, today: date) -> FunderReader:
    """Today is the last day on which they read them."""
    reader = FunderReader.objects.select_for_update(of=("self",)).get(pk=reader.pk)
    if reader.ends_on is None:
        reader.ends_on = max(today, reader.starts_on)
        save_or_refuse(reader, "ends_on", by=by)
    return reader
