"""What a statement of one's own may not change in a row that one may write: past every page, as the web's login.

Each row of REFUSED was found by a reviewer who had written none of this: who did something, whose a row is, and how far
a request has come were the writer's word.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from budgets import services as money
from budgets.commands import new_key
from budgets.models import Account, Budget, SpendRequest
from common.postgres.actor import SYSTEM, acting_as
from engagement.models import Alert
from people import services
from people.access import emergency
from people.caseload import reallocation
from people.models import Assignment, Enrolment, Exclusion, Message, Participant, Programme, Team
from people.record import handovers
from tests.budgets.conftest import (  # noqa: F401  fixtures
    budget,
    fund,
    goal,
    make_budget,
    make_fund,
    make_goal,
    make_programme,
    make_request,
)  # fmt: skip
from tests.conftest import NOW, TODAY
from tests.engagement.conftest import meet  # noqa: F401
from tests.providers.conftest import make_referral, make_service, outcodes, provider, service  # noqa: F401

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.django_db
WORDS = "service alone|someone else did it|not theirs to change|stays as it is|does not go that way|without an answer|"
WORDS += "row-level security|set_aside_once|history says|can_be_read|works here|way in|what was approved|"
WORDS += "paid or given back|permission denied|three people"


def told(user, *statements):
    """Say these as the web's login in the user's turn. Answers with the rows, or how many were changed."""
    found = None
    with transaction.atomic(), acting_as(user.pk), connection.cursor() as cursor:
        for sql, params in statements:
            cursor.execute(sql, params)
            found = cursor.fetchall() if cursor.description else cursor.rowcount
        cursor.execute("set constraints all immediate; set constraints all deferred")
    return found


def refused(user, sql, *params):
    """Whether it changed nothing: an error, or no row."""
    try:
        return told(user, (sql, params)) == 0
    except DatabaseError as problem:
        if any(word in str(problem) for word in WORDS.split("|")):
            return True
        raise


# --- Whose a record is -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    ["user_id = %(me)s", "phone = '+447700900888'", "email = 'me@test.example'", "left_on = '2010-01-01'",
     "merged_into_id = %(other)s, left_on = '2020-01-01'", "joined_on = '2010-01-01'"],
)  # fmt: skip
def test_nobody_changes_whose_record_it_is_or_where_codes_go(change, participant, other_participant, officer):
    sql = f"update people_participant set {change} where id = {participant.pk}"
    assert refused(officer, sql % {"me": officer.pk, "other": other_participant.pk})


def test_what_a_practitioner_may_change_of_a_record_still_changes(participant, officer):
    assert told(officer, ("update people_participant set language = 'cy' where id = %s", [participant.pk])) == 1


# --- Who sees whom ---------------------------------------------------------------------------------------------


def test_a_manager_does_not_take_a_case_that_waits_to_be_handed_over(
    participant, officer, make_user, team, other_team, administrator
):
    colleague, far = make_user("Cole League", "PRACTITIONER", team), make_user("Faye Far", "MANAGER", other_team)
    asked = reallocation.transfer(
        from_user=officer, to_user=colleague, people_ids=[participant.pk], starts_on=TODAY + timedelta(days=1),
        note="From [day] you see [name].", by=administrator, today=TODAY, now=NOW,
    )  # fmt: skip

    for user in (far, administrator, officer):
        assert refused(user, "update people_transfer set to_user_id = %s where id = %s", far.pk, asked.pk)
        assert refused(
            user, "update people_transfer set agreed_by_id = %s, agreed_at = now() where id = %s", officer.pk, asked.pk
        )
    reallocation.carry_out_due(today=TODAY + timedelta(days=1), now=NOW + timedelta(days=1))
    assert Assignment.objects.current(TODAY + timedelta(days=1)).get(participant=participant).practitioner == officer


def test_a_manager_makes_their_team_no_scheme_and_no_provider(make_user, other_team, provider):  # noqa: F811
    far = make_user("Faye Far", "MANAGER", other_team)
    programme = Programme.objects.create(code="x", name="X", money_model="APPLICATION")

    assert refused(far, "update people_programme set scheme_id = %s where id = %s", other_team.pk, programme.pk)
    assert refused(far, "update providers_provider set team_id = %s where id = %s", other_team.pk, provider.pk)
    assert refused(far, "update providers_provider set status = 'SUSPENDED' where id = %s", provider.pk)


def test_a_team_that_is_no_scheme_is_shown_nobody_by_an_enrolment(participant, officer, manager, other_team):
    from people.programmes import enrolment

    programme = Programme.objects.create(code="x", name="X", money_model="APPLICATION", scheme=other_team)
    assert other_team.kind != Team.Kind.SCHEME
    enrolment.enrol(participant=participant, programme=programme, by=manager, today=TODAY, now=NOW)

    assert not participant.access_grants.filter(team=other_team).exists()


def test_a_person_does_not_read_who_is_kept_out_nor_what_staff_are_told(participant, officer, other_officer, manager):
    Exclusion.objects.create(
        participant=participant, user=other_officer, reason="R", message="Ask", set_by=manager, starts_at=NOW
    )
    Message.objects.create(
        participant=participant, user=manager, channel="EMAIL", address="m@test.example", subject="S",
        body="An alert", dedupe_key="k", queued_at=NOW, not_before=NOW,
    )  # fmt: skip
    count = "select count(*) from people_exclusion"
    mail = "select count(*) from people_message where user_id is not null"

    assert told(participant.user, (count, []))[0][0] == told(participant.user, (mail, []))[0][0] == 0
    assert told(officer, (count, []))[0][0] == told(officer, (mail, []))[0][0] == 1
    assert told(other_officer, (count, []))[0][0] == 1


# --- What someone said or did ------------------------------------------------------------------------------------


def test_nobody_says_that_someone_else_did_it(participant, officer, manager, goal, meet):  # noqa: F811
    meeting = meet(timedelta(days=-1))
    for table, column, pk in [
        ("lifeplans_goal", "participant_said_by_id", goal.pk),
        ("lifeplans_goal", "practitioner_said_by_id", goal.pk),
        ("engagement_appointment", "recorded_by_id", meeting.pk),
        ("lifeplans_lifeplan", "started_by_id", goal.plan_id),
    ]:
        assert refused(officer, f"update {table} set {column} = %s where id = %s", manager.pk, pk), column  # noqa: S608


def test_a_person_changes_no_more_of_a_meeting_than_that_they_cannot_come(participant, officer, meet):  # noqa: F811
    meeting = meet(timedelta(days=-1))

    for change in ("outcome = 'COMPLIED'", "note = 'Came on time'", "starts_at = now()", "with_user_id = null"):
        assert refused(participant.user, f"update engagement_appointment set {change} where id = %s", meeting.pk)
    why = "update engagement_appointment set cannot_come_at = now(), cannot_come_why = 'Ill' where id = %s"
    assert told(participant.user, (why, [meeting.pk])) == 1


def test_a_closed_alert_stays_as_it_was_closed(participant, officer, other_officer):
    from django.utils import timezone

    emergency.open_in_emergency(crn=participant.crn, reason="x", by=other_officer, now=timezone.now())
    alert = Alert.objects.create(
        participant=participant, raised_at=NOW, due_on=TODAY, kinds=["DRIFT"], facts=["x"], reasons=["x"],
        next_step="x", closed_at=NOW, closed_by=officer, outcome="MISTAKEN", note="What was found",
    )  # fmt: skip

    for user in (officer, other_officer):
        assert refused(user, "update engagement_alert set note = 'rewritten' where id = %s", alert.pk)
        assert refused(
            user, "update engagement_alert set closed_at = null, closed_by_id = null where id = %s", alert.pk
        )


def test_history_names_whoever_wrote_it_and_the_moment(participant, officer, manager):
    with transaction.atomic(), acting_as(officer.pk):
        person = Participant.objects.get(pk=participant.pk)
        row = person.history.model(
            **{field.attname: getattr(person, field.attname) for field in person._meta.concrete_fields},
            history_date=NOW - timedelta(days=900), history_type="~", history_user=manager,
        )  # fmt: skip
        row.save()
        connection.cursor().execute("set constraints all immediate")
    row = participant.history.model.objects.get(pk=row.pk)

    assert row.history_user == officer
    assert row.history_date > NOW - timedelta(days=1)


def test_every_table_of_history_says_who_wrote():
    with connection.cursor() as cursor:
        cursor.execute("""
            select c.relname from pg_class c where c.relkind = 'r' and c.relname like '%\\_historical%'
            and not exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'by_hand')
        """)
        assert cursor.fetchall() == []


# --- Nobody asks, decides and pays alone -------------------------------------------------------------------------

COLUMNS = "budget_id, goal_id, without_money, what, amount, purpose, for_whom, why, state, started_by_id, asked_by_id,"
COLUMNS += " asked_at, decided_by_id, decided_at, reason"
APPROVED = "state = 'APPROVED', decided_by_id = %s, decided_at = now(), reason = 'Yes', granted = amount"
APPROVED += ", public_sentence = 'Someone got it.'"


def post(what, budget, spend, pence, key):  # noqa: F811
    """A move of the first funder's part of this budget."""
    with acting_as(SYSTEM):
        pot = Account.objects.filter(budget=budget, kind="BUDGET").order_by("-balance")[0].pot_id
    sql = "select budgets_post(%s, 'x', now(), null, null, %s, %s, array[%s], array[%s]::bigint[], array[%s]::bigint[])"
    return (sql, [key, budget.pk, spend.pk, what, pot, pence])


