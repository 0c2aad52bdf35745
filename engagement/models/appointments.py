"""Meetings: when, where, with whom, and how each went."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from simple_history.models import HistoricalRecords

from common.days import midnight
from common.postgres.functions import LocalMidnight
from people.models import Level, Message, Office, Participant, Requirement, User, ids_seen_by

EVIDENCE_DAYS = 5  # days to send evidence for a missed meeting, the day of the meeting being the first


class Outcome(models.TextChoices):
    COMPLIED = "COMPLIED", "Came and complied"
    DID_NOT_COMPLY = "DID_NOT_COMPLY", "Came but failed to comply"
    SENT_HOME_BEHAVIOUR = "SENT_HOME_BEHAVIOUR", "Came, sent home because of behaviour"
    SENT_HOME_SERVICE = "SENT_HOME_SERVICE", "Came, sent home because of us"
    ACCEPTABLE_ABSENCE = "ACCEPTABLE_ABSENCE", "Absent for an acceptable reason"
    UNACCEPTABLE_ABSENCE = "UNACCEPTABLE_ABSENCE", "Absent without an acceptable reason"
    FAILED_TO_ATTEND = "FAILED_TO_ATTEND", "Did not come, evidence may follow"
    RESCHEDULED = "RESCHEDULED", "Will be rescheduled"
    CALLED_OFF = "CALLED_OFF", "Called off"
    MISTAKE = "MISTAKE", "Entered by mistake"


# The person turned up. A contact pattern asks whether someone is in touch, not how a meeting went.
CAME = (Outcome.COMPLIED, Outcome.DID_NOT_COMPLY, Outcome.SENT_HOME_BEHAVIOUR, Outcome.SENT_HOME_SERVICE)
MISSED = (Outcome.UNACCEPTABLE_ABSENCE, Outcome.FAILED_TO_ATTEND)
NOT_HELD = (Outcome.RESCHEDULED, Outcome.CALLED_OFF, Outcome.MISTAKE)  # it was never to be, then
COMPLIANT = (Outcome.COMPLIED, Outcome.ACCEPTABLE_ABSENCE)
FAILURES = (Outcome.DID_NOT_COMPLY, Outcome.SENT_HOME_BEHAVIOUR, Outcome.UNACCEPTABLE_ABSENCE)
MAY_BE_ENFORCED = (*FAILURES, Outcome.FAILED_TO_ATTEND)
FAILURES_FOR = timedelta(days=365)  # how long a failure counts
FIRST_MEETING_WITHIN = timedelta(days=7)  # of the day of release
DECIDE_WITHIN_DAYS = 2  # working days to decide what follows a failure, and to do it


class Stage(models.TextChoices):
    """Where a meeting is on its way from arranged to settled."""

    TO_COME = "TO_COME", "To come"
    BEGUN = "BEGUN", "Begun, with no outcome yet"
    RECORDED = "RECORDED", "Recorded"
    MOVED = "MOVED", "Moved, called off or entered by mistake"


class AbsenceReason(models.TextChoices):
    COURT = "COURT", "Court or legal"
    WORK = "WORK", "Work"
    FAMILY = "FAMILY", "Family or childcare"
    HOLIDAY = "HOLIDAY", "Holiday"
    MEDICAL = "MEDICAL", "Medical"
    RELIGIOUS = "RELIGIOUS", "Religious"
    REMANDED = "REMANDED", "Remanded in custody"
    JUDGEMENT = "JUDGEMENT", "Professional judgement"
    FIRST_FAILURE = "FIRST_FAILURE", "Acceptable failure, no others in 12 months"


class Enforcement(models.TextChoices):
    NONE = "NONE", "No further action"
    LETTER = "LETTER", "Send a letter"
    REFER = "REFER", "Refer to the manager"
    BREACH = "BREACH", "Start breach or recall"


TO_BE_DONE = (Enforcement.LETTER, Enforcement.REFER, Enforcement.BREACH)  # someone has to do these once decided


class MovedFor(models.TextChoices):
    PERSON = "PERSON", "The person asked"
    SERVICE = "SERVICE", "We asked"


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(participant__in=ids_seen_by(user, Level.FULL))

    def unrecorded(self) -> Self:
        return self.filter(outcome="")

    def first_after(self, release_on: Any) -> Self:
        """Meetings outside, in the first days after a release. `release_on` leads to its day, as OuterRef does."""
        rows = self.exclude(kind=Appointment.Kind.CUSTODY).exclude(outcome__in=NOT_HELD)
        by = LocalMidnight(ExpressionWrapper(release_on + FIRST_MEETING_WITHIN, models.DateTimeField()))
        return rows.filter(starts_at__gte=LocalMidnight(release_on), starts_at__lt=by)

    def upcoming(self, now: datetime) -> Self:
        return self.unrecorded().filter(starts_at__gt=now)

    def to_record(self, now: datetime) -> Self:
        """Meetings that have begun without an outcome, or whose evidence is due without a decision."""
        first_open = timezone.localdate(now) - timedelta(days=EVIDENCE_DAYS - 1)
        return self.filter(
            Q(outcome="", starts_at__lte=now) | Q(outcome=Outcome.FAILED_TO_ATTEND, starts_at__lt=midnight(first_open))
        )

    def failures(self, today: date) -> Self:
        """Failures that count today."""
        return self.filter(outcome__in=FAILURES, starts_at__gte=midnight(today - FAILURES_FOR))

    def waiting_for_evidence(self, today: date) -> Self:
        """Missed, and the last day for evidence is to come."""
        return self.filter(
            outcome=Outcome.FAILED_TO_ATTEND, starts_at__gte=midnight(today - timedelta(days=EVIDENCE_DAYS - 1))
        )

    def to_enforce(self, today: date) -> Self:
        """Failures that count and that nobody has decided about; decisions that nobody has carried out."""
        lately = self.filter(starts_at__gte=midnight(today - FAILURES_FOR))
        return lately.filter(Q(outcome__in=FAILURES, enforcement="") | Q(enforcement__in=TO_BE_DONE, enforced_on=None))

    def to_tell(self, now: datetime) -> Self:
        """Meetings to come, and lately ended ones that were to come, that the person does not know of."""
        ended = Q(outcome__in=[Outcome.RESCHEDULED, Outcome.CALLED_OFF], replaced_by=None)
        return self.filter(Q(outcome="") | ended, told_at=None, starts_at__gt=now)

    def before(self, now: datetime) -> Self:
        """Meetings that have begun or were settled ahead of time."""
        return self.exclude(outcome="", starts_at__gt=now)

    def clashing_with(self, appointment: Appointment) -> Self:
        """Other meetings of the same practitioner that overlap this one."""
        return (
            self.unrecorded()
            .filter(with_user=appointment.with_user_id)
            .filter(starts_at__lt=appointment.ends_at, ends_at__gt=appointment.starts_at)
            .exclude(pk=appointment.pk)
        )


class Appointment(models.Model):
    """A meeting with a person. Times are UTC. `outcome` is empty until someone says how it went."""

    sent: Message | None = None  # what was sent to the person by the act that gave this back

    class Kind(models.TextChoices):
        INITIAL = "INITIAL", "First meeting"
        OFFICE = "OFFICE", "Office visit"
        HOME = "HOME", "Home visit"
        PHONE = "PHONE", "Phone call"
        VIDEO = "VIDEO", "Video call"
        THREE_WAY = "THREE_WAY", "Three-way meeting"
        CUSTODY = "CUSTODY", "Meeting in prison"

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="appointments", db_index=False)
    with_user = models.ForeignKey(User, models.PROTECT, related_name="appointments", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+")
    place = models.CharField(max_length=300, blank=True)
    requirement = models.ForeignKey(Requirement, models.PROTECT, null=True, blank=True, related_name="appointments")
    note_for_person = models.CharField(max_length=500, blank=True)
    arranged_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    arranged_at = models.DateTimeField()

    told_at = models.DateTimeField(null=True, blank=True)  # the person knows of it as it stands, or of its end
    cannot_come_at = models.DateTimeField(null=True, blank=True)
    cannot_come_why = models.CharField(max_length=500, blank=True)

    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    moved_for = models.CharField(max_length=10, choices=MovedFor, blank=True)
    moved_why = models.CharField(max_length=500, blank=True)
    called_off_for = models.CharField(max_length=10, choices=MovedFor, blank=True)
    called_off_why = models.CharField(max_length=500, blank=True)

    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    absence_reason = models.CharField(max_length=15, choices=AbsenceReason, blank=True)
    enforcement = models.CharField(max_length=10, choices=Enforcement, blank=True)
    enforced_on = models.DateField(null=True, blank=True)  # the letter went, the manager was told, breach was started
    enforced_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)
    sensitive = models.BooleanField(default=False)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(null=True, blank=True)

    history = HistoricalRecords()
    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="appointment_note_is_not_too_long",
                condition=LessThanOrEqual(Length("note"), 12_000),
                violation_error_message="Write no more than 12,000 letters.",
            ),
            models.CheckConstraint(
                name="appointment_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="A meeting has to end after it starts.",
            ),
            models.CheckConstraint(
                name="an_outcome_says_who_and_when",
                condition=Q(outcome="", recorded_by=None, recorded_at=None)
                | (~Q(outcome="") & Q(recorded_by__isnull=False, recorded_at__isnull=False)),
                violation_error_message="An outcome says who recorded it and when.",
            ),
            models.CheckConstraint(
                name="an_acceptable_absence_has_a_reason",
                condition=(Q(outcome=Outcome.ACCEPTABLE_ABSENCE) & ~Q(absence_reason=""))
                | (~Q(outcome=Outcome.ACCEPTABLE_ABSENCE) & Q(absence_reason="")),
                violation_error_message="Choose the reason for an acceptable absence, and only then.",
            ),
            models.CheckConstraint(
                name="only_failures_are_enforced",
                condition=Q(enforcement="") | Q(outcome__in=MAY_BE_ENFORCED),
                violation_error_message="Enforcement follows a failure only.",
            ),
            models.CheckConstraint(
                name="what_was_enforced_says_who_and_when",
                condition=Q(enforced_on=None, enforced_by=None)
                | Q(enforced_on__isnull=False, enforced_by__isnull=False, enforcement__in=TO_BE_DONE),
                violation_error_message="Decide on a letter, the manager or breach first. Then say that it is done.",
            ),
            models.CheckConstraint(
                name="a_moved_meeting_says_who_asked_and_why",
                condition=Q(replaces=None, moved_for="", moved_why="")
                | (Q(replaces__isnull=False) & ~Q(moved_for="") & ~Q(moved_why="")),
                violation_error_message="Say who asked to move the meeting, and why.",
            ),
            models.CheckConstraint(
                name="a_meeting_called_off_says_for_whom_and_why",
                condition=(Q(outcome=Outcome.CALLED_OFF) & ~Q(called_off_for="") & ~Q(called_off_why=""))
                | (~Q(outcome=Outcome.CALLED_OFF) & Q(called_off_for="", called_off_why="")),
                violation_error_message="Say who called the meeting off, and why.",
            ),
            models.CheckConstraint(
                name="cannot_come_says_when_it_was_said",
                condition=Q(cannot_come_why="") | Q(cannot_come_at__isnull=False),
                violation_error_message="Say when the person told us that they cannot come.",
            ),
            models.UniqueConstraint(
                "participant",
                "starts_at",
                name="one_meeting_at_a_time",
                condition=Q(outcome=""),
                violation_error_message="This person already has a meeting at that time.",
            ),
        ]
        indexes = [
            models.Index("participant", "starts_at", name="appointment_by_person", include=["outcome"]),
            models.Index("with_user", "starts_at", name="appointment_by_practitioner"),
            models.Index("starts_at", name="appointment_unrecorded", condition=Q(outcome="")),
        ]

    def __str__(self) -> str:
        return f"appointment {self.pk}"

    @property
    def day(self) -> date:
        """The local day of the meeting."""
        return timezone.localdate(self.starts_at)

    def stage(self, now: datetime) -> Stage:
        if self.outcome:
            return Stage.MOVED if self.outcome in NOT_HELD else Stage.RECORDED
        return Stage.TO_COME if self.starts_at > now else Stage.BEGUN

    @property
    def was_held_or_missed(self) -> bool:
        return bool(self.outcome) and self.outcome not in NOT_HELD

    @property
    def where(self) -> str:
        return self.place or (self.office.name if self.office else "")

    @property
    def came(self) -> bool:
        return self.outcome in CAME

    @property
    def waits_for_evidence(self) -> bool:
        return self.outcome == Outcome.FAILED_TO_ATTEND

    @property
    def is_to_be_enforced(self) -> bool:
        """Decided, and not carried out yet."""
        return self.enforcement in TO_BE_DONE and self.enforced_on is None

    @property
    def evidence_due_on(self) -> date:
        """The last day for evidence; the day of the meeting is the first of the days given."""
        return self.day + timedelta(days=EVIDENCE_DAYS - 1)

    def fits(self, person: Participant) -> bool:
        """Whether one of this kind can be held where the person is. A call always can."""
        return self.kind in (self.Kind.PHONE, self.Kind.VIDEO) or (self.kind == self.Kind.CUSTODY) == person.in_custody

    @property
    def how_it_went(self) -> str:
        reason = f": {self.get_absence_reason_display().lower()}" if self.absence_reason else ""
        return f"{self.get_outcome_display()}{reason}" if self.outcome else ""
