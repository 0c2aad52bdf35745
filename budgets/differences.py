"""What a night found wrong with the books is named, stays on a list until a night no longer finds it, and is told."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from budgets.ledger_chain import CHAIN
from budgets.models import LedgerDifference
from budgets.verification import differences
from common.postgres.actor import as_service
from common.saving import save_or_refuse
from people.messaging import message_queue
from people.models import Membership, Role, User

MOST = 500  # of one night; more than that is one fault, and nobody reads on


@as_service()
def check(*, now: datetime) -> int:
    """Compare the books with their entries. Return how many differences there are; finance is told of new ones."""
    found = {said[:300] for said in [*differences(), *CHAIN.missing(now=now)][:MOST]}
    open_ones = LedgerDifference.objects.current()
    open_ones.exclude(said__in=found).update(gone_at=now)
    known = set(open_ones.values_list("said", flat=True))
    new = sorted(found - known)
    LedgerDifference.objects.bulk_create(LedgerDifference(said=said, found_at=now) for said in new)
    if new:
        _tell_finance(len(new), now)
    return len(found)


def _tell_finance(count: int, now: datetime) -> None:
    where = settings.BASE_URL + reverse("budgets:books")
    roles = Membership.objects.current(timezone.localdate(now)).filter(role=Role.FINANCE)
    for officer in User.objects.filter(pk__in=roles.values("user"), is_active=True).order_by("pk"):
        message_queue.tell_user(
            user=officer, subject="The books do not add up", now=now, key=f"differences:{now.isoformat()}:{officer.pk}",
            body=f"The nightly check of the funds found {count} new difference{'' if count == 1 else 's'}: {where}",
        )  # fmt: skip


@transaction.atomic
def note(*, difference: LedgerDifference, note: str, by: User, now: datetime) -> LedgerDifference:
    """Say what one found about a difference."""
    difference.note, difference.looked_into_by, difference.looked_into_at = note, by, now
    return save_or_refuse(difference, "note", "looked_into_by", "looked_into_at", by=by)
