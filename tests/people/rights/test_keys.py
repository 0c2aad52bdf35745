"""New keys: everything sealed is sealed again, once, and the old key can go."""

from __future__ import annotations

import pytest
from django.db import connection

from common.vault import CannotOpen, seal, unseal
from people import documents
from people.models import Document
from people.rights import keys
from tests.conftest import NOW
from tests.people.files import a_png
from tests.people.rights.conftest import role


def test_every_sealed_column_is_found():
    found = {f"{model.__name__}.{column.name}" for model, column in keys.sealed_columns()}

    assert {"Document.content", "SubjectAccess.bundle"} <= found


def test_files_are_sealed_again_and_open_without_the_old_key(participant, officer, settings):
    settings.FIELD_KEYS = ["old"]
    documents.add_document(participant=participant, kind="LETTER", title="x", name="x.png", data=a_png(), by=officer,
                           now=NOW)  # fmt: skip
    settings.FIELD_KEYS = ["new", "old"]

    with role("none"):
        first, second = keys.rotate(), keys.rotate()

    assert (first["people.Document.content"], second["people.Document.content"]) == (1, 0)
    settings.FIELD_KEYS = ["new"]
    assert bytes(Document.objects.get().content).startswith(b"\x89PNG")


def test_without_the_key_it_says_so_and_changes_nothing(participant, officer, settings):
    settings.FIELD_KEYS = ["lost"]
    documents.add_document(participant=participant, kind="LETTER", title="x", name="x.png", data=a_png(), by=officer,
                           now=NOW)  # fmt: skip
    settings.FIELD_KEYS = ["new"]

    with pytest.raises(CannotOpen), role("none"), connection.cursor():
        keys.rotate()


def test_second_factors_are_sealed_again_wherever_they_lie(settings):
    settings.FIELD_KEYS = ["old"]
    data = {"secret": seal("JBSW"), "codes": [seal("a1")], "name": "My phone", "n": 3, "other": "gAAAAnot ours"}
    settings.FIELD_KEYS = ["new", "old"]

    again = keys.resealed(data)
    settings.FIELD_KEYS = ["new"]

    assert (unseal(again["secret"]), unseal(again["codes"][0])) == ("JBSW", "a1")
    assert (again["name"], again["n"], again["other"]) == ("My phone", 3, "gAAAAnot ours")
    assert keys.resealed(again) == again
