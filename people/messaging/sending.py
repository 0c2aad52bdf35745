"""Send what is due from the outbox, once.

A row is claimed in a short transaction (skipping rows that another worker holds) with a lease, sent outside it, and
marked in a transaction of its own. A worker that dies leaves a lease that runs out; the row is claimed again then. The
try is counted at the claim, so a row that kills its worker is parked like one that fails.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from http.client import BAD_REQUEST
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q, QuerySet
from notifications_python_client.errors import HTTPError
from notifications_python_client.notifications import NotificationsAPIClient

from common.encryption import CannotDecrypt
from common.registry import Registry
from people.messaging import message_queue, recipients
from people.models import Channel, Message

LEASE = timedelta(minutes=5)  # longer than a batch takes when every send is slow
BATCH = 20
TRIES = 5
BACK_OFF = [timedelta(minutes=wait) for wait in (1, 5, 20, 60)]

log = logging.getLogger(__name__)
State = Message.State


# Asked of every message as it is sent: whether it may still go. Higher floors add what they know.
STILL_RIGHT: Registry[Callable[[Message], bool]] = Registry()
NOT_ANY_MORE = "Whoever it was for may not be told of this person any more."


class CannotSend(Exception):
    """Sending this again would not help; the message says why in plain words."""


@transaction.atomic
def retire(*, now: datetime) -> int:
    """Give up on messages that are too late or were tried too often. Return how many."""
    free = Message.objects.filter(Q(leased_until=None) | Q(leased_until__lte=now), state=State.WAITING)
    late = free.filter(not_after__lte=now).update(state=State.TOO_LATE, leased_until=None, secret="")
    worn = list(free.filter(tries__gte=TRIES).select_related("participant").select_for_update(of=("self",)))
    for message in worn:
        _park(message, "Tried five times and never finished.", now=now)
    return late + len(worn)


def send_batch(*, now: datetime) -> int:
    """Claim and send some due messages. Return how many were claimed; 0 means that none is left."""
    claimed = claim(now=now)
    for message in claimed:
        _send_one(message, now=now)
    return len(claimed)


@transaction.atomic
def claim(*, now: datetime) -> list[Message]:
    """Claim the rows due longest, and skip those that another worker is claiming.

    A row that was begun and never ended, because its worker died, is claimed alone: it may have been the cause.
    """
    due = Message.objects.due(now).filter(tries__lt=TRIES).order_by("not_before", "pk").defer("secret")
    free = due.select_related("user", "participant").select_for_update(of=("self",), skip_locked=True)
    claimed = list(free.filter(begun_at__isnull=False)[:1]) or list(free[:BATCH])
    until = now + LEASE
    Message.objects.filter(pk__in=[m.pk for m in claimed]).update(leased_until=until)
    for message in claimed:
        message.leased_until = until
    return claimed


def _send_one(message: Message, *, now: datetime) -> None:
    try:
        if not _begin(message, now=now) or not _still_right(message, now=now):
            return
        _deliver(message)
    except (CannotSend, CannotDecrypt) as problem:
        _park(message, str(problem), now=now)
    except Exception as problem:  # whatever goes wrong with one row, the others still go
        log.warning("message %s was not sent: %s", message.pk, type(problem).__name__)
        _try_again(message, now=now, problem=problem)
    else:
        _mark(message, state=State.SENT, sent_at=now, problem="")
        log.info("message %s sent", message.pk)


def _try_again(message: Message, *, now: datetime, problem: Exception) -> None:
    words = f"It could not be handed over ({type(problem).__name__})."
    if message.tries >= TRIES:
        _park(message, words, now=now)
    else:
        wait = BACK_OFF[min(message.tries, len(BACK_OFF)) - 1]
        _mark(message, leased_until=now + wait, problem=words)


@transaction.atomic
def _park(message: Message, problem: str, *, now: datetime) -> None:
    """Give up on it, and tell whoever can do something about it."""
    _mark(message, state=State.PARKED, problem=problem)
    message.state, message.problem = State.PARKED, problem
    message_queue.parked(message, now=now)


@transaction.atomic
def _begin(message: Message, *, now: datetime) -> bool:
    """Count a try, and open words that let someone in. False where it was withdrawn since, or our lease ran out."""
    ours = _locked(message).filter(state=State.WAITING)
    secret = ours.values_list("secret", flat=True).first()
    if secret is None or not ours.update(tries=F("tries") + 1, begun_at=now):
        return False
    message.secret, message.tries = secret, message.tries + 1
    return True


@transaction.atomic
def _still_right(message: Message, *, now: datetime) -> bool:
    """Whether the recipient may still be told. What they may not is passed on to whoever may."""
    if message.user and message.participant and not recipients.may_see(message.user, message.participant):
        message_queue.pass_on(message, now=now)
    elif all(check(message) for check in STILL_RIGHT):
        return True
    _mark(message, state=State.WITHDRAWN, problem=NOT_ANY_MORE)
    return False


def _locked(message: Message) -> QuerySet[Message]:
    """The row while we hold it: a lease that ran out belongs to someone else now."""
    return Message.objects.filter(pk=message.pk, leased_until=message.leased_until)


@transaction.atomic
def _mark(message: Message, **changes: Any) -> None:
    if changes.get("state") in (State.SENT, State.WITHDRAWN):
        changes["secret"] = ""
    _locked(message).update(**{"leased_until": None, "begun_at": None, **changes})


def _deliver(message: Message) -> None:
    if settings.MESSAGE_SENDER == "outbox":  # it can be read on the outbox page; nothing leaves the machine
        return
    if message.channel == Channel.EMAIL:
        _email(message)
    else:
        _text(message)


def _email(message: Message) -> None:
    """The id goes along, so that a mail read twice after a crash can be told for one."""
    EmailMessage(
        subject=message.subject,
        body=message.words,
        to=[message.address],
        headers={"Message-ID": f"<{message.reference}@{_domain()}>"},
    ).send()


def _domain() -> str:
    return str(settings.DEFAULT_FROM_EMAIL).rpartition("@")[2].strip("> ")


def _text(message: Message) -> None:
    """By GOV.UK Notify. What it calls a bad request stays one, however often it is sent.

    Before a second try it is asked whether the first arrived, since a worker may have died before noting it.
    """
    if not (settings.NOTIFY_API_KEY and settings.NOTIFY_SMS_TEMPLATE):
        raise CannotSend("Text messages are not set up. Ask an administrator, or call the person.")
    client = NotificationsAPIClient(settings.NOTIFY_API_KEY, settings.NOTIFY_URL, timeout=settings.EMAIL_TIMEOUT)
    if message.tries > 1 and client.get_all_notifications(reference=message.reference)["notifications"]:
        return
    try:
        client.send_sms_notification(
            phone_number=message.address,
            template_id=settings.NOTIFY_SMS_TEMPLATE,
            personalisation={"body": message.words},
            reference=message.reference,
        )
    except HTTPError as refusal:
        if refusal.status_code == BAD_REQUEST:
            raise CannotSend("GOV.UK Notify refused this text. Check the phone number, or call the person.") from None
        raise
