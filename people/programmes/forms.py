"""Setting up a programme and the rules for who it is for."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.text import slugify

from common.forms import (
    AnyRows,
    ChoiceField,
    Form,
    LongTextField,
    ModelChecksField,
    ModelSelectField,
    PoundsField,
    SelectField,
    TextField,
    WholeField,
    YesNoField,
)  # fmt: skip
from people.models import CohortTag, DeliveryUnit, Prison, Programme, RiskBand, Rule, Team

MONTH = 365 / 12


def _schemes() -> QuerySet[Team]:
    return Team.objects.filter(kind=Team.Kind.SCHEME).order_by("name")


class SchemeForm(Form):
    """Which scheme runs a programme from now on."""

    changes_what_is_there = True
    scheme = ModelSelectField(Team, label="Which scheme runs it?", required=False, empty_label="We run it ourselves")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("scheme", AnyRows).queryset = _schemes()


class ProgrammeForm(Form):
    name = TextField(label="Name", called="a name", max_length=150)
    about = LongTextField(label="What it is", required=False, rows=3)
    money_model = ChoiceField(label="How does it give money?", choices=Programme.MoneyModel.choices)
    allocation = PoundsField(
        label="Sum for each person", required=False, help_text="Only where the person has a sum from the start"
    )
    gives_sum_again = YesNoField(
        label="Does someone who comes back get the whole sum again?",
        required=False,
        help_text="If not, they get what they have not used of it",
    )
    shorter_than = WholeField(
        label="Sentence shorter than, in months", required=False, min_value=1, max_value=600, width=3
    )
    youngest = WholeField(label="Youngest age", required=False, min_value=10, max_value=120, width=3)
    oldest = WholeField(label="Oldest age", required=False, min_value=10, max_value=120, width=3)
    highest_risk = ChoiceField(
        label="Highest risk",
        choices=[(RiskBand.LOW, "Low"), (RiskBand.MEDIUM, "Medium")],
        initial=RiskBand.MEDIUM,
        help_text="High risk is not eligible at this stage. A manager can override it for one person, with a reason",
    )
    tag = SelectField(label="Cohort", choices=CohortTag.choices, required=False, empty_label="Any cohort")
    prison = ModelSelectField(Prison, label="Leaving this prison", required=False, empty_label="Any prison or none")
    scheme = ModelSelectField(
        Team,
        label="Which scheme runs it?",
        required=False,
        empty_label="We run it ourselves",
        help_text="Its staff see the name and contact details of everyone who is on it",
    )
    areas = ModelChecksField(DeliveryUnit.objects.none(), label="Areas", required=False)
    owning_areas = ModelChecksField(
        DeliveryUnit.objects.none(), label="Which areas own it?", called="the areas that own it",
        help_text="Their managers look after it: they say who runs it",
    )  # fmt: skip

    def __init__(self, *args: Any, own_areas: list[int], **kwargs: Any) -> None:
        super().__init__(*args, initial={"owning_areas": own_areas}, **kwargs)
        self.field("owning_areas", AnyRows).queryset = DeliveryUnit.objects.order_by("name")
        self.field("prison", AnyRows).queryset = Prison.objects.filter(active=True).order_by("name")
        self.field("scheme", AnyRows).queryset = _schemes()
        self.field("areas", AnyRows).queryset = DeliveryUnit.objects.order_by("name")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        youngest, oldest = cleaned.get("youngest"), cleaned.get("oldest")
        if (youngest is None) != (oldest is None):
            self.add_error("oldest" if oldest is None else "youngest", "Give both ages, or neither.")
        elif youngest is not None and oldest is not None and youngest > oldest:
            self.add_error("oldest", "The oldest age cannot be below the youngest.")
        if cleaned.get("money_model") == Programme.MoneyModel.ALLOCATED and not cleaned.get("allocation"):
            self.add_error("allocation", "Enter the sum each person has from the start.")
        return cleaned

    @property
    def programme(self) -> dict[str, Any]:
        """What `create_programme` takes."""
        given = self.cleaned_data
        allocated = given["money_model"] == Programme.MoneyModel.ALLOCATED
        return {
            "code": slugify(given["name"])[:40],
            "name": given["name"],
            "about": given["about"],
            "money_model": given["money_model"],
            "allocation": given["allocation"] if allocated else 0,
            "gives_sum_again": allocated and bool(given["gives_sum_again"]),
            "rules": self.rules,
            "areas": given["areas"],
            "owning_areas": given["owning_areas"],
            "scheme": given["scheme"],
        }

    @property
    def rules(self) -> list[Rule]:
        given, kind = self.cleaned_data, Rule.Kind
        rules = [Rule(kind=kind.RISK, highest_risk=given["highest_risk"])]
        if given["shorter_than"]:
            rules.append(Rule(kind=kind.SENTENCE_UNDER, days=round(given["shorter_than"] * MONTH)))
        if given["youngest"] is not None:
            rules.append(Rule(kind=kind.AGE, youngest=given["youngest"], oldest=given["oldest"]))
        if given["tag"]:
            rules.append(Rule(kind=kind.COHORT, tag=given["tag"]))
        if given["prison"]:
            rules.append(Rule(kind=kind.PRISON, prison=given["prison"]))
        if given["areas"]:
            rules.append(Rule(kind=kind.AREA))
        return rules
