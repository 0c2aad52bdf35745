"""Never lose a word: a form that `saves_drafts` is saved while one writes (assets/js/drafts.js), for its author alone.

A higher floor stores them (people/access/drafts.py); here is what a form of any floor needs to know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict

TOKEN = "_draft"  # noqa: S105 - a field's name: signed, whose form this is and of which page
TAB = "_draft_tab"  # the name that the page's script gave this form
PUT_BACK = "_draft_put_back"  # the draft that the form was filled from
LATER = "_draft_for_later"  # the button that saves without a script
FIELDS = frozenset({TOKEN, TAB, PUT_BACK, LATER})

Words = dict[str, list[str]]  # by the field's name, what is in it


@dataclass(frozen=True)
class Saved:
    """A draft that was not sent."""

    pk: int
    at: datetime
    words: Words


@dataclass(frozen=True)
class Offer:
    """What a form carries that saves drafts. `key` (base64) encrypts them on this device: of this account alone."""

    name: str
    token: str
    key: str
    page: str  # its address
    saved: list[Saved]


Source = Callable[[HttpRequest], Offer | None]
_sources: list[Source] = []
_putting_back: ContextVar[Words | None] = ContextVar("words_to_put_back", default=None)


def register(source: Source) -> None:
    _sources[:] = [source]


def offer_for(request: HttpRequest) -> Offer | None:
    """What a form of this page carries; None where nobody is signed in."""
    return _sources[0](request) if _sources else None


@contextmanager
def putting_back(words: Words | None) -> Iterator[None]:
    """A form that is made within shows these words."""
    token = _putting_back.set(words)
    try:
        yield
    finally:
        _putting_back.reset(token)


def fill(form: forms.Form) -> None:
    """Show in an empty form the words that are put back, if any are."""
    words = _putting_back.get()
    if words is None:
        return
    sent: MultiValueDict[str, Any] = MultiValueDict(words)
    for name, field in form.fields.items():
        asked = form.add_prefix(name)
        if not field.widget.value_omitted_from_data(sent, {}, asked):
            form.initial[name] = field.widget.value_from_datadict(sent, {}, asked)


def in_words(form: forms.Form, words: Words) -> list[tuple[str, str]]:
    """Each question with what was written, or chosen from a list of ours."""
    said = []
    for name, field in form.fields.items():
        value = ", ".join(value for value in words.get(form.add_prefix(name), []) if value.strip())
        if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
            value = dict(field.widget.choices).get(value, "") if value else ""
        elif not isinstance(field, forms.CharField):
            continue
        if value:
            said.append((str(field.label or name), str(value)))
    return said
