"""Administrators see no case by virtue of the role: every page of a person refuses them, and names nobody."""

from __future__ import annotations

import pytest
from django.urls import reverse

from people.models import AccessEvent
from tests.test_access import FLOORS, TABLES, circle_of_one, world  # noqa: F401  fixtures


@pytest.mark.parametrize("floor", FLOORS)
def test_every_page_of_a_person_refuses_an_administrator_however_it_is_asked(floor, world, client_as):  # noqa: F811
    table = dict(zip(FLOORS, TABLES, strict=True))[floor]
    client, person = client_as(world.administrator), world.participant
    pages = {name: kwargs for name, kwargs in table.kwargs(world).items() if person.ref in kwargs.values()}

    answers = [
        (name, ask.__name__, answer.status_code, answer.content.decode())
        for name, kwargs in pages.items()
        for address in [reverse(name, kwargs=kwargs)]
        for ask in (client.get, client.post)
        for answer in [ask(address)]
    ]

    assert pages or floor in ("budgets", "commissioning", "casework", "providers")
    assert [(name, how, status) for name, how, status, _ in answers if status not in (403, 404)] == []
    assert [(name, how) for name, how, _, said in answers if "Ashworth" in said or person.crn in said] == []


@pytest.mark.parametrize(
    "page", ["/", "/people/", "/people/export.csv", "/team/", "/requests/", "/meetings/", "/api/people/"]
)
def test_no_list_of_people_opens_for_an_administrator(page, world, client_as):  # noqa: F811
    answer = client_as(world.administrator).get(page)

    assert answer.status_code in (302, 403, 404)
    assert not AccessEvent.objects.exclude(kind="REFUSED").exists()


def test_no_page_an_administrator_may_open_names_a_participant(world, client_as, settings):  # noqa: F811
    settings.DEMO = False  # the demo shows every message to everyone
    client, people = client_as(world.administrator), (world.participant, world.other_participant)
    table = TABLES[FLOORS.index("people")]
    addresses = table.kwargs(world)
    open_ = [
        reverse(name, kwargs=addresses.get(name))
        for name, row in table.ROWS.items()
        if row["ADMINISTRATOR"] == 200
        and name.startswith("people:")
        and "import" not in name  # whose example is Jordan
    ]

    pages = {page: b"".join(client.get(page)).decode() for page in open_}

    named = [page for page, said in pages.items() for p in people if p.family_name in said or p.crn in said]
    assert len(open_) >= 14
    assert named == []
