"""Sealed text: unreadable in the table, opened by any key, sealed again by the newest."""

from __future__ import annotations

import pytest

from common import vault


def test_what_is_sealed_tells_nothing_and_opens_again(settings):
    token = vault.seal("sort code 04-00-04")

    assert "sort" not in token
    assert vault.unseal(token) == "sort code 04-00-04"
    assert vault.seal("same") != vault.seal("same")


def test_nothing_stays_nothing():
    assert (vault.seal(""), vault.unseal(""), vault.reseal("")) == ("", "", "")


def test_an_older_key_opens_until_the_text_is_sealed_again(settings):
    settings.FIELD_KEYS = ["old"]
    token = vault.seal("secret")
    settings.FIELD_KEYS = ["new", "old"]
    again = vault.reseal(token)
    assert vault.unseal(token) == vault.unseal(again) == "secret"

    settings.FIELD_KEYS = ["new"]

    assert vault.unseal(again) == "secret"
    with pytest.raises(vault.CannotOpen, match="Put the older key back"):
        vault.unseal(token)


def test_sealed_text_cannot_be_looked_up():
    with pytest.raises(TypeError, match="cannot be looked up"):
        vault.SealedTextField().get_lookup("exact")


def test_what_is_sealed_for_one_column_does_not_open_in_another():
    token = vault.seal("04-00-04", "people_a.note")

    assert vault.unseal(token, "people_a.note") == "04-00-04"
    for place in ("people_a.other", "people_b.note", ""):
        with pytest.raises(vault.CannotOpen, match="sealed for another column"):
            vault.unseal(token, place)


def test_what_was_sealed_before_opens_and_is_moved_to_its_column():
    before = vault.seal("04-00-04")
    assert vault.unseal(before, "people_a.note") == "04-00-04"
    assert not vault.is_newest(before, "people_a.note")

    after = vault.reseal(before, "people_a.note")

    assert vault.is_newest(after, "people_a.note")
    with pytest.raises(vault.CannotOpen):
        vault.unseal(after, "people_b.note")
