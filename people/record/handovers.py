"""Handing one case over: its lead and the lead's manager may; anyone else asks; on release the receiver accepts."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.postgres.compiled import compiled_once
from common.saving import save_or_refuse
from common.states import Act, Refusal
from common.work_items import MOST
from people import services
from people.access.abilities import Can, can
from people.access.whom import Whom
from people.messaging import message_queue
from people.models import (
    AccessGrant,
    Assignment,
    CustodyHandover,
    HandoverRequest,
    Membership,
    Participant,
    Role,
    User,
    ids_changeable_by,
    naming,
)
from people.models.handover_requests import HandoverRequestQuerySet
from people.models.participants import ParticipantQuerySet


class NobodyToAsk(RuleBroken):
    pass


class NotYoursToTransfer(RuleBroken):
    pass


class MayTransfer(RuleBroken):
    pass


class TooLate(RuleBroken):
    pass


class LeadsAlready(RuleBroken):
    pass


WAITING, AGREED, DECLINED, WITHDRAWN = HandoverRequest.State
ANSWERED = Refusal(TooLate, "This was answered or taken back in the meantime.")
ACTS = {
    "agree": Act({WAITING}, ANSWERED),
    "decline": Act({WAITING}, ANSWERED),
    "withdraw": Act({WAITING}, ANSWERED),
    "note_declined": Act({DECLINED}, Refusal(TooLate, "There is nothing to note here.")),
}


def managers_of(participant: Participant, today: date) -> QuerySet[User]:
    """The managers of whoever leads the case: those of the teams that see the person with the lead. Where nobody leads
    it, those of the area."""
    grants = AccessGrant.objects.current().filter(participant=participant)
    teams = grants.filter(why=AccessGrant.Why.TEAM).values("team")
    managers = Membership.objects.current(today).filter(role=Role.MANAGER, team__in=teams).values("user")
    area = grants.filter(why=AccessGrant.Why.AREA).values("user")
    return User.objects.filter(Q(pk__in=managers) | Q(pk__in=area), is_active=True).order_by("name", "pk")


def lead_of(participant: Participant, today: date) -> User | None:
    led = Assignment.objects.current(today).filter(participant=participant).select_related("practitioner").first()
    return led.practitioner if led else None


def whose(*, user: User, today: date) -> ParticipantQuerySet:
    """People whose case this user may hand over without asking: they lead it, or they are the lead's manager."""
    return Participant.objects.filter(is_whose("pk", user=user, today=today))


def is_whose(of: str, *, user: User, today: date, may_change: Q | None = None) -> Q:
    """Whether the person whom `of` leads to, from a row, is one of them. `Whom.to_transfer` says the same.

    `may_change` says whether the record may be changed, where the caller has asked already.
    """
    theirs = Assignment.objects.current(today).filter(practitioner=user).values("participant")
    if user.managed_teams:
        grants = AccessGrant.objects.current()
        teams = grants.filter(why=AccessGrant.Why.TEAM, team__in=user.managed_teams)
        area = grants.filter(why=AccessGrant.Why.AREA, user=user)  # whom nobody leads
        # Of an OR of these, Postgres would ask everyone.
        theirs = theirs.union(teams.values("participant"), area.values("participant"))
    return (may_change or Q(**{f"{of}__in": ids_changeable_by(user)})) & Q(**{f"{of}__in": theirs})


def may_transfer(*, user: User, participant: Participant, today: date) -> bool:
    return whose(user=user, today=today).filter(pk=participant.pk).exists()


def is_answered_by(user: User | int, whose: Q) -> Q:
    """Whether this user answers a request: about a case that is theirs to hand over; or, on release, to them."""
    return Q(Q(whose, release=None) | Q(release__isnull=False, to=user), state=WAITING)


def of_home(*, user: User, whom: Whom, today: date) -> list[HandoverRequest]:
    """Requests that this user made and that were declined, and then those that they answer.

    Ask it as SYSTEM, and then whether they see the person: on release they do not yet.
    """
    if not can(user, Can.TRANSFER):
        return _of_few(user=user.pk, whom=None)
    if whom.to_transfer is None:
        return list(_of_home(user.pk, is_answered_by(user, is_whose("participant", user=user, today=today))))
    return _of_few(user=user.pk, whom=whom)


@compiled_once
def _of_few(*, user: int, whom: Whom | None) -> HandoverRequestQuerySet:
    whose = whom and whom.may_transfer("participant")
    return _of_home(user, is_answered_by(user, whose) if whose else Q())


def _of_home(user: int, to_answer: Q) -> HandoverRequestQuerySet:
    theirs = Q(asked_by=user, state=DECLINED, noted_at=None) | to_answer
    rows = HandoverRequest.objects.filter(theirs).select_related("participant", "to", "asked_by", "answered_by")
    rows = naming(rows, "participant", "to", "asked_by", "answered_by")
    return rows.order_by("answered_at", "asked_at", "pk")[:MOST]


def who_is_told(participant: Participant) -> str:
    """What a page says of a new lead."""
    if services.untold([participant.pk]):
        return f"Both practitioners are told. {participant.called} has no phone or e-mail with us: tell them yourself."
    return "The person and both practitioners are told."


@transaction.atomic
def transfer(*, participant: Participant, practitioner: User, by: User, today: date, now: datetime) -> Assignment:
    """The lead or the lead's manager makes this practitioner the lead, at once."""
    if not may_transfer(user=by, participant=participant, today=today):
        raise NotYoursToTransfer("Only whoever leads the case, or their manager, hands it over. You can ask them.")
    return services.assign(participant=participant, practitioner=practitioner, by=by, today=today, now=now)


