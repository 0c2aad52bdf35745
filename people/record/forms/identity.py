"""What staff type about who a person is: name, birth date, cohort, and other names."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from common.forms import ChecksField, ChoiceField, DayField, Form, LongTextField, TextField, TickField
from people.models import CohortTag, OtherName, Participant
from people.record.births import EARLIEST, doubt_about


class NamedForm(Form):
    given_name = TextField(label="First names", required=False, max_length=100, width=20)
    family_name = TextField(
        label="Family name", called="the family name", max_length=100, width=20,
        help_text="Someone who has one name has it here",
    )  # fmt: skip

    def clean_given_name(self) -> str:
        return " ".join(self.cleaned_data["given_name"].split())

    def clean_family_name(self) -> str:
        return " ".join(self.cleaned_data["family_name"].split())


class BornForm(NamedForm):
    """A name and a birth date. One that is in doubt is asked about, and taken when it is ticked as right."""

    date_of_birth = DayField(label="Date of birth", help_text="Like 9 3 2004")
    birth_is_right = TickField(label="This date of birth is right", required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        if not self._is_doubtful():
            del self.fields["birth_is_right"]

    def _is_doubtful(self) -> bool:
        if not self.is_bound:
            return False
        try:
            born = self.fields["date_of_birth"].clean(
                self.fields["date_of_birth"].widget.value_from_datadict(self.data, self.files, "date_of_birth")
            )
        except ValidationError:
            return False
        return bool(EARLIEST <= born < self.today and doubt_about(born, self.today))

    def clean_date_of_birth(self) -> date:
        born: date = self.cleaned_data["date_of_birth"]
        if born >= self.today:
            raise ValidationError("The date of birth must be in the past.")
        if born < EARLIEST:
            raise ValidationError(f"The date of birth must be {EARLIEST.year} or later.")
        return born

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        born = said.get("date_of_birth")
        right = said.pop("birth_is_right", False)
        if born and not right and (doubt := doubt_about(born, self.today)):
            self.add_error("birth_is_right", f"{doubt} Check it. If it is right, tick this.")
        return said


class IdentityForm(BornForm):
    changes_what_is_there = True
    cohort_tags = ChecksField(label="Cohort", choices=CohortTag.choices, required=False)
    was_theirs = TickField(
        label="The name before was theirs once, not a mistake: keep it with their other names", required=False
    )
    why = LongTextField(label="Why is it changed?", called="why it is changed", rows=2, max_length=100)


def identity_initial(person: Participant) -> dict[str, Any]:
    return {name: getattr(person, name) for name in ("given_name", "family_name", "date_of_birth", "cohort_tags")}


class OtherNameForm(NamedForm):
    kind = ChoiceField(label="What name is it?", called="what name it is", choices=OtherName.Kind.choices, inline=True)


class WhyForm(Form):
    why = LongTextField(label="Why?", called="why", rows=2, max_length=100)
