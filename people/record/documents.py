"""Add documents to a person's file, share them and remove them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.saving import save_or_refuse
from people.models import Document, Participant, User
from people.record import files

MOST = 200  # on one person's file


@transaction.atomic
def add_document(
    *,
    participant: Participant,
    kind: Document.Kind,
    title: str,
    name: str,
    data: bytes,
    by: User,
    now: datetime,
    shared_with_person: bool = False,
) -> Document:
    """Keep a clean copy of the file. A new photo of the person takes the place of the one before."""
    is_photo = kind == Document.Kind.PHOTO
    content_type, clean = files.proved(name, data, is_photo=is_photo)  # before the lock, since it can take seconds
    with acting_as(SYSTEM):  # a person who adds to their own file may not write the rest of it, so not lock it either
        participant = Participant.objects.lock(participant)
    kept = Document.objects.kept().filter(participant=participant)
    if kept.count() >= MOST:
        raise RuleBroken(f"There are {MOST} documents on this file. Remove one that is no longer needed first.")
    if is_photo:
        for before in kept.filter(kind=kind).defer("content"):
            remove_document(document=before, by=by, now=now)
    document = Document(
        participant=participant, kind=kind, title=title, content_type=content_type, size=len(clean), content=clean,
        added_by=by, added_at=now, shared_with_person=shared_with_person,
    )  # fmt: skip
    save_or_refuse(document, by=by)
    return document


@transaction.atomic
def remove_document(*, document: Document, by: User, now: datetime) -> None:
    """Remove it from the file. The row, its bytes and its history stay until the whole record is erased."""
    if document.removed_at:
        raise RuleBroken("This document was removed already.")
    document.removed_by, document.removed_at = by, now
    save_or_refuse(document, "removed_by", "removed_at", by=by)


@transaction.atomic
def share_document(*, document: Document, shared: bool, by: User) -> None:
    """Let the person read it on their own pages, or no longer. Who did it and when stays in the history."""
    document = Document.objects.select_for_update(of=("self",)).defer("content").get(pk=document.pk)
    if document.removed_at:
        raise RuleBroken("This document was removed, so it cannot be shared. Add it again first.")
    if document.added_by_id == document.participant.user_id:
        raise RuleBroken("They sent this document themselves: they can always read it.")
    if document.shared_with_person != shared:
        document.shared_with_person = shared
        save_or_refuse(document, "shared_with_person", by=by)


def photo_of(person: Participant) -> Document | None:
    return Document.objects.kept().filter(participant=person, kind=Document.Kind.PHOTO).first()
