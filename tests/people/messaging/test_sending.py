"""The outbox: each message goes once, whoever dies, and one that cannot go stops no other."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from people import tasks
from people.messaging import message_queue, sending
from people.models import Message
from tests.conftest import NOW
from tests.threads import as_we_are

MINUTE = timedelta(minutes=1)


def queue(number: int = 1, channel: str = "EMAIL", **fields) -> list[Message]:
    address = "someone@test.example" if channel == "EMAIL" else "+447700900001"
    return Message.objects.bulk_create(
        Message(
            dedupe_key=f"test:{uuid.uuid4()}",
            channel=channel,
            address=address,
            subject="Hello",
            body="A meeting.",
            **{"not_before": NOW, "queued_at": NOW, **fields},
        )
        for _ in range(number)
    )


def states() -> Counter[str]:
    return Counter(Message.objects.values_list("state", flat=True))


@pytest.fixture
def smtp(settings):
    settings.MESSAGE_SENDER = "smtp"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def delivered(monkeypatch, settings) -> list[int]:
    """Which rows were handed over, in order."""
    handed: list[int] = []
    monkeypatch.setattr(sending, "_deliver", lambda message: handed.append(message.pk))
    return handed


# --- What goes, and when ---


@pytest.mark.django_db
def test_a_due_message_is_sent_and_says_when():
    [message] = queue()

    assert sending.send_batch(now=NOW) == 1

    message.refresh_from_db()
    assert (message.state, message.sent_at, message.leased_until, message.tries) == ("SENT", NOW, None, 1)
    assert sending.send_batch(now=NOW) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"not_before": NOW + MINUTE},
        {"state": "WITHDRAWN"},
        {"leased_until": NOW + MINUTE, "tries": 1},
        {"state": "PARKED"},
        {"state": "SENT", "sent_at": NOW},
    ],
)
def test_what_is_not_due_or_held_by_another_is_left_alone(fields):
    queue(**fields)

    assert sending.send_batch(now=NOW) == 0


@pytest.mark.django_db
def test_too_late_is_too_late_at_the_very_minute(delivered):
    queue(not_before=NOW - MINUTE, not_after=NOW)

    sending.retire(now=NOW - MINUTE / 60)
    assert states() == {"WAITING": 1}
    sending.retire(now=NOW)

    assert states() == {"TOO_LATE": 1}
    assert sending.send_batch(now=NOW) == 0
    assert delivered == []


@pytest.mark.django_db
def test_a_message_withdrawn_after_the_claim_is_not_sent(delivered):
    [message] = queue()
    [claimed] = sending.claim(now=NOW)
    message_queue.withdraw(key=message.dedupe_key)

    sending._send_one(claimed, now=NOW)

    assert delivered == []
    assert states() == {"WITHDRAWN": 1}


@pytest.mark.django_db
def test_the_log_names_no_address_and_no_words(caplog):
    caplog.set_level("INFO", logger="people.messaging.sending")
    [message] = queue()

    sending.send_batch(now=NOW)

    assert [record.getMessage() for record in caplog.records] == [f"message {message.pk} sent"]


# --- By mail, by text ---


@pytest.mark.django_db
def test_a_mail_is_handed_over_with_an_id_of_its_own(smtp):
    [message] = queue()

    sending.send_batch(now=NOW)

    [sent] = mail.outbox
    assert (sent.to, sent.subject, sent.body) == (["someone@test.example"], "Hello", "A meeting.")
    assert sent.extra_headers["Message-ID"].startswith(f"<{message.pk}.")


@pytest.mark.django_db
def test_a_text_with_no_way_to_send_it_is_parked_with_a_plain_problem(smtp):
    queue(channel="SMS")

    sending.send_batch(now=NOW)

    parked = Message.objects.get()
    assert (parked.state, parked.problem) == (
        "PARKED",
        "Text messages are not set up. Ask an administrator, or call the person.",
    )


# --- When it fails ---


@pytest.mark.django_db
def test_a_failure_is_tried_five_times_with_longer_waits_then_parked(monkeypatch):
    def fail(message: Message) -> None:
        raise SMTPServerDisconnected("someone@test.example said no")

    monkeypatch.setattr(sending, "_deliver", fail)
    queue()
    now, waits = NOW, []

    while sending.send_batch(now=now):
        row = Message.objects.get()
        if row.leased_until:
            assert sending.send_batch(now=row.leased_until - MINUTE / 60) == 0
            waits.append((row.leased_until - now) // MINUTE)
            now = row.leased_until

    assert waits == [1, 5, 20, 60]
    row = Message.objects.get()
    assert (row.state, row.tries) == ("PARKED", 5)
    assert row.problem == "It could not be handed over (SMTPServerDisconnected)."


class Killed(BaseException):
    """What ends the worker in the middle of a row."""


@pytest.mark.django_db
def test_a_row_that_kills_its_worker_is_parked_and_none_of_its_batch_is(monkeypatch, delivered):
    [poison], others = queue(), queue(15)
    deliver = sending._deliver

    def die(message: Message) -> None:
        if message.pk == poison.pk:
            raise Killed
        deliver(message)

    monkeypatch.setattr(sending, "_deliver", die)
    now, deaths = NOW, 0
    for _ in range(20):
        try:
            sending.retire(now=now)
            while sending.send_batch(now=now):
                pass
        except Killed:
            deaths += 1
        now += sending.LEASE
    poison.refresh_from_db()

    assert (poison.state, poison.tries, deaths) == ("PARKED", 5, 5)
    assert poison.problem == "Tried five times and never finished."
    assert states() == {"PARKED": 1, "SENT": 15}
    assert set(Message.objects.filter(pk__in=[m.pk for m in others]).values_list("tries", flat=True)) == {1}


@pytest.mark.django_db
def test_a_row_that_was_begun_and_never_ended_is_tried_alone(delivered):
    [begun], others = queue(), queue(3)
    Message.objects.filter(pk=begun.pk).update(begun_at=NOW, tries=1, leased_until=NOW)
    Message.objects.filter(pk=others[0].pk).update(leased_until=NOW)

    assert sending.claim(now=NOW) == [begun]
    assert len(sending.claim(now=NOW)) == 3


@pytest.mark.django_db
def test_a_poison_row_stops_no_other(monkeypatch):
    poison = queue()[0]
    queue(30)

    def deliver(message: Message) -> None:
        if message.pk == poison.pk:
            raise RuntimeError("boom")

    monkeypatch.setattr(sending, "_deliver", deliver)
    while sending.send_batch(now=NOW):
        pass

    assert states() == {"SENT": 30, "WAITING": 1}


@pytest.mark.django_db
def test_a_row_whose_worker_died_is_claimed_again_when_the_lease_runs_out(delivered):
    [message] = queue()
    sending.claim(now=NOW)  # and the worker dies here

    assert sending.send_batch(now=NOW + sending.LEASE - MINUTE) == 0
    assert sending.send_batch(now=NOW + sending.LEASE) == 1

    assert delivered == [message.pk]
    assert states() == {"SENT": 1}


@pytest.mark.django_db
def test_a_try_is_counted_when_a_row_is_begun_and_the_fifth_is_the_last(delivered):
    queue()
    for death in range(9):
        now = NOW + (death - 9) * sending.LEASE
        Message.objects.update(not_before=now)
        assert len(sending.claim(now=now)) == 1, "claimed, and never begun"
    Message.objects.update(not_before=NOW)
    for death in range(5):
        [row] = sending.claim(now=NOW + death * sending.LEASE)
        assert sending._begin(row, now=NOW + death * sending.LEASE)

    sending.retire(now=NOW + 5 * sending.LEASE)

    assert sending.claim(now=NOW + 5 * sending.LEASE) == []
    assert states() == {"PARKED": 1}


@pytest.mark.django_db
def test_a_worker_that_was_too_slow_marks_nothing(delivered):
    [message] = queue()
    [slow] = sending.claim(now=NOW)
    sending.send_batch(now=NOW + sending.LEASE)

    sending._send_one(slow, now=NOW + sending.LEASE)

    assert delivered == [message.pk]


# --- Many at once ---


@pytest.mark.django_db(transaction=True)
def test_ticks_at_the_same_time_send_each_message_once(delivered):
    rows = queue(100)
    barrier = threading.Barrier(4)

    def tick() -> None:
        barrier.wait()
        try:
            while sending.send_batch(now=NOW):
                pass
        finally:
            connection.close()

    threads = [threading.Thread(target=as_we_are(tick)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(delivered) == sorted(row.pk for row in rows)
    assert states() == {"SENT": 100}


@pytest.mark.django_db
def test_the_tick_retires_and_sends():
    queue(45, not_before=timezone.now() - MINUTE)
    queue(1, not_before=timezone.now() - 2 * MINUTE, not_after=timezone.now() - MINUTE)

    tasks.send_messages()

    assert states() == {"SENT": 45, "TOO_LATE": 1}


@pytest.fixture
def link(db, settings):
    """An e-mail with a link that lets its reader in, about nobody in particular."""
    settings.DEMO = False
    return message_queue.tell_address(
        address="p@test.example", subject="A link", body="Open /r/abc:def", key="k", now=NOW, lets_in=True
    )


def everything_kept() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select string_agg(m::text, ' ') from people_message m")
        return str(cursor.fetchone()[0])


def test_words_that_let_someone_in_are_sent_and_are_nowhere_to_be_read(link, smtp, mailoutbox):
    waiting = everything_kept()
    sending.send_batch(now=NOW)

    link.refresh_from_db()
    assert mailoutbox[0].body == "Open /r/abc:def"
    assert "abc:def" not in waiting + everything_kept()
    assert (link.state, link.secret) == ("SENT", "")


def test_they_are_let_go_where_they_never_went(link):
    message_queue.withdraw(key="k")
    withdrawn = Message.objects.get().secret
    Message.objects.update(state="WAITING", secret="Open it", not_after=NOW + MINUTE)
    sending.retire(now=NOW + MINUTE)

    assert (withdrawn, Message.objects.get().secret) == ("", "")


def test_in_the_demo_they_are_kept_to_be_read(settings, db):
    settings.DEMO = True
    row = message_queue.tell_address(address="a@b.example", subject="", body="Open it", key="k", now=NOW, lets_in=True)
    sending.send_batch(now=NOW)

    row.refresh_from_db()
    assert (row.state, row.body) == ("SENT", "Open it")


@pytest.mark.usefixtures("smtp")
def test_words_that_no_key_opens_park_their_own_message_and_the_others_go(client_as, manager):
    broken, fine = queue(2)
    with connection.cursor() as cursor:
        cursor.execute("update people_message set secret = '2.nonsense' where id = %s", [broken.pk])

    sending.send_batch(now=NOW)

    assert dict(Message.objects.values_list("pk", "state")) == {broken.pk: "PARKED", fine.pk: "SENT"}
    assert client_as(manager).get("/outbox/").status_code == 200
