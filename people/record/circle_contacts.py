"""People around a person who have no account: written down, and seen by nobody but the person and their staff."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from people.models import CircleContact, Participant


@transaction.atomic
def add_contact(
    *, participant: Participant, name: str, related: str, phone: str, note: str, today: date
) -> CircleContact:
    contact = CircleContact(
        participant=participant, name=name, related=related, phone=phone, note=note, starts_on=today
    )
    contact.full_clean(exclude=["phone"])  # read by our own field, which also takes the numbers kept for stories
    contact.save()
    return contact


@transaction.atomic
def end_contact(*, contact: CircleContact, today: date) -> None:
    contact = CircleContact.objects.select_for_update().get(pk=contact.pk)
    if contact.ends_on is None:
        contact.ends_on = today
        contact.save(update_fields=["ends_on"])
