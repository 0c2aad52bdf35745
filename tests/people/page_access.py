"""Who may open each page of this floor: one row a page, one column a role."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.conftest import NOW, TODAY, service_account

PRACTITIONER, OTHER_PRACTITIONER, MANAGER = "PRACTITIONER", "OTHER_PRACTITIONER", "MANAGER"
PARTICIPANT, OTHER_PARTICIPANT, VOLUNTEER = "PARTICIPANT", "OTHER_PARTICIPANT", "VOLUNTEER"
COMMISSIONER, ADMINISTRATOR, DATA_PROTECTION = "COMMISSIONER", "ADMINISTRATOR", "DATA_PROTECTION"
SCHEME = "SCHEME"
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
ADMINS = NOBODY | {ADMINISTRATOR: 200}
ADMIN_POST = NOBODY | {ADMINISTRATOR: 405}
OFFICERS = NOBODY | {DATA_PROTECTION: 200}
ASKS_FIRST = NOBODY | {DATA_PROTECTION: 302}  # to the page on which a second person is asked
EXPORTS = OFFICERS | {ADMINISTRATOR: 200}
PORTAL = NOBODY | {PARTICIPANT: 200, OTHER_PARTICIPANT: 200}
EXCLUDES = MANAGERS | {MANAGER: 405}
ANYONE = dict.fromkeys(NOBODY, 200)
NOT_YET = dict.fromkeys(NOBODY, 302)  # who they are has to be proved again first, or there is nothing to go on with
STAFF_OWN = ANYONE | {None: 302, PARTICIPANT: 302, OTHER_PARTICIPANT: 302, DATA_PROTECTION: 200}
STAFF_OWN_POST = dict.fromkeys(STAFF_OWN, 405) | {None: 302, PARTICIPANT: 302, OTHER_PARTICIPANT: 302}
STAFF_OWN_NONE = dict.fromkeys(STAFF_OWN, 404) | {None: 302, PARTICIPANT: 302, OTHER_PARTICIPANT: 302}
SIGNED_OUT = dict.fromkeys(NOBODY, 302) | {None: 200}
OF_THE_FILE = [
    "people:numbers-change", "people:communication-change", "people:address-new", "people:address-end",
    "people:safe-contact", "people:safe-contact-remove", "people:person-risk", "people:risk-new", "people:sentence-new",
    "people:sentence-change",
    "people:requirement-new", "people:requirement-change", "people:requirement-progress", "people:licence-issue",
    "people:condition-add", "people:condition-end", "people:supervisor-choose", "people:circle-contact-add",
    "people:victim-liaison", "people:identity-change", "people:other-names", "people:other-name-remove",
    "people:person-sentence", "people:person-workers", "people:professional-add",
    "people:release-plan",
    "people:person-custody", "people:custody-act", "people:custody-prison", "people:custody-strike",
]  # fmt: skip

ROWS: dict[str, dict[str | None, int]] = {
    "people:participant-list": STAFF,
    "people:participant-export": STAFF,
    "people:person-new": STAFF,
    "people:person-new-matches": STAFF,
    "people:unallocated": MANAGERS,
    "people:people-find": STAFF,
    "people:draft-save": dict.fromkeys(NOBODY, 405) | {None: 302},
    "people:draft-throw-away": dict.fromkeys(NOBODY, 405) | {None: 302},
    "people:filter-save": STAFF_POST,
    "people:filter-remove": STAFF_POST,
    "people:person-details": THEIR_STAFF,
    "people:contact-change": THEIR_STAFF,
    "people:lead-change": THEIR_STAFF,
    "people:release-record": THEIR_STAFF,
    "people:portal-open": STAFF_POST,
    "people:code-letter": THEIR_STAFF,
    "people:code-letter-shown": THEIR_STAFF | {PRACTITIONER: 302, MANAGER: 302},
    **dict.fromkeys(OF_THE_FILE, THEIR_STAFF),
    "people:supervisor-end": STAFF_POST,
    "people:circle-contact-end": STAFF_POST,
    "people:professional-end": STAFF_POST,
    "people:characteristics-change": THEIR_STAFF | {MANAGER: 403},
    "people:my-characteristics": PORTAL,
    "people:my-court": PORTAL,
    "people:programme-scheme": MANAGERS,
    "people:programme-share": MANAGERS,
    "people:programme-rule": MANAGERS,
    "people:enrolment-again": MANAGERS,
    "people:tier-new": THEIR_STAFF,
    "people:tier-answer": MANAGERS,
    "people:tier-agree": MANAGERS | {MANAGER: 405},
    "people:scheme-people": NOBODY | {SCHEME: 200},
    "people:enrolment-new": THEIR_STAFF,
    "people:enrolment-override": MANAGERS,
    "people:enrolment-end": THEIR_STAFF,
    "people:emergency": STAFF,
    "people:emergency-list": STAFF,
    "people:handover-request": THEIR_STAFF,
    "people:handover-withdraw": STAFF_POST,
    "people:handover-noted": STAFF_POST,
    "people:emergency-seen": STAFF_POST,
    "people:person-access": THEIR_STAFF,
    "people:exclusion-new": MANAGERS,
    "people:exclusion-lift": EXCLUDES,
    "people:restriction-new": MANAGERS,
    "people:restriction-lift": EXCLUDES,
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
    "people:import-undo": OWN_UPLOAD | {MANAGER: 302},
    "people:message-told": STAFF_POST,
    "people:outbox": KEEPERS,
    "people:outbox-retry": KEEPERS | {MANAGER: 405, ADMINISTRATOR: 405},
    "people:role-switch": ANYONE | {None: 302},
    "people:account-list": ADMINS,
    "people:account-detail": ADMINS,
    "people:role-give": ADMINS,
    "people:role-end": ADMINS,
    "people:role-move": ADMINS,
    "people:account-suspend": ADMINS,
    "people:account-restore": ADMIN_POST,
    "people:invitation-list": ADMINS,
    "people:invitation-new": ADMINS,
    "people:invitation-resend": ADMIN_POST,
    "people:invitation-withdraw": ADMIN_POST,
    "people:role-request": KEEPERS,
    "people:role-withdraw": ADMIN_POST,
    "people:invitation-accept": ANYONE,
    "people:team-list": ADMINS,
    "people:team-new": ADMINS,
    "people:team-detail": ADMINS,
    "people:team-phone": ADMINS,
    "people:account-phone": ADMINS,
    "people:own-phone": STAFF_OWN,
    "people:caseload-transfer": KEEPERS,
    "people:transfer-agree": STAFF | {OTHER_PRACTITIONER: 404},
    "people:transfer-cancel": KEEPERS | {MANAGER: 405, ADMINISTRATOR: 405},
    "people:locked": KEEPERS,
    "people:unlock": KEEPERS | {MANAGER: 405, ADMINISTRATOR: 405},
    "people:my-contact-point": PORTAL,
    "people:my-contact-point-code": PORTAL | {PARTICIPANT: 302, OTHER_PARTICIPANT: 302},
    "people:my-circle": PORTAL,
    "people:my-access-log": PORTAL,
    "account_home": STAFF_OWN,
    "account_leave": dict.fromkeys(NOBODY, 405),
    "people:first-time": SIGNED_OUT,
    "people:sign-in-change": THEIR_STAFF,
    "people:own-sign-in-change": dict.fromkeys(NOBODY, 405) | {None: 302},
    "people:was-this-you": ANYONE,
    "account_reauthenticate": STAFF_OWN,
    "account_sessions": ANYONE | {None: 302},
    "account_session_end": dict.fromkeys(NOBODY, 405) | {None: 302},
    "account_sessions_end": dict.fromkeys(NOBODY, 405) | {None: 302},
    "account_stay": dict.fromkeys(NOBODY, 405) | {None: 302},
    "mfa_index": STAFF_OWN,
    "mfa_authenticate": NOT_YET,
    "mfa_reauthenticate": NOT_YET,
    "mfa_activate_totp": NOT_YET,
    "mfa_deactivate_totp": STAFF_OWN_NONE,
    "mfa_view_recovery_codes": STAFF_OWN_NONE,
    "mfa_generate_recovery_codes": NOT_YET,
    "mfa_list_webauthn": NOT_YET,
    "mfa_add_webauthn": NOT_YET,
    "mfa_reauthenticate_webauthn": NOT_YET,
    "mfa_remove_webauthn": NOT_YET,
    "mfa_edit_webauthn": NOT_YET,
    "openid_connect_login": dict.fromkeys(NOBODY, 404),
    "openid_connect_callback": dict.fromkeys(NOBODY, 404),
    "people:my-documents": PORTAL,
    "people:my-document": PORTAL | {OTHER_PARTICIPANT: 404},
    "people:document-list": THEIR_STAFF,
    "people:document-add": THEIR_STAFF,
    "people:document-open": THEIR_STAFF,
    "people:document-remove": STAFF_POST,
    "people:document-share": STAFF_POST,
    "people:audit": OFFICERS,
    "people:audit-export": ASKS_FIRST,
    "people:audit-unusual": OFFICERS,
    "people:data-requests": OFFICERS,
    "people:data-request-new": OFFICERS,
    "people:data-request": OFFICERS,
    "people:data-request-make": NOBODY | {DATA_PROTECTION: 405},
    "people:data-request-bundle": ASKS_FIRST,
    "people:data-request-document": OFFICERS,
    "people:export-ask": OFFICERS,
    "people:export-request": EXPORTS,
    "people:holds": OFFICERS,
    "people:hold-lift": OFFICERS,
    "account_login": SIGNED_OUT,
    "account_logout": ANYONE | {None: 302},
    "account_inactive": ANYONE,
    "account_request_login_code": SIGNED_OUT,
    "account_confirm_login_code": dict.fromkeys(NOBODY, 302),
    "account_change_password": STAFF_OWN,
    "account_reset_password": ANYONE,
    "account_reset_password_done": ANYONE,
    "account_reset_password_from_key": ANYONE,
    "account_reset_password_from_key_done": ANYONE,
}


def kwargs(world: Any) -> dict[str, dict[str, Any]]:
    """What each page's address needs: the participant's record, one row of each kind on it, a manager's upload."""
    from people import services
    from people.access import sign_in_messages
    from people.caseload import filters
    from people.imports import jobs, uploads
    from people.imports.encodings import Reading
    from people.models import EligibilityReview, LockOut, Message, Rule, TierDecision
    from people.programmes import enrolment
    from people.record import documents, handovers
    from people.rights import bundles, exports, retention
    from tests.people.files import a_png

    person = {"ref": world.participant.ref}
    rules = {"open": [], "closed": [Rule(kind="AGE", youngest=10, oldest=11)]}
    made = {
        code: enrolment.create_programme(
            code=code,
            name=code,
            money_model="DISCRETIONARY",
            rules=given,
            by=service_account(),
            owning_areas=[world.participant.delivery_unit],
        )
        for code, given in rules.items()
    }
    asked = {
        code: enrolment.enrol(
            participant=world.participant, programme=programme, by=world.officer, today=TODAY, now=NOW
        )
        for code, programme in made.items()
    }
    member = world.participant.circle.current(TODAY).first() or services.add_to_circle(
        participant=world.participant,
        user=world.volunteer,
        relationship="VOLUNTEER",
        today=TODAY,
        now=NOW,
        by=service_account(),
    )
    text = "crn,name,date_of_birth,risk_band,area\nX700001,Al Green,1/2/1990,low,Northbridge\n"
    readings = [Reading("utf-8", text)]
    upload = uploads.save_upload(name="caseload.csv", readings=readings, by=world.manager, now=NOW)
    jobs.check(upload, now=NOW)
    message = Message.objects.create(
        dedupe_key="access", channel="SMS", address="+447700900001", body="Hello", queued_at=NOW, not_before=NOW
    )
    lock_out = LockOut.objects.create(
        user=world.officer, why="PASSWORD", locked_at=NOW, until=datetime.now(UTC) + timedelta(minutes=5)
    )
    file = of_the_file(world)
    document = documents.add_document(
        participant=world.participant, kind="LETTER", title="A letter", name="letter.png", data=a_png(),
        by=world.officer, now=NOW, shared_with_person=True,
    )  # fmt: skip
    access = bundles.open_access(participant=world.participant, asked_on=TODAY, by=world.manager, now=NOW)
    for passage in access.passages.all():
        bundles.answer(passage=passage, answer="KEEP", by=world.manager, now=NOW)
    bundles.make(access=access, by=world.manager, now=NOW)
    wanted = exports.ask(what="COPY", access=access, why="They asked for it", by=world.data_protection, now=NOW)
    hold = retention.set_hold(participant=world.participant, reason="An inquest", by=world.manager, now=NOW)
    kept = filters.save_filter(user=world.officer, name="High", asked={"risk": "HIGH"}, now=NOW)
    wished = handovers.ask(
        participant=world.participant, practitioner=world.other_officer, note="She knows him.",
        by=service_account(), today=TODAY, now=NOW,
    )  # fmt: skip
    changed = world.participant.sign_in_changes.earliest("pk")
    EligibilityReview.objects.create(enrolment=asked["open"], found_at=NOW, said={"AGE": "Too old."})
    tier = TierDecision.objects.create(
        enrolment=asked["open"], tier="INTENSIVE", why="-", review_on=TODAY + timedelta(days=9), asked_by=world.officer,
        asked_at=NOW,
    )  # fmt: skip
    own = ["person-details", "contact-change", "lead-change", "release-record", "portal-open", "enrolment-new"]
    own += ["code-letter", "code-letter-shown", "characteristics-change"]
    return {
        **{f"people:{name}": person for name in [*own, "person-circle", "circle-add"]},
        **{f"people:{name}": person for name in ["person-access", "exclusion-new", "restriction-new"]},
        "people:exclusion-lift": {**person, "pk": 1},
        "people:restriction-lift": person,
        **dict.fromkeys([*OF_THE_FILE, "people:supervisor-end"], person),
        **{name: {**person, **key} for name, key in file.items()},
        "people:filter-remove": {"pk": kept.pk},
        "people:draft-throw-away": {"pk": 1},
        "people:enrolment-override": {**person, "pk": asked["closed"].pk},
        "people:enrolment-end": {**person, "pk": asked["open"].pk},
        "people:enrolment-again": {**person, "pk": asked["open"].pk},
        "people:tier-new": {**person, "pk": asked["open"].pk},
        **{f"people:tier-{act}": {**person, "pk": tier.pk} for act in ("answer", "agree")},
        "people:circle-end": {**person, "pk": member.pk},
        "people:programme-detail": {"pk": made["open"].pk},
        **{f"people:programme-{page}": {"pk": made["open"].pk} for page in ("scheme", "share", "rule")},
        "people:import-preview": {"pk": upload.pk},
        "people:import-problems": {"pk": upload.pk},
        "people:import-undo": {"pk": upload.pk},
        "people:outbox-retry": {"pk": message.pk},
        "people:message-told": {"pk": message.pk},
        "people:emergency-seen": {"pk": 1},
        **{f"people:handover-{act}": {"pk": wished.pk} for act in ("request", "withdraw", "noted")},
        **_administration(world),
        "people:unlock": {"pk": lock_out.pk},
        **{name: {"pk": 1} for name in ("account_session_end", "mfa_remove_webauthn", "mfa_edit_webauthn")},
        **{f"people:document-{act}": person for act in ("list", "add")},
        **{f"people:document-{act}": {**person, "pk": document.pk} for act in ("open", "share", "remove")},
        "people:my-document": {"pk": document.pk},
        "people:sign-in-change": {**person, "pk": changed.pk},
        "people:own-sign-in-change": {"pk": changed.pk},
        "people:was-this-you": {"token": sign_in_messages.path(changed).rstrip("/").rpartition("/")[2]},
        **{f"people:data-request{part}": {"pk": access.pk} for part in ("", "-make", "-bundle")},
        "people:data-request-document": {"pk": access.pk, "document": document.pk},
        "people:hold-lift": {"pk": hold.pk},
        "people:export-request": {"pk": wanted.pk},
        "account_reset_password_from_key": {"uidb36": "1", "key": "set-password"},
    }


