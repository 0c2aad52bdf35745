"""What people type about whom and what they have to do with."""

from __future__ import annotations

from datetime import date
from typing import Any

from common.forms import Form, LongTextField, SearchedField, TextField
from people.models import Membership, Role, User
from people.record.forms import members

HANDLE_MONEY = [Role.PRACTITIONER, Role.MANAGER, Role.FINANCE, Role.PANEL]


class InterestForm(Form):
    how = LongTextField(
        label="How do you know them?", rows=3, max_length=500, called="how you know them",
        help_text="For example: a cousin, a neighbour, we sing in one choir",
    )  # fmt: skip


class ColleagueInterestForm(InterestForm):
    colleague = SearchedField(User, label="Which colleague?", called="which colleague", searched=members.SEARCHED)
    field_order = ["colleague", "how"]

    def __init__(self, *args: Any, today: date, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = Membership.objects.current(today).filter(role__in=HANDLE_MONEY)
        members.offer_members(self, "colleague", there, but=by)


class PayeeInterestForm(Form):
    payee = TextField(label="Which shop, firm or landlord?", called="which one", max_length=150)
    how = LongTextField(
        label="What do you have to do with it?", rows=3, max_length=500, called="what you have to do with it",
        help_text="For example: my brother owns it, I rent a flat from it",
    )  # fmt: skip
