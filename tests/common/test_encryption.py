"""Sealed text: unreadable in the table, opened by any key, sealed again by the newest."""

from __future__ import annotations

import pytest

from common import encryption


def test_what_is_sealed_tells_nothing_and_opens_again(settings):
    token = encryption.encrypt("sort code 04-00-04")

    assert "sort" not in token
    assert encryption.decrypt(token) == "sort code 04-00-04"
    assert encryption.encrypt("same") != encryption.encrypt("same")


def test_nothing_stays_nothing():
    assert (encryption.encrypt(""), encryption.decrypt(""), encryption.rotate("")) == ("", "", "")


def test_an_older_key_opens_until_the_text_is_sealed_again(settings):
    settings.FIELD_KEYS = ["old"]
    token = encryption.encrypt("secret")
    settings.FIELD_KEYS = ["new", "old"]
    again = encryption.rotate(token)
    assert encryption.decrypt(token) == encryption.decrypt(again) == "secret"

    settings.FIELD_KEYS = ["new"]

    assert encryption.decrypt(again) == "secret"
    with pytest.raises(encryption.CannotDecrypt, match="Put the older key back"):
        encryption.decrypt(token)


def test_sealed_text_cannot_be_looked_up():
    with pytest.raises(TypeError, match="cannot be looked up"):
        encryption.EncryptedTextField().get_lookup("exact")


def test_what_is_sealed_for_one_column_does_not_open_in_another():
    token = encryption.encrypt("04-00-04", "people_a.note")

    assert encryption.decrypt(token, "people_a.note") == "04-00-04"
    for place in ("people_a.other", "people_b.note", ""):
        with pytest.raises(encryption.CannotDecrypt, match="sealed for another column"):
            encryption.decrypt(token, place)


def test_what_was_sealed_before_opens_and_is_moved_to_its_column():
    before = encryption.encrypt("04-00-04")
    assert encryption.decrypt(before, "people_a.note") == "04-00-04"
    assert not encryption.is_newest(before, "people_a.note")

    after = encryption.rotate(before, "people_a.note")

    assert encryption.is_newest(after, "people_a.note")
    with pytest.raises(encryption.CannotDecrypt):
        encryption.decrypt(after, "people_b.note")
