"""The database keeps every promise, and says each in a sentence of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connection

MODELS = [model for floor in settings.FLOORS for model in apps.get_app_config(floor).get_models()]
TABLES = [model for model in MODELS if not hasattr(model, "history_object")]


def test_every_constraint_has_a_sentence_of_its_own():
    dumb = [
        constraint.name
        for model in TABLES
        for constraint in model._meta.constraints
        if constraint.violation_error_message == constraint.default_violation_error_message
    ]

    assert dumb == [], "Give each a violation_error_message that says what to do."


def fields_with_choices() -> Iterator[tuple[str, str]]:
    for model in TABLES:
        for field in model._meta.local_concrete_fields:
            base = field.base_field if isinstance(field, ArrayField) else field
            if base.choices:
                yield model._meta.db_table, f"{model._meta.model_name}_{field.name}_is_known"


def test_every_choice_is_held_by_a_check_in_the_database(db):
    with connection.cursor() as cursor:
        cursor.execute("select conrelid::regclass::text, conname from pg_constraint where contype = 'c'")
        covered = set(cursor.fetchall())

    assert [wanted for wanted in fields_with_choices() if wanted not in covered] == []


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.label)
def test_the_names_of_constraints_fit(model):
    assert [c.name for c in model._meta.constraints if len(c.name) > 63] == []
