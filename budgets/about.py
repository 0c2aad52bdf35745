"""What stands beside budgets on their pages: how the sum was worked out and changed, whose money it is, which rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Sum
from django.utils import timezone

from budgets import by_rule, pace
from budgets.models import (
    Account,
    Budget,
    Correction,
    Entry,
    Judgement,
    JudgementAppeal,
    MoneyRules,
    Purpose,
    SpendRequest,
)
from common import charts

Whose = list[tuple[str, int]]  # a funder, and pence
CHANGES = (Correction.Kind.RETURN, Correction.Kind.MORE)


@dataclass(frozen=True)
class About:
    budget: Budget
    rules: MoneyRules
    whose: Whose
    changes: list[Correction]
    judgement: Judgement | None
    allowance: by_rule.Allowance | None
    asked: int  # pence of what waits for an answer
    on_what: list[tuple[str, int]]  # kinds of thing, and pence that are kept or paid for each, the most first
    pace: pace.Pace | None

    @property
    def picture(self) -> charts.Chart | None:
        """Where the money of a sum is: paid, kept, asked for, and what is left besides."""
        budget = self.budget
        if not budget.gives_sum_first or budget.ended_on or not (budget.committed or budget.paid or self.asked):
            return None
        asked = min(self.asked, budget.available)
        parts = {"Paid": budget.paid, "Kept": budget.committed, "Asked for": asked, "Left": budget.available - asked}
        there = {name: pence for name, pence in parts.items() if pence}
        return charts.bars(
            title="Where the money is", of="Money", labels=list(there), series={"How much": list(there.values())}
        )

    @property
    def picture_on_what(self) -> charts.Chart | None:
        """What the money is for, where it is for more than one kind of thing."""
        if self.budget.ended_on or len(self.on_what) < 2:
            return None
        labels, pence = [label for label, _ in self.on_what], [each for _, each in self.on_what]
        return charts.bars(title="What it is for", of="Money", labels=labels, series={"How much": pence})

    @property
    def appeal(self) -> JudgementAppeal | None:
        """Where the person asked that someone else looks at what was judged."""
        return getattr(self.judgement, "appeal", None)

    @property
    def waits_for_judgement(self) -> bool:
        """Whether nothing can be asked for until someone writes down that the person has shown commitment."""
        return self.rules.needs_commitment and not (self.judgement and self.judgement.shown)


def about(budgets: Sequence[Budget], now: datetime) -> list[About]:
    """One of each, in eight statements for all of them. Each budget comes with its programme."""
    today = timezone.localdate(now)
    programmes = {budget.enrolment.programme_id for budget in budgets}
    in_force = MoneyRules.objects.filter(programme__in=programmes, starts_on__lte=today)
    in_force = in_force.order_by("programme", "-starts_on", "-pk").distinct("programme")
    rules = {each.programme_id: each for each in in_force}
    in_months = {programme: each.months for programme, each in rules.items()}
    found = Judgement.objects.filter(enrolment__in=[budget.enrolment_id for budget in budgets])
    found = found.select_related("by", "appeal")
    newest = {each.enrolment_id: each for each in found.order_by("enrolment", "-at", "-pk").distinct("enrolment")}
    changes = Correction.objects.filter(budget__in=budgets, kind__in=CHANGES, state=Correction.State.DONE)
    changed = list(changes.select_related("asked_by", "answered_by").order_by("answered_at"))
    whose = _whose(budgets)
    waiting = SpendRequest.objects.filter(budget__in=budgets, state=SpendRequest.State.ASKED).order_by()
    asked = dict(waiting.values_list("budget").annotate(pence=Sum("amount")))
    on_what = _on_what(budgets)
    allowances = by_rule.allowances(budgets, rules, now)
    return [
        About(
            budget=budget,
            rules=rules.get(budget.enrolment.programme_id) or MoneyRules(programme=budget.enrolment.programme),
            whose=whose.get(budget.pk, []),
            changes=[each for each in changed if each.budget_id == budget.pk],
            judgement=newest.get(budget.enrolment_id),
            allowance=allowances.get(budget.pk),
            asked=asked.get(budget.pk) or 0,
            on_what=on_what.get(budget.pk, []),
            pace=pace.of(budget, in_months.get(budget.enrolment.programme_id), today),
        )
        for budget in budgets
    ]


def _whose(budgets: Sequence[Budget]) -> dict[int, Whose]:
    """Whose money each budget holds or has spent, the most first."""
    sums = Account.objects.filter(budget__in=budgets).values("budget", funder=F("pot__funder__name"))
    found: dict[int, Whose] = {}
    for row in sums.annotate(pence=Sum("balance")).order_by("-pence", "funder"):
        if row["pence"]:
            found.setdefault(row["budget"], []).append((row["funder"], row["pence"]))
    return found


def _on_what(budgets: Sequence[Budget]) -> dict[int, list[tuple[str, int]]]:
    """What is kept and paid for each kind of thing, the most first."""
    rows = Entry.objects.filter(account__budget__in=budgets, account__kind__in=["COMMITMENT", "PAID"])
    sums = rows.order_by().values("account__budget", purpose=F("transaction__spend__purpose"))
    found: dict[int, list[tuple[str, int]]] = {}
    for row in sums.annotate(pence=Sum("amount")).filter(pence__gt=0).order_by("-pence", "purpose"):
        found.setdefault(row["account__budget"], []).append((Purpose(row["purpose"]).label, row["pence"]))
    return found
