"""Who may open each page of this floor: one row a page, one column a role."""

from __future__ import annotations

from typing import Any

from tests.conftest import NOW, TODAY, service_account

PERSON = {
    "PRACTITIONER": 200,
    "OTHER_PRACTITIONER": 404,
    "MANAGER": 200,
    "PARTICIPANT": 403,
    "OTHER_PARTICIPANT": 403,
    "VOLUNTEER": 403,
    "COMMISSIONER": 403,
    "ADMINISTRATOR": 403,
    None: 302,
}
PERSON_POST = PERSON | {"PRACTITIONER": 405, "OTHER_PRACTITIONER": 405, "MANAGER": 405}
FIND = PERSON | {"OTHER_PRACTITIONER": 200, "COMMISSIONER": 200, "FINANCE": 403, "ADMINISTRATOR": 200}
FIND_POST = {role: 405 if status == 200 else status for role, status in FIND.items()}
ADD = FIND | {"COMMISSIONER": 403}
MANAGE = {role: 403 for role in PERSON} | {"MANAGER": 200, "ADMINISTRATOR": 200, None: 302}
MANAGE_POST = {role: 405 if status == 200 else status for role, status in MANAGE.items()}
MISSING = MANAGE | {"COMMISSIONER": 200, "FINANCE": 200}
MINE = {role: 403 for role in PERSON} | {"PARTICIPANT": 200, "OTHER_PARTICIPANT": 200, None: 302}
OURS = {role: 403 for role in PERSON} | {"PROVIDER": 200, None: 302}
ANYONE = {role: 200 for role in PERSON}

ROWS: dict[str, dict[str | None, int]] = {
    f"providers:{name}": row
    for names, row in [
        (["service-list", "service-detail", "provider-detail"], FIND),
        (["unmet-need"], FIND_POST),
        (["service-new"], ADD),
        (["service-edit", "service-import", "provider-list", "provider-edit", "provider-suspend"], MANAGE),
        (["provider-restore", "provider-accounts"], MANAGE_POST),
        (["our-referrals", "our-referral"], OURS),
        (["unmet-list"], MISSING),
        (["person-services", "referral-new", "referral-detail", "referral-accept", "referral-decline"], PERSON),
        (["referral-deliver", "referral-cancel", "referral-resend"], PERSON),
        (["referral-seen"], PERSON_POST),
        (["my-services"], MINE),
        (["referral-link"], ANYONE),
    ]
    for name in names
}


def kwargs(world: Any) -> dict[str, dict[str, Any]]:
    """The addresses of one service and one referral. `world` has `participant`, `officer` and `provider`."""
    from providers import directory, links, services

    provider = directory.add_provider(name="Access Choir", by=None, today=TODAY, size="MICRO")
    world.provider.memberships.update(team=directory.open_accounts(provider=provider, now=NOW, by=service_account()))
    service = directory.add_service(
        provider=provider, name="Singing", by=None, today=TODAY, needs=["RELATIONSHIPS"], charge="FREE"
    )
    referral = services.refer(
        participant=world.participant, service=service, need="RELATIONSHIPS", reason="Likes to sing", by=world.officer,
        today=TODAY, now=NOW,
    )  # fmt: skip
    person = {"ref": world.participant.ref}
    return {name: _one(name.split(":")[1], person, provider.pk, service.pk, referral.reference) for name in ROWS} | {
        "providers:referral-link": {"token": links.token_for(referral)}
    }


def _one(name: str, person: dict[str, Any], provider: int, service: int, reference: str) -> dict[str, Any]:
    if name == "person-services":
        return person
    if name == "referral-new":
        return {**person, "pk": service}
    if name == "our-referral":
        return {"reference": reference}
    if name.startswith("referral-"):
        return {**person, "reference": reference}
    if name in ("service-detail", "service-edit"):
        return {"pk": service}
    if name.startswith("provider-") and name != "provider-list":
        return {"pk": provider}
    return {}
