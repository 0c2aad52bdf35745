"""One thing has one name: no module, identifier, address or database object uses a name we gave up."""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = settings.BASE_DIR
NOT_OURS = {"node_modules", "static", "staticfiles"}
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")
KINDS = {"words", "name", "module", "column"}
NAMED_BY_DJANGO = ("auth_", "account_", "mfa_", "django_", "socialaccount_", "usersessions_")

CATALOGUE = """
    select relname from pg_class where relnamespace = 'public'::regnamespace
    union select table_name || '.' || column_name from information_schema.columns where table_schema = 'public'
    union select conname from pg_constraint where connamespace = 'public'::regnamespace
    union select tgname from pg_trigger where not tgisinternal
    union select policyname from pg_policies where schemaname = 'public'
    union select rolname from pg_roles where rolname like 'rehab%%'
    union select p.proname from pg_proc p where p.pronamespace = 'public'::regnamespace
        and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
"""


class Retired(NamedTuple):
    kind: str
    name: str
    now: str

    def is_in(self, name: str) -> bool:
        if self.kind == "words":
            return f" {self.name} " in f" {in_words(name)} "
        return self.kind == "name" and name.replace("-", "_") == self.name


@cache
def in_words(name: str) -> str:
    """Return "hand over form" for HandOverForm, hand_over_form and hand-over-form."""
    return " ".join(WORD.findall(name)).lower()


def listed() -> list[Retired]:
    lines = (ROOT / "docs" / "retired_names.txt").read_text().splitlines()
    return [Retired(*map(str.strip, line.split("|"))) for line in lines if line and not line.startswith("#")]


RETIRED = listed()


def find_retired(names: Iterable[tuple[str, str]]) -> str:
    """Return a line for each (place, name) that uses a retired name."""
    lines = {f"{place}: {name} (now: {now})" for place, name in names for now in now_called(name)}
    return "\n".join(sorted(lines))


@cache
def now_called(name: str) -> list[str]:
    """What a name that uses a retired one, or several, should use: asked once for each, since names come again."""
    return [old.now for old in RETIRED if old.is_in(name)]


def our_files() -> list[Path]:
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*.py"))
    return sorted(path for path in found if not any(p in NOT_OURS or p.startswith(".") for p in path.parts))


def names_in(path: Path) -> Iterator[tuple[str, str]]:
    tests = path.parts[0] == "tests"
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        for name in [*node_names(node), *path_in_string(node)]:
            if not (tests and name.startswith("test_")):  # a test's name is a sentence
                yield f"{path}:{getattr(node, 'lineno', '?')}", name


def node_names(node: ast.AST) -> list[str]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return [node.name]
        case ast.arg():
            return [node.arg]
        case ast.keyword():
            return [node.arg] if node.arg else []
        case ast.Attribute():
            return [node.attr]
        case ast.Name():
            return [node.id]
        case ast.alias():
            return [*node.name.split("."), *([node.asname] if node.asname else [])]
    return []


def path_in_string(node: ast.AST) -> list[str]:
    """Return the names in "people.access.middleware", by which settings and registries find our code."""
    text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    names = text.split(".")
    return names if len(names) > 1 and names[0] in settings.FLOORS and DOTTED.fullmatch(text) else []


def url_names(resolver: URLResolver) -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from url_names(entry)
        elif isinstance(entry, URLPattern) and isinstance(entry.name, str):
            yield "address", entry.name


def test_the_list_says_only_what_the_test_can_read():
    assert {old.kind for old in RETIRED} == KINDS
    assert [old for old in RETIRED if old.kind == "words" and old.name != in_words(old.name)] == []


@pytest.mark.parametrize(
    ("name", "words"), [("HandOverForm", "hand over form"), ("LOOK_SEALS", "look seals"), ("let-go", "let go")]
)
def test_a_name_is_read_word_by_word(name, words):
    assert in_words(name) == words


def test_a_word_is_not_found_inside_another():
    assert not Retired("words", "side", "").is_in("outside_effect")
    assert not Retired("name", "side", "").is_in("side_effect")
    assert Retired("words", "let go", "").is_in("may_let_go_of")


def test_no_module_has_a_retired_name():
    modules = [old for old in RETIRED if old.kind == "module"]
    paths = {f"/{part.with_suffix('')}" for path in our_files() for part in [path, *path.parents[:-1]]}
    assert [(path, old.now) for path in sorted(paths) for old in modules if path.endswith(f"/{old.name}")] == []
    assert find_retired((path, Path(path).name) for path in paths) == ""


def test_no_identifier_is_retired():
    assert find_retired(found for path in our_files() for found in names_in(path)) == ""


def test_no_field_and_no_way_back_to_a_row_has_a_retired_name():
    fields = ((model._meta.label, field.name) for model in apps.get_models() for field in model._meta.get_fields())

    assert find_retired(found for found in fields if found[0].split(".")[0] in settings.FLOORS) == ""


def test_no_template_has_a_retired_name():
    templates = (path.relative_to(ROOT) for path in (ROOT / "templates").rglob("*.html"))

    assert find_retired((str(path), part) for path in templates for part in path.with_suffix("").parts) == ""


def test_no_address_has_a_retired_name():
    assert find_retired(url_names(get_resolver())) == ""


def test_nothing_in_the_database_has_a_retired_name(db):
    with connection.cursor() as cursor:
        cursor.execute(CATALOGUE)
        found = {name for (name,) in cursor.fetchall()}
    columns = {old.name for old in RETIRED if old.kind == "column"}
    objects = {part for name in found for part in (name, *name.split("."))}
    models = {name.split("_", 1)[-1] for name in found if "." not in name}  # people_bar was Bar
    old_models = {old.name.lower() for old in RETIRED if old.kind == "name" and old.name[0].isupper()}

    assert len(found) > 1000  # it did look
    assert found & columns == set()
    assert models & old_models == set()
    assert find_retired(("database", name) for name in objects if not name.startswith(NAMED_BY_DJANGO)) == ""
