"""What a commissioner may choose: the years since the first money was put in, and one funder."""

from __future__ import annotations

from datetime import date
from typing import Any

from budgets.models import Funder
from commissioning.models import PutIn
from commissioning.reports import Choice
from commissioning.years import year_of
from common.forms import AnyChoice, AnyRows, Form, ModelSelectField, SelectField


class StatementForm(Form):
    year = SelectField(label="Year", required=False, empty_label="Since the start")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = PutIn.objects.order_by("last_day").values_list("last_day", flat=True).first()
        years = range(year_of(today), year_of(first or today) - 1, -1)
        self.field("year", AnyChoice).choices = [
            ("", "Since the start"),
            *((str(y), f"April {y} to March {y + 1}") for y in years),
        ]

    def chosen(self) -> Choice:
        """The funder and the year, or all of them. A choice that is not on the list is as none."""
        data = self.cleaned_data if self.is_bound and self.is_valid() else {}
        return Choice(data.get("funder"), int(data["year"]) if data.get("year") else None)


class ReportForm(StatementForm):
    funder = ModelSelectField(Funder.objects.none(), label="Funder", required=False, empty_label="All funders")
    field_order = ("funder", "year")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, today=today, **kwargs)
        self.field("funder", AnyRows).queryset = Funder.objects.order_by("name")
