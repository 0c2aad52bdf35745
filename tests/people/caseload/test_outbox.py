"""The outbox page: what waits and what failed, readable only by those who may see the person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from people.messaging import message_queue
from people.models import AccessEvent, Message
from tests.conftest import NOW, service_account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
PAGE = "/outbox/"


@pytest.fixture(autouse=True)
def _not_the_demo(settings):
    settings.DEMO = False


@pytest.fixture
def reminder(participant):
    return message_queue.tell_participant(participant=participant, body="See you at the centre.", key="r1", now=NOW)


@pytest.fixture
def code():
    return Message.objects.create(
        dedupe_key="c1",
        channel="SMS",
        address="+447700900001",
        body="ABC123 is your code.",
        queued_at=NOW,
        not_before=NOW,
    )


def test_a_manager_reads_what_was_sent_to_people_they_may_see(reminder, participant, manager, client_as):
    page = client_as(manager).get(PAGE).content.decode()

    assert "See you at the centre." in page
    assert AccessEvent.objects.get().participants == [participant.pk]


def test_very_many_messages_are_counted_only_so_far(participant, administrator, client_as, monkeypatch):
    for n in range(4):
        message_queue.tell_participant(participant=participant, body="See you.", key=f"many{n}", now=NOW)
    Message.objects.exclude(dedupe_key__contains="many3").update(state="SENT", sent_at=NOW)
    client = client_as(administrator)
    said = dict(client.get(PAGE).context["totals"])
    assert (said["Sent"], said["Waiting"], said["Could not be sent"]) == ("3", "1", "0")
    assert "can be paged through" not in client.get(PAGE).text

    for module in ("common.rows", "people.caseload.views.outbox"):
        monkeypatch.setattr(f"{module}.MOST_COUNTED", 2)
    page = client.get(PAGE)

    assert dict(page.context["totals"])["Sent"] == "2+"
    assert page.context["page_obj"].paginator.count == 2
    assert "can be paged through" in page.text


def test_an_administrator_sees_that_it_waits_but_not_to_whom_nor_what(reminder, administrator, client_as):
    page = client_as(administrator).get(PAGE).content.decode()

    assert "Waiting" in page
    for secret in ("See you", "+44", "X100001", "Jordan"):
        assert secret not in page
    assert not AccessEvent.objects.exists()


def test_what_went_wrong_may_name_them_so_it_is_told_to_who_may_see_them(reminder, administrator, manager, client_as):
    Message.objects.update(problem="550 no such mailbox: jordan@mail.example")

    assert "jordan@" not in client_as(administrator).get(PAGE).content.decode()
    assert "jordan@" in client_as(manager).get(PAGE).content.decode()


def test_nobody_reads_a_sign_in_code(code, manager, client_as):
    assert "ABC123" not in client_as(manager).get(PAGE).content.decode()


@pytest.mark.parametrize("state", ["WAITING", "PARKED"])
def test_nobody_reads_a_link_that_lets_its_reader_in(state, participant, manager, client_as):
    words = {"address": "p@test.example", "subject": "Referral", "body": "Open /r/abc:def", "key": "k", "now": NOW}
    message_queue.tell_address(**words, participant=participant, lets_in=True)
    Message.objects.update(state=state)

    page = client_as(manager).get(PAGE).content.decode()

    assert "p@test.example" in page
    assert "abc:def" not in page


def test_in_the_demo_everything_is_read_here(code, reminder, administrator, client_as, settings):
    settings.DEMO = True

    page = client_as(administrator).get(PAGE).content.decode()

    assert "ABC123" in page
    assert "See you at the centre." in page


def test_the_page_is_narrowed_by_state(reminder, code, manager, client_as):
    Message.objects.filter(pk=code.pk).update(state="PARKED", problem="No route.")

    page = client_as(manager).get(PAGE, {"state": "PARKED"}).content.decode()

    assert "No route." in page
    assert "See you at the centre." not in page


def test_a_parked_message_is_tried_again(reminder, manager, client_as):
    Message.objects.filter(pk=reminder.pk).update(state="PARKED", tries=5, problem="No route.")

    client_as(manager).post(reverse("people:outbox-retry", args=[reminder.pk]))

    reminder.refresh_from_db()
    assert (reminder.state, reminder.tries, reminder.problem) == ("WAITING", 0, "")
    assert AccessEvent.objects.get().kind == "CHANGE"


@pytest.mark.parametrize("who", ["administrator", "manager"])
def test_a_message_about_someone_unseen_is_not_tried_again(who, other_participant, code, client_as, request):
    theirs = message_queue.tell_participant(participant=other_participant, body="See you.", key="r2", now=NOW)
    Message.objects.update(state="PARKED", problem="No route.")
    client = client_as(request.getfixturevalue(who))

    page = client.get(PAGE).text
    answers = [client.post(reverse("people:outbox-retry", args=[row.pk])).status_code for row in (theirs, code)]

    assert answers == [404, 302]
    assert page.count("Try again") == 1
    theirs.refresh_from_db()
    assert theirs.state == "PARKED"


def test_what_was_sent_is_not_sent_again(reminder):
    Message.objects.filter(pk=reminder.pk).update(state="SENT", sent_at=NOW)

    with pytest.raises(message_queue.CannotRetry, match="could not be sent"):
        message_queue.retry(message=reminder, now=NOW, by=service_account())


def test_what_is_too_late_is_not_tried_again(reminder, manager, client_as):
    Message.objects.filter(pk=reminder.pk).update(state="PARKED", not_after=NOW + timedelta(seconds=1))

    with pytest.raises(message_queue.CannotRetry, match="too late"):
        message_queue.retry(message=reminder, now=NOW + timedelta(minutes=1), by=manager)


def test_nothing_in_a_message_runs(manager, participant, client_as):
    message_queue.tell_participant(participant=participant, body="<script>alert(1)</script>", key="x", now=NOW)

    assert "<script>alert(1)" not in client_as(manager).get(PAGE).content.decode()
