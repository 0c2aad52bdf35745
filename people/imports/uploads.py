"""Store a caseload file between its preview and its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from people.imports import columns, jobs
from people.imports.encodings import AS_BYTES, KNOWN, Reading, reading_in
from people.imports.files import WrongFile, readings_of
from people.imports.lines import caseload_rows
from people.models import CaseloadUpload, User

MOST_LINES = 50_000


@transaction.atomic
def save_upload(*, name: str, readings: Sequence[Reading], by: User, now: datetime) -> CaseloadUpload:
    """Store a file that reads as a caseload, in place of this user's earlier one."""
    lines = max([_lines_of(reading.text) for reading in readings])
    CaseloadUpload.objects.done_with(user=by, now=now).delete()
    first, known = readings[0], len(readings) == 1
    text = first.text if known else first.text.encode(first.encoding).decode(AS_BYTES)
    return CaseloadUpload.objects.create(
        name=name[:200], text=text, encoding=first.encoding if known else "", uploaded_by=by, uploaded_at=now,
        total=lines,
    )  # fmt: skip


def _lines_of(text: str) -> int:
    """How many people a caseload has; WrongFile where it is none."""
    rows, header = caseload_rows(text)
    columns.find(header)
    count = sum(1 for _ in rows)
    if count > MOST_LINES:
        raise WrongFile(f"The file has more than {MOST_LINES:,} people. Split it, then try again.")
    return count


def readings_left(upload: CaseloadUpload) -> list[Reading]:
    """The ways to read a file whose encoding nobody has said yet."""
    return [] if upload.encoding else readings_of(upload.text.encode(AS_BYTES))


def how_read(upload: CaseloadUpload) -> Reading | None:
    """In which encoding the letters were read, and some of the words, where it is not one that every computer reads."""
    if upload.encoding not in KNOWN:
        return None
    return reading_in(upload.encoding, upload.text)


def read_as(*, upload: CaseloadUpload, encoding: str) -> None:
    """Somebody has said in which encoding the letters are right."""
    upload.text, upload.encoding = upload.text.encode(AS_BYTES).decode(encoding), encoding
    upload.save(update_fields=["text", "encoding"])


def answer(*, upload: CaseloadUpload, answers: Mapping[str, str]) -> None:
    """Keep what somebody said of the file. It is checked again with that."""
    jobs.ACTS["answer"].begins(CaseloadUpload.State(upload.state))
    upload.answers, upload.state = {**upload.answers, **answers}, CaseloadUpload.State.CHECKING
    upload.save(update_fields=["answers", "state"])


def discard(*, upload: CaseloadUpload) -> None:
    """Throw a file away of which nothing was kept."""
    jobs.ACTS["discard"].begins(CaseloadUpload.State(upload.state))
    upload.delete()
