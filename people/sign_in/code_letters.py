"""Code letters: give one, and sign in with one within a few tries."""

from __future__ import annotations

import secrets
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as, as_service
from common.saving import save_or_refuse
from people import services
from people.access import sign_in_changes
from people.models import Channel, CodeLetter, Participant, SignInChange, User

LETTERS = "ACDEFGHJKMNPQRTWXY34679"  # no two that look alike: no O and 0, I and 1, S and 5, B and 8, Z and 2
LENGTH = 10
DAYS = 7
Kind = SignInChange.Kind


class NoLongerHere(RuleBroken):
    pass


@transaction.atomic
@acting_as(SYSTEM)  # how someone signs in is written by the service alone
def give(*, participant: Participant, by: User, now: datetime) -> str:
    """Give a new code, shown once, and withdraw earlier ones. Open the person's pages if they are not open."""
    participant = Participant.objects.select_related("user").lock(participant)
    today = timezone.localdate(now)
    if participant.left_on and participant.left_on <= today:
        raise NoLongerHere(f"{participant.called} is no longer with us, so they cannot sign in.")
    participant.user = services.open_portal(participant=participant, today=today, now=now, by=by)
    for earlier in participant.code_letters.filter(used_at=None, withdrawn_at=None):
        earlier.withdrawn_at = now
        save_or_refuse(earlier, "withdrawn_at", by=by)
    letters = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    given = CodeLetter(
        participant=participant, proof=_proofs(letters)[0], given_by=by, given_at=now, works_until=_last_moment(today),
        way_in=sign_in_changes.record(account=participant.user, kind=Kind.LETTER, by=by, now=now),
    )  # fmt: skip
    save_or_refuse(given, by=by)
    return f"{letters[:5]}-{letters[5:]}"


def _last_moment(today: date) -> datetime:
    """Return the last second of the seventh day, in local time."""
    return datetime.combine(today + timedelta(days=DAYS), time(23, 59, 59), timezone.get_default_timezone())


def _proofs(letters: str) -> list[str]:
    """Return the digests of a code under our keys. The table alone lets nobody try all codes."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [
        salted_hmac("people.sign_in.code_letters", letters, secret=key, algorithm="sha256").hexdigest() for key in keys
    ]


def read(typed: str) -> str:
    """Return the letters of a code as typed: in either case, with or without spaces and dashes."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())


def enter(*, code: str, born_on: date, now: datetime) -> CodeLetter | None:
    """Use up a code. Return its letter, or None where code or date of birth is wrong.

    A try is counted and committed before it is compared, so that of many at once at most five are compared.
    """
    with acting_as(SYSTEM):  # nobody is signed in yet
        tried = _count_try(code, now)
        return _use(tried, now) if tried and _is_theirs(tried, born_on) else None


@transaction.atomic(durable=True)
def _count_try(code: str, now: datetime) -> CodeLetter | None:
    """Count a try. Return the code, or None where there is none or it has no tries left."""
    usable = CodeLetter.objects.usable(now).filter(proof__in=_proofs(read(code)))
    found = usable.select_for_update(of=("self",)).select_related("participant__user", "way_in").first()
    if found is not None:
        found.wrong_tries += 1
        found.save(update_fields=["wrong_tries"])
    return found


def _is_theirs(tried: CodeLetter, born_on: date) -> bool:
    person = tried.participant
    if tried.way_in and tried.way_in.account_id != person.user_id:
        return False  # the record was merged, and has another account now
    return person.date_of_birth == born_on and person.user is not None and person.user.is_active


@transaction.atomic
def _use(tried: CodeLetter, now: datetime) -> CodeLetter | None:
    """Mark the code used, and give the right try back. Return None where it was used in the meantime."""
    left = CodeLetter.objects.filter(pk=tried.pk, used_at=None, withdrawn_at=None)
    if not left.update(used_at=now, wrong_tries=F("wrong_tries") - 1):
        return None
    account = tried.participant.user
    assert account is not None
    sign_in_changes.record(account=account, kind=Kind.LETTER_USED, through=tried.way_in, by=account, now=now)
    return tried


@transaction.atomic
@acting_as(SYSTEM)  # where someone signs in is written by the service alone
def set_contact_point(*, participant: Participant, channel: Channel, address: str, by: User, now: datetime) -> None:
    """Set where codes are sent from now on. The person has shown that they can read what arrives there.

    The earlier contact point is told, so that nobody with a borrowed phone takes the account over unseen.
    """
    sign_in_changes.look_again(by)
    participant = Participant.objects.select_related("user").lock(participant)
    name = "phone" if channel == Channel.SMS else "email"
    setattr(participant, name, address)
    save_or_refuse(participant, name, by=by)
    if participant.user:
        through = SignInChange.objects.filter(pk=by.way_in_id).first() if by.way_in_id else None
        services.move_sign_in(
            participant.user, phone=str(participant.phone), email=participant.email, by=by, now=now, through=through
        )


@as_service()
def is_free(*, user: User, channel: Channel, address: str) -> bool:
    """Whether no other account has this contact point."""
    others = User.objects.exclude(pk=user.pk)
    return not (others.filter(phone=address) if channel == Channel.SMS else others.filter(email=address)).exists()
