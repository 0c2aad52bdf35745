"""Who leads, sees, surrounds and reaches a person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common.errors import RuleBroken
from people import services
from people.models import AccessGrant, Assignment, CircleMember, Level, Participant, User
from tests.conftest import NOW, TODAY, service_account

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def sees(user: User, person: Participant, level: Level = Level.FULL) -> bool:
    user.__dict__.pop("live_memberships", None)
    return Participant.objects.visible_to(user, level).filter(pk=person.pk).exists()


def test_assigning_lets_the_practitioner_and_the_team_see(participant, officer, manager, other_officer):
    assert sees(officer, participant)
    assert sees(manager, participant)
    assert not sees(other_officer, participant)


def test_handing_over_moves_sight_at_once(participant, officer, manager, other_officer):
    services.assign(participant=participant, practitioner=other_officer, today=TODAY, now=NOW, by=officer)

    assert sees(other_officer, participant)
    assert not sees(officer, participant)
    assert not sees(manager, participant)
    assert Assignment.objects.live(TODAY).get(participant=participant).practitioner == other_officer


def test_handing_over_to_the_same_person_changes_nothing(participant, officer):
    before = AccessGrant.objects.count()

    services.assign(participant=participant, practitioner=officer, today=TODAY, now=NOW, by=officer)

    assert AccessGrant.objects.count() == before
    assert participant.assignments.count() == 1


def test_a_mistaken_hand_over_can_be_undone_the_same_day(participant, officer, other_officer):
    services.assign(participant=participant, practitioner=other_officer, today=TODAY, now=NOW, by=officer)
    services.assign(participant=participant, practitioner=officer, today=TODAY, now=NOW, by=officer)

    assert sees(officer, participant)
    assert not sees(other_officer, participant)


def test_only_a_practitioner_can_lead(participant, volunteer):
    with pytest.raises(services.NotAPractitioner, match="Vera Volunteer"):
        services.assign(participant=participant, practitioner=volunteer, today=TODAY, now=NOW, by=service_account())


def test_who_has_neither_phone_nor_e_mail_has_an_account_that_says_so(participant):
    other = Participant.objects.create(
        given_name="No", family_name="Phone", crn="X100009", date_of_birth=participant.date_of_birth,
        delivery_unit=participant.delivery_unit, risk_band="LOW", joined_on=TODAY,
    )  # fmt: skip

    user = services.open_portal(participant=other, today=TODAY, now=NOW, by=service_account())

    assert (user.phone, user.email, user.code_letter_since) == (None, None, NOW)
    assert participant.user.code_letter_since is None


def test_two_people_cannot_sign_in_with_one_phone(participant, make_participant):
    with pytest.raises(services.AddressTaken, match="phone number"):
        make_participant("Twin", "Phone", "X200001", phone=str(participant.phone))


def test_opening_the_portal_twice_makes_one_account(participant):
    first = participant.user

    assert services.open_portal(participant=participant, today=TODAY, now=NOW, by=service_account()) == first
    assert sees(first, participant)


def test_a_new_phone_moves_the_sign_in(participant):
    services.change_contact(
        participant=participant, preferred_name="Jord", phone="+447700900555", email="j@test.example",
        address="1 Mill St", outcode="HD1", by=service_account()
    )  # fmt: skip

    user = User.objects.get(pk=participant.user_id)
    assert (str(user.phone), user.email) == ("+447700900555", "j@test.example")
    assert participant.history.count() >= 2


def test_a_phone_that_someone_else_signs_in_with_is_refused(participant, other_participant):
    with pytest.raises(services.AddressTaken):
        services.change_contact(
            participant=participant,
            preferred_name="",
            phone=str(other_participant.phone),
            email="",
            address="",
            outcode="",
            by=service_account(),
        )


def test_someone_who_signs_in_keeps_a_way_to_be_reached(participant):
    with pytest.raises(RuleBroken, match="signs in with a code"):
        services.change_contact(
            participant=participant, preferred_name="", phone="", email="", address="", outcode="", by=service_account()
        )


def test_a_release_clears_the_prison_and_dates_the_sentence(participant, prison):
    participant.prison = prison
    participant.save()

    services.release(participant=participant, released_on=TODAY - DAY, today=TODAY, by=service_account())

    participant.refresh_from_db()
    assert not participant.in_custody
    assert participant.sentences.get().release_on == TODAY - DAY


@pytest.mark.parametrize("when", [TODAY + DAY, TODAY - 400 * DAY])
def test_a_release_is_not_in_the_future_nor_before_the_sentence(participant, prison, when):
    participant.prison = prison
    participant.save()

    with pytest.raises(services.NotAReleaseDate):
        services.release(participant=participant, released_on=when, today=TODAY, by=service_account())


def test_only_someone_in_custody_is_released(participant):
    with pytest.raises(services.NotInCustody):
        services.release(participant=participant, released_on=TODAY, today=TODAY, by=service_account())


def test_a_release_needs_a_sentence_of_custody(participant, prison):
    participant.prison = prison
    participant.save()
    participant.sentences.update(kind="COMMUNITY", release_on=None)

    with pytest.raises(services.NotInCustody, match="No custodial sentence"):
        services.release(participant=participant, released_on=TODAY, today=TODAY, by=service_account())


def test_a_volunteer_sees_the_name_alone_until_the_person_says_more(member, participant, volunteer):
    assert sees(volunteer, participant, Level.NAME)
    assert not sees(volunteer, participant, Level.CONTACT)
    assert member.may_see == []


def test_sharing_is_dated_and_takes_effect_at_once(member):
    services.share(member=member, groups=["GOALS", "MEETINGS"], today=TODAY, by=service_account())

    member.refresh_from_db()
    assert member.may_see == ["GOALS", "MEETINGS"]
    assert member.agreed_on == TODAY


def test_only_a_volunteer_joins_a_circle_and_once(member, participant, volunteer, commissioner):
    with pytest.raises(services.NotAVolunteer):
        services.add_to_circle(
            participant=participant,
            user=commissioner,
            relationship="MENTOR",
            today=TODAY,
            now=NOW,
            by=service_account(),
        )
    with pytest.raises(services.AlreadyInCircle):
        services.add_to_circle(
            participant=participant, user=volunteer, relationship="MENTOR", today=TODAY, now=NOW, by=service_account()
        )


def test_leaving_the_circle_ends_what_they_see(member, participant, volunteer):
    services.share(member=member, groups=["GOALS"], today=TODAY, by=service_account())

    services.leave_circle(member=member, today=TODAY, now=NOW, by=service_account())

    assert not sees(volunteer, participant, Level.NAME)
    assert not CircleMember.objects.live(TODAY).filter(pk=member.pk).exists()
