"""The drill: a canary in every word there could be about a person, and none left anywhere once they are taken out."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.postgres.fields import ArrayField
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction

from common import data_inventory
from common.data_inventory import PersonalDataEntry, Then, may_hold_words
from common.encryption import EncryptedTextField, encrypt
from common.postgres.actor import acting_as
from people import services
from people.models import AccessGrant, Document, Erasure, Message, Participant
from people.models.rights import RetentionRule
from people.rights import erasure, retention
from tests.budgets.conftest import budget, fund, goal, make_budget, make_fund, make_goal, make_programme, make_request  # noqa: F401
from tests.conftest import NOW, TODAY
from tests.people.rights.conftest import role

CANARY = "CNRY"


def rule() -> RetentionRule:
    standing = retention.rules()["RECORD"]
    standing.save()
    return standing


def tables_with_the_canary(what: str = CANARY) -> list[str]:
    """Every text, JSON and array column of every table, as the owner sees them."""
    with role("none"), connection.cursor() as cursor:
        cursor.execute(
            "select table_name, column_name from information_schema.columns join information_schema.tables"
            " using (table_schema, table_name) where table_schema = 'public' and table_type = 'BASE TABLE'"
            " and data_type in ('text', 'character varying', 'character', 'json', 'jsonb', 'ARRAY', 'bytea')"
        )
        found = []
        for table, column in cursor.fetchall():
            cursor.execute(f'select count(*) from "{table}" where "{column}"::text ilike %s', [f"%{what}%"])
            found += [f"{table}.{column}"] * bool(cursor.fetchone()[0])
        return found


def canary_for(field: models.Field) -> Any:
    if isinstance(field, ArrayField):
        return [canary_for(field.base_field)]
    if isinstance(field, models.JSONField):
        return {CANARY: [CANARY]}
    if isinstance(field, EncryptedTextField):
        return encrypt(CANARY)
    return CANARY


def some_value(field: models.Field, made: dict[type[models.Model], int], number: int) -> Any:
    """A value that the column takes."""
    if isinstance(field, models.ForeignKey):
        return made.get(field.related_model, None if field.null else 0)
    if isinstance(field, ArrayField):
        return [some_value(field.base_field, made, number)]
    if field.choices:
        return field.flatchoices[0][0]
    if field.has_default():
        return field.get_default()
    kinds: list[tuple[type[models.Field], Any]] = [
        (models.DateTimeField, NOW), (models.DateField, TODAY), (models.BooleanField, False),
        (models.UUIDField, None), (models.BinaryField, b"x"), (models.TimeField, NOW.time()),
        (models.GenericIPAddressField, "198.51.100.7"),
    ]  # fmt: skip
    return next((value for kind, value in kinds if isinstance(field, kind)), number)


def plant(
    line: PersonalDataEntry, model: type[models.Model], made: dict[type[models.Model], int], person: Participant
) -> int:
    """A row of this table (or of its history) that holds the canary wherever it can hold words."""
    values: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if isinstance(field, models.GeneratedField) or (field.primary_key and model is line.model):
            continue
        words = may_hold_words(field) and field.name not in line.kept and line.then != Then.KEEP
        values[field.attname] = canary_for(field) if words else some_value(field, made, 9_000 + len(made))
    if model is not line.model:
        values |= {"history_type": "~", "id": made[line.model]}
    if "participant_id" in values:
        values["participant_id"] = person.pk
    row = model(**values)
    model._base_manager.bulk_create([row])
    return row.pk


def without_checks() -> None:
    """A row that says the same word everywhere breaks many a rule of the database: this once, there are none."""
    with role("none"), connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute(
            "select conrelid::regclass::text, conname from pg_constraint join pg_namespace n on n.oid = connamespace"
            " where n.nspname = 'public' and contype in ('c', 'x', 'f')"
        )
        for table, name in cursor.fetchall():
            cursor.execute(f'alter table {table} drop constraint "{name}"')
        cursor.execute("select indexrelid::regclass::text from pg_index where indisunique and not indisprimary and"
                       " not exists (select from pg_constraint where conindid = indexrelid) and"
                       " indrelid::regclass::text ~ '^(people|lifeplans|engagement|providers|budgets)_'")  # fmt: skip
        for (name,) in cursor.fetchall():
            cursor.execute(f"drop index {name}")
        for line in data_inventory.ENTRIES:
            cursor.execute(f"alter table {line.model._meta.db_table} disable trigger user")


def test_no_canary_is_left_anywhere(participant, officer):
    without_checks()
    made: dict[type[models.Model], int] = {Participant: participant.pk, type(officer): participant.user_id}
    with role("none"), connection.cursor() as cursor:
        for line in data_inventory.ENTRIES:
            if line.model is Participant:
                cursor.execute(
                    "update people_participant set given_name = %(c)s, family_name = %(c)s, preferred_name = %(c)s,"
                    " address = %(c)s, email = %(c)s, outcode = %(c)s, crn = %(c)s, prison_number = %(c)s,"
                    " phone = %(c)s where id = %(id)s",
                    {"c": CANARY, "id": participant.pk},
                )
            elif line.model is type(officer):
                cursor.execute("update people_user set name = %(c)s, email = %(c)s, phone = %(c)s where id = %(id)s",
                               {"c": CANARY, "id": participant.user_id})  # fmt: skip
            elif not line.many and line.model is not Erasure:
                made[line.model] = plant(line, line.model, made, participant)
            if line.past_model:
                plant(line, line.past_model, made, participant)
    assert len(tables_with_the_canary()) > 100

    with role("rehab_service"):
        erasure.erase(participant=participant, rule=rule(), now=NOW)

    assert tables_with_the_canary() == []


@pytest.fixture
def known(participant, officer, make_request, client_as):  # noqa: F811
    """A person with a real record: every rule of the database stands."""
    from engagement import services as touch
    from lifeplans.models import Setback
    from people.messaging import message_queue

    make_request(20_00, "A CNRY coat")
    services.change_contact(
        participant=participant, preferred_name="CNRY", phone="+447700900055", email="cnry@test.example",
        address="1 CNRY Street", outcode="PR1", by=officer, now=NOW)  # fmt: skip
    touch.log_contact(
        participant=participant, by=officer, at=NOW - timedelta(days=5), kind="CALL", note="CNRY", now=NOW,
        meaningful=True, sensitive=False,
    )  # fmt: skip
    Setback.objects.create(plan=participant.plan, note="CNRY", words_of="PRACTITIONER", happened_on=TODAY,
                           recorded_on=TODAY, recorded_by=officer)  # fmt: skip
    message_queue.tell_participant(participant=participant, body="Dear CNRY", key="c", now=NOW)
    Message.objects.create(dedupe_key="code", channel="EMAIL", address="cnry@test.example", body="Code 1",
                           queued_at=NOW, not_before=NOW)  # fmt: skip
    Document.objects.create(participant=participant, kind="LETTER", title="CNRY", content_type="image/png", size=1,
                            content=b"x", added_by=officer, added_at=NOW)  # fmt: skip
    participant.refresh_from_db()
    return participant


def test_a_real_record_is_emptied_within_the_databases_own_rules(known, officer, client_as):
    crn = known.crn

    with role("rehab_service"):
        erasure.erase(participant=known, rule=rule(), now=NOW)
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")

    known.refresh_from_db()
    known.user.refresh_from_db()
    assert (known.name.strip(), known.date_of_birth) == ("Removed", date(2004, 1, 1))
    assert known.crn.startswith("-")
    assert not known.user.is_active
    assert tables_with_the_canary() == tables_with_the_canary(crn) == tables_with_the_canary("Ashworth") == []
    assert not AccessGrant.objects.current().filter(participant=known).exists()
    assert client_as(officer).get(f"/people/{known.ref}/details/").status_code == 404


def test_the_ledger_still_balances_and_still_names_the_tombstone(known):
    from budgets.models import Transaction
    from budgets.verification import differences

    before = list(Transaction.objects.order_by("pk").values())
    with role("rehab_service"):
        erasure.erase(participant=known, rule=rule(), now=NOW)

    assert list(Transaction.objects.order_by("pk").values())[: len(before)] == before  # what was left goes back
    assert differences() == []
    assert Transaction.objects.filter(budget__enrolment__participant=known).exists()


def test_a_legal_hold_stands_before_everything(known, officer):
    known.left_on = TODAY - timedelta(days=4000)
    known.save(update_fields=["left_on"])
    hold = retention.set_hold(participant=known, reason="An inquest", by=officer, now=NOW)

    assert list(retention.records_due(today=TODAY)) == []
    with pytest.raises(erasure.OnHold):
        erasure.erase(participant=known, rule=rule(), now=NOW)

    retention.lift_hold(hold=hold, reason="It is over", by=officer, now=NOW)
    assert list(retention.records_due(today=TODAY)) == [known]


def test_a_record_is_due_once_it_was_kept_long_enough_after_the_last_day(participant):
    save_or_refuse = rule().keep_days
    for days, due in ((save_or_refuse - 1, 0), (save_or_refuse, 1)):
        Participant.objects.filter(pk=participant.pk).update(left_on=TODAY - timedelta(days=days))

        assert len(list(retention.records_due(today=TODAY))) == due


def test_where_no_last_day_is_set_the_last_entry_counts(participant, officer):
    long_ago = TODAY - timedelta(days=rule().keep_days + 400)
    Participant.objects.filter(pk=participant.pk).update(joined_on=long_ago)
    assert list(retention.records_due(today=TODAY)) == []  # the sentence and the assignment are younger

    participant.sentences.update(starts_on=long_ago, ends_on=long_ago, release_on=None)
    participant.assignments.update(starts_on=long_ago)
    participant.sign_in_changes.update(at=NOW - timedelta(days=rule().keep_days + 400))
    assert list(retention.records_due(today=TODAY)) == [participant]

    Message.objects.create(dedupe_key="m", participant=participant, channel="SMS", address="+447700900001",
                           body="Hello", queued_at=NOW, not_before=NOW)  # fmt: skip
    assert list(retention.records_due(today=TODAY)) == []


def test_the_night_takes_out_whoever_is_due_and_once(known, capsys):
    Participant.objects.filter(pk=known.pk).update(left_on=TODAY - timedelta(days=4000))
    call_command("retention", "--dry-run")
    assert known.crn in capsys.readouterr().out
    assert not Erasure.objects.exists()

    with role("rehab_service"):
        assert retention.run(today=TODAY, now=NOW) == (1, 0)
        assert retention.run(today=TODAY, now=NOW) == (0, 0)


def test_old_messages_go(participant):
    old = NOW - timedelta(days=retention.rules()["MESSAGES"].keep_days + 1)
    for key, at, state in (("a", old, "PARKED"), ("b", old, "WAITING"), ("c", NOW, "PARKED")):
        Message.objects.create(dedupe_key=key, participant=participant, channel="SMS", address="+447700900001",
                               body="Hello", queued_at=at, not_before=at, state=state)  # fmt: skip

    retention.run(today=TODAY, now=NOW)

    assert set(Message.objects.values_list("dedupe_key", flat=True)) == {"b", "c"}


@pytest.mark.parametrize(
    ("as_role", "recorded", "table"),
    [
        ("rehab_web", True, "people_participant"),  # the web may not, whoever it is for
        ("rehab_worker", False, "people_participant"),  # nor the worker, without an erasure on record
        ("rehab_worker", True, "people_accessevent"),  # nor anyone, in the audit
        ("rehab_worker", True, "budgets_entry"),  # or the ledger
    ],
)
def test_the_database_rewrites_for_nobody_else(as_role, recorded, table, participant):
    if recorded:
        with role("none"):
            Erasure.objects.create(participant=participant, rule=rule())
    blank = json.dumps({"given_name": "x"})

    with pytest.raises(DatabaseError), transaction.atomic(), role(as_role), connection.cursor() as cursor:
        cursor.execute("select people_rewrite(%s, %s, %s, %s)", [participant.pk, table, [participant.pk], blank])


def test_the_web_cannot_put_an_erasure_on_record(participant):
    with acting_as(None), pytest.raises(DatabaseError), transaction.atomic():
        Erasure.objects.create(participant=participant, rule=rule())
