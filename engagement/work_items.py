"""Work items: alerts, outcomes, people who cannot come, reminders to give by hand, releases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Greatest
from django.urls import reverse_lazy
from django.utils import timezone

from common.dated import DAY
from common.postgres.functions import LocalMidnight
from common.work_items import MOST, WorkItem
from engagement import reminders
from engagement.forms import PAST_OUTCOMES
from engagement.models import Alert, Appointment, Contact
from engagement.models.appointments import CAME
from people.access.abilities import Can, can
from people.access.whom import Whom
from people.models import Assignment, CustodyEvent, Message, Participant, Sentence, User, naming

RECORD_WITHIN = timedelta(days=2)
RELEASES_AHEAD = timedelta(days=14)
RELEASED_FOR = timedelta(days=28)  # as long as nobody has met them; then the alert speaks of it
SEEN_WITHIN = timedelta(days=7)  # of whoever comes new to a practitioner


def items(*, user: User, whom: Whom, today: date, now: datetime) -> list[WorkItem]:
    """Return items for the people led, in six queries. Managers get their teams' late alerts too."""
    if not can(user, Can.MEET):
        return []
    return [
        *_alerts(user, whom),
        *_meetings(user, whom, today=today, now=now),
        *_to_remind(whom.led, now=now),
        *_releases(whom.led, today=today),
        *_not_met_since_release(whom.led, today=today),
        *_not_seen_yet(user, whom.led, today=today),
    ]


def _alerts(user: User, whom: Whom) -> Iterable[WorkItem]:
    theirs = Q(participant__in=whom.led)
    if can(user, Can.DECIDE_REQUEST):  # whom they lead is among whom they see
        theirs = whom.sees("participant") & (theirs | Q(escalated_at__isnull=False))
    since = {"participant": OuterRef("participant")}
    came = Appointment.objects.filter(**since, outcome__in=CAME, starts_at__gte=OuterRef("raised_at"))
    spoke = Contact.objects.filter(**since, meaningful=True, at__gte=OuterRef("raised_at"))
    alerts = Alert.objects.open().filter(theirs).select_related("participant", "owner")
    alerts = whom.first(naming(alerts, "participant", "owner").order_by("due_on", "pk"), MOST).annotate(
        touched=Exists(came) | Exists(spoke)
    )
    for alert in alerts:
        yield WorkItem(
            person=alert.participant, urgency=20, kind="Alert", due=alert.due_on, subject=alert, action="Close alert",
            reason=_why(alert, user), inline="engagement/work/alert.html",
            url=reverse_lazy("engagement:alert-detail", args=[alert.pk]), extra={"outcomes": Alert.Outcome.choices},
        )  # fmt: skip


def _why(alert: Alert, user: User) -> str:
    words = " ".join(alert.reasons)
    if alert.touched:  # type: ignore[attr-defined]
        return f"In touch again since this alert: {words}"
    if alert.owner and alert.owner_id != user.pk:
        return f"{alert.owner.name} has not closed this in time. {words}"
    return words


def _meetings(user: User, whom: Whom, *, today: date, now: datetime) -> Iterable[WorkItem]:
    """Yield the meetings to come to which the person cannot come, and those whose outcome is to be recorded."""
    meetings = Appointment.objects.upcoming(now).filter(cannot_come_at__isnull=False)
    meetings |= Appointment.objects.to_record(now)
    meetings = meetings.filter(whom.sees("participant"), Q(with_user=user) | Q(participant__in=whom.led))
    meetings = naming(meetings.select_related("participant", "with_user"), "participant", "with_user")
    to_come_first = Case(When(starts_at__gt=now, then=0), default=1)  # they are few, and so never crowded out
    for meeting in meetings.order_by(to_come_first, "starts_at", "pk")[: 2 * MOST]:
        yield _cannot_come(meeting) if meeting.starts_at > now else _to_record(meeting, user, today)


def _to_record(meeting: Appointment, user: User, today: date) -> WorkItem:
    due = meeting.evidence_due_on if meeting.waits_for_evidence else meeting.day + RECORD_WITHIN
    return WorkItem(
        person=meeting.participant, urgency=30 if due < today else 40, kind="Record outcome", due=due,
        subject=meeting, reason=_asks(meeting, user), action="Record", inline="engagement/work/outcome.html",
        url=reverse_lazy("engagement:appointment-outcome", args=[meeting.pk]), extra={"outcomes": PAST_OUTCOMES},
    )  # fmt: skip


def _asks(meeting: Appointment, user: User) -> str:
    when = reminders.in_words(meeting.starts_at)
    if meeting.waits_for_evidence:
        return f"Missed a meeting {when}. The last day for evidence has passed: decide."
    other = "" if meeting.with_user_id == user.pk else f" with {meeting.with_user.name}"
    return f"{meeting.get_kind_display()}{other} {when} has no outcome yet."


def _cannot_come(meeting: Appointment) -> WorkItem:
    return WorkItem(
        person=meeting.participant, urgency=30, kind="Cannot come", due=meeting.day, subject=meeting, action="Move",
        reason=f"Cannot come {reminders.in_words(meeting.starts_at)}: {meeting.cannot_come_why}",
        url=reverse_lazy("engagement:appointment-move", args=[meeting.pk]),
    )  # fmt: skip


