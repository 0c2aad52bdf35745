"""Postcodes in addresses: the first half says roughly where, and is all that distances need."""

import re

_POSTCODE = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?)\s*([0-9][A-Z]{2})\b")
_OUTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")


def outcode_of(address: str) -> str:
    """The outcode of the last postcode in an address ("…, Derby, DE1 2EQ" → "DE1"), or ""."""
    found = _POSTCODE.findall(address.upper())
    return str(found[-1][0]) if found else ""


def postcode(text: str) -> str:
    """A whole postcode in its one spelling ("hd12ab" → "HD1 2AB"), or "" where it is none."""
    found = _POSTCODE.fullmatch(re.sub(r"\s", "", text).upper())
    return f"{found[1]} {found[2]}" if found else ""


def is_outcode(text: str) -> bool:
    return bool(_OUTCODE.fullmatch(text.upper()))
