"""Every look is sealed by day; whoever touches one, even as the owner of the database, is found out."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from functools import partial
from io import StringIO
from unittest import mock

import psycopg2
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from common.errors import RuleBroken
from people.models import AccessEvent, AuditCheckpoint
from people.rights import audit_chain, day_chain
from rehab import env, night
from tests.conftest import NOW, TODAY
from tests.people.rights.conftest import role


@pytest.fixture
def checkpoints(participant, officer):
    for day in (3, 3, 1):
        AccessEvent.objects.create(
            at=NOW - timedelta(days=day), user=officer, roles="PRACTITIONER", kind="PERSON", page="x",
            participants=[participant.pk], request_id="a", why="ASSIGNED",
        )  # fmt: skip
    audit_chain.add_checkpoints(today=TODAY, now=NOW)


def by_hand(statement: str) -> None:
    """What someone with the owner's password could do."""
    with role("none"), connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table people_accessevent disable trigger user")
        cursor.execute("alter table people_auditcheckpoint disable trigger user")
        cursor.execute(statement)


def test_each_day_before_today_is_sealed_once_quiet_days_too(checkpoints):
    again = audit_chain.add_checkpoints(today=TODAY, now=NOW)

    assert again == 0
    assert list(AuditCheckpoint.objects.order_by("day").values_list("day", "events")) == [
        (TODAY - timedelta(days=3), 2), (TODAY - timedelta(days=2), 0), (TODAY - timedelta(days=1), 1),
    ]  # fmt: skip
    assert audit_chain.check(now=NOW) == []


@pytest.mark.parametrize(
    "statement",
    [
        "update people_accessevent set participants = '{7}' where id = (select min(id) from people_accessevent)",
        "update people_accessevent set why = 'TEAM' where id = (select min(id) from people_accessevent)",
        "update people_accessevent set at = at + interval '1 s' where id = (select min(id) from people_accessevent)",
        "update people_accessevent set user_id = null where id = (select min(id) from people_accessevent)",
        "delete from people_accessevent where id = (select min(id) from people_accessevent)",
        "insert into people_accessevent (at, roles, kind, page, participants, request_id, why, target)"
        " select at, roles, kind, page, participants, request_id, why, target from people_accessevent limit 1",
        "delete from people_auditcheckpoint where day = (select min(day) + 1 from people_auditcheckpoint)",
        "update people_auditcheckpoint set events = 9 where day = (select min(day) from people_auditcheckpoint)",
    ],
)
def test_what_is_changed_behind_the_triggers_is_found(checkpoints, statement):
    by_hand(statement)

    assert "2026" in audit_chain.check(now=NOW)[0]


def test_the_first_day_that_differs_is_named(checkpoints):
    by_hand("delete from people_accessevent where id = (select max(id) from people_accessevent)")

    assert audit_chain.check(now=NOW) == ["31 May 2026 is not as it was sealed: 1 looks were sealed, 0 are there."]


def test_a_chain_made_anew_without_the_key_is_found(checkpoints, settings):
    by_hand("delete from people_accessevent where id = (select max(id) from people_accessevent)")
    by_hand("delete from people_auditcheckpoint")
    right = settings.FIELD_KEYS
    settings.FIELD_KEYS = ["what the thief guessed"]
    audit_chain.add_checkpoints(today=TODAY, now=NOW)
    settings.FIELD_KEYS = right
    key = day_chain.key_name(right[0])
    by_hand(f"update people_auditcheckpoint set key = '{key}'")

    assert audit_chain.check(now=NOW)[0] == (
        "The seal of 29 May 2026 is not signed by us: it was put there behind our back."
    )


def test_a_day_that_nobody_signed_is_found_and_is_not_signed_afterwards(checkpoints):
    by_hand("update people_auditcheckpoint set key = '', mac = ''")

    assert "not signed by us" in audit_chain.check(now=NOW)[0]
    with pytest.raises(RuleBroken, match="not signed by us"):
        audit_chain.sign_again()


def test_days_cut_off_the_end_with_their_seals_are_found(checkpoints):
    by_hand("delete from people_accessevent where id = (select max(id) from people_accessevent)")
    by_hand("delete from people_auditcheckpoint where day = (select max(day) from people_auditcheckpoint)")

    assert audit_chain.check(now=NOW) == ["The newest seal is of 30 May 2026; by now 31 May 2026 has to be sealed."]
    assert audit_chain.check(now=NOW.replace(hour=1)) == []  # 2am in London: the night has not come to it yet

    by_hand("delete from people_auditcheckpoint")
    assert audit_chain.check(now=NOW) == ["There are looks until 31 May 2026, and no day has a seal."]


