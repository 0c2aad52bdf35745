"""A role that sees people needs a second person's yes: another administrator's, or a manager's of that team."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.saving import save_or_refuse
from common.states import Act, Refusal
from people.administration import accounts, invitations
from people.messaging import message_queue
from people.models import Membership, Role, RoleRequest, Team, User
from people.models.accounts import NEED_A_SECOND

State = RoleRequest.State


class NotWaiting(RuleBroken):
    pass


class NotYours(RuleBroken):
    pass


ANSWERED = Refusal(NotWaiting, "This role was answered already. It says: {state}.")
ACTS = {"agree": Act({State.WAITING}, ANSWERED), "decline": Act({State.WAITING}, ANSWERED)}
ACTS["withdraw"] = Act({State.WAITING}, ANSWERED)


def needs_a_second(role: str) -> bool:
    return role in NEED_A_SECOND


@transaction.atomic
@acting_as(SYSTEM)
def give_role(
    *, account: User, role: Role, team: Team | None, starts_on: date, ends_on: date | None, by: User, today: date,
    now: datetime,
) -> Membership | RoleRequest:  # fmt: skip
    """Give a role, or ask a second person to agree to it where it sees people."""
    given: dict[str, Any] = {"role": role, "team": team, "starts_on": starts_on, "ends_on": ends_on}
    if not needs_a_second(role):
        return accounts.give_role(account=account, by=by, today=today, now=now, **given)
    with transaction.atomic():  # whatever would refuse it says so now, not to the second person
        accounts.give_role(account=account, by=by, today=today, now=now, **given)
        transaction.set_rollback(True)
    return _ask(RoleRequest(account=account, **given), by=by, now=now)


@transaction.atomic
@acting_as(SYSTEM)
def move(*, membership: Membership, team: Team, on: date, by: User, today: date, now: datetime) -> RoleRequest | None:
    """Move a role to another team, or ask a second person to agree to it. None where it moved at once."""
    told: dict[str, Any] = {"membership": membership, "team": team, "on": on, "by": by, "today": today, "now": now}
    if not needs_a_second(membership.role):
        accounts.move(**told)
        return None
    with transaction.atomic():
        accounts.move(**told)
        transaction.set_rollback(True)
    asked = RoleRequest(
        account=membership.user, moves=membership, role=membership.role, team=team, starts_on=on,
        ends_on=membership.ends_on,
    )  # fmt: skip
    return _ask(asked, by=by, now=now)


@transaction.atomic
@acting_as(SYSTEM)
def invite(*, email: str, name: str, role: Role, team: Team | None, by: User, now: datetime) -> RoleRequest | None:
    """Invite someone, at once or once a second person has agreed. None where the link is on its way."""
    invitation = invitations.invite(
        email=email, name=name, role=role, team=team, by=by, now=now, waits=needs_a_second(role)
    )
    if not needs_a_second(role):
        return None
    return _ask(RoleRequest(invitation=invitation, role=role, team=team), by=by, now=now)


def _ask(request: RoleRequest, *, by: User, now: datetime) -> RoleRequest:
    whose = request.account or request.invitation
    assert whose
    request.name, request.email = whose.name, whose.email or ""
    request.asked_by, request.asked_at = by, now
    return save_or_refuse(request, by=by)


@transaction.atomic
@acting_as(SYSTEM)
def agree(*, request: RoleRequest, by: User, today: date, now: datetime) -> RoleRequest:
    """The role begins, or the invitation goes out. The team's managers and the data-protection officers are told."""
    request = _locked(request, "agree", by=by)
    if not request.asked_by.is_active:
        raise RuleBroken(f"{request.asked_by.name}’s account is suspended. Say no, and let someone else ask.")
    roles = {membership.role for membership in request.asked_by.current_memberships}
    if Role.ADMINISTRATOR not in roles and not request.asked_by.is_service:
        raise RuleBroken(f"{request.asked_by.name} is no administrator any more. Say no, and let someone else ask.")
    if request.account and not request.account.is_active:
        raise RuleBroken(f"{request.account.name}’s account is suspended. Open it again first, or say no.")
    request.state = State.AGREED
    _answer(request, by=by, now=now)
    if request.invitation:
        invitations.send_again(invitation=request.invitation, by=request.asked_by, now=now)
    elif request.moves and request.team:
        on = max(request.starts_on or today, today)
        accounts.move(
            membership=request.moves, team=request.team, on=on, by=request.asked_by, today=today, now=now, agreed_by=by
        )
    elif request.account:
        accounts.give_role(
            account=request.account, role=Role(request.role), team=request.team,
            starts_on=max(request.starts_on or today, today), ends_on=request.ends_on, by=request.asked_by, today=today,
            now=now, agreed_by=by,
        )  # fmt: skip
    _tell(request, now=now)
    return request


