"""A different mark in every text field of every table with a path to a person, so that what is shown can be named.

The registry of each floor (`held.py`) says which tables these are, history included; a field that a rule of the
database keeps in its own shape cannot hold a mark, and is told apart.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, connection, transaction
from django.db.models import Field, JSONField, Model
from model_bakery import baker
from phonenumber_field.modelfields import PhoneNumberField

from common import data_inventory
from common.encryption import EncryptedTextField
from people.models import Participant, User
from tests.conftest import NOW, TODAY

PLAIN = "zq{}x"  # short, since some fields are
FOUND = re.compile(r"zq([0-9a-z]{3})x", re.IGNORECASE)
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Marks:
    """Which mark stands for which field ("people.Participant.address"), and the fields that took none."""

    def __init__(self, pattern: str = PLAIN) -> None:
        self.pattern, self.fields, self.refused = pattern, {}, set()

    def put(self, person: Participant) -> None:
        with as_owner():
            for line, model, rows in tables(person):
                without_triggers(model)
                for field in [f for f in model._meta.concrete_fields if is_free(f) and f.name not in line.kept]:
                    self._mark(model, rows, field)

    def _mark(self, model: type[Model], rows: Any, field: Field[Any, Any]) -> None:
        name = f"{model._meta.label}.{field.name}"
        number = len(self.fields)
        mark = DIGITS[number // 1296] + DIGITS[number // 36 % 36] + DIGITS[number % 36]
        words = self.pattern.format(mark)
        ones = enumerate(rows.values_list("pk", flat=True))
        if takes(rows, {field.name: shaped(field, words)}) or any(
            [takes(rows.filter(pk=pk), {field.name: shaped(field, words + "x" * n)}) for n, pk in ones]
        ):
            self.fields[mark] = name
        elif rows.exists():
            self.refused.add(name)

    def shown_in(self, text: str) -> set[str]:
        return {self.fields[mark.lower()] for mark in FOUND.findall(text) if mark.lower() in self.fields}


def is_free(field: Field[Any, Any]) -> bool:
    return data_inventory.may_hold_words(field) and not isinstance(field, PhoneNumberField)


def takes(rows: Any, given: dict[str, Any]) -> bool:
    """Put this into the rows, unless a rule of the database has another shape for it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            done = rows.update(**given)
            cursor.execute("set constraints all immediate")
            return bool(done)
    except (DatabaseError, ValueError, TypeError):
        return False


def fill(person: Participant, by: User) -> None:
    """A row in each table of the person's that has none, made of whatever its columns take."""
    random.seed(1)  # what is made up is the same each time
    for line in data_inventory.ENTRIES:
        if line.many or line.label in ONCE_GONE or line.rows(person.pk).exists():
            continue
        if line.label in CHECKED_AGAINST_OTHERS:
            without_triggers(line.model)
        step, _, rest = line.to_person.partition("__")
        above = line.model._meta.get_field(step).related_model._base_manager
        links = {
            f.name: linked(f, person, by) for f in line.model._meta.concrete_fields if f.is_relation and not f.null
        }
        links[step] = above.filter(**{rest or "pk": person.pk}).first()
        encrypted = {f.name: "Sealed" for f in line.model._meta.concrete_fields if isinstance(f, EncryptedTextField)}
        with suppress(DatabaseError), transaction.atomic():
            baker.make(
                line.model, **{name: row for name, row in links.items() if row}, **encrypted, **FITS.get(line.label, {})
            )


def linked(field: Field[Any, Any], person: Participant, by: User) -> Model | None:
    """A row of the person's own to point at, where there is one."""
    line = data_inventory.of(field.related_model._meta.label)
    return by if field.related_model is User else line.rows(person.pk).first() if line else None


CHECKED_AGAINST_OTHERS = {"budgets.Payment"}  # of which the ledger would have to know
ONCE_GONE = {"people.Erasure"}  # a provider's link to someone who was erased is closed
OVER = {"starts_at": NOW - timedelta(days=9), "ends_at": NOW - timedelta(days=8)}  # or nobody could see the person
FITS: dict[str, dict[str, Any]] = {  # where a table does not take just anything
    "people.Exclusion": OVER,
    "people.Restriction": OVER,
    "people.RiskAssessment": {"assessed_on": TODAY, "review_by": TODAY + timedelta(days=90)},
    "lifeplans.GoodRating": {"importance": 5, "satisfaction": 5},
    "engagement.ContactPlan": {"every_days": 7},
}


def shaped(field: Field[Any, Any], words: str) -> Any:
    if isinstance(field, ArrayField):
        return [words]
    return [words] if isinstance(field, JSONField) and isinstance(field.get_default(), list) else (
        {"words": words} if isinstance(field, JSONField) else words
    )  # fmt: skip


def tables(person: Participant) -> Iterator[tuple[data_inventory.PersonalDataEntry, type[Model], Any]]:
    """Every table of the person's with rows in it, and those rows; history after what it is the history of."""
    for line in data_inventory.ENTRIES:
        yield line, line.model, line.rows(person.pk).order_by()
        if line.past_model:
            yield line, line.past_model, line.past(person.pk).order_by()


def empty_tables(person: Participant) -> set[str]:
    with as_owner():
        return {model._meta.label for _, model, rows in tables(person) if not rows.exists()}


def without_triggers(model: type[Model]) -> None:
    """Until this test is over, rows that nobody may change can be."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute(f"alter table {model._meta.db_table} disable trigger user")
        # Whom someone sees is worked out again all the same (people/sql/visible.sql).
        cursor.execute("select 1 from pg_trigger where tgrelid = %s::regclass and tgname = 'people_again'",
                       [model._meta.db_table])  # fmt: skip
        if cursor.fetchone():
            cursor.execute(f"alter table {model._meta.db_table} enable trigger people_again")


@contextmanager
def as_owner() -> Iterator[None]:
    """The web may not rewrite history; whoever attacks may have."""
    with connection.cursor() as cursor:
        cursor.execute("set local role none")
        try:
            yield
        finally:
            if not connection.needs_rollback:
                cursor.execute("set local role rehab_service")
