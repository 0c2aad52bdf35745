"""Resettlement: the prison's worker beside the practitioner who leads, and the hand-over on release."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from common.dated import DAY
from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.saving import save_or_refuse
from people import services
from people.messaging import message_queue
from people.models import AccessGrant, CustodyHandover, Level, Participant, Role, Supervision, Team, User
from people.record import custody, handovers

STAYS_FOR = timedelta(days=14)  # after release, while the two sides still talk
LONGEST_STAY = timedelta(days=90)


class NotAPrisonWorker(RuleBroken):
    pass


class NobodyToTakeOver(RuleBroken):
    pass


class NotAHandover(RuleBroken):
    pass


@transaction.atomic
def assign_supervisor(
    *, participant: Participant, supervisor: User, by: User, today: date, now: datetime
) -> Supervision:
    """Let a prison's worker and their team work with this person beside the practitioner who leads."""
    participant = Participant.objects.lock(participant)
    of_the_lead = handovers.may_transfer(user=by, participant=participant, today=today)
    if not (of_the_lead or _works_in_its_prison(by, participant, today)):
        raise NotAPrisonWorker("Only whoever leads the case, their manager or the prison's side says who works there.")
    if not participant.in_custody:
        raise NotAPrisonWorker(f"{participant.called} is in the community. Record first how they went into custody.")
    teams = prison_teams_of(supervisor)
    if not teams:
        raise NotAPrisonWorker(f"{supervisor.name} does not work in a prison team. Choose someone who does.")
    current = Supervision.objects.current(today).filter(participant=participant).first()
    if current and current.supervisor_id == supervisor.pk and current.ends_on is None:
        return current
    if current:
        _end(current, before=today, at=now, by=by)
    supervision = Supervision(participant=participant, supervisor=supervisor, starts_on=today)
    with acting_as(SYSTEM):  # it decides who sees the person
        save_or_refuse(supervision, by=by)
    see_all = {"participant": participant, "level": Level.FULL, "why": AccessGrant.Why.PRISON, "now": now}
    services.grant(user=supervisor, **see_all)  # type: ignore[arg-type]
    for team in teams:
        services.grant(team=team, **see_all)  # type: ignore[arg-type]
    lead = handovers.lead_of(participant, today)
    if lead and lead.pk != by.pk:
        message_queue.tell_user(
            user=lead, participant=participant, subject="Someone works with you in prison", now=now,
            key=f"supervision:{supervision.pk}",
            body=f"{by.name} said that {supervisor.name} works with {participant.crn} in prison. They see the record.",
        )  # fmt: skip
    return supervision


def _works_in_its_prison(user: User, participant: Participant, today: date) -> bool:
    """Whether they are the service, or of a team that works with the person in prison already."""
    teams = [team.pk for team in prison_teams_of(user)]
    rows = AccessGrant.objects.current().filter(participant=participant, why=AccessGrant.Why.PRISON, team__in=teams)
    return user.is_service or rows.exists()


def prison_teams_of(user: User) -> list[Team]:
    staff = (m for m in user.current_memberships if m.role in (Role.PRACTITIONER, Role.MANAGER))
    return [m.team for m in staff if m.team and m.team.kind == Team.Kind.PRISON]


@transaction.atomic
def end_supervision(*, participant: Participant, by: User, today: date, now: datetime) -> None:
    """The prison's worker works with this person no longer, and sees nothing more from this moment."""
    current = Participant.objects.lock(participant).supervisions.current(today).first()
    if current is None:
        raise NotAPrisonWorker("No prison supervisor is on this person's record.")
    _end(current, before=today, at=now, by=by)


@transaction.atomic
def record_release_with_handover(
    *,
    participant: Participant,
    released_on: date,
    note: str,
    prison_ends_on: date,
    to: User,
    by: User,
    today: date,
    now: datetime,
) -> CustodyHandover:
    """Record the release, with who hands over to whom, the note, and the prison side's last day.

    `to` takes the case when they accept; until then whoever leads it leads it on.
    """
    supervision = Participant.objects.lock(participant).supervisions.current(today).first()
    if supervision is None:
        raise NotAPrisonWorker("No prison supervisor is on this person's record.")
    lead = handovers.lead_of(participant, today)
    if lead is None:
        raise NobodyToTakeOver("Nobody leads this case in the community. Hand it over to someone first.")
    if not max(released_on, today) <= prison_ends_on <= released_on + LONGEST_STAY:
        raise NotAHandover("The prison side ends today or later, and no more than 90 days after release.")
    if to == by != lead:
        raise NotAHandover("You do not lead this case, so name someone else to take over. They have to accept.")
    services.teams_of(to)
    custody.release(participant=participant, released_on=released_on, today=today, by=by)
    handover = CustodyHandover(
        participant=participant, supervision=supervision, to=to, released_on=released_on, note=note,
        prison_ends_on=prison_ends_on, recorded_by=by, recorded_at=now,
    )  # fmt: skip
    save_or_refuse(handover, by=by)
    _end(supervision, before=prison_ends_on + DAY, at=_start_of(prison_ends_on + DAY), by=by)
    handovers.ask_on_release(handover=handover, by=by, today=today, now=now)
    return handover


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _end(supervision: Supervision, *, before: date, at: datetime, by: User) -> None:
    """End the supervision before a day, and the prison side's access at a moment. Both may be in the future."""
    if hasattr(supervision, "handover"):  # the hand-over names it, so it keeps the day it began on
        before = max(before, supervision.starts_on + DAY)
    open_at = Q(ends_at=None) | Q(ends_at__gt=at)
    with acting_as(SYSTEM):
        supervision.end_before(before, by=by)
        rows = AccessGrant.objects.filter(open_at, participant=supervision.participant_id, why=AccessGrant.Why.PRISON)
        rows.update(ends_at=at)
