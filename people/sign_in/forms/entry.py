"""Forms for the first sign-in with a code letter, and for the contact point."""

from __future__ import annotations

from typing import Any

from common.fields import Typed
from common.forms import DayField, EmailField, Form, PhoneField, TextField
from people.models import Channel
from people.sign_in.forms.account import NEITHER


class FirstTimeForm(Form):
    code = TextField(
        label="The code on your paper",
        called="the code on your paper",
        max_length=40,
        width=20,
        help_text="Ten letters and numbers. Capitals, spaces and the dash do not matter",
    )
    born_on = DayField(label="Your date of birth", called="your date of birth")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {
            "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false",
        }  # fmt: skip


class ContactPointForm(Form):
    """One box for a phone number or an e-mail address. It returns the channel and the address."""

    to = TextField(
        label="Your phone number or e-mail address",
        called="your phone number or e-mail address",
        max_length=254,
        help_text="Choose one that only you can read",
    )

    def clean_to(self) -> tuple[Channel, str]:
        to = str(self.cleaned_data["to"])
        if "@" in to:
            return Channel.EMAIL, str(EmailField().clean(to)).lower()
        number: Typed = PhoneField(error_messages={"invalid": NEITHER})
        return Channel.SMS, str(number.clean(to))


class ContactPointCodeForm(Form):
    code = TextField(label="Code", called="the code we sent you", max_length=20, width=10)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"autocomplete": "one-time-code", "autocapitalize": "characters"}
