"""Reallocation: transfer a caseload, whole or in part, today or later. Each public function is one transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.saving import save_or_refuse
from people import services
from people.access.abilities import Can, can
from people.messaging import message_queue
from people.models import Assignment, Membership, Participant, Transfer, TransferPerson, User
from people.models.participants import ParticipantQuerySet
from people.models.transfers import TransferQuerySet

AHEAD = timedelta(days=90)
TEXTS_FROM = time(9)  # a note for a later day is sent at nine, not in the night
DAY_MARK, NAME_MARK = "[day]", "[name]"
USUAL_NOTE = " ".join(
    [
        f"From {DAY_MARK} your practitioner is {NAME_MARK}.",
        f"{NAME_MARK} will get in touch with you.",
        "Your plan stays the same.",
    ]
)


class NobodyToTransfer(RuleBroken):
    pass


class NotWithinThatTime(RuleBroken):
    pass


class NotToOneself(RuleBroken):
    pass


class NotTheirs(RuleBroken):
    pass


class AlreadyPlanned(RuleBroken):
    pass


class TooLate(RuleBroken):
    pass


def caseload(*, of: User, for_user: User, today: date) -> ParticipantQuerySet:
    """Return the people whom someone leads and this user may see."""
    people = Participant.objects.visible_to(for_user).led_by(of, today).current(today)
    return people.order_by("family_name", "given_name", "pk")


def size(*, of: User, today: date) -> int:
    """Count the people whom someone leads, for users who may see none of them."""
    with acting_as(SYSTEM):
        return Participant.objects.led_by(of, today).current(today).count()


def whole_caseload(*, of: User, today: date) -> list[int]:
    """Return the ids of everyone whom someone leads, for users who transfer them unseen."""
    with acting_as(SYSTEM):
        return list(Participant.objects.led_by(of, today).current(today).order_by("pk").values_list("pk", flat=True))


def may_transfer(*, by: User, of: User, today: date) -> bool:
    """Whether the user may transfer this caseload: administrators all but their own, managers their team's."""
    if can(by, Can.MANAGE_ACCOUNTS):
        return of.pk != by.pk and User.objects.staff().filter(pk=of.pk).exists()
    there = Membership.objects.current(today).of_practitioners().filter(user=of, team__in=by.team_ids)
    return there.exists() or caseload(of=of, for_user=by, today=today).exists()


def planned_for(*, user: User, today: date) -> TransferQuerySet:
    """Planned transfers that this user looks after."""
    found = Transfer.objects.planned().select_related("from_user", "to_user", "planned_by").order_by("starts_on", "pk")
    if can(user, Can.MANAGE_ACCOUNTS):
        return found
    return found.touching_teams(user.team_ids, today) if can(user, Can.TRANSFER_CASELOAD) else found.none()


@transaction.atomic
def transfer(
    *,
    from_user: User,
    to_user: User,
    people_ids: Collection[int],
    starts_on: date,
    note: str,
    by: User,
    today: date,
    now: datetime,
) -> Transfer:
    """Transfer these people, all or none: at once where the day is today, else on the day."""
    if not people_ids:
        raise NobodyToTransfer("Choose at least one person to hand over.")
    if not today <= starts_on <= today + AHEAD:
        raise NotWithinThatTime("Choose today or a day within the next 90 days.")
    if to_user.pk == by.pk and can(by, Can.MANAGE_ACCOUNTS):
        raise NotToOneself("You hand people over unseen, so not to yourself. Choose someone else.")
    _refuse_receiver(to_user, starts_on)
    made = Transfer(
        from_user=from_user, to_user=to_user, starts_on=starts_on, note=note, people_count=len(people_ids),
        planned_by=by, planned_at=now,
    )  # fmt: skip
    # Midway the giving team loses access, and an administrator has none. So the rules are checked before and after.
    with acting_as(SYSTEM):
        _refuse_not_led(people_ids, from_user, today)
        _refuse_planned(people_ids)
        save_or_refuse(made, by=by)
        TransferPerson.objects.bulk_create(TransferPerson(transfer=made, participant_id=pk) for pk in people_ids)
        if starts_on == today:
            _do(made, today=today, now=now, by=by)
    return made


def _refuse_receiver(to_user: User, on: date) -> None:
    if not to_user.is_active or not Membership.objects.current(on).of_practitioners().filter(user=to_user).exists():
        raise services.NotAPractitioner(f"{to_user.name} is no practitioner on that day. Choose someone who is.")


