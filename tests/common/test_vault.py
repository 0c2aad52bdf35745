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
