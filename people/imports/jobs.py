"""Check a file, import it and undo it: part by part, each in a transaction of its own, so that others' pages go on.

A worker that dies leaves off at a part; the same work begun again goes on there. Small files are done while the page
waits. Whoever sent the file is who did it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as, as_service
from common.states import Act, Refusal
from people.access import access_log
from people.imports import saving, undoing
from people.imports.caseload import Plan, plan_caseload, plan_lines
from people.imports.lines import Line, read_text
from people.imports.preview import in_full
from people.messaging import message_queue
from people.models import CaseloadUpload, ImportedPerson, User
from people.models.uploads import KEPT_FOR, UNDO_FOR

State = CaseloadUpload.State
SMALL = 300  # lines that are done while someone waits
REST = 0.25  # seconds between parts of a large file, in which others' pages have the machine
PART = 100  # lines, or people to undo, in one transaction
LEFT_OFF_AFTER = timedelta(minutes=10)
SHOWN = 10  # of new people, changes and notes on the page


class NotNow(RuleBroken):
    pass


MEANWHILE = Refusal(NotNow, "This file is “{state}” by now. Look at the page again.")
ACTS = {
    "answer": Act({State.CHECKED}, MEANWHILE),
    "start": Act({State.CHECKED}, MEANWHILE),
    "discard": Act({State.CHECKING, State.CHECKED}, MEANWHILE),
    "undo": Act({State.DONE}, Refusal(NotNow, "Only an import that is done can be undone, once.")),
}


@transaction.atomic
@acting_as(SYSTEM)  # a file is held against everyone there is
def check(upload: CaseloadUpload, *, now: datetime) -> None:
    """Say what the file would do, and note of whom it speaks."""
    upload = _locked(upload)
    by, today = upload.uploaded_by, timezone.localdate(now)
    plan = plan_caseload(upload.text, by=by, today=today, answers=upload.answers)
    upload.state, upload.total, upload.refused = State.CHECKED, len(plan.reading.good), plan.refused
    upload.made, upload.changed, upload.unchanged = len(plan.new), len(plan.changed), plan.unchanged
    upload.report = _report(plan, today)
    upload.save()
    access_log.by_task(by, "LIST", plan.seen, page="people:import-preview", now=now)
    _say_unseen(plan.unseen, by=by, now=now)


def _report(plan: Plan, today: Any) -> dict[str, Any]:
    reading = plan.reading
    return {
        "read": reading.read, "ignored": reading.ignored, "notes": reading.notes[:SHOWN],
        "more_notes": max(0, len(reading.notes) - SHOWN), "left_alone": plan.left_alone,
        "nobodys": sum(one.lead is None for one in plan.new), "told": len(plan.unseen),
        "questions": [[asked.key, asked.sentence, list(asked.choices)] for asked in reading.questions],
        "problems": [[problem.line, problem.column, problem.sentence] for problem in plan.problems],
        "sample": [
            {"number": one.number, "name": one.name, "said": [[fact.label, fact.words, fact.cell] for fact in one.said]}
            for one in (in_full(each, today) for each in plan.new[:SHOWN])
        ],
        "changes": [[change.line.number, change.line.crn, change.words] for change in plan.changed[:SHOWN]],
    }  # fmt: skip


def _say_unseen(people: set[int], *, by: User, now: datetime) -> None:
    """They were kept from these people's records; whoever answers for those is told."""
    access_log.by_task(by, "REFUSED", people, page="people:import-preview", now=now)
    message_queue.tell_who_holds(people, by=by, tried="sent a caseload file with a line about", now=now)


@transaction.atomic
def start(upload: CaseloadUpload, *, all_or_nothing: bool) -> CaseloadUpload:
    """Somebody said yes. The import itself is the worker's, or the page's where the file is small."""
    upload = _locked(upload)
    ACTS["start"].begins(State(upload.state))
    if upload.report["questions"]:
        raise NotNow("Answer the questions about the file first.")
    if all_or_nothing and upload.refused:
        count, read = upload.refused, upload.report["read"]
        raise NotNow(f"Nothing was kept: {count} of {read} lines have something wrong.")
    upload.state, upload.all_or_nothing, upload.done = State.IMPORTING, all_or_nothing, 0
    upload.made = upload.changed = upload.unchanged = 0
    upload.save()
    return upload


def carry_on(upload_id: int, *, now: datetime | None = None) -> None:
    """Import what is left of a file, part by part."""
    with as_service():
        upload = CaseloadUpload.objects.select_related("uploaded_by").get(pk=upload_id)
    if upload.state != State.IMPORTING:
        return
    reading = read_text(upload.text, today=timezone.localdate(now), answers=upload.answers)
    for first in range(upload.done, len(reading.good), PART):
        if first > SMALL:
            time.sleep(REST)
        if not _import_part(upload, reading.good[first : first + PART], at=first, now=now or timezone.now()):
            return
    _finish(upload.pk, now=now or timezone.now())
    carry_on_undoing(upload.pk, now=now)


