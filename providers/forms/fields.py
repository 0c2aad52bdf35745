"""Answers that only this floor asks for."""

from __future__ import annotations

from typing import Any

from common.forms import TextField
from people.models import Outcode, postcodes


class OutcodeField(TextField):
    """A postcode or its first half. Gives the outcode, if it is one we know."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 20, "width": 10, **kwargs})

    def to_python(self, value: Any) -> Outcode | None:  # type: ignore[override]
        text = str(super().to_python(value.code if isinstance(value, Outcode) else value)).upper()
        if not text:
            return None
        outcode = Outcode.objects.filter(code=postcodes.outcode_of(text) or text.replace(" ", "")).first()
        if outcode is None:
            raise self.refuse(
                "invalid", f"We do not know where {text[:10]} is. Enter a postcode or its first half, like PR1."
            )
        return outcode

    def prepare_value(self, value: Any) -> Any:
        return value.code if isinstance(value, Outcode) else value
