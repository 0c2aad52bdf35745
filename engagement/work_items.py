"""Work items: alerts, outcomes, what follows failures, reminders to give by hand, releases, who is not met."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Greatest
from django.urls import reverse_lazy
from django.utils import timezone

from common.dated import DAY
from common.days import in_words
from common.postgres.compiled import compiled_once
from common.work_items import MOST, WorkItem
from common.working_days import add_working_days, our_nation
from engagement import reminders
from engagement.models import Alert, Appointment, Contact, Enforcement, PlannedAbsence
from engagement.models.appointments import CAME, DECIDE_WITHIN_DAYS
from engagement.models.plans import USUAL_DAYS
from engagement.slots import RELEASE_IS_NEAR
from people.access.abilities import Can, can
from people.access.whom import Whom
from people.models import NAMES, Assignment, CustodyEvent, Message, Participant, Sentence, Supervision, User, lean

RECORD_WITHIN = timedelta(days=2)
RELEASED_FOR = timedelta(days=28)  # before they joined us, and nobody of ours has met them
NEW_FOR = timedelta(days=28)
SEEN_WITHIN = timedelta(days=7)  # of whoever comes new to a practitioner


def items(*, user: User, whom: Whom, today: date, now: datetime) -> list[WorkItem]:
    """Return items for the people led, in six queries. Managers get their teams' late alerts too."""
    if not can(user, Can.MEET):
        return []
    found = [*_alerts(user, whom), *_meetings(user, whom, today=today, now=now)]
    if whom.led:
        found += [*_failures(whom, today=today), *_to_tell(whom, now=now), *_to_remind(whom, now=now)]
        found += [*_releases(whom, today=today), *_keeping_in_touch(user, whom, today=today, now=now)]
    return found


@compiled_once
def _open_alerts(*, whom: Whom, manages: bool) -> QuerySet[Alert]:
    theirs = whom.leads("participant")
    if manages:  # whom they lead is among whom they see
        theirs = whom.sees("participant") & (theirs | Q(escalated_at__isnull=False))
    since = {"participant": OuterRef("participant")}
    came = Appointment.objects.filter(**since, outcome__in=CAME, starts_at__gte=OuterRef("raised_at"))
    spoke = Contact.objects.filter(**since, meaningful=True, at__gte=OuterRef("raised_at"))
    alerts = Alert.objects.open().filter(theirs).select_related("owner")
    alerts = lean(alerts, "due_on", "reasons", "owner__name", person="participant")
    return whom.first(alerts.order_by("due_on", "pk"), MOST).annotate(touched=Exists(came) | Exists(spoke))


def _alerts(user: User, whom: Whom) -> Iterable[WorkItem]:
    for alert in _open_alerts(whom=whom, manages=can(user, Can.DECIDE_REQUEST)):
        yield WorkItem(
            person=alert.participant, urgency=20, kind="Alert", due=alert.due_on, subject=alert, action="Act on it",
            reason=_why(alert, user), opens=True, url=reverse_lazy("engagement:alert-detail", args=[alert.pk]),
        )  # fmt: skip


def _why(alert: Alert, user: User) -> str:
    words = " ".join(alert.reasons)
    if alert.touched:  # type: ignore[attr-defined]
        return f"In touch again since this alert: {words}"
    if alert.owner and alert.owner_id != user.pk:
        return f"{alert.owner.name} has not closed this in time. {words}"
    return words


@compiled_once
def _open_meetings(*, user: int, whom: Whom, now: datetime) -> QuerySet[Appointment]:
    """Meetings to come to which the person cannot come, and those whose outcome is to be recorded."""
    meetings = Appointment.objects.upcoming(now).filter(cannot_come_at__isnull=False)
    meetings |= Appointment.objects.to_record(now)
    meetings = meetings.filter(whom.sees("participant"), Q(with_user=user) | whom.leads("participant"))
    read = ("kind", "starts_at", "outcome", "cannot_come_why", "with_user__name")
    meetings = lean(meetings.select_related("with_user"), *read, person="participant")
    to_come_first = Case(When(starts_at__gt=now, then=0), default=1)  # they are few, and so never crowded out
    return meetings.order_by(to_come_first, "starts_at", "pk")[: 2 * MOST]


def _meetings(user: User, whom: Whom, *, today: date, now: datetime) -> Iterable[WorkItem]:
    for meeting in _open_meetings(user=user.pk, whom=whom, now=now):
        yield _cannot_come(meeting) if meeting.starts_at > now else _to_record(meeting, user, today)


