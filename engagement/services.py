"""Acts of keeping in touch. Each public function is one transaction."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from common.errors import RuleBroken
from common.saving import save_or_refuse
from common.states import Act, Refusal
from engagement import reminders
from engagement.models import (
    AbsenceReason,
    Appointment,
    Contact,
    ContactPlan,
    Enforcement,
    MovedFor,
    Outcome,
    PlannedAbsence,
    Stage,
)  # fmt: skip
from people.messaging import message_queue
from people.models import CircleMember, Office, Participant, Requirement, User

EARLIEST_LOG = timedelta(days=366)


class NotTheirPractitioner(RuleBroken):
    pass


class AlreadyRecorded(RuleBroken):
    pass


class TooEarly(RuleBroken):
    pass


class TooLate(RuleBroken):
    pass


class SameTime(RuleBroken):
    pass


class NotInCircle(RuleBroken):
    pass


class NotYet(RuleBroken):
    pass


TO_COME, BEGUN, RECORDED, MOVED = Stage
HAS_OUTCOME = Refusal(AlreadyRecorded, "This meeting already has an outcome, so it cannot be moved. Arrange a new one.")
WAS_MOVED = Refusal(AlreadyRecorded, "This meeting was rescheduled. Record the outcome of the new one.")
NOT_BEGUN = Refusal(TooEarly, "This meeting has not begun. Record how it went once it has.")
PASSED = Refusal(TooLate, "This meeting's time has passed. Say what happened, or arrange a new meeting.")
STARTED = Refusal(TooLate, "This meeting has already started or been moved. Call the person you were going to meet.")
ACTS = {
    "reschedule": Act({TO_COME, BEGUN}, HAS_OUTCOME),
    "record_outcome": Act({BEGUN, RECORDED}, NOT_BEGUN, instead={MOVED: WAS_MOVED}),
    "record_rescheduled": Act({TO_COME}, PASSED, instead={MOVED: WAS_MOVED}),
    "say_cannot_come": Act({TO_COME}, STARTED),
}


@transaction.atomic
def arrange(
    *,
    participant: Participant,
    with_user: User,
    kind: str,
    starts_at: datetime,
    ends_at: datetime,
    by: User,
    now: datetime,
    place: str = "",
    office: Office | None = None,
    requirement: Requirement | None = None,
    note_for_person: str = "",
) -> Appointment:
    """Arrange a meeting. One that is over can be recorded too, and then needs an outcome."""
    if starts_at < now - EARLIEST_LOG:
        raise RuleBroken("That is more than a year ago. Check the date.")
    if not Participant.objects.visible_to(with_user).filter(pk=participant.pk).exists():
        raise NotTheirPractitioner(f"{with_user.name} does not work with this person. Choose someone who does.")
    if requirement and requirement.sentence.participant_id != participant.pk:
        raise RuleBroken("That requirement is not one of this person's. Choose one of theirs.")
    appointment = Appointment(
        participant=participant, with_user=with_user, kind=kind, starts_at=starts_at, ends_at=ends_at, place=place,
        office=office, requirement=requirement, note_for_person=note_for_person, arranged_by=by, arranged_at=now,
    )  # fmt: skip
    return _save_and_remind(appointment, now=now, by=by)


def _save_and_remind(appointment: Appointment, *, by: User, now: datetime) -> Appointment:
    save_or_refuse(appointment, by=by)
    reminders.remind(appointment=appointment, now=now)
    return appointment


@transaction.atomic
def reschedule(
    *,
    appointment: Appointment,
    starts_at: datetime,
    ends_at: datetime,
    asked_by: str,
    why: str,
    by: User,
    now: datetime,
    place: str | None = None,
) -> Appointment:
    """Move a meeting. The old one becomes rescheduled; the new one says who asked and why."""
    old = _lock(appointment)
    ACTS["reschedule"].begins(old.stage(now))
    if (starts_at, ends_at) == (old.starts_at, old.ends_at):
        raise SameTime("That is the time it has now. Choose another.")
    _settle(old, outcome=Outcome.RESCHEDULED, by=by, now=now)
    new = Appointment(
        participant=old.participant, with_user=old.with_user, kind=old.kind, starts_at=starts_at, ends_at=ends_at,
        place=old.place if place is None else place, office=old.office if place is None else None,
        requirement=old.requirement, note_for_person=old.note_for_person, arranged_by=by, arranged_at=now,
        replaces=old, moved_for=MovedFor(asked_by), moved_why=why,
    )  # fmt: skip
    return _save_and_remind(new, now=now, by=by)


SETTLED = ["outcome", "recorded_by", "recorded_at", "absence_reason", "enforcement", "note", "sensitive"]


@transaction.atomic
def record_outcome(
    *,
    appointment: Appointment,
    outcome: str,
    by: User,
    now: datetime,
    absence_reason: str = "",
    enforcement: str = "",
    note: str = "",
    sensitive: bool = False,
) -> Appointment:
    """Record or correct how a meeting went. A sensitive meeting stays sensitive."""
    meeting = _lock(appointment)
    act = "record_rescheduled" if outcome == Outcome.RESCHEDULED else "record_outcome"
    ACTS[act].begins(meeting.stage(now))
    meeting.absence_reason = AbsenceReason(absence_reason) if absence_reason else ""
    meeting.enforcement = Enforcement(enforcement) if enforcement else ""
    meeting.note = note or meeting.note
    meeting.sensitive = meeting.sensitive or sensitive
    return _settle(meeting, outcome=Outcome(outcome), by=by, now=now)


def _settle(meeting: Appointment, *, outcome: Outcome, by: User, now: datetime) -> Appointment:
    meeting.outcome, meeting.recorded_by, meeting.recorded_at = outcome, by, now
    save_or_refuse(meeting, *SETTLED, by=by)
    message_queue.withdraw(key=reminders.key_of(meeting))
    return meeting


@transaction.atomic
def say_cannot_come(*, appointment: Appointment, why: str, by: User, now: datetime) -> Appointment:
    """Record that the person cannot come, and tell the practitioner."""
    meeting = _lock(appointment)
    ACTS["say_cannot_come"].begins(meeting.stage(now))
    meeting.cannot_come_at, meeting.cannot_come_why = now, why
    save_or_refuse(meeting, "cannot_come_at", "cannot_come_why", by=by)
    message_queue.tell_user(
        user=meeting.with_user,
        subject=f"{meeting.participant.crn} cannot come to a meeting",
        body=f"{meeting.participant.crn} cannot come {reminders.in_words(meeting.starts_at)}. Your home page says why.",
        key=f"cannot-come:{meeting.pk}",
        now=now,
        participant=meeting.participant,
    )
    return meeting


def _lock(appointment: Appointment) -> Appointment:
    return Appointment.objects.select_for_update(of=("self",)).select_related("participant", "with_user").get(
        pk=appointment.pk
    )  # fmt: skip


@transaction.atomic
def log_contact(
    *,
    participant: Participant,
    kind: str,
    by: User,
    at: datetime,
    now: datetime,
    note: str = "",
    meaningful: bool = True,
    sensitive: bool = False,
) -> Contact:
    """Record a contact outside a meeting."""
    if at > now:
        raise NotYet("A contact cannot be in the future. Arrange a meeting instead.")
    if at < now - EARLIEST_LOG:
        raise RuleBroken("That is more than a year ago. Check the date.")
    contact = Contact(
        participant=participant, kind=kind, by=by, at=at, note=note, meaningful=meaningful, sensitive=sensitive,
        logged_at=now,
    )  # fmt: skip
    save_or_refuse(contact, by=by)
    return contact


@transaction.atomic
def log_meeting(
    *, participant: Participant, by: User, at: datetime, today: date, now: datetime, note: str = ""
) -> Contact:
    """Record that someone in the current circle met the person."""
    if not CircleMember.objects.current(today).filter(participant=participant, user=by).exists():
        raise NotInCircle("You are no longer in this person's circle, so you cannot add a meeting.")
    return log_contact(
        participant=participant, kind=Contact.Kind.VOLUNTEER_MEETING, by=by, at=at, note=note, now=now
    )  # fmt: skip


@transaction.atomic
def plan_absence(
    *, participant: Participant, starts_on: date, ends_on: date, reason: str, by: User, now: datetime, note: str = ""
) -> PlannedAbsence:
    """Record an absence. Its days do not count against the person."""
    absence = PlannedAbsence(
        participant=participant, starts_on=starts_on, ends_on=ends_on, reason=reason, note=note, recorded_by=by,
        recorded_at=now,
    )  # fmt: skip
    save_or_refuse(absence, by=by)
    return absence


@transaction.atomic
def set_contact_plan(*, participant: Participant, every_days: int, by: User, today: date) -> ContactPlan:
    """Set how often to be in touch, where the usual number for the risk band does not fit."""
    plan = ContactPlan.objects.select_for_update().filter(participant=participant).first()
    plan = plan or ContactPlan(participant=participant)
    plan.every_days, plan.set_by, plan.set_on = every_days, by, today
    save_or_refuse(plan, by=by)
    return plan
