"""How an alert goes on and ends, and what the database holds to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from common.errors import RuleBroken
from common.postgres.actor import acting_as
from engagement import alerts, services
from engagement.models import Alert, Contact, PlannedAbsence
from people.models import Message, Sentence
from tests.conftest import NOW, TODAY, service_account

DAY = timedelta(days=1)


@pytest.fixture
def person(participant):
    """Someone on a community sentence, so that release plays no part."""
    Sentence.objects.filter(participant=participant).delete()
    return participant


def sweep(days: int = 0) -> alerts.Swept:
    return alerts.sweep(today=TODAY + days * DAY, now=NOW + days * DAY, by=service_account())


def the_alert() -> Alert:
    return Alert.objects.open().get()


def close(alert, officer, outcome="BACK_IN_TOUCH", days: int = 0, **more):
    return alerts.close_alert(
        alert=alert,
        outcome=outcome,
        note="Spoke on the phone.",
        by=officer,
        today=TODAY + days * DAY,
        now=NOW + days * DAY,
        **more,
    )


def weekly_until(touch, ago: int) -> None:
    for week in range(10):
        touch((ago + 7 * week) * DAY)


# --- How it goes on ---


def test_an_overdue_alert_goes_to_the_managers_once(person, officer, manager, touch):
    weekly_until(touch, 30)
    sweep()
    assert sweep(days=2).escalated == 0

    assert sweep(days=3).escalated == 1
    assert sweep(days=4).escalated == 0

    told = Message.objects.get(address=manager.email)
    assert person.crn in told.subject
    assert person.family_name not in told.subject + told.body


def test_back_in_touch_is_put_down_as_a_contact(person, officer, touch):
    weekly_until(touch, 30)
    sweep()

    close(the_alert(), officer)

    assert Contact.objects.filter(at=NOW, meaningful=True, note="Spoke on the phone.").count() == 1
    assert sweep(days=1).raised == 0


def test_back_in_touch_is_not_put_down_twice(person, officer, touch):
    weekly_until(touch, 30)
    sweep()
    services.log_contact(participant=person, kind="CALL", by=officer, at=NOW + DAY, now=NOW + DAY)
    before = Contact.objects.count()

    close(the_alert(), officer, days=2)

    assert Contact.objects.count() == before


@pytest.mark.parametrize(("outcome", "reason"), [("PLANNED_ABSENCE", "OTHER"), ("IN_CUSTODY", "CUSTODY")])
def test_away_needs_an_end_and_makes_the_days_not_count(person, officer, touch, outcome, reason):
    weekly_until(touch, 30)
    sweep()
    with pytest.raises(RuleBroken, match="Say until when"):
        close(the_alert(), officer, outcome)

    close(the_alert(), officer, outcome, away_from=TODAY - 20 * DAY, away_until=TODAY + 30 * DAY)

    absence = PlannedAbsence.objects.get()
    assert (absence.from_on, absence.until_on, absence.reason) == (TODAY - 20 * DAY, TODAY + 30 * DAY, reason)
    assert sweep(days=20).raised == 0


def test_could_not_reach_says_what_happens_next_and_is_quiet_for_a_week_only(person, officer, touch):
    weekly_until(touch, 30)
    sweep()
    with pytest.raises(RuleBroken, match="Say what happens next"):
        close(the_alert(), officer, "COULD_NOT_REACH")

    closed = close(the_alert(), officer, "COULD_NOT_REACH", what_next="Visit on Thursday.")

    assert closed.note == "Spoke on the phone.\nNext: Visit on Thursday."
    assert sweep(days=7).raised == 0
    assert sweep(days=8).raised == 1


def test_an_alert_is_closed_once(person, officer, touch):
    weekly_until(touch, 30)
    sweep()
    alert = the_alert()
    close(alert, officer, "MISTAKEN")

    with pytest.raises(RuleBroken, match="already"):
        close(alert, officer, "MISTAKEN")


# --- What the database holds to ---


def an_alert(person, **fields) -> Alert:
    return Alert(
        participant=person,
        raised_at=NOW,
        due_on=TODAY,
        next_step="Call.",
        **{"kinds": ["DRIFT"], "facts": ["DRIFT:x"], "reasons": ["Silence."], **fields},
    )


def test_one_open_alert_per_participant(person):
    an_alert(person).save()

    with pytest.raises(IntegrityError, match="one_open_alert_per_participant"), transaction.atomic():
        an_alert(person).save()


def test_a_closed_alert_says_who_when_and_how(person, officer):
    for half in (
        {"closed_at": NOW},
        {"outcome": "MISTAKEN"},
        {"closed_at": NOW, "closed_by": officer, "outcome": "MISTAKEN"},
    ):
        with pytest.raises(IntegrityError, match="a_closed_alert_says"), transaction.atomic():
            an_alert(person, **half).save()


def test_an_alert_gives_a_reason(person):
    with pytest.raises(IntegrityError, match="an_alert_gives_a_reason"), transaction.atomic():
        an_alert(person, reasons=[]).save()


def test_what_an_alert_was_cannot_be_rewritten(person):
    an_alert(person).save()

    with acting_as(None), pytest.raises(Exception, match="permission denied"), transaction.atomic():
        Alert.history.update(note="It never happened.")


def test_closing_without_a_note_is_refused_in_words(person, officer, touch):
    weekly_until(touch, 30)
    sweep()

    with pytest.raises(RuleBroken, match="with a note"):
        alerts.close_alert(alert=the_alert(), outcome="MISTAKEN", note="", by=officer, today=TODAY, now=NOW)