def _to_record(meeting: Appointment, user: User, today: date) -> WorkItem:
    due = meeting.evidence_due_on if meeting.waits_for_evidence else meeting.day + RECORD_WITHIN
    return WorkItem(
        person=meeting.participant, urgency=30 if due < today else 40, kind="Record outcome", due=due,
        subject=meeting, reason=_asks(meeting, user), action="Record", opens=True,
        url=reverse_lazy("engagement:appointment-outcome", args=[meeting.pk]),
    )  # fmt: skip


def _asks(meeting: Appointment, user: User) -> str:
    when = reminders.in_words(meeting.starts_at)
    if meeting.waits_for_evidence:
        return f"Missed a meeting {when}. The last day for evidence has passed: decide."
    other = "" if meeting.with_user_id == user.pk else f" with {meeting.with_user.name}"
    return f"{meeting.get_kind_display()}{other} {when} has no outcome yet."


@compiled_once
def _open_failures(*, whom: Whom, today: date) -> QuerySet[Appointment]:
    """Failures that nobody has decided about, decisions to carry out, and evidence that may still come."""
    counted = Appointment.objects.failures(today).filter(participant=OuterRef("participant")).order_by()
    number = counted.values("participant").annotate(number=Count("pk")).values("number")
    rows = Appointment.objects.to_enforce(today) | Appointment.objects.waiting_for_evidence(today)
    read = ("starts_at", "outcome", "enforcement", "enforced_on", "recorded_at")
    rows = lean(rows.filter(whom.leads("participant")), *read, person="participant")
    return rows.annotate(failures=Subquery(number)).order_by("starts_at", "pk")[: 2 * MOST]


def _failures(whom: Whom, *, today: date) -> Iterable[WorkItem]:
    for meeting in _open_failures(whom=whom, today=today):
        if meeting.is_to_be_enforced:
            yield _to_carry_out(meeting)
        else:
            yield _evidence(meeting) if meeting.waits_for_evidence else _to_decide(meeting, today)


def _evidence(meeting: Appointment) -> WorkItem:
    until = f"Evidence may come until {meeting.evidence_due_on:%-d %B}."
    return WorkItem(
        person=meeting.participant, urgency=50, kind="Evidence", due=meeting.evidence_due_on, subject=meeting,
        reason=f"Did not come {reminders.in_words(meeting.starts_at)}. {until}", action="Decide",
        opens=True, url=reverse_lazy("engagement:appointment-outcome", args=[meeting.pk]),
    )  # fmt: skip


def _to_decide(meeting: Appointment, today: date) -> WorkItem:
    failures = meeting.failures  # type: ignore[attr-defined]
    due = add_working_days(meeting.day, DECIDE_WITHIN_DAYS, our_nation())
    again, kind = failures > 1, "Second failure" if failures > 1 else "Decision"
    what = f"{meeting.get_outcome_display()} {reminders.in_words(meeting.starts_at)}."
    asks = (
        f"{failures} failures in 12 months: consider breach or recall." if again else "Nobody has decided what follows."
    )
    return WorkItem(
        person=meeting.participant, urgency=20 if again else 30 if due < today else 40, kind=kind, due=due,
        subject=meeting, reason=f"{what} {asks}", action="Decide",
        opens=True, url=reverse_lazy("engagement:appointment-outcome", args=[meeting.pk]),
    )  # fmt: skip


TO_DO = {
    Enforcement.LETTER: ("Letter", "A letter was decided on. Send it, then say so."),
    Enforcement.REFER: ("Letter", "The manager is to be told. Tell them, then say so."),
    Enforcement.BREACH: ("Breach", "Breach or recall was decided on. Start it, then say so."),
}


def _to_carry_out(meeting: Appointment) -> WorkItem:
    kind, asks = TO_DO[Enforcement(meeting.enforcement)]
    decided = timezone.localdate(meeting.recorded_at)
    return WorkItem(
        person=meeting.participant, urgency=30, kind=kind, subject=meeting, action="It is done",
        due=add_working_days(decided, DECIDE_WITHIN_DAYS, our_nation()), inline="engagement/work/enforce.html",
        reason=f"{meeting.get_outcome_display()} {reminders.in_words(meeting.starts_at)}. {asks}",
        url=reverse_lazy("engagement:appointment-outcome", args=[meeting.pk]),
        extra={"act": reverse_lazy("engagement:appointment-enforced", args=[meeting.pk])},
    )  # fmt: skip


