"""Act where it is shown: a call in one press, a message, a decision carried out, a setback read. As the web does it."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from engagement.models import Alert, Contact
from lifeplans import services as plans
from people.models import Message
from tests.conftest import NOW, TODAY
from tests.engagement.conftest import DAY

pytestmark = pytest.mark.django_db


def test_a_call_is_put_down_in_one_press_and_leads_back_to_where_it_was_opened(participant, officer, client_as):
    client, url = client_as(officer), reverse("engagement:call-log", args=[participant.ref])
    assert 'name="next" value="/?kind=Alert"' in client.get(url, {"next": "/?kind=Alert"}).content.decode()

    answer = client.post(url, {"answered": "no", "note": "", "next": "/?kind=Alert"})
    assert answer["Location"] == "/?kind=Alert"
    assert client.post(url, {"answered": "yes", "next": "//evil.example"})["Location"].startswith("/people/")
    assert list(Contact.objects.order_by("pk").values_list("kind", "meaningful")) == [("CALL", False), ("CALL", True)]


def test_a_part_of_a_page_is_sent_on_whole(participant, officer, client_as):
    client, url = client_as(officer), reverse("engagement:call-log", args=[participant.ref])
    answer = client.post(url, {"answered": "yes", "next": "/"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (200, "/")

    wrong = client.post(url, {"note": "Hm", "next": "/"}, headers={"HX-Request": "true"})
    assert "data-act" in wrong.content.decode()
    assert "Hm" in wrong.content.decode()


def test_a_message_goes_to_the_person_and_is_put_down_as_no_answer_yet(participant, officer, client_as):
    client, url = client_as(officer), reverse("engagement:message-new", args=[participant.ref])
    client.post(url, {"body": "Can you ring me?"})

    message, contact = Message.objects.get(dedupe_key__startswith="contact:"), Contact.objects.get()
    assert message.body == "Can you ring me?\nOlive Officer, Good Lives"
    assert (contact.kind, contact.meaningful, contact.note) == ("TEXT", False, "Can you ring me?")

    participant.phone = participant.email = ""
    participant.save()
    assert "nothing can be sent" in client.get(url).content.decode()
    assert "no phone or e-mail" in client.post(url, {"body": "Hello"}).content.decode()
    assert Contact.objects.count() == 1


def test_what_was_decided_is_carried_out_from_the_row(participant, officer, meet, client_as):
    meeting = meet(2 * DAY, "UNACCEPTABLE_ABSENCE", enforcement="LETTER")
    url = reverse("engagement:appointment-enforced", args=[meeting.pk])

    assert client_as(officer).post(url, {"next": "/"})["Location"] == "/"
    meeting.refresh_from_db()
    assert meeting.enforced_by == officer


def test_nobody_answered_and_the_alert_stays(participant, officer, client_as):
    alert = Alert.objects.create(
        participant=participant, owner=officer, raised_at=NOW, due_on=TODAY, next_step="Call.", kinds=["DRIFT"],
        facts=["DRIFT:x"], reasons=["Silent."],
    )  # fmt: skip
    url, today = reverse("engagement:alert-again", args=[alert.pk]), timezone.localdate()
    soon = today + DAY
    typed = {"note": "Rang", "what_next": "Visit", "next_on-day": soon.day, "next_on-month": soon.month,
             "next_on-year": soon.year}  # fmt: skip

    assert client_as(officer).post(url, typed).status_code == 302
    alert.refresh_from_db()
    assert (alert.is_open, alert.next_step, alert.due_on) == (True, "Visit", soon)


def test_a_setback_that_the_person_wrote_is_read_once(participant, officer, client_as):
    plan = plans.start_plan(participant=participant, by=officer, today=TODAY)
    setback = plans.record_setback(plan=plan, note="I slept out", happened_on=TODAY, by=participant.user, today=TODAY)
    client = client_as(officer)
    assert "I slept out" in client.get("/").content.decode()

    client.post(reverse("lifeplans:setback-seen", args=[participant.ref, setback.pk]))
    setback.refresh_from_db()
    assert setback.seen_by == officer
    assert "I slept out" not in client.get("/").content.decode()


def test_a_message_that_could_not_be_sent_is_told_in_another_way(participant, officer, client_as):
    message = Message.objects.create(
        dedupe_key="x", participant=participant, channel="SMS", address=str(participant.phone), body="You have money",
        not_before=timezone.now(), queued_at=timezone.now(), state="PARKED", problem="No such number.",
    )  # fmt: skip
    client = client_as(officer)
    assert "A message to them could not be sent: No such number." in client.get("/").content.decode()

    client.post(reverse("people:message-told", args=[message.pk]), {"next": "/"})
    message.refresh_from_db()
    assert (message.state, message.problem) == ("WITHDRAWN", "Olive Officer told them in another way.")
    assert "could not be sent" not in client.get("/").content.decode()
