"""Make a whole caseload in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from django.db import connection, transaction

from sampledata.volume import (
    access_events,
    alerts,
    contacts,
    directory,
    documents,
    messages,
    money,
    people,
    places,
    plans,
    sentences,
)
from sampledata.volume.loading import analyse
from sampledata.volume.sql import Ground

STEPS = [places, people, sentences, plans, contacts, alerts, messages, money, directory, documents, access_events]
SESSION = {"synchronous_commit": "off", "maintenance_work_mem": "1GB", "work_mem": "256MB", "jit": "off"}
Say = Callable[[str], None]


def generate(ground: Ground, say: Say) -> None:
    began = monotonic()
    with transaction.atomic():
        _prepare()
        for step in STEPS:
            start = monotonic()
            made = step.generate(ground)
            say(f"{', '.join(f'{count:,} {what}' for what, count in made.items())}: {monotonic() - start:.1f} s")
    start = monotonic()
    analyse(sorted(ground.after))
    say(f"What Postgres knows of the new rows is counted afresh: {monotonic() - start:.1f} s")
    say(f"In all: {monotonic() - began:.1f} s")


def _prepare() -> None:
    """Nobody else adds people meanwhile, so that the new ones are those above the last id there was."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set constraints has_entries deferred")  # a transaction's entries come after it
        cursor.execute("lock table people_participant, people_user, people_membership in share row exclusive mode")
        for name, value in SESSION.items():
            cursor.execute("select set_config(%s, %s, true)", [name, value])
