"""Functions that run as the owner: which there are, who may call them, and that they answer of no one else."""

from __future__ import annotations

from typing import Any

import psycopg2
import pytest
from django.db import transaction
from django.db.utils import ProgrammingError

from common.postgres.actor import acting_as
from lifeplans.models import LifePlan
from people.models import AccessEvent, Merge, Requirement
from tests.conftest import NOW
from tests.people.access.test_second_wall import ask
from tests.people.access.test_signed_turns import web  # noqa: F401  fixture

# Each with what it tells whoever may put a statement into a page.
FOR_THE_WEB = {
    "app_begin(text,text)": "nothing, and begins a turn only where it is signed",
    "app_user()": "who acts in this turn",
    "app_role()": "the role they act as",
    "app_is_service()": "whether the service acts",
    "app_teams()": "the acting user's own teams",
    "app_is(text)": "whether the acting user holds a role",
    "app_self()": "the acting user's own record",
    "app_granted_levels()": "ids of those for whom the acting user holds a grant, with the level",
    "app_granted_in_full()": "those whom their grants alone would show in full, as bits",
    "app_sees(integer,text[])": "ids of those whom the acting user sees",
    "app_visible(integer,text[])": "the same, as bits",
    "app_may_change()": "those whose record they may change, as bits",
    "app_names(bigint)": "whether an account is a colleague's, or of someone whom they see",
    "app_is_staff(bigint)": "whether an account is of someone who works here",
    "budgets_on_panel(bigint)": "whether the acting user may vote on a case",
    "budgets_lock(bigint,bigint,bigint)": "what such accounts hold: of a budget that they may pay from, or of a fund",
    "budgets_answer(text,text)": "the answer to a key of their own, with the same words",
    "budgets_record_answer(text,text,text,bigint,timestamp with time zone,text,bigint)": "nothing, in their own name",
    "budgets_add_up()": "nothing, and adds up the pots only for the service",
    "budgets_post(text,text,timestamp with time zone,bigint,date,bigint,bigint,text[],bigint[],bigint[])": "numbers",
    "budgets_reverse(text,text,timestamp with time zone,bigint,date,bigint)": "its own number",
    "engagement_find_notes(text,timestamp with time zone,integer)": "ids of notes of whom they see, with these words",
    "people_events_about(bigint)": "ids of access events of one person, for a data-protection officer",
    "people_events_of_own_record()": "ids of access events of the acting user's own record",
    "people_called(jsonb,integer)": "ids of those whom they see in full, and who are called so",
}
MOVE = "select people_move_history(%s, %s, %s, %s, %s, '{-1}', '{}')"
OURS = """
    select p.oid::regprocedure::text, p.prorettype = 'trigger'::regtype, p.proconfig,
           has_function_privilege('rehab_web', p.oid, 'execute') or
           has_function_privilege('rehab_worker', p.oid, 'execute')
    from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef
"""


@pytest.mark.django_db
def test_every_function_that_runs_as_the_owner_is_known():
    found = {name: (config, may) for name, is_trigger, config, may in ask(OURS) if not is_trigger}

    assert {name for name, (_, may) in found.items() if may} - {
        "people_move_history(bigint,regclass,name,bigint,bigint,bigint[],bigint[])",  # the worker, and the service
        "people_rewrite(bigint,text,bigint[],jsonb)",
    } == set(FOR_THE_WEB)


@pytest.mark.django_db
def test_every_function_that_runs_as_the_owner_looks_names_up_in_our_schema():
    assert [name for name, _, config, _ in ask(OURS) if "search_path=public, pg_temp" not in (config or [])] == []


def test_a_name_is_spelt_to_nobody_who_does_not_see_them(participant, other_participant, officer, make_user):
    called = "select people_called(%s, null)"
    with acting_as(officer.pk):
        assert ask(called, '[["Ashwerth"]]') == [(participant.pk,)]
        assert ask(called, '[["Elsewhere"]]') == []
    for someone in (make_user("Vera Volunteer", "VOLUNTEER"), None):
        with acting_as(someone.pk if someone else None):
            assert ask(called, '[["Ashwerth"]]') == []
            assert ask(called, '[["a"]]') == []


@pytest.mark.django_db
def test_the_names_that_are_searched_are_read_by_the_owner_alone():
    """As are all rows of it: they are made from the record by the database itself."""
    can = "select has_table_privilege(%s, 'people_searchname', %s)"
    for login in ("rehab_web", "rehab_worker", "rehab_service"):
        for act in ("select", "insert", "update", "delete", "truncate"):
            assert ask(can, login, act) == [(False,)]


def test_who_looked_at_someone_is_told_to_an_officer_and_the_service_alone(participant, officer, manager, make_user):
    protector, admin = make_user("Dilys Protector", "DATA_PROTECTION"), make_user("Ada Admin", "ADMINISTRATOR")
    events = [
        AccessEvent.objects.create(
            at=NOW, user=officer, roles="PRACTITIONER", kind="LIST", page="home", request_id="1", participants=people,
        )
        for people in ([participant.pk, 0], [participant.pk], [0])
    ]  # fmt: skip
    about = [(event.pk,) for event in events[:2]]

    assert sorted(ask("select people_events_about(%s)", participant.pk)) == about  # the service
    with acting_as(protector.pk):
        assert sorted(ask("select people_events_about(%s)", participant.pk)) == about
    for someone in (officer, manager, admin, participant.user, None):
        with acting_as(someone.pk if someone else None):
            assert ask("select people_events_about(%s)", participant.pk) == []


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("lifeplans_historicalgoal", "plan_id"),
        ("people_historicalrequirement", "sentence_id"),
        ("lifeplans_historicalgoal", "requirement_id"),
        ("people_historicalsentence", "participant_id"),
        ("people_historicalparticipant", "merged_into_id"),
    ],
)
def test_a_merge_moves_no_history_of_a_third_persons(
    table, column, participant, other_participant, make_participant, manager
):
    people = [participant, other_participant, make_participant("Thea", "Third", "X100055")]
    plans = [
        LifePlan.objects.create(participant=person, started_on=NOW.date(), started_by=manager) for person in people
    ]
    sentences = [person.sentences.get() for person in people]
    needs = [Requirement.objects.create(sentence=one, kind="RESIDENCE") for one in sentences]
    keys: list[Any] = {"plan_id": plans, "sentence_id": sentences, "requirement_id": needs}.get(column, people)
    made = Merge.objects.create(kept=participant, gone=other_participant, merged_by=manager, merged_at=NOW)

    assert ask(MOVE, made.pk, table, column, keys[1].pk, keys[0].pk) == [([],)]
    for source, target in [(keys[0], keys[2]), (keys[2], keys[0]), (keys[1], keys[2])]:
        with pytest.raises(ProgrammingError, match="does not stand"), transaction.atomic():
            ask(MOVE, made.pk, table, column, source.pk, target.pk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    [
        "select people_move_history(1, 'people_historicalsentence', 'participant_id', 1, 2, '{}', null)",
        "select people_rewrite(1, 'people_sentence', '{1}', '{}')",
    ],
)
def test_the_services_role_alone_calls_none_of_its_functions(statement, web):  # noqa: F811
    """Without a signed turn of the service's."""
    with web.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege, match="only the"):  # noqa: PT012
        cursor.execute("set local role rehab_service")
        cursor.execute(statement)
