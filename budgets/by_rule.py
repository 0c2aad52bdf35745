"""What the programme's rules say yes to at once, without a colleague's decision.

A worker's small limit, and what a person may have by themselves, are both a sum within 30 days. The second one widens
by a step each time so many things went as agreed, and is a step less while something is to be shown. The decider that
is written down is the version of the rules. Ledger, payer and checks are as for every other yes; what has anything to
look at is left to a colleague.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Sum
from django.utils import timezone

from budgets import checks, deciding
from budgets.checks import Result
from budgets.commands import Command
from budgets.deciding import Answer
from budgets.in_hand import in_hand, of_requests, too_much, with_last
from budgets.ledger import Kind
from budgets.models import Budget, Commitment, MoneyRules, OwnLimit, Payment, SpendRequest, Transaction, WayAgreement
from budgets.telling import tell
from common.errors import RuleBroken
from common.money import pounds
from common.postgres.actor import as_service
from common.saving import save_or_refuse
from people.models import Participant, User

WITHIN = timedelta(days=30)
BOUND = ("Again", "Often", "Price")  # what the sum within 30 days bounds already
START = "This is where everyone starts."
CHANGED = "What you can have without waiting for an answer has changed."


def decide(spend: SpendRequest, rules: MoneyRules, command: Command) -> None:
    """Say yes to a request that was just sent, where the rules do. Otherwise it waits for a colleague, as it is."""
    if rules.pk and (rules.own_limits or rules.worker_limit):
        _decide(spend, rules, command)


@as_service()  # whoever asks neither decides nor moves money: the rule does
def _decide(spend: SpendRequest, rules: MoneyRules, command: Command) -> None:
    Participant.objects.lock(spend.person)  # two at once would not see each other's sum
    found = deciding.lock(spend, "approve_request", command, facts=True)
    limit = limit_of(found, rules)
    if (
        found.waits_for_id
        or deciding.is_for_panel(found, rules)
        or (found.amount or 0) + used([found.person.pk], command.now) > limit
    ):
        return
    to_look_at = [check for check in checks.checks_of(found, found.rules) if check.result != Result.WELL]
    if any(check.about not in BOUND for check in to_look_at):
        return
    answer = Answer(reason(found, rules, limit), found.amount, rule=rules)
    answer = replace(answer, public_sentence=deciding.sentence_for(found, found.amount))
    try:
        with transaction.atomic():
            deciding.give(found, answer, command)
    except RuleBroken:
        return  # no money for it, or it may not be taken that way: a colleague reads why


def asks_for_themselves(spend: SpendRequest) -> bool:
    return spend.asked_by_id == spend.person.user_id


def limit_of(spend: SpendRequest, rules: MoneyRules) -> int:
    """How much the rules say yes to within 30 days, in pence, for who asks."""
    return own_limit(spend.budget, rules) if asks_for_themselves(spend) else rules.worker_limit or 0


def own_limit(budget: Budget, rules: MoneyRules) -> int:
    return _own_limit(budget.own_limits.newest(), rules)


def _own_limit(newest: OwnLimit | None, rules: MoneyRules) -> int:
    """Where nothing has changed it yet, the first step. Never more than the last one of today's rules."""
    if not rules.own_limits:
        return 0
    return min(newest.pence, max(rules.own_limits)) if newest else rules.own_limits[0]


def used(people: Collection[int], now: datetime) -> int:
    """What rules said yes to for these people in the last 30 days, in pence."""
    by_rules = SpendRequest.objects.filter(
        budget__enrolment__participant__in=people, decided_by_rule__isnull=False, decided_at__gt=now - WITHIN
    )
    return by_rules.aggregate(pence=Sum("granted"))["pence"] or 0


@dataclass(frozen=True)
class Allowance:
    """What a person may have without waiting for an answer within 30 days (pence), how much of it is left, and why."""

    pence: int
    left: int
    why: str


def allowances(budgets: Sequence[Budget], rules: Mapping[int, MoneyRules], now: datetime) -> dict[int, Allowance]:
    """Those of one person's budgets, by budget; `rules` by programme. A budget whose rules give none is not in it."""
    theirs = [
        each for each in budgets
        if not each.ended_on and (found := rules.get(each.enrolment.programme_id)) and found.own_limits
    ]  # fmt: skip
    if not theirs:
        return {}
    newest = {each.budget_id: each for each in _newest(theirs)}
    gone = used({each.enrolment.participant_id for each in theirs}, now)
    allowed = {}
    for each in theirs:
        before = newest.get(each.pk)
        pence = _own_limit(before, rules[each.enrolment.programme_id])
        allowed[each.pk] = Allowance(pence, max(0, pence - gone), before.why if before else START)
    return allowed


