"""Money that a person pays back in parts: the last resort, agreed by two people, and stopped when it does harm.

What came back is what the ledger says: refunds of the request since it was agreed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from budgets import interests
from budgets.ledger import Kind
from budgets.models import Entry, Every, Recovery, SpendRequest
from budgets.repeating import STEP
from budgets.telling import tell
from common.days import later
from common.errors import RuleBroken
from common.money import pounds
from common.saving import save_or_refuse
from common.states import Act, Refusal
from people.models import User

GRACE = timedelta(days=7)  # after its day a part is late
MOST_PARTS = 120
LOOKED_AT_FOR = timedelta(days=60)  # what was paid back is looked at for so long
NOTHING_OUT = "Nothing that was paid is out any more."
PROPOSED, RUNNING, DONE, REFUSED, STOPPED = Recovery.State
TOLD = "Something changed about money to pay back, and it says why."


class MoreThanPaid(RuleBroken):
    pass


class SamePerson(RuleBroken):
    pass


class TooLong(RuleBroken):
    pass


class AnsweredAlready(RuleBroken):
    pass


ANSWERED = Refusal(AnsweredAlready, "This was answered already. It says: {state}.")
ACTS = {
    "agree": Act({PROPOSED}, ANSWERED),
    "refuse": Act({PROPOSED}, ANSWERED),
    "stop": Act({PROPOSED, RUNNING}, Refusal(AnsweredAlready, "This has ended already. It says: {state}.")),
}


@dataclass(frozen=True)
class Progress:
    """Pence that came back, that should have by now, and the day of the next part (None: none is left)."""

    back: int
    due: int
    next_on: date | None

    @property
    def is_late(self) -> bool:
        return self.back < self.due


@transaction.atomic
def propose(
    *, spend: SpendRequest, amount: int, each: int, every: str, first_on: date, why: str, tried: str, person_said: str,
    by: User, now: datetime,
) -> Recovery:  # fmt: skip
    """Propose that someone pays money back. `amount`, `each`: pence. A second person has to agree."""
    spend = SpendRequest.objects.select_for_update(of=("self",)).with_person().get(pk=spend.pk)
    interests.refuse_who_knows(by, spend.person)
    still = still_paid(spend)
    if amount > still:
        raise MoreThanPaid(f"{pounds(still)} of what was paid for this is still out. Enter that or less.")
    if each and -(-amount // each) > MOST_PARTS:
        raise TooLong(f"That would take more than {MOST_PARTS} parts. Make each part more, or the sum less.")
    made = Recovery(
        spend=spend, amount=amount, each=each, every=every, first_on=first_on, why=why, tried=tried,
        person_said=person_said, asked_by=by, asked_at=now,
    )  # fmt: skip
    return save_or_refuse(made, by=by)


@transaction.atomic
def agree(*, recovery: Recovery, by: User, now: datetime) -> Recovery:
    """A second person agrees: it begins, and the person is told."""
    recovery = _lock(recovery, "agree")
    _refuse_same(recovery, by)
    if recovery.amount > (still := still_paid(recovery.spend)):
        raise MoreThanPaid(f"Only {pounds(still)} of what was paid is still out by now. Propose it anew, for less.")
    recovery.state = RUNNING
    return _answered(recovery, by, now)


@transaction.atomic
def refuse(*, recovery: Recovery, answer: str, by: User, now: datetime) -> Recovery:
    """A second person does not agree. The person was never told, and nothing is paid back."""
    recovery = _lock(recovery, "refuse")
    _refuse_same(recovery, by)
    recovery.state, recovery.answer = REFUSED, answer
    return _answered(recovery, by, now)


@transaction.atomic
def stop(*, recovery: Recovery, why: str, by: User, now: datetime) -> Recovery:
    """It stops: it does harm, or was a mistake. What came back stays where it went."""
    recovery = _lock(recovery, "stop")
    interests.refuse_who_knows(by, recovery.spend.person)
    was_running = recovery.state == RUNNING
    recovery.state, recovery.ended_why, recovery.ended_by, recovery.ended_at = STOPPED, why, by, now
    save_or_refuse(recovery, "state", "ended_why", "ended_by", "ended_at", by=by)
    if was_running:
        tell(recovery.spend.person, TOLD, key=f"recovery:{recovery.pk}:stopped", now=now)
    return recovery


def _answered(recovery: Recovery, by: User, now: datetime) -> Recovery:
    recovery.answered_by, recovery.answered_at = by, now
    save_or_refuse(recovery, "state", "answer", "answered_by", "answered_at", by=by)
    if recovery.state == RUNNING:
        tell(recovery.spend.person, TOLD, key=f"recovery:{recovery.pk}", now=now)
    return recovery


def look_again(*, now: datetime) -> int:
    """End those of which all came back, or nothing is out any more, and tell the person; begin again where what came
    back was put right since. Answers how many changed. As the service."""
    rows = Recovery.objects.filter(Q(state=RUNNING) | Q(state=DONE, ended_at__gt=now - LOOKED_AT_FOR))
    changed = list(rows.select_related("spend__budget__enrolment__participant"))
    found = progress(changed, timezone.localdate(now))
    return sum(_settle(each, found[each.pk].back >= each.amount, now) for each in changed)


def _settle(each: Recovery, is_back: bool, now: datetime) -> int:
    """1 where it changed. `is_back`: all of it came back."""
    by = User.objects.service()
    if each.state == DONE and not is_back and still_paid(each.spend):
        each.state, each.ended_by, each.ended_at = RUNNING, None, None
    elif each.state == RUNNING and is_back:
        each.state, each.ended_by, each.ended_at = DONE, by, now
    elif each.state == RUNNING and not still_paid(each.spend):
        each.state, each.ended_by, each.ended_at, each.ended_why = STOPPED, by, now, NOTHING_OUT
    else:
        return 0
    save_or_refuse(each, "state", "ended_by", "ended_at", "ended_why", by=by)
    tell(each.spend.person, TOLD, key=f"recovery:{each.pk}:{each.state}:{now:%Y%m%d}", now=now)
    return 1


def still_paid(spend: SpendRequest) -> int:
    """What was paid for a request, and neither came back nor was written off, in pence."""
    rows = Entry.objects.filter(account__kind="PAID", transaction__spend=spend)
    return rows.aggregate(pence=Sum("amount"))["pence"] or 0


def progress(rows: Collection[Recovery], today: date) -> dict[int, Progress]:
    """How far each of these is, by its id: one statement."""
    came = Entry.objects.filter(
        transaction__spend__in={each.spend_id for each in rows}, account__kind="PAID", amount__lt=0,
        transaction__kind=Kind.REFUND, transaction__reversed_by=None,
    ).values_list("transaction__spend", "transaction__at", "amount")  # fmt: skip
    moves = list(came) if rows else []
    return {
        each.pk: _progress(each, [(at, -pence) for spend, at, pence in moves if spend == each.spend_id], today)
        for each in rows
    }


def _progress(recovery: Recovery, moves: list[tuple[datetime, int]], today: date) -> Progress:
    since = recovery.answered_at
    back = sum(pence for at, pence in moves if since and at >= since)
    days = due_days(recovery)
    due = min(recovery.amount, recovery.each * sum(1 for day in days if day + GRACE < today))
    paid_parts = back // recovery.each
    return Progress(back, due if recovery.state == RUNNING else 0, days[paid_parts] if paid_parts < len(days) else None)


@dataclass(frozen=True)
class Shown:
    """A recovery as a page shows it."""

    recovery: Recovery
    progress: Progress


def of_spend(spend: SpendRequest, today: date) -> list[Shown]:
    """All that was ever proposed about a request, the newest last."""
    rows = list(spend.recoveries.order_by("asked_at", "pk"))
    found = progress(rows, today)
    return [Shown(each, found[each.pk]) for each in rows]


def of_person(spend: SpendRequest, today: date) -> list[Shown]:
    """What the person reads of it: what two people agreed to."""
    return [each for each in of_spend(spend, today) if each.recovery.answered_at and each.recovery.state != REFUSED]


def due_days(recovery: Recovery) -> list[date]:
    """The day of each part."""
    parts = -(-recovery.amount // recovery.each)
    number, unit = STEP[Every(recovery.every)]
    return [later(recovery.first_on, number * nth, unit) for nth in range(parts)]


def _refuse_same(recovery: Recovery, by: User) -> None:
    if by.pk == recovery.asked_by_id:
        raise SamePerson("Someone other than who proposed it has to answer.")
    interests.refuse_who_knows(by, recovery.spend.person)
    interests.refuse_tied(tied=by.pk in interests.tied_to_any([recovery.asked_by_id]))


def _lock(recovery: Recovery, act: str) -> Recovery:
    rows = Recovery.objects.select_for_update(of=("self",)).select_related("spend__budget__enrolment__participant")
    recovery = rows.get(pk=recovery.pk)
    ACTS[act].begins(Recovery.State(recovery.state))
    return recovery
