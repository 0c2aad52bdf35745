"""The form of a risk assessment."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from common.forms import DayField, Form, LongTextField, SelectField, WholeField
from people.models import Participant, RiskAssessment, RiskBand
from people.models.needs import Need

GROUPS = {"children": "Children", "public": "The public", "known_adult": "A known adult", "staff": "Staff",
          "prisoners": "Prisoners"}  # fmt: skip
ANSWERS = [("", "Not enough known"), ("FOUND", "Identified"), ("RULED_OUT", "Not identified")]
OTHER_DANGEROUS = RiskAssessment.MappaCategory.THREE
USUAL_REVIEW = timedelta(days=120)


def band(label: str, called: str) -> SelectField:
    return SelectField(label=label, called=called, choices=RiskBand.choices)


class RiskForm(Form):
    assessed_on = DayField(label="Day of the assessment", called="the day of the assessment")
    source = SelectField(
        label="Where it comes from", called="where it comes from", choices=RiskAssessment.Source.choices
    )
    overall = band("Risk of serious harm, overall", "the overall risk")
    mappa_level = SelectField(
        label="MAPPA level", choices=RiskAssessment.MappaLevel.choices, required=False, coerce=int, empty_value=None,
        empty_label="Not under MAPPA",
    )  # fmt: skip
    mappa_category = SelectField(
        label="MAPPA category", choices=RiskAssessment.MappaCategory.choices, required=False, coerce=int,
        empty_value=None, empty_label="Not under MAPPA",
    )  # fmt: skip
    convictions = WholeField(
        label="Convictions on record", required=False, max_value=500, width=3,
        help_text="As the assessment or the court papers count them. Leave it out where they do not",
    )  # fmt: skip
    note = LongTextField(label="What it rests on", required=False, rows=4, max_length=4000)
    review_by = DayField(label="Look at it again by", called="the day to look at it again by")

    def __init__(self, *args: Any, today: date, last: RiskAssessment | None, **kwargs: Any) -> None:
        usual = {"assessed_on": today, "review_by": today + USUAL_REVIEW, **initial_of(last)}
        super().__init__(*args, **{"initial": usual, **kwargs})
        for name, words in GROUPS.items():
            self.fields[f"to_{name}"] = band(f"To {words[:1].lower()}{words[1:]}", f"the risk to {words.lower()}")
        for need, label in Need.choices:
            self.fields[f"need_{need}"] = SelectField(label=label, choices=ANSWERS, required=False, empty_label=None)
        self.field("assessed_on", DayField).latest = today

    @property
    def groups(self) -> list[Any]:
        return [self[f"to_{name}"] for name in GROUPS]

    @property
    def needs(self) -> list[Any]:
        return [self[f"need_{need}"] for need in Need.values]

    def clean(self) -> dict[str, Any]:
        said = {name: value for name, value in self.cleaned_data.items() if not name.startswith("need_")}
        answers = {need: self.cleaned_data.get(f"need_{need}") for need in Need.values}
        if said.get("mappa_category") == OTHER_DANGEROUS and said.get("mappa_level") == 1:
            self.add_error("mappa_level", "Category 3 is managed at level 2 or 3. Correct the level or the category.")
        said["needs_found"] = [need for need, answer in answers.items() if answer == "FOUND"]
        said["needs_ruled_out"] = [need for need, answer in answers.items() if answer == "RULED_OUT"]
        return said


def initial_of(last: RiskAssessment | None) -> dict[str, Any]:
    """Return the last assessment's answers, without its day, source and words."""
    if last is None:
        return {}
    bands = {f"to_{name}": getattr(last, f"to_{name}") for name in GROUPS}
    needs = {f"need_{need}": "FOUND" for need in last.needs_found}
    needs |= {f"need_{need}": "RULED_OUT" for need in last.needs_ruled_out}
    mappa = {"mappa_level": last.mappa_level, "mappa_category": last.mappa_category}
    mappa["convictions"] = last.convictions
    return {"overall": last.overall, **bands, **needs, **mappa}


def latest(person: Participant) -> RiskAssessment | None:
    return RiskAssessment.objects.filter(participant=person).newest_first().first()
