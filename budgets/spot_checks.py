"""Which payments are looked at again: some by chance, more of them the more there is to look at.

The chance is worked out from the payment and the service's secret key, so that nobody can tell beforehand which are
picked, and the same are picked whenever it is asked.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from budgets import interests
from budgets.checks import Result
from budgets.deciding import OwnRequest
from budgets.models import CASH, Payment, SpotCheck
from budgets.models.requests import AsCompared
from common.errors import RuleBroken
from common.money import pounds
from common.saving import save_or_refuse
from common.states import Act, Refusal
from people.models import User

WITHIN = timedelta(days=7)  # payments recorded since then are looked through each night
LARGE = 250_00  # pence
ALWAYS = 100
CHANCES = (2, 10, 25, 50)  # of a hundred payments, with so many things to look at; all of them with more
TO_LOOK_AT = {
    "Round sum": "a round sum", "Just under": "just under the most for one thing", "Often": "asked for often",
    "Many ask for it": "many ask for the same", "Paid to": "who is paid", "Again": "the same kind as lately",
    "Price": "the price was not known",
}  # fmt: skip
OPEN, WELL, WRONG, SETTLED = SpotCheck.State


class LookedAtAlready(RuleBroken):
    pass


ANSWERED = Refusal(LookedAtAlready, "Someone has looked at this already. It says: {state}.")
ACTS = {
    "find": Act({OPEN}, ANSWERED),
    "settle": Act({WRONG}, Refusal(LookedAtAlready, "There is nothing to settle here. It says: {state}.")),
}


def reasons(payment: Any) -> list[str]:
    """What there is to look at, in words. `payment` comes from `_to_look_through`."""
    minded = {each["about"] for each in payment.commitment.spend.checked if each["result"] != Result.WELL}
    said = [words for about, words in TO_LOOK_AT.items() if about in minded]
    more = {
        f"{pounds(LARGE)} or more": payment.amount >= LARGE,
        "paid before it was delivered": bool(payment.advance),
        "nobody was paid by this name before": payment.first_of_payee,
        "a rule said yes": payment.commitment.spend.decided_by_rule_id is not None,
        "handed over as money": payment.way in CASH,
    }
    return said + [words for words, is_so in more.items() if is_so]


def chance(many: int) -> int:
    """Of a hundred payments with so many things to look at, how many are picked."""
    return CHANCES[many] if many < len(CHANCES) else ALWAYS


def drawn(payment: Payment) -> int:
    """A number from 0 to 99, always the same for one payment."""
    secret = hmac.new(settings.SECRET_KEY.encode(), f"spot check {payment.pk}".encode(), hashlib.sha256)
    return int.from_bytes(secret.digest()[:8], "big") % 100


def pick(*, now: datetime, draw: Callable[[Payment], int] | None = None) -> int:
    """Pick among the payments of the last days. Answers how many were picked. As the service.

    `draw` gives a payment's number in place of `drawn`: the demo's story is the same on every machine.
    """
    made = []
    for payment in _to_look_through(now):
        why = reasons(payment)
        if (draw or drawn)(payment) < chance(len(why)):
            made.append(SpotCheck(payment=payment, why=_sentence(why), picked_at=now))
    return len(SpotCheck.objects.bulk_create(made))


def _sentence(why: list[str]) -> str:
    return f"Picked for {', '.join(why)}." if why else "Picked by chance."


def _to_look_through(now: datetime) -> Iterator[Any]:
    """Payments that stand and were not picked; with whether theirs was the first to this payee."""
    before = Payment.objects.filter(pk__lt=OuterRef("pk"))
    before = before.alias(said=AsCompared("payee")).filter(said=AsCompared(OuterRef("payee")))
    rows = Payment.objects.filter(recorded_at__gt=now - WITHIN, reversed_at=None, spot_check=None)
    rows = rows.annotate(first_of_payee=~Exists(before)).select_related("commitment__spend")
    yield from rows.order_by("pk")


@transaction.atomic
def find(*, check: SpotCheck, wrong: bool, found: str, by: User, now: datetime) -> SpotCheck:
    """Say what a look found: all well, or what is wrong. Nobody who had a part in the payment looks at it."""
    check = _lock(check, "find")
    refuse_who_had_a_part(check, by)
    check.state, check.found, check.looked_by, check.looked_at = WRONG if wrong else WELL, found, by, now
    return save_or_refuse(check, "state", "found", "looked_by", "looked_at", by=by)


@transaction.atomic
def settle(*, check: SpotCheck, settled: str, by: User, now: datetime) -> SpotCheck:
    """Say how what was wrong came right: it was explained, came back, or was written off."""
    check = _lock(check, "settle")
    refuse_who_had_a_part(check, by)
    check.state, check.settled, check.settled_by, check.settled_at = SETTLED, settled, by, now
    return save_or_refuse(check, "state", "settled", "settled_by", "settled_at", by=by)


def had_a_part(check: SpotCheck) -> set[int]:
    """The users who asked, found the price, decided or paid."""
    return check.payment.commitment.spend.hands | {check.payment.recorded_by_id}


def refuse_who_had_a_part(check: SpotCheck, by: User) -> None:
    if by.pk in had_a_part(check):
        raise OwnRequest("You had a part in this payment, so someone else looks at it.")
    interests.refuse_who_knows(by, check.payment.commitment.spend.person)
    interests.refuse_tied(tied=by.pk in interests.tied_to_any(had_a_part(check)))
    interests.refuse_payee(by, check.payment.payee)


def _lock(check: SpotCheck, act: str) -> SpotCheck:
    rows = SpotCheck.objects.select_for_update(of=("self",)).select_related(
        "payment__commitment__spend__budget__enrolment__participant"
    )
    check = rows.get(pk=check.pk)
    ACTS[act].begins(SpotCheck.State(check.state))
    return check
