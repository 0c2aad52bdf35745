"""One question about a person on a page of its own: asked, answered, and back to where it came from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from common.forms import Form
from people.models import Participant
from people.record.views.acting import done


def ask(
    request: HttpRequest, person: Participant, form: Form, act: Callable[..., Any], *, heading: str, said: str,
    intro: str = "", submit: str = "Save", back: str = "people:person-details", tab: str = "details",
    template: str = "people/ask.html", **more: Any,
) -> HttpResponse:  # fmt: skip
    """Show the form, or do the act with what was typed and say so."""
    back_url = back if back.startswith("/") else reverse(back, args=[person.ref])
    if request.method == "POST" and done(form, act):
        messages.success(request, said)
        return redirect(back_url)
    context = {"person": person, "tab": tab, "form": form, "heading": heading, "intro": intro, "submit_words": submit}
    return render(request, template, {**context, "back_url": back_url, **more})
