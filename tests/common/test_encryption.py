"""Sealed text: unreadable in the table, opened by any key, sealed again by the newest."""

from __future__ import annotations

import pytest

from common import encryption


def test_what_is_sealed_tells_nothing_and_opens_again(settings):
    token = encryption.seal("sort code 04-00-04")

    assert "sort" not in token
    assert encryption.unseal(token) == "sort code 04-00-04"
    assert encryption.seal("same") != encryption.seal("same")


def test_nothing_stays_nothing():
    assert (encryption.seal(""), encryption.unseal(""), encryption.reseal("")) == ("", "", "")


def test_an_older_key_opens_until_the_text_is_sealed_again(settings):
    settings.FIELD_KEYS = ["old"]
    token = encryption.seal("secret")
    settings.FIELD_KEYS = ["new", "old"]
    again = encryption.reseal(token)
    assert encryption.unseal(token) == encryption.unseal(again) == "secret"

    settings.FIELD_KEYS = ["new"]

    assert encryption.unseal(again) == "secret"
    with pytest.raises(encryption.CannotOpen, match="Put the older key back"):
        encryption.unseal(token)


def test_sealed_text_cannot_be_looked_up():
    with pytest.raises(TypeError, match="cannot be looked up"):
        encryption.SealedTextField().get_lookup("exact")


def test_what_is_sealed_for_one_column_does_not_open_in_another():
    token = encryption.seal("04-00-04", "people_a.note")

    assert encryption.unseal(token, "people_a.note") == "04-00-04"
    for place in ("people_a.other", "people_b.note", ""):
        with pytest.raises(encryption.CannotOpen, match="sealed for another column"):
            encryption.unseal(token, place)


def test_what_was_sealed_before_opens_and_is_moved_to_its_column():
    before = encryption.seal("04-00-04")
    assert encryption.unseal(before, "people_a.note") == "04-00-04"
    assert not encryption.is_newest(before, "people_a.note")

    after = encryption.reseal(before, "people_a.note")

    assert encryption.is_newest(after, "people_a.note")
    with pytest.raises(encryption.CannotOpen):
        encryption.unseal(after, "people_b.note")
