"""An answer to a request: who may give it, what is written down with it, and the money that a yes sets aside.

A person decides, or the programme's rules do (budgets/by_rule.py).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from budgets import agreements, checks, interests, ledger, rules
from budgets.commands import Command
from budgets.drawing import drawn, order_for
from budgets.models import Commitment, MoneyRules, Purpose, SpendRequest, Way
from budgets.spending import Order
from budgets.telling import tell
from common.errors import RuleBroken
from common.money import pounds
from common.postgres.compiled import compiled_once
from common.saving import save_or_refuse
from common.states import Act, Refusal
from people.access import sign_in_changes
from people.models import Participant, User

WORD = re.compile(r"(?:[^\W\d_]|['’\u0300-\u036f])+")  # letters, their accents, and apostrophes among them
# Names that are words, too: written small they are the word.
COMMON = {
    "art", "bill", "bond", "brook", "brown", "chase", "day", "dean", "dale", "drew", "faith", "frank", "grace", "green",
    "hand", "hill", "home", "hope", "hunter", "jack", "joy", "king", "long", "love", "mark", "max", "may", "miles",
    "pat", "price", "read", "rich", "rob", "rose", "short", "small", "street", "sue", "summer", "white", "will", "wood",
    "work", "young",
}  # fmt: skip
State = SpendRequest.State
TOLD = "There is an answer to something you asked for."


class AlreadyDecided(RuleBroken):
    pass


class OwnRequest(RuleBroken):
    pass


class NotKnownWhoAsks(RuleBroken):
    pass


class GaveAWayIn(RuleBroken):
    pass


class MoreThanAsked(RuleBroken):
    pass


class NamesSomeone(RuleBroken):
    pass


class AboveTheLimit(RuleBroken):
    pass


DRAFT, ASKED = State.DRAFT, State.ASKED
SENT_ALREADY = Refusal(AlreadyDecided, "You have sent this already. You can see it on the money page.")
NOT_WAITING = Refusal(AlreadyDecided, "This request is not waiting for an answer. It says: {state}.")
ACTS = {
    "ask": Act({DRAFT}, SENT_ALREADY),
    "withdraw": Act({ASKED}, NOT_WAITING),
    "approve_request": Act({ASKED}, NOT_WAITING),
    "refuse_request": Act({ASKED}, NOT_WAITING),
}


@dataclass(frozen=True)
class Answer:
    """A yes of so many pence, or a no (0). A person gives it, or a panel, or a rule."""

    reason: str
    granted: int = 0
    public_sentence: str = ""
    not_prohibited: bool = False
    by: User | None = None
    rule: MoneyRules | None = None
    panel: tuple[int, ...] = ()  # the users who sent it to a panel, voted, or wrote votes down


def lock(spend: SpendRequest, act: str, command: Command, *, facts: bool = False) -> Any:
    """The request, locked, in a state where the act may begin; with whether who acts `gave` its person a way in, the
    rules of today, and the facts of its checks where they are asked for."""
    found = _locked(pk=spend.pk, by=command.by.pk, now=command.now, facts=facts)
    if not found:
        raise SpendRequest.DoesNotExist
    ACTS[act].begins(State(found[0].state))
    return found[0]


@compiled_once
def _locked(*, pk: int, by: int, now: datetime, facts: bool) -> Any:
    rows = SpendRequest.objects.select_for_update(of=("self",)).select_related(
        "budget__fund", "budget__enrolment__participant", "budget__enrolment__programme", "appeals"
    )
    gave = sign_in_changes.gave_to(checks.PERSON, by, now)
    rows = rows.filter(pk=pk).with_whether(gave).with_rules(timezone.localdate(now))
    return checks.with_facts(rows, by=by, now=now) if facts else rows


def refuse_decider(spend: Any, by: User) -> None:
    """Refuse whoever asked, or could have asked as the person, knows them, or may not decide as much as that."""
    if by.pk in (spend.asked_by_id, spend.started_by_id):
        raise OwnRequest("Someone else has to decide a request you made.")
    if by.pk in spend.may_not_decide:
        raise OwnRequest("You gave the first answer. So someone else looks at it again.")
    refuse_not_known(spend)
    refuse_who_gave_a_way_in(spend, gave=spend.gave)
    interests.refuse_interest(knows=spend.said_interest or spend.in_circle, called=spend.person.called)
    interests.refuse_tied(tied=spend.tied)
    if spend.payee_decides or spend.payee_interest:
        raise interests.HasAnInterest("You have to do with who would be paid. So someone else decides.")
    if is_for_panel(spend, spend.rules):
        raise AboveTheLimit(f"Above {pounds(spend.rules.manager_limit)} a panel decides. Send it to the panel.")


def is_for_panel(spend: SpendRequest, in_force: MoneyRules) -> bool:
    """Whether it is more than one manager decides about."""
    return in_force.manager_limit is not None and spend.at_stake > in_force.manager_limit


def refuse_not_known(spend: SpendRequest) -> None:
    if spend.waits_for_id:
        raise NotKnownWhoAsks(f"Wait until a colleague has confirmed that it is {spend.person.called} who asks.")


def refuse_who_gave_a_way_in(spend: SpendRequest, *, gave: bool) -> None:
    """Whoever can sign in as the person, or could have, has no say over their money for a while."""
    if gave:
        raise GaveAWayIn(
            f"You gave {spend.person.called} a way to sign in, or changed it, in the last "
            f"{sign_in_changes.LATELY.days} days. So someone else decides and pays."
        )


def give(spend: Any, answer: Answer, command: Command) -> Commitment | None:
    """Write the answer down, tell the person, and set aside what was granted. `spend` comes locked, with its facts."""
    order = order_for(spend, timezone.localdate(command.now))
    _record(spend, answer, order, command)
    return _set_aside(spend, order, command) if answer.granted else None


def _record(spend: Any, answer: Answer, order: Order, command: Command) -> None:
    yes = answer.granted > 0
    if answer.granted > spend.price:
        costs = "It costs" if spend.found_price else "They asked for"
        raise MoreThanAsked(f"{costs} {pounds(spend.price)}. A yes is to that much or less.")
    ours = sentence_for(spend, answer.granted)
    sentence = answer.public_sentence or ours
    if sentence != ours:
        refuse_names(sentence, spend.person)
    spend.state, spend.reason, spend.decided_at = State.APPROVED if yes else State.REFUSED, answer.reason, command.now
    spend.decided_by, spend.decided_by_rule, spend.granted = answer.by, answer.rule, answer.granted or None
    spend.decided_by_panel = list(answer.panel)
    spend.public_sentence, spend.not_prohibited = sentence, answer.not_prohibited
    spend.checked = checks.as_data(
        checks.to_keep(spend, spend.rules, order, looked=answer.not_prohibited, granted=answer.granted)
    )
    fields = ("state", "reason", "decided_at", "decided_by", "decided_by_rule", "granted", "public_sentence")
    save_or_refuse(spend, *fields, "decided_by_panel", "not_prohibited", "checked", by=command.by, whole=True)
    tell(spend.person, TOLD, key=f"request:{spend.pk}:answer", now=command.now)


def _set_aside(spend: SpendRequest, order: Order, command: Command) -> Commitment:
    """Where the programme gives no sum first, the fund allocates it now."""
    budget, amount, way = spend.budget, spend.granted or 0, agreements.way_now(spend)
    agreements.lock_person(spend, way)
    from_fund = order.for_this_alone() if budget.gives_sum_first else True
    holdings = ledger.lock(budget=budget, fund=budget.fund if from_fund else None)
    rules.refuse_against(spend.rules, amount=amount, purpose=spend.purpose, promised=holdings.promised)
    rules.refuse_alone(spend.rules, spend.for_whom)
    rules.refuse_prohibited(spend.rules, spend.words, looked=spend.not_prohibited)
    if spend.about_from is not None:  # who knew the price showed it when they asked
        rules.refuse_without_quote(spend.rules, amount, shown=spend.quote_id is not None)
    moves = drawn(budget, amount, order, holdings)
    if way != Way.NOTIONAL:
        pots = {pot for move in moves for pot in move.shares}
        agreements.refuse_without(spend, way, timezone.localdate(command.now), amount=amount, pots=pots)
    ledger.post(command, moves, budget=budget, spend=spend)
    made = Commitment(spend=spend, amount=amount, remaining=amount, way=way, payee=spend.payee)
    return save_or_refuse(made, by=command.by, whole=True)


def sentence_for(spend: SpendRequest, granted: int) -> str:
    """What anyone may read of an answer: no name, no words of the person."""
    kind = Purpose(spend.purpose).label
    if not granted:
        return f"Someone asked for {spend.amount_words} (“{kind}”), and the answer was no."
    if granted < spend.price:
        return f"Someone asked for {spend.amount_words} (“{kind}”), and got {pounds(granted)}."
    return f"Someone got {pounds(granted)} (“{kind}”), towards a goal of theirs."


def refuse_names(text: str, person: Participant, *, where: str = "The sentence that anyone may read") -> None:
    """Raise NamesSomeone where one of the person's names stands in this text, with or without capitals and accents."""
    said = (person.given_name, person.family_name, person.called)
    names = {letters(word) for name in said for word in WORD.findall(name)}
    for word in WORD.findall(text):
        plain = letters(word)
        is_common = plain in COMMON and word.islower()
        if len(plain) > 1 and plain in names and not is_common:
            raise NamesSomeone(f"{where} has a name in it (“{word}”). Leave it out.")


def letters(word: str) -> str:
    """A word as two are compared: without accents, apostrophes and capitals. A genitive's s is not of it."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word) if c.isalpha() or c in "'’")
    plain = re.sub(r"['’]s?$", "", plain.casefold())
    return plain.replace("'", "").replace("’", "")