def _refuse_not_led(people_ids: Collection[int], from_user: User, today: date) -> None:
    led = Assignment.objects.current(today).filter(participant__in=people_ids, practitioner=from_user)
    if led.count() != len(people_ids):
        raise NotTheirs(f"{from_user.name} no longer leads all of them. Look at the list again, then choose.")


def _refuse_planned(people_ids: Collection[int]) -> None:
    waiting = TransferPerson.objects.filter(transfer__in=Transfer.objects.planned(), participant__in=people_ids)
    if count := waiting.count():
        who = "1 of them is" if count == 1 else f"{count} of them are"
        raise AlreadyPlanned(f"{who} to be handed over on another day already. Cancel that first.")


def _do(transfer: Transfer, *, by: User, today: date, now: datetime) -> None:
    """Move everyone whom the giver still leads, tell each, and tell the new lead how many."""
    rows = TransferPerson.objects.filter(transfer=transfer).values("participant")
    led = Participant.objects.filter(pk__in=rows).led_by(transfer.from_user, today)
    people = list(led.select_for_update(of=("self",)).order_by("pk"))
    for person in people:
        services.assign(participant=person, practitioner=transfer.to_user, today=today, now=now, by=by)
    _tell(transfer, people, now=now)
    transfer.done_at, transfer.left_out, transfer.problem = now, transfer.people_count - len(people), ""
    save_or_refuse(transfer, "done_at", "left_out", "problem", by=by)
    count = "1 person is" if len(people) == 1 else f"{len(people)} people are"
    message_queue.tell_user(
        user=transfer.to_user, subject="People handed over to you", now=now, key=f"transfer:{transfer.pk}:new-lead",
        body=f"{count} now on your list, from {transfer.from_user.name}. Sign in to see who.",
    )  # fmt: skip


def _tell(transfer: Transfer, people: list[Participant], *, now: datetime) -> None:
    nine = timezone.make_aware(datetime.combine(transfer.starts_on, TEXTS_FROM))
    planned_ahead = transfer.starts_on > timezone.localdate(transfer.planned_at)
    message_queue.tell_participants(
        participants=people, subject="Your practitioner", body=in_full(transfer), now=now,
        key=f"transfer:{transfer.pk}", not_before=max(now, nine) if planned_ahead else now,
    )  # fmt: skip


def in_full(transfer: Transfer) -> str:
    """The note as the person reads it."""
    day = f"{transfer.starts_on.day} {transfer.starts_on:%B}"
    return transfer.note.replace(DAY_MARK, day).replace(NAME_MARK, transfer.to_user.name)


def untold(transfer: Transfer) -> int:
    """Count those without phone and e-mail, whom someone has to tell."""
    with acting_as(SYSTEM):
        return transfer.people.filter(participant__phone="", participant__email="").count()


@transaction.atomic
def cancel(*, transfer: Transfer, by: User, now: datetime) -> None:
    """Cancel a planned transfer. Nobody has been told of it yet."""
    transfer = Transfer.objects.select_for_update().get(pk=transfer.pk)
    if transfer.done_at or transfer.cancelled_at:
        raise TooLate("This hand-over was done or cancelled in the meantime.")
    transfer.cancelled_at, transfer.cancelled_by = now, by
    save_or_refuse(transfer, "cancelled_at", "cancelled_by", by=by)


def carry_out_due(*, today: date, now: datetime) -> int:
    """Carry out transfers planned for today or for a day that was missed. A second run does nothing."""
    with acting_as(SYSTEM):
        due = list(Transfer.objects.due(today).order_by("starts_on", "pk").values_list("pk", flat=True))
        return sum(_carry_out(pk, today=today, now=now) for pk in due)


@transaction.atomic
def _carry_out(pk: int, *, today: date, now: datetime) -> bool:
    """Carry one out. Return False where another worker has it, or a rule refuses, which the team's page shows."""
    due = Transfer.objects.due(today).select_for_update(of=("self",), skip_locked=True).filter(pk=pk)
    transfer = due.select_related("from_user", "to_user", "planned_by").first()
    if transfer is None:
        return False
    try:
        with transaction.atomic():
            _refuse_receiver(transfer.to_user, today)
            _do(transfer, by=transfer.planned_by, today=today, now=now)
    except RuleBroken as refusal:
        transfer.done_at, transfer.problem = None, str(refusal)[:300]
        save_or_refuse(transfer, "problem", by=transfer.planned_by)
        return False
    return True
