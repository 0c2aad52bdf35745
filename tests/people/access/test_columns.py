"""Levels are columns too: what a statement of one's own could read of someone of whom one sees a part."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, transaction
from django.db.utils import ProgrammingError

from common.postgres.actor import acting_as
from people import services
from people.access import emergency, restrictions
from people.models import CircleMember, Exclusion, Group, Participant
from tests.conftest import NOW
from tests.people.access.test_second_wall import ask
from tests.test_access import circle_of_one, world  # noqa: F401  fixtures

HIDDEN: dict[str, Any] = {
    "date_of_birth": None, "crn": "", "prison_number": "", "pnc": "", "cro": "", "address": "", "outcode": "",
    "risk_band": "", "communication_note": "", "readiness": "", "cohort_tags": [], "phone": "", "email": "",
}  # fmt: skip
FULLY = {
    "date_of_birth": "1990-01-02", "prison_number": "A1234BC", "pnc": "2001/0012345X", "cro": "012345/01X",
    "address": "1 Long Street", "outcode": "LS1", "communication_note": "Slowly", "readiness": "MAKING",
    "cohort_tags": ["IOM"], "phone": "+447700900123", "email": "them@example.org", "risk_band": "HIGH",
}  # fmt: skip
REACHED = {"phone", "email"}


@pytest.fixture
def person(world) -> Participant:  # noqa: F811
    Participant.objects.filter(pk=world.participant.pk).update(**FULLY)
    world.participant.refresh_from_db()
    return world.participant


def columns(person: Participant, user: Any) -> dict[str, Any]:
    """What the view lets this user read of the person."""
    with acting_as(user.pk if user else None):
        rows = ask(f"select {', '.join(HIDDEN)} from people_participant where id = %s", person.pk)
    return dict(zip(HIDDEN, rows[0], strict=True)) if rows else {}


def shown(person: Participant, user: Any) -> set[str]:
    return {name for name, value in columns(person, user).items() if value != HIDDEN[name]}


def test_each_level_reads_its_own_columns(world, person, make_user, unit):  # noqa: F811
    place = CircleMember.objects.get(user=world.volunteer)
    CircleMember.objects.filter(pk=place.pk).update(may_see=[])
    services.grant(participant=person, level=2, why="ENROLLED", now=NOW, team=world.scheme.current_memberships[0].team)

    assert shown(person, world.officer) == set(HIDDEN)
    assert shown(person, world.manager) == set(HIDDEN)
    assert shown(person, person.user) == set(HIDDEN)
    assert shown(person, world.scheme) == REACHED
    assert shown(person, world.volunteer) == set()
    assert columns(person, world.volunteer) == HIDDEN
    assert columns(person, world.other_officer) == columns(person, None) == {}

    CircleMember.objects.filter(pk=place.pk).update(may_see=[Group.CONTACT], agreed_on=NOW.date())
    assert shown(person, world.volunteer) == REACHED


def test_who_sees_one_fully_and_another_by_name_reads_each_at_its_level(person, world, other_participant):  # noqa: F811
    services.grant(participant=person, level=1, why="CIRCLE", now=NOW, user=world.other_officer)

    assert "risk_band" in shown(other_participant, world.other_officer)
    assert shown(person, world.other_officer) == set()
    with acting_as(world.other_officer.pk):
        assert ask("select count(*) from people_participant where date_of_birth = '1990-01-02'") == [(0,)]
        assert ask("select given_name from people_participant where id = %s", person.pk) == [(person.given_name,)]


@pytest.mark.parametrize("column", list(HIDDEN))
def test_past_the_view_the_column_is_refused(column, world, person):  # noqa: F811
    for user in (world.volunteer, world.officer):
        with acting_as(user.pk), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            ask(f"select {column} from public.people_participant")
        with acting_as(user.pk), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            ask(f"update public.people_participant set given_name = '' where {column} is not null returning id")


def test_no_error_tells_what_a_column_holds(world, person):  # noqa: F811
    """A statement that fails for one value and not for another would give it away, letter by letter."""
    with acting_as(world.volunteer.pk):
        assert ask("select 1 / (case when pnc = %s then 0 else 1 end) from people_participant", person.pnc)
        assert ask("select 1 / (case when risk_band = 'HIGH' then 0 else 1 end) from people_participant")
    with acting_as(world.other_officer.pk):  # and no row either
        ask("select 1 / (case when given_name = %s then 0 else 1 end) from people_participant", person.given_name)


def test_no_place_of_what_was_worked_out_is_asked_for_by_another_name(world, person):  # noqa: F811
    for level, group in [(0, "CONTACT"), (4, "CONTACT"), (3, ""), (1, "granted"), (3, "SAFE_CONTACT")]:
        with acting_as(world.volunteer.pk), pytest.raises(DatabaseError), transaction.atomic():
            ask("select app_sees(%s, %s)", level, group)


def test_whoever_may_change_a_record_changes_its_hidden_columns_and_no_one_else(world, person):  # noqa: F811
    with acting_as(world.officer.pk):
        assert Participant.objects.filter(pk=person.pk).update(risk_band="LOW", given_name="Jo") == 1
        assert Participant.objects.get(pk=person.pk).given_name == "Jo"
    night = world.other_officer
    emergency.open_in_emergency(crn=person.crn, reason="x", by=night, now=NOW)
    for user in (world.volunteer, night, person.user):
        with acting_as(user.pk):
            assert Participant.objects.filter(pk=person.pk).update(risk_band="HIGH", given_name="Joe") == 0

    person.refresh_from_db()
    assert (person.risk_band, person.given_name, person.pnc) == ("LOW", "Jo", FULLY["pnc"])


def test_why_someone_is_kept_out_is_read_by_who_may_keep_people_out(world, person):  # noqa: F811
    limits = {"participant": person, "reason": "They are cousins", "message": "Ask Mo", "by": world.manager, "now": NOW}
    restrictions.exclude(user=world.other_officer, **limits)
    restrictions.restrict(users=[world.officer], **limits)

    for table in ("people_exclusion", "people_restriction"):
        with acting_as(world.manager.pk):
            assert ask(f"select reason from {table}") == [("They are cousins",)]
        for user in (world.officer, world.other_officer, world.volunteer, person.user):
            with acting_as(user.pk):
                assert {reason for (reason,) in ask(f"select reason from {table}")} <= {""}
        with acting_as(world.officer.pk), pytest.raises(ProgrammingError), transaction.atomic():
            ask(f"select reason from public.{table}") if "historical" not in table else ask(
                "select 1 / 0 from no_table"
            )
        with acting_as(world.officer.pk):
            assert ask(f"select 1 from {table.replace('_', '_historical')}") == []
    assert Exclusion.objects.get().reason == "They are cousins"


@pytest.mark.django_db
def test_a_view_has_every_column_of_its_table_and_its_model_says_so():
    told = {m._meta.db_table: m for m in apps.get_models() if getattr(m, "hides_columns", False)}
    named = """
        select attname from pg_attribute a join pg_class c on c.oid = a.attrelid
        where c.relname = %s and c.relnamespace::regnamespace::text = %s and attnum > 0 and not attisdropped
        order by attnum
    """

    assert {name for (name,) in ask("select viewname from pg_views where schemaname = 'shown'")} == set(told)
    for table in told:
        assert ask(named, table, "shown") == ask(named, table, "public") != []
