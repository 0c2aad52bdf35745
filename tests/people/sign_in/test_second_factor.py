"""The second step of signing in: nobody but participants goes on without one, and its secrets are sealed."""

from __future__ import annotations

import json
import time
from importlib import import_module

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from people.models import Message
from people.sign_in import second_factor
from tests import test_access
from tests.people.factors import code_of, set_up_app, sign_in
from tests.test_access import circle_of_one, world  # noqa: F401  fixtures

pytestmark = pytest.mark.django_db
ENTER, INDEX = "/accounts/second-step/enter/", "/accounts/second-step/"
PASSKEY = {
    "id": "AA",
    "rawId": "AA",
    "type": "public-key",
    "response": {"clientDataJSON": "e30", "attestationObject": "oA"},
}


@pytest.fixture(autouse=True)
def _required(settings):
    settings.SECOND_FACTOR = True
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def with_app(officer):
    """The officer has an app; the secret in it."""
    client = Client()
    sign_in(client, officer)
    return set_up_app(client)


@pytest.mark.parametrize("floor", test_access.FLOORS)
def test_staff_without_one_reach_nothing_but_the_pages_that_set_one_up(world, client_as, floor):  # noqa: F811
    client, table = client_as(world.manager), import_module(f"tests.{floor}.page_access")
    addresses = table.kwargs(world)

    reached = {
        name
        for name in table.ROWS
        for answer in [client.get(reverse(name, kwargs=addresses.get(name)))]
        if (answer.status_code, answer.get("Location")) != (302, INDEX)
    }

    assert reached == set(second_factor.SET_UP) & set(table.ROWS)


def test_no_page_takes_anything_from_staff_without_one(participant, officer, client_as):
    answer = client_as(officer).post(
        reverse("people:contact-change", args=[participant.ref]), {"phone": "07400 123456", "outcode": "PR1"}
    )

    participant.refresh_from_db()
    assert answer["Location"] == INDEX
    assert str(participant.phone) == "+447700900001"


def test_a_participant_is_not_asked_for_one(participant, client_as):
    assert client_as(participant.user).get("/me/").status_code == 200
    assert client_as(participant.user).get(INDEX)["Location"] == "/"


def test_a_participant_who_is_a_volunteer_too_is_asked_for_one(participant, client_as):
    from people import services
    from tests.conftest import TODAY, service_account

    services.join(user=participant.user, role="VOLUNTEER", today=TODAY, by=service_account())

    assert client_as(participant.user).get("/me/")["Location"] == INDEX


def test_the_demos_page_of_roles_stays_one_press_and_a_password_does_not(officer, settings, monkeypatch):
    from sampledata import views
    from sampledata.demo.ways_in import Way

    settings.DEMO = True
    monkeypatch.setattr(views, "ways_in", lambda: [Way(officer.email, officer.name, "Practitioner", "")])
    entered, signed_in = Client(), Client()

    entered.post("/enter/", {"as": officer.email})
    sign_in(signed_in, officer)

    assert entered.get("/people/").status_code == 200
    assert signed_in.get("/people/")["Location"] == INDEX


def test_the_mark_of_the_demos_page_is_worth_nothing_outside_the_demo(officer, client_as, settings):
    client = client_as(officer)
    session = client.session
    session[second_factor.ENTERED] = True
    session.save()

    settings.DEMO = True
    assert client.get("/people/").status_code == 200
    settings.DEMO = False
    assert client.get("/people/")["Location"] == INDEX


def test_it_is_asked_for_only_where_the_setting_says_so(officer, settings):
    settings.SECOND_FACTOR = False
    client = Client()
    sign_in(client, officer)

    assert client.get("/people/").status_code == 200


