"""allauth's second-factor forms with our words and fields."""

from __future__ import annotations

from typing import Any

from allauth.core import context
from allauth.mfa.base import forms as base
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError

from common.forms import TextField
from people.models import LockOut
from people.sign_in import lockouts

UNREADABLE = "The passkey did not answer as it should. Try again, or use a code."


class AskCode:
    """One box for six numbers."""

    fields: dict[str, Any]
    label, called, help_text = "Code", "the code", ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        box = TextField(label=self.label, called=self.called, max_length=20, width=10, help_text=self.help_text)
        box.widget.attrs |= {"autocomplete": "one-time-code", "inputmode": "numeric"}
        self.fields["code"] = box


class SaysLocked:
    """Record a lock-out when a wrong code was one too many."""

    user: Any

    def clean_code(self) -> str:
        try:
            return super().clean_code()  # type: ignore[misc]
        except ValidationError as refusal:
            if refusal.code == "too_many_login_attempts":
                lockouts.note(context.request, self.user, LockOut.Why.SECOND)
            raise


class CodeNowForm(SaysLocked, AskCode, base.AuthenticateForm):
    label, called = "Code from your app", "the code from your app"
    help_text = "Six numbers. A recovery code works too, once"


class CodeAgainForm(SaysLocked, AskCode, base.ReauthenticateForm):
    label, called = "Code from your app", "the code from your app"
    help_text = "Six numbers. A recovery code works too, once"


class AppForm(AskCode, totp.ActivateTOTPForm):
    label, called = "Code that the app shows now", "the code that the app shows"


class CredentialField(forms.JSONField):
    """A passkey's answer. Anything but sound JSON is refused with a sentence."""

    longest = 20_000

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput, error_messages={"required": UNREADABLE, "invalid": UNREADABLE})

    def to_python(self, value: Any) -> Any:
        try:
            if len(str(value)) <= self.longest:
                return super().to_python(value)
        except (RecursionError, ValueError):
            pass
        raise ValidationError(UNREADABLE)


class ReadsPasskey:
    """Turn every error of the passkey library on odd input into a sentence."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = CredentialField()

    def _guarded(self, check: Any) -> Any:
        try:
            return check()
        except ValidationError:
            raise
        except (AttributeError, KeyError, LookupError, TypeError, ValueError):
            raise ValidationError(UNREADABLE) from None


class PasskeyForm(ReadsPasskey, webauthn.AuthenticateWebAuthnForm):
    def clean_credential(self) -> Any:
        return self._guarded(super().clean_credential)


class PasskeyAgainForm(ReadsPasskey, webauthn.ReauthenticateWebAuthnForm):
    def clean_credential(self) -> Any:
        return self._guarded(super().clean_credential)


class NameField(TextField):
    def __init__(self) -> None:
        super().__init__(
            label="A name for it",
            called="a name for it",
            max_length=60,
            required=False,
            help_text="So that you can tell it from others, like Work laptop",
        )


class AddPasskeyForm(ReadsPasskey, webauthn.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["name"] = NameField()

    def clean(self) -> Any:
        return self._guarded(super().clean)


class NamePasskeyForm(webauthn.EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["name"] = NameField()
        self.fields["name"].required = True
