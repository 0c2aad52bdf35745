"""The file to start from: a heading for every column that is read, each with an example that can be imported."""

from __future__ import annotations

from datetime import date, timedelta

from people.imports.columns import COLUMNS
from people.models import DeliveryUnit, Membership, Participant, Prison, User

SENTENCED_AGO, RELEASE_IN = timedelta(days=90), timedelta(days=30)


def examples(*, by: User, today: date) -> dict[str, str]:
    """One line, by its headings: someone invented, in an area and a prison that there are, led by who may lead."""
    line = {column.name: column.example for column in COLUMNS}
    line["crn"] = _free("crn", "X9", 5, "")
    line["prison_number"] = _free("prison_number", "A", 4, "XX")
    line["date_of_birth"] = _day(date(today.year - 22, 3, 9))
    line["sentence_start"], line["release_date"] = _day(today - SENTENCED_AGO), _day(today + RELEASE_IN)
    prison = Prison.objects.filter(active=True).order_by("name").first()
    line["prison"] = prison.name if prison else ""
    lead = Membership.objects.current(today).of_practitioners().filter(team__delivery_unit__isnull=False)
    lead = lead.filter(user__is_active=True, user__email__isnull=False).select_related("user", "team__delivery_unit")
    near = lead.filter(team__in=by.team_ids).order_by("pk").first() or lead.order_by("pk").first()
    unit = near.team.delivery_unit if near and near.team else DeliveryUnit.objects.order_by("name").first()
    line["practitioner"] = str(near.user.email) if near else ""
    line["area"] = unit.name if unit else ""
    return line


def _free(column: str, before: str, figures: int, after: str) -> str:
    """A number that nobody has."""
    taken = set(Participant.objects.filter(**{f"{column}__startswith": before}).values_list(column, flat=True)[:10_000])
    numbers = (f"{before}{number:0{figures}}{after}" for number in range(10**figures - 1, 0, -1))
    return next((number for number in numbers if number not in taken), "")


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
