"""Whether someone may have money in hand: what their licence, their sentence and the funders' own rules say.

Whatever is not known is asked, and never taken for a yes. Each answer is a sentence for staff that names the rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from budgets.models import CASH, Law, Pot, Way
from common.errors import RuleBroken
from common.money import pounds
from people.models import IssuedCondition, Participant, Requirement, Sentence
from people.record.licences import money_conditions

Kind = Requirement.Kind


class CashForbidden(RuleBroken):
    pass


@dataclass(frozen=True)
class Bars:
    """To whom a law gives no cash: people under such requirements or licence conditions (by their codes)."""

    kinds: frozenset[str]
    codes: frozenset[str]
    source: str
    but_nominee: bool = False  # someone suitable may take it for them


DRINK_AND_DRUGS = frozenset({Kind.DRUG, Kind.ALCOHOL, Kind.ABSTINENCE})
TESTED = frozenset({"drug-test", "alcohol-monitor"})
# Read in November 2026, where it says nothing else.
LAWS: dict[str, Bars] = {
    Law.CARE_ENGLAND: Bars(DRINK_AND_DRUGS, TESTED, "SI 2009/1887, schedule 1, as Care Act practice lists it"),
    Law.HEALTH_ENGLAND: Bars(DRINK_AND_DRUGS, TESTED, "SI 2013/1617"),
    Law.SCHOOL_ENGLAND: Bars(DRINK_AND_DRUGS, TESTED, "SI 2014/1652"),
    Law.CARE_WALES: Bars(DRINK_AND_DRUGS, TESTED, "WSI 2015/1815, regulation 14", but_nominee=True),
    Law.CARE_SCOTLAND: Bars(
        DRINK_AND_DRUGS | {Kind.MENTAL_HEALTH}, TESTED | {"see-specialist"},
        "the draft list of 2013; ask whether the one in force says the same",
    ),
}  # fmt: skip
NO_MATTER = {"payslips", "asset-limit", "no-gambling"}  # they touch money, and say nothing about how it is taken


def bars(
    person: Participant,
    way: str,
    today: date,
    *,
    pots: Iterable[Pot] = (),
    in_hand: int = 0,
    account_told: bool = False,
) -> list[str]:  # fmt: skip
    """Why this person may not take money in this way, a sentence each; empty where they may.

    `in_hand` is what they would have, in pence; `account_told` whether their practitioner knows the account.
    """
    issued = list(money_conditions(person, today))
    found = [_licence(each, way, in_hand, account_told=account_told) for each in issued]
    if way in CASH:
        found += [_not_on_record(person, today), *_laws(person, way, pots, today)]
    return [said for said in found if said]


def refuse_barred(said: list[str]) -> None:
    if said:
        raise CashForbidden(" ".join(said))


def _licence(issued: IssuedCondition, way: str, in_hand: int, *, account_told: bool) -> str:
    """What one licence condition that touches money says of a way. One that nobody has thought of stops all cash."""
    code, named = issued.condition.code, f"The licence says: “{issued.condition.text}”"
    if code in NO_MATTER:
        return ""
    if code == "no-transfers":
        stops = way in (Way.NOMINEE, Way.THIRD_PARTY)
        return f"{named} So nobody else takes it for them, until the licence is varied." if stops else ""
    if code == "bank-details":
        stops = way in (Way.CARD, Way.DIRECT) and not account_told
        return f"{named} First their practitioner has the details of this account or card." if stops else ""
    if code == "cash-limit" and way in (Way.CARD, Way.DIRECT):
        return _limit(issued, named, in_hand)
    if code == "cash-limit":
        return ""
    return f"{named} It is not known whether that allows this way. Let the service pay." if way in CASH else ""


def _limit(issued: IssuedCondition, named: str, in_hand: int) -> str:
    most = re.search(r"\d[\d,]*(?:\.\d\d)?", issued.details)
    if most is None:
        return f"{named} It does not say how much in figures. Let the service pay."
    pence = int(Decimal(most[0].replace(",", "")) * 100)
    if in_hand <= pence:
        return ""
    return f"{named} That is {pounds(pence)}, and they would have {pounds(in_hand)}."


def _not_on_record(person: Participant, today: date) -> str:
    """Released, and the licence is not there to be read."""
    on_licence = Sentence.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), participant=person, kind=Sentence.Kind.CUSTODY,
        release_on__lte=today,
    )  # fmt: skip
    if on_licence.filter(licence_conditions=None).exists():
        return "Their licence is not on the record yet, so nobody can know what it says of money. Add it first."
    return ""


def _laws(person: Participant, way: str, pots: Iterable[Pot], today: date) -> Iterator[str]:
    bound = {pot.law: pot for pot in pots if pot.law}
    if not bound:
        return
    running = Q(sentence__ends_on__isnull=True) | Q(sentence__ends_on__gte=today)
    ordered = Requirement.objects.filter(running, sentence__participant=person).exclude(state__in=["DONE", "NOT_DONE"])
    kinds = set(ordered.values_list("kind", flat=True))
    issued = IssuedCondition.objects.not_ended(today).filter(participant=person)
    codes = set(issued.values_list("condition__code", flat=True))
    for law, pot in sorted(bound.items()):
        rule = LAWS[law]
        if (kinds & rule.kinds or codes & rule.codes) and not (rule.but_nominee and way == Way.NOMINEE):
            yield f"{pot.called} is {Law(law).label.lower()}. Their order does not let them take it so ({rule.source})."
