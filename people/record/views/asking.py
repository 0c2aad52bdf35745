"""A page with one form about a person, which returns to where the user came from."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from common.forms import Form
from common.submitting import form_page
from people.models import Participant
from people.record.person_page import person_page


def ask(
    request: HttpRequest, person: Participant, form: Form, act: Callable[..., Any], *, heading: str, said: str,
    intro: str = "", submit: str = "Save", back: str = "people:person-details", tab: str = "details",
    template: str = "people/ask.html", **more: Any,
) -> HttpResponse:  # fmt: skip
    """Show the form, or do the act with what was typed and say so."""
    back_url = back if back.startswith("/") else reverse(back, args=[person.ref])
    context = {"person": person, "tab": tab, "heading": heading, "intro": intro, "submit_words": submit}
    return form_page(
        request, form=form, act=act, said=said, to=back_url, template=template, draw=person_page,
        context={**context, "back_url": back_url, **more},
    )  # fmt: skip


ask_about_sentence = partial(ask, back="people:person-sentence", tab="sentence")
ask_about_workers = partial(ask, back="people:person-workers", tab="workers")
