"""The database's own wall: no one sees, by any query, whom people.AccessGrant does not let them see."""

from __future__ import annotations

import random
import threading
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.http import StreamingHttpResponse
from django.utils import timezone

from common.postgres.actor import SYSTEM, acting_as
from people import services
from people.models import (
    AccessGrant,
    Allowed,
    Exclusion,
    Level,
    Membership,
    Participant,
    Restriction,
    Sentence,
    Team,
    User,
)
from tests.attacks.full import sample
from tests.conftest import TODAY

TABLES_OF_PEOPLE = """
    with recursive of_people as (
        select 'people_participant'::regclass::oid as id
        union
        select c.conrelid from pg_constraint c join of_people p on c.confrelid = p.id where c.contype = 'f'
    ),
    tables as (
        select id from of_people
        union  -- a table of history has no foreign keys: it goes by the name of the table whose past it keeps
        select h.oid from of_people p join pg_class t on t.oid = p.id join pg_class h
            on h.relkind = 'r' and h.relname = regexp_replace(t.relname, '^([a-z]+)_', '\\1_historical')
        union
        select a.attrelid from pg_attribute a join pg_class t on t.oid = a.attrelid and t.relkind in ('r', 'p')
        where a.attname in ('participant_id', 'participants') and t.relnamespace = 'public'::regnamespace
    )
    select c.relname, c.relrowsecurity,
           exists (select from pg_policies p where p.tablename = c.relname and 'rehab_web' = any (p.roles))
    from tables t join pg_class c on c.oid = t.id order by 1
"""
VIEWS = """
    select relname from pg_class where relkind = 'v' and relnamespace = 'public'::regnamespace
    and not coalesce(reloptions @> array['security_invoker=true'], false) and relname <> 'pg_stat_statements'
    and relname <> 'pg_stat_statements_info'
"""


