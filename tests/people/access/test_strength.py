"""The web and the worker refuse to run as anything that owns tables or can get round their guards."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.db import connection

from common.postgres import strength

START = (
    "import django; django.setup();"
    "from common.postgres.strength import refuse_unsafe_database; refuse_unsafe_database(); print('up')"
)


def start(address: str) -> subprocess.CompletedProcess[str]:
    """A fresh process that connects by this address, as the web server does at its start."""
    env = {**os.environ, "DATABASE_ROLE": "web", "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "rehab.settings"}
    return subprocess.run(
        [sys.executable, "-c", START],
        env=env,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.django_db
def test_the_owner_is_refused():
    assert "owns tables" in strength.too_strong()  # the tests connect as the owner, and put the web role on


def test_a_start_as_owner_stops_with_one_sentence(django_db_setup):
    done = start(_address("DATABASE_URL_OWNER"))

    assert done.returncode == strength.STOP
    assert "owns tables" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_start_as_web_goes_ahead(django_db_setup):
    assert start(_address("DATABASE_URL")).stdout.strip() == "up"


def test_a_database_that_is_away_does_not_stop_the_start(monkeypatch):
    monkeypatch.setattr(strength, "untested", _away)
    monkeypatch.setattr(strength.connection, "close", lambda: None)

    strength.refuse_unsafe_database()


def _away() -> str:
    raise strength.OperationalError("away")


def _address(name: str) -> str:
    """The role's own address, with the test database in place of the real one."""
    from urllib.parse import urlsplit, urlunsplit

    parts = urlsplit(os.environ[name])
    return urlunsplit(parts._replace(path="/" + connection.settings_dict["NAME"]))


@pytest.mark.django_db
def test_a_server_that_the_tests_have_not_run_on_is_refused_by_its_number(monkeypatch):
    assert strength.untested() == ""

    monkeypatch.setattr(strength, "TESTED", {97, 98})

    assert "Good Lives is tested on 97 or 98" in strength.untested()
    with pytest.raises(SystemExit):
        strength.refuse_unsafe_database()


@pytest.mark.django_db
def test_nothing_in_the_database_waits_or_runs_for_ever():
    seconds = settings.DATABASE_SECONDS
    with connection.cursor() as cursor:
        cursor.execute(
            "select name, setting::int / 1000 from pg_settings"
            " where name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout')"
        )
        assert dict(cursor.fetchall()) == {
            "lock_timeout": 3, "statement_timeout": seconds, "idle_in_transaction_session_timeout": seconds
        }  # fmt: skip


@pytest.mark.django_db
def test_the_system_check_says_so_too(settings):
    settings.DATABASE_ROLE = "web"

    assert [problem.id for problem in run_checks(tags=["database"], databases=["default"])] == ["common.E001"]


@pytest.mark.django_db
def test_the_owner_may_migrate(settings):
    settings.DATABASE_ROLE = "owner"

    assert run_checks(tags=["database"], databases=["default"]) == []
