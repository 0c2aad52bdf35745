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
    user.__dict__.pop("current_memberships", None)
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
    assert Assignment.objects.current(TODAY).get(participant=participant).practitioner == other_officer


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

    other.given_name = "Typed and not meant"
    user = services.open_portal(participant=other, today=TODAY, now=NOW, by=service_account())

    other.refresh_from_db()
    assert (user.phone, user.email, user.code_letter_since, other.given_name) == (None, None, NOW, "No")
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
        address="1 Mill St", outcode="HD1", by=service_account(), now=NOW)  # fmt: skip

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
            now=NOW,
        )


def test_someone_who_signs_in_keeps_a_way_to_be_reached(participant):
    with pytest.raises(RuleBroken, match="signs in with a code"):
        services.change_contact(
            participant=participant,
            preferred_name="",
            phone="",
            email="",
            address="",
            outcode="",
            by=service_account(),
            now=NOW,
        )


def test_a_volunteer_sees_the_name_alone_until_the_person_says_more(member, participant, volunteer):
    assert sees(volunteer, participant, Level.NAME)
    assert not sees(volunteer, participant, Level.CONTACT)
    assert member.may_see == []


def test_sharing_is_dated_and_takes_effect_at_once(member):
    services.share(member=member, groups=["GOALS", "MEETINGS"], today=TODAY, by=member.participant.user)

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
    services.share(member=member, groups=["GOALS"], today=TODAY, by=member.participant.user)

    services.leave_circle(member=member, today=TODAY, now=NOW, by=service_account())

    assert not sees(volunteer, participant, Level.NAME)
    assert not CircleMember.objects.current(TODAY).filter(pk=member.pk).exists()


# --- What is kept, and what is refused -------------------------------------------------------------


def grants(person, **of) -> list[tuple]:
    rows = AccessGrant.objects.filter(participant=person, **of).order_by("pk")
    return [(row.why, row.level, row.starts_at, row.ends_at) for row in rows]


def test_a_hand_over_ends_what_the_one_before_could_see_and_dates_both(participant, officer, other_officer):
    made = services.assign(participant=participant, practitioner=other_officer, today=TODAY, now=NOW, by=officer)

    before = participant.assignments.get(practitioner=officer)
    assert (before.ends_on, made.starts_on, made.ends_on) == (TODAY - DAY, TODAY, None)
    assert grants(participant, user=officer) == [("ASSIGNED", Level.FULL, NOW - 60 * DAY, NOW)]
    assert grants(participant, user=other_officer) == [("ASSIGNED", Level.FULL, NOW, None)]
    assert grants(participant, team=other_officer.team_ids[0]) == [("TEAM", Level.FULL, NOW, None)]


def test_a_hand_over_is_followed_up_once_and_a_first_assignment_is_not(
    monkeypatch, participant, make_participant, officer, other_officer
):
    followed = []
    monkeypatch.setattr(services, "ON_REALLOCATION", [lambda *what: followed.append(what)])

    make_participant("New", "Here", "X300009", officer)
    services.assign(participant=participant, practitioner=officer, today=TODAY, now=NOW, by=officer)
    services.assign(participant=participant, practitioner=other_officer, today=TODAY, now=NOW, by=officer)

    assert followed == [(participant, officer, other_officer, officer, NOW)]


def test_an_assignment_of_the_same_day_leaves_no_empty_span(participant, officer, other_officer):
    services.assign(participant=participant, practitioner=other_officer, today=TODAY, now=NOW, by=officer)
    services.assign(participant=participant, practitioner=officer, today=TODAY, now=NOW, by=officer)

    assert not participant.assignments.filter(practitioner=other_officer).exists()
    assert participant.assignments.filter(practitioner=officer).count() == 2


def test_a_hand_over_leaves_other_people_and_other_reasons_alone(
    participant, other_participant, officer, other_officer, member, volunteer
):
    services.assign(participant=participant, practitioner=other_officer, today=TODAY, now=NOW, by=officer)

    assert sees(other_officer, other_participant)
    assert sees(volunteer, participant, Level.NAME)
    assert sees(participant.user, participant)


def test_a_volunteers_team_or_a_provider_does_not_make_a_lead(participant, make_user, team):
    from people.models import Team

    house = Team.objects.create(name="House", kind=Team.Kind.PROVIDER)
    with pytest.raises(services.NotAPractitioner):
        services.assign(
            participant=participant,
            practitioner=make_user("Pru Provider", "PROVIDER", house),
            today=TODAY,
            now=NOW,
            by=service_account(),
        )


def test_a_manager_may_lead(participant, manager):
    assert (
        services.assign(participant=participant, practitioner=manager, today=TODAY, now=NOW, by=manager).practitioner
        == manager
    )


