from __future__ import annotations

from datetime import timedelta

import pytest
from django.test.client import MULTIPART_CONTENT

from budgets.commands import new_key
from tests.budgets.paying import checked, draft_run, fay, finn, order, ours, read, send, set_aside, world  # noqa: F401
from tests.conftest import NOW, TODAY
from tests.money import put_in


@pytest.fixture(autouse=True)
def forms_have_a_key(monkeypatch):
    """What the test client sends has a new key, as every page's form has one. A test may send another, or none ("")."""
    from django.test import Client

    from common.idempotency import FIELD

    def post(self, path, data=None, *args, **kwargs):
        if kwargs.get("content_type", MULTIPART_CONTENT) == MULTIPART_CONTENT:
            data = {FIELD: new_key(), **(data or {})}
        return usual(self, path, data, *args, **kwargs)

    usual = Client.post
    monkeypatch.setattr(Client, "post", post)


@pytest.fixture
def make_programme(db):
    from people.models import Programme

    def make(code: str, money_model: str = "ALLOCATED", allocation: int = 2_000_00):
        return Programme.objects.create(code=code, name=code.title(), money_model=money_model, allocation=allocation)

    return make


@pytest.fixture
def make_fund(make_programme, manager):
    """A fund with money from each funder: `make_fund("youth", council=60_000_00, health=40_000_00)`."""
    from budgets.models import Fund, Funder

    def make(code: str, money_model: str = "ALLOCATED", allocation: int = 2_000_00, **given: int):
        fund = Fund.objects.create(programme=make_programme(code, money_model, allocation))
        for name, amount in given.items():
            funder, _ = Funder.objects.get_or_create(name=name.title())
            put_in(fund, funder, amount, by=manager)
        return fund

    return make


@pytest.fixture
def make_budget(manager):
    from budgets import services
    from people.models import Enrolment

    def make(person, fund):
        enrolment = Enrolment.objects.create(
            participant=person,
            programme=fund.programme,
            state="ENROLLED",
            asked_on=TODAY,
            asked_by=manager,
            starts_on=TODAY,
        )
        services.open_budget(enrolment=enrolment, by=manager, today=TODAY, now=NOW, key=new_key())
        return money_of(enrolment.budget)

    return make


def money_of(budget):
    from budgets.models import Budget

    return Budget.objects.with_money().get(pk=budget.pk)


@pytest.fixture
def fund(make_fund):
    return make_fund("youth", council=60_000_00, health=40_000_00)


@pytest.fixture
def budget(make_budget, participant, fund):
    return make_budget(participant, fund)


@pytest.fixture
def make_goal():
    from lifeplans import services

    def make(person, title: str = "I will find a place of my own", by=None):
        by = by or person.user
        plan = services.start_plan(participant=person, by=by, today=TODAY)
        return services.propose_goal(plan=plan, title=title, good="LIFE", by=by, today=TODAY, now=NOW)

    return make


@pytest.fixture
def goal(make_goal, participant):
    return make_goal(participant)


@pytest.fixture
def make_request(budget, goal, participant):
    from budgets import services

    def make(amount: int = 100_00, what: str = "A deposit", by=None, **over):
        by = by or participant.user
        draft = services.start_request(
            budget=over.get("budget", budget), goal=over.get("goal", goal), without_money="My aunt asked round.", by=by
        )
        return services.ask(
            spend=draft, what=what, amount=amount, purpose=over.get("purpose", "HOME"), for_whom="ME",
            why="So that I can stay.", by=by,
            now=NOW - timedelta(days=1),
            key=new_key(),
        )  # fmt: skip

    return make


@pytest.fixture
def rule(manager):
    """Rules of a fund's programme from a day on; without one from the day on which `make_request` asks."""
    from budgets import rules

    def make(fund, starts_on=TODAY - timedelta(days=1), **said):
        return rules.change(
            programme=fund.programme, starts_on=starts_on, why="Agreed.", by=manager,
            today=TODAY - timedelta(days=1), now=NOW, **said,
        )  # fmt: skip

    return make


@pytest.fixture
def third(make_user, team):
    """A manager of the team who had no part in it."""
    return make_user("Thea Third", "MANAGER", team)
