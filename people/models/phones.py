"""Phone numbers as people here write them."""

from __future__ import annotations

from typing import Any

import phonenumbers


def in_words(number: Any) -> str:
    """+447700900084 → "07700 900084"; a number from elsewhere keeps its country."""
    try:
        read = phonenumbers.parse(str(number))
    except phonenumbers.NumberParseException:
        return str(number or "")
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(read, style.NATIONAL if read.country_code == 44 else style.INTERNATIONAL)