def test_a_request_that_nobody_decided_is_neither_set_aside_nor_paid(budget, make_request, manager):  # noqa: F811
    spend = make_request(amount=100_00)

    for statements in (
        [post("COMMIT", budget, spend, 100_00, "a")],
        [
            post("COMMIT", budget, spend, 100_00, "a"),
            post("PAY", budget, spend, 100_00, "b"),
        ],
    ):
        with pytest.raises(DatabaseError, match="what was approved|three people"):
            told(manager, *statements)
    assert Budget.objects.with_money().get(pk=budget.pk).paid == 0


def test_no_more_is_set_aside_than_was_approved_and_once(budget, make_request, manager, payer):  # noqa: F811
    spend = make_request(amount=10_00)
    money.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())

    for pence in (5_00, 10_00, 500_00):
        with pytest.raises(DatabaseError, match="what was approved|set_aside_once"):
            told(payer, post("COMMIT", budget, spend, pence, f"again{pence}"))


@pytest.mark.parametrize("state", ["APPROVED", "REFUSED", "WITHDRAWN"])
def test_no_request_begins_with_an_answer(state, budget, goal, manager, payer, participant):  # noqa: F811
    asker = participant.user_id
    values = [budget.pk, goal.pk, "x", "Boots", 50_00, "WORK", "ME", "x", state, asker, asker, NOW, payer.pk, NOW, "ok"]
    for user in (manager, participant.user):
        marks = ", ".join(["%s"] * len(values))
        assert refused(user, f"insert into budgets_spendrequest ({COLUMNS}) values ({marks})", *values)  # noqa: S608


