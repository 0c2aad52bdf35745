"""About how much something costs, where whoever asks does not know; and the price that their worker finds."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from itertools import pairwise

from django.db import transaction
from django.utils import timezone

from budgets import interests, rules
from budgets.deciding import AlreadyDecided
from budgets.models import USUAL, Budget, MoneyRules, PanelCase, SmallThing, SpendRequest
from budgets.models.requests import ForWhom
from budgets.telling import tell
from common.errors import RuleBroken
from common.money import pounds
from common.saving import save_or_refuse
from people.models import Document, User
from people.record.documents import add_document

EDGES = (0, 10_00, 20_00, 50_00, 100_00, 250_00, 500_00, 1_000_00)  # pence
FOUND = "We found out what something costs that you asked for."
Band = tuple[int, int]


class AboveTheBand(RuleBroken):
    pass


class PriceIsKnown(RuleBroken):
    pass


def band_words(band: Band) -> str:
    low, high = band
    return f"{pounds(low)} to {pounds(high)}" if low else f"Up to {pounds(high)}"


def bands(most: int | None) -> list[Band]:
    """What may be chosen, in pence, from and to. The last one ends where no more may be asked for."""
    top = EDGES[-1] if most is None else min(most, EDGES[-1])
    return [(low, min(high, top)) for low, high in pairwise(EDGES) if low < top]


def most_for(budget: Budget, in_force: MoneyRules) -> int | None:
    """The most that can be asked for now, in pence; None where nothing says. `budget` comes with its money."""
    left = None if in_force.person_cap is None else max(0, in_force.person_cap - budget.promised)
    there = budget.available if budget.gives_sum_first else None
    said = [each for each in (in_force.item_cap, left, there) if each is not None]
    return min(said, default=None)


def small_things(budget: Budget, in_force: MoneyRules) -> list[tuple[SmallThing, Band]]:
    """What can be asked for in three presses, with its usual price: what the rules allow, and there is money for."""
    most = most_for(budget, in_force)
    found = []
    for thing, usual in USUAL.items():
        high = usual.at_most if most is None else min(usual.at_most, most)
        with suppress(rules.AgainstRules):
            rules.refuse_alone(in_force, ForWhom.ME)
            rules.refuse_against(in_force, amount=high, purpose=usual.purpose, promised=budget.promised)
            rules.refuse_without_quote(in_force, high, shown=False)
            if high > usual.at_least:
                found.append((thing, (usual.at_least, high)))
    return found


@transaction.atomic
def find_price(
    *, spend: SpendRequest, price: int, by: User, now: datetime, quote: tuple[str, bytes] | None = None
) -> SpendRequest:
    """Write down what something costs that was asked for with about how much. `price`: pence, all of it together.

    It is no more than was asked for: who needs more asks anew. From the sum on that the rules name it is shown: by
    `quote`, or the first time by what whoever asked added. The person is told.
    """
    rows = SpendRequest.objects.select_for_update(of=("self",)).with_person()
    spend = rows.get(pk=spend.pk)
    if spend.state != SpendRequest.State.ASKED:
        raise AlreadyDecided("This request has its answer already. Say who is to be paid instead.")
    if spend.about_from is None:
        raise PriceIsKnown("Whoever asked knew the price.")
    if PanelCase.objects.filter(spend=spend).exists():
        raise AlreadyDecided("It is with a panel, which decides about the most that it may cost.")
    in_force = MoneyRules.objects.of(spend.budget.enrolment.programme, timezone.localdate(now))
    shown = bool(quote) or price == spend.found_price or (spend.found_price is None and spend.quote_id is not None)
    rules.refuse_without_quote(in_force, price, shown=shown)
    interests.refuse_who_knows(by, spend.person)
    if price > (spend.amount or 0):
        raise AboveTheBand(
            f"They asked for {pounds(spend.amount or 0)} at most. Enter that or less; or let them ask anew for more."
        )
    spend.found_price, spend.found_by, spend.found_at = price, by, now
    if quote:
        spend.quote = shown_price(spend, quote, by, now)
    save_or_refuse(spend, "found_price", "found_by", "found_at", "quote", by=by)
    tell(spend.person, FOUND, key=f"price:{spend.pk}:{price}", now=now)
    return spend


def shown_price(spend: SpendRequest, quote: tuple[str, bytes], by: User, now: datetime) -> Document:
    """Keep what shows the price, its name and bytes, on the person's file."""
    name, data = quote
    return add_document(
        participant=spend.person, kind=Document.Kind.EVIDENCE, title=f"Price: {spend.what}"[:150], name=name, data=data,
        by=by, now=now, shared_with_person=True,
    )  # fmt: skip