def test_an_app_opens_the_rest_and_shows_recovery_codes_once(officer):
    client = Client()
    sign_in(client, officer)

    page = client.get("/accounts/second-step/app/add/")
    secret = page.context["form"].secret
    done = client.post("/accounts/second-step/app/add/", {"code": code_of(secret)})
    first, second = client.get(done["Location"]), client.get(done["Location"])

    assert 'src="data:image/svg+xml;base64,' in page.content.decode()
    assert secret in page.content.decode()
    assert len(first.context["unused_codes"]) == 10
    assert first.context["unused_codes"][0] in first.content.decode()
    assert first.context["unused_codes"][0] not in second.content.decode()
    assert client.get("/people/").status_code == 200


def test_a_wrong_code_sets_nothing_up(officer):
    client = Client()
    sign_in(client, officer)
    secret = client.get("/accounts/second-step/app/add/").context["form"].secret

    answer = client.post("/accounts/second-step/app/add/", {"code": f"{(int(code_of(secret)) + 1) % 10**6:06d}"})

    assert "not right" in answer.content.decode()
    assert not Authenticator.objects.exists()


def test_seeds_lie_sealed_in_the_table(officer, with_app):
    with connection.cursor() as cursor:
        cursor.execute("select data::text from mfa_authenticator")
        kept = " ".join(row[0] for row in cursor.fetchall())
    app, recovery = (Authenticator.objects.get(type=kind) for kind in ("totp", "recovery_codes"))
    seed = second_factor.SecondFactorAdapter().decrypt(recovery.data["seed"])

    assert with_app not in kept
    assert seed not in kept
    assert app.data["secret"].startswith("2.gAAAA")
    assert second_factor.SecondFactorAdapter().decrypt(app.data["secret"]) == with_app


def test_the_password_alone_does_not_let_in_and_the_code_does(officer, with_app):
    client = Client()

    first = sign_in(client, officer)
    half_way = client.get("/people/")
    with time_machine.travel(time.time() + 60):
        wrong = client.post(ENTER, {"code": "000000"})
        right = client.post(ENTER, {"code": code_of(with_app)})
        seen = client.get("/people/")

    assert first["Location"] == ENTER
    assert half_way["Location"].startswith("/accounts/login/")
    assert wrong.status_code == 200
    assert right.status_code == 302
    assert seen.status_code == 200


def test_no_code_by_e_mail_goes_round_it(officer, with_app):
    Client().post("/accounts/login/code/", {"to": officer.email})

    assert not Message.objects.filter(address=officer.email, body__contains="is your").exists()


def test_a_code_works_once(officer, with_app):
    with time_machine.travel(time.time() + 60, tick=False):
        code = code_of(with_app)
        answers = []
        for client in (Client(), Client()):
            sign_in(client, officer)
            answers.append(client.post(ENTER, {"code": code}).status_code)

    assert answers == [302, 200]


def test_a_used_code_is_remembered_as_long_as_it_would_work(officer, with_app):
    """allauth forgets it after thirty seconds, and takes it for ninety."""
    now = time.time() + 60
    with time_machine.travel(now, tick=False):
        code = code_of(with_app, at=now + 30)
        sign_in(client := Client(), officer)
        first = client.post(ENTER, {"code": code}).status_code
    cache.delete(f"allauth.mfa.totp.used?user={officer.pk}&code={code}")
    with time_machine.travel(now + 45, tick=False):
        sign_in(client := Client(), officer)
        again = client.post(ENTER, {"code": code}).status_code

    assert (first, again) == (302, 200)


@pytest.mark.parametrize(("wait", "change"), [(0, "password"), (0, "round"), (601, "")])
def test_a_first_step_ends_with_the_password_the_round_and_ten_minutes(officer, with_app, wait, change):
    client = Client()
    sign_in(client, officer)
    officer.refresh_from_db()
    if change == "password":
        officer.set_password("four words to keep")
    officer.sign_in_round += change == "round"
    officer.save()

    with time_machine.travel(time.time() + 60 + wait):
        answer = client.post(ENTER, {"code": code_of(with_app)})

    assert answer["Location"] == "/accounts/login/"
    assert "_auth_user_id" not in client.session


