"""Issuing a licence and varying it."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from common.forms import AnyChoice, AnyRows, ChecksField, DayField, Form, LongTextField, ModelRadiosField, TextField
from people.models import LicenceCondition, LicencePolicy


class LicenceForm(Form):
    """Every standard condition ticked, and the additional ones to choose from by what they are about."""

    standard = ChecksField(label="Standard conditions", required=False)

    def __init__(self, *args: Any, policy: LicencePolicy, **kwargs: Any) -> None:
        self.rows = list(policy.conditions.order_by("position"))
        standard = [row for row in self.rows if row.kind == LicenceCondition.Kind.STANDARD]
        super().__init__(*args, **{"initial": {"standard": [str(row.pk) for row in standard]}, **kwargs})
        self.field("standard", AnyChoice).choices = [(str(row.pk), row.text) for row in standard]
        extra = [row for row in self.rows if row.kind == LicenceCondition.Kind.ADDITIONAL]
        self._categories = [(name, list(rows)) for name, rows in groupby(extra, key=lambda row: row.category)]
        for number, (name, rows) in enumerate(self._categories):
            choices = [(str(row.pk), row.text + (" (touches money)" if row.touches_money else "")) for row in rows]
            self.fields[f"c{number}"] = ChecksField(label=name, choices=choices, required=False)
            for row in rows:
                if row.asks:
                    self.fields[f"d{row.pk}"] = TextField(
                        label=f"{row.asks}, for “{row.text}”", required=False, max_length=500
                    )

    @property
    def categories(self) -> list[tuple[str, list[Any]]]:
        """Each category's boxes, and the lines to fill in for them."""
        return [
            (name, [self[f"c{number}"], *(self[f"d{row.pk}"] for row in rows if row.asks)])
            for number, (name, rows) in enumerate(self._categories)
        ]

    def clean(self) -> dict[str, Any]:
        picked = {int(pk) for name, value in self.cleaned_data.items() if name[0] in "sc" for pk in value}
        chosen: dict[LicenceCondition, str] = {}
        for row in self.rows:
            details = self.cleaned_data.get(f"d{row.pk}", "")
            if row.pk in picked:
                chosen[row] = details
            if row.pk in picked and row.asks and not details and f"d{row.pk}" not in self.errors:
                self.add_error(f"d{row.pk}", f"Fill in for “{row.text}”: {row.asks.lower()}.")
            if row.pk not in picked and details:
                self.add_error(f"d{row.pk}", f"Tick “{row.text}” too, or leave this empty.")
        return {"chosen": chosen}


class AddConditionForm(Form):
    condition = ModelRadiosField(LicenceCondition, label="Condition to add", called="a condition")
    details = TextField(label="What it asks to be filled in", required=False, max_length=500)
    starts_on = DayField(label="From", called="the first day")
    why = LongTextField(label="Why is it added?", called="why it is added", rows=2, max_length=500)

    def __init__(self, *args: Any, policy: LicencePolicy, there: list[int], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"starts_on": today}, **kwargs})
        rows = policy.conditions.exclude(pk__in=there).order_by("position")
        self.field("condition", AnyRows).queryset = rows
        self.fields["condition"].widget.style = "small"
        self.field("condition", AnyRows).naming = lambda row: row.text + (f" ({row.asks})" if row.asks else "")


class EndConditionForm(Form):
    ends_on = DayField(label="Last day it counts", called="the last day", help_text="Yesterday ends it at once")
    why = LongTextField(label="Why does it end?", called="why it ends", rows=2, max_length=500)
