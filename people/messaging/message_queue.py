"""Queue a message once. A worker sends it (`people/messaging/sending.py`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models.constants import OnConflict
from django.utils import timezone

from common.errors import RuleBroken
from common.postgres.actor import as_service
from common.registry import Registry
from common.saving import save_or_refuse
from people.messaging import contact_numbers, quiet_hours, recipients, sms_limits, waking
from people.models import Channel, Message, Participant, User

# What follows where a message cannot be sent: given it, and when. Higher floors add whom they tell.
ON_PARKED: Registry[Callable[[Message, datetime], None]] = Registry()
HIDDEN = "The words let someone in, so they are not shown here."


class CannotRetry(RuleBroken):
    pass


@dataclass(frozen=True)
class Telling:
    """One e-mail to a member of staff about a person. It carries a CRN, never a name."""

    user: User
    about: Participant
    subject: str
    body: str
    key: str


@dataclass(frozen=True)
class Text:
    """A message of their own to one of many people; `short` for who asked for short ones."""

    participant: Participant
    subject: str
    body: str
    short: str
    key: str
    not_after: datetime
    kind: Message.Kind


@as_service()  # who tells them may not see where they are reached
def tell_participant(
    *,
    participant: Participant,
    body: str,
    key: str,
    now: datetime,
    subject: str = "",
    short: str = "",
    not_before: datetime | None = None,
    not_after: datetime | None = None,
    to: tuple[Channel, str] | None = None,
    kind: Message.Kind = Message.Kind.OTHER,
    lets_in: bool = False,
    at_night: bool = False,
) -> Message | None:
    """Queue a message to a person by text, else e-mail; None where neither is on their record.

    At night it waits for the morning, unless it is a code, or `at_night`: for what would come too late.

    `to` is where they were reached before, where that is to be told instead; `lets_in` where it holds such a link.

    Who asked for short texts gets `short`, else the first sentence and where to read on.
    `key` makes it once for ever: asked again with the same key, nothing is added. Put no reason and no sum in a text.
    """  # fmt: skip
    participant = Participant.objects.get(pk=participant.pk)
    channel, address = to or reached_at(participant)
    if not address:
        return None
    if participant.wants_short_texts:
        body = short or shortened(body)
    if not lets_in and kind != Message.Kind.CODE:
        numbers = contact_numbers.of_leads([participant.pk], timezone.localdate(now))
        body = contact_numbers.signed(body, numbers.get(participant.pk, ""))
    words: dict[str, Any] = {**kept_closed(body)} if lets_in else {"body": body}
    if not (lets_in or at_night or kind == Message.Kind.CODE):
        not_before = quiet_hours.next_waking(not_before or now)
        if not_after and not_before >= not_after:
            return None  # by morning it is of no use
    return _queue(
        participant=participant, channel=channel, address=address, subject=subject or "A message for you", key=key,
        now=now, not_before=not_before, not_after=not_after, kind=kind, must_go=lets_in,
        **words,
    )  # fmt: skip


@as_service()
def tell_participants(
    *, participants: Collection[Participant], body: str, key: str, now: datetime, subject: str, not_before: datetime
) -> None:
    """Queue the same words to many people in one statement; each once for ever, under `key` and their own number."""
    people = Participant.objects.filter(pk__in=[person.pk for person in participants])
    numbers = contact_numbers.of_leads([person.pk for person in participants], timezone.localdate(now))
    not_before = quiet_hours.next_waking(not_before)
    Message.objects.bulk_create(
        [
            Message(
                participant=person, channel=channel, address=address, subject=subject,
                body=contact_numbers.signed(body, numbers.get(person.pk, "")),
                dedupe_key=f"{key}:{person.pk}", queued_at=now, not_before=not_before,
            )
            for person, (channel, address) in ((person, reached_at(person)) for person in people)
            if address
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    waking.on_commit()


@as_service()
def tell_each(texts: Collection[Text], *, now: datetime) -> int:
    """Queue a message of their own to each of many people, in statements that do not grow with them. Return how many.

    As with one, each key is once for ever, and the limits of texts hold.
    """
    people = Participant.objects.in_bulk({text.participant.pk for text in texts})
    reached = [(text, *reached_at(people[text.participant.pk])) for text in texts]
    numbers, morning = contact_numbers.of_leads(people.keys(), timezone.localdate(now)), quiet_hours.next_waking(now)
    sent = sms_limits.sent({address for _, channel, address in reached if channel == Channel.SMS}, now=now)
    messages = []
    for text, channel, address in reached:
        fields = {"channel": channel, "address": address, "kind": text.kind, "not_after": text.not_after}
        fields |= {"queued_at": now, "not_before": morning, "subject": text.subject, "dedupe_key": text.key}
        person = people[text.participant.pk]
        words = text.short if person.wants_short_texts else text.body
        words = contact_numbers.signed(words, numbers.get(person.pk, ""))
        if address and morning < text.not_after:
            messages.append(Message(participant=person, body=words, **in_turn(fields, sent)))
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    waking.on_commit()
    stopped = [message.dedupe_key for message in messages if message.state == Message.State.PARKED]
    # Past the day's limit; but not one that had been queued already, and goes.
    for message in Message.objects.filter(dedupe_key__in=stopped, state=Message.State.PARKED):
        parked(message, now=now)
    return len(messages)


def reached_at(participant: Participant) -> tuple[Channel, str]:
    """Where messages to a person go: their phone, else their e-mail; an empty address where neither is known."""
    return (Channel.SMS, str(participant.phone)) if participant.phone else (Channel.EMAIL, participant.email)


def in_turn(fields: dict[str, Any], sent: sms_limits.Sent) -> dict[str, Any]:
    """Let a text over the minute's limit wait, unless it would come too late; over the day's it is parked."""
    if fields["channel"] != Channel.SMS:
        return fields
    address, kind, until = fields["address"], fields.get("kind", Message.Kind.OTHER), fields.get("not_after")
    turn = max(fields["not_before"], sent.free_from(address))
    if until is None or turn < until:
        fields = {**fields, "not_before": turn}
    if sent.too_many_today(address, kind):
        return {**fields, "state": Message.State.PARKED, "problem": sms_limits.PARKED}
    sent.add(address, kind)
    return fields


def kept_closed(body: str) -> dict[str, str]:
    """Return a secret as it is stored: encrypted until it is sent, except in the demo, where it is read."""
    return {"body": body} if settings.DEMO else {"body": HIDDEN, "secret": body}


def shortened(body: str) -> str:
    """The first sentence, and the last address of a page where there is one."""
    first = re.split(r"(?<=[.!?])\s", body.strip(), maxsplit=1)[0]
    links = [link.rstrip(".,)") for link in re.findall(r"https?://\S+", body)]
    return f"{first} {links[-1]}" if links and links[-1] not in first else first


@as_service()  # whoever tells them may not know who sees the person
def tell_user(
    *,
    user: User,
    subject: str,
    body: str,
    key: str,
    now: datetime,
    participant: Participant | None = None,
    lets_in: bool = False,
) -> Message | None:
    """Queue an e-mail to a member of staff. It carries a case number, never a name.

    About someone whom they may not see it goes to whoever answers for the case instead.
    """
    words = {"subject": subject, **(kept_closed(body) if lets_in else {"body": body})}
    if participant is None or recipients.may_see(User.objects.get(pk=user.pk), participant):
        return _tell(user, participant, key=key, now=now, **words)
    for other in recipients.instead_of(user, participant, now=now):
        _tell(other, participant, key=f"{key}:for:{other.pk}", now=now, **words)
    return None


def _tell(
    user: User, participant: Participant | None, *, subject: str, body: str, key: str, now: datetime, secret: str = ""
) -> Message | None:
    address = _emails([user.pk]).get(user.pk)
    if not address:
        return None
    return _queue(
        participant=participant, user_id=user.pk if participant else None, channel=Channel.EMAIL, address=address,
        subject=subject, body=body, secret=secret, key=key, now=now, not_after=None,
        not_before=quiet_hours.next_waking(now) if quiet_hours.bind(user) and not secret else None,
    )  # fmt: skip


@as_service()
def tell_who_holds(people: Collection[int], *, by: User, tried: str, now: datetime) -> None:
    """Tell whoever answers for these people that someone who may not see them `tried` something; once a day each."""
    for user, theirs in recipients.holders(people, but=by, now=now).items():
        for person in theirs:
            tell_user(
                user=user, participant=person, subject="Someone else may work with the same person", now=now,
                key=f"held:{person.pk}:{by.pk}:{now:%Y-%m-%d}:{user.pk}",
                body=f"{by.name} {tried} {person.crn}, whose record they may not see. Nothing of it was changed, and "
                "they are not told whose it is. If you work with the same person, ring them.",
            )  # fmt: skip


@as_service()
def pass_on(message: Message, *, now: datetime) -> None:
    """Queue the words of a message for whoever may be told, where its recipient no longer sees the person."""
    assert message.user
    assert message.participant
    for other in recipients.instead_of(message.user, message.participant, now=now):
        _tell(
            other, message.participant, subject=message.subject, body=message.body,
            key=f"{message.dedupe_key}:for:{other.pk}"[:200], now=now,
        )  # fmt: skip


@as_service()  # who tells them may not see where they sign in
def _emails(user_ids: Iterable[int]) -> dict[int, str]:
    found = User.objects.filter(pk__in=user_ids).values_list("pk", "email")
    return {pk: email for pk, email in found if email}


def tell_address(
    *, address: str, subject: str, body: str, key: str, now: datetime, participant: Participant | None = None,
    not_after: datetime | None = None, lets_in: bool = False,
) -> Message:  # fmt: skip
    """Queue an e-mail to an address with no account, such as a provider's; `lets_in` where it holds such a link."""
    words: dict[str, Any] = {**kept_closed(body)} if lets_in else {"body": body}
    return _queue(
        participant=participant, channel=Channel.EMAIL, address=address, subject=subject, key=key, now=now,
        not_before=None, not_after=not_after, **words,
    )  # fmt: skip