def reason(spend: SpendRequest, rules: MoneyRules, limit: int) -> str:
    """Which rule it was, in words that the person reads."""
    who = "what you ask for yourself" if asks_for_themselves(spend) else "what your worker asks for"
    return (
        f"Up to {pounds(limit)} within {WITHIN.days} days, {who} is a yes at once. That is the rule of "
        f"{rules.programme.name} from {rules.starts_on:%-d %B %Y} on."
    )


def look_again(*, now: datetime) -> int:
    """Widen and narrow what people may have by the rules, and tell them. Answers how many changed. As the service."""
    today, changed = timezone.localdate(now), 0
    budgets = Budget.objects.open().filter(enrolment__programme__money_rules__isnull=False).distinct()
    rows = list(budgets.select_related("enrolment__programme", "enrolment__participant").order_by("pk"))
    rules = {each.enrolment.programme_id: each.enrolment.programme for each in rows}
    in_force = {pk: MoneyRules.objects.of(programme, today) for pk, programme in rules.items()}
    theirs = [each for each in rows if in_force[each.enrolment.programme_id].own_limits]
    kept, late = went_as_agreed(theirs), to_be_shown(theirs, today)
    newest = {each.budget_id: each for each in _newest(theirs)}
    for budget in theirs:
        pence, why = worked_out(in_force[budget.enrolment.programme_id], kept[budget.pk], late=budget.pk in late)
        changed += _change(budget, newest.get(budget.pk), pence, why, now)
    return changed


def _newest(budgets: Sequence[Budget]) -> Iterable[OwnLimit]:
    return OwnLimit.objects.filter(budget__in=budgets).order_by("budget", "-since", "-pk").distinct("budget")


def _change(budget: Budget, before: OwnLimit | None, pence: int, why: str, now: datetime) -> int:
    """1 where it is another sum than before. The first row says where it starts, and is no change."""
    if before and (before.pence, before.why) == (pence, why):
        return 0
    by = User.objects.service()
    made = save_or_refuse(OwnLimit(budget=budget, pence=pence, why=why, since=now), by=by)
    changed = before is not None and before.pence != pence
    if changed:
        tell(budget.enrolment.participant, CHANGED, key=f"own-limit:{made.pk}", now=now)
    return int(changed)


def worked_out(rules: MoneyRules, kept: int, *, late: bool) -> tuple[int, str]:
    """The sum within 30 days, in pence, and why it is that, as the person reads it."""
    step = min(kept // rules.kept_for_more, len(rules.own_limits) - 1)
    things = "1 thing" if kept == 1 else f"{kept} things"
    said = f"{things} went as agreed." if kept else ""
    if not late:
        return rules.own_limits[step], f"{said or START}{_next(rules, kept, step)}"
    less = "It is one step less until what you bought with money that you were given is shown."
    return (rules.own_limits[step - 1] if step else 0), f"{said} {less}".strip()


def _next(rules: MoneyRules, kept: int, step: int) -> str:
    """What makes it more, and how much that is."""
    if step + 1 == len(rules.own_limits):
        return ""
    more = (step + 1) * rules.kept_for_more - kept
    things = "1 more thing goes" if more == 1 else f"{more} more things go"
    return f" When {things} as agreed, it is {pounds(rules.own_limits[step + 1])}."


def went_as_agreed(budgets: Sequence[Budget]) -> Counter[int]:
    """How many things of each budget were paid for, with all that was handed over shown, and nothing written off."""
    done = Commitment.objects.filter(spend__budget__in=budgets, closed_at__isnull=False)
    paid = Payment.objects.filter(commitment=OuterRef("pk"), reversed_at=None)
    lost = Transaction.objects.filter(spend=OuterRef("spend"), kind=Kind.WRITE_OFF, reversed_by=None)
    left = of_requests(spend__budget__in=budgets)
    rows = done.filter(Exists(paid), ~Exists(lost)).values_list("spend__budget", "spend")
    return Counter(budget for budget, spend in rows if not any((left.get((budget, spend)) or {}).values()))


def to_be_shown(budgets: Sequence[Budget], today: date) -> set[int]:
    """The budgets of which money was handed over that should have been shown by now."""
    rows = list(with_last(WayAgreement.objects.filter(budget__in=budgets, state__in=["IN_FORCE", "STOPPED"])))
    there = in_hand({each.budget_id for each in rows})
    return {each.budget_id for each in rows if too_much(each, there[each.budget_id, each.way], today)}
