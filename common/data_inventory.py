"""What is held about a person, table by table. Each floor lists its own tables in its `data_inventory.py`.

These entries decide what a person's copy contains, which words the data-protection officer sees first, and what an
erasure removes. A test fails for a table with a path to a person and no entry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, EmailField, Field, GeneratedField, JSONField, Model, QuerySet, TextField
from phonenumber_field.modelfields import PhoneNumberField

from common.encryption import EncryptedTextField, column_of, encrypt
from common.registry import Registry

GONE = "Removed"


class Then(StrEnum):
    """What an erasure does with the rows."""

    SCRUB = "the words go, codes and dates stay"
    DELETE = "the rows go"
    KEEP = "nothing in them names anyone"


@dataclass(frozen=True)
class PersonalDataEntry:
    """One table of a person's data. Its history is treated alike."""

    model: type[Model]
    section: str  # its heading in the copy, in the person's words; "" where it is never in one
    to_person: str  # the look-up from a row to the person, "plan__participant"
    then: Then = Then.SCRUB
    others: tuple[str, ...] = ()  # words by or about others, which the officer decides on
    hide: tuple[str, ...] = ()  # not for the copy: bytes, secrets, other people's keys
    hides: Callable[[Any], tuple[str, ...]] = field(default=lambda row: ())  # the same, of this row alone
    kept: tuple[str, ...] = ()  # text that an erasure leaves: codes that name nobody
    becomes: Callable[[Any], dict[str, Any]] = field(default=lambda person: {})  # what replaces fields in an erasure
    dated: str = ""  # the field with the date, for the order and the last entry
    many: bool = False  # the look-up goes into an array of people

    @property
    def label(self) -> str:
        return self.model._meta.label

    @property
    def past_model(self) -> type[Model] | None:
        tracked = getattr(self.model, "history", None)
        return tracked.model if tracked else None

    def rows(self, person_id: int) -> QuerySet[Any]:
        found = self.model._base_manager.filter(**self._look_up(person_id))
        return found.order_by(*([self.dated] if self.dated else []), "pk")

    def past(self, person_id: int) -> QuerySet[Any] | None:
        """Return earlier versions, of deleted rows too."""
        if self.past_model is None:
            return None
        return self.past_model._base_manager.filter(**self._look_up(person_id)).order_by("history_date", "history_id")

    def _look_up(self, person_id: int) -> dict[str, Any]:
        name = "id" if self.to_person == "pk" else self.to_person
        return {name: [person_id] if self.many else person_id}

    def shown(self) -> list[Field[Any, Any]]:
        """Return the fields of the copy: all but keys, the path to the person, and hidden ones."""
        path = self.to_person.partition("__")[0]
        return [f for f in self.model._meta.concrete_fields if not f.primary_key and f.name not in (path, *self.hide)]

    def words(self) -> list[Field[Any, Any]]:
        """Return the fields that may hold anyone's words or name."""
        return [f for f in self.model._meta.concrete_fields if may_hold_words(f) and f.name not in self.kept]

    def blanks(self, person: Any) -> dict[str, Any]:
        """Return what an erasure leaves in each of those fields, by column."""
        special = self.becomes(person)
        fields = {f.name: f for f in self.model._meta.concrete_fields}
        return {str(f.column): blank_for(f) for f in self.words() if f.name not in special} | {
            str(fields[name].column): value for name, value in special.items()
        }

    def unique_words(self) -> set[str]:
        """Return the columns of words that must be unique."""
        alone = {str(f.column) for f in self.words() if f.unique}
        together = {
            getattr(leaf, "name", "")
            for constraint in self.model._meta.constraints
            for expression in getattr(constraint, "expressions", ())
            for leaf in (expression.flatten() if hasattr(expression, "flatten") else [expression])
        } | {name for constraint in self.model._meta.constraints for name in getattr(constraint, "fields", ())}
        return alone | {str(f.column) for f in self.words() if f.name in together}


def may_hold_words(field: Field[Any, Any]) -> bool:
    if isinstance(field, GeneratedField):
        return False
    if isinstance(field, ArrayField):
        return may_hold_words(field.base_field)
    return isinstance(field, CharField | TextField | JSONField) and not field.choices


def blank_for(field: Field[Any, Any]) -> Any:
    """Return what replaces a text. The database's function leaves empty fields empty."""
    if isinstance(field, ArrayField):
        return [GONE]
    if isinstance(field, JSONField):
        return {}
    if isinstance(field, EncryptedTextField):
        return encrypt(GONE, column_of(field))
    if isinstance(field, EmailField | PhoneNumberField) or (field.max_length or 1000) < len(GONE) + 12:
        return None if field.null else ""
    return GONE


ENTRIES: Registry[PersonalDataEntry] = Registry()  # every table of a person's data, ground floor first


def of(label: str) -> PersonalDataEntry | None:
    return next((entry for entry in ENTRIES if entry.label == label), None)
