"""Who may write which table, said as one table: every table with policies × every kind of caller × three acts.

As SQL, past every page: what someone could do who got a statement of their own into a page that they may open.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from django.utils import timezone
from model_bakery import baker

from budgets.models import Fund, LedgerDifference, MoneyRules, Pot
from common import data_inventory
from common.models import Submission
from common.postgres.actor import SYSTEM, acting_as
from people import services
from people.access import emergency
from people.models import AccessReview, DeliveryUnit, Participant, Rule, SavedFilter, Team, Transfer, User
from providers.models import Activity, Provider, UnmetNeed
from tests.attacks.worlds import addresses_of
from tests.people.rights.test_erasure import plant, without_checks
from tests.test_access import circle_of_one, world  # noqa: F401  fixtures

LEAD, MANAGER, EMERGENCY, SELF = "lead", "manager", "emergency", "self"
VOLUNTEER, SCHEME, STRANGER, OFFICER, NOBODY = "volunteer", "scheme", "stranger", "data protection", "nobody"
FINANCE = "finance"
CALLERS = [LEAD, MANAGER, EMERGENCY, SELF, VOLUNTEER, SCHEME, STRANGER, OFFICER, FINANCE, NOBODY]
STAFF, BOTH, READERS = {LEAD, MANAGER}, {LEAD, MANAGER, SELF}, {LEAD, MANAGER, EMERGENCY}
# They would change who sees whom, or are about nobody; that nobody writes them is the second test's.
NOT_IN_THE_WORLD = {
    "people_exclusion", "people_restriction", "people_allowed", "people_accessevent", "people_erasure",
    "people_retentionrule", "common_heartbeat",
}  # fmt: skip
ACTS = ("insert", "update", "delete")
# Table: who may insert, who may update, who may delete. A table that is not here is written by the service alone.
MAY: dict[str, tuple[set[str], set[str], set[str]]] = {
    "people_participant": (set(), STAFF, set()),
    **dict.fromkeys(
        [
            "people_address", "people_othername", "people_safecontact", "people_victimliaison", "people_circlecontact",
            "people_requirement", "people_issuedcondition", "engagement_plannedabsence",
            "engagement_contactplan",
        ],
        (STAFF, STAFF, STAFF),
    ),
    **dict.fromkeys(
        [
            "people_sentence", "people_custodyevent", "people_custodyhandover", "people_enrolment",
            "people_ruleresult", "providers_referral", "budgets_budget", "budgets_commitment",
            "people_professionalcontact",
        ],
        (STAFF, STAFF, set()),
    ),
    "people_characteristics": ({LEAD, SELF}, {LEAD, SELF}, set()),
    "people_eligibilityreview": (set(), {MANAGER}, set()),
    "people_tierdecision": (STAFF, {MANAGER}, set()),
    "people_document": (BOTH, STAFF, set()),
    "people_riskassessment": (STAFF, set(), set()),
    "people_requirementprogress": (STAFF, set(), set()),
    **dict.fromkeys(["people_subjectaccess", "people_legalhold"], ({OFFICER}, {OFFICER}, set())),
    "people_subjectpassage": ({OFFICER}, {OFFICER}, {OFFICER}),
    "people_caseloadupload": ({MANAGER}, {MANAGER}, {MANAGER}),
    **dict.fromkeys(
        [
            "lifeplans_lifeplan", "lifeplans_goal", "lifeplans_step", "lifeplans_strength", "lifeplans_goodrating",
            "lifeplans_setback",
        ],
        (BOTH, BOTH, set()),
    ),
    "lifeplans_planversion": (BOTH, set(), set()),
    "engagement_appointment": (STAFF, BOTH, set()),
    "engagement_contact": (READERS | {VOLUNTEER, SCHEME}, STAFF, set()),
    "engagement_alert": (set(), READERS, set()),
    "budgets_spendrequest": (BOTH, BOTH, BOTH),
    **dict.fromkeys(["budgets_fund", "budgets_funder"], ({MANAGER, FINANCE}, {MANAGER}, set())),
    "budgets_pot": ({MANAGER, FINANCE}, set(), set()),
    "budgets_pot_areas": ({MANAGER, FINANCE}, set(), {MANAGER, FINANCE}),
    # Of a fund; of a person, see test_corrections.py.
    "budgets_correction": ({MANAGER, FINANCE}, {MANAGER, FINANCE}, set()),
    "budgets_moneyrules": ({MANAGER}, set(), set()),
    **dict.fromkeys(["budgets_judgement", "budgets_judgementappeal"], (STAFF, set(), set())),
    **dict.fromkeys(["budgets_wayagreement", "budgets_receipt", "budgets_invoice"], (STAFF, STAFF, set())),
    "budgets_waycheck": (STAFF, set(), set()),
    "budgets_helped": (STAFF, set(), set()),
    "budgets_spotcheck": (set(), STAFF, set()),
    "budgets_recovery": ({MANAGER}, {MANAGER}, set()),
    "budgets_question": ({MANAGER}, STAFF, set()),
    "budgets_panelmember": ({MANAGER}, {MANAGER}, set()),
    "budgets_funderreader": ({FINANCE}, {FINANCE}, set()),
    "budgets_panelcase": ({MANAGER}, set(), set()),
    "budgets_panelquestion": (set(), set(), set()),
    "budgets_panelvote": ({MANAGER}, {MANAGER}, set()),  # by its members too: see test_panels.py
    "budgets_interest": (STAFF, {LEAD}, set()),
    "budgets_accountingperiod": ({FINANCE}, {FINANCE}, {FINANCE}),
    "budgets_ledgerdifference": (set(), {FINANCE}, set()),
    "budgets_payeeaccount": ({MANAGER, FINANCE}, {FINANCE}, set()),  # these and how they go: see test_paying.py
    **dict.fromkeys(
        ["budgets_payingaccount", "budgets_payrun", "budgets_bankentry"], ({FINANCE}, {FINANCE}, set())
    ),
    "budgets_payorder": ({MANAGER}, {MANAGER, FINANCE}, set()),
    "budgets_bankstatement": ({FINANCE}, set(), set()),
    **dict.fromkeys(
        ["providers_provider", "providers_service", "providers_service_subcontractors", "providers_activity"],
        ({MANAGER}, {MANAGER}, {MANAGER}),
    ),
    "budgets_payment": ({MANAGER}, set(), set()),
    "people_accessreview": ({OFFICER}, set(), set()),
    "people_savedfilter": ({LEAD}, {LEAD}, {LEAD}),
    "people_draft": ({SELF}, {SELF}, {SELF}),  # its author: here the person
    "providers_unmetneed": ({LEAD}, {LEAD}, set()),
    "common_submission": ({LEAD}, {LEAD}, set()),
}  # fmt: skip
BY_THEIR_STATE = {
    ("budgets_spendrequest", "delete"), ("engagement_alert", "update"),  # see test_writers.py
    ("budgets_accountingperiod", "insert"), ("budgets_accountingperiod", "delete"),  # see test_periods.py
    *((f"budgets_{table}", act) for table in ("payeeaccount", "payorder", "payrun") for act in ("insert", "update")),
    ("budgets_bankentry", "update"),  # see test_paying.py
    ("budgets_ledgerdifference", "update"),  # see test_differences.py
    ("budgets_panelvote", "insert"), ("budgets_panelvote", "update"),  # see test_panels.py
}  # fmt: skip
HANDS = """
    select string_agg(encode(tgargs, 'escape'), '') from pg_trigger
    where tgrelid = ('public.' || %s)::regclass and tgname = 'by_hand'
