"""Record professionals of other agencies, and take them off."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from common.saving import save_or_refuse
from people.models import Participant, ProfessionalContact, User


@transaction.atomic
def add(*, participant: Participant, by: User, today: date, **fields: Any) -> ProfessionalContact:
    contact = ProfessionalContact(participant=participant, starts_on=today, **fields)
    save_or_refuse(contact, by=by)
    return contact


@transaction.atomic
def end(*, contact: ProfessionalContact, by: User, today: date) -> None:
    """From today they are no longer listed. Twice is as once."""
    contact = ProfessionalContact.objects.select_for_update().get(pk=contact.pk)
    if contact.ends_on is None:
        contact.end_before(today, by=by)
