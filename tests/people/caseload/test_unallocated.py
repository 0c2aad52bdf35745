"""Nobody's people: who sees them, on whose list they are, and how they are given to someone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from common.choices import NOT_ALL_LISTED
from common.postgres.actor import SYSTEM, acting_as
from people import work_items
from people.access import unallocated
from people.administration import accounts
from people.caseload import allocation
from people.models import AccessGrant, DeliveryUnit, Membership, Message, Participant, Region, Team
from people.record import adding, handovers
from rehab.night import JOBS
from tests.conftest import NOW, TODAY, service_account
from tests.worklists import waiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def text(answer) -> str:
    return answer.content.decode()


def person_without_lead(unit: DeliveryUnit, crn: str = "X200001") -> Participant:
    return adding.add_person(
        given_name="Alex", family_name="Alone", date_of_birth=date(1990, 3, 9), crn=crn, risk_band="MEDIUM",
        delivery_unit=unit, by=service_account(), today=TODAY, now=NOW,
    )  # fmt: skip


@pytest.fixture
def alone(unit, manager):
    """Someone in the manager's area whose case nobody leads."""
    return person_without_lead(unit=unit)


def test_the_managers_of_the_area_see_nobodys_people_and_no_one_else_does(
    alone, manager, payer, officer, other_officer, make_user, unit
):
    region = Region.objects.get(code="T")
    elsewhere = DeliveryUnit.objects.create(code="T2", name="Southbridge", region=region)
    stranger = make_user("Eve Elsewhere", "MANAGER", Team.objects.create(name="South", delivery_unit=elsewhere))
    inside = make_user("Ian Inside", "MANAGER", Team.objects.create(name="In", kind="PRISON", delivery_unit=unit))

    sees = {
        user.name: Participant.objects.visible_to(user).filter(pk=alone.pk).exists()
        for user in (manager, payer, officer, other_officer, stranger, inside)
    }
    assert sees == {
        manager.name: True, payer.name: True, officer.name: False, other_officer.name: False, stranger.name: False,
        inside.name: False,
    }  # fmt: skip


def test_they_are_on_the_managers_home_until_someone_leads_them(alone, manager, officer):
    (item,) = [item for item in waiting(work_items, manager) if item.kind == "Nobody’s people"]
    assert item.who == "1 person in Northbridge"
    assert not [item for item in waiting(work_items, officer) if item.kind == "Nobody’s people"]

    allocation.allocate(people_ids=[alone.pk], practitioner=officer, by=manager, today=TODAY, now=NOW)

    assert not [item for item in waiting(work_items, manager) if item.kind == "Nobody’s people"]
    assert handovers.lead_of(alone, TODAY) == officer
    assert not AccessGrant.objects.filter(why="AREA", ends_at=None).exists()
    assert Participant.objects.visible_to(officer).filter(pk=alone.pk).exists()


def test_the_practitioner_and_the_person_are_told(alone, manager, officer):
    Participant.objects.filter(pk=alone.pk).update(phone="+447700900555")
    allocation.allocate(people_ids=[alone.pk], practitioner=officer, by=manager, today=TODAY, now=NOW)

    told = {message.address: message.body for message in Message.objects.all()}
    assert "1 person is now on your list" in told[officer.email]
    assert told["+447700900555"].startswith("Your practitioner is Olive Officer.")


def test_a_new_manager_sees_them_at_once_and_one_whose_role_ends_or_who_is_suspended_does_not(
    alone, manager, make_user, team, administrator
):
    new = make_user("Nia New", "MANAGER", team)
    role = Membership.objects.get(user=new)

    def sees() -> bool:
        return AccessGrant.objects.filter(user=new, why="AREA", ends_at=None).exists()

    assert sees()
    accounts.suspend(account=new, reason="x", by=administrator, now=NOW)
    assert not sees()
    new.refresh_from_db()
    accounts.restore(account=new, by=administrator, now=NOW)
    assert sees()
    accounts.end_role(membership=role, last_day=TODAY - timedelta(days=1), by=administrator, today=TODAY, now=NOW)
    assert not sees()


def test_the_night_begins_what_a_day_brought(alone, manager, make_user, team):
    late = make_user("Lee Later", "PRACTITIONER", team)
    Membership.objects.filter(user=late).update(role="MANAGER")

    job = next(job for job in JOBS if job.name == "nobodys_people")
    assert job.run(TODAY, NOW).detail.startswith("1 changes")
    assert job.run(TODAY, NOW).detail.startswith("0 changes")
    assert AccessGrant.objects.filter(user=late, why="AREA", ends_at=None).exists()