def test_only_a_manager_decides_and_in_their_own_name(make_request, officer, manager, payer, participant):  # noqa: F811
    spend = make_request()
    sql = f"update budgets_spendrequest set {APPROVED}"

    for user, by in [(officer, manager), (officer, officer), (participant.user, manager), (manager, payer)]:
        assert refused(user, f"{sql} where id = %s", by.pk, spend.pk), user
    assert told(manager, (f"{sql} where id = %s", [manager.pk, spend.pk])) == 1


def test_an_answered_request_stays_as_it_was_answered(budget, make_request, manager, payer, participant):  # noqa: F811
    spend = make_request(amount=10_00)
    money.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())

    for change in ("amount = 900000", "state = 'ASKED'", "decided_by_id = null", "reason = 'No'", "what = 'A car'"):
        for user in (manager, payer, participant.user):
            assert refused(user, f"update budgets_spendrequest set {change} where id = %s", spend.pk)  # noqa: S608
    assert refused(participant.user, "delete from budgets_spendrequest where id = %s", spend.pk)


def test_a_person_asks_and_takes_back_in_the_database_too(make_request, participant, budget, goal):  # noqa: F811
    spend = make_request()
    sql = "update budgets_spendrequest set state = 'WITHDRAWN' where id = %s"
    assert told(participant.user, (sql, [spend.pk])) == 1
    assert SpendRequest.objects.get(pk=spend.pk).state == "WITHDRAWN"


