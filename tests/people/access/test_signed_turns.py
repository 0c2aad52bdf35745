"""The database believes who acts only where it is signed, and once: what SQL injection into a page could try."""

from __future__ import annotations

import time
from contextlib import closing

import psycopg2
import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from common.postgres import turns
from common.postgres.actor import SYSTEM, acting_as
from rehab import env
from tests.people.access.test_second_wall import ask

REFUSED = psycopg2.errors.InsufficientPrivilege


@pytest.fixture
def web(participant, other_participant, officer):
    """A connection of the web's own login, which the page of an attacker would have. What it does is undone."""
    parts = env.database("DATABASE_URL") | {"NAME": connection.settings_dict["NAME"]}
    host = parts["HOST"] or parts.get("OPTIONS", {}).get("host", "")
    found = psycopg2.connect(dbname=parts["NAME"], user=parts["USER"], password=parts["PASSWORD"], host=host)
    with closing(found):
        yield found
        found.rollback()


def begin(cursor, user: object = "", *, service: bool = False) -> None:
    cursor.execute("select app_begin(%s, %s)", turns.signed(user=str(user), role="", service=service))


def count(cursor) -> int:
    cursor.execute("select count(*) from people_participant")
    return cursor.fetchone()[0]


def test_a_signed_turn_says_who_acts_until_the_transaction_ends(participant, other_participant, officer):
    with acting_as(officer.pk):
        assert ask("select app_user(), app_is_service()") == [(officer.pk, False)]
        assert ask("select count(*) from people_participant") == [(1,)]
    with acting_as(SYSTEM):
        assert ask("select app_user(), app_is_service()") == [(None, True)]


@pytest.mark.django_db(transaction=True)
def test_a_turn_ends_with_its_transaction(web):
    with web.cursor() as cursor:
        begin(cursor, service=True)
        cursor.execute("set local role rehab_service")
        assert count(cursor) == 2
        web.commit()

        cursor.execute("set local role rehab_service")
        assert count(cursor) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "first",
    [
        "set role rehab_service",
        "select set_config('app.user_id', '{officer}', true)",
        "select set_config('app.user_id', '{officer}', false), set_config('app.turn', '1', false)",
        "select set_config('app.seen_3', '/{officer}:{{0,{person}}}', true)",
        "select set_config('app.seen_1', md5('' || 'app.seen_1' || '{{{person}}}') || ':{{{person}}}', true)",
    ],
)
def test_no_role_and_no_setting_opens_anything(first, web, participant, officer):
    """As nobody, whatever the session is told."""
    with web.cursor() as cursor:
        cursor.execute(first.format(officer=officer.pk, person=participant.pk))
        assert count(cursor) == 0


