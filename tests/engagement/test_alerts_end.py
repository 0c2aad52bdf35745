"""How an alert goes on and ends, and what the database holds to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from common.errors import RuleBroken
from common.postgres.actor import acting_as
from engagement import alerts, services
from engagement.models import Alert, Contact, PlannedAbsence
from people.models import Message
from tests.conftest import NOW, TODAY
from tests.engagement.alert_steps import DAY, close, sweep, the_alert, weekly_until

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
    assert (absence.starts_on, absence.ends_on, absence.reason) == (TODAY - 20 * DAY, TODAY + 30 * DAY, reason)
    assert sweep(days=20).raised == 0


def try_again(alert, officer, days=0, next_in=3):
    return alerts.keep_trying(
        alert=alert, note="Rang twice.", what_next="Visit on Thursday.", next_on=TODAY + next_in * DAY, by=officer,
        today=TODAY + days * DAY, now=NOW + days * DAY,
    )  # fmt: skip


def test_could_not_reach_keeps_the_alert_with_the_next_step_and_its_day(person, officer, touch):
    weekly_until(touch, 30)
    sweep()

    alert = try_again(the_alert(), officer)
    assert (alert.state, alert.next_step, alert.due_on) == ("OPEN", "Visit on Thursday.", TODAY + 3 * DAY)
    assert Contact.objects.filter(meaningful=False, note="Rang twice.").count() == 1

    assert sweep(days=1).raised == 0
    assert the_alert().next_step == "Visit on Thursday.", "the night leaves it"
    assert sweep(days=3).escalated == 0
    assert sweep(days=4).escalated == 1


@pytest.mark.parametrize(("days", "right"), [(0, False), (1, True), (14, True), (15, False)])
def test_the_next_try_is_on_a_day_soon(person, officer, touch, days, right):
    weekly_until(touch, 30)
    sweep()

    if right:
        assert try_again(the_alert(), officer, next_in=days)
    else:
        with pytest.raises(RuleBroken, match="within two weeks"):
            try_again(the_alert(), officer, next_in=days)
        assert not Contact.objects.filter(note="Rang twice.").exists()


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
        due_on=TODAY,
        next_step="Call.",
        **{"raised_at": NOW, "kinds": ["DRIFT"], "facts": ["DRIFT:x"], "reasons": ["Silence."], **fields},
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


# --- What a sweep and a closing keep --------------------------------------------------------------


def test_an_alert_keeps_when_it_was_raised_for_whom_and_until_when(person, officer, touch):
    weekly_until(touch, 30)

    sweep()

    alert = the_alert()
    assert (alert.participant, alert.owner, alert.raised_at, alert.due_on) == (person, officer, NOW, TODAY + 2 * DAY)
    assert str(alerts.Swept(1, 2, 3)) == "1 alerts raised, 2 brought up to date, 3 passed to managers"


def test_an_alert_about_someone_whom_nobody_leads_belongs_to_nobody(person, officer, manager, touch):
    weekly_until(touch, 30)
    person.assignments.all().delete()
    sweep()
    assert the_alert().owner is None

    assert sweep(days=3).escalated == 1
    assert not Message.objects.filter(address=manager.email).exists()


def test_an_alert_whose_person_loses_their_lead_stays_with_its_owner(person, officer, touch):
    weekly_until(touch, 30)
    sweep()
    person.assignments.all().delete()

    sweep()

    assert the_alert().owner == officer


def test_an_open_alert_keeps_its_earlier_facts_and_says_what_is_true_now(person, officer, touch, meet):
    weekly_until(touch, 30)
    sweep()
    first = the_alert().facts
    meet(3 * DAY, "UNACCEPTABLE_ABSENCE"), meet(DAY, "UNACCEPTABLE_ABSENCE")
    touch(2 * DAY, meaningful=True)

    sweep()

    alert = the_alert()
    assert set(first) <= set(alert.facts)
    assert alert.history.count() == 2
    assert alert.score is None or alert.score > 0


def test_an_alert_brought_up_to_date_is_written_whole(person, officer, touch, meet):
    weekly_until(touch, 30)
    sweep()
    before = the_alert()
    last = meet(3 * DAY, "UNACCEPTABLE_ABSENCE") and meet(DAY, "UNACCEPTABLE_ABSENCE")

    sweep(days=1)

    alert = the_alert()
    assert alert.facts == sorted([*before.facts, f"MISSED_TWICE:{last.pk}"])
    assert alert.next_step.startswith("Call today and ask what got in the way.")
    assert len(alert.reasons) == 2
    assert alert.score > before.score
    assert (alert.silent_since, alert.raised_at) == (TODAY - 30 * DAY, NOW)


def test_an_open_alert_whose_signs_are_gone_stays_as_it_was_until_someone_closes_it(person, touch):
    weekly_until(touch, 30)
    sweep()
    before = the_alert()
    touch(DAY)

    assert sweep(days=1).changed == 0
    assert the_alert().reasons == before.reasons


def test_a_closed_alert_is_neither_brought_up_to_date_nor_passed_on(person, officer, manager, touch, meet):
    weekly_until(touch, 30)
    sweep()
    closed = close(the_alert(), officer, "MISTAKEN")

    assert sweep(days=3) == alerts.Swept(raised=0, changed=0, escalated=0)
    closed.refresh_from_db()
    assert closed.escalated_at is None


def test_what_was_settled_about_another_is_not_settled_about_this_one(person, other_participant, officer, touch):
    weekly_until(touch, 30)
    fact = f"DRIFT:{TODAY - 30 * DAY}"
    an_alert(other_participant, facts=[fact], closed_at=NOW, closed_by=officer, outcome="MISTAKEN", note="x").save()

    sweep()

    assert Alert.objects.open().get(participant=person).facts == [fact]


def test_an_overdue_alert_is_told_to_each_manager_of_the_owners_teams_and_to_no_other(
    person, officer, manager, make_user, team, other_team, touch
):
    second = make_user("Max Manager", "MANAGER", team)
    elsewhere = make_user("Elsa Elsewhere", "MANAGER", other_team)
    colleague = make_user("Cora Colleague", "PRACTITIONER", team)
    weekly_until(touch, 30)
    sweep()

    sweep(days=3)

    told = Message.objects.filter(dedupe_key__startswith="alert-late:")
    assert {message.address for message in told} == {manager.email, second.email}
    assert {message.participant for message in told} == {person}
    assert {elsewhere.email, colleague.email}.isdisjoint({message.address for message in told})
    assert the_alert().escalated_at == NOW + 3 * DAY
    assert the_alert().history.count() == 3 or the_alert().history.first().escalated_at == NOW + 3 * DAY


def test_a_manager_who_owns_an_alert_is_not_told_of_their_own_lateness(officer, manager, make_user, team):
    second = make_user("Max Manager", "MANAGER", team)

    found = alerts.managers_of([officer.pk, manager.pk], today=TODAY)

    assert {user_id: set(managers) for user_id, managers in found.items()} == {
        officer.pk: {manager, second},
        manager.pk: {second},
    }


def test_a_role_that_has_ended_makes_no_manager(officer, manager):
    from people.models import Membership

    Membership.objects.filter(user=manager).update(ends_on=TODAY - DAY)

    assert alerts.managers_of([officer.pk], today=TODAY) == {officer.pk: []}


def test_a_closing_is_kept_with_who_when_and_how(person, officer, touch):
    weekly_until(touch, 30)
    sweep()

    close(the_alert(), officer, "REFERRED_ON")

    kept = Alert.objects.get()
    assert (kept.outcome, kept.closed_by, kept.closed_at, kept.note) == (
        "REFERRED_ON", officer, NOW, "Spoke on the phone.",
    )  # fmt: skip
    assert not Contact.objects.filter(at=NOW).exists(), "only back in touch is a contact"
    assert not PlannedAbsence.objects.exists()


def test_away_from_today_where_no_first_day_is_named_and_not_again_where_it_is_on_record(person, officer, touch):
    weekly_until(touch, 30)
    sweep()
    close(the_alert(), officer, "PLANNED_ABSENCE", away_until=TODAY + 3 * DAY)
    absence = PlannedAbsence.objects.get()
    assert (absence.participant, absence.starts_on, absence.recorded_by, absence.recorded_at) == (
        person, TODAY, officer, NOW,
    )  # fmt: skip

    an_alert(person).save()
    close(the_alert(), officer, "IN_CUSTODY")

    assert PlannedAbsence.objects.count() == 1


def test_an_absence_of_someone_else_is_not_theirs(person, other_participant, officer, other_officer, touch):
    services.plan_absence(
        participant=other_participant, starts_on=TODAY, ends_on=TODAY, reason="HOLIDAY", by=other_officer, now=NOW
    )
    an_alert(person).save()

    with pytest.raises(RuleBroken, match="Say until when"):
        close(the_alert(), officer, "PLANNED_ABSENCE")


@pytest.mark.parametrize(
    ("shift", "since"), [(-timedelta(seconds=1), False), (timedelta(0), True), (timedelta(seconds=1), True)]
)
def test_contact_since_an_alert_counts_from_the_moment_it_was_raised(person, officer, shift, since):
    alert = an_alert(person)
    alert.save()
    services.log_contact(participant=person, kind="CALL", by=officer, at=NOW + shift, now=NOW + DAY)

    assert alerts.touched_since(alert) is since


def test_only_a_contact_with_this_person_that_meant_something_or_a_meeting_they_came_to_counts(
    person, other_participant, officer, other_officer, meet, touch
):
    alert = an_alert(person, raised_at=NOW - 5 * DAY)
    alert.save()
    touch(DAY, meaningful=False), touch(DAY, person=other_participant, by=other_officer)
    meet(3 * DAY, "UNACCEPTABLE_ABSENCE"), meet(6 * DAY, "COMPLIED")
    meet(2 * DAY, "COMPLIED", person=other_participant, by=other_officer)
    assert not alerts.touched_since(alert)

    meet(4 * DAY, "COMPLIED")

    assert alerts.touched_since(alert)