def test_whoever_has_left_is_nobodys_no_longer(alone, manager):
    Participant.objects.filter(pk=alone.pk).update(left_on=TODAY)

    unallocated.share_with_managers(now=NOW)

    assert not AccessGrant.objects.filter(why="AREA", ends_at=None).exists()


def test_an_area_without_a_manager_is_on_the_administrators_page(unit, make_user, administrator, client_as, team):
    person_without_lead(unit=unit)
    page = text(client_as(administrator).get(reverse("people:account-list")))
    assert "no manager to give them to someone" in page
    assert "Northbridge" in page

    make_user("Nia New", "MANAGER", team)
    assert "no manager to give them" not in text(client_as(administrator).get(reverse("people:account-list")))


def test_many_are_given_at_once_on_the_page(unit, manager, officer, client_as):
    people = [person_without_lead(unit=unit, crn=f"X20000{n}") for n in range(3)]
    client, where = client_as(manager), reverse("people:unallocated")

    page = text(client.get(where))
    assert "3 people" in page
    sent = {"people": [person.pk for person in people[:2]], "practitioner": officer.pk}
    answer = client.post(where, sent, follow=True)

    assert "Olive Officer now leads 2 people more." in text(answer)
    assert "1 person" in text(answer)
    assert [handovers.lead_of(person, TODAY) for person in people] == [officer, officer, None]


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"people": [], "practitioner": "theirs"}, "Tick at least one person."),
        ({"people": ["theirs"]}, "Choose who takes them."),
        ({"people": ["999999"], "practitioner": "theirs"}, "Choose one of the answers listed."),
        ({"people": ["x"], "practitioner": "theirs"}, NOT_ALL_LISTED),
    ],
)
def test_what_cannot_be_done_is_said_and_the_ticks_stay(sent, says, alone, manager, officer, client_as):
    known = {"people": [alone.pk], "practitioner": officer.pk}
    sent = {
        name: [known[name][0] if v == "theirs" else v for v in value] if isinstance(value, list) else known[name]
        for name, value in sent.items()
    }
    page = text(client_as(manager).post(reverse("people:unallocated"), sent))

    assert says in page
    assert handovers.lead_of(alone, TODAY) is None
    if sent.get("people") == [alone.pk]:
        assert f'value="{alone.pk}" checked' in page


def test_one_who_was_given_away_meanwhile_stops_it_and_nobody_moves(unit, manager, payer, officer, other_officer):
    people = [person_without_lead(unit=unit, crn=f"X20000{n}") for n in range(2)]
    allocation.allocate(people_ids=[people[0].pk], practitioner=other_officer, by=payer, today=TODAY, now=NOW)

    with pytest.raises(allocation.LedMeanwhile):
        allocation.allocate(
            people_ids=[person.pk for person in people], practitioner=officer, by=manager, today=TODAY, now=NOW
        )
    assert handovers.lead_of(people[1], TODAY) is None


def test_the_manager_may_hand_one_over_from_their_page_too(alone, manager, officer):
    assert handovers.may_transfer(user=manager, participant=alone, today=TODAY)
    assert list(handovers.managers_of(alone, TODAY)) == [manager]

    handovers.transfer(participant=alone, practitioner=officer, by=manager, today=TODAY, now=NOW)
    assert handovers.lead_of(alone, TODAY) == officer


def test_an_excluded_manager_does_not_see_them(alone, manager, payer):
    from people.models import Exclusion

    Exclusion.objects.create(participant=alone, user=manager, reason="x", message="x", starts_at=NOW, set_by=payer)
    assert list(unallocated.shown_to(manager, TODAY)) == []
    assert list(unallocated.shown_to(payer, TODAY)) == [alone]


def test_the_page_asks_as_much_for_many_as_for_one(unit, manager, client_as, django_assert_max_num_queries):
    client, where = client_as(manager), reverse("people:unallocated")
    person_without_lead(unit=unit)
    with django_assert_max_num_queries(30) as few:
        client.get(where)
    with acting_as(SYSTEM):
        for n in range(30):
            person_without_lead(unit=unit, crn=f"X2001{n:02}")
    with django_assert_max_num_queries(len(few)):
        client.get(where)
