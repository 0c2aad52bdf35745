"""Erasure removes names and words from a record. Codes, dates and money stay, under a tombstone.

Only the database function `people_rewrite` can change history. Only the worker may call it, and only for a person whose
erasure is on record.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Model, Q
from simple_history.utils import get_history_manager_for_model

from common import data_inventory
from common.data_inventory import GONE, PersonalDataEntry, Then
from common.errors import RuleBroken
from common.registry import Registry
from people.models import AccessGrant, Erasure, LegalHold, Merge, Message, Participant, RetentionRule, User

AT_ONCE = 5_000
# What a higher floor settles before a record goes: given whose, and when.
BEFORE: Registry[Callable[[Participant, datetime], None]] = Registry()


class OnHold(RuleBroken):
    pass


@transaction.atomic
def erase(*, participant: Participant, rule: RetentionRule, now: datetime) -> int:
    """Erase the person from every table of the data inventory. Return how many rows changed."""
    person = Participant.objects.lock(participant)
    if LegalHold.objects.filter(participant=person, lifted_at=None).exists():
        raise OnHold(f"There is a legal hold on {person.crn}. Lift it first.")
    if Erasure.objects.filter(participant=person).exists():
        raise RuleBroken("This record has nobody in it any more.")
    for settle in BEFORE:
        settle(person, now)
    Erasure.objects.create(participant=person, rule=rule)
    _forget_addresses(person)
    Merge.objects.filter(Q(kept=person) | Q(gone=person)).update(moved=[], changed=[])  # it cannot be undone any more
    AccessGrant.objects.filter(participant=person, ends_at=None).update(ends_at=now)
    # Where nobody is reached any more, an account says so.
    User.objects.filter(participant=person, code_letter_since=None).update(code_letter_since=now)
    lines = [line for line in data_inventory.ENTRIES if line.then != Then.KEEP]
    ids = {line.model: _ids(line, person) for line in lines}  # found before the rows that lead to them are gone
    changed = sum(_rewrite_past(line, person, ids[line.model][1]) for line in lines)
    for line in reversed(lines):  # rows that depend on others go first
        rows, _ = ids[line.model]
        changed += _delete(line, rows) if line.then == Then.DELETE else _scrub(line, person, rows)
    return changed


def _forget_addresses(person: Participant) -> None:
    """Delete messages to the person's number or address that name nobody, such as sign-in codes."""
    addresses = [str(address) for address in (person.phone, person.email) if address]
    found = Message.objects.filter(Q(participant=None), address__in=addresses)
    found._raw_delete(found.db)


def _ids(line: PersonalDataEntry, person: Participant) -> tuple[list[int], list[int]]:
    """Return ids of the table's rows and of its history, deleted rows included."""
    rows = list(line.rows(person.pk).order_by().values_list("pk", flat=True))
    past = line.past(person.pk)
    if past is None:
        return rows, []
    of_those = get_history_manager_for_model(line.model).model._base_manager.filter(id__in=rows)
    return rows, sorted({*past.order_by().values_list("pk", flat=True), *of_those.values_list("pk", flat=True)})


def _rewrite_past(line: PersonalDataEntry, person: Participant, ids: list[int]) -> int:
    model = line.past_model
    if model is None or not ids:
        return 0
    columns = {f.column for f in model._meta.concrete_fields}
    blanks = {column: value for column, value in line.blanks(person).items() if column in columns}
    return _rewrite(person, model, ids, blanks | {"history_change_reason": GONE})


def _delete(line: PersonalDataEntry, ids: Iterable[int]) -> int:
    """Delete without signals, so that no history is written."""
    rows = line.model._base_manager.filter(pk__in=list(ids))
    return rows._raw_delete(rows.db) or 0


def _scrub(line: PersonalDataEntry, person: Participant, ids: list[int]) -> int:
    blanks = line.blanks(person)
    special = {f.column for f in line.model._meta.concrete_fields if f.name in line.becomes(person)}
    alone = {column for column in line.unique_words() if blanks.get(column)} - special
    if not blanks:
        return 0
    if not alone:
        return _rewrite(person, line.model, ids, blanks)
    return sum(_rewrite(person, line.model, [pk], blanks | {column: f"{GONE} {pk}" for column in alone}) for pk in ids)


def _rewrite(person: Participant, model: type[Model], ids: list[int], becomes: dict[str, Any]) -> int:
    changed = 0
    with connection.cursor() as cursor:
        for start in range(0, len(ids), AT_ONCE):
            asked: list[Any] = [person.pk, model._meta.db_table, ids[start : start + AT_ONCE], json.dumps(becomes)]
            cursor.execute("select people_rewrite(%s, %s, %s, %s)", asked)
            changed += cursor.fetchone()[0]
    return changed
