"""What anyone may read of the decisions about a fund's money: a sentence each, by month, and of whom nobody."""

from __future__ import annotations

from datetime import date

from django.db.models.functions import TruncMonth

from budgets.models import Fund, SpendRequest
from common.data_inventory import GONE
from common.postgres.actor import as_service

MOST = 20


@as_service()  # whoever looks after a fund sees no person, and no request
def newest(fund: Fund) -> list[tuple[date, str]]:
    """The first day of the month, and the sentence; the newest first. The day is not told: it could lead to someone."""
    rows = SpendRequest.objects.filter(budget__fund=fund, decided_at__isnull=False).exclude(
        public_sentence__in=["", GONE]
    )
    rows = rows.annotate(month=TruncMonth("decided_at")).order_by("-month", "public_sentence", "pk")
    return [(month.date(), said) for month, said in rows.values_list("month", "public_sentence")[:MOST]]
