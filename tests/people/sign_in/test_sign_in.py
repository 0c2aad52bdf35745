"""Signing in: by password, and by a code that comes through the outbox. No account is shown to exist."""

from __future__ import annotations

import re
import time
from urllib.parse import quote

import pytest
import time_machine
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from people.models import Message, User

pytestmark = pytest.mark.django_db
LOGIN, CODE, CONFIRM = "/accounts/login/", "/accounts/login/code/", "/accounts/login/code/confirm/"
NASTY = ["\x00", "\ud800", "x" * 1_000_000, "<script>alert(1)</script>", "{{7*7}}", "\u202eevil", "' or 1=1 --", ""]


@pytest.fixture(autouse=True)
def _no_tries_yet():
    cache.clear()
    yield
    cache.clear()


def ask_for_code(client: Client, to: str):
    return client.post(CODE, {"to": to})


def the_code() -> str:
    return re.search(r"\b([A-Z0-9]{3,}-?[A-Z0-9]{3,})\b is your", Message.objects.latest("pk").body)[1]


def test_a_participant_signs_in_by_a_code_to_the_phone(client, participant):
    asked = ask_for_code(client, "07700 900 001")
    message = Message.objects.get()
    entered = client.post(CONFIRM, {"code": the_code()})

    assert (asked.status_code, asked["Location"]) == (302, CONFIRM)
    assert (message.channel, message.address) == ("SMS", "+447700900001")
    assert entered.status_code == 302
    assert int(client.session["_auth_user_id"]) == participant.user_id


def test_a_code_to_an_e_mail_goes_through_the_outbox_too(client, make_participant, officer):
    sam = make_participant("Sam", "Mailed", "X100011", officer, phone="", email="sam@test.example")
    ask_for_code(client, "Sam@test.example")
    client.post(CONFIRM, {"code": the_code()})

    assert Message.objects.get().channel == "EMAIL"
    assert int(client.session["_auth_user_id"]) == sam.user_id


def test_staff_are_sent_no_code(client, officer):
    answer = ask_for_code(client, officer.email)

    assert (answer.status_code, answer["Location"]) == (302, CONFIRM)
    assert not Message.objects.exists()


def test_the_third_wrong_code_ends_it_and_the_right_one_no_longer_works(client, participant):
    ask_for_code(client, "07700900001")
    right = the_code()
    tries = [client.post(CONFIRM, {"code": "WRONG9"}) for _ in range(3)]
    late = client.post(CONFIRM, {"code": right})

    assert [answer.status_code for answer in tries] == [200, 200, 302]
    assert "not right" in tries[0].content.decode()
    assert late.status_code == 302
    assert "_auth_user_id" not in client.session


def test_an_unknown_phone_gets_the_same_page_and_no_message(participant):
    pages = []
    for number in ("07700900001", "07400123456"):
        client = Client()
        answer = ask_for_code(client, number)
        page = client.get(answer["Location"]).content.decode()
        page = re.sub(r"\b0[\d ]{11}|value=\"[^\"]+\"|nonce=\"[^\"]+\"", "", page)
        pages.append((answer.status_code, answer["Location"], page))

    assert pages[0] == pages[1]
    assert Message.objects.count() == 1


def test_an_unknown_e_mail_gets_no_message(client, officer):
    answer = ask_for_code(client, "nobody@test.example")

    assert answer.status_code == 302
    assert not Message.objects.exists()


def test_a_closed_account_gets_no_code(client, participant):
    User.objects.filter(pk=participant.user_id).update(is_active=False)

    ask_for_code(client, "07700900001")

    assert not Message.objects.exists()


def test_one_number_is_not_sent_code_after_code(participant):
    for _ in range(3):
        ask_for_code(Client(), "07700900001")
    fourth = ask_for_code(Client(), "07700900001")

    assert "tried too often" in fourth.content.decode()
    assert Message.objects.count() == 3


def test_what_is_not_a_phone_or_an_e_mail_is_said_and_kept(client):
    answer = ask_for_code(client, "Jordan")

    assert "Enter a phone number" in answer.content.decode()
    assert 'value="Jordan"' in answer.content.decode()


def test_staff_sign_in_by_password(client, officer):
    answer = client.post(LOGIN, {"login": "olive.officer@test.example", "password": "a long pass phrase"})

    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_a_wrong_password_and_an_unknown_address_are_told_the_same(officer):
    said = set()
    for address in ("olive.officer@test.example", "nobody@test.example"):
        answer = Client().post(LOGIN, {"login": address, "password": "not this one at all"})
        said.add(re.findall(r"The e-mail address or the password is not right\.", answer.content.decode())[0])

    assert len(said) == 1


def test_after_five_wrong_passwords_even_the_right_one_waits(officer):
    for _ in range(5):
        Client().post(LOGIN, {"login": officer.email, "password": "not this one at all"})
    answer = Client().post(LOGIN, {"login": officer.email, "password": "a long pass phrase"})

    assert "tried too often" in answer.content.decode()


