"""What is on the record of someone unseen tells nothing: it is left out, and whoever answers for them is told."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from people import services
from people.models import Message, Participant, User
from people.record import person_services
from tests.attacks.canaries import as_owner
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
SUBJECT = "Someone else may work with the same person"


@pytest.fixture
def unseen(other_participant, other_officer) -> Participant:
    """Led by someone else, with a prison number; `officer` may not see them."""
    Participant.objects.filter(pk=other_participant.pk).update(prison_number="A1234BC")
    return Participant.objects.get(pk=other_participant.pk)


def contact(person, phone, by):
    services.change_contact(
        participant=person, preferred_name="", phone=phone, email="", address="", outcode="PR1", by=by, now=NOW
    )


def test_a_prison_number_of_someone_unseen_is_left_out_and_their_lead_is_told(participant, unseen, officer, client_as):
    lead = services.Assignment.objects.get(participant=unseen, ends_on=None).practitioner
    page = (
        client_as(officer)
        .post(
            reverse("people:numbers-change", args=[participant.ref]),
            {"prison_number": "A1234BC", "pnc": "1954/0018147W", "cro": "", "_idempotency_key": str(uuid.uuid4())},
            follow=True,
        )
        .content.decode()
    )

    participant.refresh_from_db()
    assert (participant.prison_number, participant.pnc) == ("", "1954/0018147W")
    assert "The prison number was left out; the team that holds it has been told." in page
    assert unseen.crn not in page
    told = Message.objects.get(subject=SUBJECT)
    assert (told.user, unseen.crn in told.body, participant.crn in told.body) == (lead, True, False)


def test_of_someone_seen_it_is_said_whose_it_is_not(participant, make_participant, officer):
    make_participant("Sam", "Seen", "X100066", officer, prison_number="A1234BC")

    with pytest.raises(person_services.NumberTaken):
        person_services.change_numbers(
            participant=participant, prison_number="A1234BC", pnc="", cro="", by=officer, now=NOW
        )
    assert not Message.objects.filter(subject=SUBJECT).exists()


def test_a_phone_that_someone_unseen_signs_in_with_is_kept_and_stays_their_way_in(participant, unseen, officer):
    theirs, before = str(unseen.user.phone), str(participant.user.phone)

    contact(participant, theirs, officer)

    participant.refresh_from_db()
    assert str(participant.phone) == theirs
    assert str(User.objects.get(pk=participant.user_id).phone) == before
    assert str(User.objects.get(pk=unseen.user_id).phone) == theirs
    assert unseen.crn in Message.objects.get(subject=SUBJECT).body
    contact(participant, theirs, officer)
    assert Message.objects.filter(subject=SUBJECT).count() == 1


def test_where_nobody_leads_the_other_case_its_managers_are_told(participant, unseen, officer, make_user, other_team):
    boss = make_user("Bea Boss", "MANAGER", other_team)
    services.Assignment.objects.filter(participant=unseen).delete()
    with as_owner():
        unseen.access_grants.filter(why="ASSIGNED").delete()

    contact(participant, str(unseen.user.phone), officer)

    assert Message.objects.get(subject=SUBJECT).user == boss
