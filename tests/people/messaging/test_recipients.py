"""Nothing about a person is sent to anyone who cannot see them, neither as it is queued nor as it is sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from people.access import restrictions
from people.messaging import message_queue, recipients, sending
from people.messaging.message_queue import Telling
from people.models import AccessGrant, Membership, Message, Participant, User
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db


def tell(user, person, key="k") -> Message | None:
    return message_queue.tell_user(
        user=user, participant=person, subject="News", body=f"{person.crn} rang.", key=key, now=NOW
    )


def exclude(user, person, by) -> None:
    restrictions.exclude(participant=person, user=user, reason="Family", message="Ring Mona.", by=by, now=NOW)


def to(person) -> dict[str, str]:
    return dict(Message.objects.filter(participant=person).values_list("address", "state"))


def test_whoever_sees_the_person_is_told(officer, participant):
    assert tell(officer, participant).user == officer
    assert to(participant) == {officer.email: "WAITING"}


def test_whoever_is_barred_is_not_and_the_lead_is_told_instead(officer, manager, participant, make_user, team):
    excluded = make_user("Exie Excluded", "MANAGER", team)
    exclude(excluded, participant, manager)

    assert tell(excluded, participant) is None

    assert to(participant) == {officer.email: "WAITING"}


def test_where_the_lead_is_barred_the_teams_managers_are_told(officer, manager, payer, participant):
    exclude(officer, participant, manager)

    tell(officer, participant)

    assert to(participant) == {manager.email: "WAITING", payer.email: "WAITING"}


def test_whoever_is_barred_after_it_was_queued_is_not_sent_it_either(officer, manager, participant):
    message = tell(officer, participant)
    exclude(officer, participant, manager)

    sending.send_batch(now=NOW)
    message.refresh_from_db()
    assert (message.state, message.problem) == ("WITHDRAWN", sending.NOT_ANY_MORE)
    assert to(participant) == {officer.email: "WITHDRAWN", manager.email: "WAITING"}

    sending.send_batch(now=NOW + timedelta(minutes=1))
    assert to(participant)[manager.email] == "SENT"


def test_it_is_passed_on_once_however_often_it_is_tried(officer, manager, participant):
    message = tell(officer, participant)
    exclude(officer, participant, manager)
    message_queue.pass_on(message, now=NOW)
    message_queue.pass_on(message, now=NOW)

    assert Message.objects.filter(address=manager.email).count() == 1


def test_whoever_cannot_sign_in_any_more_is_not_told(officer, manager, participant):
    officer.is_active = False
    officer.save()

    tell(officer, participant)

    assert to(participant) == {manager.email: "WAITING"}


def test_where_nobody_may_see_the_person_nobody_is_told(other_officer, participant, officer, make_user):
    boss = make_user("Bea Boss", "MANAGER", officer.current_memberships[0].team)  # who may leave the lead out
    restrictions.restrict(participant=participant, users=[], reason="A threat", message="Ring.", by=boss, now=NOW)

    assert tell(officer, participant) is None
    assert set(to(participant)) <= {boss.email}


def test_what_is_about_nobody_goes_to_anyone(other_officer):
    message = message_queue.tell_user(user=other_officer, subject="News", body="Hello", key="k", now=NOW)

    sending.send_batch(now=NOW)

    message.refresh_from_db()
    assert message.state == "SENT"


def test_of_many_those_who_may_are_told_in_few_queries_and_the_others_passed_on(
    officer, manager, payer, participant, other_participant
):
    exclude(payer, participant, manager)
    tellings = [
        Telling(user=user, about=participant, subject="Late", body="Late", key=f"late:{user.pk}")
        for user in (officer, manager, payer)
    ]

    message_queue.tell_users(tellings=tellings, now=NOW)

    assert to(participant) == {officer.email: "WAITING", manager.email: "WAITING"}

    def asked(count: int) -> int:
        many = [
            Telling(user=officer, about=participant, subject="Late", body="Late", key=f"{count}:{n}")
            for n in range(count)
        ]
        with CaptureQueriesContext(connection) as made:
            message_queue.tell_users(tellings=many, now=NOW)
        return len(made)

    assert asked(2) == asked(20)


def test_all_who_see_are_those_whom_the_one_rule_finds_and_most_are_asked_at_once(
    make_participant, make_user, officer, other_officer, manager, payer, administrator, team, other_team, volunteer
):
    people = [make_participant("P", f"N{n}", f"X3000{n:02d}", officer) for n in range(8)]
    plain, barred, listed, merged, ended, circle, nobodys, other = people
    excluded = make_user("Exie Excluded", "MANAGER", team)
    gone = make_user("Gon Gone", "PRACTITIONER", team)
    gone.is_active = False
    gone.save()
    exclude(excluded, barred, manager)
    restrictions.restrict(participant=listed, users=[manager], reason="Family", message="Ring.", by=manager, now=NOW)
    Participant.objects.filter(pk=merged.pk).update(merged_into=plain, left_on=TODAY)
    over = {"starts_at": NOW - timedelta(days=2), "ends_at": NOW - timedelta(days=1)}
    AccessGrant.objects.filter(participant=ended, user=officer).update(**over)
    AccessGrant.objects.filter(participant=nobodys).update(**over)
    AccessGrant.objects.create(participant=circle, user=volunteer, level=1, why="CIRCLE", starts_at=NOW)
    Membership.objects.create(user=administrator, role="ADMINISTRATOR", team=team, starts_on=TODAY)
    Membership.objects.filter(user=payer).update(ends_on=TODAY - timedelta(days=1))
    users = [officer, other_officer, manager, payer, administrator, volunteer, excluded, gone]

    def fresh() -> list[User]:
        return list(User.objects.filter(pk__in=[user.pk for user in users]).order_by("pk"))

    seen = recipients.all_seen((user, person) for user in fresh() for person in people)

    assert seen == {(user.pk, person.pk) for user in fresh() for person in people if recipients.may_see(user, person)}
    assert (manager.pk, plain.pk) in seen
    assert (officer.pk, listed.pk) not in seen
    with CaptureQueriesContext(connection) as asked:
        recipients.all_seen((user, plain) for user in fresh() if user.pk in {officer.pk, manager.pk})
    assert len(asked) == 4  # the users, and three