def _to_remind(mine: list[int], *, now: datetime) -> Iterable[WorkItem]:
    """Yield meetings of people without an address, or whose reminder could not be sent, whom someone has to tell."""
    unreachable = Q(participant__phone="", participant__email="")
    not_sent = Message.objects.filter(
        participant=OuterRef("participant"), kind=Message.Kind.REMINDER, state=Message.State.PARKED,
        not_after=OuterRef("starts_at"),
    )  # fmt: skip
    soon = Appointment.objects.upcoming(now).filter(participant__in=mine, starts_at__lte=now + reminders.AHEAD)
    meetings = soon.annotate(not_sent=Exists(not_sent)).filter(unreachable | Q(not_sent=True))
    meetings = naming(meetings.select_related("participant"), "participant")
    for meeting in meetings.order_by("starts_at", "pk")[:MOST]:
        yield WorkItem(
            person=meeting.participant, urgency=40, kind="Remind", due=timezone.localdate(now), action="Open",
            reason=f"Has a meeting {reminders.in_words(meeting.starts_at)}, {_why_not(meeting)}. Tell them.",
            url=reverse_lazy("engagement:meetings", args=[meeting.participant.ref]),
        )  # fmt: skip


def _why_not(meeting: Appointment) -> str:
    return "and the reminder could not be sent" if meeting.not_sent else "but no phone or e-mail"  # type: ignore[attr-defined]


def _releases(mine: list[int], *, today: date) -> Iterable[WorkItem]:
    """Yield releases in the next two weeks without a meeting on or after the day."""
    first_meeting = Appointment.objects.filter(
        participant=OuterRef("participant"), starts_at__gte=LocalMidnight(OuterRef("release_on"))
    ).exclude(outcome="RESCHEDULED")
    sentences = Sentence.objects.releases_between(today + DAY, today + RELEASES_AHEAD).filter(participant__in=mine)
    sentences = sentences.exclude(Exists(first_meeting)).select_related("participant")
    for sentence in naming(sentences, "participant").order_by("release_on", "pk")[:MOST]:
        assert sentence.release_on
        yield WorkItem(
            person=sentence.participant, urgency=50, kind="Release", due=sentence.release_on, action="Arrange",
            reason=f"{_in(sentence.release_on, today)} and no first meeting is arranged.",
            url=reverse_lazy("engagement:appointment-new", args=[sentence.participant.ref]),
        )  # fmt: skip


def _in(release_on: date, today: date) -> str:
    days = (release_on - today).days
    return "Released tomorrow" if days == 1 else f"Released in {days} days"


def _not_met_since_release(mine: list[int], *, today: date) -> Iterable[WorkItem]:
    """Yield those who were released lately and whom nobody has met or spoken with since: the most urgent of all."""
    events = CustodyEvent.objects.standing().filter(kind=CustodyEvent.Kind.RELEASED, participant=OuterRef("pk"))
    dated = Sentence.objects.filter(participant=OuterRef("pk"), release_on__lte=today).order_by("-release_on")
    released = Greatest(
        Subquery(events.newest_first().values("happened_on")[:1]), Subquery(dated.values("release_on")[:1])
    )
    people = Participant.objects.filter(pk__in=mine).in_community().current(today).annotate(out_on=released)
    people = people.filter(out_on__gt=today - RELEASED_FOR, out_on__lte=today)
    for person in _unheard(people, "out_on").order_by(F("out_on"), "pk")[:MOST]:
        yield WorkItem(
            person=person, urgency=10, kind="Released", due=person.out_on, action="Get in touch",  # type: ignore[attr-defined]
            reason=f"{_ago(person.out_on, today)}, and nobody has met or spoken with them since.",  # type: ignore[attr-defined]
            url=reverse_lazy("engagement:contact-new", args=[person.ref]),
        )  # fmt: skip


def _not_seen_yet(user: User, mine: list[int], *, today: date) -> Iterable[WorkItem]:
    """Yield those who came to this practitioner lately, and whom nobody has met or spoken with since."""
    led = Assignment.objects.current(today).filter(participant=OuterRef("pk"), practitioner=user)
    people = Participant.objects.filter(pk__in=mine).in_community().current(today)
    people = people.annotate(led_from=Subquery(led.values("starts_on")[:1]))
    people = people.filter(led_from__gt=today - RELEASED_FOR)
    for person in _unheard(people, "led_from").order_by(F("led_from"), "pk")[:MOST]:
        since = person.led_from  # type: ignore[attr-defined]
        yield WorkItem(
            person=person, urgency=40, kind="New", due=since + SEEN_WITHIN, action="Arrange",
            reason=f"Came to you {since:%-d %B}, and nobody has met or spoken with them yet.",
            url=reverse_lazy("engagement:appointment-new", args=[person.ref]),
        )  # fmt: skip


def _unheard(people: QuerySet[Participant], since: str) -> QuerySet[Participant]:
    """Of these, those whom nobody has met or spoken with since the day of this name."""
    from_then = LocalMidnight(OuterRef(since))
    came = Appointment.objects.filter(participant=OuterRef("pk"), outcome__in=CAME, starts_at__gte=from_then)
    spoke = Contact.objects.filter(participant=OuterRef("pk"), meaningful=True, at__gte=from_then)
    return people.exclude(Exists(came)).exclude(Exists(spoke))


def _ago(day: date, today: date) -> str:
    days = (today - day).days
    return "Released today" if not days else "Released yesterday" if days == 1 else f"Released {days} days ago"
