"""Pages for those outside the staff: volunteers see what was agreed, the person sees their own."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from people.models import CircleMember, Message
from tests.conftest import NOW, TODAY, service_account
from tests.engagement.alert_steps import DAY, day, text
from tests.people.access.test_second_wall import ask

HOUR = timedelta(hours=1)
NASTY = ["\x00", "x" * 20_000, "<script>alert(1)</script>", "{{7*7}}", "\u202eevil", "' or 1=1 --"]


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOW, tick=False):
        yield


# --- Circle ---


def test_matching_a_volunteer_who_then_logs_a_meeting(client_as, officer, volunteer, participant, person_url):
    client_as(officer).post(
        reverse("people:circle-add", args=[participant.ref]), {"user": volunteer.pk, "relationship": "MENTOR"}
    )
    assert CircleMember.objects.get().user == volunteer
    client = client_as(volunteer)
    assert participant.name in text(client.get(reverse("engagement:circle-list")))

    response = client.post(person_url("meeting-log"), {"at": "10am", "note": "We walked.", **day("day", TODAY)})

    assert response.status_code == 302
    assert "We walked." in text(client.get(response.url))
    assert "We walked." in text(client_as(officer).get(person_url("meetings")))


CANARIES = {
    "CONTACT": "07700 900001",
    "MEETINGS": "Wed 3 June 2026",
    "GOALS": "I will be a baker",
    "STRENGTHS": "I never give up",
}


@pytest.mark.parametrize("shared", [[], *([group] for group in CANARIES), list(CANARIES)])
def test_a_volunteer_sees_the_groups_agreed_and_nothing_else(
    client_as, officer, volunteer, participant, person_url, in_circle, meet, touch, goal, shared
):
    ask("select set_config('app.now', %s, true)", NOW.isoformat())  # the database's own clock says another day
    in_circle(*shared)
    meet(-2 * DAY)
    touch(DAY, note="Private words of the officer")

    page = text(client_as(volunteer).get(person_url("circle-person")))

    assert {group for group, words in CANARIES.items() if words in page} == set(shared)
    for secret in (
        participant.crn,
        "Private words",
        officer.name,
        "12 High Street",
        participant.get_risk_band_display(),
    ):
        assert secret not in page


@pytest.fixture
def goal(participant, officer):
    from lifeplans.models import Goal, LifePlan, Strength

    plan = LifePlan.objects.create(participant=participant, started_on=TODAY, started_by=officer)
    Strength.objects.create(
        plan=plan, ring="SELF", text="I never give up", words_of="PARTICIPANT", added_by=officer, added_on=TODAY
    )
    said = {"said": "AGREE", "said_at": NOW, "said_by": officer}
    return Goal.objects.create(
        plan=plan,
        title="I will be a baker",
        words_of="PARTICIPANT",
        proposed_by=officer,
        proposed_on=TODAY,
        need="EMPLOYMENT",
        position=1,
        status="AGREED",
        agreed_on=TODAY,
        **{f"participant_{k}": v for k, v in said.items()},
        **{f"practitioner_{k}": v for k, v in said.items()},
    )


def test_leaving_the_circle_closes_the_page_at_once(client_as, volunteer, participant, person_url, in_circle):
    from people import services as people

    member, client = in_circle("GOALS"), client_as(volunteer)
    assert client.get(person_url("circle-person")).status_code == 200

    people.leave_circle(member=member, today=TODAY, now=NOW, by=service_account())

    assert client.get(person_url("circle-person")).status_code == 404
    assert client.post(person_url("meeting-log"), {"at": "10am", "note": "x", **day("day", TODAY)}).status_code == 404


# --- Portal ---


def test_the_next_meeting_is_big_and_plain_and_one_can_say_no(client_as, officer, participant, meet):
    meeting, client = meet(-DAY), client_as(participant.user)
    meet(DAY, "COMPLIED", note="Private words of the officer")
    page = text(client.get(reverse("engagement:my-meetings")))
    assert "Tue 2 June 2026, midday" in page
    assert "You came" in page
    assert "Private words" not in page

    response = client.post(
        reverse("engagement:my-cannot-come", args=[meeting.pk]), {"why": "My son is ill"}, follow=True
    )

    assert "You said you cannot come" in text(response)
    assert Message.objects.filter(address=officer.email).count() == 1


def test_one_cannot_speak_for_someone_else(client_as, participant, other_participant, meet):
    url = reverse("engagement:my-cannot-come", args=[meet(-DAY).pk])

    assert client_as(other_participant.user).post(url, {"why": "x"}).status_code == 404
