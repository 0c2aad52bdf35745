"""Every change of where someone signs in goes through `record`: kept, told to the earlier address, shown to its owner.

A participant's way in that staff gave or changed waits until a second person confirms it: one of the staff who had no
part in it, or the person themselves from the earlier address. Until then what they agree to or ask for is kept, and
counts once the way in is confirmed (`ON_ANSWERED`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as, as_service
from common.registry import Registry
from common.saving import save_or_refuse
from common.states import Act, Refusal
from people.access import known_addresses, sign_in_messages
from people.access.known_addresses import KNOWN, ON_CODES
from people.messaging import message_queue
from people.models import AccessGrant, AccountEvent, Channel, Participant, SignInChange, User

LATELY = timedelta(days=90)
SHOWN = 5
Kind, State = SignInChange.Kind, SignInChange.State


class NotOpen(RuleBroken):
    pass


class OwnDoing(RuleBroken):
    pass


class NotWithThis(RuleBroken):
    """Not by this link or way in: only a second member of staff can say yes."""


class WasStopped(RuleBroken):
    pass


SETTLED = Refusal(NotOpen, "This has been answered already. It says: {state}.")
ACTS = {
    "confirm": Act({State.WAITING, State.DISPUTED}, SETTLED),
    "refuse": Act({State.NOTED, State.WAITING, State.CONFIRMED, State.DISPUTED}, SETTLED),
    "dispute": Act(
        {State.NOTED, State.WAITING, State.CONFIRMED},
        Refusal(NotOpen, "We know that this was not you, and have stopped it."),
        done_in={State.DISPUTED, State.REFUSED},
    ),
}
# What waited for a way in: given the change, confirmed or refused, and when. Higher floors add what they keep.
ON_ANSWERED: Registry[Callable[[SignInChange, datetime], None]] = Registry()
# What was said since a change that its owner now says was not theirs waits again.
ON_DISPUTED: Registry[Callable[[SignInChange, datetime], None]] = Registry()


@as_service()
def record(
    *,
    account: User,
    kind: SignInChange.Kind,
    by: User,
    now: datetime,
    what: str = "",
    address: str = "",
    before: str = "",
    through: SignInChange | None = None,
    written_by: User | None = None,
    typed: bool = True,
    told_at: Collection[tuple[Channel, str]] | None = None,
) -> SignInChange:
    """Keep a change, and tell the earlier address (or all of `told_at`), whoever made it.

    `through` is the way in of the session that made it. A participant's change waits to be confirmed where someone else
    made it, or where that way in waits itself.
    """
    participant = Participant.objects.filter(user=account).first()
    made_by_staff = by.pk != account.pk or (through is not None and through.state not in KNOWN)
    waits = participant is not None and kind != Kind.LETTER_USED and made_by_staff
    if through is not None and by.pk == account.pk:
        written_by = through.written_by if through.by_id == account.pk else through.by
    change = SignInChange(
        account=account, participant=participant, kind=kind, what=what or sign_in_messages.in_words(kind, address),
        address=address, before=before, through=through, by=by, written_by=written_by, typed=typed, at=now,
        state=State.WAITING if waits else State.NOTED,
    )  # fmt: skip
    save_or_refuse(change, by=by)
    sign_in_messages.tell(change, now=now, at=told_at)
    if participant is not None and by.pk != account.pk and before not in ("", address):
        _end_sessions(User.objects.get(pk=account.pk), by=by)  # whoever has the earlier phone may have one
    return change


@transaction.atomic
@acting_as(SYSTEM)
def confirm(*, change: SignInChange, by: User, now: datetime) -> SignInChange:
    """It is the person who signs in this way. What they agreed to or asked for counts from now on."""
    change = _locked(change)
    ACTS["confirm"].begins(State(change.state))
    if by.pk in change.hands:
        raise OwnDoing("You had a part in this, so someone else has to confirm it.")
    if by.pk == change.account_id and not known_addresses.may_confirm_by_link(change):
        raise NotWithThis("Someone who works with you will confirm that it is you.")
    _answer(change, State.CONFIRMED, by=by, now=now)
    for each in what_followed(change):  # what its owner said was not theirs is asked one by one
        if each.state == State.WAITING or (each.state == State.DISPUTED and each.kind == Kind.LETTER_USED):
            _answer(each, State.CONFIRMED, by=by, now=now)
    return change


@transaction.atomic
@acting_as(SYSTEM)
def refuse(*, change: SignInChange, by: User, now: datetime) -> SignInChange:
    """It is not the person: end every session, and send codes where they last went that is known to be theirs.

    What waits of the same kind and was made later stands on this one, so it is refused with it; so is what else was
    said not to be theirs.
    """
    change = _locked(change)
    ACTS["refuse"].begins(State(change.state))
    if by.pk in change.hands:
        raise OwnDoing("You had a part in this, so someone else has to answer.")
    stands_on_it = {each.pk: each for each in [*_with_it(change), *_later_and_open(change, but=by)]}
    for _, each in sorted(stands_on_it.items(), reverse=True):
        if each.state != State.REFUSED and (each == change or by.pk not in each.hands):
            _answer(each, State.REFUSED, by=by, now=now)
            _undo(each, by=by, now=now)
    _end_sessions(change.account, by=by)
    return change


@transaction.atomic
@acting_as(SYSTEM)
def dispute(*, change: SignInChange, now: datetime) -> SignInChange:
    """The account's owner says that it was not them. It stops at once, and staff answer.

    A member of staff's account is suspended until an administrator has looked into it.
    """
    change = _locked(change)
    if not ACTS["dispute"].begins(State(change.state)):
        return change
    _end_sessions(change.account, by=change.account)
    if change.participant is None:
        _dispute(change, now=now)
        _suspend(change, now=now)
        return change
    for each in _with_it(change):
        if each.state not in (State.DISPUTED, State.REFUSED):
            _dispute(each, now=now)
        for follow in ON_DISPUTED:
            follow(each, now)
        if each.kind == Kind.LETTER:
            _withdraw(each, now=now)
    return change


def _dispute(change: SignInChange, *, now: datetime) -> None:
    change.state, change.disputed_at, change.answered_by, change.answered_at = State.DISPUTED, now, None, None
    save_or_refuse(change, "state", "disputed_at", "answered_by", "answered_at", by=change.account)


def _with_it(change: SignInChange) -> list[SignInChange]:
    """What stands or falls with this change: the code on paper that was used, what was made by either, and where its
    owner, if it is them, moved their codes since."""
    first = change.through if change.kind == Kind.LETTER_USED and change.through else change
    rows = change.account.sign_in_changes.filter(kind__in=ON_CODES, state=State.NOTED, pk__gt=change.pk)
    since = [*rows.select_related("account", "participant")] if change.by_id == change.account_id else []
    found = {each.pk: each for each in [first, *what_followed(first), *since, change]}
    return list(found.values())


@acting_as(SYSTEM)
def begin_anew(*, account: User, by: User, now: datetime) -> bool:
    """Open again an account that was closed because a change was not its owner's: no password and no second step are
    left of what whoever it was set up. Whether there was such a change."""
    rows = list(account.sign_in_changes.filter(state=State.DISPUTED, participant=None))
    for change in rows:
        _answer(change, State.REFUSED, by=by, now=now)
    if rows:
        Authenticator.objects.filter(user=account).delete()
        SocialAccount.objects.filter(user=account).delete()
        account.set_unusable_password()
        save_or_refuse(account, "password", by=by)
        address = f"{settings.BASE_URL}{reverse('account_reset_password')}"
        message_queue.tell_user(
            user=account, subject="Your account is open again", now=now, key=f"begun-anew:{rows[0].pk}",
            body=f"{by.name} has opened your {settings.SERVICE_NAME} account again. Choose a new password: {address}",
        )  # fmt: skip
    return bool(rows)


def denied() -> list[SignInChange]:
    """Staff accounts that are closed because their owner said that a change was not theirs, for administrators."""
    rows = SignInChange.objects.filter(state=State.DISPUTED, participant=None, account__is_active=False)
    return list(rows.select_related("account").order_by("disputed_at", "pk")[:50])


def notice(*, change: SignInChange, by: User, now: datetime) -> None:
    """The account's owner has seen it, and it was them. Not said by a way in that waits to be confirmed."""
    refuse_unconfirmed(by)
    with as_service():
        SignInChange.objects.filter(pk=change.pk, account=by, noticed_at=None).update(noticed_at=now)


