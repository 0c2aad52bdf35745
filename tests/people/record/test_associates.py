"""The circle's newer parts, and what pages about a full file cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from people import services
from people.models import AccessEvent, CircleContact, CircleMember, LicenceCondition, LicencePolicy
from people.record import circle_contacts, licence_policies, licences, person_services, risk, sentencing
from tests.conftest import NOW, TODAY, service_account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
DAY = timedelta(days=1)


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def worker(make_user):
    return make_user("Wanda Worker", "PROVIDER")


@pytest.fixture
def work(participant):
    order = sentencing.add_sentence(
        participant=participant,
        kind="COMMUNITY",
        starts_on=TODAY - DAY,
        ends_on=TODAY + 300 * DAY,
        by=service_account(),
    )
    return sentencing.add_requirement(
        sentence=order, kind="UNPAID_WORK", ordered=80, flexible=True, detail="pangolincanary", by=service_account()
    )


def bring_in(participant, user, relationship) -> CircleMember:
    return services.add_to_circle(
        participant=participant, user=user, relationship=relationship, today=TODAY, now=NOW - DAY, by=service_account()
    )


def test_a_worker_at_a_service_joins_the_circle_with_an_account_of_that_kind(participant, worker, volunteer):
    assert bring_in(participant, worker, "WORKER").relationship == "WORKER"
    with pytest.raises(services.NotAWorker, match="Vera Volunteer"):
        bring_in(participant, volunteer, "WORKER")
    with pytest.raises(services.NotAVolunteer, match="Wanda Worker"):
        bring_in(participant, worker, "CARER")


def test_a_shared_lives_carer_is_brought_in_on_the_page(participant, officer, volunteer, client_as):
    form = {"user": volunteer.pk, "relationship": "CARER"}

    client_as(officer).post(reverse("people:circle-add", args=[participant.ref]), form)

    assert "Shared Lives carer" in text(client_as(officer).get(reverse("people:person-circle", args=[participant.ref])))


def test_what_the_court_asked_is_seen_while_it_is_shared_and_no_longer(participant, worker, work, client_as):
    member = bring_in(participant, worker, "WORKER")
    client, page = client_as(worker), reverse("engagement:circle-person", args=[participant.ref])
    seen = []
    for groups in ([], ["SENTENCE"], []):
        services.share(member=member, groups=groups, today=TODAY, by=member.participant.user)
        seen.append("What the court asked them to do" in text(client.get(page)))
        assert "pangolincanary" not in text(client.get(page))

    assert seen == [False, True, False]


def test_the_person_sees_when_each_last_looked(participant, member, volunteer, client_as):
    me = client_as(participant.user)
    before = text(me.get("/me/circle/"))
    client_as(volunteer).get(reverse("engagement:circle-person", args=[participant.ref]))

    assert "They have not looked yet" in before
    assert "They last looked on Mon 1 June 2026, midday" in text(me.get("/me/circle/"))


def test_a_refusal_is_no_look(participant, member, volunteer, client_as):
    AccessEvent.objects.create(
        at=NOW, user=volunteer, roles="", kind="REFUSED", page="x", participants=[participant.pk]
    )

    assert "They have not looked yet" in text(client_as(participant.user).get("/me/circle/"))


def test_someone_without_an_account_is_listed_for_staff_and_for_the_person(participant, officer, client_as):
    client, page = client_as(officer), reverse("people:person-circle", args=[participant.ref])
    form = {"name": "Nan Ashworth", "related": "grandmother", "phone": "07700 900 123"}

    client.post(reverse("people:circle-contact-add", args=[participant.ref]), form)

    assert "Nan Ashworth" in text(client.get(page))
    assert "07700 900123" in text(client.get(page))
    assert "Nan Ashworth</bdi> (grandmother)" in text(client_as(participant.user).get("/me/circle/"))


def test_someone_taken_off_the_list_is_kept_in_the_table(participant, officer, client_as):
    contact = circle_contacts.add_contact(
        participant=participant, name="Nan", related="aunt", phone="", note="", today=TODAY - DAY, by=officer
    )
    page = reverse("people:circle-contact-end", args=[participant.ref, contact.pk])

    answers = [client_as(officer).post(page).status_code for _ in range(2)]

    assert answers == [302, 404]
    assert CircleContact.objects.get().ends_on == TODAY - DAY
    assert "Nan" not in text(client_as(participant.user).get("/me/circle/"))


@pytest.fixture
def fill(participant, officer, make_user, prison):
    """Add rows to every part of the file."""
    licence_policies.load(LicencePolicy.objects, LicenceCondition.objects)

    def more(first: int, last: int) -> None:
        for n in range(first, last):
            on = TODAY - (900 - n) * DAY
            order = sentencing.add_sentence(
                participant=participant, kind="PAYBACK", starts_on=on, ends_on=TODAY + DAY, by=officer
            )
            asked = sentencing.add_requirement(sentence=order, kind="UNPAID_WORK", ordered=80, by=officer)
            sentencing.record_progress(requirement=asked, amount=7, done_on=TODAY, by=officer, today=TODAY, now=NOW)
            custody = sentencing.add_sentence(
                participant=participant, kind="CUSTODY", starts_on=on, ends_on=TODAY + DAY, release_on=TODAY, by=officer
            )
            chosen = dict.fromkeys(licences.policy_for(custody).conditions.filter(kind="STANDARD"), "")
            licences.issue(sentence=custody, chosen=chosen, by=officer)
            person_services.add_address(
                participant=participant,
                kind="TEMPORARY",
                lines=f"{n} Road",
                postcode="",
                starts_on=on,
                today=TODAY,
                by=officer,
            )
            risk.assess(
                participant=participant, by=officer, today=TODAY, now=NOW, assessed_on=on, review_by=TODAY,
                source="OASYS", overall="LOW",
                **dict.fromkeys(("to_children", "to_public", "to_known_adult", "to_staff", "to_prisoners"), "LOW"),
            )  # fmt: skip
            circle_contacts.add_contact(
                participant=participant, name=f"P{n}", related="aunt", phone="", note="", today=TODAY, by=officer
            )
            bring_in(participant, make_user(f"V{n}", "VOLUNTEER"), "VOLUNTEER")

    return more


def cost(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200, url
    return len([q for q in seen if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "select set_config"))])


def test_a_full_file_costs_as_many_questions_as_a_thin_one(fill, participant, officer, client_as):
    staff, me = client_as(officer), client_as(participant.user)
    pages = [
        *((staff, reverse(f"people:{name}", args=[participant.ref])) for name in
          ("person-details", "person-risk", "person-circle")),
        *((me, url) for url in ("/me/court/", "/me/circle/")),
    ]  # fmt: skip
    fill(0, 2)
    thin = [cost(client, url) for client, url in pages]
    fill(2, 12)

    assert [cost(client, url) for client, url in pages] == thin
    assert max(thin) <= 26
