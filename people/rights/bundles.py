"""A person's request for a copy: open it, answer each passage, make one encrypted file, delete it after 30 days."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Container, Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from common.errors import RuleBroken
from common.saving import save_or_refuse
from people.models import Participant, SubjectAccess, SubjectPassage, User
from people.models.rights import BUNDLE_KEPT
from people.rights import copies, copy_pdf


class StillToAnswer(RuleBroken):
    pass


class AlreadyGone(RuleBroken):
    pass


@transaction.atomic
def open_access(*, participant: Participant, asked_on: date, by: User, now: datetime) -> SubjectAccess:
    """Record that the person asked, and the passages that need an answer first."""
    if asked_on > timezone.localdate(now):
        raise RuleBroken("The day they asked cannot be after today.")
    access = SubjectAccess(participant=participant, asked_on=asked_on, opened_by=by, opened_at=now)
    save_or_refuse(access, by=by)
    gather(access=access)
    return access


@transaction.atomic
def gather(*, access: SubjectAccess) -> dict[tuple[str, str], copies.Passage]:
    """Record each new passage. Return all there are now."""
    found = copies.passages(access.participant)
    SubjectPassage.objects.bulk_create(
        [
            SubjectPassage(
                access=access, participant=access.participant, place=each.place, row=each.row, digest=each.digest
            )
            for each in found
        ],
        ignore_conflicts=True,  # each_passage_is_asked_about_once
    )
    return {(each.place, each.digest): each for each in found}


@transaction.atomic
def answer(*, passage: SubjectPassage, answer: str, by: User, now: datetime) -> SubjectPassage:
    """Record whether the passage is kept or taken out."""
    passage.answer, passage.answered_by, passage.answered_at = answer, by, now
    save_or_refuse(passage, "answer", "answered_by", "answered_at", by=by)
    return passage


def waiting(*, access: SubjectAccess, texts: Container[tuple[str, str]]) -> int:
    """Count the current passages without an answer."""
    blank = access.passages.filter(answer="").values_list("place", "digest")
    return sum(1 for key in blank if key in texts)


@transaction.atomic
def make(*, access: SubjectAccess, by: User, now: datetime) -> bytes:
    """Make the bundle and store it encrypted. Every current passage needs an answer first."""
    access = SubjectAccess.objects.select_for_update().get(pk=access.pk)
    left = waiting(access=access, texts=gather(access=access))
    if left:
        raise StillToAnswer(
            f"{left} {'passage has' if left == 1 else 'passages have'} no answer yet. Answer each first."
        )
    answers = {(p.place, p.digest): p.answer for p in access.passages.all()}
    access.bundle = pack(access.participant, answers, today=timezone.localdate(now))
    access.size, access.made_by, access.made_at = len(access.bundle), by, now
    save_or_refuse(access, "bundle", "size", "made_by", "made_at", by=by)
    return access.bundle


def pack(person: Participant, answers: copies.Answers, *, today: date) -> bytes:
    """One ZIP: a PDF to read, JSON to move, and the documents themselves."""
    sections = copies.everything(person, answers)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr(
            "everything.pdf", copy_pdf.draw(crn=person.crn, called=person.called, sections=sections, today=today)
        )
        bundle.writestr("everything.json", json.dumps(as_data(person, sections, today), indent=2, ensure_ascii=False))
        for document in copies.files(person, answers):
            bundle.writestr(f"documents/{document.file_name}", document.content)
    return buffer.getvalue()


def as_data(person: Participant, sections: list[copies.Section], today: date) -> dict[str, object]:
    def plain(rows: Iterable[copies.Row]) -> list[dict[str, object]]:
        return [{name: words if raw is None and words else raw for name, _, raw, words in row} for row in rows]

    return {
        "about": person.crn,
        "made_on": today.isoformat(),
        "sections": [
            {
                "title": section.title,
                "tables": [
                    {"table": part.name, "rows": plain(part.rows.values()), "earlier_versions": plain(part.earlier)}
                    for part in section.parts
                ],
            }
            for section in sections
        ],
    }


def opened(*, access: SubjectAccess) -> bytes:
    if not access.bundle:
        raise AlreadyGone("This bundle is not there any more: each is kept for 30 days. Make it again.")
    return bytes(access.bundle)


@transaction.atomic
def expire(*, by: User, now: datetime) -> int:
    """Delete bundles older than thirty days. That they were made stays on record."""
    old = SubjectAccess.objects.filter(made_at__lt=now - BUNDLE_KEPT, bundle__isnull=False).defer("bundle")
    for access in old:
        access.bundle = None
        save_or_refuse(access, "bundle", by=by)
    return len(old)
