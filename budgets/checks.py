"""What is checked of a request before anyone decides: each with its result and a sentence.

What is asked of other rows is read with the request itself (`with_facts`): a decision costs no statement more for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Case, Count, Exists, Expression, F, Func, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import JSONObject
from django.utils import timezone

from budgets import interests, ledger, rules
from budgets.drawing import drawn
from budgets.models import Account, Every, Interest, MoneyRules, PayeeAccount, Payment, Purpose, SpendRequest
from budgets.models.requests import AsCompared
from budgets.prohibited import hints
from budgets.spending import Order
from common.money import pounds
from lifeplans.models import Goal
from people.models import CircleMember, EligibilityReview, Enrolment, IssuedCondition, User
from people.programmes import asked_again
from providers.models import PriceUnit, Referral, Service

PERSON = "budget__enrolment__participant"
REPEATS_WITHIN = timedelta(days=60)
OFTEN_WITHIN, OFTEN = timedelta(days=8), 3  # requests of one person
SAME_WITHIN, SAME = timedelta(days=29), 3  # other people who ask for the same
MOST_COUNTED = 100  # requests: more of them say nothing more
SAME_PAYEE = 5  # people for whom one payee is named within SAME_WITHIN
NEW_DETAILS = timedelta(days=30)  # since the bank details of who is paid were checked
WORTH_A_LOOK = 120_00  # pence above which a payee who was never paid is looked at
ROUND = 50_00  # pence: from twice this on, a multiple of it is a round sum
JUST_UNDER = Decimal("0.95")  # of the most for one thing


class Result(models.TextChoices):
    WELL = "WELL", "All well"
    MIND = "MIND", "Have a look"
    STOP = "STOP", "It cannot be approved so"


@dataclass(frozen=True)
class Check:
    about: str
    result: str
    said: str

    @property
    def label(self) -> str:
        return str(Result(self.result).label)


def as_data(found: list[Check]) -> list[dict[str, str]]:
    return [asdict(each) for each in found]


def interest_of(user: int, person: str, today: date) -> dict[str, Exists]:
    """Whether the user with this id knows the person whom `person` leads to: they said so, or are in their circle."""
    said = Interest.objects.current().filter(user=user, participant=OuterRef(person))
    circle = CircleMember.objects.not_ended(today).filter(user=user, participant=OuterRef(person))
    return {"said_interest": Exists(said), "in_circle": Exists(circle)}


def tied(user: int, spend: str = "") -> Exists:
    """Whether the user with this id knows who wrote, sent or decided the request that `spend` leads to outside work."""
    hands = [OuterRef(f"{spend}{hand}") for hand in ("started_by", "asked_by", "decided_by")]
    either = [Q(user=user, colleague=hand) | Q(colleague=user, user=hand) for hand in hands]
    return Exists(Interest.objects.current().filter(reduce(or_, either)))


def with_facts(rows: Any, *, by: int, now: datetime) -> Any:
    """Each request with what its checks ask of other rows. `by`: the id of whoever decides."""
    today = timezone.localdate(now)
    asked = SpendRequest.objects.sent().exclude(pk=OuterRef("pk"))
    theirs = asked.filter(**{PERSON: OuterRef(PERSON)})
    before = theirs.filter(
        purpose=OuterRef("purpose"), state=SpendRequest.State.APPROVED, decided_at__gt=now - REPEATS_WITHIN
    )
    same = asked.exclude(**{PERSON: OuterRef(PERSON)}).filter(asked_at__gt=now - SAME_WITHIN)
    same = same.alias(said=AsCompared("what")).filter(said=AsCompared(OuterRef("what")))
    help_now = Referral.objects.open().filter(goal=OuterRef("goal")).order_by("-pk")
    issued = IssuedCondition.objects.not_ended(today).filter(
        participant=OuterRef(PERSON), condition__touches_money=True
    )
    known_as = AsCompared(OuterRef("payee"))
    provider = AsCompared(OuterRef("service__provider__name"))
    theirs_outside = Interest.objects.current().filter(user=by).exclude(payee="").alias(said=AsCompared("payee"))
    named = SpendRequest.objects.sent().filter(asked_at__gt=now - SAME_WITHIN).exclude(payee="")
    named = named.alias(said=AsCompared("payee")).filter(said=known_as)
    people = named.order_by().values(one=Value(1)).annotate(many=Count(PERSON, distinct=True))
    told = issued.order_by("pk").values(
        one=JSONObject(code=F("condition__code"), text=F("condition__text"), details=F("details"))
    )
    promised = Account.objects.filter(budget=OuterRef("budget"), kind__in=["COMMITMENT", "PAID", "LOST"])
    sums = promised.order_by().values("budget").annotate(pence=Sum("balance")).values_list("pence")
    new_details = PayeeAccount.objects.current().filter(checked_at__gt=now - NEW_DETAILS)
    new_details = new_details.alias(said=AsCompared("payee")).filter(said=known_as)
    unlike = EligibilityReview.objects.open().filter(enrolment=OuterRef("budget__enrolment"))
    return rows.annotate(
        **interest_of(by, PERSON, today),
        tied=tied(by),
        goal_now=F("goal__status"),
        unlike_now=Subquery(unlike.values("said")[:1]),
        in_budget=_in_accounts(Account.objects.filter(budget=OuterRef("budget"), kind="BUDGET")),
        in_pots=_in_accounts(Account.objects.filter(pot__fund=OuterRef("budget__fund"), kind="POT")),
        promised_now=Subquery(sums),
        bought_before=Subquery(before.order_by("-decided_at").values("what")[:1]),
        often=_count(theirs.filter(asked_at__gt=now - OFTEN_WITHIN)),
        same=_count(same),
        help_now=Subquery(help_now.values("service__name")[:1]),
        money_conditions=ArraySubquery(told),
        payee_decides=Exists(_called(User.objects.filter(pk=by), known_as)),
        payee_asks=Exists(_called(User.objects.filter(pk=OuterRef("asked_by")), known_as)),
        payee_known=_if_named(Exists(Payment.objects.alias(said=AsCompared("payee")).filter(said=known_as)), False),
        payee_interest=Exists(theirs_outside.filter(Q(said=known_as) | Q(said=provider))),
        payee_for=_if_named(Subquery(people.values("many")), None),
        service_runs=Exists(Service.objects.available(today).filter(pk=OuterRef("service"))),
        service_called=F("service__name"),
        listed=F("service__price"),
        listed_unit=F("service__price_unit"),
        payee_new_details=_if_named(Exists(new_details), False),
    )


def _if_named(fact: Expression | Subquery, otherwise: bool | None) -> Case:
    """What is asked about who is to be paid. Postgres looks for none of it where nobody is named yet."""
    return Case(When(payee="", then=Value(otherwise)), default=fact)


def _called(users: QuerySet[User], name: AsCompared) -> QuerySet[User]:
    return users.alias(said=AsCompared("name")).filter(said=name)


def _in_accounts(accounts: QuerySet[Account]) -> ArraySubquery:
    """Of each pot, what these accounts hold (pence)."""
    return ArraySubquery(accounts.order_by("pk").values(one=JSONObject(pot=F("pot"), pence=F("balance"))))


def _count(rows: QuerySet[SpendRequest]) -> Func:
    some = ArraySubquery(rows.order_by().values("pk")[:MOST_COUNTED])
    return Func(some, function="cardinality", output_field=models.IntegerField())


def checks_of(
    spend: Any, in_force: MoneyRules, *, looked: bool = False, granted: int = 0, order: Order | None = None
) -> list[Check]:
    """`spend` comes with its facts. `looked`: whoever decides says that it is not what its words look like. `granted`:
    the pence of a yes; what was asked for where there is none. `order`: in which the pots are spent on it, for whoever
    may see what they hold."""
    found = list(_checks(spend, in_force, looked, granted or spend.price))
    return [*found, _money(spend, order, granted or spend.price)] if order else found


def of_today(spend: Any, in_force: MoneyRules, today: date, order: Order | None) -> list[Check]:
    """What is checked of a request that waits, as its page shows it: the programme's rules are asked there and then."""
    enrolment = spend.budget.enrolment
    if enrolment.state == Enrolment.State.ENROLLED:
        spend.unlike_now = asked_again.unmet(enrolment, today)
    return checks_of(spend, in_force, order=order)


