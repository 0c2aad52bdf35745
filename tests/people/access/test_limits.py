"""How much one account searches, writes and takes out in an hour: more is refused, told, and the officer sees it."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from redis.exceptions import RedisError

from people.models import AccessEvent
from people.rights import unusual
from tests.common.test_heavy import views

LIMITED = {
    "budgets:pay-run-file": "exports",
    "commissioning:money-csv": "exports",
    **{f"commissioning:{own}statement-{kind}": "exports" for own in ("", "my-") for kind in ("csv", "pdf")},
    "engagement:call-log": "notes",
    "engagement:contact-new": "notes",
    "engagement:message-new": "notes",
    "engagement:note-search": "searches",
    "people:audit-export": "exports",
    "people:data-request-bundle": "exports",
    "people:participant-export": "exports",
    "people:participant-list": "searches",
    "people:people-find": "suggestions",
    "people:person-new-matches": "suggestions",
}


@pytest.fixture(autouse=True)
def two_an_hour(settings) -> None:
    cache.clear()
    settings.MOST_AN_HOUR = {"searches": 2, "notes": 2, "exports": 2}


def test_what_finds_people_takes_them_out_or_writes_about_them_is_limited():
    assert {name: view.at_most for name, view in views() if hasattr(view, "at_most")} == LIMITED


def search(client):
    return client.get(reverse("people:participant-list"), {"words": "smith"})


def take_out(client):
    return client.get(reverse("people:participant-export"))


def write(client, participant):
    page = reverse("engagement:contact-new", args=[participant.ref])
    return client.post(page, {"note": "He said that he is well.", "kind": "x"})


@pytest.mark.parametrize("act", [search, take_out])
def test_the_third_in_an_hour_is_refused_and_recorded(act, officer, participant, client_as):
    client = client_as(officer)

    assert [act(client).status_code for _ in range(4)] == [200, 200, 429, 429]

    told = AccessEvent.objects.filter(kind="TOO_OFTEN")
    assert [(event.user, event.participants, event.why) for event in told] == [(officer, [], "")] * 2


def test_a_note_past_the_limit_is_shown_again_to_be_kept(officer, participant, client_as):
    client = client_as(officer)

    answers = [write(client, participant) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]  # the first two came back with their faults
    assert "He said that he is well." in answers[2].text
    assert answers[2]["Retry-After"] == "3600"


def test_each_kind_and_each_account_is_counted_apart(officer, manager, participant, client_as):
    client = client_as(officer)
    for _ in range(3):
        search(client)

    assert take_out(client).status_code == 200
    assert search(client_as(manager)).status_code == 200


def test_a_list_that_asks_for_nothing_and_a_form_that_is_opened_are_not_counted(officer, participant, client_as):
    client = client_as(officer)
    pages = reverse("people:participant-list"), reverse("engagement:contact-new", args=[participant.ref])

    assert {client.get(page).status_code for page in pages for _ in range(4)} == {200}


def test_the_next_hour_begins_anew(officer, participant, client_as):
    now = timezone.now().replace(minute=59, second=58)
    with time_machine.travel(now, tick=False):
        client = client_as(officer)
        assert [search(client).status_code for _ in range(3)] == [200, 200, 429]
    with time_machine.travel(now + timedelta(seconds=3), tick=False):
        assert search(client).status_code == 200


def test_while_the_cache_is_away_nobody_is_kept_from_their_work(officer, participant, client_as):
    client = client_as(officer)
    with mock.patch("people.access.limits.cache.incr", side_effect=RedisError):
        assert [search(client).status_code for _ in range(4)] == [200] * 4


def test_it_is_one_line_of_unusual_use_with_how_often(officer, participant, client_as):
    client = client_as(officer)
    for _ in range(5):
        search(client)

    today = timezone.localdate()
    (line,) = [line for line in unusual.lines(today=today) if line.kind == unusual.Kind.TOO_OFTEN]

    assert (line.viewer_id, line.day) == (officer.pk, today)
    assert line.figures.startswith("3 requests past")