@transaction.atomic
@acting_as(SYSTEM)
def decline(*, request: RoleRequest, reason: str, by: User, now: datetime) -> RoleRequest:
    request = _locked(request, "decline", by=by)
    request.state, request.answer = State.DECLINED, reason
    _answer(request, by=by, now=now)
    if request.invitation:
        invitations.withdraw_invitation(invitation=request.invitation, by=by, now=now)
    message_queue.tell_user(
        user=request.asked_by, subject="A role was declined", now=now, key=f"role-request:{request.pk}:declined",
        body=f"{by.name} said no to {request.name} as {request.in_words}: {reason}",
    )  # fmt: skip
    return request


@transaction.atomic
@acting_as(SYSTEM)
def withdraw(*, request: RoleRequest, by: User, now: datetime) -> RoleRequest:
    """Take it back: whoever asked, or another administrator."""
    request = RoleRequest.objects.select_for_update(of=("self",)).select_related("invitation").get(pk=request.pk)
    ACTS["withdraw"].begins(State(request.state))
    request.state = State.WITHDRAWN
    _answer(request, by=by, now=now)
    if request.invitation:
        invitations.withdraw_invitation(invitation=request.invitation, by=by, now=now)
    return request


def _locked(request: RoleRequest, act: str, *, by: User) -> RoleRequest:
    rows = RoleRequest.objects.select_for_update(of=("self",))
    request = rows.select_related("account", "invitation", "moves", "team", "asked_by").get(pk=request.pk)
    ACTS[act].begins(State(request.state))
    if by.pk in (request.asked_by_id, request.account_id):
        raise NotYours("Someone other than who asked, and than whose role it is, has to answer.")
    return request


def _answer(request: RoleRequest, *, by: User, now: datetime) -> None:
    request.answered_by, request.answered_at = by, now
    save_or_refuse(request, "state", "answered_by", "answered_at", "answer", by=by)


def _tell(request: RoleRequest, *, now: datetime) -> None:
    """Tell whoever else answers for it: the team's managers, and the data-protection officers."""
    told = Membership.objects.current(timezone.localdate(now)).filter(user__is_active=True).select_related("user")
    managers = told.filter(role=Role.MANAGER, team=request.team) if request.team_id else told.none()
    assert request.answered_by
    words = (
        f"{request.name} holds a role from now on, or once they take up their invitation: {request.in_words}. "
        f"{request.asked_by.name} asked for it and {request.answered_by.name} agreed. If that is not right, tell an "
        "administrator."
    )
    page = f"\n\n{settings.BASE_URL}{reverse('people:role-request', args=[request.pk])}"  # which an officer cannot open
    parts = {request.asked_by_id, request.answered_by_id, request.account_id}
    for membership in managers.union(told.filter(role=Role.DATA_PROTECTION)):
        if membership.user_id not in parts:
            message_queue.tell_user(
                user=membership.user, subject="Someone has a new role", now=now,
                body=words + (page if membership.role == Role.MANAGER else ""),
                key=f"role-request:{request.pk}:{membership.user_id}",
            )  # fmt: skip
