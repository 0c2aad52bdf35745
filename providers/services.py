"""Every change to a referral. One public function is one transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.saving import save_or_refuse
from common.states import Act, Refusal
from lifeplans.models import Goal
from lifeplans.needs import Need
from people import services as people
from people.messaging import message_queue
from people.models import AccessGrant, Level, Participant, Team, User
from people.record.characteristics import only_taken_with
from providers import links
from providers.models import CancelReason, DeclineReason, Provider, Referral, Service, Shared
from providers.references import new_reference
from providers.search import TAKEN

State = Referral.State


class NotAvailable(RuleBroken):
    pass


class NotForThem(RuleBroken):
    pass


class GoalNotInPlan(RuleBroken):
    pass


class AlreadyReferred(RuleBroken):
    pass


class AlreadyEnded(RuleBroken):
    pass


class NotAcceptedYet(RuleBroken):
    pass


class NotYet(RuleBroken):
    pass


SENT, ACCEPTED, DECLINED, DELIVERED, CANCELLED = State
ENDED = Refusal(AlreadyEnded, "This referral was {state} already.")
BY_CANCELLING = Refusal(AlreadyEnded, "This was accepted already. Ask the person who sent it to cancel it.")
ACCEPT_FIRST = Refusal(NotAcceptedYet, "Accept the referral first, then mark it as delivered.")
ACTS = {
    "accept": Act({SENT}, ENDED, done_in={ACCEPTED, DELIVERED}),
    "decline": Act({SENT}, ENDED, done_in={DECLINED}, instead={ACCEPTED: BY_CANCELLING}),
    "mark_delivered": Act({ACCEPTED}, ENDED, done_in={DELIVERED}, instead={SENT: ACCEPT_FIRST}),
    "cancel": Act({SENT, ACCEPTED}, ENDED, done_in={CANCELLED}),
    "resend_link": Act({SENT, ACCEPTED}, ENDED),
    "note_ended": Act({DECLINED, CANCELLED}, ENDED, done_in={SENT, ACCEPTED, DELIVERED}),
}


@transaction.atomic
def refer(
    *,
    participant: Participant,
    service: Service,
    need: Need | str,
    reason: str,
    by: User,
    today: date,
    now: datetime,
    goal: Goal | None = None,
    told: str = "",
    shares: Collection[Shared | str] = (),
    price: int | None = None,
    sessions: int | None = None,
    send_to: str = "",
) -> Referral:
    """Send a person to a service. The provider is told the first name and what was ticked, by a signed link."""
    with acting_as(SYSTEM):  # a practitioner refers, and does not keep the directory
        service = Service.objects.select_for_update().select_related("provider").get(pk=service.pk)
    _check_service(service, participant, today)
    _check_person(participant, service, goal)
    referral = Referral(
        reference=new_reference(need),
        participant=participant,
        service=service,
        goal=goal,
        need=need,
        reason=reason,
        told=told,
        shares=sorted(set(shares)),
        price=price,
        sessions=sessions,
        sent_to=send_to,
        sent_on=today,
        sent_by=by,
    )
    save_or_refuse(referral, by=by)
    _tell_provider(referral, now)
    _send_link(referral, now)
    return referral


def _check_service(service: Service, participant: Participant, today: date) -> None:
    provider = service.provider
    if not provider.can_be_used:
        raise NotAvailable(f"{provider.name} is {provider.get_status_display().lower()}. Choose another service.")
    if not service.is_available(today):
        raise NotAvailable("This service is not open now. Choose another.")
    age = participant.age_on(today)
    if service.minimum_age is not None and age < service.minimum_age:
        raise NotForThem(
            f"This service is for people aged {service.minimum_age} and over. {participant.called} is {age}."
        )
    if service.maximum_age is not None and age > service.maximum_age:
        raise NotForThem(f"This service is for people aged up to {service.maximum_age}. {participant.called} is {age}.")

    who = only_taken_with(participant)
    if who and not getattr(service, TAKEN[who]):
        raise NotForThem(f"This service takes {'women' if who == 'MEN' else 'men'} only. Choose another.")


def _check_person(participant: Participant, service: Service, goal: Goal | None) -> None:
    if goal is not None and goal.plan.participant_id != participant.pk:
        raise GoalNotInPlan("Choose a goal from this person's own plan.")
    if Referral.objects.open().filter(participant=participant, service=service).exists():
        raise AlreadyReferred(f"{participant.called} is referred to this service already. Cancel that referral first.")


def _send_link(referral: Referral, now: datetime) -> None:
    """Queue the provider's e-mail. It carries the reference and the link, and nothing about the person."""
    if not referral.sent_to:
        return
    body = (
        f"You have a referral for {referral.service.name}. Its reference is {referral.reference}.\n\n"
        f"Open this link to read it and answer. You do not need an account:\n{links.address_for(referral)}\n\n"
        f"The link works for {links.LASTS.days} days. Do not forward it. "
        f"If this is not for you, open it and decline.\n\n"
        f"{settings.SERVICE_NAME}"
    )
    message_queue.tell_address(
        address=referral.sent_to, subject=f"Referral {referral.reference}", body=body, key=_link_key(referral), now=now,
        participant=referral.participant, lets_in=True,
    )  # fmt: skip