def _cannot_come(meeting: Appointment) -> WorkItem:
    return WorkItem(
        person=meeting.participant, urgency=30, kind="Cannot come", due=meeting.day, subject=meeting, action="Move",
        reason=f"Cannot come {reminders.in_words(meeting.starts_at)}: {meeting.cannot_come_why}",
        opens=True, url=reverse_lazy("engagement:appointment-move", args=[meeting.pk]),
    )  # fmt: skip


@compiled_once
def _not_told(*, whom: Whom, now: datetime) -> QuerySet[Appointment]:
    """Meetings that were arranged, moved or called off without the person's knowing of it."""
    meetings = Appointment.objects.to_tell(now).filter(whom.leads("participant"))
    meetings = lean(meetings, "starts_at", "outcome", "replaces", person="participant")
    return meetings.order_by("starts_at", "pk")[:MOST]


def _to_tell(whom: Whom, *, now: datetime) -> Iterable[WorkItem]:
    for meeting in _not_told(whom=whom, now=now):
        what = "is off" if meeting.outcome else "was moved" if meeting.replaces_id else "is arranged"
        yield WorkItem(
            person=meeting.participant, urgency=30, kind="Tell them", due=timezone.localdate(now), subject=meeting,
            reason=f"A meeting {reminders.in_words(meeting.starts_at)} {what}, and they do not know yet.",
            action="They know", inline="engagement/work/told.html",
            url=reverse_lazy("engagement:meetings", args=[meeting.participant.ref]),
        )  # fmt: skip


@compiled_once
def _not_reminded(*, whom: Whom, now: datetime) -> QuerySet[Appointment]:
    """Meetings of people without an address, or whose reminder could not be sent, whom someone has to tell."""
    unreachable = Q(participant__phone="", participant__email="")
    not_sent = Message.objects.filter(
        participant=OuterRef("participant"), kind=Message.Kind.REMINDER, state=Message.State.PARKED,
        not_after=OuterRef("starts_at"),
    )  # fmt: skip
    soon = Appointment.objects.upcoming(now).filter(whom.leads("participant"), starts_at__lte=now + reminders.AHEAD)
    meetings = soon.annotate(not_sent=Exists(not_sent)).filter(unreachable | Q(not_sent=True))
    return lean(meetings, "starts_at", person="participant").order_by("starts_at", "pk")[:MOST]


def _to_remind(whom: Whom, *, now: datetime) -> Iterable[WorkItem]:
    for meeting in _not_reminded(whom=whom, now=now):
        yield WorkItem(
            person=meeting.participant, urgency=40, kind="Remind", due=timezone.localdate(now), action="Open",
            reason=f"Has a meeting {reminders.in_words(meeting.starts_at)}, {_why_not(meeting)}. Tell them.",
            url=reverse_lazy("engagement:meetings", args=[meeting.participant.ref]),
        )  # fmt: skip


def _why_not(meeting: Appointment) -> str:
    return "and the reminder could not be sent" if meeting.not_sent else "but no phone or e-mail"  # type: ignore[attr-defined]


@compiled_once
def _unmet_releases(*, whom: Whom, today: date) -> QuerySet[Sentence]:
    """Releases in the next two weeks without a meeting outside in the first days."""
    first_meeting = Appointment.objects.first_after(OuterRef("release_on")).filter(participant=OuterRef("participant"))
    sentences = Sentence.objects.releases_between(today + DAY, today + RELEASE_IS_NEAR)
    sentences = sentences.filter(whom.leads("participant")).exclude(Exists(first_meeting))
    return lean(sentences, "release_on", person="participant").order_by("release_on", "pk")[:MOST]


def _releases(whom: Whom, *, today: date) -> Iterable[WorkItem]:
    for sentence in _unmet_releases(whom=whom, today=today):
        assert sentence.release_on
        yield WorkItem(
            person=sentence.participant, urgency=50, kind="Release", due=sentence.release_on, action="Arrange",
            reason=f"{_in(sentence.release_on, today)} and no first meeting outside is arranged for that week.",
            opens=True, url=reverse_lazy("engagement:appointment-new", args=[sentence.participant.ref]),
        )  # fmt: skip


def _in(release_on: date, today: date) -> str:
    days = (release_on - today).days
    return "Released tomorrow" if days == 1 else f"Released in {days} days"


@dataclass(frozen=True)
class InTouch:
    """How things stand with one person: days are local; None where there is none."""

    person: Participant
    out_on: date | None  # released, where nobody has heard of them since
    led_from: date | None  # by this practitioner, where nobody has heard of them since
    came_on: date  # to this practitioner, or to us
    heard_on: date | None
    to_meet: bool  # someone should have arranged the next meeting
    every_days: int


