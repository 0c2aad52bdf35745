"""What people type who ask for money, and about what they asked for."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any, ClassVar

from budgets.models import USUAL, Because, Every, Helped, MoneyRules, Purpose, SmallThing, SpendRequest, Way
from budgets.models.helped import FACES
from budgets.models.requests import ForWhom
from budgets.prices import Band, band_words, bands
from common.forms import (
    AnyRows,
    ChecksField,
    ChoiceField,
    DayField,
    Form,
    LongTextField,
    ModelRadiosField,
    ModelSelectField,
    PoundsField,
    SelectField,
    TextField,
    UploadField,
    WholeField,
)
from common.money import pounds
from lifeplans.models import Goal
from people.models import Participant, Requirement
from providers.models import Service

ONCE = "ONCE"
DIGITS = 12  # of an id, at most
OPEN_REQUIREMENTS = (Requirement.State.NOT_STARTED, Requirement.State.IN_PROGRESS)


def signed_ways(signed: Sequence[str]) -> list[tuple[str, str]]:
    """The ways that are signed, to choose from; the service's own always."""
    return [(way.value, way.label) for way in Way if way == Way.NOTIONAL or way in signed]


def asked_from(person: Participant, goal: str) -> Goal | None:
    """The open goal of this person whose id an address says; None where it says none."""
    is_id = goal.isdecimal() and len(goal) <= DIGITS
    return Goal.objects.open().in_plan_of(person.pk).filter(pk=goal).first() if is_id else None


