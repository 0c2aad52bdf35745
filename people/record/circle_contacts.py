"""People around a person who have no account. Only the person and their staff see them."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from common.saving import save_or_refuse
from people.models import CircleContact, Participant, User


@transaction.atomic
def add_contact(
    *, participant: Participant, name: str, related: str, phone: str, note: str, by: User, today: date
) -> CircleContact:
    contact = CircleContact(
        participant=participant, name=name, related=related, phone=phone, note=note, starts_on=today
    )
    save_or_refuse(contact, by=by)
    return contact


@transaction.atomic
def end_contact(*, contact: CircleContact, by: User, today: date) -> None:
    contact = CircleContact.objects.select_for_update().get(pk=contact.pk)
    if contact.ends_on is None:
        contact.end_before(today, by=by)