def test_money_stays_with_its_fund_its_funder_and_its_person(
    budget,  # noqa: F811
    make_fund,  # noqa: F811
    make_request,  # noqa: F811
    manager,
    payer,
    officer,
):
    spend = make_request(amount=10_00)
    aside = money.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())
    paid = money.record_payment(commitment=aside, amount=10_00, payee="Shop", paid_on=TODAY, by=payer, now=NOW, key="p")
    other = make_fund("other", council=1_000_00)
    pot = budget.fund.pots.first()
    for sql in (
        f"update budgets_pot set fund_id = {other.pk} where id = {pot.pk}",
        f"update budgets_pot set funder_id = (select max(id) from budgets_funder) where id = {pot.pk}",
        f"update budgets_budget set fund_id = {other.pk} where id = {budget.pk}",
        f"update budgets_fund set programme_id = {other.programme_id} where id = {budget.fund_id}",
        f"update budgets_payment set amount = 1 where id = {paid.pk}",
        f"update budgets_commitment set amount = 9999 where id = {aside.pk}",
        f"update budgets_commitment set closed_at = null, closed_by_id = null where id = {aside.pk}",
    ):
        for user in (manager, officer):
            changes = "fund_id" not in sql or str(other.pk) != str(pot.fund_id)
            assert refused(user, sql) or not changes, sql


# --- Which row it is, and whose -----------------------------------------------------------------------------------


def test_every_row_that_may_be_changed_stays_the_row_it_is_and_its_persons():
    """A trigger on each table names its number, the person, and the parent from which the person is taken."""
    with connection.cursor() as cursor:
        cursor.execute(STAYS)
        assert cursor.fetchall() == []


STAYS = """
    select distinct p.tablename, a.attname from pg_policies p
    join pg_attribute a on a.attrelid = to_regclass('public.' || p.tablename) and not a.attisdropped
    where p.cmd = 'UPDATE' and 'rehab_web' = any (p.roles)
      and (a.attname in ('id', 'participant_id', 'person_id') or exists (
        select from pg_trigger t where t.tgrelid = a.attrelid and t.tgname = 'told_' || p.tablename
          and a.attnum = any (t.tgattr)))
      and not exists (
        select from pg_trigger t where t.tgrelid = a.attrelid and t.tgname = 'a_row_stays'
          and encode(t.tgargs, 'escape') ~ ('(^|\\\\000)' || a.attname || '(\\\\000|$)'))
"""


