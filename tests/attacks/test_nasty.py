"""Sixty nasty strings × every text field of every form × every kind of caller.

In full, every caller sends every string in every field of each form in sixty sendings, one string further on in each
field. The first caller of a form also sends each string alone, field after field, the others answered as they should.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import chain
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.urls import reverse

from tests.attacks.callers import callers
from tests.attacks.full import FULL, sample
from tests.attacks.nasty import NASTY, hurt
from tests.attacks.worlds import addresses_of
from tests.found_forms import Control, FoundForm, forms_in
from tests.test_access import TABLE, circle_of_one, expected, world  # noqa: F401  fixtures

NOT_SENT = {"common:gallery", "account_logout", "account_leave"}
TEXTS = ("text", "email", "tel", "number", "search", "date", "time", "password", "textarea")


class Attack:
    """What has been sent, and what was hurt by it."""

    def __init__(self) -> None:
        self.requests, self.sent, self.wrong = 0, 0, []

    def send(self, client: Any, form: FoundForm, answers: dict[str, str], said: str, where: Any) -> None:
        """Send the form, look at where it may be read afterwards, and undo what it did."""
        self.sent += 1
        cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        with transaction.atomic():
            answer = self.ask(client, form, urlencode({k: v for k, v in answers.items() if k}, errors="surrogatepass"))
            places = [answer["Location"], form.page] if answer.status_code == 302 else []
            seen = [self.get(client, place) for place in places if place.startswith("/") and "logout" not in place]
            for one in (answer, *seen):
                self.wrong += [(form.goes_to, form.page, where, said[:40], fault) for fault in hurt(one, said)]
            transaction.set_rollback(True)
        for name, value in cookies.items():
            client.cookies[name] = value

    def ask(self, client: Any, form: FoundForm, body: str) -> Any:
        self.requests += 1
        if form.method == "post":
            return client.post(form.action, data=body, content_type="application/x-www-form-urlencoded")
        return client.get(f"{form.action.partition('?')[0]}?{body}")

    def get(self, client: Any, place: str) -> Any:
        self.requests += 1
        return client.get(place)


def forms_of(
    role: str | None, client: Any, addresses: dict[str, dict[str, Any]], attack: Attack
) -> Iterator[FoundForm]:
    """Each form of each page that opens for this caller, once, if it has a box to type in.

    A sample that held none goes on through the other pages until one does.
    """
    seen = set()
    opened = [name for name, row in TABLE.items() if expected(row, role) == 200 and name not in NOT_SENT]
    first = sample(opened, 8, at=len(opened) // 2)
    for number, name in enumerate([*first, *(name for name in opened if name not in first)]):
        if number >= len(first) and seen:
            return
        page = reverse(name, kwargs=addresses.get(name))
        answer = attack.get(client, page)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            for form in forms_in(answer.content.decode(), page=page):
                if form.key not in seen and form.of_kind(*TEXTS) and form.goes_to not in NOT_SENT:
                    seen.add(form.key)
                    yield form


def one_at_a_time(form: FoundForm, at: int) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Each string in one field, the others answered as they should be; in a sample one string."""
    fields = form.of_kind(*TEXTS)
    for number, said in enumerate(NASTY) if FULL else [(at, NASTY[at * 7 % len(NASTY)])]:
        field = fields[number % len(fields)]
        yield said, field.name, form.filled(lambda control, field=field, said=said: said if control is field else None)


def all_at_once(form: FoundForm) -> Iterator[tuple[str, str, dict[str, str]]]:
    fields = form.of_kind(*TEXTS) if FULL else []
    for at, said in enumerate(NASTY if fields else []):

        def answer(control: Control, at: int = at) -> str | None:
            return NASTY[(at + fields.index(control)) % len(NASTY)] if control in fields else None

        yield said, "every field", form.filled(answer)


def test_there_are_sixty_of_them():
    assert len(set(NASTY)) == len(NASTY) >= 60


KNOWN: set[Any] = set()  # forms that a caller before this one has sent
CALLERS = [None, "PARTICIPANT", "VOLUNTEER", "PRACTITIONER", "MANAGER", "ADMINISTRATOR", "DATA_PROTECTION"]
CALLERS += ["COMMISSIONER", "OTHER_PRACTITIONER", "OTHER_PARTICIPANT"]


@pytest.mark.parametrize("role", CALLERS)
def test_no_form_is_hurt_by_what_is_typed_in_it(role, world, monkeypatch, client_as, settings, capsys):  # noqa: F811
    settings.DEMO, settings.ACCOUNT_RATE_LIMITS = True, False
    addresses, attack, began = addresses_of(world, monkeypatch), Attack(), time.monotonic()
    client = client_as(callers(world)[role])
    client.raise_request_exception = False
    forms = list(forms_of(role, client, addresses, attack))
    for form in forms:
        alone = () if form.key in KNOWN else one_at_a_time(form, len(KNOWN))
        tries = chain(alone, all_at_once(form))
        KNOWN.add(form.key)
        for said, where, answers in tries:
            attack.send(client, form, answers, said, where)

    if FULL:
        with capsys.disabled():  # the figures are what `make attack` is run for
            print(f"\n{role}: {len(forms)} forms, {attack.requests} requests, {time.monotonic() - began:.0f} s")  # noqa: T201
    assert attack.wrong == []
    assert forms


def test_every_kind_of_caller_is_one(world):  # noqa: F811
    assert set(CALLERS) == set(callers(world))
