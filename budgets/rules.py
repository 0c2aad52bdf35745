"""What the rules of a programme's money say about a request. They are asked when it is sent and when it is decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from budgets.models import Budget, MoneyRules, Purpose
from budgets.models.requests import ForWhom
from budgets.prohibited import hints
from common.errors import RuleBroken
from common.money import pounds
from common.saving import save_or_refuse
from people.models import Programme, User


class AgainstRules(RuleBroken):
    pass


class NotFromThatDay(RuleBroken):
    pass


class NoCommitmentShown(RuleBroken):
    pass


@transaction.atomic
def change(
    *, programme: Programme, starts_on: date, why: str, by: User, today: date, now: datetime,
    allocation: int | None = None, item_cap: int | None = None, person_cap: int | None = None,
    purposes: Sequence[str] = (), prohibited: Sequence[str] = (), needs_commitment: bool = False,
    ways: Sequence[str] = (), four_options: bool = False, quote_from: int | None = None,
    bill_from: int | None = None,
    manager_limit: int | None = None, worker_limit: int | None = None, own_limits: Sequence[int] = (),
    months: int | None = None, kept_for_more: int = 3, panel_quorum: int = 3, panel_lived: bool = True,
    pool_only: bool = False,
) -> MoneyRules:  # fmt: skip
    """Set the rules from a day on, today or later. What was decided before stays under the rules of its day."""
    if starts_on < today:
        raise NotFromThatDay("Rules count from today or a later day: what was decided before stays as it is.")
    rules = MoneyRules(
        programme=programme, starts_on=starts_on, allocation=allocation, item_cap=item_cap, person_cap=person_cap,
        purposes=list(purposes), prohibited=list(prohibited), needs_commitment=needs_commitment, ways=list(ways),
        four_options=four_options, quote_from=quote_from, bill_from=bill_from, manager_limit=manager_limit,
        worker_limit=worker_limit, own_limits=list(own_limits), kept_for_more=kept_for_more, panel_quorum=panel_quorum,
        panel_lived=panel_lived, months=months, pool_only=pool_only, why=why, made_by=by, made_at=now,
    )  # fmt: skip
    return save_or_refuse(rules, by=by)


def refuse_alone(rules: MoneyRules, for_whom: str) -> None:
    """Some money is only for what several people use together."""
    if rules.pool_only and for_whom != ForWhom.GROUP:
        raise AgainstRules("This money is only for what a group uses together. Ask as a group, or ask another fund.")


def refuse_against(rules: MoneyRules, *, amount: int, purpose: str, promised: int) -> None:
    """Refuse what the rules do not allow. `promised`: what was set aside and paid for this person, in pence."""
    if rules.purposes and purpose not in rules.purposes:
        label = Purpose(purpose).label
        raise AgainstRules(f"This money is not for “{label}”. It is for: {'; '.join(rules.purpose_words)}.")
    if rules.item_cap is not None and amount > rules.item_cap:
        raise AgainstRules(f"The most for one thing is {pounds(rules.item_cap)}. It has to be that much or less.")
    if rules.person_cap is not None and promised + amount > rules.person_cap:
        left = pounds(max(0, rules.person_cap - promised))
        raise AgainstRules(
            f"The most for one person is {pounds(rules.person_cap)}, and {pounds(promised)} of it is promised or paid. "
            f"{left} is left of it."
        )


def refuse_without_quote(rules: MoneyRules, amount: int, *, shown: bool) -> None:
    """From the sum on that the rules name, whoever asks shows the price."""
    if rules.quote_from is not None and amount >= rules.quote_from and not shown:
        raise AgainstRules(f"From {pounds(rules.quote_from)} on, add a picture or PDF of the price.")


def refuse_prohibited(rules: MoneyRules, words: str, *, looked: bool) -> None:
    """Refuse what looks prohibited by its words, unless whoever decides `looked` and says that it is not."""
    found = hints(words, rules.prohibited)
    if found and not looked:
        said = " ".join(hint.said for hint in found)
        raise AgainstRules(f"{said} Where it is for something else, tick that, and say why in your reasons.")


def refuse_without_commitment(rules: MoneyRules, budget: Budget) -> None:
    """Where the programme asks for it, someone has written down that the person has shown commitment."""
    if not rules.needs_commitment:
        return
    judgement = budget.enrolment.judgements.newest()
    if judgement is None or not judgement.shown:
        raise NoCommitmentShown(
            "First someone who works with them writes down how they have shown commitment, on the money page."
        )
