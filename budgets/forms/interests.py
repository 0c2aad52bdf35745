"""What people type about whom and what they have to do with."""

from __future__ import annotations

from common.forms import (
    Form,
    LongTextField,
    TextField,
)


class InterestForm(Form):
    how = LongTextField(
        label="How do you know them?", rows=3, max_length=500, called="how you know them",
        help_text="For example: a cousin, a neighbour, we sing in one choir",
    )  # fmt: skip


class PayeeInterestForm(Form):
    payee = TextField(label="Which shop, firm or landlord?", called="which one", max_length=150)
    how = LongTextField(
        label="What do you have to do with it?", rows=3, max_length=500, called="what you have to do with it",
        help_text="For example: my brother owns it, I rent a flat from it",
    )  # fmt: skip
