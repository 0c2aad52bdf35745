"""What a programme's money may not buy, and the words by which a request looks as if it were for that.

Words are a hint for whoever decides, and no more: “beer mats for the bar course” is for a course.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from budgets.models import Prohibited

# In the singular and in lower case: a plural and capitals are found too.
WORDS: dict[Prohibited, tuple[str, ...]] = {
    Prohibited.ALCOHOL: (
        "alcohol", "ale", "beer", "booze", "brandy", "champagne", "cider", "gin", "lager", "liquor", "off-licence",
        "prosecco", "rum", "vodka", "whisky", "whiskey", "wine",
    ),
    Prohibited.TOBACCO: ("baccy", "cigar", "cigarette", "fag", "tobacco", "vape"),
    Prohibited.GAMBLING: (
        "betting", "bingo", "bookie", "casino", "gamble", "gambling", "lottery", "poker", "scratch card",
        "scratchcard", "slot machine",
    ),
    Prohibited.WEAPONS: ("air rifle", "airgun", "ammunition", "crossbow", "gun", "machete", "rifle", "sword"),
    Prohibited.FINES: (
        "court cost", "court fine", "fixed penalty", "parking fine", "penalty notice", "speeding fine", "surcharge",
    ),
    Prohibited.DEBTS: ("arrears", "debt", "loan", "overdraft", "payday"),
    Prohibited.CASH: ("cash", "gift card", "voucher"),
}  # fmt: skip


@dataclass(frozen=True)
class Hint:
    """A word of a request that is one for something prohibited."""

    word: str
    kind: Prohibited

    @property
    def said(self) -> str:
        return f"“{self.word}” may be {self.kind.label.lower()}, which this money may not buy."


def hints(text: str, kinds: Iterable[str]) -> list[Hint]:
    """The first word of this text for each of these kinds."""
    found = ((Prohibited(kind), _first(text, WORDS[Prohibited(kind)])) for kind in kinds)
    return [Hint(word, kind) for kind, word in found if word]


def _first(text: str, words: Iterable[str]) -> str:
    one = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words)
    match = re.search(rf"\b(?:{one})(?:s|es)?\b", text, re.IGNORECASE)
    return match.group() if match else ""