def test_next_leads_only_within_the_service(client, officer):
    answer = client.post(
        f"{LOGIN}?next=https://evil.example/",
        {"login": officer.email, "password": "a long pass phrase", "next": "https://evil.example/"},
    )

    assert answer["Location"] == "/"


def test_a_forgotten_password_is_set_by_a_link_that_works_once(client, officer, settings):
    asked = client.post(reverse("account_reset_password"), {"email": officer.email})
    link = re.search(re.escape(settings.BASE_URL) + r"(\S+)", Message.objects.get().body)[1]
    page = client.get(link)
    done = client.post(page["Location"], {"password1": "four words to keep", "password2": "four words to keep"})
    again = Client().get(link)

    officer.refresh_from_db()
    assert asked.status_code == 302
    assert done.status_code == 302
    assert officer.check_password("four words to keep")
    assert "does not work any more" in again.content.decode()


def test_who_comes_in_by_the_organisation_has_no_password_here(client, officer, settings):
    SocialAccount.objects.create(user=officer, provider="organisation", uid="subject-1")
    settings.OIDC_URL = "https://login.test.example"

    page = client.post(LOGIN, {"login": officer.email, "password": "a long pass phrase"}).content.decode()
    client.post(reverse("account_reset_password"), {"email": officer.email})

    assert "The e-mail address or the password is not right." in page
    assert not Message.objects.exists()


def test_a_forgotten_password_of_nobody_says_the_same_and_sends_nothing(client):
    answer = client.post(reverse("account_reset_password"), {"email": "nobody@test.example"})

    assert (answer.status_code, answer["Location"]) == (302, reverse("account_reset_password_done"))
    assert not Message.objects.exists()


@pytest.mark.parametrize("password", ["short", "password1234", "olive.officer"])
def test_a_weak_password_is_refused(officer, client_as, password):
    answer = client_as(officer).post(
        reverse("account_change_password"),
        {"oldpassword": "a long pass phrase", "password1": password, "password2": password},
    )

    officer.refresh_from_db()
    assert answer.status_code == 200
    assert officer.check_password("a long pass phrase")


def test_a_password_is_changed_by_who_knows_the_old_one(officer, client_as):
    url, new = (
        reverse("account_change_password"),
        {"password1": "four words to keep", "password2": "four words to keep"},
    )

    wrong = client_as(officer).post(url, {"oldpassword": "guess", **new})
    right = client_as(officer).post(url, {"oldpassword": "a long pass phrase", **new})

    officer.refresh_from_db()
    assert "not the password you have now" in wrong.content.decode()
    assert right.status_code == 302
    assert officer.check_password("four words to keep")


def test_signing_out_takes_a_post(officer, client_as):
    client = client_as(officer)
    asked = client.get("/accounts/logout/")
    done = client.post("/accounts/logout/")

    assert asked.status_code == 200
    assert done.status_code == 302
    assert "_auth_user_id" not in client.session


def send(client: Client, url: str, **fields: str):
    """As a browser would, or worse: lone surrogates too."""
    body = "&".join(f"{name}={quote(text.encode('utf-8', 'surrogatepass'))}" for name, text in fields.items())
    return client.generic("POST", url, body, content_type="application/x-www-form-urlencoded")


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_nothing_typed_breaks_a_sign_in_page(text, client, participant):
    answers = [
        send(client, LOGIN, login=text, password=text),
        send(client, LOGIN, login="a@test.example", password=text),
        send(client, CODE, to=text),
        send(client, reverse("account_reset_password"), email=text),
    ]
    ask_for_code(client, "07700900001")
    answers.append(send(client, CONFIRM, code=text))

    assert [answer.status_code for answer in answers] == [200] * 5
    assert all("<script>alert(1)" not in answer.content.decode() for answer in answers)


def test_who_typed_the_wrong_number_can_begin_again(client, participant):
    ask_for_code(client, "07400123456")
    again = client.post("/accounts/logout/", {"next": CODE})

    assert again["Location"] == CODE
    assert client.get(CODE).status_code == 200
    assert ask_for_code(client, "07700900001").status_code == 302
    assert Message.objects.count() == 1


def test_a_code_that_came_too_late_is_refused(client, participant):
    ask_for_code(client, "07700900001")
    right = the_code()

    with time_machine.travel(time.time() + 181):
        answer = client.post(CONFIRM, {"code": right})

    assert answer["Location"] == CODE
    assert "_auth_user_id" not in client.session


def test_a_link_in_a_message_begins_with_our_own_address_whatever_the_request_says(officer, settings):
    settings.ALLOWED_HOSTS = ["*"]
    Client().post("/accounts/password/reset/", {"email": officer.email}, headers={"host": "evil.example"})

    body = Message.objects.filter(address=officer.email).latest("pk").body
    assert f"{settings.BASE_URL}/accounts/password/reset/key/" in body
    assert "evil.example" not in body
