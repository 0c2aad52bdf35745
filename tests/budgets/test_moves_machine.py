"""Moves of money in any order, as hypothesis thinks of them, against what they should come to.

Some hundred steps in `make test`; `make chaos` makes 10,000.
"""

from __future__ import annotations

import os
from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from budgets import corrections, ending, services
from budgets.commands import KeyReused, new_key
from budgets.models import Account, Budget, Commitment, Correction, Entry, Pot, SpendRequest, Transaction
from budgets.verification import differences
from common.errors import RuleBroken
from tests.conftest import NOW, TODAY

RUNS, STEPS = (200, 50) if os.environ.get("CHAOS") == "full" else (4, 30)
PENCE = st.integers(1, 900_00)
pytestmark = pytest.mark.django_db


class Moves(RuleBasedStateMachine):
    """Two people, two funders, one fund that gives a sum and one that does not; and every act there is on their money.

    `expected` is what each kind of account holds together; `pots` what each funder put in, and nobody took out.
    """

    world: Any = None  # what the test gives: people and budgets

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.keys: list[tuple[Any, dict[str, Any], Any]] = []
        self.expected = Counter(balances())
        self.put_in = Counter(by_funder())
        self.steps = 0

    def teardown(self) -> None:
        try:
            assert differences() == []
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def did(self, act: Any, moved: dict[str, int], **asked: Any) -> Any:
        """Do it once, then again with its key. A rule that refuses moves nothing."""
        asked["key"] = new_key()
        try:
            answer = act(**asked, now=NOW)
        except RuleBroken:
            return None
        assert act(**asked, now=NOW) == answer
        self.expected.update(moved)
        self.keys.append((act, asked, answer))
        return answer

    def of(self, rows: Any, data: Any) -> Any:
        found = list(rows.order_by("pk"))
        return data.draw(st.sampled_from(found)) if found else None

    @rule(data=st.data(), pence=PENCE)
    def contribute(self, data: Any, pence: int) -> None:
        pot = self.of(Pot.objects.select_related("fund", "funder"), data)
        given = {"pot": pot, "amount": pence, "happened_on": TODAY, "reference": new_key(), "by": self.world.manager}
        if asked := self.did(corrections.ask_contribution, {}, **given):
            self.did(corrections.agree, {"POT": pence, "WORLD": -pence}, correction=asked, by=self.world.payer)
            self.put_in[pot.pk] += pence

    @rule(data=st.data(), pence=PENCE)
    def withdraw_from_a_pot(self, data: Any, pence: int) -> None:
        pot = self.of(Pot.objects.select_related("fund"), data)
        about = {"pot": pot, "amount": pence, "happened_on": TODAY, "reason": "Asked for it back."}
        asked = self.did(corrections.ask_withdrawal, {}, by=self.world.manager, **about)
        if asked and self.agreed(asked, {"POT": -pence, "WORLD": pence}):
            self.put_in[pot.pk] -= pence

    @rule(data=st.data(), pence=PENCE)
    def ask_and_approve(self, data: Any, pence: int) -> None:
        budget = self.of(Budget.objects.open().select_related("enrolment__programme", "enrolment__participant"), data)
        if budget is None:
            return
        spend = SpendRequest(
            budget=budget, goal=self.world.goals[budget.enrolment.participant_id], what="A thing", amount=pence,
            purpose="HOME", for_whom="ME", why="-", state="ASKED", started_by=self.world.officer,
            asked_by=self.world.officer, asked_at=NOW,
        )  # fmt: skip
        spend.save()
        moved = {"COMMITMENT": pence, "BUDGET" if budget.gives_sum_first else "POT": -pence}
        about = {"spend": spend, "reason": "Yes."}
        self.did(services.approve_request, moved, by=self.world.manager, **about)

    @rule(data=st.data(), share=st.integers(1, 100), last=st.booleans())
    def pay(self, data: Any, share: int, last: bool) -> None:
        commitment = self.of(Commitment.objects.open().select_related("spend__budget__enrolment__programme"), data)
        if commitment is None:
            return
        pence = max(1, commitment.remaining * share // 100)
        rest = commitment.remaining - pence if last else 0
        back = "POT" if commitment.spend.budget.gives_rest_back else "BUDGET"
        given = {"commitment": commitment, "amount": pence, "payee": "Shop", "paid_on": TODAY, "last": last}
        moved = Counter({"COMMITMENT": -pence - rest, "PAID": pence})
        moved[back] += rest
        self.did(services.record_payment, moved, by=self.world.payer, **given)

    @rule(data=st.data(), over=PENCE)
    def pay_too_much(self, data: Any, over: int) -> None:
        commitment = self.of(Commitment.objects.open(), data)
        if commitment:
            given = {"commitment": commitment, "amount": commitment.remaining + over, "payee": "S", "paid_on": TODAY}
            assert self.did(services.record_payment, {}, by=self.world.payer, **given) is None

    @rule(data=st.data())
    def release(self, data: Any) -> None:
        commitment = self.of(Commitment.objects.open().select_related("spend__budget__enrolment__programme"), data)
        if commitment:
            back = "POT" if commitment.spend.budget.gives_rest_back else "BUDGET"
            moved = {"COMMITMENT": -commitment.remaining, back: commitment.remaining}
            self.did(services.release_commitment, moved, commitment=commitment, by=self.world.payer)

    @rule(data=st.data(), pence=PENCE, kind=st.sampled_from(["refund", "write_off"]))
    def correct_what_was_paid(self, data: Any, pence: int, kind: str) -> None:
        rows = SpendRequest.objects.filter(state="APPROVED").select_related("budget__enrolment__programme")
        spend = self.of(rows, data)
        if spend is None:
            return
        day = {"happened_on": TODAY} if kind == "refund" else {}
        about = {"spend": spend, "amount": pence, "reason": "Less.", "by": self.world.manager, **day}
        asked = self.did(getattr(corrections, f"ask_{kind}"), {}, **about)
        if asked:
            to = "LOST" if kind == "write_off" else "POT" if spend.budget.gives_rest_back else "BUDGET"
            self.agreed(asked, {"PAID": -pence, to: pence})

    @rule(data=st.data(), pence=PENCE)
    def give_some_of_a_sum_back(self, data: Any, pence: int) -> None:
        budget = self.of(Budget.objects.select_related("enrolment__programme"), data)
        asked = self.did(
            corrections.ask_return, {}, budget=budget, amount=pence, reason="Enough.", by=self.world.manager
        )
        if asked:
            self.agreed(asked, {"BUDGET": -pence, "POT": pence})

    @rule(data=st.data())
    def reverse(self, data: Any) -> None:
        wrong = self.of(Transaction.objects.with_amount().select_related("budget__enrolment__programme"), data)
        asked = self.did(corrections.ask_reversal, {}, wrong=wrong, reason="Wrong.", by=self.world.manager)
        if asked is None:
            return
        moved = Counter(
            {
                "CONTRIBUTE": {"POT": -1, "WORLD": 1}, "WITHDRAW": {"POT": 1, "WORLD": -1},
                "PAY": {"PAID": -1, "COMMITMENT": 1}, "WRITE_OFF": {"LOST": -1, "PAID": 1},
                "REFUND": {"PAID": 1, "POT" if wrong.budget and wrong.budget.gives_rest_back else "BUDGET": -1},
            }[wrong.kind]
        )  # fmt: skip
        if self.agreed(asked, {kind: sign * wrong.amount for kind, sign in moved.items()}) and wrong.budget is None:
            pot = wrong.entries.exclude(account__kind="WORLD").get().account.pot_id
            self.put_in[pot] += moved["POT"] * wrong.amount

    @rule(data=st.data())
    @precondition(lambda self: self.steps > 15)
    def end_a_budget(self, data: Any) -> None:
        budget = self.of(Budget.objects.with_money().filter(ended_on=None), data)
        if budget:
            moved = {"BUDGET": -budget.available, "POT": budget.available}
            self.did(ending.end_budget, moved, budget=budget, by=self.world.payer)

    @rule(data=st.data())
    @precondition(lambda self: self.keys)
    def send_an_old_key_again(self, data: Any) -> None:
        act, asked, answer = data.draw(st.sampled_from(self.keys))
        assert act(**asked, now=NOW) == answer
        with pytest.raises(KeyReused):
            act(**{**asked, "by": self.world.officer}, now=NOW)

    def agreed(self, asked: Correction, moved: dict[str, int]) -> bool:
        """Answered by a third; where there is not enough by now, it still waits, and is taken back."""
        if self.did(corrections.agree, moved, correction=asked, by=self.world.third):
            return True
        self.did(corrections.take_back, {}, correction=asked, by=self.world.manager)
        return False

    @invariant()
    def accounts_hold_what_they_should(self) -> None:
        self.steps += 1
        assert {kind: pence for kind, pence in balances().items() if pence} == {
            kind: pence for kind, pence in self.expected.items() if pence
        }

    @invariant()
    def each_funder_has_what_it_put_in(self) -> None:
        assert by_funder() == {pot: pence for pot, pence in self.put_in.items() if pence}

    @invariant()
    def nothing_is_below_zero_and_all_of_it_is_nothing(self) -> None:
        assert not Account.objects.filter(balance__lt=0).exclude(kind="WORLD").exists()
        assert sum(Entry.objects.values_list("amount", flat=True)) == 0


def balances() -> dict[str, int]:
    found: Counter[str] = Counter()
    for kind, pence in Account.objects.values_list("kind", "balance"):
        found[kind] += pence
    return found


def by_funder() -> dict[int, int]:
    """What a funder's accounts hold together, wherever its money is."""
    found: Counter[int] = Counter()
    for pot, pence in Account.objects.exclude(kind="WORLD").values_list("pot", "balance"):
        found[pot] += pence
    return {pot: pence for pot, pence in found.items() if pence}


@pytest.fixture
def world(make_fund, make_budget, make_goal, participant, other_participant, manager, payer, officer, make_user, team):
    sums = make_fund("sums", "ALLOCATED", 700_00, council=2_000_00, health=999_99)
    open_fund = make_fund("open", "DISCRETIONARY", 0, council=1_500_00, health=333_33)
    for person in (participant, other_participant):
        make_budget(person, sums)
        make_budget(person, open_fund)
    people = (participant, other_participant)
    goals = {person.pk: make_goal(person, by=person.user or officer) for person in people}
    third = make_user("Thea Third", "MANAGER", team)
    return SimpleNamespace(manager=manager, payer=payer, officer=officer, third=third, goals=goals)


def test_whatever_moves_are_made_in_whatever_order_the_books_balance(world):
    Moves.world = world
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        Moves,
        settings=settings(
            max_examples=RUNS, stateful_step_count=STEPS, deadline=None, suppress_health_check=quiet, database=None,
            derandomize=os.environ.get("CHAOS") != "full", phases=[Phase.generate],
        ),
    )  # fmt: skip
