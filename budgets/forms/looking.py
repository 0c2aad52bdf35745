"""What people type who look at a payment again, and about money that is paid back."""

from __future__ import annotations

from datetime import date
from typing import Any

from budgets.models import Every
from common.forms import ChoiceField, DayField, Form, LongTextField, PoundsField, YesNoField


class SpotCheckForm(Form):
    saves_drafts = True
    wrong = YesNoField(label="Is all well?", yes="Something is wrong", no="All is well", called="whether all is well")
    found = LongTextField(
        label="What did you look at, and what did you find?", rows=4, max_length=2000, called="what you found",
        help_text="The receipt or bill, whether it was delivered, the price, who was paid",
    )  # fmt: skip


class SettleForm(Form):
    saves_drafts = True
    settled = LongTextField(
        label="How did it come right?", rows=4, max_length=2000, called="how it came right",
        help_text="It was explained, the money came back, or it was written off",
    )  # fmt: skip


class RecoveryForm(Form):
    saves_drafts = True
    amount = PoundsField(label="How much is to be paid back in all?")
    each = PoundsField(label="How much each time?", help_text="So little that it does no harm")
    every = ChoiceField(label="How often?", choices=Every.choices, inline=True)
    first_on = DayField(label="When is the first?", called="the first day")
    tried = LongTextField(
        label="What was tried first?", rows=3, max_length=2000, called="what was tried first",
        help_text="Ask, help, wait, and write it off are tried before this",
    )  # fmt: skip
    why = LongTextField(
        label="Why is it paid back?", rows=3, max_length=2000, called="why", help_text="The person reads these words"
    )
    person_said = LongTextField(
        label="What do they say to it?", rows=3, max_length=2000, called="what they say",
        help_text="In their own words. They read this too",
    )  # fmt: skip

    def __init__(self, *args: Any, today: date, called: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("first_on", DayField).earliest = today
        self.fields["person_said"].label = f"What does {called} say to it?"


class RecoveryNoForm(Form):
    saves_drafts = True
    answer = LongTextField(label="Why not?", rows=3, max_length=2000, called="why not")


class RecoveryStopForm(Form):
    saves_drafts = True
    why = LongTextField(label="Why does it stop?", rows=3, max_length=2000, called="why it stops")
