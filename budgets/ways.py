"""What each way of taking money is: what staff call it, what the person agrees to, and Scotland's option that it is.

Weeks are what stands in the form at first; each agreement has its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from budgets.models import MoneyRules, Way

PLAN = "Spend it only on what your plan says it is for."
SHOW = "Show what it was spent on: take a picture of each receipt, or bring it."
TELL = "Tell your worker soon if something goes wrong. Nobody is in trouble for telling."
BACK = "What is not used goes back to the fund."
NEVER = "Never use it for drink, drugs, gambling, debts or anything against the law."


@dataclass(frozen=True)
class KnownWay:
    staff: str
    option: int  # of the four in Scotland; a mix of ways is the fourth
    duties: tuple[str, ...]
    they_do: str  # what whoever looks after it does, in words the person reads
    check_weeks: int = 8
    most_weeks: int = 8


KNOWN: dict[str, KnownWay] = {
    Way.NOTIONAL: KnownWay(
        "Notional: the service pays", 3, ("Say what you need. The service pays for it.", TELL),
        "The service pays the shop or the provider for you.", 26,
    ),
    Way.PROVIDER: KnownWay(
        "Provider-managed", 2, ("Say what you want from the provider, and when.", TELL, BACK),
        "The provider gets the money for your thing alone. It tells you and us what it was spent on each month.", 4, 4,
    ),
    Way.THIRD_PARTY: KnownWay(
        "Managed account", 2, ("Say what is to be paid. They pay it for you.", PLAN, TELL, BACK),
        "They pay what you ask them to, from your money alone, and tell you and us what it was spent on.",
    ),
    Way.NOMINEE: KnownWay(
        "Direct payment to a nominee", 1, (PLAN, NEVER, SHOW, TELL, BACK),
        "They get the money for you, and spend it as you two agree. They can say at any time that they stop.",
    ),
    Way.CARD: KnownWay(
        "Prepaid card", 1, (PLAN, NEVER, SHOW, "Tell us the same day if the card is lost.", TELL, BACK),
        "You get a card with the money on it. You can spend what is on it, and no more.",
    ),
    Way.DIRECT: KnownWay(
        "Direct payment", 1, (PLAN, NEVER, "Keep it apart from your other money where you can.", SHOW, TELL, BACK),
        "The money is paid to your own account. You pay for the thing yourself.",
    ),
}  # fmt: skip


def allowed(rules: MoneyRules) -> list[Way]:
    """The ways that a programme's rules allow; the service's own way always."""
    return [way for way in Way if not rules.ways or way in rules.ways or way == Way.NOTIONAL]


def for_staff(way: str, *, four_options: bool = False) -> str:
    known = KNOWN[way]
    return f"Option {known.option}: {known.staff}" if four_options else known.staff


def mixed(ways: Sequence[str], *, four_options: bool = False) -> str:
    """How a budget is taken where these ways are in force, for staff."""
    if not ways:
        return for_staff(Way.NOTIONAL, four_options=four_options)
    if len(ways) == 1:
        return for_staff(ways[0], four_options=four_options)
    names = "; ".join(KNOWN[way].staff for way in ways)
    return f"Option 4: a mix ({names})" if four_options else f"A mix, each thing in its own way ({names})"
