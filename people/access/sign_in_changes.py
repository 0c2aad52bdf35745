"""Every change of where someone signs in goes through `record`: kept, told to the earlier address, shown to its owner.

A participant's way in that staff gave or changed waits until a second person confirms it: one of the staff who had no
part in it, or the person themselves from the earlier address. Until then what they agree to or ask for is kept, and
counts once the way in is confirmed (`ON_ANSWERED`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as, as_service
from common.registry import Registry
from common.saving import save_or_refuse
from common.states import Act, Refusal
from people.messaging import message_queue
from people.models import AccessGrant, AccountEvent, Channel, Participant, SignInChange, User

LATELY = timedelta(days=90)
LINK_DAYS = 30
SALT = "people.access.sign_in_changes"
Kind, State = SignInChange.Kind, SignInChange.State
KNOWN = {State.NOTED, State.CONFIRMED}  # it is the account's owner
ON_CODES = {Kind.PHONE: Channel.SMS, Kind.EMAIL: Channel.EMAIL}


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
    "refuse": Act({State.WAITING, State.DISPUTED}, SETTLED),
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

NOW_GO = "Your {service} codes now go {where}."
MADE = "A code on paper was made, so that you can sign in to {service}."
USED = "Someone signed in to your {service} pages with a code on paper."
STAFF = "The {what} of your {service} account was changed."
IF_NOT = " If that was not you, tell us here: {link}"
SAY_WHICH = " Was that you? Please say yes or no here: {link}"


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
) -> SignInChange:
    """Keep a change, and tell the earlier address, whoever made it.

    `through` is the way in of the session that made it. A participant's change waits to be confirmed where someone else
    made it, or where that way in waits itself.
    """
    participant = Participant.objects.filter(user=account).first()
    made_by_staff = by.pk != account.pk or (through is not None and through.state not in KNOWN)
    waits = participant is not None and kind != Kind.LETTER_USED and made_by_staff
    if through is not None and by.pk == account.pk:
        written_by = through.written_by if through.by_id == account.pk else through.by
    change = SignInChange(
        account=account, participant=participant, kind=kind, what=what or in_words(kind, address), address=address,
        before=before, through=through, by=by, written_by=written_by, typed=typed, at=now,
        state=State.WAITING if waits else State.NOTED,
    )  # fmt: skip
    save_or_refuse(change, by=by)
    _tell(change, now=now)
    return change


def in_words(kind: SignInChange.Kind, address: str) -> str:
    """What changed, with no more of an address than tells it apart."""
    if kind == Kind.PHONE:
        return f"Codes go to the phone number ending {address[-3:]}" if address else "No phone number for codes"
    if kind == Kind.EMAIL:
        return f"Codes go to {_masked(address)}" if address else "No e-mail address for codes"
    return str(kind.label)


def _masked(email: str) -> str:
    name, _, domain = email.partition("@")
    return f"{name[:1]}…@{domain}"


def _tell(change: SignInChange, *, now: datetime) -> None:
    key = f"sign-in-change:{change.pk}"
    words = _words(change)
    if change.participant is None:
        subject = "Your sign-in has changed"
        message_queue.tell_user(user=change.account, subject=subject, body=words, key=key, now=now, lets_in=True)
    elif to := _earlier(change):
        message_queue.tell_participant(
            participant=change.participant, body=words, short=words, key=key, now=now, to=to,
            subject="How you sign in has changed", lets_in=True,
        )  # fmt: skip


def _words(change: SignInChange) -> str:
    named = {"service": settings.SERVICE_NAME, "link": settings.BASE_URL + path(change)}
    if change.kind in ON_CODES:
        where = f"to a phone number ending {change.address[-3:]}" if change.kind == Kind.PHONE else "by e-mail"
        said = NOW_GO.format(where=where if change.address else "somewhere else", **named)
        return said + (SAY_WHICH if may_confirm_by_link(change) else IF_NOT).format(**named)
    if change.kind in (Kind.LETTER, Kind.LETTER_USED):
        return (MADE if change.kind == Kind.LETTER else USED).format(**named) + IF_NOT.format(**named)
    return STAFF.format(what=change.get_kind_display().lower(), **named) + f" {change.what}." + IF_NOT.format(**named)


def _earlier(change: SignInChange) -> tuple[Channel, str] | None:
    """Where codes went before this change; else an address that is known to be theirs, or was before the newest."""
    if change.before:
        return ON_CODES[Kind(change.kind)], change.before
    now_at = {Channel.SMS: str(change.account.phone or ""), Channel.EMAIL: change.account.email or ""}
    newest = {each.kind: each for each in change.account.sign_in_changes.filter(kind__in=ON_CODES).order_by("at", "pk")}
    for kind, channel in ON_CODES.items():
        is_known = kind not in newest or (newest[kind].state in KNOWN and newest[kind].at != change.at)
        if now_at[channel] and kind != change.kind and is_known:
            return channel, now_at[channel]
    before = [(ON_CODES[Kind(each.kind)], each.before) for each in newest.values() if each.before]
    return before[0] if before else None


def path(change: SignInChange) -> str:
    """A page that says what changed and takes a yes or no, for whoever reads the earlier address."""
    return reverse("people:was-this-you", args=[signing.TimestampSigner(salt=SALT).sign(str(change.pk))])


@as_service()
def of_link(token: str) -> SignInChange | None:
    """The change that a link is about; None for a link that is too old or not ours."""
    try:
        pk = signing.TimestampSigner(salt=SALT).unsign(token, max_age=timedelta(days=LINK_DAYS))
    except signing.BadSignature:
        return None
    rows = SignInChange.objects.select_related("account", "participant", "by", "through")
    return rows.filter(pk=pk).first()


@as_service()
def may_confirm_by_link(change: SignInChange) -> bool:
    """Whether a yes from the earlier address confirms it: where that address was itself the person's own."""
    return bool(
        change.state == State.WAITING
        and change.before
        and change.through_id is None
        and _is_theirs(change.account, Kind(change.kind), change.before, earlier_than=change)
    )


