"""Who may open each page of this floor: one row a page, one column a role."""

from __future__ import annotations

from datetime import timedelta
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
OF_THE_FILE = [
    "people:numbers-change", "people:communication-change", "people:address-new", "people:address-end",
    "people:safe-contact", "people:person-risk", "people:risk-new", "people:sentence-new", "people:sentence-change",
    "people:requirement-new", "people:requirement-change", "people:requirement-progress", "people:licence-issue",
    "people:condition-add", "people:condition-end", "people:supervisor-choose", "people:circle-contact-add",
    "people:victim-liaison",
]  # fmt: skip

ROWS: dict[str, dict[str | None, int]] = {
    "people:participant-list": STAFF,
    "people:participant-export": STAFF,
    "people:person-details": THEIR_STAFF,
    "people:contact-change": THEIR_STAFF,
    "people:hand-over": THEIR_STAFF,
    "people:release-record": THEIR_STAFF,
    "people:portal-open": STAFF_POST,
    **dict.fromkeys(OF_THE_FILE, THEIR_STAFF),
    "people:supervisor-end": STAFF_POST,
    "people:circle-contact-end": STAFF_POST,
    "people:my-court": PORTAL,
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
    from people import enrolment, services
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
    file = of_the_file(world)
    own = ["person-details", "contact-change", "hand-over", "release-record", "portal-open", "enrolment-new"]
    return {
        **{f"people:{name}": person for name in [*own, "person-circle", "circle-add"]},
        **dict.fromkeys([*OF_THE_FILE, "people:supervisor-end"], person),
        **{name: {**person, **key} for name, key in file.items()},
        "people:enrolment-override": {**person, "pk": asked["closed"].pk},
        "people:enrolment-end": {**person, "pk": asked["open"].pk},
        "people:circle-end": {**person, "pk": member.pk},
        "people:programme-detail": {"pk": made["open"].pk},
        "people:import-preview": {"pk": upload.pk},
        "people:import-problems": {"pk": upload.pk},
        "people:outbox-retry": {"pk": message.pk},
        "account_reset_password_from_key": {"uidb36": "1", "key": "set-password"},
    }


def of_the_file(world: Any) -> dict[str, dict[str, int]]:
    """One row of each kind on the participant's file: a sentence that is served, and one with a licence."""
    from people import circle_contacts, details, licence_policies, licences, sentencing
    from people.models import LicenceCondition, LicencePolicy

    licence_policies.load(LicencePolicy.objects, LicenceCondition.objects)
    address = details.add_address(
        participant=world.participant, kind="MAIN", lines="1 Mill Street", postcode="HD1 2AB", starts_on=TODAY,
        today=TODAY,
    )  # fmt: skip
    order = sentencing.add_sentence(
        participant=world.participant, kind="COMMUNITY", starts_on=TODAY, ends_on=TODAY + timedelta(days=364)
    )
    work = sentencing.add_requirement(sentence=order, kind="UNPAID_WORK", ordered=80, flexible=True)
    past, coming = (
        sentencing.add_sentence(
            participant=world.participant, kind="CUSTODY", starts_on=TODAY - timedelta(days=days),
            ends_on=TODAY + timedelta(days=200), release_on=TODAY + timedelta(days=20),
        )
        for days in (200, 100)
    )  # fmt: skip
    policy = licences.policy_for(past)
    assert policy
    condition = policy.conditions.get(code="no-gambling")
    issued = licences.issue(sentence=past, chosen={condition: ""}, by=world.officer)
    other = circle_contacts.add_contact(
        participant=world.participant, name="Nan", related="grandmother", phone="", note="", today=TODAY
    )
    return {
        "people:address-end": {"pk": address.pk},
        "people:sentence-change": {"pk": order.pk},
        "people:requirement-new": {"sentence": order.pk},
        "people:requirement-change": {"pk": work.pk},
        "people:requirement-progress": {"pk": work.pk},
        "people:licence-issue": {"sentence": coming.pk},
        "people:condition-add": {"sentence": past.pk},
        "people:condition-end": {"pk": issued[0].pk},
        "people:circle-contact-end": {"pk": other.pk},
    }
