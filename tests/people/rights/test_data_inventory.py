"""Every table with a path to a person is in the registry: copied for them, and cleared of them."""

from __future__ import annotations

from django.apps import apps
from django.db.models import ForeignKey, Model

from common import data_inventory
from people.models import Participant


def leads_to_a_person(model: type[Model], seen: frozenset[type[Model]] = frozenset()) -> bool:
    if model is Participant:
        return True
    fields = [f for f in model._meta.get_fields() if isinstance(f, ForeignKey) and f.related_model not in seen]
    return any(leads_to_a_person(f.related_model, seen | {model}) for f in fields)


def about_people() -> set[type[Model]]:
    """By introspection, of every app; history tables too, whose own row may be the only key they have."""
    found = {model for model in apps.get_models(include_auto_created=True) if leads_to_a_person(model)}
    tracked = {model.history.model for model in found if hasattr(model, "history")}
    return found | tracked


def in_the_registry() -> set[type[Model]]:
    lines = list(data_inventory.ENTRIES)
    return {line.model for line in lines} | {line.past_model for line in lines if line.past_model}


def test_every_table_with_a_path_to_a_person_is_in_the_registry():
    missing = {model._meta.label for model in about_people() - in_the_registry()}

    assert missing == set(), "Add a line to the floor's held.py for each of these."


def test_the_search_finds_history_too():
    found = {model._meta.label for model in about_people()}

    assert {"people.HistoricalParticipant", "people.HistoricalRequirement", "budgets.Entry"} <= found


def test_every_line_names_fields_that_there_are():
    for line in data_inventory.ENTRIES:
        names = {field.name for field in line.model._meta.concrete_fields}
        assert {*line.others, *line.hide, *line.kept, *([line.dated] if line.dated else [])} <= names, line.label


def test_every_line_finds_its_rows(participant):
    for line in data_inventory.ENTRIES:
        list(line.rows(participant.pk)), list(line.past(participant.pk) or [])
