"""An empty POST changes nothing, other methods are refused, and a form sent twice with other words loses none."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from common.forms import Form
from common.idempotency import FIELD
from tests.attacks.callers import callers
from tests.attacks.full import sample
from tests.attacks.worlds import addresses_of
from tests.test_access import TABLE, circle_of_one, expected, world  # noqa: F401  fixtures

TOKEN = {"csrfmiddlewaretoken": "x"}
STAYS = {"account_stay"}  # says only that someone is still there
OF_THE_REQUEST = ("people_accessevent", "django_session", "usersessions_", "people_lockout")
WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', re.IGNORECASE)


@contextmanager
def written():
    """The tables that are written meanwhile, but for what every request writes."""
    found: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        match = WRITES.match(sql)
        if match and not match[1].startswith(OF_THE_REQUEST):
            found.append(match[1])
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield found


@pytest.fixture
def everywhere(world, monkeypatch, settings):  # noqa: F811
    settings.DEMO, settings.ACCOUNT_RATE_LIMITS = False, False
    addresses = addresses_of(world, monkeypatch)
    return {name: reverse(name, kwargs=addresses.get(name)) for name in TABLE}


def test_an_empty_form_changes_no_row_wherever_it_is_sent(everywhere, world, client_as):  # noqa: F811
    """With nothing but its token; and, where there is a form to be filled in, with a field that it does not have."""
    wrong, sent = [], 0
    for at, (role, user) in enumerate(callers(world).items()):
        client = client_as(user)
        opened = [name for name in everywhere if name not in STAYS and expected(TABLE[name], role) in (200, 302, 405)]
        for name in sample(opened, 40, at=at):
            has_form = client.get(everywhere[name]).status_code == 200
            for fields in [TOKEN, TOKEN | {"nonsense": "1"}] if has_form else [TOKEN]:
                with written() as tables:
                    answer = client.post(everywhere[name], fields)
                sent += 1
                if tables or (fields == TOKEN and answer.status_code not in (302, 400, 403, 404, 405, 429)):
                    wrong.append((role, name, sorted(fields), answer.status_code, sorted(set(tables))))

    assert wrong == []
    assert sent > 60


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "FOO"])
def test_a_method_that_no_browser_sends_is_refused(method, client):
    for address in ("/", "/accounts/login/", "/people/", "/livez"):
        answer = client.generic(method, address)
        assert answer.status_code in (302, 405), address
        assert answer.status_code == 302 or answer["Allow"] == "GET, HEAD, POST"


def test_a_form_without_any_of_its_fields_is_no_answer():
    class Contact(Form):
        from common.forms import TextField, TickField

        phone = TextField(label="Phone", required=False)
        told = TickField(label="Told", required=False)

    assert not Contact(TOKEN | {"other": "1"}).is_valid()
    assert "arrived empty" in str(Contact(TOKEN | {"other": "1"}).errors)
    assert Contact(TOKEN | {"phone": ""}).is_valid()
    assert Contact(TOKEN | {FIELD: str(uuid4())}).is_valid(), "nothing ticked is an answer"
    assert Contact({"other": "1"}).is_valid(), "a search by GET has no token"


def test_other_words_under_one_key_are_refused_and_shown(officer, participant, client_as):
    address, key = f"/people/{participant.ref}/details/numbers/", str(uuid4())
    client, form = client_as(officer), {FIELD: key, "prison_number": "A1234BC"}
    first, again = client.post(address, form), client.post(address, form)
    other = client.post(address, form | {"prison_number": "A4321BC", "pnc": "<b>2001"})

    assert (first.status_code, again.status_code, other.status_code) == (302, 302, 409)
    assert first["Location"] == again["Location"]
    assert "&lt;b&gt;2001" in other.content.decode()
    assert f'href="{first["Location"]}"' in other.content.decode()
    participant.refresh_from_db()
    assert participant.prison_number == "A1234BC"


def test_someone_elses_key_is_no_key_of_mine(officer, other_officer, participant, other_participant, client_as):
    key = str(uuid4())
    mine = client_as(officer).post(
        f"/people/{participant.ref}/details/numbers/", {FIELD: key, "prison_number": "A1234BC"}
    )
    theirs = client_as(other_officer).post(
        f"/people/{other_participant.ref}/details/numbers/", {FIELD: key, "prison_number": "A4321BC"}
    )

    assert (mine.status_code, theirs.status_code) == (302, 302)
    other_participant.refresh_from_db()
    assert other_participant.prison_number == "A4321BC"


@pytest.mark.django_db
def test_passwords_are_not_shown_again(client):
    key = str(uuid4())
    words = {FIELD: key, "login": "ed@test.example", "password": "a secret phrase"}
    client.post("/accounts/login/", words)
    shown = client.post("/accounts/login/", words | {"password": "another secret"}).content.decode()

    assert "another secret" not in shown


@pytest.mark.django_db
def test_every_answer_says_what_it_is_not_for(client):
    answer = client.get("/accounts/login/")

    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


@pytest.mark.django_db
def test_where_to_tell_of_a_weakness(settings):
    client = Client()
    assert client.get("/.well-known/security.txt").status_code == 404

    settings.SECURITY_CONTACT = "mailto:security@goodlives.example"
    text = client.get("/.well-known/security.txt").content.decode()
    assert text.startswith("Contact: mailto:security@goodlives.example\nExpires: 20")
    assert f"Canonical: {settings.BASE_URL}/.well-known/security.txt" in text
