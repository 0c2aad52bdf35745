"""Who may open each page of this floor: one row a page, one column a role."""

from __future__ import annotations

from typing import Any

from tests.conftest import NOW, TODAY

PRACTITIONER, OTHER_PRACTITIONER, MANAGER = "PRACTITIONER", "OTHER_PRACTITIONER", "MANAGER"
PARTICIPANT, OTHER_PARTICIPANT, VOLUNTEER = "PARTICIPANT", "OTHER_PARTICIPANT", "VOLUNTEER"
COMMISSIONER, ADMINISTRATOR = "COMMISSIONER", "ADMINISTRATOR"
NOBODY: dict[str | None, int] = {
    PRACTITIONER: 403, OTHER_PRACTITIONER: 403, MANAGER: 403, PARTICIPANT: 403, OTHER_PARTICIPANT: 403, VOLUNTEER: 403,
    COMMISSIONER: 403, ADMINISTRATOR: 403, None: 302,
}  # fmt: skip
STAFF = NOBODY | {PRACTITIONER: 200, OTHER_PRACTITIONER: 200, MANAGER: 200}
THEIR_STAFF = STAFF | {OTHER_PRACTITIONER: 404}
STAFF_POST = STAFF | {PRACTITIONER: 405, OTHER_PRACTITIONER: 405, MANAGER: 405}
PROGRAMMES = STAFF | {COMMISSIONER: 200}
MANAGERS = NOBODY | {MANAGER: 200}
KEEPERS = MANAGERS | {ADMINISTRATOR: 200}
OWN_UPLOAD = KEEPERS | {ADMINISTRATOR: 404}
PORTAL = NOBODY | {PARTICIPANT: 200, OTHER_PARTICIPANT: 200}
ANYONE = dict.fromkeys(NOBODY, 200)
SIGNED_OUT = dict.fromkeys(NOBODY, 302) | {None: 200}

ROWS: dict[str, dict[str | None, int]] = {
    "people:participant-list": STAFF,
    "people:participant-export": STAFF,
    "people:filter-save": STAFF_POST,
    "people:filter-remove": STAFF_POST,
    "people:person-details": THEIR_STAFF,
    "people:contact-change": THEIR_STAFF,
    "people:hand-over": THEIR_STAFF,
    "people:release-record": THEIR_STAFF,
    "people:portal-open": STAFF_POST,
    "people:enrolment-new": THEIR_STAFF,
    "people:enrolment-override": MANAGERS,
    "people:enrolment-end": THEIR_STAFF,
    "people:person-circle": THEIR_STAFF,
    "people:circle-add": THEIR_STAFF,
    "people:circle-end": STAFF_POST,
    "people:programme-list": PROGRAMMES,
    "people:programme-new": MANAGERS,
    "people:programme-detail": PROGRAMMES,
    "people:import": KEEPERS,
    "people:import-template": KEEPERS,
    "people:import-preview": OWN_UPLOAD,
    "people:import-problems": OWN_UPLOAD,
    "people:outbox": KEEPERS,
    "people:outbox-retry": KEEPERS | {MANAGER: 405, ADMINISTRATOR: 405},
    "people:my-circle": PORTAL,
    "people:my-looks": PORTAL,
    "account_login": SIGNED_OUT,
    "account_logout": ANYONE | {None: 302},
    "account_inactive": ANYONE,
    "account_request_login_code": SIGNED_OUT,
    "account_confirm_login_code": dict.fromkeys(NOBODY, 302),
    "account_change_password": ANYONE | {None: 302, PARTICIPANT: 302, OTHER_PARTICIPANT: 302},
    "account_reset_password": ANYONE,
    "account_reset_password_done": ANYONE,
    "account_reset_password_from_key": ANYONE,
    "account_reset_password_from_key_done": ANYONE,
}


def kwargs(world: Any) -> dict[str, dict[str, Any]]:
    """What each page's address needs: the participant's record, one row of each kind on it, a manager's upload."""
    from people import enrolment, filters, services
    from people.imports import uploads
    from people.models import Message, Rule

    person = {"ref": world.participant.ref}
    rules = {"open": [], "closed": [Rule(kind="AGE", youngest=10, oldest=11)]}
    made = {
        code: enrolment.create_programme(code=code, name=code, money_model="DISCRETIONARY", rules=given)
        for code, given in rules.items()
    }
    asked = {
        code: enrolment.enrol(participant=world.participant, programme=programme, by=world.officer, today=TODAY)
        for code, programme in made.items()
    }
    member = world.participant.circle.live(TODAY).first() or services.add_to_circle(
        participant=world.participant, user=world.volunteer, relationship="VOLUNTEER", today=TODAY, now=NOW
    )
    text = "crn,name,date_of_birth,risk_band,area\nX700001,Al Green,1/2/1990,low,Northbridge\n"
    upload = uploads.keep(name="caseload.csv", text=text, by=world.manager, now=NOW)
    message = Message.objects.create(
        dedupe_key="access", channel="SMS", address="+447700900001", body="Hello", queued_at=NOW, not_before=NOW
    )
    kept = filters.save_filter(user=world.officer, name="High", asked={"risk": "HIGH"}, now=NOW)
    own = ["person-details", "contact-change", "hand-over", "release-record", "portal-open", "enrolment-new"]
    return {
        **{f"people:{name}": person for name in [*own, "person-circle", "circle-add"]},
        "people:filter-remove": {"pk": kept.pk},
        "people:enrolment-override": {**person, "pk": asked["closed"].pk},
        "people:enrolment-end": {**person, "pk": asked["open"].pk},
        "people:circle-end": {**person, "pk": member.pk},
        "people:programme-detail": {"pk": made["open"].pk},
        "people:import-preview": {"pk": upload.pk},
        "people:import-problems": {"pk": upload.pk},
        "people:outbox-retry": {"pk": message.pk},
        "account_reset_password_from_key": {"uidb36": "1", "key": "set-password"},
    }