def test_a_head_that_was_kept_tells_when_the_end_was_made_anew(checkpoints, django_capture_on_commit_callbacks, caplog):
    out = StringIO()
    call_command("verify_audit", "--head", stdout=out)
    kept = out.getvalue().split()[0]
    assert kept == f"2026-05-31:{audit_chain.head().hash}"
    verify = partial(call_command, "verify_audit", f"--expect={kept}", stdout=StringIO())
    with mock.patch("django.utils.timezone.now", return_value=NOW):
        verify()
        by_hand("delete from people_accessevent where id = (select max(id) from people_accessevent)")
        by_hand("delete from people_auditcheckpoint where day > '2026-05-29'")
        with caplog.at_level("INFO", "audit"), django_capture_on_commit_callbacks(execute=True):
            audit_chain.add_checkpoints(today=TODAY, now=NOW)  # the service itself seals what is left, in good faith

        with pytest.raises(CommandError, match="does not pass through 2026-05-31"):
            verify()

    late, told = caplog.records
    assert "audit late days=2 first=2026-05-30" in late.getMessage()
    assert f"audit head day=2026-05-31 events=0 hash={audit_chain.head().hash}" in told.getMessage()


def test_a_new_key_signs_again_and_leaves_the_hashes(checkpoints, settings):
    hashes = list(AuditCheckpoint.objects.values_list("hash", flat=True))
    settings.FIELD_KEYS = ["new", *settings.FIELD_KEYS]

    with role("none"):
        first, second = audit_chain.sign_again(), audit_chain.sign_again()

    settings.FIELD_KEYS = ["new"]
    assert (first, second, audit_chain.check(now=NOW)) == (3, 0, [])
    assert list(AuditCheckpoint.objects.values_list("hash", flat=True)) == hashes
    settings.FIELD_KEYS = ["another"]
    assert "Put the older key back" in audit_chain.check(now=NOW)[0]


def test_a_chain_that_was_touched_is_not_signed_again(checkpoints, settings):
    by_hand("delete from people_accessevent where id = (select max(id) from people_accessevent)")
    settings.FIELD_KEYS = ["new", *settings.FIELD_KEYS]

    with pytest.raises(RuleBroken, match="31 May 2026 is not as it was sealed"), role("none"):
        audit_chain.sign_again()


CHECKPOINT = """
    insert into people_auditcheckpoint (day, events, hash, key, mac, made_at)
    values ('2026-06-02', 0, '', '', '', now())
"""


@pytest.mark.parametrize(
    "statement", [CHECKPOINT, "insert into people_erasure (participant_id, rule_id) values (1, 1)"]
)
@pytest.mark.parametrize("name", ["rehab_web", "rehab_worker"])
def test_neither_web_nor_worker_adds_a_checkpoint_or_erases_by_itself(db, name, statement):
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), role(name):
        connection.cursor().execute(statement)


def test_the_web_cannot_add_a_checkpoint_even_as_the_service(db):
    """Signed in as the web itself: the service's role, which it may put on, is not enough."""
    parts = env.database("DATABASE_URL") | {"NAME": connection.settings_dict["NAME"]}
    host = parts["HOST"] or parts.get("OPTIONS", {}).get("host", "")
    web = psycopg2.connect(dbname=parts["NAME"], user=parts["USER"], password=parts["PASSWORD"], host=host)
    with closing(web), web.cursor() as cursor:
        cursor.execute("set role rehab_service")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege, match="written by the worker alone"):
            cursor.execute(CHECKPOINT)


def test_health_tells_of_an_audit_that_was_touched(checkpoints, client):
    def told(now) -> dict:
        night.run_due(now=now)
        with time_machine.travel(now, tick=False):
            return client.get("/healthz").json()["jobs"]["verify_audit"]

    before = told(NOW)
    by_hand("delete from people_accessevent")
    after = told(NOW + timedelta(days=1))

    assert (before["ok"], after["ok"]) == (True, False)
    assert "is not as it was sealed" in after["detail"]


@pytest.mark.parametrize(
    "statement", ["update people_auditcheckpoint set events = 0", "delete from people_auditcheckpoint"]
)
def test_the_service_itself_cannot_change_a_checkpoint(checkpoints, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