def to_keep(spend: Any, in_force: MoneyRules, order: Order, *, looked: bool, granted: int) -> list[Check]:
    """What stays with a decision, and is read by who may not see what a fund holds. A yes sets the money aside at once,
    so that it was there."""
    found = checks_of(spend, in_force, looked=looked, granted=granted)
    there = bool(granted) or _money(spend, order, spend.price).result == Result.WELL
    said = "It was there, after all that is promised." if there else "It was not there."
    return [*found, Check("Money", Result.WELL if there else Result.MIND, said)]


def _checks(spend: Any, in_force: MoneyRules, looked: bool, amount: int) -> Iterator[Check]:
    yield _programme(spend)
    yield _goal(spend.goal_now)
    yield from _rules(spend, in_force, amount, looked)
    yield from _price(spend, in_force, amount)
    yield from _listed(spend, amount)
    yield _conditions(spend)
    if spend.said_interest or spend.in_circle:
        yield Check("Interest", Result.STOP, "You know them outside work. Someone else decides.")
    elif spend.tied:
        yield Check("Interest", Result.STOP, "You know whoever asked for it outside work. Someone else decides.")
    else:
        yield Check("Interest", Result.WELL, "Whoever decides has said of no interest in it.")
    yield from _payee(spend)
    if spend.help_now:
        said = f"They are referred to {spend.help_now} for this goal. Ask whether this is the same."
        yield Check("Help already", Result.MIND, said)
    if spend.bought_before:
        yield Check("Again", Result.MIND, f"“{spend.bought_before}” was approved for the same kind of thing lately.")
    yield from _unusual(spend, in_force)