class WithoutMoneyForm(Form):
    """The first question, before any sum: who or what could help without money?"""

    saves_drafts = True
    goal = ModelRadiosField(Goal, label="Which goal is this for?", naming=lambda goal: goal.title)
    without_money = LongTextField(
        label="Who or what could help without money?",
        help_text="Think of family, friends, groups near you, and yourself. If you tried already, say so.",
        rows=3,
        max_length=2000,
    )

    def __init__(self, *args: Any, person: Participant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("goal", AnyRows).queryset = Goal.objects.open().in_plan_of(person.pk)


class AskForm(Form):
    saves_drafts = True
    what = TextField(label="What would help?", help_text="For example: a bus pass for a month")
    amount = PoundsField(
        label="How much does it cost?",
        error_messages={"required": "Enter how much it costs, or choose about how much."},
    )
    about = SelectField(
        label="If you do not know: about how much?", required=False, empty_label="I know the price",
        help_text="Your worker finds out what it costs",
    )  # fmt: skip
    every = ChoiceField(
        label="How often is it paid?", choices=[(ONCE, "Once"), *Every.choices], initial=ONCE, required=False,
        inline=True, help_text="If more than once, say above how much it costs each time",
    )  # fmt: skip
    times = WholeField(
        label="How many times?", called="how many times", min_value=2, max_value=60, width=3,
        help_text="Half way your worker asks whether it still helps",
    )  # fmt: skip
    purpose = ChoiceField(label="What kind of thing is it?", choices=sorted(Purpose.choices, key=itemgetter(1)))
    for_whom = ChoiceField(label="Who is it for?", choices=ForWhom.choices, inline=True)
    because = ChecksField(label="Is it for one of these reasons?", choices=Because.choices, required=False)
    why = LongTextField(label="Why does it matter to you?", rows=4, max_length=2000)
    payee = TextField(
        label="Who sells it?", called="who sells it", max_length=150, required=False,
        help_text="A shop, a college, a landlord. Leave it out if you want help to find one",
    )  # fmt: skip
    service = SelectField(
        label="Or is it one of these?", called="one of these", required=False, empty_label="No, or I do not know",
        help_text="Services near by that could help",
    )  # fmt: skip
    needed_by = DayField(label="By when do you need it?", called="the day", required=False)
    requirement = ModelSelectField(
        Requirement, label="Does it serve something that the court asks?", naming=str, required=False,
    )  # fmt: skip
    way = ChoiceField(label="How should it be paid?", choices=Way.choices)
    quote = UploadField(
        label="A picture of the price", called="a picture of the price", required=False,
        help_text="A photo or PDF of an offer, a price tag or a page of a shop. You may leave it out",
    )  # fmt: skip

    def __init__(
        self, *args: Any, rules: MoneyRules, person: Participant, for_person: str = "", signed: Sequence[str] = (),
        most: int | None = None, services: Sequence[Service] = (), **kwargs: Any,
    ) -> None:  # fmt: skip
        """`for_person`: what a colleague who asks calls them; empty where they ask for themselves. `signed`: the ways
        that are agreed for this budget; without any, how it is paid is not asked. `most`: pence that
        can be asked for, where anything bounds it. `services`: to choose from."""
        super().__init__(*args, **kwargs)
        self.fields["amount"].required = not (self.is_bound and self.data.get("about"))
        self.bands = {f"{low}-{high}": (low, high) for low, high in bands(most)}
        self.field("about", SelectField).choices = [
            ("", "I know the price"),
            *((value, band_words(band)) for value, band in self.bands.items()),
        ]
        theirs = Requirement.objects.filter(sentence__participant=person.pk, state__in=OPEN_REQUIREMENTS)
        self.field("requirement", AnyRows).queryset = theirs.order_by("pk")
        if not theirs.exists():
            del self.fields["requirement"]
        self.services = {str(each.pk): each for each in services}
        self.field("service", SelectField).choices = [
            ("", "No, or I do not know"),
            *((pk, f"{each.name}, {each.provider.name}: {each.price_words}") for pk, each in self.services.items()),
        ]
        if not services:
            del self.fields["service"]
        self.fields["times"].required = not self.is_bound or self.data.get("every", ONCE) not in ("", ONCE)
        self.field("way", ChoiceField).choices = signed_ways(signed)
        if not set(signed) - {Way.NOTIONAL}:
            del self.fields["way"]
        self._narrow(rules)
        if for_person:
            self.fields["why"].label = f"Why does it matter to {for_person}?"
        self.field("for_whom", ChoiceField).choices = [
            (each.value, each.said_of(for_person) if for_person else each.label)
            for each in ForWhom
            if each == ForWhom.GROUP or not rules.pool_only
        ]

    def _narrow(self, rules: MoneyRules) -> None:
        """Say what the rules ask for, and offer what they allow."""
        if rules.item_cap is not None:
            self.fields["amount"].help_text = f"The most for one thing is {pounds(rules.item_cap)}"
        if rules.quote_from is not None:
            needed = f"From {pounds(rules.quote_from)} on it is needed"
            self.fields["quote"].help_text = f"A photo or PDF of an offer, a price tag or a page of a shop. {needed}"
        if rules.prohibited:
            self.fields["what"].help_text += f". It cannot be: {'; '.join(rules.prohibited_words).lower()}"
        if rules.purposes:
            allowed = [each for each in sorted(Purpose.choices, key=itemgetter(1)) if each[0] in rules.purposes]
            self.field("purpose", ChoiceField).choices = allowed

    applies_when: ClassVar[dict[str, str]] = {"times": f"every:{','.join(Every.values)}"}

    def clean(self) -> dict[str, Any]:
        """What is paid again and again costs as much as all of it together."""
        data = super().clean() or {}
        if data.get("every", ONCE) in ("", ONCE):
            data["every"], data["times"] = "", 1
        data["service"] = self.services.get(data.get("service") or "")
        band, data["about_from"] = self.bands.get(data.pop("about", "")), None
        if "amount" not in self.errors:
            if band and data.get("amount"):
                self.add_error("about", "You typed what it costs. Choose “I know the price”, or leave the price out.")
            elif band:
                data["about_from"], data["amount"] = band
        if data.get("amount") and data.get("times"):
            data["amount"] *= data["times"]
            data["about_from"] = None if data["about_from"] is None else data["about_from"] * data["times"]
        return data


class SmallThingForm(Form):
    """Three presses: what, and for which of their goals."""

    thing = ChoiceField(label="What do you need?", called="what you need")
    goal = ModelRadiosField(Goal, label="For which goal?", naming=lambda goal: goal.title)
    why = LongTextField(label="Do you want to say why?", rows=2, max_length=2000, required=False)

    def __init__(
        self, *args: Any, person: Participant, things: Sequence[tuple[SmallThing, Band]], goal: str = "", **kwargs: Any
    ) -> None:
        """`things`: what may be asked for, with its price. `goal`: the id of the one it is asked from."""
        open_goals = Goal.objects.open().in_plan_of(person.pk)
        first = asked_from(person, goal) or open_goals.order_by("position", "pk").first()
        super().__init__(*args, initial={"goal": first.pk if first else None}, **kwargs)
        self.field("goal", AnyRows).queryset = open_goals
        self.things = {thing.value: (thing, band) for thing, band in things}
        self.field("thing", ChoiceField).choices = [
            (value, f"{USUAL[thing].picture} {thing.label} ({band_words(band).lower()})")
            for value, (thing, band) in self.things.items()
        ]

    def clean(self) -> dict[str, Any]:
        """All that a request says: its name, its kind, and about how much it costs."""
        data = super().clean() or {}
        if data.get("thing"):
            thing, (low, high) = self.things[data["thing"]]
            data |= {"what": thing.label, "purpose": USUAL[thing].purpose.value, "amount": high, "about_from": low}
        return data


class PriceForm(Form):
    price = PoundsField(label="What does it cost?", called="what it costs")
    quote = UploadField(
        label="A picture of the price", called="a picture of the price", required=False,
        help_text="A photo or PDF of an offer, a price tag or a page of a shop",
    )  # fmt: skip

    def __init__(self, *args: Any, rules: MoneyRules, spend: SpendRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["price"].help_text = f"They asked for {spend.amount_words}. For all of it together"
        if rules.quote_from is not None:
            needed = f"From {pounds(rules.quote_from)} on it is needed"
            self.fields["quote"].help_text = f"{self.fields['quote'].help_text}. {needed}"


class HelpedForm(Form):
    saves_drafts = True
    answer = ChoiceField(
        label="Did it help?", choices=[(each.value, f"{FACES[each]} {each.label}") for each in Helped.Answer],
        called="whether it helped",
    )  # fmt: skip
    words = LongTextField(label="Anything to add?", rows=3, max_length=1000, required=False)


class QuestionForm(Form):
    saves_drafts = True
    text = LongTextField(
        label="What do you want to know?", rows=3, max_length=1000, called="what you want to know",
        help_text="The person reads this, and so does their worker",
    )  # fmt: skip

    def __init__(self, *args: Any, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = help_text or self.fields["text"].help_text


class AnswerForm(Form):
    saves_drafts = True
    answer = LongTextField(label="Your answer", rows=4, max_length=2000, called="an answer")


class AppealForm(Form):
    saves_drafts = True
    why = LongTextField(label="Why should it be a yes?", rows=4, max_length=2000, called="why")


class RequestFilterForm(Form):
    state = SelectField(
        label="Show",
        required=False,
        empty_label="Waiting for an answer",
        choices=[
            ("APPROVED", "Approved"),
            ("REFUSED", "Refused"),
            ("WITHDRAWN", "Taken back"),
            ("LAPSED", "Ended"),
            ("ALL", "Everything"),
        ],
    )