def test_joining_keeps_the_role_its_team_and_its_first_day_and_counts_at_once(officer, team):
    assert officer.roles == {"PRACTITIONER"}

    made = services.join(user=officer, role="MANAGER", today=TODAY - DAY, team=team, by=officer)

    assert (made.user, made.role, made.team, made.starts_on) == (officer, "MANAGER", team, TODAY - DAY)
    assert officer.roles == {"PRACTITIONER", "MANAGER"}


def test_a_role_in_a_team_of_the_wrong_kind_is_refused(officer):

    from people.models import Team

    with pytest.raises(RuleBroken):
        services.join(
            user=officer,
            role="MANAGER",
            today=TODAY,
            team=Team.objects.create(name="H", kind=Team.Kind.PROVIDER),
            by=officer,
        )


def test_what_is_open_already_is_not_granted_twice(participant, volunteer):
    for level, now in ((Level.NAME, NOW), (Level.FULL, NOW + DAY)):
        services.grant(participant=participant, level=level, why=AccessGrant.Why.CIRCLE, now=now, user=volunteer)

    assert grants(participant, user=volunteer) == [("CIRCLE", Level.NAME, NOW, None)]


def test_what_was_revoked_may_be_granted_again(participant, volunteer):
    why = AccessGrant.Why.CIRCLE
    services.grant(participant=participant, level=Level.NAME, why=why, now=NOW, user=volunteer)
    services.revoke(participant=participant, whys=[why], now=NOW, user=volunteer)
    services.revoke(participant=participant, whys=[why], now=NOW + DAY, user=volunteer)
    services.grant(participant=participant, level=Level.NAME, why=why, now=NOW + DAY, user=volunteer)

    assert grants(participant, user=volunteer) == [
        ("CIRCLE", Level.NAME, NOW, NOW),
        ("CIRCLE", Level.NAME, NOW + DAY, None),
    ]


def test_only_what_is_named_is_revoked(participant, other_participant, officer, volunteer, team, other_team):
    why = AccessGrant.Why.CIRCLE
    for person, of in (
        (participant, {"user": volunteer}), (participant, {"user": officer}), (other_participant, {"user": volunteer}),
        (participant, {"team": other_team}),
    ):  # fmt: skip
        services.grant(participant=person, level=Level.NAME, why=why, now=NOW, **of)

    services.revoke(participant=participant, whys=[why], now=NOW, user=volunteer)

    open_rows = AccessGrant.objects.filter(ends_at=None)
    assert set(open_rows.filter(why=why).values_list("participant", "user", "team")) == {
        (participant.pk, officer.pk, None),
        (other_participant.pk, volunteer.pk, None),
        (participant.pk, None, other_team.pk),
    }
    services.revoke(participant=participant, whys=[AccessGrant.Why.TEAM], now=NOW, team=other_team)
    assert open_rows.filter(participant=participant, team=team, why="TEAM").exists()
    services.revoke(participant=participant, whys=[why, AccessGrant.Why.TEAM], now=NOW)
    assert set(open_rows.filter(participant=participant).values_list("why", flat=True)) == {"ASSIGNED", "SELF"}


def test_an_account_for_the_portal_keeps_the_name_and_how_to_reach_the_person(participant):
    from people.models import Membership

    user = User.objects.get(pk=participant.user_id)

    assert (user.name, str(user.phone), user.email) == ("Jordan Ashworth", str(participant.phone), None)
    assert (user.code_letter_since, user.roles) == (None, {"PARTICIPANT"})
    assert Membership.objects.get(user=user).starts_on == TODAY - 60 * DAY
    assert grants(participant, user=user) == [("SELF", Level.FULL, NOW - 60 * DAY, None)]
    assert Participant.objects.get(pk=participant.pk).user == user


def test_a_person_with_an_e_mail_alone_is_reached_by_it(make_participant):
    user = make_participant("Em", "Mail", "X300002", phone="", email="em@test.example").user

    assert (user.email, user.phone, user.code_letter_since) == ("em@test.example", None, None)


def test_two_people_cannot_sign_in_with_one_e_mail_however_it_is_written(participant, make_participant):
    make_participant("Em", "Mail", "X300002", email="em@test.example")

    with pytest.raises(services.AddressTaken, match="e-mail address"):
        services.refuse_taken(phone="", email="EM@test.example")
    services.refuse_taken(phone="", email="")


def test_ones_own_phone_is_not_taken_by_oneself(participant):
    services.refuse_taken(phone=str(participant.phone), email="", but=participant.user)

    with pytest.raises(services.AddressTaken):
        services.refuse_taken(phone=str(participant.phone), email="")


def test_every_contact_detail_is_kept(participant):
    changed = {
        "preferred_name": "Jord", "phone": "+447700900555", "email": "J@test.example", "address": "1 Mill St",
        "outcode": "LA1",
    }  # fmt: skip

    services.change_contact(participant=participant, **changed, by=service_account(), now=NOW)

    kept = Participant.objects.get(pk=participant.pk)
    assert {name: str(getattr(kept, name)) for name in changed} == changed
    assert User.objects.get(pk=participant.user_id).email == "j@test.example"


