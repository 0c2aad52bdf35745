"""The first sign-in, with a code letter; then the contact point for later codes."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.core.internal import ratelimit
from allauth.core.internal.cryptokit import compare_user_code
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from common import encryption, idempotency, places
from common.postgres.actor import as_service
from people.access.abilities import Can, actor, only, own_record
from people.models import Channel, User
from people.sign_in import code_letters
from people.sign_in.adapter import AccountAdapter
from people.sign_in.forms.entry import ContactPointCodeForm, ContactPointForm, FirstTimeForm

LIMITS = {"first_time": "20/m/ip"}
NOT_RIGHT = (
    "That code and that date do not go together, or the code is too old. Check both and try again. "
    "If it still does not work, ask your practitioner for a new code."
)
PENDING = "reach_at"  # in the session, encrypted: where a code was sent, the code, and until when
MINUTES = 10
# Counted on the shared cache before a code is compared, so that no second session begins again.
TRIES = {"reach_code": f"3/{MINUTES}m/key,10/h/user"}
WRONG = "That code is not right. Check it and try again."


@transaction.non_atomic_requests
@login_not_required
def first_time(request: HttpRequest) -> HttpResponse:
    """Sign in with a code letter. The page says the same whatever is wrong, so it gives no code or person away.

    It runs outside the request's transaction, since a wrong try must stay counted. So it takes no form with an
    idempotency key, which would be rolled back.
    """
    if idempotency.read_key(request):
        return render(request, "400.html", status=400)
    if request.user.is_authenticated:
        return redirect(places.url_of("home"))
    if not ratelimit.consume(request, app="people", action="first_time", config=LIMITS):
        return ratelimit.respond_429(request)
    form = FirstTimeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        letter = code_letters.enter(**form.cleaned_data, now=timezone.now())
        if letter is not None and letter.participant.user is not None:
            return _let_in(request, letter.participant.user, way_in=letter.way_in_id)
        form.add_error(None, NOT_RIGHT)
    return render(request, "people/first_time.html", {"form": form})


@as_service()
def _let_in(request: HttpRequest, user: User, *, way_in: int | None) -> HttpResponse:
    """Sign in, and ask where to send codes: the person may have lost the phone they went to."""
    record_authentication(request, user, method="paper", way_in=way_in)
    answer: HttpResponse = perform_login(request, user, redirect_url=reverse("people:my-contact-point"))
    return answer


@only(Can.USE_PORTAL)
def my_contact_point(request: HttpRequest) -> HttpResponse:
    """Ask where to send codes. It is recorded only after a code sent there was entered here."""
    person = own_record(request)
    form = ContactPointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        channel, address = form.cleaned_data["to"]
        if _send_code(request, channel, address):
            return redirect("people:my-contact-point-code")
        form.add_error("to", "That was tried too often. Wait an hour, then try again, or ask your practitioner.")
    sent_to = str(person.phone or person.email or "")
    return render(request, "people/my_contact_point.html", {"form": form, "person": person, "now_sent_to": sent_to})


def _send_code(request: HttpRequest, channel: Channel, address: str) -> bool:
    """Send a code. An address of another account gets none, and the page does not say so."""
    limits = {"reach": "10/h/user,5/h/key"}
    if not ratelimit.consume(request, app="people", action="reach", config=limits, key=address, user=actor(request)):
        return False
    if not _may_try(request, "", ask_only=True):  # a code that may not be tried is not sent
        return False
    adapter = AccountAdapter(request)
    code = adapter.generate_login_code()
    if code_letters.is_free(user=actor(request), channel=channel, address=address):
        if channel == Channel.SMS:
            adapter.send_verification_code_sms(actor(request), address, code)
        else:
            adapter.send_mail("account/email/login_code", address, {"code": code})
    else:
        code = ""
    request.session[PENDING] = encryption.encrypt("\n".join([channel, address, code, str(time.time() + MINUTES * 60)]))
    return True


@only(Can.USE_PORTAL)
def my_contact_point_code(request: HttpRequest) -> HttpResponse:
    person = own_record(request)
    encrypted = request.session.get(PENDING)
    if not encrypted:
        return redirect("people:my-contact-point")
    channel, address, code, until = encryption.decrypt(encrypted).split("\n")
    form = ContactPointCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        alive = float(until) > time.time() and _may_try(request, encrypted)
        if alive and compare_user_code(actual=form.cleaned_data["code"], expected=code):
            request.session.pop(PENDING)
            code_letters.set_contact_point(
                participant=person, channel=Channel(channel), address=address, now=timezone.now(), by=actor(request)
            )
            messages.success(request, "Thank you. From now on we send your codes there.")
            return redirect(places.url_of("home"))
        if not (alive and _may_try(request, encrypted, ask_only=True)):
            request.session.pop(PENDING)
            messages.error(request, "That did not work. Check the number or address, and ask for another code.")
            return redirect("people:my-contact-point")
        form.add_error("code", WRONG)
    context: dict[str, Any] = {"form": form, "person": person, "address": address, "is_phone": channel == Channel.SMS}
    return render(request, "people/my_contact_point_code.html", context)


def _may_try(request: HttpRequest, encrypted: str, *, ask_only: bool = False) -> bool:
    """Whether this code and this account have a guess left this hour. The guess is taken unless only asked."""
    counted = {"app": "people", "action": "reach_code", "config": TRIES, "key": encrypted, "user": actor(request)}
    return bool(ratelimit.consume(request, dry_run=ask_only, **counted))
