"""Beginning the demo again makes its database anew: the ledger in it is never emptied, by nobody."""

from __future__ import annotations

import pytest
from django.core.management import CommandError

from localservices.management.commands import serve

APPLIED = {("people", "0001_initial"), ("budgets", "0001_initial")}


@pytest.fixture
def did(monkeypatch):
    """What is run, with the database that is there."""
    done = []
    monkeypatch.setattr(serve, "applied_migrations", lambda: set(APPLIED))
    monkeypatch.setattr(serve.localservices, "start_database_over", lambda: done.append("anew") or True)

    def ran(words, env):
        done.append(words[2])
        return type("Done", (), {"returncode": 0})

    monkeypatch.setattr(serve.subprocess, "run", ran)
    return done


def test_a_reset_drops_the_database_and_tells_the_story_in_a_new_one(did):
    serve.prepare(reset=True)

    assert did == ["anew", "migrate_quickly", "demo"]


def test_without_it_the_data_stays(did):
    serve.prepare(reset=False)

    assert did == ["migrate_quickly", "demo"]


def test_a_database_of_ones_own_is_not_dropped(did, monkeypatch):
    monkeypatch.setattr(serve.localservices, "start_database_over", lambda: False)

    with pytest.raises(CommandError, match="is yours, and the story is not begun again"):
        serve.prepare(reset=True)
    assert did == []
