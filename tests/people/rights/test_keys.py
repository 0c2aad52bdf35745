"""New keys: everything sealed is sealed again, once, and the old key can go."""

from __future__ import annotations

import pytest
from django.db import connection

from common.encryption import SECOND_FACTORS, CannotDecrypt, decrypt, encrypt
from people.models import Document, SafeContact, VictimLiaison
from people.record import documents
from people.rights import keys
from tests.conftest import NOW, TODAY
from tests.people.files import a_png
from tests.people.rights.conftest import role


def test_every_sealed_column_is_found():
    found = {f"{model.__name__}.{column.name}" for model, column in keys.encrypted_columns()}

    assert {"Document.content", "SubjectAccess.bundle"} <= found


def test_files_are_sealed_again_and_open_without_the_old_key(participant, officer, settings):
    settings.FIELD_KEYS = ["old"]
    documents.add_document(participant=participant, kind="LETTER", title="x", name="x.png", data=a_png(), by=officer,
                           now=NOW)  # fmt: skip
    settings.FIELD_KEYS = ["new", "old"]

    with role("none"):
        first, second = keys.rotate_all(), keys.rotate_all()

    assert (first["people.Document.content"], second["people.Document.content"]) == (1, 0)
    settings.FIELD_KEYS = ["new"]
    assert bytes(Document.objects.get().content).startswith(b"\x89PNG")


def test_a_sealed_value_opens_in_its_own_column_and_its_history_alone(participant, officer):
    row = VictimLiaison.objects.create(
        participant=participant, officer="Vi", contact="1", notes="Not near Mill Road", written_by=officer,
        written_on=TODAY,
    )  # fmt: skip
    row = VictimLiaison.objects.get(pk=row.pk)
    assert (row.notes, row.history.get().notes) == ("Not near Mill Road",) * 2

    with role("none"), connection.cursor() as cursor:
        cursor.execute("update people_victimliaison set contact = notes")

    with pytest.raises(CannotDecrypt, match="sealed for another column"):
        VictimLiaison.objects.get(pk=row.pk)


def test_what_was_sealed_for_no_column_opens_and_is_moved_to_its_own(participant, officer):
    with role("none"), connection.cursor() as cursor:
        SafeContact.objects.create(participant=participant, note="x", said_on=TODAY, written_by=officer)
        cursor.execute("update people_safecontact set note = %s", [encrypt("Never ring before six")])
        assert SafeContact.objects.get().note == "Never ring before six"

        assert keys.rotate_all()["people.SafeContact.note"] == 1

        cursor.execute("select note from people_safecontact")
        assert cursor.fetchone()[0].startswith("2.")
        assert SafeContact.objects.get().note == "Never ring before six"


def test_without_the_key_it_says_so_and_changes_nothing(participant, officer, settings):
    settings.FIELD_KEYS = ["lost"]
    documents.add_document(participant=participant, kind="LETTER", title="x", name="x.png", data=a_png(), by=officer,
                           now=NOW)  # fmt: skip
    settings.FIELD_KEYS = ["new"]

    with pytest.raises(CannotDecrypt), role("none"), connection.cursor():
        keys.rotate_all()


def test_second_factors_are_sealed_again_wherever_they_lie(settings):
    settings.FIELD_KEYS = ["old"]
    data = {"secret": encrypt("JBSW"), "codes": [encrypt("a1")], "name": "My phone", "n": 3, "other": "gAAAAnot ours"}
    settings.FIELD_KEYS = ["new", "old"]

    again = keys.rotated(data)
    settings.FIELD_KEYS = ["new"]

    assert [decrypt(token, SECOND_FACTORS) for token in (again["secret"], again["codes"][0])] == ["JBSW", "a1"]
    with pytest.raises(CannotDecrypt):
        decrypt(again["secret"])
    assert (again["name"], again["n"], again["other"]) == ("My phone", 3, "gAAAAnot ours")
    assert keys.rotated(again) == again
