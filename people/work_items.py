"""What waits about the people themselves: emergency access to look at, hand-overs to answer, risk to assess again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse_lazy
from django.utils import timezone

from common.postgres.actor import SYSTEM, acting_as
from common.postgres.compiled import compiled_once
from common.work_items import MOST, WorkItem
from common.working_days import add_working_days, our_nation
from people.access import emergency, unallocated
from people.access.abilities import Can, can
from people.access.whom import Whom
from people.caseload import reallocation
from people.models import (
    NAMES,
    AccessGrant,
    Assignment,
    CustodyEvent,
    HandoverRequest,
    Membership,
    Message,
    Participant,
    RiskAssessment,
    RoleRequest,
    SignInChange,
    Supervision,
    User,
    Whereabouts,
    lean,
    naming,
)
from people.programmes import enrolment, programme_items
from people.record import handovers

ANSWER_WITHIN = timedelta(days=7)
CONFIRM_WITHIN = timedelta(days=2)
ASSESS_WITHIN_DAYS = 15  # working days since they joined
TELL_FOR = timedelta(days=60)  # how long a message that was not sent is worth telling


def items(*, user: User, whom: Whom, today: date, now: datetime) -> list[WorkItem]:
    mine = whom.led
    # An area's manager may be kept from whom nobody leads; on release one does not see the person yet.
    with acting_as(SYSTEM):
        opened = list(emergency.to_look_at(user=user, mine=mine, today=today)[:MOST])
        asked = handovers.of_home(user=user, whom=whom, today=today)
    seen = whom.those_seen({each.participant_id for each in asked}, user) if asked else set()
    return [
        *_emergencies(opened, mine),
        *(_handover_to_answer(each, mine) for each in asked if each.state == HandoverRequest.State.WAITING),
        *(_handover_declined(each) for each in asked if each.answered_at and each.participant_id in seen),
        *_ways_in(user, whom, now=now),
        *programme_items.items(user=user, whom=whom, today=today, now=now),
        *(_of_those_led(user, whom, today=today, now=now) if mine else []),
    ]


def _of_those_led(user: User, whom: Whom, *, today: date, now: datetime) -> list[WorkItem]:
    return [*_risk_and_custody(user, whom, today=today), *_not_sent(whom, now=now)]


def office_items(*, user: User, whom: Whom, today: date, now: datetime) -> list[WorkItem]:
    """What is about nobody in particular: caseloads, programmes, roles."""
    return [
        *_nobodys_people(user, today=today),
        *_transfers_to_agree(user, whom, today=today),
        *_not_shared_with_schemes(user, today=today),
        *_roles(user),
        *_led_by_who_left(user, whom, today=today),
    ]


def _emergencies(opened: list[AccessGrant], mine: list[int]) -> Iterable[WorkItem]:
    """One line for each time a record was opened."""
    for grant in opened:
        person, known = grant.participant, grant.participant_id in mine
        assert grant.user
        yield WorkItem(
            urgency=20, kind="Emergency", subject=grant, due=timezone.localdate(grant.starts_at), action="Look",
            person=person if known else None, who=f"Someone in {person.delivery_unit} whom nobody leads",
            reason=f"{grant.user.name} opened the record in an emergency: {grant.reason}",
            url=reverse_lazy("people:emergency-list"), inline="people/work/emergency.html",
        )  # fmt: skip


def _handover_to_answer(asked: HandoverRequest, mine: list[int]) -> WorkItem:
    person, seen = asked.participant, asked.release_id is None or asked.participant_id in mine
    asks = "asks you to take over" if asked.release_id else f"asks that {asked.to.name} leads the case"
    return WorkItem(
        urgency=40, kind="Hand-over", subject=asked, due=timezone.localdate(asked.asked_at) + ANSWER_WITHIN,
        person=person if seen else None, who=f"{person.name}, {person.crn}", action="Answer",
        reason=f"{asked.asked_by.name} {asks}: {asked.note}",
        url=reverse_lazy("people:handover-request", args=[asked.pk]),
    )  # fmt: skip


def _handover_declined(asked: HandoverRequest) -> WorkItem:
    assert asked.answered_by
    assert asked.answered_at
    return WorkItem(
        urgency=40, kind="Hand-over", person=asked.participant,
        subject=asked, due=timezone.localdate(asked.answered_at), action="Read", inline="people/work/declined.html",
        reason=f"{asked.answered_by.name} said no to {asked.to.name} leading the case: {asked.answer}",
        url=reverse_lazy("people:handover-request", args=[asked.pk]),
    )  # fmt: skip


def _nobodys_people(user: User, *, today: date) -> Iterable[WorkItem]:
    """Yield a line for each area that the user manages, with those whose case nobody leads."""
    if not can(user, Can.SEE_TEAM):
        return
    waiting = unallocated.shown_to(user, today).order_by().values("delivery_unit__name")
    for row in waiting.annotate(count=Count("pk"), since=Min("joined_on")).order_by("delivery_unit__name")[:MOST]:
        count = "1 person" if row["count"] == 1 else f"{row['count']:,} people"
        yield WorkItem(
            urgency=30, kind="Nobody’s people", person=None, who=f"{count} in {row['delivery_unit__name']}",
            due=row["since"], action="Allocate", url=reverse_lazy("people:unallocated"),
            reason="Nobody leads these cases, so no one is asked to get in touch.",
        )  # fmt: skip


@compiled_once
def _led_by_others(*, whom: Whom, today: date) -> QuerySet[Any, Any]:
    """How many of those whom a manager sees are led by someone who no longer works here, and since when."""
    here = Membership.objects.current(today).of_practitioners().filter(user=OuterRef("practitioner"))
    led = Assignment.objects.current(today).filter(~Exists(here) | Q(practitioner__is_active=False))
    led = led.filter(whom.sees("participant"), Q(participant__left_on=None) | Q(participant__left_on__gt=today))
    counted = (
        led.order_by().values("practitioner", "practitioner__name").annotate(count=Count("pk"), since=Min("starts_on"))
    )
    return counted.order_by("practitioner__name", "practitioner")[:MOST]


def _led_by_who_left(user: User, whom: Whom, *, today: date) -> Iterable[WorkItem]:
    """Yield a line for each practitioner who no longer works here and leads people whom this manager sees."""
    if not can(user, Can.TRANSFER_CASELOAD):
        return
    for row in _led_by_others(whom=whom, today=today):
        count = "1 person" if row["count"] == 1 else f"{row['count']:,} people"
        yield WorkItem(
            urgency=30, kind="Nobody’s people", person=None, who=f"{count} led by {row['practitioner__name']}",
            due=today, action="Hand over", url=reverse_lazy("people:caseload-transfer", args=[row["practitioner"]]),
            reason=f"{row['practitioner__name']} no longer works here as a practitioner, so nobody gets in touch.",
        )  # fmt: skip


def _transfers_to_agree(user: User, whom: Whom, *, today: date) -> Iterable[WorkItem]:
    """Yield a line for each caseload that an administrator asks to hand over."""
    if not can(user, Can.TRANSFER):
        return
    for transfer in reallocation.of_home(user=user, whom=whom, today=today):
        count = "1 person" if transfer.people_count == 1 else f"{transfer.people_count} people"
        yield WorkItem(
            urgency=40, kind="Hand-over", person=None, who=f"{count} led by {transfer.from_user.name}",
            due=transfer.starts_on, subject=transfer, action="Answer",
            reason=f"{transfer.planned_by.name} asks that they go to {transfer.to_user.name}.",
            url=reverse_lazy("people:transfer-agree", args=[transfer.pk]),
        )  # fmt: skip


def _not_shared_with_schemes(user: User, *, today: date) -> Iterable[WorkItem]:
    """Yield a line for each programme that a scheme runs, with the manager's own people whom it does not see yet."""
    if not can(user, Can.MANAGE_PROGRAMMES):
        return
    rows = enrolment.not_shared(user=user).order_by()
    counted = rows.values("programme", "programme__name", "programme__scheme__name")
    for row in counted.annotate(count=Count("participant", distinct=True)).order_by("programme__name")[:MOST]:
        count = "1 person" if row["count"] == 1 else f"{row['count']} people"
        yield WorkItem(
            urgency=40, kind="Programme", person=None, who=f"{count} on {row['programme__name']}",
            due=today, action="Look", url=reverse_lazy("people:programme-share", args=[row["programme"]]),
            reason=f"{row['programme__scheme__name']} runs it now, and does not know how to reach them yet.",
        )  # fmt: skip


