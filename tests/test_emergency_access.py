"""Emergency access is for reading: every address × POST × someone who sees the record in no other way."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from common.postgres.actor import SYSTEM, acting_as
from people.access import emergency
from people.models import Team
from tests.attacks.full import FULL
from tests.attacks.worlds import addresses_of
from tests.found_forms import forms_in
from tests.test_access import TABLE, circle_of_one, world  # noqa: F401  fixtures

REFUSALS = {302, 403, 404, 405}
ALLOWED: set[str] = {
    "engagement:contact-new", "engagement:call-log", "engagement:alert-detail", "engagement:alert-again",
}  # fmt: skip
NOT_OF_A_PERSON = ("account", "mfa", "openid", "enter", "people:account", "people:role", "people:invitation")
WRITTEN_BY_EVERY_REQUEST = {"people_accessevent", "django_session", "usersessions_usersession", "app_turn"}


@pytest.fixture(params=["PRACTITIONER", "MANAGER"] if FULL else ["MANAGER"])  # who may all that a practitioner may
def stranger(request, make_user, unit):
    """Someone of another team, who has the right role and no access to the record."""
    return make_user("Nora Night", request.param, Team.objects.create(name="Night team", delivery_unit=unit))


def as_it_stands() -> dict[str, Any]:
    """Each table with where its rows lie: any row that is added, changed or taken away moves one."""
    with acting_as(SYSTEM), connection.cursor() as cursor:
        names = set(connection.introspection.table_names(cursor)) - WRITTEN_BY_EVERY_REQUEST
        parts = " union all ".join(
            f"select '{name}', count(*), md5(string_agg(ctid::text, ',' order by ctid)) from {name}"  # noqa: S608
            for name in sorted(names)
        )
        cursor.execute("set local role none")
        cursor.execute(parts)
        return {name: rest for name, *rest in cursor.fetchall()}


def posted(client: Any, addresses: dict[str, str]) -> dict[str, int]:
    return {name: client.post(url, {"reason": "x", "note": "x"}).status_code for name, url in addresses.items()}


def test_emergency_access_opens_pages_and_changes_nothing(world, stranger, monkeypatch, client_as, settings):  # noqa: F811
    """Whatever a stranger is refused, someone with emergency access is refused too, but for two acts."""
    settings.DEMO, settings.ACCOUNT_RATE_LIMITS = True, False
    found = addresses_of(world, monkeypatch)
    names = [name for name in TABLE if not name.startswith(NOT_OF_A_PERSON)]
    urls = {name: reverse(name, kwargs=found.get(name)) for name in names}
    client = client_as(stranger)
    client.raise_request_exception = False
    read_before = {name: client.get(url).status_code for name, url in urls.items()}
    closed = {name: urls[name] for name, status in posted(client, urls).items() if status in REFUSALS - {302}}
    emergency.open_in_emergency(crn=world.participant.crn, reason="x", by=stranger, now=timezone.now())
    before = as_it_stands()

    after = posted(client, {name: url for name, url in closed.items() if name not in ALLOWED})

    assert {name: status for name, status in after.items() if status not in REFUSALS - {302}} == {}
    assert as_it_stands() == before
    assert sum(status == 403 for status in after.values()) > 60
    opened = {name for name in closed if read_before[name] == 404 and client.get(urls[name]).status_code == 200}
    assert opened >= ALLOWED
    assert len(opened) > 15


def aimed_at(client: Any, found: dict[str, dict[str, Any]], crn: str) -> set[str]:
    """The addresses that the forms on the person's pages are sent to."""
    aimed = set()
    for name in TABLE:
        if not {"ref", "pk", "reference"} & found.get(name, {}).keys() or name.startswith(NOT_OF_A_PERSON):
            continue
        page = reverse(name, kwargs=found[name])
        answer = client.get(page)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html") and crn in answer.text:
            aimed |= {form.goes_to for form in forms_in(answer.text, page=page) if form.method == "post"}
    return aimed - {"people:role-switch", "account_logout", "account_leave", "account_stay"}


def test_a_page_read_in_an_emergency_has_no_form_that_would_be_refused(
    world, stranger, monkeypatch, client_as, settings  # noqa: F811
):  # fmt: skip
    settings.DEMO = True
    found = addresses_of(world, monkeypatch)
    emergency.open_in_emergency(crn=world.participant.crn, reason="x", by=stranger, now=timezone.now())
    theirs, ours = client_as(stranger), client_as(world.officer)
    theirs.raise_request_exception = ours.raise_request_exception = False

    assert len(aimed_at(ours, found, world.participant.crn)) > 30
    assert aimed_at(theirs, found, world.participant.crn) == ALLOWED
