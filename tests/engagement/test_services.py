"""Meetings, contacts and absences: what the services allow, and what the database holds to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from common.errors import RuleBroken
from engagement import compliance, services
from engagement.models import AbsenceReason, Appointment, Contact, ContactPlan, Outcome, PlannedAbsence
from engagement.models.appointments import NOT_HELD
from people.models import Message
from tests.conftest import NOW, TODAY, service_account

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PAST = [outcome for outcome in Outcome if outcome not in NOT_HELD]


def test_a_meeting_is_with_someone_who_works_with_the_person(participant, officer, other_officer):
    with pytest.raises(services.NotTheirPractitioner):
        services.arrange(
            participant=participant,
            with_user=other_officer,
            kind="OFFICE",
            starts_at=NOW,
            ends_at=NOW + HOUR,
            place="Room 2",
            by=officer,
            now=NOW,
        )


def test_a_meeting_for_another_persons_requirement_is_refused(participant, other_participant, officer):
    from people.models import Requirement, Sentence

    theirs = Requirement.objects.create(
        sentence=Sentence.objects.get(participant=other_participant), kind="SUPERVISION"
    )

    with pytest.raises(RuleBroken, match="not one of this person's"):
        services.arrange(
            participant=participant,
            with_user=officer,
            kind="OFFICE",
            starts_at=NOW,
            ends_at=NOW + HOUR,
            place="Room 2",
            by=officer,
            now=NOW,
            requirement=theirs,
        )


def test_a_person_cannot_have_two_meetings_at_one_time(meet):
    meet(-DAY)

    with pytest.raises(RuleBroken, match="already has a meeting at that time"):
        meet(-DAY)


@pytest.mark.parametrize("outcome", PAST)
def test_every_outcome_is_recorded_in_one_step(meet, officer, outcome):
    reason = "MEDICAL" if outcome == Outcome.ACCEPTABLE_ABSENCE else ""

    meeting = meet(DAY, outcome, absence_reason=reason, note="As it was.")

    assert meeting.outcome == outcome
    assert (meeting.recorded_by, meeting.note) == (officer, "As it was.")
    assert meeting.history.first().outcome == outcome


@pytest.mark.parametrize(
    ("days", "outcome", "reason", "is_first"),
    [
        (30, "UNACCEPTABLE_ABSENCE", "", False), (364, "DID_NOT_COMPLY", "", False), (366, "DID_NOT_COMPLY", "", True),
        (30, "ACCEPTABLE_ABSENCE", "FIRST_FAILURE", False), (30, "ACCEPTABLE_ABSENCE", "MEDICAL", True),
        (30, "COMPLIED", "", True),
    ],
)  # fmt: skip
def test_an_acceptable_failure_is_the_only_one_in_twelve_months(days, outcome, reason, is_first, meet):
    meet(days * DAY + DAY, outcome, absence_reason=reason)
    try:
        meeting = meet(DAY, "ACCEPTABLE_ABSENCE", absence_reason="FIRST_FAILURE")
    except services.NotTheFirst:
        meeting = None
    assert (meeting is not None) == is_first
    if meeting:  # it may be corrected
        services.record_outcome(
            appointment=meeting, outcome="ACCEPTABLE_ABSENCE", absence_reason="FIRST_FAILURE", note="Said so.",
            by=meeting.with_user, now=NOW,
        )  # fmt: skip


@pytest.mark.parametrize("reason", AbsenceReason)
def test_every_acceptable_reason_is_kept(meet, reason):
    assert meet(DAY, "ACCEPTABLE_ABSENCE", absence_reason=reason).absence_reason == reason


@pytest.mark.parametrize("outcome", PAST)
def test_how_a_meeting_went_is_not_known_before_it_began(meet, officer, outcome):
    meeting = meet(-timedelta(minutes=1))

    with pytest.raises(services.TooEarly):
        services.record_outcome(appointment=meeting, outcome=outcome, by=officer, now=NOW)


def test_an_outcome_can_be_recorded_from_the_very_start(meet, officer):
    meeting = meet(0 * DAY)

    assert services.record_outcome(appointment=meeting, outcome="COMPLIED", by=officer, now=NOW).outcome == "COMPLIED"


def off(meeting, officer, **more) -> Appointment:
    return services.call_off(appointment=meeting, asked_by="PERSON", why="A shift", by=officer, now=NOW, **more)


def test_a_meeting_that_is_called_off_says_for_whom_and_why_and_counts_for_nothing(meet, officer, participant):
    for meeting in (meet(-DAY), meet(DAY)):
        off(meeting, officer)
        meeting.refresh_from_db()
        assert (meeting.outcome, meeting.called_off_for, meeting.called_off_why) == ("CALLED_OFF", "PERSON", "A shift")
    assert compliance.counted(participant=participant, today=TODAY).total == 0


def test_one_entered_by_mistake_is_struck_and_nobody_is_told(meet, officer, participant):
    meeting = services.strike_meeting(appointment=meet(-DAY), why="Wrong week", by=officer, now=NOW)

    assert (meeting.outcome, meeting.note) == ("MISTAKE", "Wrong week")
    assert not Message.objects.filter(participant=participant, state="WAITING").exists()
    assert compliance.counted(participant=participant, today=TODAY).total == 0


def test_a_slip_of_the_hand_can_be_put_right_and_history_keeps_both(meet, officer):
    meeting = meet(DAY, "UNACCEPTABLE_ABSENCE", enforcement="LETTER")

    services.record_outcome(appointment=meeting, outcome="COMPLIED", by=officer, now=NOW)

    meeting.refresh_from_db()
    assert (meeting.outcome, meeting.enforcement) == ("COMPLIED", "")
    assert [row.outcome for row in meeting.history.all()] == ["COMPLIED", "UNACCEPTABLE_ABSENCE", ""]


def test_what_was_sensitive_stays_so(meet, officer):
    meeting = meet(DAY, "COMPLIED", sensitive=True, note="Told me in confidence.")

    services.record_outcome(appointment=meeting, outcome="COMPLIED", by=officer, now=NOW, sensitive=False)

    meeting.refresh_from_db()
    assert meeting.sensitive
    assert meeting.note == "Told me in confidence."


@pytest.mark.parametrize(
    ("outcome", "how", "words"),
    [
        ("ACCEPTABLE_ABSENCE", {}, "Choose the reason"),
        ("COMPLIED", {"absence_reason": "WORK"}, "Choose the reason"),
        ("COMPLIED", {"enforcement": "BREACH"}, "follows a failure only"),
        ("COMPLIED", {"note": "x" * 12_001}, "12000|12,000"),
    ],
)
def test_outcomes_that_do_not_fit_together_are_refused_in_words(meet, outcome, how, words):
    with pytest.raises(RuleBroken, match=words):
        meet(DAY, outcome, **how)


def test_moving_keeps_the_old_meeting_and_says_who_asked(meet, officer):
    meeting = meet(-DAY)

    moved = services.reschedule(
        appointment=meeting,
        starts_at=NOW + 2 * DAY,
        ends_at=NOW + 2 * DAY + HOUR,
        asked_by="PERSON",
        why="A shift",
        by=officer,
        now=NOW,
    )

    meeting.refresh_from_db()
    assert meeting.outcome == "RESCHEDULED"
    assert (moved.replaces, moved.moved_for, moved.moved_why, moved.place) == (
        meeting,
        "PERSON",
        "A shift",
        "12 High Street",
    )
    with pytest.raises(services.AlreadyRecorded):
        services.record_outcome(appointment=meeting, outcome="COMPLIED", by=officer, now=NOW + 3 * DAY)


def test_moving_to_the_same_time_is_refused(meet, officer):
    meeting = meet(-DAY)

    with pytest.raises(services.SameTime):
        services.reschedule(
            appointment=meeting,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            asked_by="PERSON",
            why="x",
            by=officer,
            now=NOW,
        )


def test_cannot_come_tells_the_practitioner_with_a_case_number_only(meet, participant, officer):
    meeting = services.say_cannot_come(appointment=meet(-DAY), why="My son is ill", now=NOW, by=participant.user)

    told = Message.objects.get(address=officer.email)
    assert meeting.cannot_come_why == "My son is ill"
    assert participant.crn in told.body
    assert "son" not in told.body + told.subject
    assert participant.family_name not in told.body + told.subject


def test_it_is_too_late_to_say_so_once_the_meeting_has_begun(meet, participant):
    with pytest.raises(services.TooLate):
        services.say_cannot_come(appointment=meet(0 * DAY), why="Late", now=NOW, by=participant.user)


@pytest.mark.parametrize("at", [NOW + HOUR, NOW - timedelta(days=367)])
def test_a_contact_is_neither_in_the_future_nor_long_ago(participant, officer, at):
    with pytest.raises(RuleBroken):
        services.log_contact(participant=participant, kind="CALL", by=officer, at=at, now=NOW)


def test_a_volunteer_logs_a_meeting_while_in_the_circle(participant, volunteer, in_circle):
    from people import services as people

    member = in_circle()
    contact = services.log_meeting(participant=participant, by=volunteer, at=NOW - HOUR, today=TODAY, now=NOW)
    assert (contact.kind, contact.meaningful) == ("VOLUNTEER", True)

    people.leave_circle(member=member, today=TODAY, now=NOW, by=service_account())

    with pytest.raises(services.NotInCircle):
        services.log_meeting(participant=participant, by=volunteer, at=NOW - HOUR, today=TODAY, now=NOW)


def test_someone_outside_the_circle_logs_nothing(other_participant, volunteer):
    with pytest.raises(services.NotInCircle):
        services.log_meeting(participant=other_participant, by=volunteer, at=NOW - HOUR, today=TODAY, now=NOW)


def test_a_volunteer_sees_only_what_they_logged_and_while_in_the_circle(
    participant, volunteer, officer, touch, in_circle
):
    from people import services as people

    member = in_circle()
    touch(DAY)
    mine = services.log_meeting(participant=participant, by=volunteer, at=NOW - HOUR, today=TODAY, now=NOW)

    assert list(Contact.objects.visible_to(volunteer)) == [mine]
    assert Contact.objects.visible_to(officer).count() == 2

    people.leave_circle(member=member, today=TODAY, now=NOW, by=officer)
    assert not Contact.objects.visible_to(volunteer).exists()


def test_a_stranger_sees_no_row_of_any_kind(participant, officer, other_officer, volunteer, meet, touch, in_circle):
    from engagement.models import Alert

    in_circle("CONTACT", "MEETINGS")
    meet(DAY), touch(DAY)
    services.plan_absence(
        participant=participant, starts_on=TODAY, ends_on=TODAY, reason="HOLIDAY", by=officer, now=NOW
    )
    services.set_contact_plan(participant=participant, every_days=5, by=officer, today=TODAY)
    Alert.objects.create(
        participant=participant,
        raised_at=NOW,
        due_on=TODAY,
        next_step="Call.",
        kinds=["DRIFT"],
        facts=["x"],
        reasons=["y"],
    )

    for model in (Appointment, Contact, PlannedAbsence, ContactPlan, Alert):
        assert model.objects.visible_to(officer).count() == 1
        assert not model.objects.visible_to(other_officer).exists()
        assert not model.objects.visible_to(volunteer).exists()


def test_absences_may_touch_but_not_overlap(participant, officer):
    def away(first: int, last: int) -> None:
        services.plan_absence(
            participant=participant,
            starts_on=TODAY + first * DAY,
            ends_on=TODAY + last * DAY,
            reason="HOLIDAY",
            by=officer,
            now=NOW,
        )

    away(0, 4)
    away(5, 5)
    with pytest.raises(RuleBroken, match="already recorded as away"):
        away(4, 6)
    with pytest.raises(RuleBroken, match="last day cannot be before the first"):
        away(20, 19)


@pytest.mark.parametrize("every", [0, 91])
def test_contact_is_planned_within_three_months(participant, officer, every):
    with pytest.raises(RuleBroken, match="1 to 90 days"):
        services.set_contact_plan(participant=participant, every_days=every, by=officer, today=TODAY)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("appointment_ends_after_it_starts", {"ends_at": NOW}),
        ("an_outcome_says_who_and_when", {"outcome": "COMPLIED"}),
        ("an_outcome_says_who_and_when", {"recorded_at": NOW}),
        ("an_acceptable_absence_has_a_reason", {"absence_reason": "WORK"}),
        ("only_failures_are_enforced", {"enforcement": "BREACH"}),
        ("a_moved_meeting_says_who_asked_and_why", {"moved_for": "PERSON"}),
        ("cannot_come_says_when_it_was_said", {"cannot_come_why": "Ill"}),
    ],
)
def test_the_database_holds_each_promise(participant, officer, name, change):
    fields = {"starts_at": NOW, "ends_at": NOW + HOUR, "arranged_at": NOW, "kind": "OFFICE", **change}

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Appointment.objects.create(participant=participant, with_user=officer, arranged_by=officer, **fields)


def test_one_meeting_at_a_time_in_the_database_too(participant, officer):
    fields = {"participant": participant, "with_user": officer, "arranged_by": officer, "kind": "OFFICE"}
    times = {"starts_at": NOW, "ends_at": NOW + HOUR, "arranged_at": NOW}
    Appointment.objects.create(**fields, **times)

    with pytest.raises(IntegrityError, match="one_meeting_at_a_time"), transaction.atomic():
        Appointment.objects.create(**fields, **times)


@pytest.mark.parametrize(("days_ago", "due"), [(0, False), (4, False), (5, True)])
def test_evidence_is_due_on_the_fifth_day_counting_the_first(meet, days_ago, due):
    meeting = meet(days_ago * DAY, "FAILED_TO_ATTEND")

    assert meeting.evidence_due_on == TODAY - days_ago * DAY + 4 * DAY
    assert Appointment.objects.to_record(NOW).filter(pk=meeting.pk).exists() is due


def test_meetings_to_come_and_the_open_alert_follow_a_person_to_a_new_practitioner(participant, officer, other_officer):
    from datetime import timedelta

    from engagement.models import Alert, Appointment
    from people import services as people

    def meet(days: int, **fields) -> Appointment:
        at = NOW + timedelta(days=days)
        return Appointment.objects.create(
            participant=participant, with_user=officer, kind="OFFICE", starts_at=at, ends_at=at + timedelta(hours=1),
            arranged_by=officer, arranged_at=NOW - timedelta(days=9), **fields,
        )  # fmt: skip

    past, coming = meet(-2), meet(2)
    alert = Alert.objects.create(
        participant=participant, owner=officer, raised_at=NOW, kinds=["DRIFT"], facts=["a"], reasons=["b"],
        due_on=TODAY, next_step="Ring",
    )  # fmt: skip

    people.assign(participant=participant, practitioner=other_officer, today=TODAY, now=NOW, by=officer)

    for row in (past, coming, alert):
        row.refresh_from_db()
    assert (past.with_user, coming.with_user, alert.owner) == (officer, other_officer, other_officer)
    assert coming.history.count() == 2


# --- What each act keeps -------------------------------------------------------------------------


def test_a_meeting_keeps_all_that_was_arranged(participant, officer, manager):
    from people.models import Office, Requirement, Sentence

    office = Office.objects.create(code="1", name="Preston", region=participant.delivery_unit.region)
    asked = Requirement.objects.create(sentence=Sentence.objects.get(participant=participant), kind="SUPERVISION")
    fields = {
        "participant": participant, "with_user": officer, "kind": "OFFICE", "starts_at": NOW + DAY,
        "ends_at": NOW + DAY + HOUR, "place": "Room 2", "office": office, "requirement": asked,
        "note_for_person": "Bring a letter.",
    }  # fmt: skip

    made = services.arrange(**fields, by=manager, now=NOW)

    made.refresh_from_db()
    assert {name: getattr(made, name) for name in fields} == fields
    assert (made.arranged_by, made.arranged_at, made.outcome) == (manager, NOW, "")


def arranged(participant, officer, at, **more) -> Appointment:
    usual = {"with_user": officer, "kind": "OFFICE", "starts_at": at, "ends_at": at + HOUR, "by": officer, "now": NOW}
    return services.arrange(participant=participant, **{**usual, "place": "Room 1", **more})


def test_a_meeting_may_be_put_down_up_to_a_year_later(participant, officer):
    assert arranged(participant, officer, NOW - timedelta(days=366)).pk

    with pytest.raises(RuleBroken, match="more than a year ago"):
        arranged(participant, officer, NOW - timedelta(days=366, seconds=1))


def test_a_meeting_that_ends_before_it_starts_is_refused(participant, officer):
    with pytest.raises(RuleBroken):
        arranged(participant, officer, NOW + DAY, ends_at=NOW)


def test_a_meeting_tomorrow_is_reminded_of_at_once_and_not_once_it_has_an_outcome(participant, officer):
    meeting = arranged(participant, officer, NOW + HOUR * 20)
    assert Message.objects.get(participant=participant, subject__startswith="A reminder").state == "WAITING"

    off(meeting, officer)

    assert Message.objects.get(participant=participant, subject__startswith="A reminder").state == "WITHDRAWN"


def test_a_moved_meeting_keeps_what_it_was_for_unless_the_place_is_another(participant, officer, manager):
    from people.models import Office, Requirement, Sentence

    office = Office.objects.create(code="1", name="Preston", region=participant.delivery_unit.region)
    asked = Requirement.objects.create(sentence=Sentence.objects.get(participant=participant), kind="SUPERVISION")
    first = arranged(
        participant, officer, NOW + DAY, place="Room 2", office=office, requirement=asked, note_for_person="Bring it."
    )

    def move(meeting, days: int, **more):
        at = NOW + days * DAY
        return services.reschedule(
            appointment=meeting, starts_at=at, ends_at=at + HOUR, asked_by="SERVICE", why="Fire", by=manager, now=NOW,
            **more,
        )  # fmt: skip

    second = move(first, 2)
    third = move(second, 3, place="At home")

    for moved in (second, third):
        moved.refresh_from_db()
        assert (moved.participant, moved.with_user, moved.kind, moved.requirement, moved.note_for_person) == (
            participant, officer, "OFFICE", asked, "Bring it.",
        )  # fmt: skip
        assert (moved.arranged_by, moved.arranged_at, moved.moved_for, moved.moved_why) == (
            manager, NOW, "SERVICE", "Fire",
        )  # fmt: skip
    assert [(m.place, m.office, m.replaces) for m in (second, third)] == [
        ("Room 2", office, first),
        ("At home", None, second),
    ]
    first.refresh_from_db()
    assert (first.outcome, first.recorded_by, first.recorded_at) == ("RESCHEDULED", manager, NOW)


def test_a_meeting_may_be_made_longer_or_begin_at_another_time(meet, officer):
    meeting = meet(-DAY)

    longer = services.reschedule(
        appointment=meeting, starts_at=meeting.starts_at, ends_at=meeting.ends_at + HOUR, asked_by="PERSON", why="x",
        by=officer, now=NOW,
    )  # fmt: skip

    assert longer.ends_at == meeting.ends_at + HOUR


def test_what_has_an_outcome_is_not_moved(meet, officer):
    with pytest.raises(services.AlreadyRecorded, match="Arrange a new one"):
        services.reschedule(
            appointment=meet(DAY, "COMPLIED"), starts_at=NOW, ends_at=NOW + HOUR, asked_by="PERSON", why="x",
            by=officer, now=NOW,
        )  # fmt: skip


def test_every_part_of_an_outcome_is_kept(meet, officer, manager):
    meeting = meet(DAY)

    services.record_outcome(
        appointment=meeting, outcome="FAILED_TO_ATTEND", enforcement="LETTER", note="Rang twice.", sensitive=True,
        by=manager, now=NOW,
    )  # fmt: skip

    meeting.refresh_from_db()
    assert (meeting.outcome, meeting.enforcement, meeting.note, meeting.sensitive) == (
        "FAILED_TO_ATTEND", "LETTER", "Rang twice.", True,
    )  # fmt: skip
    assert (meeting.recorded_by, meeting.recorded_at, meeting.absence_reason) == (manager, NOW, "")
    services.record_outcome(
        appointment=meeting, outcome="ACCEPTABLE_ABSENCE", absence_reason="WORK", note="A shift.", by=officer, now=NOW
    )
    meeting.refresh_from_db()
    assert (meeting.absence_reason, meeting.enforcement, meeting.note) == ("WORK", "", "A shift.")


def test_a_note_is_not_sensitive_unless_that_is_said(meet):
    assert not meet(DAY, "COMPLIED", note="Well.").sensitive


def test_cannot_come_is_kept_and_told_once_to_whom_they_were_to_meet(meet, participant, officer):
    meeting = meet(-DAY)

    services.say_cannot_come(appointment=meeting, why="My son is ill", now=NOW, by=participant.user)

    meeting.refresh_from_db()
    assert (meeting.cannot_come_at, meeting.cannot_come_why) == (NOW, "My son is ill")
    told = Message.objects.get(dedupe_key=f"cannot-come:{meeting.pk}")
    assert (told.address, told.participant) == (officer.email, participant)


def test_it_is_too_late_to_say_so_once_the_meeting_was_moved(meet, participant, officer):
    meeting = meet(-DAY)
    off(meeting, officer)

    with pytest.raises(services.TooLate):
        services.say_cannot_come(appointment=meeting, why="x", now=NOW, by=participant.user)


def test_cannot_come_says_why(meet, participant):
    with pytest.raises(RuleBroken):
        services.say_cannot_come(appointment=meet(-DAY), why="x" * 5000, now=NOW, by=participant.user)


def test_every_part_of_a_contact_is_kept(participant, officer):
    made = services.log_contact(
        participant=participant, kind="CALL", by=officer, at=NOW - HOUR, now=NOW, note="No answer", meaningful=False,
        sensitive=True,
    )  # fmt: skip

    made.refresh_from_db()
    assert (made.participant, made.kind, made.by, made.at, made.logged_at) == (
        participant, "CALL", officer, NOW - HOUR, NOW,
    )  # fmt: skip
    assert (made.note, made.meaningful, made.sensitive) == ("No answer", False, True)


@pytest.mark.parametrize("at", [NOW, NOW - timedelta(days=366)])
def test_a_contact_may_be_from_now_back_to_a_year_ago(participant, officer, at):
    made = services.log_contact(participant=participant, kind="CALL", by=officer, at=at, now=NOW)

    assert (made.at, made.meaningful, made.sensitive, made.note) == (at, True, False, "")


def test_a_contact_of_no_kind_is_refused(participant, officer):
    with pytest.raises(RuleBroken):
        services.log_contact(participant=participant, kind="PIGEON", by=officer, at=NOW, now=NOW)


def test_a_volunteers_meeting_keeps_when_it_was_and_what_was_said(participant, volunteer, in_circle):
    in_circle()

    made = services.log_meeting(participant=participant, by=volunteer, at=NOW - HOUR, today=TODAY, now=NOW, note="Tea")

    made.refresh_from_db()
    assert (made.participant, made.by, made.at, made.note, made.logged_at) == (
        participant, volunteer, NOW - HOUR, "Tea", NOW,
    )  # fmt: skip


def test_only_the_one_in_the_circle_logs_a_meeting(participant, officer, in_circle):
    in_circle()

    with pytest.raises(services.NotInCircle):
        services.log_meeting(participant=participant, by=officer, at=NOW - HOUR, today=TODAY, now=NOW)


def test_every_part_of_an_absence_is_kept_and_one_day_is_enough(participant, officer):
    made = services.plan_absence(
        participant=participant, starts_on=TODAY, ends_on=TODAY, reason="FAMILY", note="A wedding", by=officer, now=NOW
    )

    made.refresh_from_db()
    assert (made.participant, made.starts_on, made.ends_on, made.reason, made.note) == (
        participant, TODAY, TODAY, "FAMILY", "A wedding",
    )  # fmt: skip
    assert (made.recorded_by, made.recorded_at) == (officer, NOW)


def test_the_plan_for_contact_is_one_a_person_and_may_be_changed(participant, other_participant, officer, manager):
    services.set_contact_plan(participant=other_participant, every_days=9, by=officer, today=TODAY)
    services.set_contact_plan(participant=participant, every_days=5, by=officer, today=TODAY - DAY)
    made = services.set_contact_plan(participant=participant, every_days=3, by=manager, today=TODAY)

    kept = ContactPlan.objects.get(participant=participant)
    assert (kept, kept.every_days, kept.set_by, kept.set_on) == (made, 3, manager, TODAY)
    assert ContactPlan.objects.count() == 2
    with pytest.raises(RuleBroken):
        services.set_contact_plan(participant=participant, every_days=0, by=officer, today=TODAY)
