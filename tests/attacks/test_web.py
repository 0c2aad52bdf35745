"""What an attacker would try on the whole service. Files, forms and signing in have tests of their own."""

from __future__ import annotations

import csv
import io
from importlib import import_module

import pytest
from django.test import Client
from django.urls import reverse

from people.models import Membership, Participant, User
from tests.test_access import FLOORS, circle_of_one, world  # noqa: F401

EVIL = "https://evil.example/"
OTHER_SITES = [
    EVIL,
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    " //evil.example",
]
FORMULAS = ["=HYPERLINK(1)", "+cmd|' /C calc'!A0", "-1+cmd", "@SUM(1)", "\t=1", "\r=1"]
SQL = ["name; drop table people_look", "name' or '1'='1", "-(select 1)", "id) desc --", "pg_sleep(9)", "%27%20OR%201=1"]
STOLEN = {
    **dict.fromkeys(("is_staff", "is_superuser", "is_active", "team", "approved", "person", "person_id"), "1"),
    **dict.fromkeys(("participant", "participant_id", "user", "decided_by"), "1"),
    **dict.fromkeys(("balance", "amount"), "999999"),
    "role": "ADMINISTRATOR", "state": "APPROVED", "level": "3", "why": "ASSIGNED",
}  # fmt: skip


@pytest.fixture(params=FLOORS)
def everywhere(request, world):  # noqa: F811
    """Every address of a floor, with its row of the access table."""
    table = import_module(f"tests.{request.param}.access")
    addresses = table.kwargs(world)
    return [(name, reverse(name, kwargs=addresses.get(name)), row) for name, row in table.ROWS.items()]


def test_nothing_is_done_for_a_form_of_another_site(everywhere, world, settings):  # noqa: F811
    settings.DEMO = True
    users = {"MANAGER": world.manager, "PRACTITIONER": world.officer, "PARTICIPANT": world.participant.user}
    wrong = []
    for role, user in users.items():
        client = Client(enforce_csrf_checks=True)
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        wrong += [
            (name, role, answer.status_code)
            for name, url, row in everywhere
            if row[role] in (200, 302, 405)
            for answer in [client.post(url, STOLEN)]
            if answer.status_code not in (403, 405)
        ]

    assert wrong == []


def test_no_page_can_be_framed_sniffed_or_kept(everywhere, world, client_as):  # noqa: F811
    client, wrong = client_as(world.manager), []
    for name, url, _ in everywhere:
        answer = client.get(url)
        policy = answer.get("Content-Security-Policy", "")
        if (
            answer.get("X-Frame-Options") != "DENY"
            or answer.get("X-Content-Type-Options") != "nosniff"
            or "frame-ancestors 'none'" not in policy
            or "unsafe-inline" in policy
            or "no-store" not in answer.get("Cache-Control", "")
        ):
            wrong.append((name, dict(answer.headers)))

    assert wrong == []


@pytest.mark.django_db
def test_another_hosts_name_is_refused(client):
    assert client.get("/accounts/login/", HTTP_HOST="evil.example").status_code == 400
    assert client.get("/accounts/password/reset/", HTTP_X_FORWARDED_HOST="evil.example").status_code == 200


@pytest.mark.django_db
def test_a_forged_host_is_in_no_link_that_is_sent(officer, client, settings):
    from people.models import Message

    client.post("/accounts/password/reset/", {"email": officer.email}, HTTP_X_FORWARDED_HOST="evil.example")

    assert "evil.example" not in "".join(Message.objects.values_list("body", flat=True))


@pytest.mark.parametrize("place", OTHER_SITES)
def test_signing_in_leads_to_no_other_site(place, officer, client):
    form = {"login": officer.email, "password": "a long pass phrase", "next": place}
    answer = client.post(f"/accounts/login/?next={place}", form)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/")
    assert not answer["Location"].startswith(("//", "/\\"))


@pytest.mark.parametrize("place", OTHER_SITES)
def test_a_form_pressed_twice_leads_to_no_other_site(place, participant, officer, client_as):
    url = reverse("people:contact-change", args=[participant.ref]) + f"?next={place}"
    answer = client_as(officer).post(url, {"phone": "", "email": "", "next": place, "outcode": "PR1"})

    assert "evil" not in answer.get("Location", "")


def test_no_one_becomes_more_than_they_are_by_adding_fields(everywhere, world, client_as):  # noqa: F811
    """Every page that takes a form, sent what no form of it asks for: no account, role or sum is another afterwards."""
    from budgets.models import Account

    def standing() -> list:
        return [
            list(User.objects.order_by("pk").values_list("pk", "is_active", "email")),
            list(Membership.objects.order_by("pk").values_list("pk", "user", "role", "team")),
            list(Account.objects.order_by("pk").values_list("pk", "balance")),
            list(Participant.objects.order_by("pk").values_list("pk", "user", "crn", "risk_band")),
        ]

    users = {"PRACTITIONER": world.officer, "PARTICIPANT": world.participant.user, "VOLUNTEER": world.volunteer}
    before = standing()
    for role, user in users.items():
        client = client_as(user)
        for _name, url, row in everywhere:
            if row[role] in (200, 405) and "logout" not in url:
                client.post(url, STOLEN)

    assert standing() == before


@pytest.mark.parametrize("asked", SQL)
def test_no_order_or_search_reaches_the_database_as_words_of_its_own(asked, participant, officer, client_as):
    client = client_as(officer)
    for name in ("sort", "order", "q", "area", "risk", "where", "tag", "whose", "page", "by"):
        answer = client.get("/people/", {name: asked, "whose": "all"} if name != "whose" else {name: asked})
        assert answer.status_code == 200, (name, asked)
    assert Participant.objects.count() == 1


def test_no_cell_of_a_spreadsheet_can_run(officer, manager, commissioner, make_participant, client_as):
    for n, formula in enumerate(FORMULAS):
        make_participant(formula.replace("\t", "=").replace("\r", "="), formula, f"F10000{n}", officer)
    files = [(officer, "/people/export.csv?whose=all"), (manager, "/reports/money/funder.csv"),
             (commissioner, "/reports/money/area.csv")]  # fmt: skip
    for user, url in files:
        answer = client_as(user).get(url)
        assert answer.status_code == 200, url
        rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
        bad = [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
        assert [cell for cell in bad if not cell.lstrip("+-").replace(" ", "").replace(".", "").isdigit()] == []


@pytest.mark.django_db
def test_a_body_that_says_it_is_vast_is_refused_unread(officer, client_as):
    client = client_as(officer)
    for said in (str(100 * 1024 * 1024), "-1", "many", "9" * 30):
        answer = client.generic("POST", "/people/emergency/", b"crn=X", CONTENT_LENGTH=said)
        assert answer.status_code == 413, said
    assert "up to 10 MB" in answer.text


def test_ten_thousand_fields_are_refused(officer, client_as):
    answer = client_as(officer).post("/people/emergency/", {f"f{n}": "x" for n in range(10_000)})

    assert answer.status_code == 400
