"""Who may open the pages that stand on every floor, and those anyone may."""

from __future__ import annotations

from typing import Any

from tests.conftest import TODAY
from tests.lifeplans.access import MINE_ANY, STAFF

EVERYONE = {role: 200 for role in STAFF}
LANDING = {role: 302 for role in STAFF} | {
    "PRACTITIONER": 200,
    "OTHER_PRACTITIONER": 200,
    "MANAGER": 200,
    "DATA_PROTECTION": 302,
}
API = STAFF | {None: 403}
API_LIST = API | {"OTHER_PRACTITIONER": 200}
ROWS: dict[str, dict[str | None, int]] = {
    "home": LANDING,
    "portal-home": MINE_ANY,
    "person-overview": STAFF,
    "team": {role: 403 for role in STAFF} | {"MANAGER": 200, None: 302},
    "no-role": {role: 403 for role in STAFF} | {None: 302},
    "enter": EVERYONE,
    "healthz": {role: 503 for role in STAFF},  # no beat runs beside this test
    "api-schema": EVERYONE | {None: 403},
    "api-plan": API,
    "api-participant-list": API_LIST,
    "api-participant-detail": API,
    "api-request-list": API_LIST,
    "api-request-detail": API,
    "api-request-approve": {role: 403 for role in STAFF} | {"MANAGER": 405},
    "api-request-refuse": {role: 403 for role in STAFF} | {"MANAGER": 405},
    "api-service-list": EVERYONE | {None: 403},
    "api-service-detail": EVERYONE | {None: 403},
    "common:gallery": EVERYONE,
}


def kwargs(world: Any) -> dict[str, dict[str, Any]]:
    from lifeplans import services as plans
    from providers import directory
    from tests.budgets.access import kwargs as of_money

    spend = of_money(world)["budgets:request-detail"]
    plans.start_plan(participant=world.participant, by=world.officer, today=TODAY)
    service = directory.add_provider_with_service(
        provider={"name": "A van"}, service={"name": "Moves"}, by=world.officer, today=TODAY
    )
    return {
        "person-overview": {"ref": world.participant.ref},
        "api-plan": {"ref": world.participant.ref},
        "api-participant-detail": {"ref": world.participant.ref},
        **{f"api-request-{act}": spend for act in ("detail", "approve", "refuse")},
        "api-service-detail": {"ref": service.ref},
    }
