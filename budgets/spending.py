"""Whose money is spent first: of what may be spent on this the narrowest, then what ends soonest, then the oldest.

Narrow is what has most conditions. Pots that are equal in all three share, in proportion to what is there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from budgets import totals
from budgets.models import Fund, Pot
from common.postgres.actor import as_service
from people.models import Participant
from people.record.characteristics import only_taken_with

Rank = tuple[int, date, date]  # the lower is spent first


def rank(pot: Pot) -> Rank:
    return (-len(pot.conditions), pot.last_day or date.max, pot.opened_on)


@dataclass(frozen=True)
class Order:
    """In which order the pots of a fund are spent for one purpose on one day, and why others are not.

    Without a person it is of money that they have already: conditions about who they are were asked when they got it.
    Without a purpose it is of a sum that is not for anything yet: what is for one thing only is left out.
    """

    fund: Fund
    today: date
    purpose: str = ""
    person: Participant | None = None

    @cached_property
    def pots(self) -> dict[int, Pot]:
        """By id, in order."""
        found = self.fund.pots.select_related("funder").with_areas()
        return {pot.pk: pot for pot in sorted(found, key=lambda pot: (rank(pot), pot.pk))}

    @cached_property
    def refused(self) -> dict[int, str]:
        """Why each pot that may not be spent on this may not, by id."""
        said = {pk: next(self._unmet(pot), "") for pk, pot in self.pots.items()}
        return {pk: words for pk, words in said.items() if words}

    @cached_property
    def borne(self) -> dict[int, int]:
        """What the funder of each pot has given in this fund so far, in pence: all of it that is not in its pots."""
        with as_service():  # whoever spends does not see what others got
            balances = totals.balances()
        borne: Counter[int] = Counter()
        for (pot, kind), pence in balances.items():
            if pot in self.pots and kind != "POT":
                borne[self.pots[pot].funder_id] += pence
        return {pk: borne[pot.funder_id] for pk, pot in self.pots.items()}

    def groups(self, pots: Iterable[int], *, last_first: bool = False) -> Iterator[list[int]]:
        """These pots in their order: each list shares. What comes back, comes back to the last first."""
        by_rank: dict[Rank, list[int]] = {}
        for pk in pots:
            by_rank.setdefault(rank(self.pots[pk]), []).append(pk)
        yield from (by_rank[each] for each in sorted(by_rank, reverse=last_first))

    def spendable(self, balances: Mapping[int, int]) -> dict[int, int]:
        """Those of these balances, by pot, that may be spent on this."""
        return {pk: pence for pk, pence in balances.items() if pk not in self.refused}

    def for_this_alone(self) -> list[int]:
        """Pots that may be spent on this person for this purpose, and not on just anything."""
        return [pk for pk, pot in self.pots.items() if pot.purposes and pk not in self.refused]

    def of_anyone(self) -> Order:
        """The same of money that a person has already. The pots are read once."""
        theirs = replace(self, person=None)
        theirs.__dict__["pots"] = self.pots
        return theirs

    def _unmet(self, pot: Pot) -> Iterator[str]:
        if pot.last_day and pot.last_day < self.today:
            yield f"was to be used by {pot.last_day:%-d %B %Y}"
        if pot.purposes and self.purpose not in pot.purposes:
            yield "is for something else"
        if self.person:
            yield from self._unmet_by(pot, self.person)

    def _unmet_by(self, pot: Pot, person: Participant) -> Iterator[str]:
        if pot.youngest is not None and not pot.youngest <= person.age_on(self.today) <= (pot.oldest or 0):
            yield f"is for people aged {pot.youngest} to {pot.oldest}"
        if pot.tag and pot.tag not in person.cohort_tags:
            yield "is for a group they are not in"
        if pot.area_ids and person.delivery_unit_id not in pot.area_ids:
            yield "is for another area"
        if pot.for_whom and only_taken_with(person) != pot.for_whom:
            yield "is not for them"  # what they say of their sex is not for whoever reads this
