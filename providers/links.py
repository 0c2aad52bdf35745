"""The signed link by which a provider answers a referral with no account. A new link ends the one before."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.urls import reverse

from providers.models import Referral

LASTS = timedelta(days=90)
_signer = TimestampSigner(salt="providers.referral-link")


class LinkUnknown(Exception):
    """Not a link of ours, or one that was changed on the way."""


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
    return referral