@transaction.atomic
@acting_as(SYSTEM)
def _import_part(upload: CaseloadUpload, lines: Sequence[Line], *, at: int, now: datetime) -> bool:
    """Import these lines. False where another worker did, or the import was stopped."""
    upload = _locked(upload)
    if (upload.state, upload.done) != (State.IMPORTING, at):
        return False
    by, today = upload.uploaded_by, timezone.localdate(now)
    ours = upload.people.filter(was_made=True).values_list("participant", flat=True)
    plan = plan_lines(lines, by=by, today=today, answers=upload.answers, ours=set(ours))
    made = saving.create(plan.new, by=by, today=today, now=now)
    before = saving.change(plan.changed, by=by, today=today, now=now)
    rows = [
        ImportedPerson(upload=upload, participant_id=pk, was_made=True, before={"led": one.lead is not None})
        for one, pk in zip(plan.new, made, strict=True)
    ]
    rows += [
        ImportedPerson(upload=upload, participant=one.person, was_made=False, before=undo)
        for one, undo in zip(plan.changed, before, strict=True)
    ]
    ImportedPerson.objects.bulk_create(rows)
    access_log.by_task(by, "CHANGE", {row.participant_id for row in rows}, page="people:import-preview", now=now)
    _say_unseen(plan.unseen, by=by, now=now)
    upload.done = at + len(lines)
    upload.made, upload.changed = upload.made + len(made), upload.changed + len(plan.changed)
    upload.unchanged += plan.unchanged
    known = {tuple(problem) for problem in upload.report["problems"]}
    late = [[one.line, one.column, one.sentence] for one in plan.problems]
    late = [problem for problem in late if tuple(problem) not in known]  # what changed since the file was checked
    upload.moved_at = now
    upload.report["problems"] += late
    upload.refused += len({problem[0] for problem in late})
    upload.save()
    return True


@transaction.atomic
@acting_as(SYSTEM)
def _finish(upload_id: int, *, now: datetime) -> None:
    upload = CaseloadUpload.objects.select_for_update().get(pk=upload_id)
    if upload.state == State.IMPORTING and upload.done >= upload.total:
        upload.state, upload.finished_at, upload.text = State.DONE, now, ""
        upload.report |= {"sample": [], "changes": []}  # what is said of people is on their records alone from now on
        if upload.all_or_nothing and upload.refused:  # by what changed since the file was checked
            upload.state, upload.undone_by = State.UNDOING, upload.uploaded_by
            upload.done, upload.total = 0, upload.people.count()
        upload.save()


@transaction.atomic
def start_undo(upload: CaseloadUpload, *, by: User, now: datetime) -> CaseloadUpload:
    """Undo a whole import. What somebody changed since is kept, and listed."""
    upload = _locked(upload)
    ACTS["undo"].begins(State(upload.state))
    if not upload.can_be_undone(now):
        raise NotNow("An import can be undone for thirty days. Change what is still wrong by hand.")
    with acting_as(SYSTEM):  # also those whom `by` does not see any more
        upload.total = upload.people.count()
    upload.state, upload.undone_by, upload.done = State.UNDOING, by, 0
    upload.save()
    return upload


def carry_on_undoing(upload_id: int, *, now: datetime | None = None) -> None:
    while done := _undo_part(upload_id, now=now or timezone.now()):
        if done > SMALL:
            time.sleep(REST)


@transaction.atomic
@acting_as(SYSTEM)
def _undo_part(upload_id: int, *, now: datetime) -> int:
    """Undo the next people. How many are undone by now; 0 where nothing is left."""
    upload = CaseloadUpload.objects.select_for_update(of=("self",)).select_related("undone_by").get(pk=upload_id)
    if upload.state != State.UNDOING:
        return 0
    assert upload.undone_by
    left = upload.people.filter(undone=False, kept="").select_related("participant__user").order_by("-pk")[:PART]
    rows = list(left)
    undoing.undo(rows, by=upload.undone_by, now=now)
    access_log.by_task(
        upload.undone_by, "CHANGE", {row.participant_id for row in rows}, page="people:import-preview", now=now
    )
    upload.done, upload.moved_at = upload.done + len(rows), now
    if not rows:
        upload.state, upload.undone_at = State.UNDONE, now
    upload.save()
    return upload.done if rows else 0


@as_service()
def check_waiting(upload_id: int, *, now: datetime) -> None:
    """Check a file that waits for it, if it still does."""
    upload = CaseloadUpload.objects.filter(pk=upload_id, state=State.CHECKING).exclude(encoding="").first()
    if upload is not None:
        check(upload, now=now)


@as_service()
def left_off(*, now: datetime) -> list[int]:
    """Files on which nothing has moved for a while: their worker died, or never heard of them."""
    waits = CaseloadUpload.objects.filter(moved_at__lt=now - LEFT_OFF_AFTER)
    waits = waits.filter(state__in=[State.CHECKING, State.IMPORTING, State.UNDOING]).exclude(encoding="")
    return list(waits.order_by("pk").values_list("pk", flat=True))


@acting_as(SYSTEM)
def throw_away(*, now: datetime) -> int:
    """Files that nobody answered for a day, and what is kept of an import once it can be undone no more."""
    old = CaseloadUpload.objects.exclude(state__in=[State.IMPORTING, State.UNDOING])
    lying = old.filter(finished_at=None, uploaded_at__lt=now - KEPT_FOR)
    over = old.filter(finished_at__lt=now - UNDO_FOR)
    return sum(rows.delete()[0] for rows in (lying, over))


def is_small(upload: CaseloadUpload) -> bool:
    return upload.total <= SMALL


def _locked(upload: CaseloadUpload) -> CaseloadUpload:
    rows = CaseloadUpload.objects.select_for_update(of=("self",)).select_related("uploaded_by")
    return rows.get(pk=upload.pk)
