"""One way to act on a form: valid, done, or refused with the rule's own sentence and the typed text kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError

from common.errors import RuleBroken
from common.forms import Form


def done(form: Form, act: Callable[..., Any]) -> bool:
    """Do the act with what was typed; False where the form or a rule says no."""
    if not form.is_valid():
        return False
    try:
        act(**form.cleaned_data)
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
    return form.is_valid()
