"""What the account's owner is told of a change to how they sign in, and the link by which they answer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from common.postgres.actor import as_service
from people.access import known_addresses
from people.access.known_addresses import ON_CODES
from people.messaging import message_queue
from people.models import Channel, SignInChange

LINK_DAYS = 30
SALT = "people.access.sign_in_changes"
Kind = SignInChange.Kind

NOW_GO = "Your {service} codes now go {where}."
MADE = "A code on paper was made, so that you can sign in to {service}."
USED = "Someone signed in to your {service} pages with a code on paper."
STAFF = "The {what} of your {service} account was changed."
IF_NOT = " If that was not you, tell us here: {link}"
SAY_WHICH = " Was that you? Please say yes or no here: {link}"


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


def tell(change: SignInChange, *, now: datetime, at: Collection[tuple[Channel, str]] | None = None) -> None:
    """Tell the account's owner: at the earlier address, or at all of `at`."""
    key = f"sign-in-change:{change.pk}"
    words = _words(change)
    if change.participant is None:
        subject = "Your sign-in has changed"
        message_queue.tell_user(user=change.account, subject=subject, body=words, key=key, now=now, lets_in=True)
        return
    earlier = known_addresses.earlier(change) if at is None else None
    for number, to in enumerate([earlier] if earlier else at or ()):
        message_queue.tell_participant(
            participant=change.participant, body=words, short=words, key=f"{key}:{number}" if number else key, now=now,
            to=to, subject="How you sign in has changed", lets_in=True,
        )  # fmt: skip


def _words(change: SignInChange) -> str:
    named = {"service": settings.SERVICE_NAME, "link": settings.BASE_URL + path(change)}
    if change.kind in ON_CODES:
        where = f"to a phone number ending {change.address[-3:]}" if change.kind == Kind.PHONE else "by e-mail"
        said = NOW_GO.format(where=where if change.address else "somewhere else", **named)
        return said + (SAY_WHICH if known_addresses.may_confirm_by_link(change) else IF_NOT).format(**named)
    if change.kind in (Kind.LETTER, Kind.LETTER_USED):
        return (MADE if change.kind == Kind.LETTER else USED).format(**named) + IF_NOT.format(**named)
    return STAFF.format(what=change.get_kind_display().lower(), **named) + f" {change.what}." + IF_NOT.format(**named)


def tell_of_return(change: SignInChange, address: str, *, now: datetime) -> None:
    """Say at the earlier address that codes come there again, once a change was refused."""
    assert change.participant
    words = f"Your {settings.SERVICE_NAME} codes come here again."
    message_queue.tell_participant(
        participant=change.participant, body=words, short=words, key=f"sign-in-change:{change.pk}:back", now=now,
        to=(ON_CODES[Kind(change.kind)], address),
    )  # fmt: skip


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
