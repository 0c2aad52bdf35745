"""Every address × method × kind of caller: who may not read may not write either, and is shown nothing of the record.

What each caller may read is the table of `tests/test_access.py`. Here every refusal is tried with every method, and no
answer to a refused caller may carry any of the record's own words. Every other caller is tried on each address, by one
method; ATTACK=full tries them all.
"""

from __future__ import annotations

import os
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from people.access import restrictions
from tests.conftest import NOW, TODAY
from tests.test_access import FLOORS, circle_of_one, world  # noqa: F401  fixtures
from tests.test_access import expected as as_the_table_says

METHODS = ("post", "put", "patch", "delete", "head", "options")
FULL = os.environ.get("ATTACK") == "full"
REFUSALS = {302, 400, 401, 403, 404, 405, 410, 429}  # 429: signing in was tried too often
CANARIES = {
    "given_name": "Zqcanarygiven", "family_name": "Zqcanaryfamily", "preferred_name": "Zqcanarycalled",
    "address": "1 Zqcanary Street", "email": "zqcanary@mail.example",
}  # fmt: skip
MARK = "zqcanary"


@pytest.fixture
def marked(world):  # noqa: F811
    """The person's record, every word of it marked, and a goal, a note and a message that are marked too."""
    from engagement import services as touch
    from lifeplans import services as plans
    from people.messaging import message_queue
    from people.models import Participant

    person = Participant.objects.get(pk=world.participant.pk)
    for name, value in CANARIES.items():
        setattr(person, name, value)
    person.save()
    plan = plans.start_plan(participant=person, by=world.officer, today=TODAY)
    plans.propose_goal(plan=plan, title="Zqcanary goal", good="LIFE", by=world.officer, today=TODAY, now=NOW)
    touch.log_contact(participant=person, kind="CALL", by=world.officer, at=NOW, now=NOW, note="Zqcanary note")
    message_queue.tell_participant(participant=person, body="Zqcanary message", key="zq", now=NOW)
    world.participant = person
    return world


@pytest.fixture
def callers(marked, make_user, team):
    excluded, boss = make_user("Exie Excluded", "PRACTITIONER", team), marked.manager
    restrictions.exclude(
        participant=marked.participant, user=excluded, reason="Zqcanary reason", message="Ring Mona.", by=boss,
        now=timezone.now(),
    )  # fmt: skip
    users = SimpleNamespace(**vars(marked))
    return {
        None: None, "PARTICIPANT": users.participant.user, "OTHER_PARTICIPANT": users.other_participant.user,
        "PRACTITIONER": users.officer, "OTHER_PRACTITIONER": users.other_officer, "EXCLUDED": excluded,
        "MANAGER": users.manager, "VOLUNTEER": users.volunteer, "PROVIDER": users.provider, "SCHEME": users.scheme,
        "COMMISSIONER": users.commissioner, "ADMINISTRATOR": users.administrator,
        "DATA_PROTECTION": users.data_protection,
    }  # fmt: skip


def expected(row: dict, role: str | None, about_a_person: bool) -> set[int]:
    """What a read answers. The excluded are refused wherever their team would see the person."""
    if role == "EXCLUDED":
        told = row["PRACTITIONER"] if not about_a_person or row["OTHER_PRACTITIONER"] == row["PRACTITIONER"] else None
        return {told} if told else {403, 404} if row["PRACTITIONER"] in (200, 302, 405) else {row["PRACTITIONER"]}
    if role == "PROVIDER":
        return {as_the_table_says(row, role), 403, 404}
    return {as_the_table_says(row, role)}


@pytest.mark.parametrize("floor", FLOORS)
def test_who_is_refused_a_read_is_refused_every_method_and_shown_nothing(floor, marked, callers, client_as, settings):
    settings.DEMO = False
    table = import_module(f"tests.{floor}.page_access")
    addresses, wrong = table.kwargs(marked), []
    clients = {role: client_as(user) for role, user in callers.items()}
    for at, (name, row) in enumerate(table.ROWS.items()):
        url = reverse(name, kwargs=addresses.get(name))
        for nth, (role, client) in enumerate(clients.items()):
            if row.get(role) == 200:
                continue  # the access table opens it
            if not FULL and (at + nth) % 2:
                continue  # the next page's turn
            answer = client.get(url)
            if name not in SEEN_IN_DEMO_ALONE and answer.status_code not in expected(row, role, name in addresses):
                wrong.append((name, role, "get", answer.status_code))
            if answer.status_code not in REFUSALS or answer.status_code == 405:  # 405: a button that they may press
                continue
            wrong += [(name, role, "get", "leaks")] if leaks(answer) else []
            for method in METHODS if FULL else METHODS[at % len(METHODS) :][:1]:
                answer = getattr(client, method)(url)
                refused = answer.status_code in REFUSALS or method == "options"
                wrong += [(name, role, method, answer.status_code)] if not refused or leaks(answer) else []

    assert wrong == []


SEEN_IN_DEMO_ALONE = {"enter", "common:gallery"}


def leaks(answer) -> bool:
    return MARK in b"".join(answer).decode(errors="replace").lower()
