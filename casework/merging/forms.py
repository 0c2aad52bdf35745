"""Which value to keep of each that differs, and a tick that it is one person."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from casework.merging.comparing import Line
from common.forms import ChoiceField, Form, TextField, TickField

SIDES = [("kept", "The record that stays"), ("gone", "The record that goes")]
PREFIX = "take_"


class FindOther(Form):
    q = TextField(label="Name, CRN, prison number or phone", required=False, max_length=100)


class MergeForm(Form):
    sure = TickField(label="I have checked that both records are of one person")

    def __init__(self, *args: Any, lines: list[Line], choosable: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        asked = [line for line in lines if line.differs and line.name in choosable]
        for line in asked:
            initial = "kept" if line.kept else "gone"
            field = ChoiceField(label=f"Keep which {line.called}?", choices=SIDES, initial=initial)
            self.fields[PREFIX + line.name] = field
        self.order_fields([*(PREFIX + line.name for line in asked), "sure"])

    @property
    def rows(self) -> Iterator[dict[str, Any]]:
        """Each line, with its question where there is one."""
        for line in self.lines:
            name = PREFIX + line.name
            yield {"line": line, "field": self[name] if name in self.fields else None}

    @property
    def take(self) -> set[str]:
        """The fields whose value comes from the record that goes."""
        answers = self.cleaned_data.items()
        return {name.removeprefix(PREFIX) for name, answer in answers if name != "sure" and answer == "gone"}
