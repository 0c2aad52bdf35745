"""What staff type about a sentence, what it requires, and who works with a person inside."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError

from common.days import later
from common.forms import (
    AnyChoice,
    ChoiceField,
    DayField,
    Form,
    LongTextField,
    SearchedField,
    SelectField,
    TextField,
    TickField,
    WholeField,
)  # fmt: skip
from people.models import Membership, Requirement, Sentence, Team, User
from people.record.forms import members
from people.record.requirements import kinds_for, unit_of
from people.record.resettlement import STAYS_FOR

UNITS = [("month", "months"), ("week", "weeks"), ("day", "days"), ("year", "years")]
LONGEST = {"day": 3650, "week": 1560, "month": 480, "year": 40}


class SentenceForm(Form):
    changes_what_is_there = True
    kind = ChoiceField(label="Kind of sentence", called="the kind of sentence", choices=Sentence.Kind.choices)
    starts_on = DayField(label="First day", called="the first day", latest=date(2060, 12, 31))
    length = WholeField(label="Length", required=False, min_value=1, max_value=3650, width=4)
    unit = SelectField(label="Counted in", choices=UNITS, required=False, empty_label=None)
    ends_on = DayField(label="Or the last day", called="the last day", required=False)
    release_on = DayField(
        label="Day of release",
        called="the day of release",
        required=False,
        help_text="Custody only. The day expected, until the release is recorded",
    )

    def clean(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        length, unit = said.pop("length", None), said.pop("unit", "") or "month"
        starts_on, ends_on = said.get("starts_on"), said.get("ends_on")
        if {"length", "ends_on", "starts_on"} & set(self.errors):
            return said
        if bool(length) == bool(ends_on):
            self.add_error("length", "Enter the length or the last day, one of the two.")
        elif length and length > LONGEST[unit]:
            self.add_error("length", f"Enter {LONGEST[unit]:,} {unit}s or fewer.")
        elif length and starts_on:
            said["ends_on"] = later(starts_on, length, unit) - timedelta(days=1)
        return said


def sentence_initial(sentence: Sentence) -> dict[str, Any]:
    return {name: getattr(sentence, name) for name in ("kind", "starts_on", "ends_on", "release_on")}


class RequirementForm(Form):
    changes_what_is_there = True
    kind = SelectField(label="What the court requires", called="what the court requires")
    detail = TextField(label="In the court's words", required=False, max_length=300)
    ordered = WholeField(
        label="How much was ordered", required=False, min_value=1, max_value=2000, width=4,
        help_text="Hours of unpaid work, or days of rehabilitation activity",
    )  # fmt: skip
    flexible = TickField(label="It is flexible in how it is met", required=False)
    how = LongTextField(
        label="How they will meet it", required=False, rows=2, max_length=500,
        help_text="What is required never changes. How it is met can fit the person: their skills, hours and place",
    )  # fmt: skip

    def __init__(self, *args: Any, sentence: Sentence, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("kind", AnyChoice).choices = kinds_for(sentence.kind)


class CorrectRequirementForm(RequirementForm):
    state = ChoiceField(label="How far it is", choices=Requirement.State.choices, inline=True)

    def __init__(self, *args: Any, sentence: Sentence, **kwargs: Any) -> None:
        super().__init__(*args, sentence=sentence, **kwargs)
        del self.fields["kind"]


def requirement_initial(requirement: Requirement) -> dict[str, Any]:
    names = ("detail", "ordered", "flexible", "how", "state")
    return {name: getattr(requirement, name) for name in names}


class ProgressForm(Form):
    amount = WholeField(
        label="How much", called="how much", min_value=-1000, max_value=1000, width=4,
        help_text="To take a mistake away, put a minus before it and say why",
    )  # fmt: skip
    done_on = DayField(label="Day", called="the day")
    note = TextField(label="What was done", required=False, max_length=300)

    def __init__(self, *args: Any, requirement: Requirement, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"done_on": today}, **kwargs})
        self.fields["amount"].label = f"How many {unit_of(requirement.kind)}"
        self.field("done_on", DayField).latest = today

    def clean_amount(self) -> int:
        amount = int(self.cleaned_data["amount"])
        if amount == 0:
            raise ValidationError("Enter a number other than nought.")
        return amount


class SupervisorForm(Form):
    supervisor = SearchedField(
        User, label="Prison supervisor", called="the prison supervisor", searched=members.SEARCHED
    )

    def __init__(self, *args: Any, today: date, current: User | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = Membership.objects.current(today).of_practitioners().filter(team__kind=Team.Kind.PRISON)
        members.offer_members(self, "supervisor", there, but=current, near=current)


class CustodyHandoverForm(Form):
    released_on = DayField(label="Day of release", called="the day of release")
    note = LongTextField(
        label="What the community practitioner needs to know",
        called="what the community practitioner needs to know",
        rows=4,
        max_length=2000,
    )
    to = SearchedField(
        User, label="Who takes over in the community?", called="who takes over", searched=members.SEARCHED,
        help_text="They lead the case once they accept. Until then whoever leads it now goes on",
    )  # fmt: skip
    prison_ends_on = DayField(
        label="Last day the prison supervisor works with them",
        called="the last day of the prison side",
        help_text="They see the file to the end of that day. Usually two weeks after release",
    )

    def __init__(self, *args: Any, today: date, expected: date | None, lead: User | None, **kwargs: Any) -> None:
        start = {
            "prison_ends_on": today + STAYS_FOR, "released_on": min(today, expected or today),
            "to": lead.pk if lead else None,
        }  # fmt: skip
        super().__init__(*args, **{"initial": start, **kwargs})
        practitioners = Membership.objects.current(today).of_practitioners()
        members.offer_members(self, "to", practitioners, but=None, near=lead)
        self.field("released_on", DayField).latest = today
