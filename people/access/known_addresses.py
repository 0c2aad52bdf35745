"""Which of the addresses that codes went to are known to be the account's owner's."""

from __future__ import annotations

from common.postgres.actor import as_service
from people.models import Channel, SignInChange, User

Kind, State = SignInChange.Kind, SignInChange.State
KNOWN = {State.NOTED, State.CONFIRMED}  # it is the account's owner
ON_CODES = {Kind.PHONE: Channel.SMS, Kind.EMAIL: Channel.EMAIL}


@as_service()
def may_confirm_by_link(change: SignInChange) -> bool:
    """Whether a yes from the earlier address confirms it: where that address was itself the person's own."""
    return bool(
        change.state == State.WAITING
        and change.before not in ("", change.address)  # the same place tells nothing of another record
        and change.through_id is None
        and is_theirs(change.account, Kind(change.kind), change.before, earlier_than=change)
    )


def is_theirs(
    account: User, kind: SignInChange.Kind, address: str, *, earlier_than: SignInChange | None = None
) -> bool:
    """Whether this address is known to be the account's owner's."""
    way = way_in(account, kind, address, earlier_than=earlier_than)
    return way is None or way.state in KNOWN


@as_service()
def way_in(
    account: User, kind: SignInChange.Kind, address: str, *, earlier_than: SignInChange | None = None
) -> SignInChange | None:
    """The change that made this address the account's; None for one from before changes were kept.

    One that was known before stays so, though it was written down again meanwhile and that was refused.
    """
    rows = account.sign_in_changes.filter(kind=kind, **({"pk__lt": earlier_than.pk} if earlier_than else {}))
    of_kind = list(rows.order_by("-at", "-pk"))
    its_own = [each for each in of_kind if each.address == address]
    newest = its_own[0] if its_own else None
    if newest is None or newest.state != State.REFUSED or newest.before == address:
        return newest
    known = next((each for each in its_own if each.state in KNOWN), None)
    return None if known is None and of_kind[-1].before == address else known or newest


def newest_known(account: User, kind: SignInChange.Kind) -> str:
    """The newest address that is known to be theirs: of a known change, else from before the first that is not."""
    rows = list(account.sign_in_changes.filter(kind=kind).order_by("-pk"))
    known = next((each.address for each in rows if each.state in KNOWN), None)
    return known if known is not None else rows[-1].before if rows else ""


def earlier(change: SignInChange) -> tuple[Channel, str] | None:
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
