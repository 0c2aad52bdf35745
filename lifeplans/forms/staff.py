"""Forms for building a plan together, in the room or at a desk."""

from __future__ import annotations

from datetime import date
from typing import Any

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
)
from lifeplans.goods import SENTENCES, Good
from lifeplans.models import Answer, Author, Goal, LifePlan, Step, Strength
from lifeplans.needs import Need
from people.models import Requirement

WHOSE = "Whose words are these?"


def authors(plan: LifePlan) -> list[tuple[str, str]]:
    return [(Author.PARTICIPANT, f"{plan.participant.called}’s own words"), (Author.PRACTITIONER, "My words")]


class PlanForm(Form):
    """A form about one plan; `narrow()` fits its choices to that plan and that day."""

    def __init__(self, *args: Any, plan: LifePlan, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan, self.today = plan, today
        self.narrow()

    def narrow(self) -> None:
        """Nothing to narrow unless a form says so."""


class AuthoredForm(PlanForm):
    """A form whose words belong to one of the two authors."""

    words_of = ChoiceField(label=WHOSE, inline=True, called="whose words these are")

    def narrow(self) -> None:
        super().narrow()
        self.field("words_of", AnyChoice).choices = authors(self.plan)

    def clean_words_of(self) -> Author:
        return Author(self.cleaned_data["words_of"])


class GoalWordsForm(PlanForm):
    changes_what_is_there = True
    title = TextField(label="What is the goal?", max_length=300, help_text="Begin with “I want” or “I will”.")
    why = LongTextField(label="Why does it matter?", required=False, max_length=1000, rows=3)


class LinksForm(PlanForm):
    """The good a goal serves and the need or risk it touches."""

    changes_what_is_there = True
    good = SelectField(
        label="What good does it bring?",
        required=False,
        choices=Good.choices,
        empty_label="Choose from the list",
        help_text="Leave this open where the goal is only about risk.",
    )
    need = SelectField(
        label="Which need does it touch?", required=False, choices=Need.choices, empty_label="None of these"
    )
    risk_note = LongTextField(label="What do we need to watch?", required=False, max_length=1000, rows=3)
    requirement = ModelSelectField(
        Requirement,
        label="Does it meet something the court asked for?",
        required=False,
        empty_label="No",
        naming=lambda row: f"{row}: {row.detail}" if row.detail else str(row),
    )
    gives_back = TickField(label="It gives something back to other people", required=False)
    target_date = DayField(label="Target date", required=False, help_text="For example, 27 3 2027.")

    def narrow(self) -> None:
        super().narrow()
        self.fields["risk_note"].help_text = f"{self.plan.participant.called} reads this too."
        self.field("requirement", AnyRows).queryset = Requirement.objects.filter(
            sentence__participant=self.plan.participant_id
        ).order_by("kind")
        self.field("target_date", DayField).earliest = self.initial.get("target_date") or self.today

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not (cleaned["good"] or cleaned["need"]):
            self.add_error("good", "Choose the good this goal brings, or the need it touches.")
        return cleaned


class ProposeForm(AuthoredForm, GoalWordsForm, LinksForm):
    field_order = ["title", "words_of", "why", "good", "need", "risk_note", "requirement", "gives_back", "target_date"]


class SayForm(PlanForm):
    author = ChoiceField(label="Who is answering?", called="who is answering")
    answer = ChoiceField(label="What do they say to this goal?", choices=Answer.choices, called="an answer")
    words = LongTextField(
        label="In their words", required=False, max_length=1000, rows=3,
        help_text="Needed if they do not agree or could not answer: say why, so that it is not lost.",
    )  # fmt: skip

    def narrow(self) -> None:
        super().narrow()
        self.field("author", AnyChoice).choices = [
            (Author.PRACTITIONER, "Me, as practitioner"),
            (Author.PARTICIPANT, f"{self.plan.participant.called}, who told me"),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("answer") in (Answer.DISAGREE, Answer.COULD_NOT_ANSWER) and not cleaned.get("words", "x"):
            self.add_error("words", "Say why, in a few words, so that it is not lost.")
        return cleaned

    def clean_author(self) -> Author:
        return Author(self.cleaned_data["author"])


class AgreeForm(PlanForm):
    """Saying yes from the home page, with the need it touches."""

    need = SelectField(label="Which need does it touch?", required=False, choices=Need.choices)


class HappenedForm(AuthoredForm):
    note = LongTextField(label="What happened?", max_length=1000, rows=4)
    happened_on = DayField(label="When?", called="the day it happened")
    field_order = ["note", "words_of", "happened_on"]

    def narrow(self) -> None:
        super().narrow()
        self.field("happened_on", DayField).latest = self.today


class SetbackForm(HappenedForm):
    goal = ModelSelectField(
        Goal, label="Which goal?", required=False, empty_label="The plan as a whole", naming=lambda goal: goal.title
    )  # fmt: skip
    field_order = ["note", "words_of", "happened_on", "goal"]

    def narrow(self) -> None:
        super().narrow()
        self.field("goal", AnyRows).queryset = Goal.objects.open().in_plan_of(self.plan.participant_id).in_order()


class AchieveForm(PlanForm):
    how_it_helped = LongTextField(label="How did it help?", required=False, max_length=1000, rows=3)


class DropForm(PlanForm):
    reason = LongTextField(label="Why is this goal being dropped?", max_length=1000, rows=3)


class StepForm(PlanForm):
    changes_what_is_there = True
    text = TextField(label="What is the step?", max_length=300)
    who = ChoiceField(label="Who will do it?", choices=Step.Who.choices, called="who will do it")
    who_name = TextField(
        label="Their name", required=False, max_length=100, help_text="Needed for someone else; helpful for others."
    )
    due_on = DayField(label="By when?", required=False, called="the day it is due")

    def narrow(self) -> None:
        super().narrow()
        named = {Step.Who.PARTICIPANT: self.plan.participant.called}
        self.field("who", AnyChoice).choices = [(w, named.get(w, w.label)) for w in Step.Who]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("who") == Step.Who.OTHER and not cleaned.get("who_name", "x"):
            self.add_error("who_name", "Say who will do it.")
        return cleaned


class AddStepForm(AuthoredForm, StepForm):
    field_order = ["text", "words_of", "who", "who_name", "due_on"]


class StrengthForm(AuthoredForm):
    ring = ChoiceField(
        label="Where is it?",
        called="where the strength is",
        choices=Strength.Ring.choices,
        hints={
            Strength.Ring.SELF: "Skills, things they know, what they are proud of",
            Strength.Ring.FAMILY: "Family, partner, children",
            Strength.Ring.NETWORKS: "Friends, old bosses, a team, a mentor",
            Strength.Ring.COMMUNITY: "Places, groups, a library, a gym, a faith",
        },
    )
    text = TextField(label="Who or what helps?", max_length=300)
    field_order = ["text", "words_of", "ring"]


class OwnWordsForm(PlanForm):
    changes_what_is_there = True
    story = LongTextField(label="My story so far", required=False, rows=8, max_length=4000, count=True)
    gives_back = LongTextField(label="What I will give back", required=False, rows=4, max_length=2000, count=True)


SCORES = [(n, str(n)) for n in range(1, 11)]


class RateForm(PlanForm):
    """Two numbers from 1 to 10 for each of the eleven goods; a good may be left out, but not by halves."""

    def narrow(self) -> None:
        super().narrow()
        for good in Good:
            self.fields[f"{good}_importance"] = score(f"{good.label}: how much it matters")
            self.fields[f"{good}_satisfaction"] = score(f"{good.label}: how content they are with it now")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for good in Good:
            halves = [cleaned.get(f"{good}_importance"), cleaned.get(f"{good}_satisfaction")]
            if sum(half is not None for half in halves) == 1:
                missing = "importance" if halves[0] is None else "satisfaction"
                self.add_error(f"{good}_{missing}", f"Choose both numbers for “{good.label}”, or neither.")
        return cleaned

    @property
    def ratings(self) -> dict[str, tuple[int, int]]:
        pairs = {g: (self.cleaned_data[f"{g}_importance"], self.cleaned_data[f"{g}_satisfaction"]) for g in Good}
        return {good: pair for good, pair in pairs.items() if None not in pair}

    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "good": good,
                "sentence": SENTENCES[good],
                "importance": self[f"{good}_importance"],
                "satisfaction": self[f"{good}_satisfaction"],
            }
            for good in Good
        ]


def score(label: str) -> SelectField:
    return SelectField(
        label=label, choices=SCORES, required=False, coerce=int, empty_value=None, empty_label="–", called="a number"
    )
