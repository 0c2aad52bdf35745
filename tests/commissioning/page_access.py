"""Who may open each report."""

from __future__ import annotations

from typing import Any

from tests.lifeplans.page_access import STAFF

REPORT = {role: 403 for role in STAFF} | {"MANAGER": 200, "COMMISSIONER": 200, "FINANCE": 200, None: 302}
ROWS: dict[str, dict[str | None, int]] = {"commissioning:money": REPORT, "commissioning:money-csv": REPORT}


def kwargs(world: Any) -> dict[str, dict[str, Any]]:
    return {"commissioning:money-csv": {"name": "area"}}
