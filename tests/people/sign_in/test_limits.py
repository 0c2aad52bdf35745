"""Who tries too often waits, wherever they say they are; a manager lets them in; nobody is flooded with texts."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from people.messaging import message_queue, sms_limits
from people.models import LockOut, Message
from people.sign_in import lockouts
from tests.conftest import NOW
from tests.people.factors import code_of, set_up_app, sign_in, take_the_same_time

pytestmark = pytest.mark.django_db
LOGIN, CODE, CONFIRM = "/accounts/login/", "/accounts/login/code/", "/accounts/login/code/confirm/"
JORDAN = "07700 900 001"


@pytest.fixture(autouse=True)
def _no_tries_yet():
    cache.clear()
    yield
    cache.clear()


def guess(user, client: Client | None = None, **headers):
    return (client or Client()).post(LOGIN, {"login": user.email, "password": "not this one at all"}, **headers)


def lock(user) -> LockOut:
    for _ in range(6):
        guess(user)
    return LockOut.objects.get(user=user)


# --- From wherever ---


def guess_from(number: int, **headers):
    """At an account of its own, so that only where it comes from is counted."""
    return Client().post(LOGIN, {"login": f"a{number}@test.example", "password": "not this"}, **headers)


def test_saying_that_one_comes_from_elsewhere_does_not_begin_the_count_again(officer, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    said = [guess_from(n, HTTP_X_FORWARDED_FOR=f"192.0.2.{n}, 203.0.113.9") for n in range(12)]

    assert "tried too often" not in said[9].content.decode()
    assert "tried too often" in said[10].content.decode()


def test_without_a_proxy_the_header_is_not_believed_at_all(officer, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    said = [
        Client().post(
            LOGIN, {"login": f"a{n}@test.example", "password": "not this"}, HTTP_X_FORWARDED_FOR=f"192.0.2.{n}"
        )
        for n in range(12)
    ]

    assert "tried too often" in said[11].content.decode()


def test_another_of_our_names_does_not_begin_it_again(officer, settings):
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    for _ in range(5):
        guess(officer, HTTP_HOST="one.example")

    assert "tried too often" in guess(officer, HTTP_HOST="two.example").content.decode()


@pytest.mark.parametrize(("given", "ends"), [({}, 78), ({"TRUSTED_PROXIES": ""}, 78), ({"TRUSTED_PROXIES": "0"}, 0)])
def test_the_number_of_proxies_must_be_said_outside_the_demo(given, ends):
    kept = {name: value for name, value in os.environ.items() if name != "TRUSTED_PROXIES"}
    done = subprocess.run(
        [sys.executable, "-c", "import rehab.settings"],
        env=kept | {"DEMO": "false", "FIELD_KEYS": "x" * 40, "SECRET_KEY": "x"} | given,
        cwd=django_settings.BASE_DIR, capture_output=True, text=True,
    )  # fmt: skip

    assert done.returncode == ends
    stopped = "TRUSTED_PROXIES is not set. Set it in the environment; docs/running.md says what it is for.\n"
    assert not ends or done.stderr == stopped


# --- Whether there is such an account ---


@pytest.mark.parametrize(
    ("known", "unknown"), [(JORDAN, "07400 123 456"), ("olive.officer@test.example", "nobody@test.example")]
)
def test_asking_for_a_code_takes_as_long_for_one_who_is_not_there(participant, officer, settings, known, unknown):
    settings.ACCOUNT_RATE_LIMITS = False
    settings.SMS_PER_MINUTE = settings.SMS_PER_DAY = 100

    assert take_the_same_time(*(lambda to=to: Client().post(CODE, {"to": to}) for to in (known, unknown)))


def test_for_whoever_is_not_there_the_same_is_done_and_nothing_is_left(officer):
    def asked(page: str, field: str, to: str) -> tuple[int, int]:
        before = Message.objects.count()
        with CaptureQueriesContext(connection) as made:
            Client().post(page, {field: to})
        return len(made), Message.objects.count() - before

    reset, code = "/accounts/password/reset/", CODE
    known, unknown = (asked(reset, "email", to) for to in (officer.email, "nobody@test.example"))
    staff, nobody = (asked(code, "to", to) for to in (officer.email, "nobody@test.example"))

    assert (known[1], unknown[1], staff[1], nobody[1]) == (1, 0, 0, 0)
    assert abs(unknown[0] - known[0]) <= 3  # the two ends of what is taken back, and the rolled back row
    assert staff[0] == nobody[0]


def test_a_participant_is_sent_no_link_for_a_password(make_participant, officer):
    make_participant("Ed", "Mailed", "X100011", officer, phone="", email="ed@test.example")
    Client().post("/accounts/password/reset/", {"email": "ed@test.example"})

    assert not Message.objects.exists()


def test_a_wrong_password_takes_as_long_for_one_who_is_not_there(officer, settings):
    settings.PASSWORD_HASHERS = ["tests.people.factors.SlowHasher"]
    settings.SIGN_IN_LIMITS = {}
    officer.set_password("a long pass phrase")
    officer.save()
    tries = [{"login": login, "password": "not this one"} for login in (officer.email, "nobody@test.example")]

    assert take_the_same_time(*(lambda asked=asked: Client().post(LOGIN, asked) for asked in tries))


def test_the_fourth_guess_at_a_code_is_refused_even_if_it_is_right(client, participant):
    client.post(CODE, {"to": JORDAN})
    right = re.search(r"^(\S+) is your", Message.objects.get().body)[1]
    for _ in range(3):
        client.post(CONFIRM, {"code": "WRONG9"})

    client.post(CONFIRM, {"code": right})

    assert "_auth_user_id" not in client.session


def test_an_empty_box_costs_no_try_and_three_wrong_codes_lead_to_a_new_one(client, participant):
    client.post(CODE, {"to": JORDAN})
    for code in ("", "", "", "WRONG9", "WRONG9"):
        assert client.post(CONFIRM, {"code": code}).status_code == 200
    over = client.post(CONFIRM, {"code": "WRONG9"}, follow=True)

    assert over.redirect_chain == [(CODE, 302)]
    assert "Ask for a new one here" in over.content.decode()


def test_guesses_that_are_sent_at_once_are_counted_though_the_session_misses_them(client, participant):
    client.post(CODE, {"to": JORDAN})
    right = re.search(r"^(\S+) is your", Message.objects.get().body)[1]
    before = dict(client.session)
    for _ in range(3):
        client.post(CONFIRM, {"code": "WRONG9"})
        session = client.session
        session.update(before)  # as each of them read it
        session.save()

    client.post(CONFIRM, {"code": right})

    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(("seconds", "works"), [(179, True), (181, False)])
def test_a_code_dies_at_three_minutes(client, participant, seconds, works):
    with time_machine.travel(time.time(), tick=False) as clock:
        client.post(CODE, {"to": JORDAN})
        right = re.search(r"^(\S+) is your", Message.objects.get().body)[1]
        clock.shift(seconds)
        client.post(CONFIRM, {"code": right})

    assert ("_auth_user_id" in client.session) is works


# --- Texts ---


def text(person, key: str, now=NOW) -> Message:
    return message_queue.tell_participant(participant=person, body="Hello", key=key, now=now)


def test_a_fourth_text_in_a_minute_waits_for_the_next(participant):
    queued = [text(participant, f"t{n}") for n in range(7)]
    later = text(participant, "later", now=NOW + timedelta(seconds=61))

    assert {message.state for message in queued} == {"WAITING"}
    assert [(message.not_before - NOW).seconds // 60 for message in queued] == [0, 0, 0, 1, 1, 1, 2]
    assert later.not_before == NOW + timedelta(seconds=61)


def test_a_text_that_would_come_too_late_does_not_wait(participant):
    for n in range(3):
        text(participant, f"t{n}")
    soon = NOW + timedelta(seconds=30)
    last = message_queue.tell_participant(participant=participant, body="Hello", key="last", now=NOW, not_after=soon)

    assert last.not_before == NOW


def test_a_day_has_an_end_for_one_number(participant, other_participant, settings):
    settings.SMS_PER_DAY = 5
    states = [text(participant, f"t{n}", now=NOW + timedelta(minutes=2 * n)).state for n in range(6)]

    assert states == ["WAITING"] * 5 + ["PARKED"]
    assert text(other_participant, "other", now=NOW + timedelta(minutes=30)).state == "WAITING"
    assert text(participant, "tomorrow", now=NOW + timedelta(days=1, minutes=1)).state == "WAITING"


def test_and_for_all_numbers_together(participant, other_participant, settings):
    settings.SMS_SITE_PER_DAY = 10  # of which a fifth is for what is neither a code nor a reminder
    people = [participant, other_participant, participant]

    assert [text(person, f"t{n}").state for n, person in enumerate(people)] == ["WAITING", "WAITING", "PARKED"]


@pytest.mark.parametrize(("kind", "share"), [("CODE", 5), ("REMINDER", 3), ("OTHER", 2)])
def test_each_kind_has_its_own_share_of_a_day(kind, share, settings, db):
    settings.SMS_SITE_PER_DAY = 10
    fields = {"channel": "SMS", "body": "Hello", "queued_at": NOW, "not_before": NOW, "state": "SENT", "sent_at": NOW}
    for other in {"CODE", "REMINDER", "OTHER"} - {kind}:
        for n in range(20):
            Message.objects.create(dedupe_key=f"{other}{n}", kind=other, address=f"+4477009{n:05d}", **fields)
    assert not sms_limits.sent(["+447700900999"], now=NOW).too_many_today("+447700900999", kind)
    for n in range(share):
        Message.objects.create(dedupe_key=f"{kind}{n}", kind=kind, address=f"+4477008{n:05d}", **fields)

    assert sms_limits.sent(["+447700900999"], now=NOW).too_many_today("+447700900999", kind)


def test_e_mail_is_not_counted(make_participant, officer):
    person = make_participant("Ed", "Mailed", "X100011", officer, phone="", email="ed@test.example")

    assert {text(person, f"t{n}").state for n in range(6)} == {"WAITING"}


def test_past_the_limit_no_code_is_sent_and_the_page_says_what_to_do(participant):
    for n in range(3):
        text(participant, f"t{n}", now=datetime.now(UTC))
    client = Client()

    asked = client.post(CODE, {"to": JORDAN})

    assert Message.objects.count() == 3
    assert "ring your practitioner" in client.get(asked["Location"]).content.decode()


def test_asking_all_day_is_refused_alike_whether_or_not_the_number_is_known(participant):
    said: dict[str, list[bool]] = {JORDAN: [], "07400 123 456": []}
    for to, answers in said.items():
        for n in range(django_settings.SMS_PER_DAY + 1):
            with time_machine.travel(time.time() + 61 * n):
                answer = Client().post(CODE, {"to": to}, REMOTE_ADDR=f"198.51.100.{n}")
            answers.append("tried too often" in answer.content.decode())

    assert said[JORDAN] == said["07400 123 456"] == [False] * django_settings.SMS_PER_DAY + [True]


# --- Locked out, and let in again ---


def test_a_lock_out_is_written_down_and_told(officer):
    row = lock(officer)

    assert (row.why, row.unlocked_at) == ("PASSWORD", None)
    assert timedelta(minutes=4) < row.until - row.locked_at <= timedelta(minutes=5)
    assert "have your account unlocked" in guess(officer).content.decode()
    assert LockOut.objects.count() == 1


def test_nobody_there_leaves_no_row(db):
    for n in range(7):
        asked = {"login": "nobody@test.example", "password": "not this"}
        Client().post(LOGIN, asked, REMOTE_ADDR=f"198.51.100.{n}")

    assert not LockOut.objects.exists()


def test_a_manager_unlocks_an_account_of_the_team(officer, manager, client_as):
    row = lock(officer)
    client = client_as(manager)
    page = client.get("/locked/").content.decode()
    client.post(f"/locked/{row.pk}/unlock/")

    row.refresh_from_db()
    assert officer.name in page
    assert (row.unlocked_by, row.unlocked_at is None) == (manager, False)
    assert sign_in(Client(), officer)["Location"] == "/"
    assert "unlocked by" in client.get("/locked/").content.decode()


def test_an_administrator_does_too_but_sees_no_participants(officer, participant, administrator, client_as):
    for n in range(4):
        Client().post(CODE, {"to": JORDAN}, REMOTE_ADDR=f"198.51.100.{n}")
    lock(officer)

    page = client_as(administrator).get("/locked/").content.decode()

    assert LockOut.objects.filter(user=participant.user, why="ASKED").exists()
    assert officer.name in page
    assert participant.name not in page


def test_a_manager_unlocks_a_participant_they_see(participant, manager, client_as):
    for n in range(4):
        Client().post(CODE, {"to": JORDAN}, REMOTE_ADDR=f"198.51.100.{n}")
    row = LockOut.objects.get()

    client_as(manager).post(f"/locked/{row.pk}/unlock/")
    answer = Client().post(CODE, {"to": JORDAN})

    assert answer.status_code == 302


@pytest.mark.parametrize("stranger", ["other_officer", "officer", "commissioner"])
def test_others_may_not(request, stranger, participant, client_as):
    lock_out = LockOut.objects.create(
        user=participant.user, why="ASKED", locked_at=datetime.now(UTC), until=datetime.now(UTC) + timedelta(minutes=5)
    )

    answer = client_as(request.getfixturevalue(stranger)).post(f"/locked/{lock_out.pk}/unlock/")

    lock_out.refresh_from_db()
    assert answer.status_code == 403
    assert lock_out.unlocked_at is None


def test_a_manager_of_another_team_neither_sees_nor_unlocks(officer, make_user, other_team, client_as):
    row = lock(officer)
    client = client_as(make_user("Moira Manager", "MANAGER", other_team))

    assert officer.name not in client.get("/locked/").content.decode()
    assert client.post(f"/locked/{row.pk}/unlock/").status_code == 404


def test_wrong_codes_of_an_app_lock_too_and_unlocking_lets_in(officer, manager):
    client = Client()
    sign_in(client, officer)
    secret = set_up_app(client)
    client = Client()
    sign_in(client, officer)
    with time_machine.travel(time.time() + 60):
        for _ in range(6):
            client.post("/accounts/second-step/enter/", {"code": "000000"})
        row = LockOut.objects.get()
        lockouts.unlock(lock_out=row, by=manager, now=datetime.now(UTC))
        answer = client.post("/accounts/second-step/enter/", {"code": code_of(secret)})

    assert row.why == "SECOND"
    assert answer.status_code == 302


def test_what_is_not_locked_any_more_cannot_be_unlocked(officer, manager):
    row = lock(officer)

    with pytest.raises(lockouts.NotLocked):
        lockouts.unlock(lock_out=row, by=manager, now=row.until)


def test_unlocking_says_who_did_it(officer):
    with pytest.raises(IntegrityError), transaction.atomic():
        LockOut.objects.create(user=officer, why="PASSWORD", locked_at=NOW, until=NOW, unlocked_at=NOW)
