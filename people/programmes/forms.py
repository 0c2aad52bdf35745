"""Setting up a programme and the rules for who it is for."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.text import slugify

from common.forms import (
    AnyRows,
    ChoiceField,
    DayField,
    Form,
    LongTextField,
    ModelChecksField,
    ModelSelectField,
    PoundsField,
    SelectField,
    TextField,
    TickField,
    WholeField,
    YesNoField,
)  # fmt: skip
from people.models import CohortTag, DeliveryUnit, Prison, Programme, RiskBand, Rule, Team, TierDecision

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
    fewest = WholeField(label="At least so many convictions", required=False, min_value=1, max_value=500, width=3)
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
        if given["fewest"]:
            rules.append(Rule(kind=kind.CONVICTIONS, fewest=given["fewest"]))
        return rules


NEEDS = {
    Rule.Kind.SENTENCE_UNDER: ("shorter_than",),
    Rule.Kind.AGE: ("youngest", "oldest"),
    Rule.Kind.RISK: ("highest_risk",),
    Rule.Kind.AREA: ("areas",),
    Rule.Kind.COHORT: ("tag",),
    Rule.Kind.PRISON: ("prison",),
    Rule.Kind.CONVICTIONS: ("fewest",),
}


class RuleForm(Form):
    """Another rule of one kind, from a day on; or none any more."""

    kind = ChoiceField(label="Which rule changes?", choices=Rule.Kind.choices, called="which rule changes")
    none = TickField(label="There is no such rule any more", required=False)
    shorter_than = WholeField(label="Sentence shorter than, in months", min_value=1, max_value=600, width=3)
    youngest = WholeField(label="Youngest age", min_value=10, max_value=120, width=3)
    oldest = WholeField(label="Oldest age", min_value=10, max_value=120, width=3)
    highest_risk = ChoiceField(label="Highest risk", choices=[(RiskBand.LOW, "Low"), (RiskBand.MEDIUM, "Medium")])
    tag = SelectField(label="Cohort", choices=CohortTag.choices)
    prison = ModelSelectField(Prison, label="Leaving this prison")
    areas = ModelChecksField(DeliveryUnit.objects.none(), label="Areas")
    fewest = WholeField(label="At least so many convictions", min_value=1, max_value=500, width=3)
    starts_on = DayField(label="From which day?", called="the day")
    why = LongTextField(label="Why?", rows=3, max_length=500, called="why")

    applies_when: ClassVar[dict[str, str]] = {
        name: f"kind:{kind.value}" for kind, names in NEEDS.items() for name in names
    }

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("prison", AnyRows).queryset = Prison.objects.filter(active=True).order_by("name")
        self.field("areas", AnyRows).queryset = DeliveryUnit.objects.order_by("name")
        self.field("starts_on", DayField).earliest = today
        if self.is_bound:
            asked = () if self.data.get("none") else NEEDS.get(self.data.get("kind", ""), ())
            for name in {name for names in NEEDS.values() for name in names} - set(asked):
                self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        youngest, oldest = data.get("youngest"), data.get("oldest")
        if data.get("kind") == Rule.Kind.AGE and youngest and oldest and youngest > oldest and not data.get("none"):
            self.add_error("oldest", "The oldest age cannot be below the youngest.")
        return data

    @property
    def change(self) -> dict[str, Any]:
        """What `change_rule` takes."""
        given, kind = self.cleaned_data, self.cleaned_data["kind"]
        said = {name: given[name] for name in NEEDS[kind] if name != "areas"}
        if "shorter_than" in said and not given["none"]:
            said = {"days": round(said["shorter_than"] * MONTH)}
        return {
            "kind": kind, "starts_on": given["starts_on"], "why": given["why"],
            "rule": None if given["none"] else Rule(**said),
            "areas": given["areas"] if kind == Rule.Kind.AREA else (),
        }  # fmt: skip


class TierForm(Form):
    saves_drafts = True
    tier = ChoiceField(label="How much help?", choices=TierDecision.Tier.choices, called="how much help")
    why = LongTextField(label="Why?", rows=4, max_length=2000, called="why", help_text="The person can ask for this")
    review_on = DayField(label="When is it looked at again?", called="the day to look again")

    def __init__(self, *args: Any, hints: dict[str, str], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tier"].widget.hints = hints
        self.field("review_on", DayField).earliest = today