"""
POLICIED = """
    select c.relname from pg_class c
    where c.relrowsecurity and c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by 1
"""
COLUMNS = """
    select attname from pg_attribute
    where attrelid = ('public.' || %s)::regclass and attnum > 0 and not attisdropped and attgenerated = ''
    order by attnum
"""
MAY_UPDATE = """
    select min(attname) from pg_attribute
    where attrelid = ('public.' || %s)::regclass and attnum > 0 and not attisdropped
    and attgenerated = '' and has_column_privilege(attrelid, attnum, 'UPDATE')
"""


def asked(sql: str, params: Any = None) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def row_of(table: str, person: int) -> dict[str, Any] | None:
    """A row of the table: the person's, where the table says whose it is."""
    columns = {name for (name,) in asked(COLUMNS, [table])}
    whose = next((name for name in ("participant_id", "person_id", "kept_id") if name in columns), "")
    if table == "people_participant":
        whose = "id"
    where = f"where {whose} = {person}" if whose else ""
    found = asked(f"select to_jsonb(t) from {table} t {where} limit 1")  # noqa: S608
    return json.loads(found[0][0]) if found and isinstance(found[0][0], str) else found[0][0] if found else None


def tried(act: str, table: str, row: dict[str, Any]) -> bool:
    """Whether the database lets the caller: a constraint that refuses comes after the policies."""
    key = "history_id" if "history_id" in row else "key" if "id" not in row else "id"
    column = asked(MAY_UPDATE, [table])[0][0] or key
    statements = {
        "update": (f"update {table} set {column} = {column} where {key} = %s", [row[key]]),
        "delete": (f"delete from public.{table} where {key} = %s", [row[key]]),
    }
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            if act == "insert":
                names = ", ".join(f'"{name}"' for (name,) in asked(COLUMNS, [table]))
                new_key = 987_654_321 if isinstance(row[key], int) else str(uuid4())
                made = json.dumps({**row, **in_own_name(table, row), key: new_key})
                cursor.execute(
                    f"insert into public.{table} ({names}) overriding system value"  # noqa: S608
                    f" select {names} from jsonb_populate_record(null::public.{table}, %s::jsonb)",
                    [made],
                )
            else:
                cursor.execute(*statements[act])
            count = cursor.rowcount
            transaction.set_rollback(True)
            return count > 0
    except IntegrityError:
        return True
    except ProgrammingError:  # row-level security, or no permission at all
        return False
    except DatabaseError as problem:  # a trigger of ours that protects the row from everyone
        return "Cannot" not in str(problem) and "only" not in str(problem)


