"""Requests that another site makes for someone, and answers that lead to another site or can be put inside one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as service
from django.test import Client
from django.urls import reverse

from people.models import Message
from people.sign_in.sessions import signed
from tests.attacks.callers import callers
from tests.attacks.full import FULL, sample
from tests.attacks.worlds import addresses_of
from tests.test_access import TABLE, circle_of_one, expected, world  # noqa: F401  fixtures

EVIL = "https://evil.example/"
PLACES = [
    EVIL, "//evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example", "javascript:alert(1)",
    " //evil.example", "///evil.example", "http:///evil.example", "/%2f%2fevil.example", "https://127.0.0.1@evil.example",
    "/\t/evil.example", "//evil.example\r\nX-Injected: yes", "data:text/html,evil.example",
]  # fmt: skip
LEADING = (  # noqa: SIM905
    "next next_url redirect redirect_to redirect_url redirect_uri return return_to return_url returnTo url to back "
    "back_url goto continue dest destination from came_from target r u page_url success_url cancel_url callback"
).split()
UNSAFE = ("post", "put", "patch", "delete")
AWAY = {"account_leave"}  # leaves for another site, as it should: the one in QUICK_EXIT_URL
BACKEND = "people.sign_in.backends.AccountBackend"


@pytest.fixture
def everywhere(world, monkeypatch, settings):  # noqa: F811
    """Every address there is, with its name."""
    settings.DEMO, settings.ACCOUNT_RATE_LIMITS = True, False
    addresses = addresses_of(world, monkeypatch)
    return {name: reverse(name, kwargs=addresses.get(name)) for name in TABLE}


def test_nothing_is_done_for_a_form_of_another_site(everywhere, world):  # noqa: F811
    """Every address × every unsafe method × every caller who may go there, without the token of our own forms."""
    wrong = []
    for role, user in callers(world).items():
        client = Client(enforce_csrf_checks=True)
        if user:
            client.force_login(user, backend=BACKEND)
        opened = [name for name in everywhere if expected(TABLE[name], role) in (200, 302, 405)]
        for name in sample(opened, 30, at=len(str(role))):
            for method in UNSAFE if FULL or name.startswith("api") else ("post",):
                answer = getattr(client, method)(everywhere[name], {"name": "x"} if method == "post" else b"")
                wrong += [] if answer.status_code in (403, 405) else [(name, role, method, answer.status_code)]

    assert wrong == []


def test_a_session_that_an_attacker_planted_is_nobodys(officer, client):
    planted = "planted0planted0planted0planted0"
    client.cookies[service.SESSION_COOKIE_NAME] = planted
    client.get("/accounts/login/")
    client.post("/accounts/login/", {"login": officer.email, "password": "a long pass phrase"})
    stranger = Client()
    stranger.cookies[service.SESSION_COOKIE_NAME] = planted

    assert client.session.session_key != planted
    assert int(client.session["_auth_user_id"]) == officer.pk
    assert stranger.get("/").status_code == 302


def test_the_session_of_before_signing_in_is_worth_nothing_after_it(officer, client):
    client.get("/accounts/login/")
    client.session["anything"] = 1
    client.session.save()
    before = client.session.session_key
    client.cookies[service.SESSION_COOKIE_NAME] = signed(before)
    client.post("/accounts/login/", {"login": officer.email, "password": "a long pass phrase"})
    stranger = Client()
    stranger.cookies[service.SESSION_COOKIE_NAME] = signed(before)

    assert client.session.session_key != before
    assert stranger.get("/").status_code == 302


def test_a_key_that_the_database_holds_is_no_cookie(officer, client_as):
    """Keys can be worked out from how long a statement takes; a cookie is signed with what the database has not."""
    inside = client_as(officer)
    stranger = Client()
    stranger.cookies[service.SESSION_COOKIE_NAME] = inside.session.session_key

    assert inside.get("/").status_code == 200
    assert stranger.get("/").status_code == 302


def test_another_hosts_name_is_refused_on_every_page(everywhere, world, client_as):  # noqa: F811
    client = client_as(world.manager)

    answers = {name: client.get(url, HTTP_HOST="evil.example") for name, url in sample(list(everywhere.items()), 40)}

    assert {name for name, answer in answers.items() if answer.status_code != 400} == set()


def test_a_forged_host_is_in_no_link_that_is_sent(officer, client):
    for forged in ("HTTP_X_FORWARDED_HOST", "HTTP_X_HOST", "HTTP_FORWARDED", "HTTP_X_FORWARDED_SERVER"):
        client.post("/accounts/password/reset/", {"email": officer.email}, **{forged: "evil.example"})

    assert Message.objects.exists()
    assert "evil.example" not in "".join(Message.objects.values_list("body", flat=True))


def test_no_address_leads_to_another_site_whatever_it_is_asked(everywhere, world, client_as):  # noqa: F811
    """Every address, with every parameter that some service follows, in the address and in the form."""
    wrong = []
    for role, user in callers(world).items():
        client = client_as(user)
        client.raise_request_exception = False
        opened = [name for name in everywhere if expected(TABLE[name], role) in (200, 302, 405) and name not in AWAY]
        tried = sample([name for name in opened if "logout" not in name], 8, at=len(str(role)))
        for at, name in enumerate(tried):
            for place in (PLACES[at % len(PLACES)], PLACES[(at * 3 + 1) % len(PLACES)])[: 2 if FULL else 1]:
                asked = urlencode(dict.fromkeys(LEADING, place))
                answers = (
                    client.get(f"{everywhere[name]}?{asked}"),
                    client.post(
                        f"{everywhere[name]}?{asked}", dict.fromkeys(LEADING, place), headers={"referer": EVIL}
                    ),
                )
                wrong += [(name, role, place) for answer in answers if leads_away(answer)]

    assert wrong == []


@pytest.mark.parametrize("place", PLACES)
def test_signing_in_leads_to_no_other_site(place, officer, client):
    form = {"login": officer.email, "password": "a long pass phrase", "next": place}
    answer = client.post(f"/accounts/login/?{urlencode({'next': place})}", form)

    assert answer.status_code == 302
    assert not leads_away(answer)


@pytest.mark.parametrize("place", sample(PLACES, 3))
def test_a_form_that_goes_back_where_it_came_from_goes_to_no_other_site(place, participant, officer, client_as):
    client = client_as(officer)
    forms = {
        reverse("people:contact-change", args=[participant.ref]): {"phone": "", "email": "", "outcode": "PR1"},
        reverse("engagement:contact-new", args=[participant.ref]): {"kind": "CALL", "note": "Rang."},
        reverse("people:role-switch"): {"role": "PRACTITIONER"},
    }
    answers = [
        client.post(f"{url}?{urlencode({'next': place})}", {**form, "next": place}) for url, form in forms.items()
    ]

    assert [answer["Location"] for answer in answers if leads_away(answer)] == []


def leads_away(answer: Any) -> bool:
    """Whether it takes a browser elsewhere, which drops tabs and ends of lines, and turns back-slashes."""
    place = answer.get("Location", "") or answer.get("HX-Redirect", "") or answer.get("Refresh", "")
    seen = place.strip().replace("\\", "/").replace("\t", "").replace("\n", "").replace("\r", "")
    return bool(seen) and not (seen.startswith(("/", "?")) and not seen.startswith("//"))


def test_no_page_can_be_framed_sniffed_kept_or_given_a_script(everywhere, world, client_as):  # noqa: F811
    """Whatever it answers, refusals too."""
    wrong = []
    for at, (role, user) in enumerate(callers(world).items()):
        client = client_as(user)
        for name, url in sample(list(everywhere.items()), 10, at=at * 2):
            answer = client.get(url)
            wrong += [(name, role, fault) for fault in unguarded(answer)]

    assert wrong == []
    assert FULL or len(everywhere) > 150


def unguarded(answer: Any) -> list[str]:
    policy = answer.get("Content-Security-Policy", "")
    return [
        *(["can be framed"] if answer.get("X-Frame-Options") != "DENY" else []),
        *(["can be framed (policy)"] if "frame-ancestors 'none'" not in policy else []),
        *(["can be sniffed"] if answer.get("X-Content-Type-Options") != "nosniff" else []),
        *(["takes a script"] if "unsafe-inline" in policy or "unsafe-eval" in policy else []),
        *(["is kept"] if "no-store" not in answer.get("Cache-Control", "") else []),
    ]
