"""Who may open each report."""

from __future__ import annotations

from typing import Any

from tests.conftest import NOW, TODAY
from tests.lifeplans.page_access import STAFF

REPORT = {role: 403 for role in STAFF} | {"MANAGER": 200, "COMMISSIONER": 200, "FINANCE": 200, None: 302}
PAGES = ("money", "money-csv", "statement", "statement-csv", "statement-pdf")
OWN = {role: 403 for role in STAFF} | {"FUNDER": 200, None: 302}
ROWS: dict[str, dict[str | None, int]] = {
    **{f"commissioning:{page}": REPORT for page in PAGES},
    "commissioning:my-statements": OWN | {"FUNDER": 302},
    **{f"commissioning:my-statement{kind}": OWN for kind in ("", "-csv", "-pdf")},
}


def kwargs(world: Any) -> dict[str, dict[str, Any]]:
    from budgets.models import Funder, FunderReader

    funder = Funder.objects.create(name="Funder of access")
    FunderReader.objects.create(funder=funder, user=world.funder, starts_on=TODAY, added_by=world.finance, added_at=NOW)
    of = {"pk": funder.pk}
    return {
        "commissioning:money-csv": {"name": "area"}, "commissioning:statement": of, "commissioning:statement-csv": of,
        **{f"commissioning:my-statement{kind}": of for kind in ("", "-csv", "-pdf")}, "commissioning:statement-pdf": of,
    }  # fmt: skip