@compiled_once
def _to_confirm(*, user: int, whom: Whom, now: datetime) -> QuerySet[SignInChange]:
    waiting = SignInChange.objects.to_answer_by(user, now, whom.may_change("participant"))
    return naming(waiting.select_related("participant", "by"), "participant", "by").order_by("at", "pk")[:MOST]


def _ways_in(user: User, whom: Whom, *, now: datetime) -> Iterable[WorkItem]:
    """Yield a line for each way in that someone else gave a participant, on the list of all who may confirm it."""
    if not can(user, Can.GIVE_CODE_LETTER):
        return
    for change in _to_confirm(user=user.pk, whom=whom, now=now):
        person, disputed = change.participant, change.state == SignInChange.State.DISPUTED
        assert person
        said = "Said that this was not them" if disputed else f"{change.by.name} did this. Check that it is them."
        yield WorkItem(
            urgency=20 if disputed else 40, kind="Sign-in", person=person, subject=change, action="Look",
            due=timezone.localdate(change.disputed_at or change.at) + CONFIRM_WITHIN, reason=f"{change.what}. {said}",
            inline="people/work/sign_in.html", url=reverse_lazy("people:sign-in-change", args=[person.ref, change.pk]),
        )  # fmt: skip


def _roles(user: User) -> Iterable[WorkItem]:
    """Yield a line for each role in the manager's teams that waits for a second person."""
    if not can(user, Can.AGREE_TO_ROLE):
        return
    waiting = RoleRequest.objects.to_answer_by(user).select_related("team", "asked_by")
    for asked in waiting.order_by("asked_at", "pk")[:MOST]:
        yield WorkItem(
            urgency=40, kind="Role", person=None, who=asked.name, subject=asked, action="Answer",
            due=timezone.localdate(asked.asked_at) + ANSWER_WITHIN,
            reason=f"{asked.asked_by.name} asks that they are {asked.in_words}. A second person has to agree.",
            url=reverse_lazy("people:role-request", args=[asked.pk]),
        )  # fmt: skip


