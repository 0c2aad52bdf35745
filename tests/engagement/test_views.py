"""The pages are wired: what is posted is done, what is wrong is said, what was typed is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from engagement.models import Alert, Appointment, Contact, ContactPlan, PlannedAbsence
from tests.conftest import NOW, TODAY
from tests.engagement.alert_steps import DAY, an_alert, day, text

HOUR = timedelta(hours=1)
NASTY = ["\x00", "x" * 20_000, "<script>alert(1)</script>", "{{7*7}}", "\u202eevil", "' or 1=1 --"]


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOW, tick=False):
        yield


# --- Meetings ---


def test_arranging_a_meeting_for_tomorrow_afternoon(client_as, officer, participant, person_url):
    client = client_as(officer)
    assert client.get(person_url("appointment-new")).status_code == 200
    sent = {
        "kind": "OFFICE",
        "with_user": officer.pk,
        "at": "2:30pm",
        "minutes": "45",
        "place": "Town hall",
        "how": "KNOW",
        **day("day", TODAY + DAY),
    }

    response = client.post(person_url("appointment-new"), sent)

    assert response.status_code == 302
    meeting = Appointment.objects.get()
    assert meeting.starts_at.isoformat() == "2026-06-02T13:30:00+00:00"
    assert meeting.ends_at - meeting.starts_at == timedelta(minutes=45)
    shown = text(client.get(response.url))
    assert "Tue 2 June 2026, 2:30pm" in shown
    assert "Town hall" in shown


def test_a_practitioner_with_two_meetings_at_once_is_warned_not_stopped(
    client_as, officer, person_url, make_participant, meet
):
    meet(-DAY, person=make_participant("Sam", "Second", "X100009", officer))
    sent = {"kind": "PHONE", "with_user": officer.pk, "at": "12:15", "minutes": "30", "how": "KNOW",
            **day("day", TODAY + DAY)}  # fmt: skip

    response = client_as(officer).post(person_url("appointment-new"), sent, follow=True)

    assert "has another meeting at that time" in text(response)
    assert Appointment.objects.count() == 2


def test_an_outcome_is_recorded_in_one_step_and_leads_back_to_where_it_was_pressed(client_as, officer, meet):
    meeting = meet(HOUR)
    client = client_as(officer)
    assert "What happened?" in text(client.get(reverse("engagement:diary") + "?show=record"))

    response = client.post(
        reverse("engagement:appointment-outcome", args=[meeting.pk]),
        {"outcome": "ACCEPTABLE_ABSENCE:MEDICAL", "note": "At the dentist.", "next": "/meetings/?show=record"},
    )

    assert (response.status_code, response.url) == (302, "/meetings/?show=record")
    meeting.refresh_from_db()
    assert (meeting.outcome, meeting.absence_reason, meeting.note) == (
        "ACCEPTABLE_ABSENCE",
        "MEDICAL",
        "At the dentist.",
    )


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil", ""]
)
def test_a_form_leads_nowhere_but_here(client_as, officer, participant, meet, person_url, elsewhere):
    url = reverse("engagement:appointment-outcome", args=[meet(HOUR).pk])

    response = client_as(officer).post(url, {"outcome": "COMPLIED", "next": elsewhere})

    assert response.url == person_url("meetings")


def test_a_wrong_outcome_is_said_and_what_was_typed_is_kept(client_as, officer, meet):
    url = reverse("engagement:appointment-outcome", args=[meet(HOUR).pk])

    response = client_as(officer).post(url, {"outcome": "", "note": "Talked about the flat."})

    assert response.status_code == 200
    assert "There is a problem" in text(response)
    assert "Talked about the flat." in text(response)


def test_a_coming_meeting_can_only_be_called_off(client_as, officer, meet):
    meeting = meet(-DAY)
    url, client = reverse("engagement:appointment-outcome", args=[meeting.pk]), client_as(officer)

    answer = client.post(url, {"outcome": "COMPLIED"})
    assert answer["Location"] == reverse("engagement:appointment-off", args=[meeting.pk])
    meeting.refresh_from_db()
    assert meeting.outcome == ""


def test_moving_a_meeting(client_as, officer, meet):
    meeting = meet(-DAY)
    sent = {"asked_by": "PERSON", "why": "A shift", "at": "9am", "minutes": "30", **day("day", TODAY + 3 * DAY),
            "how": "KNOW"}  # fmt: skip

    response = client_as(officer).post(reverse("engagement:appointment-move", args=[meeting.pk]), sent)

    assert response.status_code == 302
    assert meeting.replaced_by.starts_at.isoformat() == "2026-06-04T08:00:00+00:00"


# --- Contacts, absences, plans ---


def test_a_contact_just_now_takes_one_press(client_as, officer, participant, person_url):
    response = client_as(officer).post(person_url("contact-new"), {"kind": "CALL", "meaningful": "yes", "soon": "NOW"})

    assert response.status_code == 302
    contact = Contact.objects.get()
    assert (contact.participant, contact.by, contact.at, contact.meaningful) == (participant, officer, NOW, True)


def test_a_contact_on_another_day_asks_which(client_as, officer, person_url):
    client = client_as(officer)
    sent = {"kind": "VISIT", "meaningful": "no", "soon": "DAY"}

    assert "Enter the day." in text(client.post(person_url("contact-new"), sent))
    assert client.post(person_url("contact-new"), {**sent, "at": "9:15", **day("day", TODAY - DAY)}).status_code == 302
    assert Contact.objects.get().at.isoformat() == "2026-05-31T08:15:00+00:00"


def test_planning_an_absence_and_how_often(client_as, officer, participant, person_url):
    client = client_as(officer)

    away = {"reason": "HOLIDAY", **day("starts_on", TODAY), **day("ends_on", TODAY + 6 * DAY)}
    assert client.post(person_url("absence-new"), away).status_code == 302
    assert client.post(person_url("contact-plan"), {"every_days": "10"}).status_code == 302

    assert PlannedAbsence.objects.get().ends_on == TODAY + 6 * DAY
    assert ContactPlan.objects.get().every_days == 10
    assert "already recorded as away" in text(client.post(person_url("absence-new"), away))


def test_an_absence_that_ends_before_it_starts_is_refused_in_words(client_as, officer, person_url):
    away = {"reason": "HOLIDAY", **day("starts_on", TODAY), **day("ends_on", TODAY - DAY)}

    assert "last day cannot be before the first" in text(client_as(officer).post(person_url("absence-new"), away))


# --- Alerts ---


def test_an_alert_says_why_and_is_closed_from_its_page(client_as, officer, participant):
    alert, client = an_alert(participant, officer), client_as(officer)
    url = reverse("engagement:alert-detail", args=[alert.pk])
    assert "Usually in touch every 6 days." in text(client.get(url))
    assert "Usually in touch every 6 days." in text(client.get(reverse("engagement:alert-list")))

    response = client.post(url, {"outcome": "BACK_IN_TOUCH", "note": "Rang back.", "next": "/"})

    assert response.url == "/"
    assert Alert.objects.get().closed_by == officer
    assert "Closed alert" in text(client.get(url))
    assert "Back in touch" in text(client.get(reverse("engagement:alert-list") + "?show=closed"))


def test_an_alert_that_needs_more_words_says_which(client_as, officer, participant):
    url = reverse("engagement:alert-detail", args=[an_alert(participant, officer).pk])
    client = client_as(officer)

    assert "Say until when they are away" in text(client.post(url, {"outcome": "PLANNED_ABSENCE", "note": "At sea"}))
    assert "Choose one of the answers" in text(client.post(url, {"outcome": "COULD_NOT_REACH", "note": "Rang twice"}))
    again = reverse("engagement:alert-again", args=[Alert.objects.get().pk])
    typed = text(client.post(again, {"note": "Rang twice", "what_next": "", "next_on-day": "1"}))
    assert "Enter what happens next" in typed
    assert "Rang twice" in typed
    assert Alert.objects.get().is_open


# --- Bad input, many rows ---


@pytest.mark.parametrize("nasty", NASTY)
def test_nasty_words_are_refused_or_kept_and_never_break_the_page(
    client_as, officer, participant, meet, person_url, nasty
):
    client = client_as(officer)
    forms = [
        (
            person_url("contact-new"),
            {"kind": "CALL", "meaningful": "yes", "soon": nasty, "note": nasty, "at": nasty, "day-day": nasty},
        ),
        (
            person_url("appointment-new"),
            {"kind": nasty, "with_user": nasty, "at": nasty, "minutes": nasty, "office": nasty, "place": nasty},
        ),
        (person_url("absence-new"), {"reason": nasty, "note": nasty, "starts_on-year": nasty}),
        (person_url("contact-plan"), {"every_days": nasty}),
        (
            reverse("engagement:appointment-outcome", args=[meet(HOUR).pk]),
            {"outcome": nasty, "note": nasty, "next": nasty},
        ),
        (
            reverse("engagement:alert-detail", args=[an_alert(participant, officer).pk]),
            {"outcome": nasty, "note": nasty},
        ),
    ]
    for url, sent in forms:
        response = client.post(url, sent)

        assert response.status_code == 200, url
        assert "<script>alert(1)" not in text(response)


@pytest.mark.parametrize("asked", ["?show=x&page=x", "?page=0", "?page=99999999999999999999", "?show=record&page=-1"])
def test_odd_addresses_show_a_page(client_as, officer, participant, person_url, meet, asked):
    meet(HOUR)
    client = client_as(officer)

    for url in (reverse("engagement:diary"), reverse("engagement:alert-list"), person_url("meetings")):
        assert client.get(url + asked).status_code == 200


@pytest.mark.parametrize(
    "name", ["diary", "diary?show=record", "diary?show=people", "diary?show=past", "alert-list", "meetings"]
)
def test_queries_do_not_grow_with_the_rows(client_as, officer, participant, crowd, name):
    name, _, query = name.partition("?")
    url = reverse(f"engagement:{name}", args=[participant.ref] if name == "meetings" else []) + f"?{query}"
    client = client_as(officer)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    crowd(0, 10)
    client.get(url)
    few = count()
    crowd(10, 100)

    assert count() <= few
