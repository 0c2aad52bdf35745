"""One person at a glance: what needs attention, what is next, the plan, the money, the last things that happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from budgets.models import Budget, SpendRequest
from common.work_items import SOURCES, WorkItem
from engagement import compliance, contact_pattern
from engagement.compliance import Ticket
from engagement.contact_pattern import ContactPattern
from engagement.models import Alert, Appointment, Contact
from lifeplans.models import Goal, Setback, Step
from people.access.whom import Whom
from people.models import Enrolment, Participant, Requirement, Sentence, User
from people.record.requirements import is_behind
from providers.models import Referral

RECENT = 8


@dataclass(frozen=True)
class Happening:
    """One line of the timeline."""

    title: str
    at: datetime | date
    by: str = ""
    text: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Overview:
    waits: list[WorkItem]  # what the home list of whoever leads the case says of this person
    tickets: list[Ticket]
    behind: list[Requirement]
    alert: Alert | None
    contact_pattern: ContactPattern | None
    next_meeting: Appointment | None
    goals: list[Goal]
    next_steps: list[Step]
    budgets: list[Budget]
    requests: list[SpendRequest]
    referrals: list[Referral]
    sentence: Sentence | None
    requirements: list[Requirement]
    enrolments: list[Enrolment]
    happened: list[Happening]


def waits_for(person: Participant, *, viewer: User, today: date, now: datetime) -> list[WorkItem]:
    """What waits about this person, as far as the viewer's role may act on it, the most urgent first."""
    one = Whom([person.pk], [person.pk], [], [])
    found = (item for source in SOURCES for item in source(user=viewer, whom=one, today=today, now=now))
    return sorted((item for item in found if item.person and item.person.pk == person.pk), key=lambda item: item.order)


def overview_of(*, person: Participant, viewer: User, today: date, now: datetime) -> Overview:
    """Everything the overview says about one person, in a constant number of queries."""
    meetings = Appointment.objects.filter(participant=person).select_related("with_user")
    goals = Goal.objects.in_plan_of(person.pk)
    sentence = person.sentences.order_by("-starts_on").first()
    asked = list(sentence.requirements.with_done().select_related("sentence").order_by("pk")) if sentence else []
    tickets = compliance.tickets(compliance.counted(participant=person, today=today))
    return Overview(
        waits=waits_for(person, viewer=viewer, today=today, now=now),
        tickets=[ticket for ticket in tickets if ticket.tone != "info"],
        behind=[requirement for requirement in asked if is_behind(requirement, today)],
        alert=Alert.objects.open().filter(participant=person).select_related("owner").first(),
        contact_pattern=contact_pattern.of([person.pk], today=today).get(person.pk),
        next_meeting=meetings.upcoming(now).order_by("starts_at").first(),
        goals=list(goals.open().in_order()[:6]),
        next_steps=list(
            Step.objects.in_plan_of(person.pk).undone().select_related("goal").order_by("due_on", "pk")[:5]
        ),
        budgets=list(Budget.objects.of(person).open().with_money().select_related("enrolment__programme")),
        requests=list(
            SpendRequest.objects.filter(budget__enrolment__participant=person).to_decide().select_related("goal")
        ),
        referrals=list(
            Referral.objects.filter(participant=person).select_related("service__provider").order_by("-pk")[:4]
        ),
        sentence=sentence,
        requirements=asked,
        enrolments=list(person.enrolments.enrolled().select_related("programme")),
        happened=_happened(person, now),
    )


def _happened(person: Participant, now: datetime) -> list[Happening]:
    """The latest meetings, contacts and setbacks together, newest first."""
    meetings = (
        Appointment.objects.filter(participant=person)
        .exclude(outcome="")
        .select_related("with_user")
        .order_by("-starts_at")
    )
    contacts = Contact.objects.filter(participant=person, struck_at=None).select_related("by").order_by("-at")
    setbacks = Setback.objects.filter(plan__participant=person).select_related("recorded_by").order_by("-happened_on")
    lines = [
        *(
            Happening(
                f"{m.get_kind_display()}: {m.get_outcome_display().lower()}",
                m.starts_at,
                m.with_user.name,
                m.note[:200],
            )
            for m in meetings[:RECENT]
        ),
        *(Happening(c.title, c.at, c.by.name, c.note[:200]) for c in contacts[:RECENT]),
        *(Happening("Setback", s.happened_on, s.recorded_by.name, s.note[:200], "warning") for s in setbacks[:RECENT]),
    ]
    return sorted(lines, key=lambda line: _as_day(line.at, now), reverse=True)[:RECENT]


def _as_day(at: datetime | date, now: datetime) -> datetime:
    """A day counts as its start, so that days and moments can stand in one order."""
    return at if isinstance(at, datetime) else datetime(at.year, at.month, at.day, tzinfo=now.tzinfo)