@as_service()
def tell_users(*, tellings: Iterable[Telling], now: datetime) -> None:
    """Queue many e-mails to staff in one statement; those queued before are left as they are."""
    tellings = list(tellings)
    emails = _emails({telling.user.pk for telling in tellings})
    seen = recipients.all_seen((telling.user, telling.about) for telling in tellings)
    right = [telling for telling in tellings if (telling.user.pk, telling.about.pk) in seen]
    Message.objects.bulk_create(
        [
            Message(
                participant=telling.about, user=telling.user, channel=Channel.EMAIL, address=emails[telling.user.pk],
                subject=telling.subject, body=telling.body, dedupe_key=telling.key, queued_at=now, not_before=now,
            )
            for telling in right
            if telling.user.pk in emails
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    for telling in tellings:
        if (telling.user.pk, telling.about.pk) not in seen:  # seldom: someone was kept out
            tell_user(
                user=telling.user, participant=telling.about, subject=telling.subject, body=telling.body,
                key=telling.key, now=now,
            )  # fmt: skip


@as_service()
def _queue(*, key: str, now: datetime, not_before: datetime | None, must_go: bool = False, **fields: object) -> Message:
    """Queue a message. Texts over the minute's limit wait, over the day's they are parked; none is lost.

    What must go is bound by neither: a warning that nobody may keep back by asking for codes.
    """
    fields |= {"queued_at": now, "not_before": not_before or now}
    if fields["channel"] == Channel.SMS and not must_go:
        fields = in_turn(fields, sms_limits.sent([str(fields["address"])], now=now))
    message = _inserted(Message(dedupe_key=key, **fields))
    if message is None:
        return Message.objects.get(dedupe_key=key)
    waking.on_commit()
    if message.state == Message.State.PARKED:
        parked(message, now=now)
    return message


def _inserted(message: Message) -> Message | None:
    """Insert it in one statement; None where one with its key is there. `bulk_create` does not say which it was."""
    columns = [field for field in Message._meta.concrete_fields if not field.primary_key]
    asked = {"returning_fields": [Message._meta.pk], "on_conflict": OnConflict.IGNORE, "using": connection.alias}
    (row,) = Message.objects.all()._insert([message], fields=columns, **asked)  # type: ignore[attr-defined]
    if row is None:
        return None
    (message.pk,) = row
    message._state.adding, message._state.db = False, connection.alias
    return message


def parked(message: Message, *, now: datetime) -> None:
    """It could not be sent: tell whoever can do something about it in time."""
    for tell in ON_PARKED:
        tell(message, now)


@as_service()
def withdraw(*, key: str) -> None:
    """Withdraw a message that was not sent and is no longer needed."""
    unsent = [Message.State.WAITING, Message.State.PARKED]
    Message.objects.filter(dedupe_key=key, state__in=unsent).update(state=Message.State.WITHDRAWN, secret="")


@transaction.atomic
@as_service()  # only the service writes the outbox
def told(*, message: Message, by: User) -> Message:
    """Record that a message that could not be sent was told to the person in another way: nobody has to any more."""
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.state != Message.State.PARKED:
        raise CannotRetry("This message no longer waits for someone to tell it.")
    message.state, message.problem = Message.State.WITHDRAWN, f"{by.name} told them in another way."[:300]
    return save_or_refuse(message, "state", "problem", by=by)


@transaction.atomic
def retry(*, message: Message, by: User, now: datetime) -> Message:
    """Let a failed message be tried again."""
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.state != Message.State.PARKED:
        raise CannotRetry("Only a message that could not be sent can be tried again.")
    if message.not_after and message.not_after <= now:
        raise CannotRetry("It is too late to send this message: what it is about has passed.")
    message.state, message.tries, message.problem = Message.State.WAITING, 0, ""
    message.leased_until = message.begun_at = None
    save_or_refuse(message, "state", "tries", "problem", "leased_until", "begun_at", by=by)
    return message
