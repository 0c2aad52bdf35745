"""The first time here: in by a code on paper, and then where codes can be sent from now on."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.core.internal import ratelimit
from allauth.core.internal.cryptokit import compare_user_code
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from common import vault
from people import paper
from people.access import Can, actor, only, own_record
from people.adapter import AccountAdapter
from people.forms.entry import FirstTimeForm, ReachCodeForm, ReachForm
from people.models import Channel, User

LIMITS = {"first_time": "20/m/ip"}
NOT_RIGHT = (
    "That code and that date do not go together, or the code is too old. Check both and try again. "
    "If it still does not work, ask your practitioner for a new code."
)
PENDING = "reach_at"  # in the session: where a code was sent, sealed, until when, and how often it was guessed at
MINUTES, TRIES = 10, 3
WRONG = "That code is not right. Check it and try again."


@login_not_required
def first_time(request: HttpRequest) -> HttpResponse:
    """Whatever is wrong, the page says the same: it tells nobody whether there is such a code or such a person."""
    if request.user.is_authenticated:
        return redirect("home")
    if not ratelimit.consume(request, app="people", action="first_time", config=LIMITS):
        return ratelimit.respond_429(request)
    form = FirstTimeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = paper.enter(request=request, **form.cleaned_data, now=timezone.now())
        if user is not None:
            return _let_in(request, user)
        form.add_error(None, NOT_RIGHT)
    return render(request, "people/first_time.html", {"form": form})


def _let_in(request: HttpRequest, user: User) -> HttpResponse:
    record_authentication(request, user, method="paper")
    to = "home" if user.phone or user.email else "people:my-reach"
    answer: HttpResponse = perform_login(request, user, redirect_url=reverse(to))
    return answer


@only(Can.USE_PORTAL)
def my_reach(request: HttpRequest) -> HttpResponse:
    """Where can we send codes? A code goes there, and comes back here: only then is it written on the record."""
    person = own_record(request)
    form = ReachForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        channel, address = form.cleaned_data["to"]
        if _send_code(request, channel, address):
            return redirect("people:my-reach-code")
        form.add_error("to", "We have sent too many codes there. Wait an hour, then try again.")
    return render(request, "people/my_reach.html", {"form": form, "person": person})


def _send_code(request: HttpRequest, channel: Channel, address: str) -> bool:
    """Nothing goes to an address that another account has, and the page does not say so."""
    limits = {"reach": "10/h/user,5/h/key"}
    if not ratelimit.consume(request, app="people", action="reach", config=limits, key=address, user=actor(request)):
        return False
    adapter = AccountAdapter(request)
    code = adapter.generate_login_code()
    if paper.is_free(user=actor(request), channel=channel, address=address):
        if channel == Channel.SMS:
            adapter.send_verification_code_sms(actor(request), address, code)
        else:
            adapter.send_mail("account/email/login_code", address, {"code": code})
    else:
        code = ""
    request.session[PENDING] = vault.seal("\n".join([channel, address, code, str(time.time() + MINUTES * 60)]))
    request.session[f"{PENDING}_tries"] = 0
    return True


@only(Can.USE_PORTAL)
def my_reach_code(request: HttpRequest) -> HttpResponse:
    person = own_record(request)
    sealed = request.session.get(PENDING)
    if not sealed:
        return redirect("people:my-reach")
    channel, address, code, until = vault.unseal(sealed).split("\n")
    form = ReachCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        request.session[f"{PENDING}_tries"] += 1
        if float(until) > time.time() and compare_user_code(actual=form.cleaned_data["code"], expected=code):
            request.session.pop(PENDING)
            paper.reach_at(participant=person, channel=Channel(channel), address=address)
            messages.success(request, "Thank you. From now on we send your codes there.")
            return redirect("home")
        if request.session[f"{PENDING}_tries"] >= TRIES or float(until) <= time.time():
            request.session.pop(PENDING)
            messages.error(request, "That did not work. Check the number or address, and ask for another code.")
            return redirect("people:my-reach")
        form.add_error("code", WRONG)
    context: dict[str, Any] = {"form": form, "person": person, "address": address, "is_phone": channel == Channel.SMS}
    return render(request, "people/my_reach_code.html", context)
