"""The form that narrows the directory, and the note that nothing in it suits."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import QueryDict

from common.forms import (
    AnyRows,
    Form,
    LongTextField,
    ModelSelectField,
    SelectField,
    TextField,
    TickField,
    WholeField,
)
from lifeplans.needs import Need
from people.models import Participant, Region
from providers.forms.fields import OutcodeField
from providers.search import ANYWHERE, Sought, region_near

WITHIN = [(5, "5 miles"), (10, "10 miles"), (25, "25 miles"), (50, "50 miles"), (ANYWHERE, "Any distance")]
USUAL = 25


class SearchForm(Form):
    q = TextField(label="Words", required=False)
    need = SelectField(label="Need", choices=Need.choices, empty_label="Any need", required=False)
    outcode = OutcodeField(label="Near postcode", required=False)
    within = SelectField(
        label="Within", choices=WITHIN, coerce=int, empty_value=USUAL, empty_label=None, required=False
    )
    region = ModelSelectField(Region, label="Region", empty_label="Any region", required=False)
    who = SelectField(
        label="For", choices=[("MEN", "Men"), ("WOMEN", "Women")], empty_label="Men or women", required=False
    )
    age = WholeField(label="Age", max_value=120, required=False)
    no_price = TickField(label="Free or paid for by contract only", required=False)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.field("region", AnyRows).queryset = Region.objects.order_by("name")

    @classmethod
    def read(cls, asked: QueryDict, person: Participant | None, today: date) -> SearchForm:
        """What was asked for; where a person is meant and nothing was asked yet, what fits that person."""
        data = asked.copy()
        data.setdefault("within", str(USUAL))
        if person is not None and not any(name in asked for name in cls.base_fields):
            data["outcode"] = person.outcode
            data["age"] = str(person.age_on(today))
            data["region"] = str(person.delivery_unit.region_id)
        return cls(data)

    def sought(self, today: date) -> Sought | None:
        """What to look for, or None where something asked for makes no sense."""
        if not self.is_valid():
            return None
        said = self.cleaned_data
        return Sought(
            today=today,
            words=said["q"],
            need=said["need"],
            outcode=said["outcode"],
            within=said["within"],
            region=said["region"] or (region_near(said["outcode"]) if said["outcode"] else None),
            age=said["age"],
            who=said["who"],
            no_price=said["no_price"],
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether anything beyond the first line of the form is asked for."""
        return self.is_valid() and any(self.cleaned_data[name] for name in ("who", "age", "no_price", "region"))


class UnmetForm(Form):
    """The search that found nothing, sent on to the commissioner."""

    q = TextField(required=False)
    need = SelectField(choices=Need.choices, required=False)
    outcode = OutcodeField(required=False)
    region = ModelSelectField(Region, required=False)
    found = WholeField(required=False)
    note = LongTextField(
        label="What was missing?",
        help_text="No names: this goes to the commissioner as it is.",
        max_length=500,
        rows=2,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("region", AnyRows).queryset = Region.objects.all()

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not any(said.get(name) for name in ("q", "need", "note")):
            self.add_error("note", "Say what you were looking for.")
        return said
