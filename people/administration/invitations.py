"""Invitations to make an account, by a link that works once within seven days."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.saving import save_or_refuse
from people import services
from people.messaging import message_queue
from people.models import AccountEvent, Invitation, Membership, Role, RoleRequest, Team, User
from people.models.accounts import NEED_A_TEAM, SERVICE_EMAIL, WRONG_KIND

LASTS = timedelta(days=7)
FIRST_ADMINISTRATORS = 2


class CannotInvite(RuleBroken):
    pass


class LinkDead(RuleBroken):
    """The link was used, withdrawn, too old or never ours. The answer is the same for each."""


@transaction.atomic
@acting_as(SYSTEM)
def invite_first_administrator(*, email: str, name: str, now: datetime) -> str:
    """Return a link with which someone makes the first or the second administrator's account. Later ones are invited.

    For whoever operates the service, on the command line; it is recorded that the service itself invited them.
    """
    there = Membership.objects.current(timezone.localdate(now)).filter(role=Role.ADMINISTRATOR, user__is_active=True)
    asked = Invitation.objects.usable(now).filter(role=Role.ADMINISTRATOR, invited_by__email=SERVICE_EMAIL)
    if there.count() + asked.count() >= FIRST_ADMINISTRATORS:
        raise CannotInvite(
            "There are two administrators, or links for two. They invite others, on their Accounts page."
        )
    services.refuse_taken(phone="", email=email.lower())
    service = User.objects.service()
    invitation, token = _made(email=email, name=name, role=Role.ADMINISTRATOR, team=None, by=service, now=now)
    return _link(token)


@transaction.atomic
@acting_as(SYSTEM)
def invite(
    *, email: str, name: str, role: Role, team: Team | None, by: User, now: datetime, waits: bool = False
) -> Invitation:
    """Invite someone by e-mail to make an account with this role. Where it `waits`, no link is sent yet."""
    email = email.lower()
    services.refuse_taken(phone="", email=email)
    if role == Role.PARTICIPANT:
        raise CannotInvite("A practitioner opens a participant's pages, from the participant's record.")
    if role in NEED_A_TEAM and team is None:
        raise CannotInvite("Choose the team this person works in.")
    if team is not None and not team.takes(role):
        raise CannotInvite(WRONG_KIND)
    invitation, token = _made(email=email, name=name, role=role, team=team, by=by, now=now)
    if not waits:
        _send(invitation, token, now=now)
    return invitation


def _made(*, email: str, name: str, role: Role, team: Team | None, by: User, now: datetime) -> tuple[Invitation, str]:
    """Return the invitation and what its link carries, which is kept as a digest alone."""
    token = token_urlsafe(32)
    invitation = Invitation(
        email=email.lower(), name=name, role=role, team=team, digest=_digest(token), invited_by=by, invited_at=now,
        expires_at=now + LASTS,
    )  # fmt: skip
    return save_or_refuse(invitation, by=by), token


@transaction.atomic
@acting_as(SYSTEM)
def send_again(*, invitation: Invitation, by: User, now: datetime) -> Invitation:
    """Send a new link for seven more days. The old one stops working."""
    invitation = _waiting(invitation)
    if RoleRequest.objects.waiting().filter(invitation=invitation).exists():
        raise CannotInvite("A second person has to agree to this role first. Then the link is sent.")
    message_queue.withdraw(key=_key(invitation))
    token = token_urlsafe(32)
    invitation.digest, invitation.invited_by = _digest(token), by
    invitation.invited_at, invitation.expires_at = now, now + LASTS
    save_or_refuse(invitation, "digest", "invited_by", "invited_at", "expires_at", by=by)
    _send(invitation, token, now=now)
    return invitation


@transaction.atomic
@acting_as(SYSTEM)
def withdraw_invitation(*, invitation: Invitation, by: User, now: datetime) -> None:
    """Withdraw an invitation. Its link stops working."""
    invitation = _waiting(invitation)
    invitation.withdrawn_at, invitation.withdrawn_by = now, by
    save_or_refuse(invitation, "withdrawn_at", "withdrawn_by", by=by)
    waits = RoleRequest.objects.waiting().filter(invitation=invitation)
    waits.update(state=RoleRequest.State.WITHDRAWN, answered_by=by, answered_at=now)
    message_queue.withdraw(key=_key(invitation))


@acting_as(SYSTEM)  # nobody is signed in yet
def of_link(*, token: str, now: datetime) -> Invitation:
    """Return the invitation of a link that still works."""
    found = Invitation.objects.usable(now).select_related("team", "invited_by").filter(digest=_digest(token)).first()
    if found is None:
        raise LinkDead("This link does not work.")
    return found


@transaction.atomic
@acting_as(SYSTEM)
def accept(*, invitation: Invitation, password: str, today: date, now: datetime) -> User:
    """Make the account, with its password and its role. Two presses make one: the second finds the link used."""
    usable = Invitation.objects.usable(now).select_for_update(of=("self",)).select_related("team", "invited_by")
    invitation = usable.filter(pk=invitation.pk, digest=invitation.digest).first() or _dead()
    by = invitation.invited_by
    if not (by.is_active or by.email == SERVICE_EMAIL) or User.objects.filter(email=invitation.email).exists():
        _dead()
    validate_password(password, User(name=invitation.name, email=invitation.email))
    account = User.objects.create_user(email=invitation.email, password=password, name=invitation.name)
    services.join(user=account, role=Role(invitation.role), team=invitation.team, today=today, by=account)
    invitation.accepted_at, invitation.account = now, account
    save_or_refuse(invitation, "accepted_at", "account", by=account)
    what = f"Invited by {invitation.invited_by.name} as {Role(invitation.role).label.lower()}"
    AccountEvent.objects.create(account=account, kind=AccountEvent.Kind.JOINED, at=now, by=account, what=what)
    return account


def _dead() -> Invitation:
    raise LinkDead("This link does not work.")


def _waiting(invitation: Invitation) -> Invitation:
    found = Invitation.objects.waiting().select_for_update().filter(pk=invitation.pk).first()
    if found is None:
        raise CannotInvite("This invitation was taken up or withdrawn in the meantime.")
    return found


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def _key(invitation: Invitation) -> str:
    return f"invitation:{invitation.pk}:{invitation.invited_at.isoformat()}"


def _link(token: str) -> str:
    return f"{settings.BASE_URL}{reverse('people:invitation-accept', args=[token])}"


def _send(invitation: Invitation, token: str, *, now: datetime) -> None:
    body = (
        f"{invitation.invited_by.name} asks you to join {settings.SERVICE_NAME}.\n\n"
        f"Choose a password here: {_link(token)}\n\n"
        "The link works once, for seven days. If you did not expect this, do nothing."
    )
    message_queue.tell_address(
        address=invitation.email, subject=f"Your {settings.SERVICE_NAME} account", body=body, key=_key(invitation),
        now=now, not_after=invitation.expires_at, lets_in=True,
    )  # fmt: skip
