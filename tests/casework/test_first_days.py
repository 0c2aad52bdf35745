"""Day one: a new installation says what it needs, in order."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from casework import first_days
from people.models import Outcode, Prison
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db


def text(answer) -> str:
    return answer.content.decode()


def test_the_first_administrator_lands_on_what_to_do_in_order(administrator, client_as):
    client = client_as(administrator)
    answer = client.get("/", follow=True)

    assert answer.redirect_chain == [(reverse("first-days"), 302)]
    page = text(answer)
    titles = re.findall(r"<strong>([^<]+)</strong>", page.split("<ol")[1])
    assert titles == ["Places", "Teams", "People who work here", "Finance officers", "Programmes", "Funds", "Caseload"]
    assert page.count("To do") == 7
    assert "manage.py import_places" in page
    assert reverse("people:team-list") in page
    assert reverse("people:import") in page
    assert "two managers" in page


def test_a_step_is_done_once_it_is_there(unit, team, officer, manager, payer, participant):
    done = {step.title: step.done for step in first_days.steps(TODAY)}
    assert done == {
        "Places": False, "Teams": True, "People who work here": True, "Programmes": False, "Funds": False,
        "Caseload": True, "Finance officers": False,
    }  # fmt: skip

    Prison.objects.create(code="PNI", name="Preston")
    Outcode.objects.create(code="HD1", latitude=53, longitude=-1)
    assert first_days.steps(TODAY)[0].done


def test_one_manager_is_not_enough(team, officer, manager):
    assert not first_days.steps(TODAY)[2].done


def test_once_all_is_there_they_land_on_the_accounts(administrator, client_as, monkeypatch):
    monkeypatch.setattr(first_days, "steps", lambda today: [])

    assert client_as(administrator).get("/").url == reverse("people:account-list")
    assert "All of it is there." in text(client_as(administrator).get(reverse("first-days")))


def test_two_finance_officers_are_enough(team, make_user):
    make_user("Fay Finance", "FINANCE")
    assert not first_days.steps(TODAY)[3].done
    make_user("Finn Finance", "FINANCE")
    assert first_days.steps(TODAY)[3].done