def test_approved_money_is_moved_to_nobody_else(
    budget,  # noqa: F811
    participant,
    other_participant,
    officer,
    manager,
):
    enrolment = budget.enrolment
    pots = budget.fund.pots.order_by("pk")
    for user, sql in [
        (officer, f"update people_enrolment set participant_id = {other_participant.pk} where id = {enrolment.pk}"),
        (officer, f"update budgets_budget set id = 900001 where id = {budget.pk}"),
        (officer, f"update budgets_budget set person_id = {other_participant.pk} where id = {budget.pk}"),
        (manager, f"update budgets_pot set id = 900001 where id = {pots[0].pk}"),
        (manager, f"update budgets_fund set id = 900001 where id = {budget.fund_id}"),
    ]:
        assert refused(user, sql), sql
    assert Budget.objects.get(pk=budget.pk).enrolment.participant == participant


def test_one_row_stops_nobody_elses_work(participant, officer, meet):  # noqa: F811
    meeting = meet(timedelta(days=1))
    for user, sql in [
        (officer, f"update people_participant set date_of_birth = '20000-01-01' where id = {participant.pk}"),
        (officer, f"update people_participant set date_of_birth = 'infinity' where id = {participant.pk}"),
        (participant.user, f"update engagement_appointment set cannot_come_at = '20000-01-01' where id = {meeting.pk}"),
    ]:
        assert refused(user, sql), sql


def test_a_reminder_says_no_participants_number(participant, other_participant, officer, meet):  # noqa: F811
    meeting = meet(timedelta(days=1))
    sql = "update engagement_appointment set with_user_id = %s where id = %s"
    assert refused(officer, sql, other_participant.user_id, meeting.pk)


def test_a_no_becomes_no_yes_in_the_persons_name(goal, participant, officer):  # noqa: F811
    with acting_as(SYSTEM), transaction.atomic():
        type(goal).objects.filter(pk=goal.pk).update(
            status="PROPOSED", agreed_on=None, participant_said="DISAGREE", participant_words="No",
            participant_said_at=NOW, participant_said_by=participant.user,
        )  # fmt: skip
    for change in ("participant_said = 'AGREE', participant_words = ''", "participant_words = 'Yes after all'"):
        assert refused(officer, f"update lifeplans_goal set {change} where id = %s", goal.pk), change  # noqa: S608


def test_history_tells_of_no_number_that_the_record_did_not_have(participant, officer):
    columns = columns_of("people_historicalparticipant", "history_id", "phone", "history_type", "history_date")
    sql = (
        f"insert into people_historicalparticipant ({columns}, phone, history_type, history_date)"  # noqa: S608
        f" select {columns}, %s, '~', now() from people_historicalparticipant where id = %s"
        " order by history_id desc limit 1"
    )
    assert refused(officer, sql, "", participant.pk)
    assert told(officer, (sql, [str(participant.phone), participant.pk])) == 1


def test_a_merge_shows_nobody_what_it_changed(officer, participant):
    for column in ("moved", "changed"):
        assert refused(officer, f"select {column} from people_merge")  # noqa: S608


def test_nobody_says_who_works_with_someone_in_prison(participant, officer):
    sql = "insert into people_supervision (participant_id, supervisor_id, starts_on) values (%s, %s, current_date)"
    assert refused(officer, sql, participant.pk, officer.pk)


def test_whoever_gave_a_way_in_does_not_decide_in_the_database_either(make_request, participant, manager):  # noqa: F811
    from people.sign_in import code_letters

    spend = make_request()
    code_letters.give(participant=participant, by=manager, now=NOW)
    sql = f"update budgets_spendrequest set {APPROVED}"
    with connection.cursor() as cursor:
        cursor.execute("select set_config('app.now', %s, true)", [NOW.isoformat()])
    assert refused(manager, f"{sql} where id = %s", manager.pk, spend.pk)


