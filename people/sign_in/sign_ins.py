"""Keep each sign-in and each failed try, and show them to the account's owner."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import login_code_rejected
from allauth.core.internal import ratelimit
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from common.postgres.actor import as_service
from people.models import SignIn, User
from people.sign_in import devices

KEPT = timedelta(days=180)
SHOWN = 20
_PLACE = "_sign_ins"
How = SignIn.How
HOW = {"password": How.PASSWORD, "code": How.CODE, "paper": How.LETTER, "socialaccount": How.SSO, "mfa": How.SECOND}


def note(request: HttpRequest, user: User | None, how: SignIn.How, *, succeeded: bool) -> None:
    """Note it. It is written after the view, because a refused form is rolled back."""
    if user is not None and user.pk:
        agent = devices.in_words(request.headers.get("User-Agent", ""))[:60]
        row = SignIn(
            account_id=user.pk, at=timezone.now(), how=how, succeeded=succeeded, device=agent,
            place=ratelimit.get_ip(request) or None,
        )  # fmt: skip
        request.__dict__.setdefault(_PLACE, []).append(row)


def write(request: HttpRequest) -> None:
    if rows := request.__dict__.get(_PLACE, []):
        with as_service():
            SignIn.objects.bulk_create(rows)


@receiver(user_logged_in)
def note_sign_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    records = get_authentication_records(request, user)
    if records:
        note(request, user, HOW.get(str(records[-1]["method"]), How.PASSWORD), succeeded=True)


@receiver(login_code_rejected)
def note_wrong_code(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    note(request, user, How.CODE, succeeded=False)


@as_service()
def of(account: User) -> list[SignIn]:
    """The latest sign-ins and tries, newest first."""
    return list(account.sign_ins.order_by("-at", "-pk")[:SHOWN])


def forget(*, now: datetime) -> int:
    """Take away what is older than half a year. Return how many."""
    return SignIn.objects.before(now - KEPT).delete()[0]
