"""The nightly sweep: who is noticed, once, with what reason, and how an alert ends."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from engagement import alerts, services
from engagement.models import Alert
from people.models import Sentence
from tests.conftest import NOW, TODAY, service_account
from tests.threads import as_we_are

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


# --- Who is noticed ---


def test_a_silence_unlike_the_person_raises_an_alert_with_its_reason(person, officer, touch):
    weekly_until(touch, 30)

    assert sweep() == alerts.Swept(raised=1, changed=0, escalated=0)

    alert = the_alert()
    assert alert.kinds == ["DRIFT"]
    assert alert.owner == officer
    assert alert.silent_since == TODAY - 30 * DAY
    assert alert.reasons[0].startswith("Usually in touch every 8 days. 30 days now. That happens by chance ")
    assert alert.due_on == TODAY + 2 * DAY
    assert alert.next_step.startswith("Call")
    assert alert.history.count() == 1


@pytest.mark.parametrize(("nation", "days"), [("ENGLAND_AND_WALES", 5), ("SCOTLAND", 4)])
def test_an_alert_of_a_friday_is_due_two_working_days_on(person, touch, settings, nation, days):
    """31 August 2026 is a bank holiday in England and Wales, and none in Scotland."""
    settings.NATION = nation
    weekly_until(touch, 30)

    sweep(days=88)

    assert the_alert().due_on == TODAY + (88 + days) * DAY


def test_the_same_silence_is_ordinary_for_someone_seen_monthly(person, officer, touch):
    services.set_contact_plan(participant=person, every_days=28, by=officer, today=TODAY)
    touch(80 * DAY), touch(52 * DAY), touch(25 * DAY)

    assert sweep().raised == 0


def test_two_missed_in_a_row_raise_an_alert_and_one_does_not(person, meet):
    meet(30 * DAY, "COMPLIED")
    meet(9 * DAY, "FAILED_TO_ATTEND")
    assert sweep().raised == 0

    meet(2 * DAY, "UNACCEPTABLE_ABSENCE")
    sweep()

    assert the_alert().kinds == ["MISSED_TWICE"]
    assert the_alert().reasons == ["Missed two meetings in a row: 23 May 2026 and 30 May 2026."]


@pytest.mark.parametrize("between", ["COMPLIED", "DID_NOT_COMPLY", "SENT_HOME_SERVICE"])
def test_turning_up_between_two_misses_means_they_are_not_in_a_row(person, meet, touch, between):
    touch(12 * DAY)
    meet(9 * DAY, "UNACCEPTABLE_ABSENCE")
    meet(5 * DAY, between)
    meet(2 * DAY, "UNACCEPTABLE_ABSENCE")

    assert sweep().raised == 0


@pytest.mark.parametrize(("outcome", "how"), [("ACCEPTABLE_ABSENCE", {"absence_reason": "MEDICAL"})])
def test_an_acceptable_absence_neither_counts_nor_breaks_the_row(person, meet, touch, outcome, how):
    touch(12 * DAY)
    meet(9 * DAY, "UNACCEPTABLE_ABSENCE")
    meet(5 * DAY, outcome, **how)
    assert sweep().raised == 0

    meet(2 * DAY, "UNACCEPTABLE_ABSENCE")

    assert sweep().raised == 1


def test_a_talk_after_two_misses_means_there_is_nothing_to_raise(person, meet, touch):
    meet(9 * DAY, "UNACCEPTABLE_ABSENCE")
    meet(5 * DAY, "UNACCEPTABLE_ABSENCE")
    touch(2 * DAY)

    assert sweep().raised == 0


@pytest.mark.parametrize(("days_out", "raised"), [(0, 0), (6, 0), (7, 1), (8, 1)])
def test_seven_whole_days_after_release_without_contact(participant, days_out, raised):
    Sentence.objects.filter(participant=participant).update(release_on=TODAY - days_out * DAY)

    assert sweep().raised == raised

    if raised:
        assert the_alert().kinds == ["AFTER_RELEASE"]
        assert f"No contact in the {days_out} days since." in the_alert().reasons[0]


def test_contact_on_the_day_of_release_is_contact_since_release(participant, touch):
    Sentence.objects.filter(participant=participant).update(release_on=TODAY - 8 * DAY)
    touch(8 * DAY)

    assert sweep().raised == 0


def test_seven_days_are_counted_from_joining_when_that_came_later(participant):
    participant.joined_on = TODAY - 3 * DAY
    participant.save()

    assert sweep().raised == 0
    assert sweep(days=4).raised == 1


def test_nobody_is_raised_while_in_custody_away_or_gone(participant, officer, touch, meet):
    weekly_until(touch, 40)
    meet(9 * DAY, "UNACCEPTABLE_ABSENCE"), meet(2 * DAY, "UNACCEPTABLE_ABSENCE")
    sentence = Sentence.objects.get(participant=participant)
    released, sentence.release_on = sentence.release_on, TODAY + 9 * DAY
    sentence.save()
    assert sweep().raised == 0
    sentence.release_on = released
    sentence.save()

    absence = services.plan_absence(
        participant=participant, from_on=TODAY - 5 * DAY, until_on=TODAY, reason="HOLIDAY", by=officer, now=NOW
    )
    assert sweep().raised == 0

    absence.delete()
    participant.left_on = TODAY
    participant.save()
    assert sweep().raised == 0


def test_steps_long_overdue_raise_an_alert_about_someone_who_grows_quiet(person, officer, touch):
    from lifeplans.models import Goal, LifePlan, Step

    weekly_until(touch, 22)
    plan = LifePlan.objects.create(participant=person, started_on=TODAY, started_by=officer)
    said = {"said": "AGREE", "said_at": NOW, "said_by": officer}
    goal = Goal.objects.create(
        plan=plan,
        title="I will find a flat",
        words_of="PARTICIPANT",
        proposed_by=officer,
        proposed_on=TODAY - 60 * DAY,
        good="COMMUNITY",
        need="ACCOMMODATION",
        position=1,
        status="AGREED",
        agreed_on=TODAY - 60 * DAY,
        **{f"participant_{k}": v for k, v in said.items()},
        **{f"practitioner_{k}": v for k, v in said.items()},
    )
    Step.objects.create(
        goal=goal,
        text="See the council",
        words_of="PARTICIPANT",
        who="PARTICIPANT",
        due_on=TODAY - 14 * DAY,
        position=1,
        added_by=officer,
        added_on=TODAY - 60 * DAY,
    )
    assert sweep().raised == 0

    assert sweep(days=1).raised == 1
    assert the_alert().reasons == ["1 step is overdue since 18 May 2026."]

    Alert.objects.all().delete()
    touch(DAY)
    assert sweep(days=1).raised == 0


# --- Once ---


def test_sweeping_twice_changes_nothing(person, touch):
    weekly_until(touch, 30)
    sweep()
    before = Alert.history.count()

    assert sweep() == alerts.Swept(raised=0, changed=0, escalated=0)
    assert Alert.history.count() == before


def test_an_open_alert_is_brought_up_to_date_not_doubled(person, touch, meet):
    weekly_until(touch, 30)
    sweep()
    meet(3 * DAY, "UNACCEPTABLE_ABSENCE"), meet(1 * DAY, "UNACCEPTABLE_ABSENCE")

    assert sweep(days=1) == alerts.Swept(raised=0, changed=1, escalated=0)

    assert the_alert().kinds == ["MISSED_TWICE", "DRIFT"]
    assert "31 days now" in the_alert().reasons[1]


def test_an_open_alert_follows_the_case_to_its_new_lead(person, touch, make_user, team):
    from people import services as people

    weekly_until(touch, 30)
    sweep()
    colleague = make_user("Nia New", "PRACTITIONER", team)
    people.assign(participant=person, practitioner=colleague, today=TODAY, now=NOW, by=service_account())

    sweep()

    assert the_alert().owner == colleague


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_raise_one_alert(person, touch):
    weekly_until(touch, 30)
    found, barrier = [], threading.Barrier(2)

    def run() -> None:
        barrier.wait()
        try:
            found.append(sweep().raised)
        finally:
            connection.close()

    threads = [threading.Thread(target=as_we_are(run)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found) == [0, 1]
    assert Alert.objects.count() == 1


def test_a_settled_silence_is_left_in_peace_for_a_while(person, officer, touch):
    weekly_until(touch, 30)
    sweep()
    close(the_alert(), officer, "MISTAKEN")

    assert sweep(days=1).raised == 0
    assert sweep(days=14).raised == 0
    assert sweep(days=15).raised == 1


def test_a_new_fact_is_not_left_in_peace(person, officer, touch, meet):
    weekly_until(touch, 30)
    sweep()
    close(the_alert(), officer, "MISTAKEN")
    meet(2 * DAY, "UNACCEPTABLE_ABSENCE"), meet(1 * DAY, "UNACCEPTABLE_ABSENCE")

    assert sweep(days=1).raised == 1


def test_the_statements_do_not_grow_with_the_people(person, officer, make_participant, touch):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            sweep()
        return len(queries)

    few = [make_participant("A", "B", f"A1{n:05}", officer, phone=f"+44770091{n:04}") for n in range(3)]
    statements = count()
    Alert.objects.all().delete()
    many = [make_participant("A", "B", f"B1{n:05}", officer, phone=f"+44770092{n:04}") for n in range(30)]

    assert count() == statements
    assert Alert.objects.count() >= len(few) + len(many)