@compiled_once
def _parked(*, whom: Whom, now: datetime) -> QuerySet[Message]:
    parked = Message.objects.filter(whom.leads("participant"), state=Message.State.PARKED, kind=Message.Kind.OTHER)
    parked = parked.filter(user=None, queued_at__gte=now - TELL_FOR)
    parked = lean(parked, "address", "body", "problem", "queued_at", person="participant")
    to_them = Q(address=F("participant__phone")) | Q(address=F("participant__email"))
    return parked.annotate(to_them=to_them).order_by("queued_at", "pk")[:MOST]


def _not_sent(whom: Whom, *, now: datetime) -> Iterable[WorkItem]:
    """Yield messages about people led that could not be sent: someone has to tell them. Reminders have their own."""
    for message in _parked(whom=whom, now=now):
        to = "them" if message.to_them else message.address  # type: ignore[attr-defined]
        assert message.participant
        yield WorkItem(
            urgency=40, kind="Message", person=message.participant, subject=message, action=f"Tell {to}",
            due=timezone.localdate(message.queued_at), inline="people/work/message.html",
            reason=f"A message to {to} could not be sent: {message.problem}",
            url=reverse_lazy("people:person-details", args=[message.participant.ref]),
        )  # fmt: skip


@compiled_once
def _led(*, whom: Whom, today: date) -> QuerySet[Any, Any]:
    """Those led whose risk is to be assessed (again), and those in custody."""
    theirs = {"participant": OuterRef("pk")}
    newest = RiskAssessment.objects.filter(**theirs).newest_first().values("review_by")[:1]
    back = CustodyEvent.objects.standing().filter(kind=CustodyEvent.Kind.TEMPORARY, **theirs).newest_first()
    people = Participant.objects.filter(whom.leads("pk")).current(today).with_release()
    people = people.only(*NAMES, "joined_on", "risk_band", "whereabouts", "prison").annotate(
        review_by=Subquery(newest),
        due_back_on=Subquery(back.values("due_back_on")[:1]),
        has_worker=Exists(Supervision.objects.current(today).filter(**theirs)),
    )
    to_assess = Q(review_by=None) | Q(review_by__lt=today)
    return people.filter(to_assess | ~Q(whereabouts=Whereabouts.COMMUNITY)).order_by("joined_on", "pk")


