"""A quarter of the time for a database's first migrations, on a machine of one's own. Production migrates as Django
does.

Django makes the classes of nearly every model anew for each new model, field, constraint and index, since all of them
are related to each other. Here what is new is put on the classes that are there. A class of the state before an
operation then has it as well: PostgreSQL's statements never read that there (an altered or removed field they do, so
those are left to Django). tests/localservices/test_quick_migrations.py compares what both ways make.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ModelState, ProjectState
from django.db.models import Field

plain_add_model: Callable[..., None] = ProjectState.add_model
plain_add_field: Callable[..., None] = ProjectState.add_field
plain_append_option: Callable[..., None] = ProjectState._append_option  # type: ignore[attr-defined]
plain_remove_option: Callable[..., None] = ProjectState._remove_option  # type: ignore[attr-defined]


@contextmanager
def _without_making_anew(state: ProjectState) -> Iterator[Any]:
    """The state's classes, or nothing where there are none yet; Django, who sees none, makes none anew."""
    apps = state.__dict__.pop("apps", None)
    yield apps
    if apps is not None:
        state.__dict__["apps"] = apps
        apps.clear_cache()


def add_model(self: ProjectState, model_state: ModelState) -> None:
    with _without_making_anew(self) as apps:
        plain_add_model(self, model_state)
        if apps is not None:
            apps.render_multiple([model_state])


def add_field(
    self: ProjectState, app_label: str, model_name: str, name: str, field: Field, preserve_default: bool
) -> None:
    with _without_making_anew(self) as apps:
        plain_add_field(self, app_label, model_name, name, field, preserve_default)
        if apps is not None:
            added = self.models[app_label, model_name].fields[name]
            apps.get_model(app_label, model_name).add_to_class(name, added.clone())


def _set_option(self: ProjectState, app_label: str, model_name: str, option_name: str, values: list[Any]) -> None:
    self.models[app_label, model_name].options[option_name] = values
    if "apps" in self.__dict__:
        setattr(self.apps.get_model(app_label, model_name)._meta, option_name, list(values))


def append_option(self: ProjectState, app_label: str, model_name: str, option_name: str, added: Any) -> None:
    there = self.models[app_label, model_name].options[option_name]
    _set_option(self, app_label, model_name, option_name, [*there, added])


def remove_option(self: ProjectState, app_label: str, model_name: str, option_name: str, name: str) -> None:
    there = self.models[app_label, model_name].options[option_name]
    _set_option(self, app_label, model_name, option_name, [one for one in there if one.name != name])


def use() -> None:
    ProjectState.add_model = add_model  # type: ignore[method-assign]
    ProjectState.add_field = add_field  # type: ignore[method-assign]
    ProjectState._append_option = append_option  # type: ignore[attr-defined]
    ProjectState._remove_option = remove_option  # type: ignore[attr-defined]
