"""Who may open each report."""

from __future__ import annotations

from typing import Any

from tests.lifeplans.page_access import STAFF

REPORT = {role: 403 for role in STAFF} | {"MANAGER": 200, "COMMISSIONER": 200, "FINANCE": 200, None: 302}
PAGES = ("money", "money-csv", "statement", "statement-csv")
ROWS: dict[str, dict[str | None, int]] = {f"commissioning:{page}": REPORT for page in PAGES}


def kwargs(world: Any) -> dict[str, dict[str, Any]]:
    from budgets.models import Funder

    of = {"pk": Funder.objects.create(name="Funder of access").pk}
    return {
        "commissioning:money-csv": {"name": "area"}, "commissioning:statement": of, "commissioning:statement-csv": of,
    }  # fmt: skip
