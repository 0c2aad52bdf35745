"""What we take from others: all of it used, and the parts of allauth that it does not promise to keep."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FLOORS = [*settings.FLOORS, "rehab", "sampledata", "localservices"]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUN_TIME = PYPROJECT["project"]["dependencies"]
NAMED_ELSEWHERE = {
    "argon2-cffi": ("rehab/settings.py", "Argon2PasswordHasher"),  # Django imports it
    "gunicorn": ("docker/start", "exec gunicorn "),
}
# Before allauth is upgraded, each of these is looked up in the new version: it may have moved, or do something else.
ALLAUTH_INTERNALS = {
    "people/sign_in/adapter.py": ["allauth.account.internal.flows.login.get_authentication_records"],
    "people/sign_in/forms/account.py": ["allauth.core.internal.ratelimit"],
    "people/sign_in/lockouts.py": ["allauth.core.internal.ratelimit"],
    "people/sign_in/second_factor.py": [
        "allauth.account.internal.flows.login.get_authentication_records",
        "allauth.account.internal.stagekit.clear_login",
        "allauth.account.internal.stagekit.unstash_login",
    ],
    "people/sign_in/forms/second_factor.py": ["allauth.mfa.webauthn.internal.auth"],
    "people/sign_in/sign_ins.py": [
        "allauth.account.internal.flows.login.get_authentication_records",
        "allauth.core.internal.ratelimit",
    ],
    "people/sign_in/ways.py": [
        "allauth.account.internal.flows.login.get_authentication_records",
        "allauth.account.internal.stagekit.clear_login",
    ],
    "people/sign_in/views/account.py": [
        "allauth.account.internal.flows.logout.logout",
        "allauth.core.internal.httpkit.authenticated_user",
    ],
    "people/sign_in/views/entry.py": [
        "allauth.account.internal.flows.login.record_authentication",
        "allauth.core.internal.cryptokit.compare_user_code",
        "allauth.core.internal.ratelimit",
    ],
}


@cache
def owners() -> dict[str, set[str]]:
    """The installed packages that each module comes from, in lower case."""
    return {module: {name.lower() for name in names} for module, names in packages_distributions().items()}


@cache
def imported(path: Path) -> frozenset[str]:
    """Every name that a file imports, in full."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(found)


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def name_of(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found
    return found[0]


def test_the_parts_of_allauth_that_it_calls_internal_are_these_and_no_others():
    found = {
        str(path.relative_to(ROOT)): sorted(name for name in imported(path) if ".internal" in name)
        for path in sources(*FLOORS, "tests")
    }

    assert {path: names for path, names in found.items() if any("allauth" in name for name in names)} == (
        ALLAUTH_INTERNALS
    )


def test_allauth_is_held_to_one_version():
    (found,) = [requirement for requirement in RUN_TIME if requirement.startswith("django-allauth")]

    assert re.fullmatch(r"django-allauth\[[a-z,]+\]==[0-9.]+", found)


@pytest.mark.parametrize("name", [name_of(requirement) for requirement in RUN_TIME])
def test_whatever_production_installs_is_used_there(name):
    if name in NAMED_ELSEWHERE:
        path, words = NAMED_ELSEWHERE[name]
        assert words in (ROOT / path).read_text()
        return
    modules = {module for module, names in owners().items() if name.lower() in names}
    imports = {full.partition(".")[0] for path in sources(*FLOORS) for full in imported(path)}
    installed = {app.partition(".")[0] for app in settings.INSTALLED_APPS}

    assert modules & (imports | installed)


def test_what_is_only_for_this_machine_or_for_tests_is_not_imported_by_production():
    """The image has neither the embedded servers, nor waitress, nor what the tests use."""
    groups = PYPROJECT["dependency-groups"]
    absent = {name_of(requirement).lower() for group in groups.values() for requirement in group}
    found = {
        (str(path.relative_to(ROOT)), full)
        for path in sources(*settings.FLOORS, "rehab")
        for full in imported(path)
        if absent & owners().get(full.partition(".")[0], set())
    }

    assert found == set()
