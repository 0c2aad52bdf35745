"""An act on money is done once for its key, for ever.

The key covers all that was asked. Asked again, it gets the first answer.
"""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import uuid4

from django.apps import apps
from django.db import IntegrityError, OperationalError, connection, models, transaction
from psycopg2 import errorcodes

from common.errors import RuleBroken
from people.models import User

TRIES_AGAIN = 3
FIRST_WAIT = 0.05  # seconds; twice as long each time, and each somewhere between nothing and that
PASSES = (errorcodes.DEADLOCK_DETECTED, errorcodes.SERIALIZATION_FAILURE)
KEY_USED = "a_key_is_used_once"

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer", bound=models.Model)


class KeyReused(RuleBroken):
    pass


class NoKey(RuleBroken):
    pass


@dataclass(frozen=True)
class Command:
    """One act that is being carried out: its key, a hash of all that was asked, who, and when."""

    key: str
    asked: str
    by: User
    now: datetime

    def in_ledger(self) -> list[Any]:
        return [self.key, self.asked, self.now, self.by.pk]


def new_key() -> str:
    """A key for an act that no form or caller asks for."""
    return str(uuid4())


def idempotent(act: Callable[Concatenate[Command, Asked], Answer]) -> Callable[..., Answer]:
    """Make a service a command: `act(command, **asked)` is called as `act(key=, by=, now=, **asked)`.

    Two with one key wait for each other. A deadlock, or two that cannot both be, is tried three times more. Raises
    KeyReused where the key was used for something else, and NoKey where it is empty.
    """

    @wraps(act)
    def command(*, key: str, by: User, now: datetime, **asked: Any) -> Answer:
        if not key:
            raise NoKey("This page is not as we sent it. Load it again, then press the button once.")
        this = Command(key, _hash(act.__name__, by, asked), by, now)
        return _tried(lambda: _answered(act, this, asked))

    return command


def _answered(act: Callable[..., Answer], this: Command, asked: dict[str, Any]) -> Answer:
    with connection.cursor() as cursor:
        cursor.execute("select kind, row_id from budgets_answer(%s, %s)", [this.key, this.asked])
        before = cursor.fetchone()
    if before:
        return _row(*before)
    answer = act(this, **asked)
    said = [this.key, act.__name__, this.asked, this.by.pk, this.now, answer._meta.model_name, answer.pk]
    with connection.cursor() as cursor:
        cursor.execute("select budgets_record_answer(%s, %s, %s, %s, %s, %s, %s)", said)
    return answer


def _row(kind: str, pk: int) -> Any:
    return apps.get_model("budgets", kind)._default_manager.get(pk=pk)


def _tried(act: Callable[[], Answer]) -> Answer:
    for wait in [FIRST_WAIT * 2**nth for nth in range(TRIES_AGAIN)]:
        try:
            with transaction.atomic():
                return act()
        except OperationalError as problem:
            if getattr(problem.__cause__, "pgcode", None) not in PASSES:
                raise
            time.sleep(random.uniform(0, wait))  # noqa: S311 - jitter, not a secret
        except IntegrityError as problem:
            _refuse_other_words(problem)
    with transaction.atomic():
        return act()


def _refuse_other_words(problem: IntegrityError) -> None:
    if problem.__cause__.diag.constraint_name != KEY_USED:  # type: ignore[union-attr]
        raise problem
    raise KeyReused(
        "This was already used for something else. Go back, load the page again and start afresh."
    ) from problem


def _hash(act: str, by: User, asked: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps([act, by.pk, asked], default=_plain, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """A row by its table and id; a day or moment as text; a file by its hash."""
    if isinstance(value, models.Model):
        return [value._meta.label, value.pk]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    raise TypeError(f"{value!r} cannot be part of what is asked")