def in_own_name(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """The columns that say who did it, with whoever acts."""
    hands = (asked(HANDS, [table.replace("_historical", "_")])[0][0] or "").split("\\000")
    return {
        name: asked("select app_user()")[0][0]
        for name in (hand.partition(":")[0].rstrip("?") for hand in hands)
        if row.get(name)
    }


def plant_the_rest(person: Participant) -> None:
    """A row of each kind that the other tests' world has none of."""
    without_checks()
    made = {Participant: person.pk, User: person.user_id}
    with connection.cursor() as cursor:
        cursor.execute("set local role none")
        for line in data_inventory.ENTRIES:
            found = row_of(line.model._meta.db_table, person.pk)
            if found:
                made.setdefault(line.model, found.get("id", 0))
            elif line.model._meta.db_table not in NOT_IN_THE_WORLD:
                made[line.model] = plant(line, line.model, made, person)
        cursor.execute("set local role rehab_service")


def plant_what_is_about_nobody(world) -> None:  # noqa: F811
    """A row in each table that staff write for themselves, or that they keep for everyone."""
    baker.make(SavedFilter, user=world.officer)
    baker.make(UnmetNeed, searched_by=world.officer, need="", region=None)
    baker.make(Submission, sent_by_id=world.officer.pk)
    baker.make(AccessReview)
    baker.make(LedgerDifference)
    baker.make(Transfer, from_user=world.officer, to_user=world.other_officer)
    rule = baker.make(Rule)
    rule.areas.add(DeliveryUnit.objects.first())
    rule.programme.owning_areas.add(DeliveryUnit.objects.first())
    baker.make(MoneyRules, programme=rule.programme, purposes=[], starts_on=timezone.localdate())
    pot = baker.make(Pot, fund=Fund.objects.first(), opened_on=timezone.localdate())
    pot.areas.add(DeliveryUnit.objects.first())
    activity = baker.make(Activity)
    activity.service.subcontractors.add(baker.make(Provider))


@pytest.fixture
def callers(world, make_user, unit, monkeypatch):  # noqa: F811
    addresses_of(world, monkeypatch)
    night = make_user("Nora Night", "PRACTITIONER", Team.objects.create(name="Night team", delivery_unit=unit))
    emergency.open_in_emergency(crn=world.participant.crn, reason="x", by=night, now=timezone.now())
    services.grant(
        participant=world.participant, level=2, why="ENROLLED", now=timezone.now(),
        team=world.scheme.current_memberships[0].team,
    )  # fmt: skip
    plant_the_rest(world.participant)
    plant_what_is_about_nobody(world)
    users = {
        LEAD: world.officer, MANAGER: world.manager, EMERGENCY: night, SELF: world.participant.user,
        VOLUNTEER: world.volunteer, SCHEME: world.scheme, STRANGER: world.other_officer,
        OFFICER: world.data_protection, FINANCE: world.finance, NOBODY: None,
    }  # fmt: skip
    return {name: user.pk if user else None for name, user in users.items()}


def test_who_may_write_is_what_the_table_says(callers, world):  # noqa: F811
    with acting_as(SYSTEM):
        tables = [name for (name,) in asked(POLICIED)]
        rows = {table: row_of(table, world.participant.pk) for table in tables}
    wrong = []
    for caller, pk in callers.items():
        with acting_as(pk):
            for table, row in rows.items():
                for at, act in enumerate(ACTS):
                    of = table.replace("_historical", "_")
                    if row is None or (table, act) in BY_THEIR_STATE:
                        continue
                    if of == table:
                        may = caller in MAY.get(table, (set(), set(), set()))[at]
                    else:  # history is added to by whoever may write the row
                        may = act == "insert" and caller in set().union(*MAY.get(of, (set(),)))
                    if tried(act, table, row) != may:
                        wrong.append((table, act, caller, "may not" if may else "may"))

    assert wrong == [], "\n".join(map(str, wrong))
    assert [table for table in MAY if rows[table] is None] == []


@pytest.mark.django_db
def test_what_nothing_takes_away_no_login_may_take_away():
    may = """
        select r || ' ' || t from unnest(array['rehab_web', 'rehab_worker', 'rehab_service']) r cross join unnest(%s) t
        where has_table_privilege(r, t, 'DELETE')
    """
    kept = ["people_accessgrant", "people_message", "people_document", "budgets_payment"]

    assert asked(may, [kept]) == [("rehab_service people_message",), ("rehab_service people_document",)]


@pytest.mark.django_db
def test_a_table_without_policies_is_written_by_no_login():
    assert (
        asked("""
        select c.relname, r from pg_class c cross join unnest(array['rehab_web', 'rehab_worker', 'rehab_service']) r
        where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and not c.relrowsecurity
          and c.relname <> 'app_tests_set_the_clock'
          and (has_any_column_privilege(r, c.oid, 'INSERT') or has_any_column_privilege(r, c.oid, 'UPDATE')
               or has_table_privilege(r, c.oid, 'DELETE') or has_table_privilege(r, c.oid, 'TRUNCATE'))
    """)
        == []
    )


@pytest.mark.django_db
def test_every_table_that_may_be_written_is_in_the_table_and_no_other():
    found = {
        (table, act.lower())
        for table, act in asked(
            "select tablename, cmd from pg_policies where roles && '{rehab_web}' and cmd <> 'SELECT'"
            " and tablename !~ '_historical'"
        )
    }

    assert found == {(table, act) for table, may in MAY.items() for act, who in zip(ACTS, may, strict=True) if who}