def _tell_provider(referral: Referral, now: datetime) -> None:
    """Grant the provider's accounts the person's name while a referral to them is open."""
    team = referral.service.provider.team
    if team is not None and team.kind == Team.Kind.PROVIDER:
        _told_afresh(team, referral.participant, now)


def tell_providers(*, participant: Participant, now: datetime) -> None:
    """Set providers' access to a person to what the person's referrals give now."""
    sent, told = Q(provider__services__referrals__participant=participant), Q(access_grants__participant=participant)
    for team in Team.objects.filter(sent | told, kind=Team.Kind.PROVIDER).distinct():
        _told_afresh(team, participant, now)


def _told_afresh(team: Team, person: Participant, now: datetime) -> None:
    why = AccessGrant.Why.REFERRAL
    if Referral.objects.open().filter(participant=person, service__provider__team=team).exists():
        people.grant(participant=person, team=team, level=Level.NAME, why=why, now=now)
    else:
        people.revoke(participant=person, team=team, whys=[why], now=now)


def _link_key(referral: Referral) -> str:
    return f"referral:{referral.pk}:link:{referral.link_version}"


@transaction.atomic
def accept(*, referral: Referral, today: date, now: datetime, name: str = "", by: User | None = None) -> Referral:
    """The provider says yes: through the link (`name`), or to a member of staff who writes it down (`by`)."""
    referral = _locked(referral)
    if not _begins("accept", referral):
        return referral
    referral.state, referral.accepted_on, referral.accepted_by, referral.accepted_name = State.ACCEPTED, today, by, name
    save_or_refuse(referral, "state", "accepted_on", "accepted_by", "accepted_name", by=by)
    _tell_practitioner(referral, "accepted", now)
    message_queue.tell_participant(
        participant=referral.participant,
        body="Good news: someone has said yes to helping you. Sign in, or ask your practitioner, to see who.",
        key=f"referral:{referral.pk}:yes",
        now=now,
    )
    return referral


@transaction.atomic
def decline(
    *,
    referral: Referral,
    reason: DeclineReason | str,
    today: date,
    now: datetime,
    note: str = "",
    by: User | None = None,
) -> Referral:
    """The provider says no, and why."""
    referral = _locked(referral)
    if not _begins("decline", referral):
        return referral
    referral.state, referral.declined_on, referral.declined_by = State.DECLINED, today, by
    referral.decline_reason, referral.decline_note = reason, note
    save_or_refuse(referral, "state", "declined_on", "declined_by", "decline_reason", "decline_note", by=by)
    _tell_provider(referral, now)
    _tell_practitioner(referral, "declined", now)
    return referral


