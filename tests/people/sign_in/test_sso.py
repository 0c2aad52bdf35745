"""Signing in through the organisation's own provider, end to end against a small one that the test runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.test import Client

from people.models import Message, User
from tests.people import oidc

pytestmark = pytest.mark.django_db
START = "/accounts/organisation/"
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def provider(settings) -> Iterator[oidc.Provider]:
    cache.clear()
    with oidc.running() as running:
        settings.OIDC_URL, settings.OIDC_NAME = running.url, "Northshire Probation"
        app = settings.OIDC | {
            "client_id": oidc.CLIENT,
            "secret": oidc.SECRET,
            "name": settings.OIDC_NAME,
            "settings": {"server_url": running.url},
        }
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
        yield running


def person(email: str, **more) -> dict:
    return {"sub": "subject-1", "email": email, "email_verified": True, "preferred_username": "p", **more}


def sign_in(client: Client, **posted: str):
    """Press the button, go to the provider and come back as a browser would."""
    page = client.post(START, posted)
    there = page.context["there"]
    back = urlsplit(requests.get(there, allow_redirects=False, timeout=5).headers["Location"])
    return client.get(f"{back.path}?{back.query}")


def is_in(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def test_someone_with_an_account_gets_in_by_a_verified_e_mail_and_is_linked(provider, officer):
    provider.person = person("Olive.Officer@test.example")
    client = Client()

    answer = sign_in(client)

    assert answer["Location"] == "/"
    assert is_in(client) == str(officer.pk)
    assert SocialAccount.objects.get().uid == "subject-1"
    assert officer.check_password("a long pass phrase")


def test_the_button_is_on_the_sign_in_page_where_it_is_set(provider, client, settings):
    with_it = client.get("/accounts/login/").content.decode()
    settings.OIDC_URL = ""

    assert "Sign in with Northshire Probation" in with_it
    assert "Northshire" not in client.get("/accounts/login/").content.decode()
    assert client.post(START).status_code == 404


def test_from_then_on_the_subject_counts_and_not_the_e_mail(provider, officer, other_officer):
    provider.person = person(officer.email)
    sign_in(Client())
    provider.person = person(other_officer.email)  # the same subject under another's address
    client = Client()

    sign_in(client)

    assert is_in(client) == str(officer.pk)


@pytest.mark.parametrize(
    "told",
    [
        {"email": "nobody@test.example"},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": None, "preferred_username": "olive.officer@test.example"},
    ],
)
def test_anyone_else_is_told_what_to_do_and_nobody_is_made(provider, officer, told):
    provider.person = person(officer.email) | told
    before, client = User.objects.count(), Client()

    answer = sign_in(client)

    assert answer.status_code == 403
    assert "Ask your manager or your administrator" in answer.content.decode()
    assert is_in(client) is None
    assert (User.objects.count(), SocialAccount.objects.count()) == (before, 0)


def test_a_closed_account_stays_closed(provider, officer):
    provider.person = person(officer.email)
    sign_in(Client())
    User.objects.filter(pk=officer.pk).update(is_active=False)
    client = Client()

    answer = sign_in(client)

    assert is_in(client) is None
    assert answer["Location"] == "/accounts/inactive/"


def test_a_participants_account_is_not_for_it(provider, make_participant, officer):
    sam = make_participant("Sam", "Mailed", "X100011", officer, phone="", email="sam@test.example")
    provider.person = person("sam@test.example")
    client = Client()

    assert sign_in(client).status_code == 403
    assert is_in(client) is None
    assert not SocialAccount.objects.filter(user=sam.user).exists()


@pytest.mark.parametrize(
    "wrong", [{"aud": "someone else"}, {"iss": "https://evil.example"}, {"exp": 1}, {"sub": "x"}, {"exp": None}]
)
def test_a_token_that_is_not_for_us_lets_nobody_in(provider, officer, wrong):
    provider.person, provider.id_token = person(officer.email), wrong
    client = Client()

    assert sign_in(client).status_code in (403, 502)
    assert is_in(client) is None


@pytest.mark.parametrize(
    ("key", "signed_by"), [(OTHER_KEY, "RS256"), ("a secret of its own" * 3, "HS256"), ("", "none")]
)
def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(provider, officer, key, signed_by):
    provider.person, provider.key, provider.signed_by = person(officer.email), key, signed_by
    client = Client()

    assert sign_in(client).status_code == 502
    assert is_in(client) is None


def test_a_provider_that_calls_itself_otherwise_lets_nobody_in(provider, officer, client):
    provider.person, provider.issuer = person(officer.email), "https://evil.example"

    assert client.post(START).status_code == 502


def test_a_provider_that_is_gone_when_one_comes_back_is_a_plain_page(provider, officer, settings):
    provider.person, client = person(officer.email), Client()
    page = client.post(START)
    back = urlsplit(requests.get(page.context["there"], allow_redirects=False, timeout=5).headers["Location"])
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"] = {"server_url": "http://127.0.0.1:1"}

    answer = client.get(f"{back.path}?{back.query}")

    assert answer.status_code == 502
    assert is_in(client) is None


def test_an_answer_that_leads_elsewhere_is_not_followed(provider, officer, client):
    provider.person, provider.moved = person(officer.email), f"{provider.url}/.well-known/openid-configuration"

    assert client.post(START).status_code == 502


@pytest.mark.parametrize(("said", "status"), [
    ({"amr": ["pwd"]}, 403), ({"amr": None}, 403), ({"amr": "mfa"}, 403), ({"amr": ["otp", "mfa"]}, 302),
    ({"amr": None, "acr": "mfa"}, 302),
])  # fmt: skip
def test_a_sign_in_by_one_step_there_is_not_enough(provider, officer, settings, said, status):
    settings.SECOND_FACTOR, settings.DEMO = True, False
    provider.person, provider.id_token = person(officer.email), said
    client = Client()

    answer = sign_in(client)

    assert answer.status_code == status
    assert is_in(client) == (str(officer.pk) if status == 302 else None)
    assert SocialAccount.objects.exists() == (status == 302)


def test_where_the_second_step_is_switched_off_the_word_is_not_asked(provider, officer, settings):
    settings.SECOND_FACTOR = False
    provider.person, provider.id_token = person(officer.email), {"amr": ["pwd"]}

    assert sign_in(Client()).status_code == 302


def test_an_answer_without_a_sign_in_token_lets_nobody_in(provider, officer):
    provider.person, provider.leaves_out = person(officer.email), {"id_token"}
    client = Client()

    assert sign_in(client).status_code in (403, 502)
    assert is_in(client) is None


def test_an_answer_that_nobody_asked_for_lets_nobody_in(provider, officer):
    provider.person = person(officer.email)
    client = Client()

    answer = client.get(f"{START}back/?code=x&state=made-up")

    assert answer.status_code == 502
    assert "did not let you in" in answer.content.decode()
    assert is_in(client) is None


def test_people_come_back_to_our_own_address_whatever_a_request_says_of_it(provider, officer, settings):
    settings.ALLOWED_HOSTS, settings.BASE_URL = ["*"], "https://goodlives.example"
    there = Client(HTTP_HOST="evil.example").post(START).context["there"]

    assert parse_qs(urlsplit(there).query)["redirect_uri"] == ["https://goodlives.example/accounts/organisation/back/"]


def test_the_code_is_bound_to_who_asked(provider, officer):
    provider.person = person(officer.email)
    sign_in(Client())

    there, token = provider.asked
    assert there["code_challenge_method"] == "S256"
    assert token["code_verifier"]
    assert (there["response_type"], "openid" in there["scope"]) == ("code", True)


def test_one_comes_back_to_the_page_one_was_on_and_nowhere_else(provider, officer):
    provider.person = person(officer.email)

    assert sign_in(Client(), next="/people/?q=a")["Location"] == "/people/?q=a"
    assert sign_in(Client(), next="https://evil.example/")["Location"] == "/"


def test_a_provider_that_does_not_answer_is_a_plain_page(provider, client, settings):
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app["settings"] = {"server_url": "http://127.0.0.1:1"}

    assert client.post(START).status_code == 502


def test_the_second_step_was_made_there_and_is_not_asked_again(provider, officer, settings):
    settings.SECOND_FACTOR, settings.DEMO = True, False
    provider.person = person(officer.email)
    client = Client()
    sign_in(client)

    assert client.get("/people/").status_code == 200


# --- And by no password of ours ---


@pytest.fixture
def linked(officer, settings):
    settings.OIDC_URL = "https://organisation.example"
    cache.clear()
    SocialAccount.objects.create(user=officer, provider="organisation", uid="subject-1")
    return officer


def by_password(user, password: str, number: int = 1):
    asked = {"login": user.email, "password": password}
    return Client().post("/accounts/login/", asked, REMOTE_ADDR=f"198.51.100.{number}")


def test_a_right_password_is_answered_and_counted_as_a_wrong_one_is(linked):
    said = [by_password(linked, word) for word in ["a long pass phrase", "no", "no", "no", "no"]]
    pages = {re.sub(r'nonce="[^"]+"|value="[^"]*"', "", answer.content.decode()) for answer in said}

    assert len(pages) == 1
    assert "is not right" in pages.pop()
    assert "tried too often" in by_password(linked, "a long pass phrase").content.decode()


def test_for_others_a_right_password_gives_its_try_back(linked, other_officer):
    answers = [by_password(other_officer, "a long pass phrase", n).status_code for n in range(7)]

    assert answers == [302] * 7


def reset_link(user) -> str:
    Client().post("/accounts/password/reset/", {"email": user.email})
    return re.search(r"https?://[^/\s]+(/\S+)", Message.objects.latest("pk").body)[1]


def test_a_link_for_a_new_password_dies_when_the_account_is_linked(officer, linked):
    SocialAccount.objects.all().delete()
    opened, unopened = Client(), Client()
    link = reset_link(officer)
    form = opened.get(link)["Location"]
    SocialAccount.objects.create(user=officer, provider="organisation", uid="subject-1")

    new = {"password1": "another long phrase", "password2": "another long phrase"}
    opened.post(form, new)

    officer.refresh_from_db()
    assert officer.check_password("a long pass phrase")
    assert "Location" not in unopened.get(link)


def test_who_is_linked_has_no_password_page(linked, client_as):
    assert client_as(linked).get("/accounts/password/change/").status_code == 302
