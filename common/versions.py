"""What a form that changes something showed, so that it is seen when someone else changed it in the meantime."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import Any

from django.forms import BaseForm, Field

FIELD = "_version"  # in the form: a digest of each value as it was shown
LETTERS = 10


def of(form: BaseForm) -> str:
    """The version of what this form shows now: "phone:3fa9…;email:…"."""
    return ";".join(f"{name}:{_digest(shown(form, name))}" for name in form.fields)


def moved_on(form: BaseForm) -> dict[str, Any]:
    """The fields whose value is another now than the form showed, with what each says now."""
    sent = dict(part.partition(":")[::2] for part in str(form.data.get(FIELD, "")).split(";"))
    return {
        name: shown(form, name)
        for name in form.fields
        if name in sent and sent[name] != _digest(shown(form, name))
    }  # fmt: skip


def shown(form: BaseForm, name: str) -> Any:
    return form.get_initial_for_field(form.fields[name], name)


def _digest(value: Any) -> str:
    return sha256(repr(_plain(value)).encode()).hexdigest()[:LETTERS]


def _plain(value: Any) -> Any:
    """The value as it stands in a form, whichever way it came: a number or its digits, a list in any order."""
    if isinstance(value, list | tuple | set):
        return sorted(str(_plain(each)) for each in value)
    return "" if value in (None, False) else str(getattr(value, "pk", value))


def same(one: Any, other: Any) -> bool:
    return bool(_plain(one) == _plain(other))


def in_words(field: Field, value: Any) -> str:
    """What a value says, as the page would."""
    choices = {str(key): str(label) for key, label in getattr(field, "choices", None) or ()}
    if isinstance(value, list | tuple | set):
        return ", ".join(choices.get(str(getattr(each, "pk", each)), str(each)) for each in value) or "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    text = str(value if value is not None else "")
    return choices.get(str(getattr(value, "pk", value)), text) or "nothing"
