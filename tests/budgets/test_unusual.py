"""A line of unusual use: someone gave a person a way to sign in, and then decided or paid."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache

from budgets import services
from budgets.commands import new_key
from people.rights import unusual
from people.sign_in import code_letters
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db


def lines(user) -> list[str]:
    cache.clear()
    return [
        line.figures for line in unusual.lines(today=TODAY) if line.viewer_id == user.pk and line.kind.name == "WAY_IN"
    ]


@pytest.mark.parametrize(("days", "found"), [(91, True), (364, True), (366, False)])
def test_who_gave_a_way_in_within_a_year_before_they_decided_is_a_line(
    make_request, participant, manager, payer, days, found
):
    code_letters.give(participant=participant, by=manager, now=NOW - timedelta(days=days))
    services.approve_request(spend=make_request(50_00), reason="Yes", by=manager, now=NOW, key=new_key())

    said = [f"{participant.crn}: gave a way to sign in, or changed it, in the year before"] if found else []
    assert lines(manager) == said
    assert lines(payer) == []


def test_who_paid_is_a_line_too(make_request, participant, manager, payer):
    code_letters.give(participant=participant, by=payer, now=NOW - timedelta(days=100))
    made = services.approve_request(spend=make_request(50_00), reason="Yes", by=manager, now=NOW, key=new_key())
    services.record_payment(commitment=made, amount=50_00, payee="Shop", paid_on=TODAY, by=payer, now=NOW, key="p")

    assert len(lines(payer)) == 1


def test_a_way_in_that_was_given_afterwards_is_none(make_request, participant, manager):
    services.approve_request(spend=make_request(50_00), reason="Yes", by=manager, now=NOW, key=new_key())
    code_letters.give(participant=participant, by=manager, now=NOW + timedelta(minutes=1))

    assert lines(manager) == []
