"""Acts of keeping in touch. Each public function is one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.saving import save_or_refuse
from common.states import Act, Refusal
from engagement import reminders, telling
from engagement.models import (
    AbsenceReason,
    Appointment,
    Contact,
    ContactPlan,
    MovedFor,
    Outcome,
    PlannedAbsence,
    Stage,
    StruckAs,
    StruckNote,
)  # fmt: skip
from engagement.models.appointments import FAILURES, FAILURES_FOR, TO_BE_DONE
from engagement.telling import How
from people.messaging import message_queue
from people.models import Channel, CircleMember, Message, Office, Participant, Requirement, Role, User

EARLIEST_LOG = timedelta(days=366)
FURTHEST = timedelta(days=366)
Kind = Appointment.Kind


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


class NotDecided(RuleBroken):
    pass


class NoPlace(RuleBroken):
    pass


class NotTheFirst(RuleBroken):
    pass


TO_COME, BEGUN, RECORDED, MOVED = Stage
HAS_OUTCOME = Refusal(AlreadyRecorded, "This meeting already has an outcome, so it cannot be moved. Arrange a new one.")
WAS_MOVED = Refusal(AlreadyRecorded, "This meeting was rescheduled. Record the outcome of the new one.")
NOT_BEGUN = Refusal(TooEarly, "This meeting has not begun. Record how it went once it has.")
STARTED = Refusal(TooLate, "This meeting has already started or been moved. Call the person you were going to meet.")
NOT_DECIDED = Refusal(NotDecided, "Record how the meeting went, and decide what follows. Then say that it is done.")
ACTS = {
    "reschedule": Act({TO_COME, BEGUN}, HAS_OUTCOME),
    "call_off": Act({TO_COME, BEGUN}, HAS_OUTCOME),
    "strike_meeting": Act({TO_COME, BEGUN}, HAS_OUTCOME),
    "record_outcome": Act({BEGUN, RECORDED}, NOT_BEGUN, instead={MOVED: WAS_MOVED}),
    "say_cannot_come": Act({TO_COME}, STARTED),
    "enforce": Act({RECORDED}, NOT_DECIDED),
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
    how: str = How.KNOW,
) -> Appointment:
    """Arrange a meeting, and tell the person `how` it was chosen. One that is over needs an outcome, and no telling."""
    if starts_at < now - EARLIEST_LOG:
        raise RuleBroken("That is more than a year ago. Check the date.")
    if starts_at > now + FURTHEST:
        raise RuleBroken("Choose a day within a year of today.")
    place = _place(kind, office, place, participant)
    if not Participant.objects.visible_to(with_user).filter(pk=participant.pk).exists():
        raise NotTheirPractitioner(f"{with_user.name} does not work with this person. Choose someone who does.")
    if requirement and requirement.sentence.participant_id != participant.pk:
        raise RuleBroken("That requirement is not one of this person's. Choose one of theirs.")
    appointment = Appointment(
        participant=participant, with_user=with_user, kind=kind, starts_at=starts_at, ends_at=ends_at, place=place,
        office=office, requirement=requirement, note_for_person=note_for_person, arranged_by=by, arranged_at=now,
    )  # fmt: skip
    how = how if starts_at > now else How.KNOW
    return _save_and_tell(appointment, "arranged", telling.arranged, how=how, now=now, by=by)


def _save_and_tell(
    appointment: Appointment, said: str, words: Callable[[Appointment], str], *, how: str, by: User, now: datetime
) -> Appointment:
    """Save it, send what is to be sent (`sent`), and queue the reminder if its time has come."""
    appointment.told_at = now if how == How.KNOW else None
    save_or_refuse(appointment, by=by)
    appointment.sent = telling.tell(appointment, said, words(appointment), how=how, now=now)
    if how == How.SEND:
        save_or_refuse(appointment, "told_at", by=by)
    if appointment.sent is None:
        reminders.remind(appointment=appointment, now=now)
    return appointment


NEEDS_A_PLACE = (Kind.OFFICE, Kind.INITIAL, Kind.THREE_WAY)
WITHOUT_OFFICE = (Kind.PHONE, Kind.VIDEO, Kind.HOME, Kind.CUSTODY)


def _place(kind: str, office: Office | None, place: str, participant: Participant) -> str:
    """Where the meeting is, beside the office: a home visit's is their home, where nothing else is said."""
    if kind == Kind.PHONE and (place or office) or kind in WITHOUT_OFFICE and office:
        raise NoPlace("A call has no place. Take it away, or choose another kind of meeting.")
    if kind == Kind.HOME and not place:
        place = participant.address
        if not place:
            raise NoPlace("Say where they live: there is no address on the record.")
    if kind in NEEDS_A_PLACE and not office and not place:
        raise NoPlace("Choose the office, or say where it is.")
    return place


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
    how: str = How.KNOW,
) -> Appointment:
    """Move a meeting. The old one becomes rescheduled; the new one says who asked and why. The person is told `how`."""
    old = _lock(appointment)
    ACTS["reschedule"].begins(old.stage(now))
    if starts_at > now + FURTHEST:
        raise RuleBroken("Choose a day within a year of today.")
    if (starts_at, ends_at) == (old.starts_at, old.ends_at):
        raise SameTime("That is the time it has now. Choose another.")
    _settle(old, outcome=Outcome.RESCHEDULED, by=by, now=now)
    new = Appointment(
        participant=old.participant, with_user=old.with_user, kind=old.kind, starts_at=starts_at, ends_at=ends_at,
        place=old.place if place is None else place, office=old.office if place is None else None,
        requirement=old.requirement, note_for_person=old.note_for_person, arranged_by=by, arranged_at=now,
        replaces=old, moved_for=MovedFor(asked_by), moved_why=why,
    )  # fmt: skip
    return _save_and_tell(new, "moved", lambda meeting: telling.moved(old, meeting), how=how, now=now, by=by)


