"""The database knows every choice: a field with choices gets a CHECK as its model is made, so nobody can forget one."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import CheckConstraint, Field, Model, Q
from django.db.models.signals import class_prepared

SENTENCE = "Choose one of those listed."


def begin(apps: set[str]) -> None:
    """From here on, for every model of these apps but their history, which repeats what was checked."""

    def check(sender: type[Model], **kwargs: Any) -> None:
        repeats = hasattr(sender, "history_object") or sender.__module__ == "__fake__"  # of a migration: it has its own
        if sender._meta.app_label in apps and not repeats:
            add_checks(sender)

    class_prepared.connect(check, weak=False)


def add_checks(model: type[Model]) -> None:
    made = [check for field in model._meta.local_concrete_fields if (check := check_for(model, field))]
    model._meta.constraints = [*model._meta.constraints, *made]
    model._meta.original_attrs["constraints"] = model._meta.constraints  # what makemigrations reads


def check_for(model: type[Model], field: Field[Any, Any]) -> CheckConstraint | None:
    """The field is one of its choices; or empty, or null, where it may be. An array holds nothing else.

    A field that says so in its own words names them under "invalid_choice".
    """
    base = field.base_field if isinstance(field, ArrayField) else field
    if not base.choices:
        return None
    values = [value for value, _ in base.flatchoices]
    if isinstance(field, ArrayField):
        holds = Q(**{f"{field.name}__contained_by": values})
    else:
        holds = Q(**{f"{field.name}__in": [*values, *([""] if field.blank and not field.null else [])]})
    name = f"{model._meta.model_name}_{field.name}_is_known"
    sentence = (field._error_messages or {}).get("invalid_choice", SENTENCE)  # type: ignore[attr-defined]
    return CheckConstraint(name=name, condition=holds, violation_error_message=sentence)
