"""What staff type about who a person is, where they live, and how to talk with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError

from common.forms import ChecksField, ChoiceField, DayField, Form, LongTextField, TextField, TickField
from people.models import Address, Communication, Participant, Readiness, identifiers
from people.models.postcodes import postcode


class NumberField(TextField):
    """A number that a person is known by elsewhere, in its one spelling."""

    read: Callable[[str], str]

    def __init__(self, *, read: Callable[..., str], **kwargs: Any) -> None:
        super().__init__(**{"max_length": 40, "width": 10, "required": False, **kwargs})
        self.read = read

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value)
        try:
            return self.read(text) if text else ""
        except identifiers.NotAnIdentifier as problem:
            raise self.refuse("invalid", str(problem)) from None


class NumbersForm(Form):
    changes_what_is_there = True
    prison_number = NumberField(label="Prison number", read=identifiers.prison_number, help_text="Like A1234BC")
    pnc = NumberField(label="PNC", read=identifiers.pnc, help_text="Like 1954/0018147W or 54/18147W")
    cro = NumberField(label="CRO", read=identifiers.cro, help_text="Like 265416/21G or SF05/482703J")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("pnc", NumberField).read = partial(identifiers.pnc, this_year=today.year)


def numbers_initial(person: Participant) -> dict[str, str]:
    return {name: getattr(person, name) for name in NumbersForm.base_fields}


class CommunicationForm(Form):
    changes_what_is_there = True
    language = TextField(label="First language", required=False, max_length=60, help_text="If it is not English")
    interpreter_needed = TickField(label="An interpreter is needed", required=False)
    communication = ChecksField(label="What helps them take things in", choices=Communication.choices, required=False)
    communication_note = LongTextField(label="Anything else to know", required=False, rows=3, max_length=1000)
    readiness = ChoiceField(
        label="Asked about change, they say",
        choices=[*Readiness.choices, ("", "Not asked yet")],
        required=False,
    )
    night_ok = TickField(
        label="They may be texted at night, where a meeting early the next morning changes", required=False
    )


def communication_initial(person: Participant) -> dict[str, Any]:
    return {name: getattr(person, name) for name in CommunicationForm.base_fields}


class AddressForm(Form):
    kind = ChoiceField(label="Kind of address", choices=Address.Kind.choices, inline=True)
    lines = LongTextField(label="Address", called="the address", rows=3, max_length=280)
    postcode = TextField(label="Postcode", required=False, max_length=20, width=10)
    starts_on = DayField(label="From", called="the first day")
    left_on = DayField(label="Until", called="the day they left", required=False, help_text="Leave empty if not known")

    def clean_lines(self) -> str:
        return ", ".join(line.strip(" ,") for line in self.cleaned_data["lines"].splitlines() if line.strip(" ,"))

    def clean_postcode(self) -> str:
        typed = self.cleaned_data["postcode"]
        if typed and not postcode(typed):
            raise ValidationError("Enter a whole postcode, like HD1 2AB.")
        return postcode(typed)


class EndDayForm(Form):
    left_on = DayField(label="Day they left", called="the day they left")


class SafeContactForm(Form):
    changes_what_is_there = True
    note = LongTextField(
        label="What to mind before getting in touch",
        called="what to mind",
        rows=4,
        max_length=1000,
        help_text="For example: “Do not ring in the evening: his brother answers.”",
    )


class RemoveSafeContactForm(Form):
    reason = LongTextField(
        label="Why is it safe now?", called="why it is safe now", rows=2, max_length=500,
        help_text="It stays in the history, encrypted. Whoever leads the case is told that the note is gone",
    )  # fmt: skip