def _administration(world: Any) -> dict[str, dict[str, Any]]:
    """The practitioner's account and role, an invitation that waits, a hand-over still to come."""
    import re
    from datetime import timedelta

    from django.utils import timezone

    from people.administration import invitations, role_requests
    from people.caseload import reallocation
    from people.models import Message, Role

    now, account = timezone.now(), {"pk": world.officer.pk}
    role = {**account, "role": world.officer.current_memberships[0].pk}
    invitation = invitations.invite(
        email="new@test.example", name="Nell New", role="VOLUNTEER", team=None, by=world.manager, now=now
    )
    asked = role_requests.give_role(
        account=world.officer, role=Role.MANAGER, team=world.officer.current_memberships[0].team,
        starts_on=timezone.localdate(now), ends_on=None, by=world.administrator, today=timezone.localdate(now), now=now,
    )  # fmt: skip
    body = Message.objects.get(dedupe_key__startswith=f"invitation:{invitation.pk}:").words
    today = timezone.localdate(now)
    planned = reallocation.transfer(
        from_user=world.officer, to_user=world.manager, people_ids=[world.participant.pk], by=world.administrator,
        today=today, starts_on=today + timedelta(days=3), note="[name] comes.", now=now,
    )  # fmt: skip
    return {
        **{f"people:account-{act}": account for act in ("detail", "suspend", "restore", "phone")},
        **{f"people:role-{act}": role for act in ("end", "move")},
        "people:role-give": account,
        **{f"people:role-{act}": {"pk": asked.pk} for act in ("request", "withdraw")},
        **{f"people:invitation-{act}": {"pk": invitation.pk} for act in ("resend", "withdraw")},
        "people:invitation-accept": {"token": re.search(r"/invited/([^/]+)/", body)[1]},
        **{f"people:team-{act}": {"pk": world.officer.current_memberships[0].team_id} for act in ("detail", "phone")},
        "people:caseload-transfer": account,
        **{f"people:transfer-{act}": {"pk": planned.pk} for act in ("agree", "cancel")},
    }