def _keeping_in_touch(user: User, whom: Whom, *, today: date, now: datetime) -> Iterable[WorkItem]:
    """Yield those released and not met, those new and not seen, and those without a next meeting. One query."""
    for person in _in_touch(user=user.pk, whom=whom, today=today, now=now):
        found = _of(person, today)
        if found.out_on:
            yield _not_met_since_release(found.person, found.out_on, today)
        elif found.led_from:
            yield _not_seen_yet(found.person, found.led_from)
        if found.to_meet:
            yield _no_next_meeting(found, today)


@compiled_once
def _in_touch(*, user: int, whom: Whom, today: date, now: datetime) -> QuerySet[Participant]:
    theirs = {"participant": OuterRef("pk")}
    events = CustodyEvent.objects.standing().filter(kind=CustodyEvent.Kind.RELEASED, **theirs).newest_first()
    dated = Sentence.objects.filter(release_on__lte=today, **theirs).order_by("-release_on")
    came = Appointment.objects.filter(outcome__in=CAME, **theirs).order_by("-starts_at")
    spoke = Contact.objects.filter(meaningful=True, **theirs).order_by("-at")
    led = Assignment.objects.current(today).filter(practitioner=user, **theirs)
    people = Participant.objects.filter(whom.leads("pk")).current(today).select_related("contact_plan")
    people = people.only(*NAMES, "whereabouts", "risk_band", "joined_on", "contact_plan__every_days").annotate(
        released=Greatest(Subquery(events.values("happened_on")[:1]), Subquery(dated.values("release_on")[:1])),
        leads_from=Subquery(led.values("starts_on")[:1]),
        heard=Greatest(Subquery(came.values("starts_at")[:1]), Subquery(spoke.values("at")[:1])),
        meets=Exists(Appointment.objects.upcoming(now).filter(**theirs)),
        away=Exists(PlannedAbsence.objects.current(today).filter(**theirs)),
        inside_with_me=Exists(Supervision.objects.current(today).filter(supervisor=user, **theirs)),
    )
    return people.order_by("pk")


def _of(person: Any, today: date) -> InTouch:
    heard_on = timezone.localdate(person.heard) if person.heard else None
    plan = getattr(person, "contact_plan", None)

    def unheard(since: date | None) -> bool:
        return bool(since) and (heard_on is None or heard_on < since)  # type: ignore[operator]

    outside, out, led = not person.in_custody, person.released, person.leads_from
    out = out if outside and out and person.joined_on - RELEASED_FOR <= out <= today else None
    led = led if outside and led and led > today - NEW_FOR else None
    return InTouch(
        person,
        out if unheard(out) else None,
        led if unheard(led) else None,
        person.leads_from or person.joined_on,
        heard_on,
        not person.meets and not person.away and (outside or person.inside_with_me),
        plan.every_days if plan else USUAL_DAYS[person.risk_band],
    )


def _not_met_since_release(person: Participant, out_on: date, today: date) -> WorkItem:
    """The most urgent of all, until contact is made."""
    return WorkItem(
        person=person, urgency=10, kind="Released", due=out_on, action="Get in touch",
        reason=f"{_ago(out_on, today)}, and nobody has met or spoken with them since.",
        opens=True, url=reverse_lazy("engagement:contact-new", args=[person.ref]),
    )  # fmt: skip


def _not_seen_yet(person: Participant, since: date) -> WorkItem:
    return WorkItem(
        person=person, urgency=40, kind="New", due=since + SEEN_WITHIN, action="Arrange",
        reason=f"Came to you {since:%-d %B}, and nobody has met or spoken with them since.",
        opens=True, url=reverse_lazy("engagement:appointment-new", args=[person.ref]),
    )  # fmt: skip


def _no_next_meeting(found: InTouch, today: date) -> WorkItem:
    last = f"Last in touch {in_words(found.heard_on)}" if found.heard_on else "Nobody has been in touch yet"
    due = found.heard_on + timedelta(days=found.every_days) if found.heard_on else today
    return WorkItem(
        person=found.person, urgency=50, kind="No next meeting", due=max(due, found.came_on),
        action="Arrange", reason=f"No meeting is arranged. {last}.",
        opens=True, url=reverse_lazy("engagement:appointment-new", args=[found.person.ref]),
    )  # fmt: skip


def _ago(day: date, today: date) -> str:
    days = (today - day).days
    return "Released today" if not days else "Released yesterday" if days == 1 else f"Released {days} days ago"
