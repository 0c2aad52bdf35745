"""Each promise of this floor's tables, broken through the ORM."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from common.postgres.actor import acting_as
from people.models import (
    AccessEvent,
    AccessGrant,
    Assignment,
    CircleMember,
    Enrolment,
    Membership,
    Message,
    Participant,
    Programme,
    Requirement,
    Rule,
    RuleResult,
    Sentence,
    User,
)  # fmt: skip
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def person(participant, **fields) -> Participant:
    given = {
        "given_name": "A", "family_name": "B", "crn": "Z999999", "date_of_birth": participant.date_of_birth,
        "delivery_unit": participant.delivery_unit, "risk_band": "LOW", "joined_on": TODAY,
    }  # fmt: skip
    return Participant(**{**given, **fields})


def sentence(participant, **fields) -> Sentence:
    given = {"kind": "CUSTODY", "starts_on": TODAY, "length_days": 10, "ends_on": TODAY + 9 * DAY}
    return Sentence(participant=participant, **{**given, **fields})


def message(**fields) -> Message:
    given = {"dedupe_key": "k", "channel": "SMS", "address": "+447700900001", "queued_at": NOW, "not_before": NOW}
    return Message(**{**given, **fields})


BROKEN = {
    "user_email_unique": lambda p, o: User(name="x", email=o.email),
    "user_email_is_in_small_letters": lambda p, o: User(name="x", email="Big@Test.example"),
    "user_phone_unique": lambda p, o: User(name="x", phone=str(p.user.phone)),
    "user_can_be_reached": lambda p, o: User(name="x"),
    "membership_ends_after_it_starts": lambda p, o: Membership(
        user=o, role="VOLUNTEER", starts_on=TODAY, ends_on=TODAY - DAY
    ),
    "staff_roles_sit_in_a_team": lambda p, o: Membership(user=o, role="MANAGER", starts_on=TODAY),
    "one_open_membership_of_a_kind": lambda p, o: Membership(
        user=o, role="PRACTITIONER", team=o.current_memberships[0].team, starts_on=TODAY
    ),
    "people_participant_crn": lambda p, o: person(p, crn=p.crn),
    "crn_is_well_formed": lambda p, o: person(p, crn="12345"),
    "prison_number_is_well_formed": lambda p, o: person(p, prison_number="A12"),
    "one_lead_practitioner_at_a_time": lambda p, o: Assignment(participant=p, practitioner=o, starts_on=TODAY),
    "sentence_ends_after_it_starts": lambda p, o: sentence(p, ends_on=TODAY - DAY),
    "only_custody_has_a_release_date": lambda p, o: sentence(p, kind="COMMUNITY", release_on=TODAY),
    "release_follows_the_start": lambda p, o: sentence(p, release_on=TODAY - DAY),
    "sentence_entered_once": lambda p, o: sentence(p, starts_on=p.sentences.get().starts_on),
    "grant_has_one_principal": lambda p, o: AccessGrant(participant=p, level=3, why="TEAM", starts_at=NOW),
    "grant_ends_after_it_starts": lambda p, o: AccessGrant(
        participant=p, user=o, level=3, why="REFERRAL", starts_at=NOW, ends_at=NOW - DAY
    ),
    "one_open_grant_of_a_kind": lambda p, o: AccessGrant(participant=p, user=o, level=3, why="ASSIGNED", starts_at=NOW),
    "sharing_needs_agreement": lambda p, o: CircleMember(
        participant=p, user=o, relationship="MENTOR", starts_on=TODAY, may_see=["GOALS"]
    ),
    "circlemember_ends_after_it_starts": lambda p, o: CircleMember(
        participant=p, user=o, relationship="MENTOR", starts_on=TODAY, ends_on=TODAY - DAY
    ),
    "only_allocated_programmes_give_a_sum": lambda p, o: Programme(
        code="a", name="A", money_model="APPLICATION", allocation=1
    ),
    "sent_messages_say_when": lambda p, o: message(state="SENT"),
    "message_window_is_open": lambda p, o: message(not_after=NOW),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_database_keeps(name, participant, officer):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        BROKEN[name](participant, officer).save()


def enrolment(participant, officer, programme, **fields) -> Enrolment:
    given = {"state": "ENROLLED", "asked_on": TODAY, "asked_by": officer, "starts_on": TODAY}
    return Enrolment(participant=participant, programme=programme, **{**given, **fields})


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("enrolled_has_a_start", {"starts_on": None}),
        ("an_override_has_a_person_and_a_reason", {"override_reason": "Because."}),
        ("an_ended_enrolment_says_when_and_why", {"state": "ENDED", "ends_on": TODAY}),
        ("an_ended_enrolment_says_when_and_why", {"end_reason": "Because."}),
    ],
)
def test_the_database_keeps_of_an_enrolment(name, fields, participant, officer, make_programme):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        enrolment(participant, officer, make_programme(), **fields).save()


def test_one_live_enrolment_a_programme_and_one_result_a_rule(participant, officer, make_programme):
    programme = make_programme()
    made = enrolment(participant, officer, programme)
    made.save()
    RuleResult.objects.create(enrolment=made, kind="AGE", met=True, reason="Yes.")

    with pytest.raises(IntegrityError, match="on_a_programme_once"), transaction.atomic():
        enrolment(participant, officer, programme).save()
    with pytest.raises(IntegrityError, match="one_result_a_rule"), transaction.atomic():
        RuleResult.objects.create(enrolment=made, kind="AGE", met=False, reason="No.")


def test_a_rule_says_what_its_kind_needs_and_comes_once(make_programme):
    programme = make_programme(AGE={"youngest": 18, "oldest": 25})

    with pytest.raises(IntegrityError, match="rule_says_what_its_kind_needs"), transaction.atomic():
        Rule.objects.create(programme=programme, kind="PRISON")
    with pytest.raises(IntegrityError, match="one_rule_of_a_kind"), transaction.atomic():
        Rule.objects.create(programme=programme, kind="AGE", youngest=1, oldest=2)


def test_a_requirement_is_entered_once(participant):
    Requirement.objects.create(sentence=participant.sentences.get(), kind="DRUG")

    with pytest.raises(IntegrityError, match="requirement_entered_once"), transaction.atomic():
        Requirement.objects.create(sentence=participant.sentences.get(), kind="DRUG")


def test_a_prison_number_belongs_to_one_person(participant):
    person(participant, prison_number="A1234BC").save()

    with pytest.raises(IntegrityError, match="prison_number_unique"), transaction.atomic():
        person(participant, crn="Z999998", prison_number="A1234BC").save()


def test_someone_is_in_a_circle_once(member, participant, volunteer):
    with pytest.raises(IntegrityError, match="in_a_circle_once"), transaction.atomic():
        CircleMember.objects.create(participant=participant, user=volunteer, relationship="MENTOR", starts_on=TODAY)


@pytest.mark.parametrize("change", ["update", "delete"])
def test_looks_and_history_are_only_ever_added_to(change, participant, officer):
    event = AccessEvent.objects.create(
        at=NOW, user=officer, roles="", kind="PERSON", page="x", participants=[1], request_id="r"
    )
    rows = [AccessEvent.objects.filter(pk=event.pk), participant.history.all()]

    for found in rows:
        with acting_as(officer.pk), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            found.update(
                **({"page": "y"} if found.model is AccessEvent else {"crn": "Z1"})
            ) if change == "update" else found.delete()
