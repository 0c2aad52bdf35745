"""The one way from a form or a button to an act: done, or refused with the rule's own sentence and the words kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from common.errors import RuleBroken

Made = TypeVar("Made")


def done(form: BaseForm, act: Callable[..., Any]) -> bool:
    """Do the act with what was typed. False where the form or a rule says no; then the form says why."""
    return form.is_valid() and _act(form, lambda: act(**form.cleaned_data))


def form_page(
    request: HttpRequest,
    *,
    form: BaseForm,
    act: Callable[..., Made],
    said: str | Callable[[Made], str],
    to: str | Callable[[Made], str],
    template: str,
    context: dict[str, Any],
    draw: Callable[[HttpRequest, str, dict[str, Any]], HttpResponse] = render,
) -> HttpResponse:
    """Show a form. When it is sent, do the act, say `said` and go to the address `to` (both may ask what was made), or
    back to the page that the form was opened from."""
    made: list[Made] = []
    if request.method == "POST" and done(form, lambda **typed: made.append(act(**typed))):
        messages.success(request, said(made[0]) if callable(said) else said)
        return HttpResponseRedirect(back(request, to(made[0]) if callable(to) else to))
    return draw(request, template, {**context, "form": form})


def press(request: HttpRequest, act: Callable[[], Any], *, said: str, to: str) -> HttpResponse:
    """Do what a button asks and go to the address `to`, where it says `said` or why not."""
    try:
        with transaction.atomic():
            act()
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return HttpResponseRedirect(to)


def _act(form: BaseForm, act: Callable[[], Any]) -> bool:
    try:
        with transaction.atomic():
            act()
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
    return form.is_valid()


def back(request: HttpRequest, otherwise: str) -> str:
    """Return the page that the form was on, if it is ours."""
    here = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(here, allowed_hosts=None) and here.startswith("/")
    return here if ours else otherwise
