"""allauth's sign-in forms with our words and fields."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as theirs
from allauth.core import context
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from common.fields import Typed
from common.forms import EmailField, Form, PasswordField, PhoneField, TextField
from people.models import LockOut, User
from people.sign_in import lockouts, sso
from people.sign_in.adapter import WRONG_CODE, AccountAdapter, taken_back

NEITHER = "Enter a phone number, like 07700 900 982, or an e-mail address, like name@example.com."


class SignInForm(theirs.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["login"] = EmailField(label="E-mail address", called="your e-mail address")
        self.fields["password"] = PasswordField(label="Password", called="your password", max_length=200)
        self.fields["login"].widget.attrs["autocomplete"] = "email"
        self.order_fields(["login", "password"])


class CodeForm(Form):
    """One box for a phone number or an e-mail address. Its answer never shows whether there is an account."""

    to = TextField(
        label="Your phone number or e-mail address",
        called="your phone number or e-mail address",
        max_length=254,
        help_text="The one your practitioner has for you",
    )
    _user: Any = None

    def clean_to(self) -> str:
        to = str(self.cleaned_data["to"])
        field: Typed = EmailField() if "@" in to else PhoneField(error_messages={"invalid": NEITHER})
        return str(field.clean(to)).lower()

    def clean(self) -> dict[str, Any]:
        to = self.cleaned_data.get("to")
        if not to:
            return self.cleaned_data
        asked = theirs.RequestLoginCodeForm({"email" if "@" in to else "phone": to})
        if not asked.is_valid():
            self._note_lock_out(asked)
            raise ValidationError([message for said in asked.errors.values() for message in said])
        found = asked._user or User(pk=0)  # asked for nobody too, so that it takes as long
        self._user = found if found.is_only_participant else None  # staff do not sign in by a mailbox alone
        if self._user is None:
            AccountAdapter(context.request).send_to_nobody(to)
        return {**self.cleaned_data, **asked.cleaned_data}

    def _note_lock_out(self, asked: theirs.RequestLoginCodeForm) -> None:
        if any(asked.has_error(name, "too_many_login_attempts") for name in ("email", "phone")):
            to = self.cleaned_data["to"]
            user = User.objects.filter(**{"email" if "@" in to else "phone": to}).first()
            lockouts.note(context.request, user, LockOut.Why.ASKED)


class EnterCodeForm(theirs.ConfirmLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["code"] = TextField(label="Code", called="the code we sent you", max_length=20, width=10)
        self.fields["code"].widget.attrs |= {"autocomplete": "one-time-code", "autocapitalize": "characters"}

    def clean_code(self) -> str:
        """Count tries on the shared cache too, since the session's count misses those sent at once."""
        key = f"{context.request.session.session_key}:{self.expected_code}"
        most, lasts = settings.ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS, settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT
        limits = {"enter_code": f"{most}/{lasts}s/key"}
        if not ratelimit.consume(context.request, app="people", action="enter_code", config=limits, key=key):
            raise ValidationError(WRONG_CODE)
        return str(super().clean_code())


def _may_reset(user: User) -> bool:
    """Whether this account has a password: not participants, not single sign-on, not nobody."""
    return not user.is_only_participant and not sso.signs_in(user) and user.pk != 0


class ForgotForm(theirs.ResetPasswordForm):
    users: list[User]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["email"] = EmailField(label="E-mail address", called="your e-mail address")

    def clean_email(self) -> str:
        email = str(super().clean_email())
        self.users = [user for user in self.users or [User(pk=0, email=email)] if _may_reset(user)]
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Send the link. For an address without a password do the same and roll it back, so that it takes as long."""
        within = transaction.atomic if self.users else taken_back
        self.users = self.users or [User(pk=0, email=self.cleaned_data["email"])]
        with within():
            return str(super().save(request, **kwargs))


class ResetLinkForm(theirs.UserTokenForm):
    """Refuse a reset link for an account that uses single sign-on by now."""

    def _get_user(self, uidb36: str) -> User | None:
        user: User | None = super()._get_user(uidb36)
        return user if user and _may_reset(user) else None


class NewPasswordField(PasswordField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "label": "New password",
                "called": "a new password",
                "new": True,
                "max_length": 200,
                "help_text": "At least 12 characters. Three or four words that only you would put together work well",
                **kwargs,
            }
        )


class NewPassword:
    """What setting and changing a password share."""

    fields: dict[str, Any]
    user: Any

    def ask_twice(self) -> None:
        self.fields["password1"] = NewPasswordField()
        self.fields["password2"] = NewPasswordField(
            label="New password again", called="the new password again", help_text=""
        )

    def clean_password1(self) -> str:
        password = str(self.cleaned_data["password1"])  # type: ignore[attr-defined]
        validate_password(password, self.user)
        return password


class ResetPasswordForm(NewPassword, theirs.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.ask_twice()


class ChangePasswordForm(NewPassword, theirs.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["oldpassword"] = PasswordField(
            label="Password now", called="the password you have now", max_length=200
        )
        self.ask_twice()


class AgainForm(theirs.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["password"] = PasswordField(label="Password", called="your password", max_length=200)
