"""Every form and every address, given what no one should type: a sentence or the right value, never a broken page.

Each form is filled in badly in three ways, which change from form to form; in every way under `make attack`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from itertools import cycle, zip_longest
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from tests.attacks.full import sample
from tests.found_forms import PICKED, TYPED, Control, FoundForm, forms_in, send, standing_in
from tests.test_access import FLOORS, OFFICER, circle_of_one, expected, world  # noqa: F401  fixtures

LEAST = {
    "people": 32,
    "lifeplans": 30,
    "engagement": 9,
    "providers": 15,
    "budgets": 8,
    "commissioning": 1,
    "casework": 3,
}
ROLES = [
    "DATA_PROTECTION",
    "MANAGER",
    "PRACTITIONER",
    "PARTICIPANT",
    "VOLUNTEER",
    "COMMISSIONER",
    "ADMINISTRATOR",
    None,
]
FOR_SHOW = "common:gallery"  # its forms are sent nowhere

SCRIPT = "<script>alert(1)</script>"
SUM = "seven{{7*7}}seven"
KEPT = f"{SCRIPT}{SUM}\u202e\ud800' OR 1=1 --"  # short enough for most boxes
TOO_LARGE = str(10**30)
UNREADABLE = "a\x00b"
FIGURES = ["NaN", "1e400", "-1", "1,000.50", "£20", TOO_LARGE]
DAYS = [("1", "1", "0"), ("1", "1", "9999"), ("31", "2", "2026"), ("NaN", "-1", "1e400"), ("", "٣", TOO_LARGE)]
LONG = "x" * 1_000_000
ASKED = {
    **dict.fromkeys(("q", "need", "needs", "show", "kind", "author", "shell", "programme", "person"), TOO_LARGE),
    **dict.fromkeys(("state", "sort", "area", "name", "region", "year", "funder"), TOO_LARGE),
    "page": "-1",
}


def faults(response: Any) -> list[str]:
    """What is wrong with an answer to anything at all."""
    text = "" if response.streaming else response.content.decode(errors="replace")  # a document may be no text
    return [
        *([f"answers {response.status_code}"] if response.status_code >= 500 else []),
        *(["repeats a script"] if SCRIPT in text else []),
        *(["works out a sum"] if "seven49" in text else []),
    ]


def lost(form: FoundForm, response: Any, what: str, answers: dict[str, str]) -> list[str]:
    """The questions whose typed answer is gone from the page that is shown again."""
    if response.status_code != 200 or form.method != "post" or what.startswith("forged"):
        return []
    standing = standing_in(plain(response.content.decode()))
    typed = [c for c in form.of_kind(*TYPED) if c.kind != "password" and "\x00" not in answers[c.name]]
    return [f"loses {c.name}" for c in typed if (c.name, plain(answers[c.name])) not in standing]


def plain(text: str) -> str:
    """What was typed, as it came through the wire: half a pair of surrogates is no letter there."""
    return text.encode(errors="surrogatepass").decode(errors="replace").replace("\r\n", "\n").strip()


def bad_answers(form: FoundForm) -> Iterator[tuple[str, dict[str, str]]]:
    """The form filled in badly, in every way that fits it."""
    typed, picked = form.of_kind(*TYPED), form.of_kind(*PICKED)
    hidden = [control for control in form.of_kind("hidden") if control.name != "_idempotency_key"]
    if typed:
        yield KEPT, form.filled(lambda c: KEPT if c in typed else None)
    if typed or picked:
        yield "NUL", form.filled(lambda c: UNREADABLE if c not in hidden else None)
    yield from bad_figures(form, typed)
    if typed:
        longest = next((c for c in typed if c.kind == "textarea"), typed[0])
        yield "1 MB", form.filled(lambda c: LONG if c is longest else "9" * 5000 if c in typed else None)
    if picked:
        yield "picked", form.filled(lambda c: TOO_LARGE if c in picked else None)
    if hidden:
        forged = dict(zip((control.name for control in hidden), cycle([TOO_LARGE, UNREADABLE, KEPT]), strict=False))
        yield "forged", form.filled(lambda c: forged.get(c.name))


def bad_figures(form: FoundForm, typed: list[Control]) -> Iterator[tuple[str, dict[str, str]]]:
    """Sums, numbers, times and days that are none."""
    figured = [c for c in typed if c.style or c.is_time]
    dated = [c for c in typed if c.part_of_day]
    for figure, parts in zip_longest(FIGURES if figured else [], DAYS if dated else [], fillvalue=None):
        day = dict(zip(("day", "month", "year"), parts, strict=True)) if parts else {}
        yield (
            f"{figure} {parts}",
            form.filled(
                lambda c, day=day, figure=figure: (
                    day.get(c.part_of_day) if c in dated else figure if c in figured else None
                )
            ),
        )


def likely_answers(form: FoundForm) -> Iterator[dict[str, str]]:
    """Words that are kept as they are, with every other question answered as it should be: today, or next week."""
    days = [timezone.localdate(), timezone.localdate() + timedelta(days=7)]
    for day in days if any(c.part_of_day for c in form.controls) else days[:1]:
        parts = {"day": day.day, "month": day.month, "year": day.year}

        def answer(control: Control, parts: dict[str, int] = parts) -> str | None:
            if control.part_of_day:
                return str(parts[control.part_of_day])
            return KEPT if control.is_plain else None

        yield form.filled(answer)


@pytest.fixture
def clients(world, client_as, settings):  # noqa: F811
    """Someone of each role, signed in."""
    settings.DEMO = True
    settings.ACCOUNT_RATE_LIMITS = False
    people = {
        "MANAGER": world.manager,
        "PRACTITIONER": world.officer,
        "PARTICIPANT": world.participant.user,
        "VOLUNTEER": world.volunteer,
        "COMMISSIONER": world.commissioner,
        "ADMINISTRATOR": world.administrator,
        OFFICER: world.data_protection,
        None: None,
    }
    found = {role: client_as(user) for role, user in people.items()}
    for client in found.values():
        client.raise_request_exception = False
    found[None].post(reverse("account_request_login_code"), {"to": str(world.participant.phone)})
    return found


Page = tuple[str, list[str | None], dict[str, Any]]


def pages(floor: str, world: Any, *, answering: tuple[int, ...]) -> Iterator[Page]:  # noqa: F811
    """A floor's pages: the name, the roles that it answers so, and what is in its address."""
    table = import_module(f"tests.{floor}.page_access")
    addresses = table.kwargs(world)
    for name, row in table.ROWS.items():
        roles = [role for role in ROLES if expected(row, role) in answering]
        if roles and name != FOR_SHOW:
            yield name, roles, addresses.get(name, {})


