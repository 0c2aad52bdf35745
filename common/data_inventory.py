"""What is held about a person, table by table: each floor says it of its own, in its `held.py`.

From these lines come the copy a person may ask for, the words that are asked about first, and what is taken away in
the end. A test fails for a table with a path to a person that has no line.
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
    """What becomes of the rows once the person is taken out of the record."""

    SCRUB = "the words go, codes and dates stay"
    DELETE = "the rows go"
    KEEP = "nothing in them names anyone"


@dataclass(frozen=True)
class PersonalDataEntry:
    """One table of a person's data. A tracked table's history goes wherever the table goes."""

    model: type[Model]
    section: str  # the heading it stands under in the copy, in the person's words; "" where it is never in one
    to_person: str  # the look-up that leads from a row to the person, "plan__participant"
    then: Then = Then.SCRUB
    others: tuple[str, ...] = ()  # words by or about others: the officer is asked before the person reads them
    hide: tuple[str, ...] = ()  # not for the copy: bytes, secrets, other people's keys
    kept: tuple[str, ...] = ()  # text that stays where words go: codes that name nobody
    becomes: Callable[[Any], dict[str, Any]] = field(default=lambda person: {})  # what stands in a field's place
    dated: str = ""  # the field that says when: the order of rows, and the last entry in a record
    many: bool = False  # the look-up is into an array of people

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
        """Earlier versions, of rows that are gone as well."""
        if self.past_model is None:
            return None
        return self.past_model._base_manager.filter(**self._look_up(person_id)).order_by("history_date", "history_id")

    def _look_up(self, person_id: int) -> dict[str, Any]:
        name = "id" if self.to_person == "pk" else self.to_person
        return {name: [person_id] if self.many else person_id}

    def shown(self) -> list[Field[Any, Any]]:
        """The fields of the copy: all but keys, the path to the person, and what is hidden."""
        path = self.to_person.partition("__")[0]
        return [f for f in self.model._meta.concrete_fields if not f.primary_key and f.name not in (path, *self.hide)]

    def words(self) -> list[Field[Any, Any]]:
        """The fields that may hold anyone's words or name."""
        return [f for f in self.model._meta.concrete_fields if may_hold_words(f) and f.name not in self.kept]

    def blanks(self, person: Any) -> dict[str, Any]:
        """What stands in each of those fields afterwards, by column."""
        special = self.becomes(person)
        fields = {f.name: f for f in self.model._meta.concrete_fields}
        return {str(f.column): blank_for(f) for f in self.words() if f.name not in special} | {
            str(fields[name].column): value for name, value in special.items()
        }

    def unique_words(self) -> set[str]:
        """Columns of words that no two rows may share."""
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
    """Where there was nothing, nothing is put: see the database's own function."""
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