def _programme(spend: Any) -> Check:
    """As each night asks (people/programmes/asked_again.py), whatever was accepted when they joined."""
    if spend.budget.enrolment.state != Enrolment.State.ENROLLED:
        return Check("Programme", Result.STOP, "They are not on the programme any more.")
    if spend.unlike_now:
        said = f"A manager has to say whether they stay: {' '.join(spend.unlike_now.values())}"
        return Check("Programme", Result.MIND, said)
    return Check("Programme", Result.WELL, "They are on the programme, and no decision about that waits.")


def _money(spend: Any, order: Order, amount: int) -> Check:
    """Whether it is there after all that is promised, and whose it would be."""
    by_kind = {"BUDGET": spend.in_budget, "POT": spend.in_pots}
    balances = {(kind, each["pot"]): each["pence"] for kind, accounts in by_kind.items() for each in accounts}
    holdings = ledger.Holdings(balances, of_request={})
    theirs = spend.budget.gives_sum_first
    there = sum((holdings.of("BUDGET") if theirs else order.spendable(holdings.of("POT"))).values())
    try:
        shares = drawn(spend.budget, amount, order, holdings)[-1].shares
    except ledger.NotEnough as refusal:
        return Check("Money", Result.STOP, str(refusal))
    whose = ", ".join(f"{order.pots[pot].called} {pounds(shares[pot])}" for pot in order.pots if pot in shares)
    where = "in their budget" if theirs else "in the fund for this"
    said = f"{pounds(there)} {where}, {pounds(there - amount)} after it. It is the money of: {whose}."
    return Check("Money", Result.WELL, said)


def _goal(status: str) -> Check:
    if status == Goal.Status.AGREED:
        return Check("Goal", Result.WELL, "The goal is agreed, and being worked on.")
    words = {Goal.Status.PROPOSED: "is not agreed yet", Goal.Status.PAUSED: "is paused"}
    said = words.get(Goal.Status(status), "was reached or put away since")
    return Check("Goal", Result.MIND, f"The goal {said}.")


def _rules(spend: Any, in_force: MoneyRules, amount: int, looked: bool) -> Iterator[Check]:
    promised = spend.promised_now or 0
    try:
        rules.refuse_alone(in_force, spend.for_whom)
        rules.refuse_against(in_force, amount=amount, purpose=spend.purpose, promised=promised)
    except rules.AgainstRules as refusal:
        yield Check("Rules", Result.STOP, str(refusal))
    else:
        label = Purpose(spend.purpose).label
        yield Check("Rules", Result.WELL, f"“{label}” and the sum are within the programme’s rules.")
    for hint in hints(spend.words, in_force.prohibited):
        yield Check("What it is", Result.MIND if looked else Result.STOP, hint.said)


def _price(spend: Any, in_force: MoneyRules, amount: int) -> Iterator[Check]:
    """What about how much was asked for: whether its worker has found the price, and shown it where that is needed."""
    if spend.about_from is None:
        return
    try:
        rules.refuse_without_quote(in_force, amount, shown=spend.quote_id is not None)
    except rules.AgainstRules:
        yield Check("Price", Result.STOP, "Nobody has shown the price yet. Their worker finds it first.")
    else:
        found = "Their worker found the price." if spend.found_price else ""
        said = "Nobody knows the price yet. A yes is to the most it may cost, and what is left comes back."
        yield Check("Price", Result.WELL if found else Result.MIND, found or said)


