"""The signed link by which a provider answers a referral with no account. A new link ends the one before."""

from __future__ import annotations

import re
from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.urls import reverse

from people.models import Message
from providers.models import Referral

LASTS = timedelta(days=90)
LINK_KEY = re.compile(r"referral:(\d+):link:\d+")
_signer = TimestampSigner(salt="providers.referral-link")


class LinkUnknown(Exception):
    """Not a link of ours, or one that was changed on the way."""


class LinkClosed(Exception):
    """A link of ours to a referral that its provider may not read now."""


class LinkOver(Exception):
    """A link that was ours: too old, or replaced by a newer one."""


def token_for(referral: Referral) -> str:
    return _signer.sign(f"{referral.reference}.{referral.link_version}")


def address_for(referral: Referral) -> str:
    """The link in full, for an e-mail."""
    return settings.BASE_URL + reverse("providers:referral-link", args=[token_for(referral)])


def referral_for(token: str) -> Referral:
    """The referral that this link answers."""
    try:
        reference, version = _signer.unsign(token, max_age=LASTS).split(".")
    except SignatureExpired as late:
        raise LinkOver from late
    except (BadSignature, ValueError) as forged:
        raise LinkUnknown from forged
    referral = Referral.objects.with_details().filter(reference=reference).first()
    if referral is None:
        raise LinkUnknown
    if str(referral.link_version) != version:
        raise LinkOver
    if not Referral.objects.readable().filter(pk=referral.pk).exists():
        raise LinkClosed
    return referral


def may_be_sent(message: Message) -> bool:
    """Whether an e-mail with a link may go: its referral is open, and its provider may read it."""
    sent = LINK_KEY.fullmatch(message.dedupe_key)
    return sent is None or Referral.objects.open().readable().filter(pk=sent[1]).exists()
