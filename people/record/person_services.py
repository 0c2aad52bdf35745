"""Change a person's numbers, addresses, ways of communicating and safe-contact note."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from common.dated import DAY
from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.saving import save_or_refuse
from people.messaging import message_queue
from people.models import Address, Participant, SafeContact, User
from people.models.postcodes import outcode_of


class NumberTaken(RuleBroken):
    pass


class NoteIsEmpty(RuleBroken):
    pass


class NotThatDay(RuleBroken):
    pass


@transaction.atomic
def change_numbers(
    *, participant: Participant, prison_number: str, pnc: str, cro: str, by: User, now: datetime
) -> Participant:
    """Set the numbers that other systems know a person by, each in one spelling (`people.models.identifiers`).

    A prison number of someone whom this user may not see is left out, and whoever answers for them is told.
    """
    participant = Participant.objects.lock(participant)
    with acting_as(SYSTEM):  # a number may be on the record of someone whom this user may not see
        others = Participant.objects.exclude(pk=participant.pk)
        other = others.filter(prison_number=prison_number).first() if prison_number else None
        if other and (by.is_service or Participant.objects.filter(pk=other.pk).visible_to(by).exists()):
            raise NumberTaken("Someone else has this prison number. Check it, or ask a manager whether they are one.")
    if other:
        tried = "entered the prison number of"
        message_queue.tell_who_holds([other.pk], by=by, tried=tried, now=now)
        prison_number = participant.prison_number
    participant.prison_number, participant.pnc, participant.cro = prison_number, pnc, cro
    save_or_refuse(participant, "prison_number", "pnc", "cro", by=by)
    return participant


@transaction.atomic
def change_communication(
    *, participant: Participant, language: str, interpreter_needed: bool, communication: Collection[str],
    communication_note: str, readiness: str, by: User, night_ok: bool = False,
) -> Participant:  # fmt: skip
    """Set how a person takes things in, and how ready they say they are to change."""
    participant = Participant.objects.lock(participant)
    if interpreter_needed and not language:
        raise RuleBroken("Enter the language an interpreter is needed for.")
    participant.language, participant.interpreter_needed = language, interpreter_needed
    participant.communication, participant.communication_note = sorted(set(communication)), communication_note
    participant.readiness, participant.night_ok = readiness, night_ok
    save_or_refuse(
        participant, "language", "interpreter_needed", "communication", "communication_note", "readiness", "night_ok",
        by=by,
    )  # fmt: skip
    return participant


@transaction.atomic
def add_address(
    *, participant: Participant, kind: str, lines: str, postcode: str, starts_on: date, by: User, today: date,
    left_on: date | None = None,
) -> Address:  # fmt: skip
    """Add an address from a day on. A person has one open address of a kind, so this ends the one before."""
    participant = Participant.objects.lock(participant)
    if left_on is not None and left_on <= starts_on:
        raise NotThatDay("The day they left comes after the first day.")
    if kind == Address.Kind.MAIN and starts_on > today:
        raise NotThatDay("Record a main address on the day they move in, or after.")
    for before in Address.objects.filter(participant=participant, kind=kind, ends_on=None).order_by("pk"):
        if left_on is not None and left_on <= before.starts_on:
            continue  # an address of earlier years
        if before.starts_on > starts_on:
            raise NotThatDay(f"There is a later address of this kind, from {before.starts_on:%-d %B %Y}.")
        before.end_before(starts_on, by=by)
    address = Address(
        participant=participant, kind=kind, lines=lines, postcode=postcode, starts_on=starts_on,
        ends_on=left_on - DAY if left_on else None,
    )  # fmt: skip
    save_or_refuse(address, by=by)
    if kind == Address.Kind.MAIN and starts_on <= today and not address.has_ended(today):
        _live_at(participant, str(address), by=by)
    return address


def _live_at(participant: Participant, written: str, *, by: User) -> None:
    """Write the main address on the record too, where lists, files and the search for services read it."""
    participant.address, participant.outcode = written[:300], outcode_of(written)
    save_or_refuse(participant, "address", "outcode", by=by)


@transaction.atomic
def end_address(*, address: Address, left_on: date, by: User, today: date) -> None:
    """End an address: from that day on the person lives there no longer."""
    address = Address.objects.select_for_update().get(pk=address.pk)
    if address.has_ended(today):
        raise RuleBroken("This address has ended already.")
    if left_on < address.starts_on:
        raise NotThatDay("An address cannot end before it starts.")
    if address.kind == Address.Kind.MAIN and left_on > today:
        raise NotThatDay("Record that they left on the day itself, or after.")
    address.end_before(left_on, by=by)
    participant = Participant.objects.lock(address.participant)
    if address.kind == Address.Kind.MAIN and left_on <= today and participant.address == str(address)[:300]:
        _live_at(participant, "", by=by)


@transaction.atomic
def note_safe_contact(*, participant: Participant, note: str, by: User, today: date) -> SafeContact:
    """Set the safe-contact note. To take it away is an act of its own."""
    if not note:
        raise NoteIsEmpty("Write what to mind. To take the note away, use the button for that.")
    participant = Participant.objects.lock(participant)
    row = SafeContact.objects.filter(participant=participant).first()
    row = row or SafeContact(participant=participant)
    row.note, row.said_on, row.written_by = note, today, by
    save_or_refuse(row, by=by)
    return row


@transaction.atomic
def remove_safe_contact(*, participant: Participant, reason: str, by: User, today: date, now: datetime) -> None:
    """Take the safe-contact note away. The history keeps it and why, encrypted; whoever leads the case is told."""
    participant = Participant.objects.lock(participant)
    row = SafeContact.objects.filter(participant=participant).first()
    if row is None:
        raise NoteIsEmpty("There is no safe-contact note any more.")
    row.note, row.said_on, row.written_by = f"Taken away: {reason}", today, by
    save_or_refuse(row, by=by)
    row._history_user = by  # type: ignore[attr-defined]  # read by django-simple-history
    row.delete()
    lead = participant.assignments.current(today).select_related("practitioner").first()
    if lead is not None and lead.practitioner_id != by.pk:
        message_queue.tell_user(
            user=lead.practitioner, participant=participant, now=now, key=f"safe-contact:{participant.pk}:{now}",
            subject=f"The safe-contact note of {participant.crn} was taken away",
            body=f"{by.name} has taken away the safe-contact note of {participant.crn}. If that is not right, write it "
            "again, and ask them.",
        )  # fmt: skip
