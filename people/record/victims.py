"""The victim liaison officer of a case. Only the staff of the case write it and read it."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from common.saving import save_or_refuse
from people.models import Participant, User, VictimLiaison


@transaction.atomic
def note_liaison(
    *, participant: Participant, officer: str, contact: str, notes: str, by: User, today: date
) -> VictimLiaison:
    participant = Participant.objects.lock(participant)
    row = VictimLiaison.objects.filter(participant=participant).first() or VictimLiaison(participant=participant)
    row.officer, row.contact, row.notes = officer, contact, notes
    row.written_on, row.written_by = today, by
    save_or_refuse(row, by=by)
    return row
