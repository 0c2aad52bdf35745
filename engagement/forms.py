"""Forms about meetings, contacts, absences and alerts."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from common.forms import (
    AnyChoice,
    AnyRows,
    ChoiceField,
    DayField,
    Form,
    LongTextField,
    ModelSelectField,
    SelectField,
    TextField,
    TickField,
    TimeField,
    WholeField,
    YesNoField,
)
from engagement.models import AbsenceReason, Alert, Appointment, Contact, Enforcement, MovedFor, Outcome, PlannedAbsence
from engagement.models.appointments import CAME, MAY_BE_ENFORCED, MISSED
from engagement.models.plans import FEWEST_DAYS, MOST_DAYS
from people.models import AccessGrant, Membership, Office, Participant, Requirement, Role, User
from people.record.forms import members

LENGTHS = [
    (15, "15 minutes"),
    (30, "30 minutes"),
    (45, "45 minutes"),
    (60, "1 hour"),
    (90, "1½ hours"),
    (120, "2 hours"),
]
SOON = [("NOW", "Just now"), ("TODAY", "Earlier today"), ("DAY", "On another day")]
ACCEPTABLE = Outcome.ACCEPTABLE_ABSENCE
# One list answers outcome and reason together, so that recording is one step.
PAST_OUTCOMES = [
    ("They came", [(code.value, code.label) for code in CAME]),
    ("They did not come", [(code.value, code.label) for code in reversed(MISSED)]),
    ("Absent for an acceptable reason", [(f"{ACCEPTABLE.value}:{why.value}", why.label) for why in AbsenceReason]),
]  # fmt: skip
FUTURE_OUTCOMES = [("It will not happen then", [(Outcome.RESCHEDULED.value, Outcome.RESCHEDULED.label)])]


def moment(day: date, at: time) -> datetime:
    """Return a local day and time as a moment: the first of a time that comes twice."""
    return datetime.combine(day, at, tzinfo=ZoneInfo(settings.TIME_ZONE)).astimezone(ZoneInfo("UTC"))


def practitioners_of(person: Participant, today: date) -> Any:
    """Return practitioners and managers with full access to this person."""
    access_grants = AccessGrant.objects.current().filter(participant=person, level=3)
    working = Membership.objects.current(today).filter(role__in=[Role.PRACTITIONER, Role.MANAGER])
    alone = working.filter(user__in=access_grants.values("user")).values("user")
    in_team = working.filter(team__in=access_grants.values("team")).values("user")
    return User.objects.filter(pk__in=alone.union(in_team), is_active=True)


class WhenForm(Form):
    """A day, a time and a length, read as two moments."""

    day = DayField(label="Day", called="the day of the meeting")
    at = TimeField(label="Start time", called="the start time", help_text="For example, 2:30pm or 14:30")
    minutes = SelectField(label="How long", choices=LENGTHS, coerce=int, empty_label=None, initial=30)

    def times(self) -> dict[str, Any]:
        starts_at = moment(self.cleaned_data["day"], self.cleaned_data["at"])
        return {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=self.cleaned_data["minutes"])}


class AppointmentForm(WhenForm):
    kind = SelectField(
        label="What kind of meeting", choices=Appointment.Kind.choices, empty_label=None, initial="OFFICE"
    )
    with_user = ModelSelectField(User, label="With whom", empty_label=None)
    office = ModelSelectField(Office, label="Office", required=False, naming=lambda office: office.name)
    place = TextField(label="Another place, or how to join", required=False, max_length=300)
    requirement = ModelSelectField(
        Requirement, label="Requirement this is for", required=False, empty_label="None in particular"
    )
    note_for_person = LongTextField(
        label="A note for the person",
        help_text="They read this in their portal.",
        rows=2,
        max_length=500,
        required=False,
    )
    field_order = ("kind", "with_user", "day", "at", "minutes", "office", "place", "requirement", "note_for_person")

    def __init__(self, *args: Any, person: Participant, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = Office.objects.filter(region=person.delivery_unit.region_id).order_by("name")
        members.list_members(self, "with_user", practitioners_of(person, today))
        self.field("office", AnyRows).queryset = offices
        self.field("requirement", AnyRows).queryset = Requirement.objects.filter(sentence__participant=person)

    def arranged(self) -> dict[str, Any]:
        kept = ("kind", "with_user", "office", "place", "requirement", "note_for_person")
        return {name: self.cleaned_data[name] for name in kept} | self.times()


class MoveForm(WhenForm):
    asked_by = ChoiceField(
        label="Who asked to move it?",
        choices=MovedFor.choices,
        hints={MovedFor.PERSON.value: "They should give 48 hours' notice and say why."},
    )
    why = LongTextField(label="Why?", rows=2, max_length=500)
    field_order = ("asked_by", "why", "day", "at", "minutes")


class OutcomeForm(Form):
    changes_what_is_there = True
    outcome = SelectField(label="What happened?", choices=PAST_OUTCOMES)
    note = LongTextField(label="Note", rows=5, max_length=12_000, required=False)
    enforcement = SelectField(
        label="If they failed to comply: what happens next?", choices=Enforcement.choices, required=False,
        empty_label="Not decided yet",
    )  # fmt: skip
    sensitive = TickField(label="This note is sensitive", required=False)

    def __init__(self, *args: Any, past: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("outcome", AnyChoice).choices = PAST_OUTCOMES if past else FUTURE_OUTCOMES
        if not past:
            del self.fields["enforcement"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        outcome, _, reason = (data.get("outcome") or "").partition(":")
        data |= {"outcome": outcome, "absence_reason": reason, "enforcement": data.get("enforcement") or ""}
        if data["enforcement"] and outcome and outcome not in MAY_BE_ENFORCED:
            self.add_error("enforcement", "Leave this empty: enforcement follows a failure only.")
        return data


class ContactForm(Form):
    kind = ChoiceField(
        label="What kind of contact?",
        choices=[choice for choice in Contact.Kind.choices if choice[0] != Contact.Kind.VOLUNTEER_MEETING],
        initial="CALL",
        small=True,
    )
    meaningful = YesNoField(label="Were they in touch?", help_text="No, if nobody answered.", called="yes or no")
    note = LongTextField(label="Note", rows=3, max_length=12_000, required=False)
    sensitive = TickField(label="This note is sensitive", required=False)
    soon = ChoiceField(label="When?", choices=SOON, initial="NOW", small=True)
    day = DayField(label="If on another day: which?", required=False)
    at = TimeField(label="If not just now: about what time?", required=False)

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        soon = data.get("soon")
        if soon == "DAY" and not data.get("day") and "day" not in self.errors:
            self.add_error("day", "Enter the day.")
        if soon in ("TODAY", "DAY") and not data.get("at") and "at" not in self.errors:
            self.add_error("at", "Enter the time, about.")
        return data

    def logged(self) -> dict[str, Any]:
        data = self.cleaned_data
        day = data["day"] if data["soon"] == "DAY" else timezone.localdate(self.now)
        at = self.now if data["soon"] == "NOW" else moment(day, data["at"])
        return {"at": at} | {name: data[name] for name in ("kind", "meaningful", "note", "sensitive")}


class MeetingLogForm(Form):
    """What a volunteer records: when they met, and a few words."""

    day = DayField(label="When did you meet?")
    at = TimeField(label="About what time?", help_text="For example, 2pm")
    note = LongTextField(
        label="How did it go?", help_text="Their worker reads this. A few words are enough.", rows=4, max_length=2000
    )

    def logged(self) -> dict[str, Any]:
        return {"at": moment(self.cleaned_data["day"], self.cleaned_data["at"]), "note": self.cleaned_data["note"]}


class AbsenceForm(Form):
    reason = SelectField(label="Why are they away?", choices=PlannedAbsence.Reason.choices)
    starts_on = DayField(label="First day away")
    ends_on = DayField(label="Last day away")
    note = LongTextField(label="Note", rows=2, max_length=500, required=False)


class ContactPlanForm(Form):
    changes_what_is_there = True
    every_days = WholeField(label="Contact about every how many days?", min_value=FEWEST_DAYS, max_value=MOST_DAYS)


class CloseForm(Form):
    outcome = ChoiceField(
        label="How did it end?", choices=Alert.Outcome.choices, small=True,
        hints={
            Alert.Outcome.BACK_IN_TOUCH.value: "This is put down as a contact.",
            Alert.Outcome.PLANNED_ABSENCE.value: "Say below until when. Those days do not count.",
            Alert.Outcome.IN_CUSTODY.value: "Say below until when, as far as anyone knows.",
            Alert.Outcome.COULD_NOT_REACH.value: "Say below what happens next.",
        },
    )  # fmt: skip
    note = LongTextField(label="What did you do?", rows=3, max_length=3000, called="what you did")
    what_next = LongTextField(
        label="If you could not reach them: what happens next?", rows=2, max_length=500, required=False
    )
    away_from = DayField(label="If they are away: first day", required=False)
    away_until = DayField(label="If they are away: last day", required=False)


class CannotComeForm(Form):
    why = LongTextField(label="Why can you not come?", help_text="A few words are enough.", rows=3, max_length=500)


class NoteSearch(Form):
    words = TextField(label="Words in a note", called="the words to look for", max_length=100)

    def clean_words(self) -> str:
        words = str(self.cleaned_data["words"]).strip()
        if len(words) < 3:
            raise ValidationError("Enter at least three letters.")
        return words