def _is_theirs(account: User, kind: SignInChange.Kind, address: str, *, earlier_than: SignInChange) -> bool:
    """Whether this address was confirmed for this account, or was there before changes were kept."""
    rows = account.sign_in_changes.filter(kind=kind, address=address, pk__lt=earlier_than.pk).order_by("-pk")
    newest = rows.first()
    return newest is None or newest.state in KNOWN


@as_service()
def way_in(account: User, kind: SignInChange.Kind, address: str) -> SignInChange | None:
    """The change that made this address the account's; None for one from before changes were kept."""
    return account.sign_in_changes.filter(kind=kind, address=address).order_by("-at", "-pk").first()


@transaction.atomic
@acting_as(SYSTEM)
def confirm(*, change: SignInChange, by: User, now: datetime) -> SignInChange:
    """It is the person who signs in this way. What they agreed to or asked for counts from now on."""
    change = _locked(change)
    ACTS["confirm"].begins(State(change.state))
    if by.pk in change.hands:
        raise OwnDoing("You had a part in this, so someone else has to confirm it.")
    if by.pk == change.account_id and not may_confirm_by_link(change):
        raise NotWithThis("Someone who works with you will confirm that it is you.")
    for each in [change, *what_followed(change)]:
        if each.state in (State.WAITING, State.DISPUTED):
            _answer(each, State.CONFIRMED, by=by, now=now)
    return change


@transaction.atomic
@acting_as(SYSTEM)
def refuse(*, change: SignInChange, by: User, now: datetime) -> SignInChange:
    """It is not the person: end every session, and send codes where they last went that is known to be theirs.

    What waits of the same kind and was made later stands on this one, so it is refused with it.
    """
    change = _locked(change)
    ACTS["refuse"].begins(State(change.state))
    if by.pk in change.hands:
        raise OwnDoing("You had a part in this, so someone else has to answer.")
    for each in reversed([change, *what_followed(change), *_later_of_its_kind(change, but=by)]):
        if each.state != State.REFUSED:
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
    change.state, change.disputed_at, change.answered_by, change.answered_at = State.DISPUTED, now, None, None
    save_or_refuse(change, "state", "disputed_at", "answered_by", "answered_at", by=change.account)
    _end_sessions(change.account, by=change.account)
    if change.participant is None:
        _suspend(change, now=now)
    else:
        for each in [change, *what_followed(change)]:
            for follow in ON_DISPUTED:
                follow(each, now)
        if change.kind == Kind.LETTER:
            _withdraw(change, now=now)
    return change


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
    since = now - timedelta(days=LINK_DAYS)
    return [each for each in recent(account, now) if each.at >= since and not each.noticed_at and not each.disputed_at][
        :3
    ]


def gave_lately(user: User, now: datetime) -> Iterable[int]:
    """The people to whom this user gave a way in, or changed it, within LATELY: they may neither decide nor pay."""
    return SignInChange.objects.by_staff_since(user, now - LATELY).values_list("participant", flat=True)


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


def _later_of_its_kind(change: SignInChange, *, but: User) -> list[SignInChange]:
    if change.kind not in ON_CODES:
        return []
    rows = change.account.sign_in_changes.filter(kind=change.kind, pk__gt=change.pk).open()
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
    name = "phone" if change.kind == Kind.PHONE else "email"
    account, person = User.objects.get(pk=change.account_id), Participant.objects.lock(change.participant)
    at_now = str(getattr(account, name) or "")
    if at_now != change.address and _is_theirs_now(account, Kind(change.kind), at_now):
        return
    known = _known_address(account, Kind(change.kind))
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
        words = f"Your {settings.SERVICE_NAME} codes come here again."
        to = (ON_CODES[Kind(change.kind)], earlier)
        message_queue.tell_participant(
            participant=person, body=words, short=words, key=f"sign-in-change:{change.pk}:back", now=now, to=to
        )


def _is_theirs_now(account: User, kind: SignInChange.Kind, address: str) -> bool:
    newest = account.sign_in_changes.filter(kind=kind, address=address).order_by("-pk").first()
    return newest is None or newest.state in KNOWN


def _known_address(account: User, kind: SignInChange.Kind) -> str:
    """The newest address that is known to be theirs: of a known change, else from before the first that is not."""
    rows = list(account.sign_in_changes.filter(kind=kind).order_by("-pk"))
    known = next((each.address for each in rows if each.state in KNOWN), None)
    return known if known is not None else rows[-1].before if rows else ""


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
