"""What databases have had is never edited: a change to one is a new migration."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.db.models.signals import pre_migrate

ROOT = Path(__file__).resolve().parent.parent
LIST = Path(__file__).with_name("migrations.sha256")


def hashes() -> dict[str, str]:
    """Of each migration of ours, and of the SQL that migrations run."""
    files = [*ROOT.glob("*/migrations/0*.py"), *ROOT.glob("*/sql/*.sql")]
    return {str(file.relative_to(ROOT)): hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(files)}


def kept() -> dict[str, str]:
    return {name: digest for digest, name in (line.split() for line in LIST.read_text().splitlines())}


def test_no_migration_that_was_applied_is_edited():
    now, then = hashes(), kept()
    changed = [name for name, digest in then.items() if now.get(name) != digest]
    added = sorted(now.keys() - then.keys())

    assert changed == [], "Write a new migration instead: databases have had these as they were."
    assert added == [], "Run `python -m tests.test_migrations` to put the new ones on the list."


@pytest.mark.django_db(transaction=True)
def test_a_database_that_has_pg_trgm_already_takes_functions_that_set_how_alike_words_must_be():
    """A session that has not loaded it refuses them to whoever is no superuser, as the owner of a live database is."""
    connection.close()
    pre_migrate.send(sender=apps.get_app_config("people"), using="default")

    with connection.cursor() as cursor:
        cursor.execute("show pg_trgm.word_similarity_threshold")
        assert cursor.fetchone() == ("0.6",)


if __name__ == "__main__":
    found = {**hashes(), **kept()} if LIST.exists() else hashes()
    sys.stdout.write(f"{len(found)} migrations are on the list.\n")
    LIST.write_text("".join(f"{digest}  {name}\n" for name, digest in found.items()))
