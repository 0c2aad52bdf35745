"""What people type about money."""

from __future__ import annotations

from datetime import date
from operator import itemgetter
from typing import Any

from budgets.models import Funder, Purpose
from budgets.models.requests import ForWhom
from common.forms import (
    AnyRows,
    ChoiceField,
    DayField,
    Form,
    LongTextField,
    ModelRadiosField,
    ModelSelectField,
    PoundsField,
    SelectField,
    TextField,
    YesNoField,
)
from lifeplans.models import Goal
from people.models import Participant
from providers.models import Referral


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
    amount = PoundsField(label="How much does it cost?")
    purpose = ChoiceField(label="What kind of thing is it?", choices=sorted(Purpose.choices, key=itemgetter(1)))
    for_whom = ChoiceField(label="Who is it for?", choices=ForWhom.choices, inline=True)
    why = LongTextField(label="Why does it matter to you?", rows=4, max_length=2000)

    def __init__(self, *args: Any, for_person: str = "", **kwargs: Any) -> None:
        """`for_person`: what a colleague who asks calls them; empty where they ask for themselves."""
        super().__init__(*args, **kwargs)
        if for_person:
            self.fields["why"].label = f"Why does it matter to {for_person}?"
            self.field("for_whom", ChoiceField).choices = [(each.value, each.said_of(for_person)) for each in ForWhom]


class DecideForm(Form):
    saves_drafts = True
    reason = LongTextField(
        label="Your reasons",
        help_text="The person will read these words.",
        rows=4,
        max_length=2000,
        called="your reasons",
    )


class ContributeForm(Form):
    funder = ModelSelectField(
        Funder.objects.none(), label="Who is putting money in? (optional if you name a new one)", required=False
    )
    new_funder = TextField(label="A new funder, not on the list (optional)", max_length=150, required=False)
    amount = PoundsField(label="How much?", max_value=100_000_000_00)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("funder", AnyRows).queryset = Funder.objects.order_by("name")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and bool(data.get("funder")) == bool(data.get("new_funder")):
            self.add_error("funder", "Choose a funder from the list, or type the name of a new one, not both.")
        return data


class PaymentForm(Form):
    amount = PoundsField(label="How much was paid?")
    payee = TextField(label="Who was paid?", max_length=150)
    invoice = TextField(label="Invoice or receipt number", max_length=60, required=False)
    paid_on = DayField(label="When was it paid?")
    more = YesNoField(
        label="Is more to be paid for this later?",
        help_text="If not, what is left over goes back.",
        yes="Yes",
        no="No, this is all",
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("paid_on", DayField).latest = today


class ReasonForm(Form):
    """Why something about money is put right, or is not."""

    saves_drafts = True
    reason = LongTextField(label="Why?", rows=4, max_length=2000, called="why")

    def __init__(self, *args: Any, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = help_text


class AmountForm(ReasonForm):
    """The same, of a sum."""

    amount = PoundsField(label="How much?", max_value=100_000_000_00)
    field_order = ("amount", "happened_on", "reason")


class ReturnedForm(AmountForm):
    """The same, of a sum that moved on a day."""

    happened_on = DayField(label="On which day?", called="the day")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("happened_on", DayField).latest = today


class NoteForm(Form):
    saves_drafts = True
    note = LongTextField(label="What did you find?", rows=4, max_length=2000, called="what you found")


class PeriodForm(Form):
    ends_on = DayField(label="Their last day", called="the last day")


class BuyThroughForm(Form):
    referral = ModelRadiosField(
        Referral, label="Which referral does this money pay for?", naming=lambda referral: referral.service.name
    )

    def __init__(self, *args: Any, person: Participant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("referral", AnyRows).queryset = Referral.objects.filter(
            participant=person, commitment=None, state__in=["SENT", "ACCEPTED", "DELIVERED"]
        ).select_related("service")


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
