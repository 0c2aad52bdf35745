"""Acts on accounts and teams. Each public function is one transaction."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from common.dated import DAY
from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.saving import save_or_refuse
from people import services
from people.access import sign_in_changes, unallocated
from people.messaging import message_queue
from people.models import AccountEvent, DeliveryUnit, Membership, Prison, Role, Team, User

Kind = AccountEvent.Kind


class OwnAccount(RuleBroken):
    pass


class NotForThisAccount(RuleBroken):
    pass


class AlreadyHeld(RuleBroken):
    pass


class NotThatDay(RuleBroken):
    pass


@transaction.atomic
@acting_as(SYSTEM)
def create_team(
    *, name: str, kind: str, by: User, delivery_unit: DeliveryUnit | None = None, prison: Prison | None = None
) -> Team:
    team = Team(name=name, kind=kind, delivery_unit=delivery_unit, prison=prison)
    save_or_refuse(team, by=by)
    return team


@transaction.atomic
@acting_as(SYSTEM)
def give_role(
    *,
    account: User,
    role: Role,
    team: Team | None,
    starts_on: date,
    ends_on: date | None,
    by: User,
    today: date,
    now: datetime,
    agreed_by: User | None = None,
) -> Membership:
    """Give an account a role from a day, until another or until further notice."""
    account = _locked(account, by=by)
    if role == Role.PARTICIPANT:
        raise NotForThisAccount("A practitioner opens a participant's pages, from the participant's record.")
    if starts_on < today:
        raise NotThatDay("A role can start today or later.")
    membership = Membership(user=account, role=role, team=team, starts_on=starts_on, ends_on=ends_on)
    _refuse_overlap(membership)
    services.save_membership(membership, by=by)
    _note(
        account,
        Kind.ROLE_GIVEN,
        f"{membership.in_words}, {_span(starts_on, ends_on)}{_agreed(agreed_by)}",
        by=by,
        now=now,
    )
    return membership


@transaction.atomic
@acting_as(SYSTEM)
def end_role(*, membership: Membership, last_day: date, by: User, today: date, now: datetime) -> None:
    """End a role after a day; yesterday ends it at once. A role that would never begin is deleted."""
    account = _locked(membership.user, by=by)
    membership = Membership.objects.select_for_update(of=("self",)).select_related("team").get(pk=membership.pk)
    _refuse_participants(membership)
    if last_day < today - DAY:
        raise NotThatDay("The last day can be yesterday, which ends the role at once, or later.")
    if membership.ends_on and last_day > membership.ends_on:
        raise NotThatDay("It ends before that day already. Give the role anew, so that a second person agrees.")
    membership.end_before(last_day + DAY, by=by)
    _note(account, Kind.ROLE_ENDED, f"{membership.in_words}, last day {_day(last_day)}", by=by, now=now)
    unallocated.share_with_managers(now=now)


@transaction.atomic
@acting_as(SYSTEM)
def move(
    *, membership: Membership, team: Team, on: date, by: User, today: date, now: datetime, agreed_by: User | None = None
) -> Membership:
    """Move a role to another team from a day on."""
    account = _locked(membership.user, by=by)
    before = Membership.objects.select_for_update(of=("self",)).select_related("team").get(pk=membership.pk)
    _refuse_participants(before)
    if before.team is None or before.team == team:
        raise AlreadyHeld("Choose another team than the one they are in.")
    if on < today:
        raise NotThatDay("A move can be made today or later.")
    if before.ends_on and before.ends_on < on:
        raise NotThatDay("This role ends before that day. Give a new role in the other team instead.")
    after = _moved(before, team, on, by=by)
    _note(account, Kind.MOVED, f"{before.in_words} to {team}, from {_day(on)}{_agreed(agreed_by)}", by=by, now=now)
    return after


def _moved(before: Membership, team: Team, on: date, *, by: User) -> Membership:
    after = Membership(user_id=before.user_id, role=before.role, team=team, starts_on=on, ends_on=before.ends_on)
    before.end_before(on, by=by)
    _refuse_overlap(after)
    return services.save_membership(after, by=by)


@transaction.atomic
@acting_as(SYSTEM)
def suspend(*, account: User, reason: str, by: User, now: datetime) -> None:
    """Suspend an account at once and end its sessions for good."""
    account = _locked(account, by=by)
    if not account.is_active:
        raise NotForThisAccount("This account is suspended already.")
    account.is_active = False
    account.sign_in_round = F("sign_in_round") + 1
    save_or_refuse(account, "is_active", "sign_in_round", by=by)
    _note(account, Kind.SUSPENDED, "", by=by, now=now, reason=reason)
    unallocated.share_with_managers(now=now)


@transaction.atomic
@acting_as(SYSTEM)
def restore(*, account: User, by: User, now: datetime) -> None:
    account = _locked(account, by=by)
    if account.is_active:
        raise NotForThisAccount("This account is not suspended.")
    account.is_active = True
    save_or_refuse(account, "is_active", by=by)
    begun_anew = sign_in_changes.begin_anew(account=account, by=by, now=now)
    _note(account, Kind.RESTORED, "With no password and no second step" if begun_anew else "", by=by, now=now)
    _tell_of_restored(account, by=by, now=now)
    unallocated.share_with_managers(now=now)


def _tell_of_restored(account: User, *, by: User, now: datetime) -> None:
    """Tell the managers of their teams and the data-protection officers: every role counts again."""
    roles = Membership.objects.current(timezone.localdate(now)).filter(user__is_active=True)
    teams = roles.filter(user=account).values("team")
    told = roles.filter(Q(role=Role.MANAGER, team__in=teams) | Q(role=Role.DATA_PROTECTION))
    for user in User.objects.filter(pk__in=told.values("user")).exclude(pk__in=[account.pk, by.pk]).order_by("pk"):
        message_queue.tell_user(
            user=user, subject="An account is open again", now=now,
            key=f"restored:{account.pk}:{now.isoformat()}:{user.pk}",
            body=f"{by.name} opened the account of {account.name} again, with every role it had. If that is not right, "
            "tell an administrator.",
        )  # fmt: skip


def _locked(account: User, *, by: User) -> User:
    """Lock the account for the transaction. Nobody changes their own, or one of a participant."""
    if account.pk == by.pk:
        raise OwnAccount("You cannot change your own account. Ask another administrator.")
    found = User.objects.staff().select_for_update().filter(pk=account.pk).first()
    if found is None:
        raise NotForThisAccount("This account is a participant's. Their practitioner looks after it.")
    return found


def _refuse_participants(membership: Membership) -> None:
    if membership.role == Role.PARTICIPANT:
        raise NotForThisAccount("This account's own pages are looked after by their practitioner.")


def _refuse_overlap(new: Membership) -> None:
    same = Membership.objects.filter(user=new.user_id, role=new.role, team=new.team)
    same = same.not_ended(new.starts_on)
    if new.ends_on:
        same = same.filter(starts_on__lte=new.ends_on)
    if same.exists():
        raise AlreadyHeld("They hold this role there on some of those days. Choose other days, or end that first.")


def _note(account: User, kind: str, what: str, *, by: User, now: datetime, reason: str = "") -> None:
    AccountEvent.objects.create(account=account, kind=kind, at=now, by=by, what=what, reason=reason)


def _agreed(by: User | None) -> str:
    return f"; {by.name} agreed" if by else ""


def _span(starts_on: date, ends_on: date | None) -> str:
    return f"from {_day(starts_on)}" + (f" until {_day(ends_on)}" if ends_on else "")


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