def forms_of(floor: str, world: Any, clients: dict[str | None, Any]) -> list[tuple[Any, FoundForm]]:  # noqa: F811
    """Each form on the floor's pages once, and who may send it."""
    found: dict[Any, tuple[Any, FoundForm]] = {}
    for name, roles, kwargs in pages(floor, world, answering=(200, 302)):
        page = reverse(name, kwargs=kwargs)
        for role in roles:
            response = clients[role].get(page)
            if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
                for form in forms_in(response.content.decode(), page=page):
                    found.setdefault(form.key, (clients[role], form))
    return list(found.values())


@pytest.mark.parametrize("floor", FLOORS)
def test_every_form_of_a_floor_withstands_what_is_typed_in_it_and_keeps_it(floor, world, clients):  # noqa: F811
    forms = forms_of(floor, world, clients)
    wrong = []

    for at, (client, form) in enumerate(forms):
        for what, answers in sample(list(bad_answers(form)), 3, at=at):
            response = send(client, form, answers)
            found = [*faults(response), *lost(form, response, what, answers)]
            wrong += [(form.goes_to, form.page, what[:80], fault) for fault in found]
        for answers in likely_answers(form):
            response = send(client, form, answers, follow=True)
            wrong += [(form.goes_to, form.page, "likely", fault) for fault in faults(response)]
            if response.redirect_chain:
                break

    assert wrong == []
    assert len(forms) >= LEAST[floor], sorted(form.goes_to for _, form in forms)


def test_no_floor_can_silently_be_left_out():
    assert set(LEAST) == set(FLOORS)
    assert sum(LEAST.values()) >= 40


