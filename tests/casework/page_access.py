"""Who may open the pages that stand on every floor, and those anyone may."""

from __future__ import annotations

from typing import Any

from tests.conftest import TODAY, service_account
from tests.lifeplans.page_access import MINE_ANY, STAFF

MANAGERS = {role: 403 for role in STAFF} | {"MANAGER": 200, None: 302}
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
    "first-days": {role: 403 for role in STAFF} | {"ADMINISTRATOR": 200, None: 302},
    "portal-home": MINE_ANY,
    "person-overview": STAFF,
    "team": {role: 403 for role in STAFF} | {"MANAGER": 200, None: 302},
    "merge-choose": MANAGERS,
    "merge-compare": MANAGERS,
    "merge-detail": MANAGERS,
    "merge-undo": {role: 403 for role in STAFF} | {"MANAGER": 405, None: 302},
    "no-role": {role: 403 for role in STAFF} | {None: 302},
    "enter": EVERYONE,
    "healthz": {role: 503 for role in STAFF},  # no beat runs beside this test
    "livez": {role: 200 for role in STAFF},
    "security-txt": {role: 404 for role in STAFF},  # this test names no contact
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
    "api-none": {role: 404 for role in EVERYONE} | {None: 403},
    "common:gallery": EVERYONE,
}


def kwargs(world: Any) -> dict[str, dict[str, Any]]:
    from lifeplans import services as plans
    from providers import directory
    from tests.budgets.page_access import kwargs as of_money

    spend = of_money(world)["budgets:request-detail"]
    plans.start_plan(participant=world.participant, by=world.officer, today=TODAY)
    double, merged = _duplicates(world)
    service = directory.add_provider_with_service(
        provider={"name": "A van"}, service={"name": "Moves"}, by=world.officer, today=TODAY
    )
    return {
        "person-overview": {"ref": world.participant.ref},
        "merge-choose": {"ref": world.participant.ref},
        "merge-compare": {"ref": world.participant.ref, "other": double.ref},
        "merge-detail": {"pk": merged.pk},
        "merge-undo": {"pk": merged.pk},
        "api-plan": {"ref": world.participant.ref},
        "api-none": {"rest": "people/none/"},
        "api-participant-detail": {"ref": world.participant.ref},
        **{f"api-request-{act}": spend for act in ("detail", "approve", "refuse")},
        "api-service-detail": {"ref": service.ref},
    }


def _duplicates(world: Any) -> tuple[Any, Any]:
    """A second record of the participant, and a third that was merged into theirs."""
    from casework.merging import merging
    from people import services as people
    from people.models import Participant
    from tests.conftest import NOW

    made = []
    for crn in ("X900001", "X900002"):
        double = Participant.objects.create(
            given_name="Jordan", family_name="Ashworth", crn=crn, date_of_birth=world.participant.date_of_birth,
            delivery_unit=world.participant.delivery_unit, risk_band="LOW", joined_on=TODAY,
        )  # fmt: skip
        people.assign(participant=double, practitioner=world.officer, today=TODAY, now=NOW, by=service_account())
        made.append(double)
    merged = merging.merge(kept=world.participant, gone=made[1], take=set(), by=world.manager, now=NOW)
    world.participant.user.refresh_from_db()  # everyone was signed out
    return made[0], merged
