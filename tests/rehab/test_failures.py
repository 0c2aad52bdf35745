"""When something breaks: a plain page, and nothing acknowledged is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client
from redis.exceptions import ConnectionError as RedisDown

from budgets import corrections
from budgets.models import Correction
from people.models import AccessEvent, Participant
from tests.budgets.conftest import budget, fund, goal, make_budget, make_fund, make_goal, make_programme, make_request  # noqa: F401
from tests.threads import as_we_are


@pytest.fixture
def quiet(client_as):
    """A client that shows the page a browser would, where Django's would raise."""

    def signed_in(user) -> Client:
        client = client_as(user)
        client.raise_request_exception = False
        return client

    return signed_in


@pytest.mark.parametrize("problem", [OperationalError("server closed the connection"), RedisDown("refused")])
def test_the_database_or_broker_going_away_gives_a_plain_page_that_says_what_to_do(quiet, officer, problem):
    with patch("casework.views.home.work_list.for_user", side_effect=problem):
        answer = quiet(officer).get("/")

    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert "Traceback" not in answer.content.decode()


def test_any_other_fault_is_a_plain_page_too(quiet, officer):
    with patch("casework.views.home.work_list.for_user", side_effect=ZeroDivisionError):
        answer = quiet(officer).get("/")

    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.content.decode()


def test_a_page_that_cannot_be_recorded_is_not_shown(quiet, officer, participant):
    with patch("people.access.access_log.AccessEvent.objects.bulk_create", side_effect=OperationalError("no audit")):
        answer = quiet(officer).get(f"/people/{participant.ref}/")

    assert answer.status_code == 503
    assert participant.family_name not in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_who_waits_too_long_for_someone_elses_change_is_told_to_try_again(quiet, officer, participant):
    def keep_locked() -> None:
        with transaction.atomic():
            Participant.objects.lock(participant)
            locked.set()
            answered.wait(20)
        connection.close()

    locked, answered = Event(), Event()
    with ThreadPoolExecutor(1) as pool:
        holder = pool.submit(as_we_are(keep_locked))
        locked.wait(10)
        answer = quiet(officer).post(f"/people/{participant.ref}/details/numbers/", {"prison_number": "A1234BC"})
        answered.set()
        holder.result()

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "Wait a few seconds, then go back and send it again." in answer.content.decode()


def test_a_null_byte_in_the_address_is_a_bad_request(quiet, officer):
    assert quiet(officer).get("/people/?q=%00").status_code == 400


KEY = "3f0c3f4e-3b51-4ed7-9d0c-0b3a2f4c1d11"


def entering(of) -> str:
    return f"/funds/{of.pk}/pots/{of.pots.first().pk}/contribute/"


def came_in(amount: str) -> dict[str, str]:
    """The form for money that came in, each time with one key."""
    on = {"happened_on-day": "1", "happened_on-month": "6", "happened_on-year": "2026"}
    return {"_idempotency_key": KEY, "amount": amount, "reference": "BACS 17", "reason": "", **on}


@pytest.mark.django_db(transaction=True)
def test_a_form_pressed_twice_does_one_thing_and_leads_to_the_same_place(client_as, manager, fund):  # noqa: F811
    client, before = client_as(manager), Correction.objects.count()

    first = client.post(entering(fund), came_in("£1,000.50"))
    again = client.post(entering(fund), came_in("£1,000.50"))

    assert (first.status_code, again.status_code) == (302, 302)
    assert first["Location"] == again["Location"]
    assert Correction.objects.count() == before + 1


@pytest.mark.django_db(transaction=True)
def test_the_second_press_of_a_slow_button_waits_for_the_first(client_as, manager, fund, monkeypatch):  # noqa: F811
    """Longer than others wait for each other: it must not be told that nothing was saved."""
    usual, begun = corrections.same_reference, Event()

    def slowly(reference):
        begun.set()
        sleep(3.5)
        return usual(reference)

    def press(client: Client):
        try:
            return client.post(entering(fund), form)
        finally:
            connection.close()

    monkeypatch.setattr(corrections, "same_reference", slowly)
    form = came_in("1")
    first, second = client_as(manager), client_as(manager)
    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(press, first)
        begun.wait(10)
        two = pool.submit(press, second)

    assert (one.result().status_code, two.result().status_code) == (302, 302)
    assert one.result()["Location"] == two.result()["Location"]


def test_a_form_with_errors_can_be_sent_again_with_the_same_key(client_as, manager, fund):  # noqa: F811
    client = client_as(manager)

    wrong = client.post(entering(fund), came_in("ten"))
    right = client.post(entering(fund), came_in("10"))

    assert (wrong.status_code, right.status_code) == (200, 302)
    assert "ten" in wrong.content.decode()


def test_looks_are_only_ever_added(participant, officer, client_as):
    from django.db import DatabaseError, transaction

    client_as(officer).get(f"/people/{participant.ref}/")

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        AccessEvent.objects.update(page="")
