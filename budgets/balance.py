"""Where the money of a request would come from, for whoever decides about it."""

from __future__ import annotations

from dataclasses import dataclass

from budgets.models import Budget, Pot, SpendRequest


@dataclass(frozen=True)
class Balance:
    """What is there now, and what would be left, in pence."""

    where: str
    now: int
    after: int

    @property
    def short(self) -> int:
        return max(0, -self.after)


def balance_for(budget: Budget, spend: SpendRequest) -> Balance | None:
    """None where there is nothing to decide any more. `budget` comes with its money."""
    if spend.state != SpendRequest.State.ASKED or spend.amount is None:
        return None
    if budget.gives_sum_first:
        return Balance("In their budget", budget.available, budget.available - spend.amount)
    pots = Pot.objects.filter(fund__programme=budget.enrolment.programme_id).with_balance()
    fund = sum(pot.balance for pot in pots)
    return Balance("In the fund", fund, fund - spend.amount)
