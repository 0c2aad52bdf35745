"""Forms about meetings, contacts, absences and alerts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar
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
from common.templatetags.kit import clock
from common.working_days import bank_holiday_on, our_nation
from engagement import reminders, services, slots, telling
from engagement.models import (
    AbsenceReason,
    Alert,
    Appointment,
    Contact,
    Enforcement,
    MovedFor,
    Outcome,
    PlannedAbsence,
    StruckAs,
)  # fmt: skip
from engagement.models.appointments import CAME, MAY_BE_ENFORCED, MISSED
from engagement.models.plans import FEWEST_DAYS, MOST_DAYS
from engagement.telling import How
from people.messaging import message_queue
from people.models import AccessGrant, Membership, Office, Participant, Requirement, Role, User
from people.models.phones import in_words
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


class TellForm(Form):
    """How the person hears of what is arranged. Behind a safe-contact note nothing is sent unless it is chosen."""

    how = ChoiceField(label="How do they hear of it?", called="how they hear of it", choices=How.choices)

    def __init__(self, *args: Any, person: Participant, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channel, address = message_queue.reached_at(person)
        field = self.field("how", AnyChoice)
        field.initial = telling.usual(person, viewer)
        if address:
            field.help_text = f"A {channel.label.lower()} goes to {in_words(address)}, without why or with whom."
        else:
            field.choices = [choice for choice in How.choices if choice[0] != How.SEND]


class WhenForm(TellForm):
    """A day, a time and a length, read as two moments. An unusual time is asked about, and taken once it is ticked."""

    saves_drafts = True
    day = DayField(label="Day", called="the day of the meeting")
    at = TimeField(label="Start time", called="the start time", help_text="For example, 2:30pm or 14:30")
    minutes = SelectField(label="How long", choices=LENGTHS, coerce=int, empty_label=None, initial=30)
    sure = TickField(label="This day and time are right", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            del self.fields["sure"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        sure = data.pop("sure", False)
        doubt = unusual(data["day"], data["at"]) if data.get("day") and data.get("at") else ""
        if doubt == SKIPPED:
            self.add_error("at", SKIPPED)
        elif doubt and not sure:
            self.add_error("sure", f"{doubt} If that is right, tick this.")
        if not (doubt and "at" not in self.errors):
            del self.fields["sure"]
        return data

    def times(self) -> dict[str, Any]:
        starts_at = moment(self.cleaned_data["day"], self.cleaned_data["at"])
        return {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=self.cleaned_data["minutes"])}


SKIPPED = "The clocks skip that time: they go forward that night. Choose another."
EARLY, LATE = time(7), time(20)


def unusual(day: date, at: time) -> str:
    """What is odd about meeting then, as a question; "" for nothing."""
    if not reminders.exists(datetime.combine(day, at, tzinfo=ZoneInfo(settings.TIME_ZONE))):
        return SKIPPED
    odd = []
    if not EARLY <= at < LATE:
        odd.append(f"{clock(at)} at night?" if at < EARLY or at >= time(21) else f"{clock(at)} in the evening?")
    if holiday := bank_holiday_on(day, our_nation()):
        odd.append(f"That is {holiday}.")
    elif day.weekday() >= 5:
        odd.append(f"That is a {day:%A}.")
    return " ".join(odd)


WITH_OFFICE = f"kind:{Appointment.Kind.OFFICE},{Appointment.Kind.INITIAL},{Appointment.Kind.THREE_WAY}"
WITH_PLACE = f"{WITH_OFFICE},{Appointment.Kind.HOME},{Appointment.Kind.VIDEO},{Appointment.Kind.CUSTODY}"


class AppointmentForm(WhenForm):
    applies_when: ClassVar[dict[str, str]] = {"office": WITH_OFFICE, "place": WITH_PLACE}
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
    field_order = (
        "kind", "with_user", "day", "at", "minutes", "sure", "office", "place", "requirement", "note_for_person", "how",
    )  # fmt: skip

    def __init__(self, *args: Any, person: Participant, viewer: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, person=person, viewer=viewer, **kwargs)
        offices = Office.objects.filter(region=person.delivery_unit.region_id).order_by("name")
        members.list_members(self, "with_user", practitioners_of(person, today))
        self.field("office", AnyRows).queryset = offices
        theirs = Requirement.objects.filter(sentence__participant=person)
        self.field("requirement", AnyRows).queryset = theirs
        self.field("day", DayField).latest = today + services.FURTHEST
        if not theirs.exists():
            del self.fields["requirement"]

    def clean(self) -> dict[str, Any]:
        """An office or place that the kind of meeting does not ask for was left from another kind."""
        data = super().clean()
        for name, rule in self.applies_when.items():
            if data.get("kind") not in rule.partition(":")[2].split(","):
                data[name] = "" if name == "place" else None
        return data

    def arranged(self) -> dict[str, Any]:
        kept = ("kind", "with_user", "office", "place", "note_for_person", "how")
        return {name: self.cleaned_data[name] for name in kept} | {
            "requirement": self.cleaned_data.get("requirement"), **self.times(),
        }  # fmt: skip


LATELY = 20  # meetings in which the usual is looked for


def appointment_initial(*, person: Participant, viewer: User, now: datetime) -> dict[str, Any]:
    """The usual: with the viewer, where and how they met last, at the next free time in their rhythm."""
    theirs = Appointment.objects.filter(participant=person).exclude(outcome=Outcome.MISTAKE)
    last = next((meeting for meeting in theirs.order_by("-starts_at")[:LATELY] if meeting.fits(person)), None)
    usual: dict[str, Any] = {"with_user": viewer.pk}
    if slots.release_to_meet(person, timezone.localdate(now)):
        usual["kind"] = Appointment.Kind.INITIAL
    elif last is not None:
        usual |= {"kind": last.kind, "office": last.office_id, "place": last.place}
    elif person.in_custody:
        usual["kind"] = Appointment.Kind.CUSTODY
    for slot in slots.free_slots(person=person, user=viewer, now=now, most=1):
        local = timezone.localtime(slot)
        usual |= {"day": local.date(), "at": local.time()}
    return usual


class MoveForm(WhenForm):
    asked_by = ChoiceField(
        label="Who asked to move it?",
        called="who asked",
        choices=MovedFor.choices,
        hints={MovedFor.PERSON.value: "They should give 48 hours' notice and say why."},
    )
    why = LongTextField(label="Why?", called="why", rows=2, max_length=500)
    field_order = ("asked_by", "why", "day", "at", "minutes", "sure", "how")


MISTAKE = "MISTAKE"


class CallOffForm(MoveForm):
    """The same, where a new day may be left open: then it is called off. One entered by mistake is struck."""

    asked_by = ChoiceField(
        label="Who calls it off?", called="who calls it off",
        choices=[*MovedFor.choices, (MISTAKE, "It was entered by mistake")],
        hints={MISTAKE: "It is struck. Nobody is told of it."},
    )  # fmt: skip
    day = DayField(label="The new day, if there is one", called="the new day", required=False)
    at = TimeField(label="The new time", called="the new time", required=False)
    how = ChoiceField(
        label="How do they hear of it?", called="how they hear of it", choices=How.choices, required=False
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if bool(data.get("day")) != bool(data.get("at")) and not {"day", "at"} & self.errors.keys():
            self.add_error("at" if data.get("day") else "day", "Enter both the new day and its time, or neither.")
        if data.get("asked_by") != MISTAKE and not data.get("how") and "how" not in self.errors:
            self.add_error("how", "Choose how they hear of it.")
        return data


class OutcomeForm(Form):
    saves_drafts = True
    changes_what_is_there = True
    applies_when: ClassVar[dict[str, str]] = {"enforcement": f"outcome:{','.join(MAY_BE_ENFORCED)}"}
    outcome = SelectField(label="What happened?", choices=PAST_OUTCOMES)
    enforcement = SelectField(
        label="They failed to comply: what happens next?", choices=Enforcement.choices, required=False,
        empty_label="Not decided yet: it stays on the home list",
    )  # fmt: skip
    note = LongTextField(label="Note", rows=5, max_length=12_000, required=False)
    sensitive = TickField(label="This note is sensitive", required=False)
    next_at = SelectField(label="The next meeting", choices=(), required=False, empty_label="Not now")

    def __init__(self, *args: Any, offered: Sequence[datetime] = (), **kwargs: Any) -> None:
        """`offered`: when the two could meet next; none where a meeting is arranged already."""
        super().__init__(*args, **kwargs)
        choices = [(slot.isoformat(), f"Arrange one {reminders.in_words(slot)}") for slot in offered]
        self.field("next_at", AnyChoice).choices = choices
        if not choices:
            del self.fields["next_at"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        outcome, _, reason = (data.get("outcome") or "").partition(":")
        data |= {"outcome": outcome, "absence_reason": reason, "enforcement": data.get("enforcement") or ""}
        if data["enforcement"] and outcome and outcome not in MAY_BE_ENFORCED:
            self.add_error("enforcement", "Leave this empty: enforcement follows a failure only.")
        return data


class ContactForm(Form):
    saves_drafts = True
    applies_when: ClassVar[dict[str, str]] = {"day": "soon:DAY", "at": "soon:TODAY,DAY"}
    kind = ChoiceField(
        label="What kind of contact?",
        choices=[choice for choice in Contact.Kind.choices if choice[0] != Contact.Kind.VOLUNTEER_MEETING],
        initial="CALL",
    )
    meaningful = YesNoField(label="Were they in touch?", help_text="No, if nobody answered.", called="yes or no")
    note = LongTextField(label="Note", rows=3, max_length=12_000, required=False)
    sensitive = TickField(label="This note is sensitive", required=False)
    soon = ChoiceField(label="When?", choices=SOON, initial="NOW")
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


class CorrectContactForm(ContactForm):
    """What one recorded oneself, set right."""

    changes_what_is_there = True
    why = TextField(label="Why is it corrected?", called="why it is corrected", max_length=100)
    field_order = ("kind", "meaningful", "note", "sensitive", "soon", "day", "at", "why")

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        local = timezone.localtime(contact.at)
        there = {name: getattr(contact, name) for name in ("kind", "meaningful", "note", "sensitive")}
        super().__init__(*args, initial={**there, "soon": "DAY", "day": local.date(), "at": local.time()}, **kwargs)
        self.contact = contact

    def corrected(self) -> dict[str, Any]:
        """As `logged`; a time that still reads the same stays as it was, to the second."""
        new = self.logged() | {"why": self.cleaned_data["why"]}
        same = new["at"] == self.contact.at.replace(second=0, microsecond=0)
        return {**new, "at": self.contact.at} if same else new


class StrikeForm(Form):
    saves_drafts = True
    applies_when: ClassVar[dict[str, str]] = {"right_person": f"struck_as:{StruckAs.WRONG_PERSON}"}
    struck_as = ChoiceField(
        label="What is wrong with it?", called="what is wrong with it", choices=StruckAs.choices,
        hints={
            StruckAs.ERROR.value: "It stays in the list without its words. You, and managers, can still read them.",
            StruckAs.WRONG_PERSON.value: "It is recorded for the right person, and taken from here.",
        },
    )  # fmt: skip
    right_person = TextField(
        label="CRN of the right person", required=False, width=10, help_text="Someone whose record you may see"
    )
    why = TextField(label="Why?", called="why", max_length=300)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_right_person(self) -> Participant | None:
        crn = self.cleaned_data["right_person"].strip().upper()
        if not crn:
            return None
        person: Participant | None = Participant.objects.filter(crn=crn).changeable_by(self.user).first()
        if person is None:
            raise ValidationError("You see nobody with this CRN. Check it.")
        return person


class MeetingLogForm(Form):
    """What a volunteer records: when they met, and a few words."""

    saves_drafts = True
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


class MessageForm(Form):
    saves_drafts = True
    body = LongTextField(
        label="Your message", called="the message", rows=3, max_length=400,
        help_text="Your name is added. Leave out why they meet you: someone else may read the phone.",
    )  # fmt: skip


class ContactPlanForm(Form):
    changes_what_is_there = True
    every_days = WholeField(label="Contact about every how many days?", min_value=FEWEST_DAYS, max_value=MOST_DAYS)


ENDINGS = [choice for choice in Alert.Outcome.choices if choice[0] != Alert.Outcome.COULD_NOT_REACH]
AWAY = f"outcome:{Alert.Outcome.PLANNED_ABSENCE},{Alert.Outcome.IN_CUSTODY}"


class CloseForm(Form):
    saves_drafts = True
    applies_when: ClassVar[dict[str, str]] = {"away_from": AWAY, "away_until": AWAY}
    outcome = ChoiceField(
        label="How did it end?", choices=ENDINGS,
        hints={
            Alert.Outcome.BACK_IN_TOUCH.value: "This is recorded as a contact.",
            Alert.Outcome.PLANNED_ABSENCE.value: "Say until when. Those days do not count.",
            Alert.Outcome.IN_CUSTODY.value: "Say until when, as far as anyone knows.",
        },
    )  # fmt: skip
    note = LongTextField(label="What did you do?", rows=3, max_length=3000, called="what you did")
    away_from = DayField(label="First day away", required=False)
    away_until = DayField(label="Last day away", required=False)


class TryAgainForm(Form):
    """Nobody answered: what is tried next, and when."""

    saves_drafts = True
    note = LongTextField(label="What did you try?", rows=2, max_length=3000, called="what you tried")
    what_next = TextField(label="What happens next?", called="what happens next", max_length=300)
    next_on = DayField(label="On which day?", called="the day of the next try")


class CallForm(Form):
    """A call, in one press: they answered, or nobody did."""

    saves_drafts = True
    answered = ChoiceField(label="Did they answer?", choices=[("yes", "Spoke with them"), ("no", "No answer")])
    note = LongTextField(label="Note", rows=2, max_length=12_000, required=False)


class CannotComeForm(Form):
    saves_drafts = True
    why = LongTextField(label="Why can you not come?", help_text="A few words are enough.", rows=3, max_length=500)


class NoteSearch(Form):
    words = TextField(label="Words in a note", called="the words to look for", max_length=100)

    def clean_words(self) -> str:
        words = str(self.cleaned_data["words"]).strip()
        if len(words) < 3:
            raise ValidationError("Enter at least three letters.")
        return words