@transaction.atomic
def mark_delivered(
    *, referral: Referral, delivered_on: date, today: date, now: datetime, note: str = "", by: User | None = None
) -> Referral:
    """The help was given. Only now may it be paid for."""
    referral = _locked(referral)
    if not _begins("mark_delivered", referral):
        return referral
    if delivered_on > today:
        raise NotYet("Choose a day that has come: today or before.")
    if delivered_on < referral.sent_on:
        raise NotYet("Choose a day on or after the day the referral was sent.")
    referral.state, referral.delivered_on = State.DELIVERED, delivered_on
    referral.delivered_by, referral.delivery_note = by, note
    save_or_refuse(referral, "state", "delivered_on", "delivered_by", "delivery_note", by=by)
    _tell_provider(referral, now)
    _tell_practitioner(referral, "delivered", now)
    return referral


@transaction.atomic
def cancel(
    *, referral: Referral, reason: CancelReason | str, by: User, today: date, now: datetime, note: str = ""
) -> Referral:
    """Take it back. The link shows no more about the person, and a provider who was told is told of this too."""
    referral = _locked(referral)
    if not _begins("cancel", referral):
        return referral
    referral.state, referral.cancelled_on, referral.cancelled_by = State.CANCELLED, today, by
    referral.cancel_reason, referral.cancel_note = reason, note
    save_or_refuse(referral, "state", "cancelled_on", "cancelled_by", "cancel_reason", "cancel_note", by=by)
    _tell_provider(referral, now)
    message_queue.withdraw(key=_link_key(referral))
    if referral.sent_to:
        body = (
            f"Referral {referral.reference} to {referral.service.name} is no longer needed. You need do nothing more."
        )
        message_queue.tell_address(
            address=referral.sent_to, subject=f"Referral {referral.reference} is cancelled", body=body,
            key=f"referral:{referral.pk}:cancelled", now=now, participant=referral.participant,
        )  # fmt: skip
    return referral


@transaction.atomic
@acting_as(SYSTEM)  # of everyone's people, whom whoever suspends a provider may not see
def take_back_all(*, provider: Provider, by: User, today: date, now: datetime) -> list[Referral]:
    """Take back every open referral to a provider that was suspended. Each practitioner looks for someone else."""
    open_ = Referral.objects.open().filter(service__provider=provider).order_by("pk")
    taken = [cancel(referral=each, reason=CancelReason.SUSPENDED, by=by, today=today, now=now) for each in list(open_)]
    for referral in taken:
        _tell_practitioner(referral, "taken back: the provider was suspended", now)
    return taken


@transaction.atomic
def resend_link(*, referral: Referral, by: User, now: datetime, send_to: str = "") -> Referral:
    """Make a new link, e-mail it, and end the one before."""
    referral = _locked(referral)
    _begins("resend_link", referral)
    message_queue.withdraw(key=_link_key(referral))
    referral.link_version += 1
    referral.sent_to = send_to or referral.sent_to
    save_or_refuse(referral, "link_version", "sent_to", by=by)
    _send_link(referral, now)
    return referral


@transaction.atomic
def note_ended(*, referral: Referral, by: User, today: date) -> Referral:
    """The practitioner has seen that it was declined or taken back, so it leaves their list."""
    referral = _locked(referral)
    if not _begins("note_ended", referral) or referral.seen_on:
        return referral
    referral.seen_on, referral.seen_by = today, by
    save_or_refuse(referral, "seen_on", "seen_by", by=by)
    return referral


def _locked(referral: Referral) -> Referral:
    locked = Referral.objects.select_for_update(of=("self",))
    return locked.select_related("participant", "service__provider__team", "sent_by").get(pk=referral.pk)


def _begins(act: str, referral: Referral) -> bool:
    return ACTS[act].begins(State(referral.state))


def _tell_practitioner(referral: Referral, what: str, now: datetime) -> None:
    message_queue.tell_user(
        user=referral.sent_by,
        subject=f"Referral {referral.reference} was {what}",
        body=f"{referral.participant.crn}: {referral.service.provider.name}, referral {referral.reference}: {what}.",
        key=f"referral:{referral.pk}:{what.partition(':')[0]}",
        now=now,
        participant=referral.participant,
    )
