"""What a commissioner may choose: whole years and one funder. Finer choices could be subtracted to reveal a person."""

from __future__ import annotations

from datetime import date
from typing import Any

from budgets.models import Funder
from commissioning.reports import Period
from common.forms import AnyChoice, AnyRows, Form, ModelSelectField, SelectField


def year_of(day: date) -> int:
    """The year a day falls in, by the year it starts in: 31 March 2026 is in 2025."""
    return day.year - ((day.month, day.day) < (4, 1))


class ReportForm(Form):
    funder = ModelSelectField(Funder.objects.none(), label="Funder", required=False, empty_label="All funders")
    year = SelectField(label="Year", required=False, empty_label="Since the start")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.field("funder", AnyRows).queryset = Funder.objects.order_by("name")
        years = range(year_of(today), year_of(today) - 5, -1)
        self.field("year", AnyChoice).choices = [
            ("", "Since the start"),
            *((str(y), f"April {y} to March {y + 1}") for y in years),
        ]

    def chosen(self) -> dict[str, Any]:
        """The funder (or None) and the period. A choice that is not on the list is as none."""
        data = self.cleaned_data if self.is_bound and self.is_valid() else {}
        year = int(data["year"]) if data.get("year") else None
        if year is None:
            return {"funder": data.get("funder"), "period": Period(None, self.today)}
        return {
            "funder": data.get("funder"),
            "period": Period(date(year, 4, 1), min(date(year + 1, 3, 31), self.today)),
        }