def recent(account: User, now: datetime) -> list[SignInChange]:
    """What changed lately, newest first, for the account's own pages."""
    with as_service():
        rows = account.sign_in_changes.filter(at__gte=now - LATELY).select_related("by").order_by("-at", "-pk")
        return list(rows[:50])


def unnoticed(account: User, now: datetime) -> list[SignInChange]:
    """The newest changes of the last days that the account's owner has not said anything to."""
    since = now - timedelta(days=sign_in_messages.LINK_DAYS)
    rows = [each for each in recent(account, now) if each.at >= since and not each.noticed_at and not each.disputed_at]
    return sorted(rows, key=lambda each: each.kind not in ON_CODES)[:SHOWN]  # where codes go comes first


def gave_lately(user: User, now: datetime) -> Iterable[int]:
    """The people to whom this user gave a way in, or changed it, within LATELY: they may neither decide nor pay."""
    return SignInChange.objects.by_staff_since(user.pk, now - LATELY).values_list("participant", flat=True)


def gave_to(person: str, user: int, now: datetime) -> Exists:
    """The same, of the person in this column of a query, and of the user with this id."""
    return Exists(SignInChange.objects.by_staff_since(user, now - LATELY).filter(participant=OuterRef(person)))


@as_service()  # the person reads it, who sees no access grants
def who_confirms(person: Participant) -> str:
    """Who confirms a way in, as the person knows them."""
    teams = person.access_grants.current().filter(why=AccessGrant.Why.TEAM).order_by("team__name")
    first = teams.values_list("team__name", flat=True).first()
    return str(first or "your practitioner")