@transaction.atomic
@acting_as(SYSTEM)
def ask(
    *, participant: Participant, practitioner: User, note: str, by: User, today: date, now: datetime
) -> HandoverRequest:
    """Ask the lead, or their manager, to hand this case over."""
    if may_transfer(user=by, participant=participant, today=today):
        raise MayTransfer("You may hand this case over yourself: nobody has to be asked.")
    services.teams_of(practitioner)
    services.refuse_excluded(practitioner, participant)
    lead = lead_of(participant, today)
    if lead and lead.pk == practitioner.pk:
        raise LeadsAlready(f"{lead.name} leads this case already.")
    request = HandoverRequest(participant=participant, to=practitioner, note=note, asked_by=by, asked_at=now)
    save_or_refuse(request, by=by)
    asked = [*([lead] if lead else []), *managers_of(participant, today)]
    if not asked:
        raise NobodyToAsk("Nobody leads this case, so nobody can hand it over. Ask a manager of the area.")
    for user in {user.pk: user for user in asked}.values():
        _tell(user, request, "asks you to hand over", now=now)
    return request


@transaction.atomic
@acting_as(SYSTEM)
def ask_on_release(*, handover: CustodyHandover, by: User, today: date, now: datetime) -> HandoverRequest:
    """Ask the practitioner whom the hand-over names to take the case. Whoever leads it and keeps it accepts at once."""
    request = HandoverRequest(
        participant=handover.participant, to=handover.to, release=handover, note=handover.note, asked_by=by,
        asked_at=now,
    )  # fmt: skip
    services.refuse_excluded(handover.to, handover.participant)  # they read of the person before they accept
    services.take_back_requests(handover.participant, by=by, now=now)  # asked before the release, and over with it
    save_or_refuse(request, by=by)
    if handover.to_id == by.pk and lead_of(handover.participant, today) == by:
        return agree(request=request, by=by, today=today, now=now)
    _tell(handover.to, request, "asks you to take over", now=now)
    return request


def _tell(user: User, request: HandoverRequest, does: str, *, now: datetime) -> None:
    """By e-mail. Who is to take over on release does not see the person yet, so it has no CRN."""
    where = settings.BASE_URL + reverse("people:handover-request", args=[request.pk])
    known = request.release_id is None
    message_queue.tell_user(
        user=user, participant=request.participant if known else None, now=now,
        key=f"handover:{request.pk}:{user.pk}", subject="A hand-over to answer",
        body=f"{request.asked_by.name} {does} {request.participant.crn if known else 'someone'}. Read why: {where}",
    )  # fmt: skip


def may_answer(*, user: User, request: HandoverRequest, today: date) -> bool:
    whose = is_whose("participant", user=user, today=today)
    return HandoverRequest.objects.filter(is_answered_by(user, whose), pk=request.pk).exists()


@transaction.atomic
@acting_as(SYSTEM)
def agree(*, request: HandoverRequest, by: User, today: date, now: datetime) -> HandoverRequest:
    """Hand the case over as was asked."""
    request = _locked(request, "agree", by=by, today=today)
    _answer(request, AGREED, by=by, now=now)
    services.assign(participant=request.participant, practitioner=request.to, by=by, today=today, now=now)
    return request


@transaction.atomic
@acting_as(SYSTEM)
def decline(*, request: HandoverRequest, reason: str, by: User, today: date, now: datetime) -> HandoverRequest:
    """Nobody new leads the case. Who asked has it on their home list until they note it."""
    request = _locked(request, "decline", by=by, today=today)
    if lead_of(request.participant, today) == request.to:
        raise LeadsAlready("You lead this case already. Accept, then hand it over to someone else.")
    request.answer = reason.strip()
    _answer(request, DECLINED, "answer", by=by, now=now)
    message_queue.tell_user(
        user=request.asked_by, subject="A hand-over was declined", now=now, key=f"handover:{request.pk}:declined",
        body=f"{by.name} said no to what you asked about a case. Read why, if you still work with the person: "
        f"{settings.BASE_URL}{reverse('people:handover-request', args=[request.pk])}",
    )  # fmt: skip
    return request


def _locked(request: HandoverRequest, act: str, *, by: User, today: date) -> HandoverRequest:
    rows = HandoverRequest.objects.select_for_update(of=("self",))
    request = rows.select_related("participant", "to", "asked_by").get(pk=request.pk)
    ACTS[act].begins(HandoverRequest.State(request.state))
    if not may_answer(user=by, request=request, today=today):
        raise NotYoursToTransfer("This is not yours to answer.")
    return request


def _answer(request: HandoverRequest, state: str, *fields: str, by: User, now: datetime) -> HandoverRequest:
    request.state, request.answered_by, request.answered_at = state, by, now
    return save_or_refuse(request, "state", "answered_by", "answered_at", *fields, by=by)


@transaction.atomic
@acting_as(SYSTEM)
def withdraw(*, request: HandoverRequest, by: User, now: datetime) -> HandoverRequest:
    """Who asked takes it back."""
    request = HandoverRequest.objects.select_for_update().get(pk=request.pk)
    ACTS["withdraw"].begins(HandoverRequest.State(request.state))
    if request.asked_by_id != by.pk:
        raise NotYoursToTransfer("Only whoever asked takes this back.")
    return _answer(request, WITHDRAWN, by=by, now=now)


@transaction.atomic
@acting_as(SYSTEM)
def note_declined(*, request: HandoverRequest, by: User, now: datetime) -> HandoverRequest:
    """Who asked has read the answer: it leaves their home list."""
    request = HandoverRequest.objects.select_for_update().get(pk=request.pk)
    ACTS["note_declined"].begins(HandoverRequest.State(request.state))
    if request.asked_by_id != by.pk:
        raise NotYoursToTransfer("Only whoever asked notes this.")
    request.noted_at = request.noted_at or now
    return save_or_refuse(request, "noted_at", by=by)
