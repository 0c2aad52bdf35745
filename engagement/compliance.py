"""Compliance over twelve months of meetings, and what a practitioner should consider because of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from common.dated import DAY
from common.days import midnight
from engagement.models import Appointment, Enforcement, MovedFor, Outcome
from engagement.models.appointments import FAILURES, NOT_HELD
from people.models import Participant


@dataclass(frozen=True)
class Compliance:
    """Counts over a rolling twelve months, and the number of breaches ever started."""

    total: int
    complied: int
    acceptable: int
    without_outcome: int
    waiting: int
    failures: int
    letters: int
    moved_for_person: int
    moved_for_us: int
    breaches: int


@dataclass(frozen=True)
class Ticket:
    """Something to consider. `tone`: error, warning or info."""

    tone: str
    title: str
    text: str


def year_before(today: date) -> date:
    """Return the last day before the twelve months."""
    return today.replace(year=today.year - 1, day=28 if (today.month, today.day) == (2, 29) else today.day)


def counted(*, participant: Participant, today: date) -> Compliance:
    """Return all counts, from one query."""
    lately = Q(starts_at__gte=midnight(year_before(today) + DAY), starts_at__lt=midnight(today + DAY))
    wanted = {
        "total": lately & ~Q(outcome__in=NOT_HELD),
        "complied": lately & Q(outcome=Outcome.COMPLIED),
        "acceptable": lately & Q(outcome=Outcome.ACCEPTABLE_ABSENCE),
        "without_outcome": lately & Q(outcome=""),
        "waiting": lately & Q(outcome=Outcome.FAILED_TO_ATTEND),
        "failures": lately & Q(outcome__in=FAILURES),
        "letters": lately & Q(enforcement=Enforcement.LETTER),
        "moved_for_person": lately & Q(replaced_by__moved_for=MovedFor.PERSON),
        "moved_for_us": lately & Q(replaced_by__moved_for=MovedFor.SERVICE),
        "breaches": Q(enforcement=Enforcement.BREACH),
    }
    counts = {name: Count("pk", filter=condition) for name, condition in wanted.items()}
    return Compliance(**Appointment.objects.filter(participant=participant).aggregate(**counts))


def tickets(compliance: Compliance) -> list[Ticket]:
    """Return what to consider. Each number of failures has its own words, with and without an earlier breach."""
    found = [_failures(compliance.failures, compliance.breaches), _evidence(compliance.waiting)]
    if compliance.acceptable > 1:
        number = compliance.acceptable
        found.append(Ticket("info", f"{number} acceptable absences", "Ask what would make it easier to come."))
    return [ticket for ticket in found if ticket]


def _failures(failures: int, breaches: int) -> Ticket | None:
    if failures >= 2:
        before = "Breach or recall was started before." if breaches else "No breach or recall was started before."
        return Ticket("error", f"{failures} failures in 12 months", f"Consider breach or recall. {before}")
    if failures == 1 and breaches:
        text = "Breach or recall was started before. Consider whether this failure goes to court or a recall."
        return Ticket("error", "1 failure in 12 months, after an earlier breach", text)
    if failures == 1:
        return Ticket("warning", "1 failure in 12 months", "At a second failure, breach or recall is considered.")
    if breaches:
        return Ticket("info", "Breach or recall was started before", "No failures in the last 12 months.")
    return None


def _evidence(waiting: int) -> Ticket | None:
    if not waiting:
        return None
    what = "1 meeting waits for evidence" if waiting == 1 else f"{waiting} meetings wait for evidence"
    return Ticket("warning", what, "Decide when it comes, or when its last day has passed.")