@pytest.mark.django_db(transaction=True)
def test_a_user_of_a_page_becomes_nobody_else(web, participant, other_participant, officer, other_officer):
    with web.cursor() as cursor:
        begin(cursor, officer.pk)
        assert count(cursor) == 1
        for said in (
            f"select set_config('app.user_id', '{other_officer.pk}', true)",
            f"select set_config('app.seen_3', '{{0,{other_participant.pk}}}', true)",
            "set local role rehab_service",
        ):
            cursor.execute(said)
            cursor.execute("select id from people_participant")
            assert other_participant.pk not in {pk for (pk,) in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("part", ["user", "role", "service", "expires", "nonce", "signature"])
def test_words_that_were_changed_are_refused(part, web, officer, other_officer):
    said, signature = turns.signed(user=str(officer.pk), role="", service=False)
    parts = said.split("|")
    changed = {"user": (0, other_officer.pk), "role": (1, 1), "service": (2, "yes"), "expires": (3, time.time() + 60),
               "nonce": (4, "00000000-0000-4000-8000-000000000000")}  # fmt: skip
    if part in changed:
        at, value = changed[part]
        parts[at] = str(value)
    else:
        signature = signature[::-1]
    with web.cursor() as cursor, pytest.raises(REFUSED, match="nobody we know signed"):
        cursor.execute("select app_begin(%s, %s)", ["|".join(parts), signature])


@pytest.mark.django_db(transaction=True)
def test_words_that_were_said_once_are_not_taken_again(web, officer):
    """What another page said can be read in pg_stat_activity."""
    words = turns.signed(user=str(officer.pk), role="", service=False)
    with web.cursor() as cursor:
        cursor.execute("select app_begin(%s, %s)", words)
        web.commit()
        with pytest.raises(REFUSED, match="said before"):
            cursor.execute("select app_begin(%s, %s)", words)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seconds", [-31, 600])
def test_words_are_good_for_a_short_time(seconds, web, officer, monkeypatch):
    monkeypatch.setattr(turns, "clock", lambda: time.time() + seconds)
    with web.cursor() as cursor, pytest.raises(REFUSED, match="signed too long ago"):
        begin(cursor, officer.pk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    [
        "select * from app_turn_key",
        "select * from app_turn",
        "insert into app_turn_key values ('', '')",
        "insert into app_turn (nonce, xid, is_service) values (gen_random_uuid(), pg_current_xact_id(), true)",
        "update app_turn set is_service = true",
        "delete from app_turn",
        "truncate app_turn",
        "select app_people('3', 3, '{}')",
        "select app_work_out(1, 1)",
        "insert into app_turn_people (turn, place, people) values (1, '3', B'11')",
        "select people from app_turn_people",
        "create table public.app_tests_set_the_clock ()",
        "drop table app_turn",
        "create or replace function app_user() returns bigint language sql as 'select 1::bigint'",
        "alter table people_participant disable row level security",
    ],
)
@pytest.mark.parametrize("role", ["none", "rehab_service"])
def test_what_the_wall_stands_on_is_the_owners_alone(statement, role, web):
    with web.cursor() as cursor:
        cursor.execute(f"set role {role}")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute(statement)


@pytest.mark.django_db
def test_the_clock_is_set_only_where_the_owner_made_the_mark(participant):
    asked = "select app_now()::date::text from (select set_config('app.now', '2001-01-01', true)) x"
    assert ask(asked) == [("2001-01-01",)]
    ask("select 1 from (select set_config('role', 'none', true)) x")
    with connection.cursor() as cursor:
        cursor.execute("drop table app_tests_set_the_clock")

    assert ask(asked) != [("2001-01-01",)]


@pytest.mark.django_db
def test_every_policy_of_the_service_asks_for_a_signed_turn():
    wrong = "qual not like '%app_is_service()%' or with_check not like '%app_is_service()%'"
    assert ask(f"select tablename from pg_policies where 'rehab_service' = any (roles) and ({wrong})") == []


def test_a_key_that_the_database_does_not_know_is_refused_with_what_to_do(officer, settings):
    settings.SECRET_KEY = "another key that nobody put into the database"
    with pytest.raises(ProgrammingError, match="run migrate"), transaction.atomic(), acting_as(officer.pk):
        ask("select 1")


@pytest.mark.django_db
def test_the_newest_two_keys_count(settings):
    """So that processes with the older key go on while new ones start."""
    keys = [settings.SECRET_KEY, "the second key, long enough", "the third key, long enough"]
    found = []
    for key in keys:
        settings.SECRET_KEY = key
        ask("select 1 from (select set_config('role', 'none', true)) x")
        turns.keep_key()
    with connection.cursor() as cursor:
        cursor.execute("update app_turn_key set added_at = now() - interval '1 day' * (3 - rank) from ("
                       " select inner_block as block, row_number() over (order by added_at) as rank from app_turn_key"
                       ") r where inner_block = block")  # fmt: skip
    for key in keys:
        settings.SECRET_KEY = key
        try:
            with transaction.atomic():
                ask("select app_begin(%s, %s)", *turns.signed(user="1", role="", service=False))
            found.append(True)
        except ProgrammingError:
            found.append(False)

    assert sum(found) == 2
