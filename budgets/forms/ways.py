"""What people type about ways of taking money, and what it was spent on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from budgets import ways
from budgets.forms.asking import signed_ways
from budgets.models import (
    BY_ANOTHER,
    CASH,
    Way,
)
from common.forms import (
    AnyRows,
    ChoiceField,
    DayField,
    Form,
    LongTextField,
    ModelSelectField,
    PoundsField,
    SelectField,
    TextField,
    TickField,
    UploadField,
    WholeField,
    YesNoField,
)
from providers.models import Provider


class WayForm(Form):
    """The terms on which a way of taking money is proposed: those that this way has."""

    saves_drafts = True
    provider = ModelSelectField(
        Provider.objects.none(),
        label="Which provider looks after it?",
        required=False,
        empty_label="One not on the list",
    )
    name = TextField(label="Who looks after it?", called="who looks after it", max_length=150, required=False)
    contact = TextField(label="How do you reach them?", max_length=200, required=False)
    agreed_on = DayField(label="On which day did they say that they will?", called="the day")
    fee = PoundsField(label="What do they charge a month?", required=False, max_value=1_000_00)
    weekly = PoundsField(
        label="About how much is meant to be spent in a week?", required=False,
        help_text="Then more than so many weeks’ worth is noticed. Leave it open for one thing that is bought once",
    )  # fmt: skip
    most_weeks = WholeField(
        label="After how many weeks is money that nothing was shown for noticed?",
        called="the weeks",
        min_value=1,
        max_value=52,
        width=3,
    )
    check_weeks = WholeField(
        label="Look at it every how many weeks?", called="the weeks", min_value=1, max_value=52, width=3
    )
    second_way = SelectField(label="And if this way fails?", choices=Way.choices)
    account_told = TickField(label="I have the details of this account or card", required=False)
    why = LongTextField(label="Why this way?", rows=4, max_length=2000, called="why")

    def __init__(self, *args: Any, way: str, today: date, **kwargs: Any) -> None:
        known = ways.KNOWN[way]
        first = {"most_weeks": known.most_weeks, "check_weeks": known.check_weeks, "second_way": Way.NOTIONAL}
        super().__init__(*args, **{"initial": first, **kwargs})
        self.way = way
        self.field("provider", AnyRows).queryset = Provider.objects.order_by("name")
        self.field("agreed_on", DayField).latest = today
        self.fields["name"].required = way != Way.PROVIDER
        if way == Way.PROVIDER:
            self.fields["name"].label = "If it is not on the list, what is it called?"
        others = [each for each in Way if each != way and each not in CASH]
        self.field("second_way", SelectField).choices = [(each.value, each.label) for each in others]
        for name in self._not_asked(way):
            del self.fields[name]

    def _not_asked(self, way: str) -> list[str]:
        left_out = {
            "provider": way != Way.PROVIDER, "name": way not in BY_ANOTHER, "contact": way not in BY_ANOTHER,
            "agreed_on": way not in BY_ANOTHER, "fee": way not in (Way.PROVIDER, Way.THIRD_PARTY, Way.CARD),
            "weekly": way == Way.NOTIONAL, "most_weeks": way == Way.NOTIONAL, "second_way": way == Way.NOTIONAL,
            "account_told": way not in (Way.CARD, Way.DIRECT),
        }  # fmt: skip
        return [name for name, out in left_out.items() if out]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "name" in self.fields and not {"name", "provider"} & set(self.errors):
            if not (data.get("name") or data.get("provider")):
                self.add_error("name", "Say who looks after the money.")
            elif data.get("name") and data.get("provider"):
                self.add_error("name", "Choose a provider from the list, or type a name, not both.")
        if "fee" in data:
            data["fee"] = data["fee"] or 0
        return data


class SignedForm(Form):
    file = UploadField(
        label="The signed paper", called="the signed paper", help_text="A PDF, or a photo of the page (JPEG or PNG)"
    )


class StopForm(Form):
    saves_drafts = True
    failed = YesNoField(
        label="Did it fail?", yes="Yes", no="No, it is not wanted any more",
        help_text="For example: the bank sent the money back, the card is lost, or whoever looked after it has closed",
    )  # fmt: skip
    why = LongTextField(
        label="Why does it stop?", rows=3, max_length=2000, called="why", help_text="The person reads this"
    )


class WhyForm(Form):
    why = LongTextField(label="Why?", rows=3, max_length=2000, called="why")


class CheckForm(Form):
    """What someone found who looked at money that was handed over."""

    saves_drafts = True
    seen = PoundsField(
        label="How much is there still?", min_value=0, help_text="As the statement or the person shows it"
    )
    all_well = YesNoField(label="Is all well?", yes="Yes", no="No, there is something to ask")
    note = LongTextField(label="What did you see?", rows=4, max_length=2000, called="what you saw")


class ReceiptForm(Form):
    amount = PoundsField(label="How much was it?")
    what = TextField(label="What was it?", called="what it was", max_length=150)
    shop = TextField(label="Where was it bought?", called="where", max_length=150)
    bought_on = DayField(label="On which day?", called="the day")
    picture = UploadField(
        label="A picture of the receipt (optional)", required=False, called="a picture",
        help_text="Take a photo of all of it, or choose a PDF. Lost it? Send this without one",
    )  # fmt: skip

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("bought_on", DayField).latest = today


class AnotherWayForm(Form):
    way = ChoiceField(label="How is what is left of it paid?", choices=Way.choices)

    def __init__(self, *args: Any, signed: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("way", ChoiceField).choices = signed_ways(signed)