def _listed(spend: Any, amount: int) -> Iterator[Check]:
    """What they chose from the directory: whether it runs, and what it costs there."""
    if not spend.service_id:
        return
    called, each = spend.service_called, amount // spend.times
    if not spend.service_runs:
        yield Check("Listed price", Result.MIND, f"{called} cannot be had now. Find another before it is bought.")
    elif spend.listed is None:
        yield Check("Listed price", Result.WELL, f"{called} lists no price.")
    else:
        costs = f"{called} costs {pounds(spend.listed)} {PriceUnit(spend.listed_unit).label}."
        fits = each <= spend.listed if spend.listed_unit == PriceUnit.ONCE else each % spend.listed == 0
        often = f" {Every(spend.every).label.lower()}" if spend.every else ""
        asks = "" if spend.has_no_price else f" This is {pounds(each)}{often}{'.' if fits else ': ask why.'}"
        yield Check("Listed price", Result.WELL if fits or not asks else Result.MIND, f"{costs}{asks}")


def _conditions(spend: Any) -> Check:
    """A limit on what the person may own is compared with the sum; every other condition about money is minded."""
    told = spend.money_conditions or []
    for each in told:
        most = re.search(r"\d[\d,]*(?:\.\d\d)?", each["details"])
        if each["code"] == "asset-limit" and (most is None or spend.amount > _pence(most[0])):
            said = f"The licence says: “{each['text']}” ({each['details']})."
            return Check("Licence", Result.MIND, f"{said} Their practitioner is told before it is bought.")
    if told:
        many = "A condition touches" if len(told) == 1 else f"{len(told)} conditions touch"
        return Check("Licence", Result.MIND, f"{many} money: read it above.")
    return Check("Licence", Result.WELL, "No condition that is on the record touches money.")


def _payee(spend: Any) -> Iterator[Check]:
    """Who is to be paid: not who decides, and looked at where it is who asks, new, or named for many."""
    if spend.payee_decides or spend.payee_interest:
        yield Check("Paid to", Result.STOP, "You have to do with who would be paid. Someone else decides.")
    elif not spend.payee:
        yield Check("Paid to", Result.WELL, "Nobody is named yet. The worker says who, before it is paid.")
    elif interests.is_person(spend.person, spend.payee):
        said = "It would be paid to the person themselves: that goes in a way that is agreed, on their money page."
        yield Check("Paid to", Result.MIND, said)
    elif spend.payee_asks:
        yield Check("Paid to", Result.MIND, "It would be paid to who asks for it. Ask for a bill.")
    elif (spend.payee_for or 0) >= SAME_PAYEE:
        said = f"{spend.payee} is named for {spend.payee_for} people in the last {SAME_WITHIN.days} days."
        yield Check("Paid to", Result.MIND, said)
    elif spend.payee_new_details:
        said = f"The bank details of {spend.payee} are new. Ask whoever checked them, on a number that you know."
        yield Check("Paid to", Result.MIND, said)
    elif not spend.payee_known and (spend.amount or 0) > WORTH_A_LOOK:
        yield Check("Paid to", Result.MIND, f"{spend.payee} was never paid before. Look at the bill.")
    else:
        yield Check("Paid to", Result.WELL, f"{spend.payee} is named.")


def _pence(said: str) -> int:
    return int(Decimal(said.replace(",", "")) * 100)


def _unusual(spend: Any, in_force: MoneyRules) -> Iterator[Check]:
    """What is rarely wrong, and worth a look: it never stops anything."""
    amount, under = spend.price, _just_under(spend.price, in_force)
    if not spend.has_no_price and amount >= 2 * ROUND and amount % ROUND == 0:
        yield Check("Round sum", Result.MIND, f"{pounds(amount)} is a round sum. Ask how the price is known.")
    if under and not spend.has_no_price:
        yield Check("Just under", Result.MIND, f"{pounds(amount)} is just under {under}.")
    if (spend.often or 0) >= OFTEN:
        said = f"They have asked {spend.often} times more in the last {OFTEN_WITHIN.days} days."
        yield Check("Often", Result.MIND, said)
    if (spend.same or 0) >= SAME:
        said = f"{spend.same} other people asked for just this in the last {SAME_WITHIN.days} days."
        yield Check("Many ask for it", Result.MIND, said)


def _just_under(amount: int, in_force: MoneyRules) -> str:
    """Which sum of the rules this is just under, in words; empty where it is under none."""
    sums = {
        "the most for one thing": in_force.item_cap, "what one manager decides": in_force.manager_limit,
        "the sum from which the price is shown": in_force.quote_from,
    }  # fmt: skip
    return next((said for said, most in sums.items() if most and most * JUST_UNDER <= amount < most), "")
