"""Ask whether it helped: once for each thing that was bought."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Sum

from budgets.models import Entry, Helped, SpendRequest
from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.saving import save_or_refuse
from people.access import sign_in_changes
from people.models import Participant, User

ASKED_FOR = timedelta(days=60)  # how long it is asked on the person's front page, since all of it was paid


class NothingBought(RuleBroken):
    pass


def bought() -> QuerySet[SpendRequest]:
    """What was paid for, of which some did not come back and was not lost."""
    # By account: what came back or was written off has left "paid out" again.
    still = Entry.objects.filter(account__kind="PAID", transaction__spend=OuterRef("pk")).order_by()
    sums = still.values("transaction__spend").annotate(pence=Sum("amount")).filter(pence__gt=0)
    return SpendRequest.objects.filter(Exists(sums), commitment__closed_at__isnull=False)


def was_bought(spend: SpendRequest) -> bool:
    return bought().filter(pk=spend.pk).exists()


def to_ask(person: Participant, now: datetime) -> QuerySet[SpendRequest]:
    """What was bought for this person lately, and nobody has said yet whether it helped."""
    rows = bought().filter(budget__enrolment__participant=person, helped=None)
    return rows.filter(commitment__closed_at__gt=now - ASKED_FOR).order_by("commitment__closed_at")


@transaction.atomic
def say(*, spend: SpendRequest, answer: str, by: User, now: datetime, words: str = "") -> Helped:
    """Say whether it helped. `by`: the person, or a colleague who takes down what they said."""
    theirs = by.pk == spend.person.user_id
    if theirs:
        sign_in_changes.look_again(by)
        sign_in_changes.refuse_unconfirmed(by)
    with acting_as(SYSTEM) if theirs else nullcontext():  # an answer is not theirs to write but for this moment
        if not was_bought(spend):
            raise NothingBought("This has not been bought yet.")
        return save_or_refuse(Helped(spend=spend, answer=answer, words=words, by=by, at=now), by=by)
