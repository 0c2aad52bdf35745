"""Narrowing and ordering the list of people, and the outbox."""

from __future__ import annotations

from typing import Any

from common.forms import AnyChoice, Form, SelectField, TextField
from people.caseload.list_columns import ATTENTION
from people.caseload.listing import orders
from people.models import CohortTag, DeliveryUnit, Message, RiskBand

WHOSE = [("mine", "People I lead"), ("all", "Everyone I may see")]
WHERE = [("custody", "In custody"), ("community", "In the community"), ("left", "No longer with us")]
RELEASE = [("7", "Released in the next 7 days"), ("28", "In the next 28 days"), ("84", "In the next 12 weeks")]


class PeopleFilter(Form):
    q = TextField(label="Name, CRN, phone or other number", required=False, max_length=100)
    whose = SelectField(label="Whose", choices=WHOSE, required=False, empty_label=None)
    area = SelectField(label="Area", required=False, empty_label="Any area")
    risk = SelectField(label="Risk", choices=RiskBand.choices, required=False, empty_label="Any risk")
    where = SelectField(label="Where", choices=WHERE, required=False, empty_label="Anywhere")
    release = SelectField(label="Release", choices=RELEASE, required=False, empty_label="Any time")
    tag = SelectField(label="Cohort", choices=CohortTag.choices, required=False, empty_label="Any cohort")
    attention = SelectField(label="Needs attention", required=False, empty_label="Everyone")
    sort = SelectField(label="Order by", required=False, empty_label=None)

    def __init__(self, *args: Any, team: list[tuple[str, str]] | None = None, **kwargs: Any) -> None:
        """`team` names each practitioner whose list the viewer may ask for."""
        super().__init__(*args, **kwargs)
        self.field("whose", AnyChoice).choices = [*WHOSE, *(team or [])]
        self.field("area", AnyChoice).choices = [
            (str(pk), name) for pk, name in DeliveryUnit.objects.order_by("name").values_list("pk", "name")
        ]
        self.field("attention", AnyChoice).choices = [(reason.key, reason.title) for reason in ATTENTION]
        self.field("sort", AnyChoice).choices = orders()

    @property
    def asked(self) -> dict[str, str]:
        """What narrows the list; an answer that cannot be used narrows nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class SaveFilterForm(Form):
    name = TextField(label="Name of this list", max_length=60)


class OutboxFilter(Form):
    state = SelectField(label="State", choices=Message.State.choices, required=False, empty_label="Any state")
    channel = SelectField(
        label="Sent by",
        choices=[("SMS", "Text message"), ("EMAIL", "E-mail")],
        required=False,
        empty_label="Text or e-mail",
    )

    @property
    def asked(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
