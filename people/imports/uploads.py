"""Store a caseload file between its preview and its answer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from people.imports import columns
from people.imports.files import WrongFile
from people.imports.lines import caseload_rows
from people.models import CaseloadUpload, User

MOST_LINES = 5_000  # what a page can carry out while someone waits: about 3 ms of work a line


@transaction.atomic
def save_upload(*, name: str, text: str, by: User, now: datetime) -> CaseloadUpload:
    """Store a file that reads as a caseload, in place of this user's earlier one."""
    lines, header = caseload_rows(text)
    columns.find(header)
    if sum(1 for _ in lines) > MOST_LINES:
        raise WrongFile(
            f"The file has more than {MOST_LINES:,} people. Split it, or ask for `manage.py import_caseload`."
        )
    CaseloadUpload.objects.done_with(user=by, now=now).delete()
    return CaseloadUpload.objects.create(name=name[:200], text=text, uploaded_by=by, uploaded_at=now)


def discard(*, upload: CaseloadUpload) -> None:
    upload.delete()