@transaction.atomic
def call_off(
    *, appointment: Appointment, asked_by: str, why: str, by: User, now: datetime, how: str = How.KNOW
) -> Appointment:
    """Call a meeting off without another one. It counts neither for nor against the person."""
    meeting = _lock(appointment)
    ACTS["call_off"].begins(meeting.stage(now))
    meeting.called_off_for, meeting.called_off_why = MovedFor(asked_by), why
    meeting.sent = telling.tell(meeting, "off", telling.called_off(meeting), how=how, now=now)
    return _settle(meeting, outcome=Outcome.CALLED_OFF, by=by, now=now)


@transaction.atomic
def strike_meeting(*, appointment: Appointment, why: str, by: User, now: datetime) -> Appointment:
    """Strike a meeting that was entered by mistake: it was never to be, so nobody is told of it."""
    meeting = _lock(appointment)
    ACTS["strike_meeting"].begins(meeting.stage(now))
    meeting.note = why
    return _settle(meeting, outcome=Outcome.MISTAKE, by=by, now=now)


@transaction.atomic
def note_told(*, appointment: Appointment, by: User, now: datetime) -> Appointment:
    """Record that someone has told the person of it. Twice is as once."""
    meeting = _lock(appointment)
    if meeting.told_at is None:
        meeting.told_at = now
        save_or_refuse(meeting, "told_at", by=by)
    return meeting


SETTLED = [
    "outcome", "recorded_by", "recorded_at", "absence_reason", "enforcement", "enforced_on", "enforced_by", "note",
    "sensitive", "told_at", "called_off_for", "called_off_why",
]  # fmt: skip


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
    ACTS["record_outcome"].begins(meeting.stage(now))
    meeting.absence_reason = AbsenceReason(absence_reason) if absence_reason else ""
    if meeting.absence_reason == AbsenceReason.FIRST_FAILURE and _others_failed(meeting):
        raise NotTheFirst("They failed at another meeting in the 12 months before. Choose what else this was.")
    if meeting.enforcement != enforcement:  # what was done about another decision is not about this one
        meeting.enforcement, meeting.enforced_on, meeting.enforced_by = enforcement, None, None
    meeting.note = note or meeting.note
    meeting.sensitive = meeting.sensitive or sensitive
    return _settle(meeting, outcome=Outcome(outcome), by=by, now=now)


def _others_failed(meeting: Appointment) -> bool:
    others = Appointment.objects.filter(participant=meeting.participant_id).exclude(pk=meeting.pk)
    others = others.filter(starts_at__gte=meeting.starts_at - FAILURES_FOR)
    return others.filter(Q(outcome__in=FAILURES) | Q(absence_reason=AbsenceReason.FIRST_FAILURE)).exists()


def _settle(meeting: Appointment, *, outcome: Outcome, by: User, now: datetime) -> Appointment:
    meeting.outcome, meeting.recorded_by, meeting.recorded_at = outcome, by, now
    save_or_refuse(meeting, *SETTLED, by=by)
    for key in (reminders.key_of(meeting), *telling.keys_before(meeting)):
        message_queue.withdraw(key=key)
    return meeting


@transaction.atomic
def enforce(*, appointment: Appointment, by: User, today: date, now: datetime) -> Appointment:
    """Record that what was decided after a failure is done: the letter went, the manager knows, breach has begun."""
    meeting = _lock(appointment)
    ACTS["enforce"].begins(meeting.stage(now))
    if meeting.enforcement not in TO_BE_DONE:
        raise NotDecided(NOT_DECIDED.sentence)
    if meeting.enforced_on:
        raise AlreadyRecorded("Someone has said already that this is done.")
    meeting.enforced_on, meeting.enforced_by = today, by
    return save_or_refuse(meeting, "enforced_on", "enforced_by", by=by)


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


