"""Forms for sending a person to a service, and for the provider's answer."""

from __future__ import annotations

from datetime import date
from typing import Any

from common.forms import (
    AnyChoice,
    AnyRows,
    ChecksField,
    ChoiceField,
    DayField,
    EmailField,
    Form,
    LongTextField,
    ModelRadiosField,
    PoundsField,
    SelectField,
    TextField,
    TickField,
    WholeField,
)  # fmt: skip
from lifeplans.models import Goal
from lifeplans.needs import Need
from people.models import Participant, User
from providers.models import CancelReason, DeclineReason, Referral, Service, Shared


class ReferForm(Form):
    goal = ModelRadiosField(
        Goal, label="Which goal is this for?", empty_label="No goal yet", required=False, naming=lambda goal: goal.title
    )
    need = SelectField(label="Which need does it meet?", choices=Need.choices)
    reason = LongTextField(
        label="Why this service, why now?",
        max_length=2000,
        rows=3,
        help_text="For our own record. The provider does not see it.",
    )
    told = LongTextField(
        label="What should the provider know?", max_length=2000, rows=4, required=False,
        help_text="They read this as you write it. Leave out the offence and anything they do not need.",
    )  # fmt: skip
    shares = ChecksField(label="What else may they see?", choices=Shared.choices, required=False)
    sessions = WholeField(label="How many sessions?", min_value=1, max_value=500, required=False)
    price = PoundsField(label="Price agreed for all of it", required=False)
    send_to = EmailField(
        label="E-mail of the provider", required=False,
        help_text="They get a link and need no account. Without one, ring them and write down their answer.",
    )  # fmt: skip
    agreed = TickField(label="")

    def __init__(self, *args: Any, person: Participant, service: Service, **kwargs: Any) -> None:
        initial = {"send_to": service.send_to, "need": service.needs[0] if len(service.needs) == 1 else ""}
        super().__init__(*args, **{**kwargs, "initial": {**initial, **kwargs.get("initial", {})}})
        goals = Goal.objects.in_plan_of(person.pk).open().in_order()
        self.field("goal", AnyRows).queryset = goals
        if not goals.exists():
            del self.fields["goal"]
        self.fields["agreed"].label = f"{person.called} agrees to this being shared with the provider"
        has = {"AREA": person.outcode, "PHONE": person.phone, "EMAIL": person.email, "AGE": True}
        self.field("shares", AnyChoice).choices = [(key, label) for key, label in Shared.choices if has[key]]

    @property
    def asked(self) -> dict[str, Any]:
        """The answers as `services.refer` takes them."""
        return {name: value for name, value in self.cleaned_data.items() if name != "agreed"}


class CancelForm(Form):
    reason = SelectField(label="Why is it cancelled?", choices=CancelReason.choices)
    note = LongTextField(label="Anything to add?", max_length=500, rows=2, required=False)


class ResendForm(Form):
    send_to = EmailField(label="E-mail of the provider", called="an e-mail address")


class Answer(Form):
    """A provider's answer; `label` words the first question for whoever writes it down."""

    def __init__(self, *args: Any, label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = next(iter(self.fields.values()))
        first.label = label or first.label


class AcceptForm(Answer):
    """Who says yes; whoever has an account has said so by signing in."""

    name = TextField(label="Your name", called="your name", max_length=100)

    def __init__(self, *args: Any, account: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if account is not None:
            del self.fields["name"]


class DeclineForm(Answer):
    reason = ChoiceField(label="Why can you not help?", choices=DeclineReason.choices)
    note = LongTextField(label="Anything to add?", max_length=500, rows=2, required=False)


class DeliveredForm(Form):
    delivered_on = DayField(label="When was it done?", called="the day")
    note = LongTextField(label="How did it go?", max_length=1000, rows=3, required=False)

    def __init__(self, *args: Any, referral: Referral, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"delivered_on": today})
        super().__init__(*args, **kwargs)
        day = self.field("delivered_on", DayField)
        day.earliest, day.latest = referral.sent_on, today