def test_nothing_is_recorded_as_paid_that_the_ledger_did_not_pay_nor_closed_before(
    budget,  # noqa: F811
    make_request,  # noqa: F811
    manager,
    payer,
):
    aside = money.approve_request(spend=make_request(amount=10_00), reason="Yes", by=manager, now=NOW, key=new_key())
    of_another = (
        "insert into budgets_payment (commitment_id, amount, payee, invoice, advance, way, paid_on, recorded_by_id,"
        " recorded_at, transaction_id)"
        " select %s, 1000, 'Shop', '', '', 'NOTIONAL', t.dated, %s, now(), t.id from budgets_transaction t"
        " where t.kind = 'COMMIT'"
    )
    close = "update budgets_commitment set closed_at = now(), closed_by_id = %s, remaining = 0 where id = %s"

    assert refused(payer, of_another, aside.pk, payer.pk)
    assert refused(manager, close, manager.pk, aside.pk)


def columns_of(table: str, *but: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "select string_agg(quote_ident(attname), ', ') from pg_attribute where attnum > 0 and not attisdropped"
            " and attgenerated = '' and attrelid = %s::regclass and attname <> all (%s)", [table, list(but)]
        )  # fmt: skip
        return str(cursor.fetchone()[0])


def test_a_budget_is_of_the_fund_of_the_programme_that_they_are_on(
    budget,  # noqa: F811
    make_fund,  # noqa: F811
    participant,
    officer,
    manager,
):
    other, elsewhere = make_fund("other", council=10_00), make_fund("elsewhere")
    place = Enrolment.objects.create(
        participant=participant, programme=other.programme, state="ENROLLED", asked_on=TODAY, asked_by=manager,
        starts_on=TODAY,
    )  # fmt: skip
    columns = columns_of("budgets_budget", "id", "enrolment_id", "fund_id")
    sql = (
        f"insert into budgets_budget ({columns}, enrolment_id, fund_id)"  # noqa: S608
        f" select {columns}, %s, %s from budgets_budget where id = %s"
    )

    assert refused(manager, sql, place.pk, elsewhere.pk, budget.pk)
    assert told(manager, (sql, [place.pk, other.pk, budget.pk])) == 1


def test_what_is_set_aside_pays_for_the_persons_own_referral(
    budget,  # noqa: F811
    make_request,  # noqa: F811
    make_referral,  # noqa: F811
    other_participant,
    officer,
    manager,
):
    aside = money.approve_request(spend=make_request(amount=10_00), reason="Yes", by=manager, now=NOW, key=new_key())
    own = make_referral()
    services.assign(participant=other_participant, practitioner=officer, today=TODAY, now=NOW, by=manager)
    others = make_referral(participant=other_participant)
    sql = "update budgets_commitment set referral_id = %s where id = %s"

    assert refused(officer, sql, others.pk, aside.pk)
    assert told(officer, (sql, [own.pk, aside.pk])) == 1
    assert refused(officer, sql, None, aside.pk)


def test_a_fund_s_lines_are_read_by_its_managers_alone(budget, manager, officer, volunteer, commissioner):  # noqa: F811
    sql = "select count(*) from budgets_entry e join budgets_account a on a.id = e.account_id where a.kind = 'POT'"
    given = "select count(*) from budgets_transaction where budget_id is null"
    for user in (officer, volunteer, commissioner):
        assert [told(user, (each, []))[0][0] for each in (sql, given)] == [0, 0], user
    assert all(told(manager, (each, []))[0][0] for each in (sql, given))


# --- What fewer read or write --------------------------------------------------------------------------------------


def test_an_alert_is_closed_and_nothing_else_of_it_is_changed(participant, officer, other_participant):
    alert = Alert.objects.create(
        participant=participant, owner=officer, raised_at=NOW, due_on=TODAY, kinds=["DRIFT"], facts=["x"],
        reasons=["x"], next_step="x",
    )  # fmt: skip
    moved = f"participant_id = {other_participant.pk}"
    for change in ("due_on = '2099-01-01'", "owner_id = null", "reasons = '{}'", moved):
        assert refused(officer, f"update engagement_alert set {change} where id = %s", alert.pk), change  # noqa: S608
    close = "closed_at = now(), closed_by_id = %s, outcome = 'MISTAKEN', note = 'Was in touch'"
    assert told(officer, (f"update engagement_alert set {close} where id = %s", [officer.pk, alert.pk])) == 1  # noqa: S608