def _check_moment(at: datetime, now: datetime) -> None:
    if at > now:
        raise NotYet("A contact cannot be in the future. Arrange a meeting instead.")
    if at < now - EARLIEST_LOG:
        raise RuleBroken("That is more than a year ago. Check the date.")


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
    _check_moment(at, now)
    contact = Contact(
        participant=participant, kind=kind, by=by, at=at, note=note, meaningful=meaningful, sensitive=sensitive,
        logged_at=now,
    )  # fmt: skip
    save_or_refuse(contact, by=by)
    return contact


@transaction.atomic
def correct_contact(
    *, contact: Contact, kind: str, at: datetime, note: str, meaningful: bool, sensitive: bool, why: str, by: User,
    now: datetime,
) -> Contact:  # fmt: skip
    """Set right what one recorded oneself. The history keeps what it said, and why it was changed."""
    contact = Contact.objects.select_for_update(of=("self",)).select_related("by").get(pk=contact.pk)
    _refuse_struck(contact)
    if contact.by_id != by.pk:
        raise RuleBroken(f"{contact.by.name} wrote this, and corrects it. Log a contact of your own instead.")
    _check_moment(at, now)
    new = {"kind": kind, "at": at, "note": note, "meaningful": meaningful, "sensitive": sensitive or contact.sensitive}
    changed = [name for name, value in new.items() if getattr(contact, name) != value]
    if not changed:
        raise RuleBroken("Nothing here is different from what is on the record.")
    for name in changed:
        setattr(contact, name, new[name])
    contact.corrected_at, contact.corrected_why = now, why
    return save_or_refuse(contact, *changed, "corrected_at", "corrected_why", by=by, why=why)


def may_strike(contact: Contact, user: User) -> bool:
    """Whoever wrote it, or a manager."""
    return contact.by_id == user.pk or Role.MANAGER in user.roles


@transaction.atomic
def strike_contact(
    *, contact: Contact, struck_as: str, why: str, by: User, now: datetime, right_person: Participant | None = None
) -> Contact:
    """Strike a contact: it stays in its place without its words, and counts no more.

    One in error is read by managers and its author alone. One about the wrong person is recorded for the right one.
    """
    contact = Contact.objects.select_for_update(of=("self",)).select_related("by").get(pk=contact.pk)
    _refuse_struck(contact)
    if not may_strike(contact, by):
        raise RuleBroken(f"{contact.by.name} or a manager strikes this.")
    if struck_as == StruckAs.WRONG_PERSON:
        if right_person is None or right_person.pk == contact.participant_id:
            raise RuleBroken("Choose whom it is about.")
        log_contact(
            participant=right_person, kind=contact.kind, by=by, at=contact.at, now=now, note=contact.note,
            meaningful=contact.meaningful, sensitive=contact.sensitive,
        )  # fmt: skip
    with acting_as(SYSTEM):  # a contact is its author's to write
        if struck_as == StruckAs.ERROR and contact.note:
            StruckNote.objects.create(
                contact=contact, participant_id=contact.participant_id, written_by=contact.by, note=contact.note
            )
        contact.struck_at, contact.struck_by = now, by
        contact.struck_as, contact.struck_why = StruckAs(struck_as), why
        contact.note, contact.meaningful = "", False
        struck = ("struck_at", "struck_by", "struck_as", "struck_why", "note", "meaningful")
        return save_or_refuse(contact, *struck, by=by, why=why[:100])


def _refuse_struck(contact: Contact) -> None:
    if contact.is_struck:
        raise AlreadyRecorded("This contact was struck already.")


@transaction.atomic
def send_message(*, participant: Participant, body: str, by: User, now: datetime) -> Message:
    """Send the person a text, else an e-mail, and record it as a contact. It is not known that they have read it."""
    channel, _ = message_queue.reached_at(participant)
    contact = log_contact(
        participant=participant, kind=Contact.Kind.TEXT if channel == Channel.SMS else Contact.Kind.EMAIL, by=by,
        at=now, now=now, note=body, meaningful=False,
    )  # fmt: skip
    words = f"{body}\n{by.name}, {settings.SERVICE_NAME}"
    message = message_queue.tell_participant(
        participant=participant, body=words, short=words, key=f"contact:{contact.pk}", now=now,
        subject=f"A message from {by.name}",
    )  # fmt: skip
    if message is None:
        raise RuleBroken("There is no phone or e-mail on their record. Ring them, or write.")
    return message


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
