"""Changing a person's file: how to reach them, who leads, what they are on."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from common.forms import (
    AnyChoice,
    AnyRows,
    ChoiceField,
    DayField,
    EmailField,
    Form,
    LongTextField,
    ModelRadiosField,
    PhoneField,
    SearchedField,
    TextField,
)  # fmt: skip
from people.models import Enrolment, Membership, Participant, Programme, Relationship, Role, User
from people.models.phones import in_words
from people.models.postcodes import is_outcode, outcode_of
from people.record.forms import members


class ContactForm(Form):
    changes_what_is_there = True
    preferred_name = TextField(label="Likes to be called", required=False, max_length=100)
    phone = PhoneField(label="Phone", required=False, help_text="Sign-in codes and reminders are sent here")
    email = EmailField(label="E-mail", required=False)
    address = LongTextField(label="Address", required=False, rows=3, max_length=300)
    outcode = TextField(
        label="First half of the postcode",
        called="the first half of the postcode",
        required=False,
        width=5,
        help_text="Like HD1. Leave it empty to take it from the address. It is used to find help nearby",
    )

    def clean_address(self) -> str:
        return ", ".join(line.strip(" ,") for line in self.cleaned_data["address"].splitlines() if line.strip(" ,"))

    def clean_outcode(self) -> str:
        outcode = self.cleaned_data["outcode"].replace(" ", "").upper() or outcode_of(
            self.cleaned_data.get("address", "")
        )
        if outcode and not is_outcode(outcode):
            raise ValidationError("Enter the first half of a postcode, like HD1.")
        return outcode


def contact_initial(person: Participant) -> dict[str, Any]:
    return {name: str(getattr(person, name)) for name in ContactForm.base_fields} | {"phone": in_words(person.phone)}


class NewLeadForm(Form):
    practitioner = SearchedField(
        User, label="New practitioner", called="the new practitioner", searched=members.SEARCHED
    )

    def __init__(self, *args: Any, today: date, lead: User | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        practitioners = Membership.objects.current(today).of_practitioners()
        members.offer_members(self, "practitioner", practitioners, but=lead, near=lead)


class AskHandoverForm(NewLeadForm):
    """For whoever may not hand the case over themselves."""

    note = LongTextField(label="Why?", called="why", rows=3, max_length=2000)


class HandoverAnswerForm(Form):
    answer = ChoiceField(label="Your answer", called="your answer", choices=[])
    reason = LongTextField(label="If not, why?", called="why not", required=False, rows=2, max_length=500)

    def __init__(self, *args: Any, yes: str, no: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("answer", AnyChoice).choices = [("YES", yes), ("NO", no)]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("answer") == "NO" and not str(said.get("reason", "")).strip():
            self.add_error("reason", "Say why not: whoever asked reads it.")
        return said


class ReleaseForm(Form):
    released_on = DayField(label="Day of release", called="the day of release")

    def __init__(self, *args: Any, today: date, expected: date | None, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"released_on": min(today, expected or today)}, **kwargs})
        self.field("released_on", DayField).latest = today


class PlanReleaseForm(Form):
    changes_what_is_there = True
    release_on = DayField(
        label="Day of release", called="the day of release", help_text="The day expected. It moves nobody yet"
    )


class ProgrammeChoice(Form):
    programme = ModelRadiosField(Programme, label="Which programme?", called="a programme")

    def __init__(self, *args: Any, person: Participant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on = Enrolment.objects.enrolled().filter(participant=person)
        self.field("programme", AnyRows).queryset = Programme.objects.exclude(pk__in=on.values("programme")).order_by(
            "name"
        )


class ReasonForm(Form):
    """A reason in words. Each page gives it its own question."""

    reason = LongTextField(label="Why?", max_length=1000)

    def __init__(self, *args: Any, question: str, most: int = 1000, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = question
        self.field("reason", LongTextField).most = most


class CircleForm(Form):
    user = SearchedField(User, label="Who?", called="a volunteer", searched=members.SEARCHED)
    relationship = ChoiceField(label="What are they to the person?", choices=Relationship.choices)

    def __init__(self, *args: Any, person: Participant, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        memberships = Membership.objects.current(today).filter(role__in=[Role.VOLUNTEER, Role.PROVIDER])
        there = person.circle.current(today).values("user")
        members.offer_members(self, "user", memberships.exclude(user__in=there), but=None)