def test_a_recovery_code_works_once(officer):
    client = Client()
    sign_in(client, officer)
    set_up_app(client)
    code = client.get("/accounts/second-step/recovery-codes/").context["unused_codes"][0]
    answers = []
    for again in (Client(), Client()):
        sign_in(again, officer)
        answers.append(again.post(ENTER, {"code": code}).status_code)

    assert answers == [302, 200]


def test_after_five_wrong_codes_even_the_right_one_waits(officer, with_app):
    client = Client()
    sign_in(client, officer)
    with time_machine.travel(time.time() + 60):
        for _ in range(5):
            client.post(ENTER, {"code": "000000"})
        answer = client.post(ENTER, {"code": code_of(with_app)})

    assert "tried too often" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_the_only_one_cannot_be_taken_away_where_one_is_needed(officer):
    client = Client()
    sign_in(client, officer)
    set_up_app(client)

    answer = client.post("/accounts/second-step/app/remove/")

    assert "the only second step" in answer.content.decode()
    assert Authenticator.objects.filter(type="totp").exists()


def test_the_only_passkey_cannot_be_taken_away_either(officer):
    client = Client()
    sign_in(client, officer)
    passkey = Authenticator.objects.create(user=officer, type="webauthn", data={"name": "Laptop", "credential": {}})

    client.post(reverse("mfa_remove_webauthn", args=[passkey.pk]))

    assert Authenticator.objects.filter(pk=passkey.pk).exists()


def test_nobody_takes_away_anothers_passkey(officer, other_officer, settings):
    settings.SECOND_FACTOR = False
    passkey = Authenticator.objects.create(user=other_officer, type="webauthn", data={"name": "Mine", "credential": {}})
    client = Client()
    sign_in(client, officer)

    answer = client.post(reverse("mfa_remove_webauthn", args=[passkey.pk]))

    assert answer.status_code == 404
    assert Authenticator.objects.filter(pk=passkey.pk).exists()


def test_who_signed_in_a_while_ago_proves_again_who_they_are_before_changing_it(officer, settings):
    settings.SECOND_FACTOR = False
    client = Client()
    sign_in(client, officer)

    with time_machine.travel(time.time() + 600):
        asked = client.get("/accounts/second-step/app/add/")
        wrong = client.post(asked["Location"], {"password": "not this one at all"})
        right = client.post(asked["Location"], {"password": "a long pass phrase"})
        page = client.get(right["Location"])

    assert asked["Location"] == "/accounts/sign-in-again/?next=%2Faccounts%2Fsecond-step%2Fapp%2Fadd%2F"
    assert "not right" in wrong.content.decode()
    assert page.status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_owner_hears_of_each_change(officer, settings):
    settings.SECOND_FACTOR = False
    client = Client()
    sign_in(client, officer)
    set_up_app(client)
    client.post("/accounts/second-step/app/remove/")

    told = Message.objects.filter(address=officer.email, body__contains="second step").order_by("pk")

    assert [one.body.split(". ")[1].split(".")[0] for one in told][:2] == [
        "An app for codes was added", "A set of recovery codes was added",
    ]  # fmt: skip
    assert {"was added" in one.body for one in told} == {True, False}
    assert all("/was-this-you/" in one.body for one in told)


@pytest.mark.parametrize(
    "said", ["", "x", "[]", "7", "null", "{}", '{"id": 7}', json.dumps(PASSKEY), "a\x00b", "[" * 10_000, "9" * 5000]
)
def test_no_answer_of_a_passkey_breaks_a_page(said, officer, with_app):
    client = Client()
    sign_in(client, officer)
    client.get(ENTER)
    used = client.post(ENTER, {"credential": said})
    with time_machine.travel(time.time() + 60):
        client.post(ENTER, {"code": code_of(with_app)})
    client.get("/accounts/second-step/passkeys/add/")
    added = client.post("/accounts/second-step/passkeys/add/", {"credential": said, "name": "x"})
    again = client.post("/accounts/second-step/passkeys/again/", {"credential": said})

    assert (used.status_code, added.status_code) == (200, 200)
    assert again.status_code in (200, 302)
    assert not Authenticator.objects.filter(type="webauthn").exists()