def ask(sql: str, *params: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        return cursor.fetchall()


def seen_by(user: User | None, level: int = Level.FULL) -> set[int]:
    with acting_as(user.pk if user else None):
        return set(ask("select app_sees(%s)", level)[0][0]) - {0}  # 0 is nobody, whom everyone sees


@pytest.mark.django_db
def test_every_table_with_a_path_to_a_person_has_a_policy():
    found = ask(TABLES_OF_PEOPLE)

    assert {name for name, *_ in found} >= {"people_sentence", "budgets_entry", "lifeplans_historicalstep"}
    assert [name for name, on, has_policy in found if not (on and has_policy)] == []


@pytest.mark.django_db
def test_every_view_looks_with_the_eyes_of_who_asks():
    assert ask(VIEWS) == []


def test_nobody_sees_nothing_and_the_service_sees_all(participant, other_participant):
    with acting_as(None):
        assert ask("select count(*) from people_participant") == [(0,)]
        assert ask("select count(*) from people_historicalparticipant") == [(0,)]
    with acting_as(SYSTEM):
        assert ask("select count(*) from people_participant") == [(2,)]


def test_a_query_that_forgets_the_rule_still_shows_only_ones_own(participant, other_participant, officer):
    with acting_as(officer.pk):
        assert ask("select crn from people_participant where true or crn = 'x'") == [(participant.crn,)]
        assert ask("select distinct participant_id from people_sentence") == [(participant.pk,)]
        assert Participant.objects.count() == 1
        assert Participant.history.values_list("id", flat=True).distinct().get() == participant.pk


def test_what_one_does_not_see_one_cannot_change(participant, other_participant, officer):
    with acting_as(officer.pk):
        assert Participant.objects.filter(pk=other_participant.pk).update(address="x") == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Sentence.objects.create(
                participant=other_participant, kind="COMMUNITY", starts_on=TODAY, length_days=9, ends_on=TODAY
            )


def test_no_one_can_let_themselves_see(other_participant, officer):
    with (
        acting_as(officer.pk),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        AccessGrant.objects.bulk_create(
            [AccessGrant(participant=other_participant, team=Team.objects.create(name="Mine"), level=3, why="TEAM",
                   starts_at=timezone.now())]
        )  # fmt: skip


def test_after_a_savepoint_rolls_back_the_same_person_acts(participant, other_participant, officer):
    with acting_as(officer.pk):
        with pytest.raises(ZeroDivisionError), transaction.atomic(), acting_as(SYSTEM):
            raise ZeroDivisionError
        with pytest.raises(ProgrammingError), transaction.atomic(), acting_as(SYSTEM):
            ask("select no_such_column from people_participant")

        assert ask("select count(*) from people_participant") == [(1,)]


@pytest.mark.django_db(transaction=True)
def test_a_thread_a_stream_and_what_runs_after_the_commit_see_what_their_actor_sees(
    participant, other_participant, officer, other_officer
):
    counts: dict[str, int] = {}

    def count(name: str) -> None:
        with transaction.atomic():
            counts[name] = Participant.objects.count()

    def in_a_thread() -> None:
        count("thread")
        connection.close()

    with acting_as(officer.pk):
        with transaction.atomic():
            transaction.on_commit(lambda: count("on commit"))
        stream = StreamingHttpResponse(count("stream") or b"." for _ in range(1))
        b"".join(stream)
    thread = threading.Thread(target=in_a_thread)
    thread.start()
    thread.join()

    assert counts == {"on commit": 1, "stream": 1, "thread": 0}


@pytest.mark.django_db(transaction=True)
def test_many_threads_never_see_with_anothers_eyes(participant, other_participant, officer, other_officer):
    wrong: list[set[int]] = []
    own = {officer.pk: {participant.pk}, other_officer.pk: {other_participant.pk}}

    def event(user_id: int) -> None:
        for _ in range(25):
            with acting_as(user_id), transaction.atomic():
                found = set(Participant.objects.values_list("pk", flat=True))
            if found != own[user_id]:
                wrong.append(found)
        connection.close()

    threads = [threading.Thread(target=event, args=[pk]) for pk in own for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_what_is_taken_away_in_the_middle_of_use_is_gone_at_the_next_request(participant, officer, client_as):
    client = client_as(officer)
    page = f"/people/{participant.ref}/"
    assert client.get(page).status_code == 200

    services.revoke(participant=participant, whys=list(AccessGrant.Why), now=timezone.now())

    assert client.get(page).status_code == 404
    assert seen_by(officer) == set()


def test_an_account_that_is_closed_sees_no_one(participant, officer):
    officer.is_active = False
    officer.save(update_fields=["is_active"])

    assert seen_by(officer) == set()
    assert not Participant.objects.visible_to(officer).exists()


def test_python_and_the_database_agree_on_everyone(crowd_of_users):
    users, people = crowd_of_users
    everyone = {person.pk for person in people}
    wrong = []
    for user in sample(users, 60):
        for level in Level:
            ours = set(Participant.objects.visible_to(user, level).values_list("pk", flat=True))
            theirs = seen_by(user, level)
            if ours != theirs:
                wrong.append((user.pk, level, ours ^ theirs))

    assert wrong == []
    assert any(seen_by(user) for user in users)
    assert not all(seen_by(user) == everyone for user in users)


def test_one_person_is_asked_about_as_everyone_is(crowd_of_users):
    """Whom the acting user may change: worked out for all, and asked of one before that and after."""
    users, people = crowd_of_users
    of_one = "select array_agg(id) filter (where app_may_change(id)) from unnest(%s) id"
    of_all = "select array_agg(id) filter (where app_has(app_may_change(), id)) from unnest(%s) id"
    ids, some = [person.pk for person in people], 0
    for user in sample(users, 120):
        with acting_as(user.pk), as_owner_of_functions():
            first, every, again = (ask(statement, ids)[0][0] for statement in (of_one, of_all, of_one))
        assert first == every == again, user
        some += bool(every)
    assert some


@contextmanager
def as_owner_of_functions():
    """The same turn, with the rights that functions of the owner's have."""
    with connection.cursor() as cursor:
        cursor.execute("set local role none")
        yield
        cursor.execute("set local role rehab_web")


@pytest.fixture
def crowd_of_users(unit, db):
    """500 users in ten teams, 60 people, and every sort of sight and bar there is, drawn by a fixed dice."""
    dice, now = random.Random(7), timezone.now()
    teams = Team.objects.bulk_create(Team(name=f"Team {n}") for n in range(10))
    users = User.objects.bulk_create(
        User(name=f"U{n}", email=f"u{n}@t.example", is_active=n % 17 != 0) for n in range(500)
    )
    born = {"date_of_birth": TODAY - timedelta(days=9000), "joined_on": TODAY}
    people = Participant.objects.bulk_create(
        Participant(given_name="P", family_name=f"{n}", crn=f"D{n:06}", delivery_unit=unit, risk_band="LOW", **born)
        for n in range(60)
    )
    draw = Draw(dice, now)
    Membership.objects.bulk_create(draw.membership(user, team) for user in users for team in dice.sample(teams, 2))
    AccessGrant.objects.bulk_create(grant for person in people for grant in draw.access_grants(person, users, teams))
    limit = {"reason": "x", "message": "x", "set_by": users[0]}
    Exclusion.objects.bulk_create(
        Exclusion(participant=person, user=user, **limit, **draw.moments())
        for person in people
        for user in dice.sample(users, 40)
    )
    restricted = Restriction.objects.bulk_create(
        Restriction(participant=person, **limit, **draw.moments()) for person in people[::3]
    )
    Allowed.objects.bulk_create(
        Allowed(restriction=one, user=user) for one in restricted for user in dice.sample(users, 60)
    )
    return users, people


class Draw:
    """Spans that are over, running, to come, or end today, and rows that have them."""

    SPANS = ((-30, None), (-30, -1), (-1, 0), (1, None), (-2, 9), (0, 0))

    def __init__(self, dice, now):
        self.dice, self.now = dice, now

    def moments(self):
        first, last = (self.moment(n) for n in self.dice.choice(self.SPANS))
        return {"starts_at": first, "ends_at": last}

    def moment(self, days):
        return None if days is None else self.now + timedelta(days=days, minutes=1 if days > 0 else -1)

    def membership(self, user, team):
        today, (first, last) = timezone.localdate(self.now), self.dice.choice(self.SPANS)
        ends_on = None if last is None else today + timedelta(days=last)
        return Membership(
            user=user, team=team, role="PRACTITIONER", starts_on=today + timedelta(days=first), ends_on=ends_on
        )

    def access_grants(self, person, users, teams):
        for why, level in (("ASSIGNED", 3), ("TEAM", 3), ("CIRCLE", 1), ("REFERRAL", 2)):
            to = {"team": self.dice.choice(teams)} if why == "TEAM" else {"user": self.dice.choice(users)}
            yield AccessGrant(participant=person, why=why, level=level, **to, **self.moments())


def test_what_hangs_on_a_plan_goes_with_it_to_another_person(participant, other_participant, officer, other_officer):
    from lifeplans import services as plans

    plan = plans.start_plan(participant=participant, by=officer, today=TODAY)
    goal = plans.propose_goal(plan=plan, title="A place", good="LIFE", by=officer, today=TODAY, now=timezone.now())
    plans.add_step(goal=goal, text="Ring", who="PARTICIPANT", by=participant.user, today=TODAY)
    tables = ("lifeplans_goal", "lifeplans_step", "lifeplans_historicalgoal", "lifeplans_historicalstep")

    def whose() -> set[int]:
        return {row[0] for table in tables for row in ask(f"select person_id from {table}")}

    assert whose() == {participant.pk}
    plan.participant = other_participant
    plan.save(update_fields=["participant"])

    assert whose() == {other_participant.pk}


NEVER_CHANGED = """
    select r.rolname, c.relname, p.privilege from pg_class c
    cross join (values ('rehab_web'), ('rehab_worker'), ('rehab_service')) r (rolname)
    cross join (values ('UPDATE'), ('DELETE'), ('TRUNCATE')) p (privilege)
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
      and has_table_privilege(r.rolname, c.oid, p.privilege)
      and (c.relname ~ '^[a-z]+_historical' or c.relname in (
          'people_accessevent', 'people_auditcheckpoint', 'people_erasure', 'people_riskassessment',
          'people_requirementprogress', 'people_accountevent', 'lifeplans_planversion', 'budgets_transaction',
          'budgets_entry'))
"""


@pytest.mark.django_db
def test_no_role_that_runs_the_service_may_rewrite_history():
    assert ask(NEVER_CHANGED) == []


def test_the_web_moves_no_history(participant, officer):
    with acting_as(officer.pk), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        ask("select people_move_history(1, 'people_historicalsentence', 'participant_id', 1, 2, '{}', null)")


def test_the_service_moves_no_history_but_of_a_merge_that_stands(participant):
    for table, column in [("people_historicalsentence", "participant_id"), ("people_sentence", "participant_id"),
                          ("people_historicalsentence", "history_user_id")]:  # fmt: skip
        with pytest.raises(ProgrammingError), transaction.atomic():
            ask("select people_move_history(1, %s, %s, 1, 2, '{}', null)", table, column)


def test_an_administrators_team_shows_them_no_one(participant, make_user, team):
    someone = make_user("Adam Admin", "ADMINISTRATOR", team)

    assert seen_by(someone) == set()
    assert not Participant.objects.visible_to(someone).exists()


def test_what_was_worked_out_holds_until_what_decides_it_is_written(participant, other_participant, officer, manager):
    """A turn may be the actor's second in the transaction: nothing is worked out again, unless it has to be."""
    seen = "select array_agg(id order by id) from people_participant"
    with acting_as(officer.pk):
        assert ask(seen) == [([participant.pk],)]
        with acting_as(SYSTEM):
            services.grant(participant=other_participant, level=1, why="CIRCLE", now=timezone.now(), user=officer)
        assert ask(seen) == [([participant.pk, other_participant.pk],)]
        with acting_as(SYSTEM):
            rows = ask("select count(*) from people_participant")
        assert (rows, ask(seen)) == ([(2,)], [([participant.pk, other_participant.pk],)])
        with acting_as(SYSTEM), suppress(ZeroDivisionError), transaction.atomic():
            AccessGrant.objects.filter(participant=other_participant, user=officer).update(ends_at=timezone.now())
            with acting_as(officer.pk):
                assert ask(seen) == [([participant.pk],)]
            raise ZeroDivisionError
        assert ask(seen) == [([participant.pk, other_participant.pk],)]  # what was undone counts no more
        with acting_as(SYSTEM):
            Exclusion.objects.create(
                participant=participant, user=officer, reason="x", message="x", set_by=manager, starts_at=timezone.now()
            )
        assert ask(seen) == [([other_participant.pk],)]
        with acting_as(SYSTEM):
            User.objects.filter(pk=officer.pk).update(is_active=False)
        assert ask(seen) == [(None,)]


def test_people_far_apart_are_told_from_their_neighbours(participant, other_participant, officer):
    """The bits are written 64 at a time, with nothing between."""
    far = [63, 64, 65, 127, 128, 4_095, 4_096, 1_000_003]
    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute("set local role none")
        cursor.execute("select app_bits(%s, 1_000_003)", [far])
        (bits,) = cursor.fetchone()
    assert [at for at, bit in enumerate(bits) if bit == "1"] == far
    assert len(bits) > 1_000_003
    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute("set local role none")
        cursor.execute("select app_bits('{}', 130), app_bits(null, 0), app_has(null, 1), app_has(B'01', 1)")
        nobody, none, *has = cursor.fetchone()
    assert ("1" in nobody, "1" in none, has) == (False, False, [None, True])
    with acting_as(officer.pk):
        assert ask("select app_has(app_visible(3), 99999999)") == [(False,)]