@as_service()
def look_again(by: User) -> None:
    """See whether the way in of this request still waits, and let no answer come between until the transaction ends."""
    if by.unconfirmed_way is not None:
        way = SignInChange.objects.select_for_update().get(pk=by.unconfirmed_way.pk)
        if way.state not in {*KNOWN, State.WAITING}:
            raise WasStopped("This way to sign in was stopped. Sign in again another way.")
        by.unconfirmed_way = way if way.state == State.WAITING else None


def refuse_unconfirmed(by: User) -> None:
    """What would be taken away or ended is not kept to wait, so it is not done before the way in is confirmed."""
    if by.unconfirmed_way is not None:
        raise NotWithThis(
            f"Wait until {who_confirms(by.unconfirmed_way.participant)} has confirmed that it is you. Then do this."
        )


def said(user: User, person: Participant, usual: str) -> str:
    """What a page says once the person's word is kept: the usual, or that it waits and for whom."""
    return f"Saved. It waits for {who_confirms(person)} to confirm that it is you." if user.unconfirmed_way else usual


def _locked(change: SignInChange) -> SignInChange:
    rows = SignInChange.objects.select_for_update(of=("self",)).select_related("account", "participant", "through")
    return rows.get(pk=change.pk)


def what_followed(change: SignInChange) -> list[SignInChange]:
    """The changes that were made by this way in, and by those in turn. They are answered with it."""
    found: list[SignInChange] = []
    more = [change]
    while more:
        rows = SignInChange.objects.filter(through__in=more).select_related("account", "participant")
        more = list(rows.order_by("pk"))
        found += more
    return found


def _later_and_open(change: SignInChange, *, but: User) -> list[SignInChange]:
    rows = change.account.sign_in_changes.filter(kind__in=ON_CODES, pk__gt=change.pk).open()
    rows = rows.filter(Q(kind=change.kind) | Q(state=State.DISPUTED))
    return [each for each in rows.select_related("account", "participant") if but.pk not in each.hands]


def _answer(change: SignInChange, state: SignInChange.State, *, by: User, now: datetime) -> None:
    change.state, change.answered_by, change.answered_at = state, by, now
    save_or_refuse(change, "state", "answered_by", "answered_at", by=by)
    for follow in ON_ANSWERED:
        follow(change, now)


def _undo(change: SignInChange, *, by: User, now: datetime) -> None:
    """Send codes where they last went that is known to be theirs; withdraw a letter."""
    if change.kind == Kind.LETTER:
        _withdraw(change, now=now)
    if change.kind not in ON_CODES or change.participant is None:
        return
    if change.participant.user_id != change.account_id:
        return  # the records were merged: the person signs in to another account
    name = "phone" if change.kind == Kind.PHONE else "email"
    account, person = User.objects.get(pk=change.account_id), Participant.objects.lock(change.participant)
    at_now = str(getattr(account, name) or "")
    if at_now != change.address and known_addresses.is_theirs(account, Kind(change.kind), at_now):
        return
    known = known_addresses.newest_known(account, Kind(change.kind))
    free = not User.objects.exclude(pk=account.pk).filter(**{name: known}).exists()
    earlier = known if known and free else ""
    if earlier == at_now:
        return
    setattr(person, name, earlier)
    save_or_refuse(person, name, by=by)
    setattr(account, name, earlier or None)
    account.code_letter_since = None if account.phone or account.email else now
    save_or_refuse(account, name, "code_letter_since", by=by)
    if earlier:
        sign_in_messages.tell_of_return(change, earlier, now=now)


def _withdraw(change: SignInChange, *, now: datetime) -> None:
    letters = change.participant.code_letters if change.participant else None
    if letters is not None:
        letters.filter(way_in=change, used_at=None, withdrawn_at=None).update(withdrawn_at=now)


def _end_sessions(account: User, *, by: User) -> None:
    account.sign_in_round = F("sign_in_round") + 1
    save_or_refuse(account, "sign_in_round", by=by)


def _suspend(change: SignInChange, *, now: datetime) -> None:
    account = change.account
    account.is_active = False
    save_or_refuse(account, "is_active", by=account)
    AccountEvent.objects.create(
        account=account, kind=AccountEvent.Kind.SUSPENDED, at=now, by=account, what=change.get_kind_display(),
        reason="Said that this change of sign-in was not theirs.",
    )  # fmt: skip