def _risk_and_custody(user: User, whom: Whom, *, today: date) -> Iterable[WorkItem]:
    """One line a person led for each: risk, and the most urgent of what a record of custody waits for."""
    assesses, changes = can(user, Can.ASSESS_RISK), can(user, Can.CHANGE_DETAILS)
    for person in _led(whom=whom, today=today) if assesses or changes else ():
        if assesses and (person.review_by is None or person.review_by < today):
            yield _to_assess(person, today)
        if changes and person.in_custody and (waits := _waits_inside(person, today)):
            yield waits


def _to_assess(person: Any, today: date) -> WorkItem:
    """An assessment that is to be looked at again, or none behind the band."""
    due = person.review_by or add_working_days(person.joined_on, ASSESS_WITHIN_DAYS, our_nation())
    reason = (
        f"The risk assessment was to be looked at again by {person.review_by:%-d %B %Y}" if person.review_by else
        f"{person.get_risk_band_display()} risk, by what the record came with. Nobody has assessed it here."
    )  # fmt: skip
    return WorkItem(
        urgency=30 if due < today else 40, kind="Risk", person=person, due=due, reason=reason,
        action="Assess again" if person.review_by else "Assess", url=reverse_lazy("people:risk-new", args=[person.ref]),
    )  # fmt: skip


def _waits_inside(person: Any, today: date) -> WorkItem | None:
    """A release or a return that is due, the prison, or a worker there."""
    shared: dict[str, Any] = {"kind": "Custody", "person": person}
    release, back = person.release_on, person.due_back_on
    if release and release <= today:
        return WorkItem(
            urgency=10, due=release, action="Record it", url=reverse_lazy("people:release-record", args=[person.ref]),
            reason=f"Release was due {release:%-d %B}. Record it, or correct the date in the sentence.", **shared,
        )  # fmt: skip
    where = reverse_lazy("people:person-custody", args=[person.ref])
    if person.whereabouts == Whereabouts.TEMPORARY and back and back <= today:
        return WorkItem(
            urgency=20, due=back, action="Record it", url=where,
            reason=f"Due back in prison {back:%-d %B}. Record that they are back, or what happened.", **shared,
        )  # fmt: skip
    if person.prison_id is None:
        return WorkItem(
            urgency=40, due=today, action="Say which", url=where,
            reason="In custody, and the record does not say in which prison.", **shared,
        )  # fmt: skip
    if not person.has_worker:
        return WorkItem(
            urgency=50, due=release or today, action="Choose",
            url=reverse_lazy("people:supervisor-choose", args=[person.ref]),
            reason="In custody, and nobody in the prison works with them here.", **shared,
        )  # fmt: skip
    return None