def of_the_file(world: Any) -> dict[str, dict[str, int]]:
    """One row of each kind on the participant's file: a sentence that is served, and one with a licence."""
    from people.models import CustodyEvent, LicenceCondition, LicencePolicy
    from people.record import (
        circle_contacts,
        identity,
        licence_policies,
        licences,
        person_services,
        professionals,
        sentencing,
    )

    licence_policies.load(LicencePolicy.objects, LicenceCondition.objects)
    address = person_services.add_address(
        participant=world.participant, kind="MAIN", lines="1 Mill Street", postcode="HD1 2AB", starts_on=TODAY,
        today=TODAY, by=service_account()
    )  # fmt: skip
    order = sentencing.add_sentence(
        participant=world.participant,
        kind="COMMUNITY",
        starts_on=TODAY,
        ends_on=TODAY + timedelta(days=364),
        by=service_account(),
    )
    work = sentencing.add_requirement(
        sentence=order, kind="UNPAID_WORK", ordered=80, flexible=True, by=service_account()
    )
    past, coming = (
        sentencing.add_sentence(
            participant=world.participant, kind="CUSTODY", starts_on=TODAY - timedelta(days=days),
            ends_on=TODAY + timedelta(days=200), release_on=TODAY + timedelta(days=20), by=service_account()
        )
        for days in (200, 100)
    )  # fmt: skip
    policy = licences.policy_for(past)
    assert policy
    condition = policy.conditions.get(code="no-gambling")
    issued = licences.issue(sentence=past, chosen={condition: ""}, by=world.officer)
    other = circle_contacts.add_contact(
        participant=world.participant,
        name="Nan",
        related="grandmother",
        phone="",
        note="",
        today=TODAY,
        by=service_account(),
    )
    agency = professionals.add(
        participant=world.participant, kind="GP", name="Dr Rao", today=TODAY, by=service_account()
    )
    name = identity.add_name(
        participant=world.participant, kind="ALIAS", given_name="", family_name="Jay", by=service_account()
    )
    event = CustodyEvent.objects.create(
        participant=world.participant, kind="RELEASED", happened_on=TODAY - timedelta(days=29), was="PRISON",
        recorded_by=service_account(), recorded_at=NOW,
    )  # fmt: skip
    return {
        "people:other-name-remove": {"pk": name.pk},
        "people:custody-act": {"act": "remanded"},
        "people:custody-strike": {"pk": event.pk},
        "people:address-end": {"pk": address.pk},
        "people:sentence-change": {"pk": order.pk},
        "people:requirement-new": {"sentence": order.pk},
        "people:requirement-change": {"pk": work.pk},
        "people:requirement-progress": {"pk": work.pk},
        "people:licence-issue": {"sentence": coming.pk},
        "people:condition-add": {"sentence": past.pk},
        "people:condition-end": {"pk": issued[0].pk},
        "people:circle-contact-end": {"pk": other.pk},
        "people:professional-end": {"pk": agency.pk},
    }