def test_a_person_reads_of_alerts_and_hand_overs_no_more_in_history(participant, officer, manager, other_officer):
    Alert.objects.create(
        participant=participant, owner=officer, raised_at=NOW, due_on=TODAY, kinds=["DRIFT"], facts=["x"],
        reasons=["x"], next_step="x",
    )  # fmt: skip
    handovers.ask(
        participant=participant, practitioner=other_officer, note="Mine", by=other_officer, today=TODAY, now=NOW
    )
    for table in ("engagement_historicalalert", "people_historicalhandoverrequest"):
        count = f"select count(*) from {table}"  # noqa: S608
        assert (told(participant.user, (count, []))[0][0], told(officer, (count, []))[0][0] > 0) == (0, True), table


def test_who_is_kept_out_is_read_with_the_whole_record(participant, officer, other_officer, volunteer, manager):
    services.add_to_circle(
        participant=participant, user=volunteer, relationship="VOLUNTEER", today=TODAY, now=NOW, by=officer
    )
    Exclusion.objects.create(
        participant=participant, user=other_officer, reason="R", message="Ask", set_by=manager, starts_at=NOW
    )
    count = "select count(*) from people_exclusion"
    assert (told(volunteer, (count, [])), told(officer, (count, []))) == ([(0,)], [(1,)])


def test_a_provider_begins_without_a_team(provider, manager, team):  # noqa: F811
    columns = columns_of("providers_provider", "id", "name", "team_id")
    sql = (
        f"insert into providers_provider ({columns}, name, team_id)"  # noqa: S608
        f" select {columns}, 'Mine', %s from providers_provider where id = %s"
    )
    assert refused(manager, sql, team.pk, provider.pk)
    assert told(manager, (sql, [None, provider.pk])) == 1


@pytest.mark.parametrize("state", ["ACCEPTED", "DECLINED", "DELIVERED"])
def test_an_answer_that_staff_write_down_names_them(state, make_referral, officer):  # noqa: F811
    referral = make_referral()
    sql = "update providers_referral set state = %s where id = %s"
    with pytest.raises(DatabaseError, match="someone else did it"):
        told(officer, (sql, [state, referral.pk]))


# --- A backup on another server ----------------------------------------------------------------------------------


def test_a_turn_that_came_with_a_backup_counts_for_nobody(participant, officer):
    """Its transaction has not begun there yet: whoever reached that number would have been the service."""
    with acting_as(SYSTEM), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local role none")
        cursor.execute(
            "insert into app_turn (nonce, xid, is_service)"
            " values (gen_random_uuid(), (pg_current_xact_id()::text::bigint + 5000)::text::xid8, true)"
        )
    count = "select count(*) from app_turn where is_service and xid > pg_current_xact_id()"
    with transaction.atomic(), acting_as(officer.pk), connection.cursor() as cursor:
        cursor.execute("set local role none")
        cursor.execute(count)
        assert cursor.fetchone() == (0,)


def test_the_guide_keeps_turns_and_their_key_out_of_backups():
    assert "--exclude-table-data='app_turn*'" in (ROOT / "docs" / "running.md").read_text()


def test_a_way_in_of_someone_who_works_here_is_not_moved_as_a_participants(participant, officer, manager):
    from common.errors import RuleBroken

    Participant.objects.filter(pk=participant.pk).update(user=manager)
    person = Participant.objects.get(pk=participant.pk)

    with pytest.raises(RuleBroken, match="works here"):
        services.change_contact(
            participant=person, preferred_name="", phone="", email="me@test.example", address="", outcode="PR1",
            by=officer, now=NOW,
        )  # fmt: skip