@pytest.mark.parametrize("floor", FLOORS)
def test_every_page_of_a_floor_withstands_what_is_asked_in_its_address(floor, world, clients):  # noqa: F811
    asked = [urlencode(each, errors="surrogatepass") for each in (dict.fromkeys(ASKED, KEPT), ASKED)]

    wrong = [
        (name, query[:80], fault)
        for name, roles, kwargs in pages(floor, world, answering=(200,))
        for query in asked
        for fault in faults(clients[roles[0]].get(f"{reverse(name, kwargs=kwargs)}?{query}"))
    ]

    assert wrong == []


@pytest.mark.parametrize("floor", FLOORS)
def test_an_address_that_no_row_could_have_is_not_found_however_it_is_asked(floor, world, clients):  # noqa: F811
    wrong = [
        (name, address[:80], status)
        for name, roles, kwargs in pages(floor, world, answering=(200, 405))
        for address in impossible(name, kwargs)
        for ask in (clients[roles[0]].get, clients[roles[0]].post)
        if (status := ask(address).status_code) >= 500
    ]

    assert wrong == []


def impossible(name: str, kwargs: dict[str, Any]) -> Iterator[str]:
    """The page's address for a number too large for any column, or for words where a key should be."""
    for key, value in kwargs.items():
        for bad in (
            [10**30] if isinstance(value, int) else ["x' OR 1=1 --", "9" * 3000] if isinstance(value, str) else []
        ):
            with suppress(NoReverseMatch):
                yield reverse(name, kwargs={**kwargs, key: bad})


def test_the_api_withstands_any_answer(world, clients):  # noqa: F811
    kwargs = import_module("tests.casework.page_access").kwargs(world)
    addresses = [reverse(f"api-request-{act}", kwargs=kwargs[f"api-request-{act}"]) for act in ("approve", "refuse")]
    anything = ["\x00", "\ud800", LONG, KEPT, float("nan"), 10**400, None, [], {"a": 1}, True]
    bodies = [json.dumps(dict.fromkeys(("reason", "amount"), words)) for words in anything]

    wrong = [
        (address, body[:80], answer.status_code)
        for address in addresses
        for body in [*bodies, "", "[", "[[]]", "null", "[" * 100_000]
        for answer in [clients["MANAGER"].post(address, body, content_type="application/json")]
        if answer.status_code >= 500
    ]

    assert wrong == []


def test_a_query_that_cannot_be_read_is_refused_plainly(clients):
    assert clients["MANAGER"].get(f"{reverse('people:participant-list')}?q=a%00b").status_code == 400


WRONG_FILES = {
    "nothing": b"",
    "a PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "a workbook": b"PK\x03\x04\x14\x00\x06\x00",
    "JSON of another kind": b'{"people": [{"name": "Sam"}]}',
    "half a pair": b"crn,name\xed\xa0\x80,date_of_birth\n",
    "any bytes": bytes(range(256)) * 64,
    "10 MB on one line": b"x" * (10 * 1024 * 1024),
    "over 10 MB": b"x,y\n" * (3 * 1024 * 1024),
}


@pytest.mark.parametrize(
    ("page", "more"),
    [
        ("people:import", {}),
        ("providers:service-import", {"kind": "moj-crs"}),
        ("providers:service-import", {"kind": "open-referral"}),
    ],
)
def test_a_wrong_file_is_refused_in_a_sentence_beside_the_box(page, more, clients):
    for name in ("file.csv", "file.json"):
        for what, content in WRONG_FILES.items():
            sent = {**more, "file": SimpleUploadedFile(name, content)}

            response = clients["MANAGER"].post(reverse(page), sent)

            assert (what, response.status_code) == (what, 200)
            assert "govuk-error-message" in response.content.decode(), what


@pytest.mark.django_db
@pytest.mark.parametrize(
    "command",
    [
        ["import_caseload", "FILE"],
        ["import_services", "--format", "moj-crs", "FILE"],
        ["import_services", "--format", "open-referral", "FILE"],
        ["import_places", "--outcodes", "FILE"],
        ["import_places", "--moj", "FILE"],
    ],
)
def test_a_wrong_file_ends_a_command_with_a_sentence(command, tmp_path):
    file = tmp_path / "file"
    for content in WRONG_FILES.values():
        file.write_bytes(content)

        with pytest.raises(CommandError, match=r"^[A-Z/f].*\.$"):
            call_command(*[str(file) if word == "FILE" else word for word in command])
