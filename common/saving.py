"""Save a row, and answer a broken constraint with its own sentence.

The database is asked once, by the write itself: Django's full_clean() asks it once for each CHECK before every save,
and still loses the race for a unique constraint. What no constraint says, the fields' own validators say then.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, models, transaction
from phonenumber_field.validators import validate_international_phonenumber
from psycopg2 import sql

from common.errors import RuleBroken

Row = TypeVar("Row", bound=models.Model)
UNREADABLE = "That is too long, or has characters that cannot be kept. Make it shorter and try again."


def save_or_refuse(row: Row, *fields: str, by: Any, why: str = "", whole: bool = False) -> Row:
    """Save the row, or only these fields of it. A broken constraint refuses in its own words.

    The row's history says that `by` (a User) did it, whoever's request this is, and why (100 characters) where it is
    said. With `whole` the caller's own block is rolled back where it refuses, and no savepoint is made for the row.
    """
    row._history_user = by  # type: ignore[attr-defined]  # both are read by django-simple-history
    row._change_reason = why or None  # type: ignore[attr-defined]
    try:
        with transaction.atomic(savepoint=not whole):
            row.save(update_fields=fields or None)
            _refuse_bad_values(row, fields)
    except IntegrityError as refusal:
        raise RuleBroken(sentence(row, refusal)) from refusal
    except DataError as refusal:
        raise RuleBroken(UNREADABLE) from refusal
    return row


def save_all(rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Save these fields of rows of one model in one statement, however many. Their history is the caller's to write."""
    if not rows:
        return
    known = {field.name: field for field in rows[0]._meta.local_concrete_fields}
    told = [known[name] for name in fields]
    columns = {field.column: field for field in (rows[0]._meta.pk, *told)}
    values = [{name: getattr(row, field.attname) for name, field in columns.items()} for row in rows]
    statement = sql.SQL(
        "update {table} set {sets} from jsonb_to_recordset(%s) as given ({types}) where {table}.{key} = given.{key}"
    ).format(
        table=sql.Identifier(rows[0]._meta.db_table),
        key=sql.Identifier(rows[0]._meta.pk.column),
        sets=sql.SQL(", ").join(sql.SQL("{0} = given.{0}").format(sql.Identifier(field.column)) for field in told),
        types=sql.SQL(", ").join(
            sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(str(field.db_type(connection))))
            for name, field in columns.items()
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(values, default=str)])


def _refuse_bad_values(row: models.Model, fields: tuple[str, ...]) -> None:
    """Refuse an empty text where one is needed, and what a field's validator refuses: an e-mail that is none, say."""
    for field in row._meta.local_concrete_fields:
        if field.is_relation or field.generated or (fields and field.name not in fields):
            continue
        value = getattr(row, field.attname)
        if value == "" and not field.blank:
            said = str(field.error_messages["blank"])
            usual = said == str(models.Field.default_error_messages["blank"])
            raise RuleBroken(f"Fill in the {field.verbose_name}." if usual else said)
        if value in field.empty_values or hasattr(value, "resolve_expression"):
            continue
        for validator in field.validators:
            if validator is validate_international_phonenumber:
                continue  # it refuses the numbers kept for examples; our form's field knows them
            try:
                validator(value)
            except ValidationError as problem:
                raise RuleBroken(" ".join(problem.messages)) from problem


def sentence(row: models.Model, refusal: IntegrityError) -> str:
    """Return the broken constraint's sentence. An unknown constraint is a defect, so it is raised."""
    name = refusal.__cause__.diag.constraint_name  # type: ignore[union-attr]
    for constraint in row._meta.constraints:
        if constraint.name == name:
            return str(constraint.violation_error_message)
    for field in row._meta.local_concrete_fields:
        if field.unique and name == f"{row._meta.db_table}_{field.column}_key":
            return str(field.error_messages["unique"]) % {
                "model_name": str(row._meta.verbose_name).capitalize(), "field_label": field.verbose_name,
            }  # fmt: skip
    raise refusal
