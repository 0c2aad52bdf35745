"""Sign-ins are shown to their owner; a stranger's tries keep nobody out; easily guessed passwords are refused."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings as django_settings
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client

from people.models import LockOut, SignIn, User
from people.sign_in import known_devices, lockouts, sign_ins
from people.sign_in.password_strength import TOO_EASY
from tests.people.factors import code_of, set_up_app, sign_in
from tests.people.sign_in.test_limits import CODE, CONFIRM, JORDAN, LOGIN, guess

pytestmark = pytest.mark.django_db
ENTER = "/accounts/second-step/enter/"


@pytest.fixture(autouse=True)
def _no_tries_yet():
    cache.clear()
    yield
    cache.clear()


def too_often(answer) -> bool:
    return "tried too often" in answer.content.decode()


def tried(user) -> list[tuple[str, bool]]:
    return list(SignIn.objects.filter(account=user).order_by("pk").values_list("how", "succeeded"))


# --- Kept and shown --------------------------------------------------------------------------------


def test_a_sign_in_and_a_wrong_password_are_kept_with_browser_and_place(officer):
    guess(officer, REMOTE_ADDR="198.51.100.7", HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/140.0")
    sign_in(Client(), officer)

    wrong, right = SignIn.objects.order_by("pk")
    assert (wrong.account, wrong.how, wrong.succeeded) == (officer, "PASSWORD", False)
    assert (wrong.device, wrong.place) == ("Chrome on Windows", "198.51.100.7")
    assert (right.how, right.succeeded) == ("PASSWORD", True)


def test_nobody_there_leaves_no_row(db):
    Client().post(LOGIN, {"login": "nobody@test.example", "password": "not this"})

    assert not SignIn.objects.exists()


def test_wrong_codes_of_an_app_are_kept(officer):
    client = Client()
    sign_in(client, officer)
    set_up_app(client)
    client = Client()
    sign_in(client, officer)
    client.post(ENTER, {"code": "000000"})

    assert tried(officer) == [("PASSWORD", True), ("SECOND", False)]


def test_a_participants_wrong_and_right_codes_are_kept(participant):
    client = Client()
    client.post(CODE, {"to": JORDAN})
    client.post(CONFIRM, {"code": "WRONG9"})

    assert tried(participant.user) == [("CODE", False)]


def test_its_owner_reads_them_and_participants_no_internet_address(officer, participant, client_as):
    for user in (officer, participant.user):
        SignIn.objects.create(
            account=user, at=datetime.now(UTC), how="PASSWORD", succeeded=False, device="Chrome on Windows",
            place="198.51.100.7",
        )  # fmt: skip

    theirs = client_as(officer).get("/accounts/sessions/").content.decode()
    own = client_as(participant.user).get("/accounts/sessions/").content.decode()

    assert "Did not work" in theirs
    assert "198.51.100.7" in theirs
    assert "Did not work" in own
    assert "198.51.100.7" not in own


def test_they_are_forgotten_after_half_a_year(officer):
    now = datetime.now(UTC)
    for days in (179, 181):
        SignIn.objects.create(account=officer, at=now - timedelta(days=days), how="PASSWORD", succeeded=True)

    assert sign_ins.forget(now=now) == 1
    assert SignIn.objects.count() == 1


# --- Whom a stranger keeps out ----------------------------------------------------------------------


def test_five_wrong_tries_from_one_place_at_one_account_are_enough(officer):
    said = [too_often(guess(officer, REMOTE_ADDR="198.51.100.7")) for _ in range(6)]

    assert said == [False] * 5 + [True]
    assert LockOut.objects.get().user == officer


def test_from_elsewhere_the_account_can_still_be_signed_in_to(officer):
    for _ in range(6):
        guess(officer, REMOTE_ADDR="198.51.100.7")

    assert sign_in(Client(REMOTE_ADDR="203.0.113.5"), officer)["Location"] == "/"


def test_tries_from_everywhere_slow_strangers(officer):
    said = [too_often(guess(officer, REMOTE_ADDR=f"198.51.100.{n}")) for n in range(21)]

    assert said == [False] * 20 + [True]


def test_a_browser_that_has_signed_in_before_is_never_delayed_by_strangers(officer):
    own = Client(REMOTE_ADDR="198.51.100.7")
    sign_in(own, officer)
    own.post("/accounts/logout/")
    for n in range(21):
        guess(officer, REMOTE_ADDR=f"198.51.100.{n}")
    for _ in range(6):
        guess(officer, REMOTE_ADDR="198.51.100.7")

    assert too_often(guess(officer, REMOTE_ADDR="198.51.100.99"))
    assert sign_in(own, officer)["Location"] == "/"


def test_a_known_browser_has_tries_of_its_own_and_no_more(officer):
    own = Client()
    sign_in(own, officer)
    own.post("/accounts/logout/")

    assert [too_often(guess(officer, own)) for _ in range(11)] == [False] * 10 + [True]


def test_a_browser_is_known_for_its_own_account_alone(officer, manager):
    own = Client()
    sign_in(own, officer)
    own.post("/accounts/logout/")
    for n in range(21):
        guess(manager, REMOTE_ADDR=f"198.51.100.{n}")

    assert too_often(guess(manager, own))


def test_a_browser_is_known_no_more_once_all_sessions_were_ended(officer, rf):
    own = Client()
    sign_in(own, officer)
    request = rf.get("/")
    request.COOKIES = {known_devices.COOKIE: own.cookies[known_devices.COOKIE].value}
    assert known_devices.known(request, officer)

    officer.sign_in_round += 1
    assert not known_devices.known(request, officer)


@pytest.mark.parametrize("cookie", ["", "x", "eyJhIjoxfQ:1:2", "\x00"])
def test_a_forged_cookie_is_a_stranger(officer, rf, cookie):
    request = rf.get("/")
    request.COOKIES = {known_devices.COOKIE: cookie}

    assert not known_devices.known(request, officer)


def test_a_participants_phone_is_not_remembered(participant, client_as):
    client = Client()
    client.post(CODE, {"to": JORDAN})

    assert known_devices.COOKIE not in client.cookies


def test_a_strangers_wrong_codes_do_not_keep_the_owner_out_of_the_second_step(officer):
    own = Client()
    sign_in(own, officer)
    secret = set_up_app(own)
    own.post("/accounts/logout/")
    with time_machine.travel(time.time() + 60):
        for n in range(11):  # someone has the password
            stranger = Client(REMOTE_ADDR=f"198.51.100.{n}")
            sign_in(stranger, officer)
            said = [too_often(stranger.post(ENTER, {"code": "000000"})) for _ in range(3)]
        assert said == [True] * 3

        sign_in(own, officer)
        assert own.post(ENTER, {"code": code_of(secret)}).status_code == 302


def test_unlocking_forgets_what_was_counted(officer, manager):
    for _ in range(6):
        guess(officer, REMOTE_ADDR="198.51.100.7")

    lockouts.unlock(lock_out=LockOut.objects.get(), by=manager, now=datetime.now(UTC))

    assert not too_often(guess(officer, REMOTE_ADDR="198.51.100.7"))


def test_a_right_password_is_given_back(officer):
    for _ in range(8):
        client = Client(REMOTE_ADDR="198.51.100.7")
        assert sign_in(client, officer)["Location"] == "/"


# --- Passwords ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    [
        "password12345", "Password1234!", "qwertyuiop12", "liverpoolfc1892", "Monday2026Summer", "aaaaaaaaaaaaaa",
        "olive.officer12", "OliveOfficer2026", "good lives 2026",
    ],
)  # fmt: skip
def test_what_is_common_or_easily_guessed_is_refused(password):
    user = User(name="Olive Officer", email="olive.officer@test.example")

    with pytest.raises(ValidationError):
        validate_password(password, user)


@pytest.mark.parametrize("password", ["correct horse battery staple", "kettle lorry moonlight", "x7#Kq!vT2mZp"])
def test_a_few_words_or_chance_are_enough(password):
    validate_password(password, User(name="Olive Officer", email="olive.officer@test.example"))


def test_the_page_says_what_makes_a_good_one(officer, settings):
    settings.SECOND_FACTOR = False
    client = Client()
    sign_in(client, officer)
    page = client.post(
        "/accounts/password/change/",
        {"oldpassword": "a long pass phrase", "password1": "password12345", "password2": "password12345"},
    )

    assert TOO_EASY in page.content.decode()


def test_a_very_long_password_takes_no_long_time():
    began = time.perf_counter()
    validate_password("x7#Kq!vT2mZp" * 16, User(name="", email=""))

    assert time.perf_counter() - began < 2
    assert django_settings.AUTH_PASSWORD_VALIDATORS[-1]["NAME"].endswith("PasswordStrengthValidator")