def test_someone_without_an_account_may_be_left_without_a_way_to_be_reached(participant):
    Participant.objects.filter(pk=participant.pk).update(user=None)

    kept = services.change_contact(
        participant=participant,
        preferred_name="",
        phone="",
        email="",
        address="",
        outcode="",
        by=service_account(),
        now=NOW,
    )

    assert (str(kept.phone), kept.email) == ("", "")


def test_a_detail_that_cannot_be_is_refused_and_nothing_changes(participant):
    before = participant.email

    with pytest.raises(RuleBroken, match="valid email address"):
        services.change_contact(
            participant=participant, preferred_name="", phone="+447700900555", email="not an address", address="",
            outcode="", by=service_account(), now=NOW)  # fmt: skip

    participant.refresh_from_db()
    assert participant.email == before


def test_a_phone_or_an_e_mail_ends_the_code_on_paper(participant):
    user = participant.user
    User.objects.filter(pk=user.pk).update(phone=None, code_letter_since=NOW)
    user.refresh_from_db()

    services.move_sign_in(user, phone="", email="", by=service_account(), now=NOW)
    assert User.objects.get(pk=user.pk).code_letter_since == NOW
    services.move_sign_in(user, phone="", email="J@test.example", by=service_account(), now=NOW)

    kept = User.objects.get(pk=user.pk)
    assert (kept.code_letter_since, kept.email, kept.phone) == (None, "j@test.example", None)
    services.move_sign_in(user, phone="+447700900555", email="", by=service_account(), now=NOW)
    kept.refresh_from_db()
    assert (str(kept.phone), kept.email) == ("+447700900555", None)


def test_a_member_of_the_circle_is_kept_with_what_they_are_and_sees_the_name(participant, volunteer):
    made = services.add_to_circle(
        participant=participant, user=volunteer, relationship="MENTOR", today=TODAY, now=NOW, by=service_account()
    )

    made.refresh_from_db()
    assert (made.participant, made.user, made.relationship, made.starts_on) == (participant, volunteer, "MENTOR", TODAY)
    assert grants(participant, user=volunteer) == [("CIRCLE", Level.NAME, NOW, None)]


def test_a_worker_comes_from_a_provider_and_a_volunteer_does_not(participant, volunteer, make_user):
    from people.models import Relationship, Team

    house = Team.objects.create(name="House", kind=Team.Kind.PROVIDER)
    worker = make_user("Will Worker", "PROVIDER", house)
    with pytest.raises(services.NotAWorker, match="Vera Volunteer"):
        services.add_to_circle(
            participant=participant,
            user=volunteer,
            relationship=Relationship.WORKER,
            today=TODAY,
            now=NOW,
            by=service_account(),
        )
    with pytest.raises(services.NotAVolunteer, match="Will Worker"):
        services.add_to_circle(
            participant=participant,
            user=worker,
            relationship=Relationship.MENTOR,
            today=TODAY,
            now=NOW,
            by=service_account(),
        )

    made = services.add_to_circle(
        participant=participant,
        user=worker,
        relationship=Relationship.WORKER,
        today=TODAY,
        now=NOW,
        by=service_account(),
    )

    assert made.user == worker


def test_one_volunteer_may_be_in_two_circles_and_come_back_to_one(member, participant, other_participant, volunteer):
    services.add_to_circle(
        participant=other_participant, user=volunteer, relationship="MENTOR", today=TODAY, now=NOW, by=service_account()
    )
    services.share(member=member, groups=["GOALS"], today=TODAY, by=service_account())
    services.leave_circle(member=member, today=TODAY + DAY, now=NOW, by=service_account())

    member.refresh_from_db()
    assert (member.ends_on, member.may_see) == (TODAY, [])
    assert sees(volunteer, other_participant, Level.NAME)
    services.add_to_circle(
        participant=participant,
        user=volunteer,
        relationship="VOLUNTEER",
        today=TODAY + DAY,
        now=NOW + DAY,
        by=service_account(),
    )
    assert CircleMember.objects.current(TODAY + DAY).filter(participant=participant).count() == 1


def test_two_in_a_circle_see_for_themselves_and_what_is_shared_is_kept_in_order(
    member, participant, volunteer, make_user
):
    other = services.add_to_circle(
        participant=participant,
        user=make_user("Val", "VOLUNTEER"),
        relationship="MENTOR",
        today=TODAY,
        now=NOW,
        by=service_account(),
    )
    services.share(member=member, groups=["MEETINGS", "GOALS", "GOALS"], today=TODAY, by=member.participant.user)

    services.leave_circle(member=other, today=TODAY, now=NOW, by=service_account())

    member.refresh_from_db()
    assert member.may_see == ["GOALS", "MEETINGS"]
    assert sees(volunteer, participant, Level.NAME)


def test_a_group_that_is_none_is_not_shared(member):

    with pytest.raises(RuleBroken):
        services.share(member=member, groups=["EVERYTHING"], today=TODAY, by=member.participant.user)
