"""Accounts, sessions and second factors: what a statement of one's own could read or write of someone else's."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import DatabaseError, transaction
from django.utils import timezone

from common.postgres.actor import acting_as
from people.models import LockOut, SavedFilter, User
from tests.conftest import NOW
from tests.people.access.test_second_wall import ask
from tests.test_access import circle_of_one, world  # noqa: F401  fixtures

SIGN_IN = [
    "django_session", "usersessions_usersession", "mfa_authenticator", "account_emailaddress",
    "account_emailconfirmation", "socialaccount_socialaccount", "socialaccount_socialtoken", "socialaccount_socialapp",
]  # fmt: skip
PHONE = "+447700900321"


@pytest.fixture
def callers(world) -> dict[str, Any]:  # noqa: F811
    User.objects.filter(pk=world.participant.user_id).update(phone=PHONE, last_login=NOW)
    names = ("officer", "other_officer", "manager", "volunteer", "scheme", "provider", "commissioner")
    return {name: getattr(world, name) for name in names} | {"other participant": world.other_participant.user}


def reached(user: Any, account: User) -> tuple:
    with acting_as(user.pk if user else None):
        rows = ask("select email, phone, last_login, password from people_user where id = %s", account.pk)
    return rows[0] if rows else ()


def named(user: Any, account: User) -> str:
    with acting_as(user.pk):
        return ask("select name from people_user where id = %s", account.pk)[0][0]


def test_nobody_reads_where_another_signs_in_nor_any_password(callers, world):  # noqa: F811
    person = world.participant.user
    for name, user in callers.items():
        assert reached(user, person) == (None, None, None, ""), name
        if user != world.officer:
            assert reached(user, world.officer) == (None, None, None, ""), name
    assert reached(None, person) == ()

    email, phone, _, password = reached(person, person)
    assert (email, phone, password) == (person.email, PHONE, "")


def test_administrators_read_where_staff_sign_in_and_the_officer_where_anyone_does(callers, world):  # noqa: F811
    assert reached(world.administrator, world.officer)[0] == world.officer.email
    assert reached(world.administrator, world.participant.user) == (None, None, None, "")
    assert reached(world.data_protection, world.participant.user)[1] == PHONE
    assert reached(world.data_protection, world.participant.user)[3] == ""


def test_a_colleague_may_be_rung_since_texts_give_the_number_and_a_person_may_not(callers, world):  # noqa: F811
    User.objects.filter(pk=world.officer.pk).update(phone="+447700900322")

    for name, user in callers.items():
        assert reached(user, world.officer)[1] == "+447700900322", name
        assert reached(user, world.participant.user)[1] is None, name


def test_a_persons_account_is_named_to_who_sees_the_person(callers, world):  # noqa: F811
    account = world.participant.user
    seeing = {"officer", "manager", "volunteer", "scheme", "provider"}

    assert {name for name, user in callers.items() if named(user, account)} <= seeing
    assert named(world.officer, account) == named(world.volunteer, account) == account.name
    assert named(world.other_officer, account) == named(world.commissioner, account) == ""
    assert named(world.participant.user, world.officer) == world.officer.name, "a colleague's name is no secret"


def test_nobody_changes_an_account_past_the_service(callers, world):  # noqa: F811
    for user in [*callers.values(), world.administrator, world.participant.user]:
        with acting_as(user.pk), transaction.atomic():
            assert User.objects.filter(pk=world.officer.pk).update(phone=PHONE, is_active=False) == 0
            assert User.objects.filter(pk=user.pk).update(email="mine@test.example") == 0
        with acting_as(user.pk), pytest.raises(DatabaseError), transaction.atomic():
            ask("insert into people_user (name, password, is_active, created_at, sign_in_round)"
                " values ('x', '', true, now(), 0)")  # fmt: skip


def test_what_opens_the_door_is_read_by_nobody(callers, world, client_as):  # noqa: F811
    client_as(world.officer).get("/")
    Authenticator.objects.create(user=world.officer, type="totp", data={"secret": "x"})
    UserSession.objects.get_or_create(
        user=world.officer, session_key="k" * 32, defaults={"ip": "127.0.0.1", "created_at": timezone.now()}
    )
    assert ask("select count(*) from django_session")[0][0] > 0
    for user in [world.officer, world.administrator, world.data_protection, None]:
        with acting_as(user.pk if user else None):
            assert {table: ask(f"select count(*) from {table}")[0][0] for table in SIGN_IN} == dict.fromkeys(SIGN_IN, 0)
            for table in SIGN_IN:
                with pytest.raises(DatabaseError), transaction.atomic():
                    ask(f"insert into {table} select * from jsonb_populate_record(null::{table}, '{{}}')")


def test_lists_and_lock_outs_are_their_owners_and_their_keepers(callers, world):  # noqa: F811
    SavedFilter.objects.create(user=world.officer, name="Mine", query="q", saved_at=NOW)
    LockOut.objects.create(user=world.officer, why="PASSWORD", locked_at=NOW, until=NOW)
    for name, user in callers.items():
        with acting_as(user.pk):
            assert ask("select count(*) from people_savedfilter") == [(int(user == world.officer),)], name
            assert ask("select count(*) from people_lockout") == [(int(name == "manager"),)], name
