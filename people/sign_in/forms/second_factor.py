"""allauth's second-factor forms with our words and fields."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError

from common.forms import TextField
from people.models import LockOut, SignIn
from people.sign_in import known_devices, lockouts, sign_ins

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


def _first_time(user: Any, code: str) -> bool:
    """Whether this code was not used before. allauth forgets a used code before its time is over."""
    lasts = mfa_settings.TOTP_PERIOD * (2 * mfa_settings.TOTP_TOLERANCE + 1)  # seconds
    return cache.add(f"app-code-used:{user.pk}:{code}", "", timeout=lasts)


class CountsTries:
    """Count wrong codes as wrong passwords are counted: a stranger's cannot keep the owner out."""

    user: Any
    cleaned_data: dict[str, Any]
    authenticator: Authenticator

    def clean_code(self) -> str:
        request, why = context.request, LockOut.Why.SECOND
        try:
            taken = lockouts.count(
                request, why, lockouts.account_of(self.user), known_devices.known(request, self.user)
            )
        except lockouts.TooMany as refusal:
            lockouts.note(request, self.user, why, refusal.until)
            raise get_adapter().validation_error("too_many_login_attempts") from None
        code = str(self.cleaned_data["code"])
        for authenticator in Authenticator.objects.filter(user=self.user).exclude(type=Authenticator.Type.WEBAUTHN):
            if authenticator.wrap().validate_code(code) and _first_time(self.user, code):
                authenticator.user = self.user
                self.authenticator = authenticator
                taken.rollback()
                return code
        sign_ins.note(request, self.user, SignIn.How.SECOND, succeeded=False)
        raise get_mfa_adapter().validation_error("incorrect_code")


class CodeNowForm(CountsTries, AskCode, base.AuthenticateForm):
    label, called = "Code from your app", "the code from your app"
    help_text = "Six numbers. A recovery code works too, once"


class CodeAgainForm(CountsTries, AskCode, base.ReauthenticateForm):
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


class NeverDelayed(ReadsPasskey):
    """A passkey's answer. It cannot be guessed, so no tries are counted, and nobody's tries delay it."""

    user: Any
    cleaned_data: dict[str, Any]

    def clean_credential(self) -> Authenticator:
        return self._guarded(self._complete)

    def _complete(self) -> Authenticator:
        credential = self.cleaned_data["credential"]
        auth.parse_authentication_response(credential)
        found: Authenticator = auth.complete_authentication(self.user, credential)
        return found


class PasskeyForm(NeverDelayed, webauthn.AuthenticateWebAuthnForm):
    pass


class PasskeyAgainForm(NeverDelayed, webauthn.ReauthenticateWebAuthnForm):
    pass


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
