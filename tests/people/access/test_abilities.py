"""What each role may do, and the one way a page gets a person."""

from __future__ import annotations

import pytest
from django.urls import reverse

from people.access.abilities import ABILITIES, Can, can, own_record
from people.models import AccessEvent
from tests.conftest import TODAY


def test_a_refusal_is_written_down_and_shows_nothing(participant, other_officer, client_as):
    answer = client_as(other_officer).get(reverse("people:person-details", args=[participant.ref]))

    assert answer.status_code == 404
    assert "Ashworth" not in answer.content.decode()
    assert AccessEvent.objects.get().kind == AccessEvent.Kind.REFUSED


@pytest.mark.parametrize("name", ["portal-open", "contact-change", "lead-change", "release-record", "circle-add"])
def test_what_one_may_not_see_one_may_not_change(name, participant, other_officer, client_as):
    answer = client_as(other_officer).post(reverse(f"people:{name}", args=[participant.ref]), {"phone": "07400123456"})

    participant.refresh_from_db()
    assert answer.status_code == 404
    assert str(participant.phone) == "+447700900001"


@pytest.mark.parametrize("path", ["signup/", "email/", "phone/change/", "password/set/", "confirm-email/"])
def test_what_we_do_not_offer_is_not_there(path, officer, client_as):
    assert client_as(officer).get(f"/accounts/{path}").status_code == 404


STAFF_LEADING = {
    "SEE_CASELOAD", "ADD_PERSON", "ENROL", "WRITE_PLAN", "MEET", "LOG_CONTACT", "CLOSE_ALERT", "SHARE_WITH_CIRCLE",
    "FIND_SERVICES",
    "REFER", "ASK_FOR_PERSON", "TRANSFER", "CHANGE_DETAILS", "OPEN_IN_EMERGENCY", "GIVE_CODE_LETTER", "ASSESS_RISK",
    "WRITE_SENTENCE", "ISSUE_LICENCE", "SEE_VICTIM_LIAISON", "KEEP_DOCUMENTS",
}  # fmt: skip
MANAGING = {
    "MANAGE_PROGRAMMES", "OVERRIDE_ELIGIBILITY", "DECIDE_REQUEST", "PAY", "MANAGE_FUND", "SEE_FUNDS", "SEE_REPORTS",
    "IMPORT", "MANAGE_DIRECTORY", "SEE_OUTBOX", "LIMIT_ACCESS", "SEE_TEAM", "TRANSFER_CASELOAD", "UNLOCK", "MERGE",
    "AGREE_TO_ROLE",
}  # fmt: skip


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("PARTICIPANT", {"USE_PORTAL"}),
        ("PRACTITIONER", STAFF_LEADING),
        ("MANAGER", STAFF_LEADING | MANAGING),
        ("VOLUNTEER", {"LOG_MEETING"}),
        ("PROVIDER", {"LOG_MEETING", "ANSWER_REFERRALS"}),
        ("SCHEME", {"SEE_SCHEME"}),
        ("FINANCE", {"SEE_FUNDS", "KEEP_BOOKS", "SEE_REPORTS"}),
        ("COMMISSIONER", {"SEE_REPORTS", "FIND_SERVICES"}),
        (
            "ADMINISTRATOR",
            {
                "IMPORT", "MANAGE_DIRECTORY", "SEE_OUTBOX", "FIND_SERVICES", "MANAGE_ACCOUNTS", "TRANSFER_CASELOAD",
                "UNLOCK",
                "AGREE_TO_ROLE", "AGREE_TO_EXPORT",
            },
        ),
        ("DATA_PROTECTION", {"SEE_AUDIT", "ANSWER_FOR_DATA", "AGREE_TO_EXPORT"}),
    ],
)  # fmt: skip
def test_what_each_role_may_do_is_what_was_agreed(role, may):
    """Said a second time on purpose: to give a role something more, two people's eyes pass over two lists."""
    assert {ability.name for ability in ABILITIES[role]} == may


def test_one_role_of_several_is_enough_and_nobody_is_signed_out_of_anything(officer, commissioner):
    from django.contrib.auth.models import AnonymousUser

    from people import services

    assert (can(officer, Can.MEET), can(officer, Can.SEE_REPORTS)) == (True, False)
    assert not can(AnonymousUser(), Can.USE_PORTAL)

    services.join(user=officer, role="COMMISSIONER", today=TODAY, by=officer)

    assert (can(officer, Can.MEET), can(officer, Can.SEE_REPORTS)) == (True, True)


def test_a_page_is_open_to_each_of_the_abilities_it_names_and_shut_to_others(rf, officer, commissioner, volunteer):
    from django.core.exceptions import PermissionDenied

    from people.access.abilities import api_only, only

    page = only(Can.MEET, Can.SEE_REPORTS)(lambda request: "shown")
    api = api_only(Can.MEET)()
    request = rf.get("/")
    shown = []
    for user in (officer, commissioner):
        request.user = user
        shown.append((page(request), api.has_permission(request, None)))
    assert shown == [("shown", True), ("shown", False)]

    request.user = volunteer
    with pytest.raises(PermissionDenied, match="Your role does not let you arrange meetings and record them"):
        page(request)


def test_only_the_person_has_a_record_of_their_own(rf, participant, other_participant, officer):
    from django.core.exceptions import PermissionDenied

    request = rf.get("/me/")
    request.user = participant.user
    assert own_record(request) == participant

    request.user = officer
    with pytest.raises(PermissionDenied, match="These pages are for participants"):
        own_record(request)


def test_ones_own_record_read_is_written_down(participant, client_as):
    client_as(participant.user).get("/me/circle/")

    assert AccessEvent.objects.filter(user=participant.user, participants=[participant.pk]).exists()


def test_who_asks_for_a_merged_record_is_sent_to_the_one_that_stayed(
    participant, other_participant, officer, other_officer, client_as
):
    gone = type(participant).objects.filter(pk=participant.pk)
    gone.update(merged_into=other_participant, left_on=TODAY)
    url = reverse("people:person-details", args=[participant.ref])

    answer = client_as(other_officer).get(url)
    assert str(other_participant.ref) in answer["Location"]
    assert client_as(officer).get(reverse("people:person-details", args=[other_participant.ref])).status_code == 404
