"""Moving rows from one record to another, and remembering each so that it can be put back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Field, Model
from django.utils import timezone

from casework.merging.rules import RULES, Clash, Rule, twin_of
from people.models import Assignment, Merge, Participant, User

Relation = tuple[str, type[Model], str]  # its name in RULES, the model that points, by which field


def relations_of(model: type[Model]) -> list[Relation]:
    """Return every foreign key to this model except those of history, in the order of RULES."""
    found = []
    fields: list[Any] = list(model._meta.get_fields(include_hidden=True))
    for field in fields:
        if field.auto_created and field.is_relation and not field.concrete:
            pointing: Any = field.related_model
            name = f"{pointing._meta.label}.{field.field.name}"
            if not pointing.__name__.startswith("Historical"):
                found.append((name, pointing, field.field.name))
    order = list(RULES)
    return sorted(found, key=lambda relation: order.index(relation[0]) if relation[0] in RULES else len(order))


class Mover:
    """Carries out one merge, and notes all it does in `merge.moved` and `merge.changed`."""

    def __init__(self, *, merge: Merge, kept: Participant, gone: Participant, by: User, now: datetime) -> None:
        self.merge, self.kept, self.gone, self.by, self.now = merge, kept, gone, by, now
        self.today: date = timezone.localdate(now)
        self.two_accounts = bool(kept.user_id and gone.user_id)
        led = Assignment.objects.current(self.today)
        self.gone_is_led = led.filter(participant=kept).exists() and led.filter(participant=gone).exists()

    def change(self, row: Model, **values: Any) -> None:
        """Change a row by the usual way, so that its history says so, and remember what it was."""
        told = {}
        for name, value in values.items():
            field: Any = row._meta.get_field(name.removesuffix("_id") if name.endswith("_id") else name)
            before = written(field, row)
            setattr(row, field.attname, value)
            told[field.attname] = [before, written(field, row)]
        row.save(update_fields=[row._meta.get_field(name).name for name in told])
        self.merge.changed.append({"model": row._meta.label, "pk": row.pk, "fields": told})

    def fold(self, model: type[Model], source: int, target: int) -> None:
        """Make everything that points at one row point at the other."""
        for name, pointing, field in relations_of(model):
            if RULES[name].clash is not Clash.FROZEN:
                self._move_all(RULES[name], pointing, field, source, target)

    def _move_all(self, rule: Rule, model: type[Model], field: str, source: int, target: int) -> None:
        rows = model._base_manager.filter(**{field: source}).order_by("pk")
        if rule.first:
            for row in rows:
                rule.first(self, row)
        ids = list(rows.values_list("pk", flat=True))
        moved = (
            ids
            if _try(model, field, ids, target)
            else [row.pk for row in rows if self._moves(rule, row, field, target)]
        )
        self._remember(model._meta.label, field, moved, source, target)
        if hasattr(model, "history"):
            self._move_history(model, field, source, target, stays=sorted(set(ids) - set(moved)))

    def _moves(self, rule: Rule, row: Any, field: str, target: int) -> bool:
        """Move one row, after its rule settled it if needed. Return whether it moved."""
        model = type(row)
        if _try(model, field, [row.pk], target):
            return True
        if rule.settle:
            rule.settle(self, row)
        if rule.clash is Clash.FOLD:
            self.fold(model, row.pk, twin_of(model, rule, row, field, target).pk)
        return rule.clash is Clash.SETTLE and _try(model, field, [row.pk], target)

    def _move_history(self, model: Any, field: str, source: int, target: int, stays: list[int]) -> None:
        """Move history rows. They are append-only, so a database function does it, for a standing merge alone."""
        table = model.history.model._meta.db_table
        ids = move_history(self.merge, table, f"{field}_id", source, target, stays=stays, only=None)
        self._remember(model.history.model._meta.label, field, ids, source, target)

    def _remember(self, label: str, field: str, ids: list[int], source: int, target: int) -> None:
        if ids:
            self.merge.moved.append({"model": label, "field": field, "ids": ids, "from": source, "to": target})


def _try(model: type[Model], field: str, ids: list[int], target: int) -> bool:
    """Point these rows elsewhere, all or none: the database's own promises say whether they may."""
    try:
        with transaction.atomic():
            model._base_manager.filter(pk__in=ids).update(**{field: target})
    except IntegrityError:
        return False
    return True


def put_back(merge: Merge) -> None:
    """Move rows back that have not moved again, then restore values that nobody has changed since."""
    for entry in reversed(merge.moved):
        model = apps.get_model(entry["model"])
        if model.__name__.startswith("Historical"):
            column, table = f"{entry['field']}_id", model._meta.db_table
            move_history(merge, table, column, entry["to"], entry["from"], stays=[], only=entry["ids"])
        else:
            rows = model._base_manager.filter(pk__in=entry["ids"], **{entry["field"]: entry["to"]})
            rows.update(**{entry["field"]: entry["from"]})
    for entry in reversed(merge.changed):
        row = apps.get_model(entry["model"])._base_manager.filter(pk=entry["pk"]).first()
        if row is not None:
            _restore(row, entry["fields"])


def _restore(row: Model, fields: dict[str, list[str | None]]) -> None:
    back = []
    for name, (before, after) in fields.items():
        field: Any = row._meta.get_field(name)
        if written(field, row) == after:
            setattr(row, field.attname, None if before is None else field.to_python(before))
            back.append(field.name)
    if back:
        row.save(update_fields=back)


def written(field: Field[Any, Any], row: Model) -> str | None:
    """The value as text that says all of it."""
    return None if field.value_from_object(row) is None else field.value_to_string(row)


def move_history(
    merge: Merge, table: str, column: str, source: int, target: int, *, stays: list[int], only: list[int] | None
) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select people_move_history(%s, %s::regclass, %s, %s, %s, %s::bigint[], %s::bigint[])",
            [merge.pk, table, column, source, target, stays, only],
        )
        return list(cursor.fetchone()[0])


def counted(gone: Participant) -> Iterator[tuple[str, int, Rule]]:
    """How many of each kind the record has, for the preview."""
    for name, rule in RULES.items():
        label, field = name.rsplit(".", 1)
        path = field if field in ("participant", "merged_into") else f"{field}__participant"
        if rule.label and (count := apps.get_model(label)._base_manager.filter(**{path: gone}).count()):
            yield rule.label, count, rule
