"""Reallocation: transfer a caseload, whole or in part, today or later. Each public function is one transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as, as_service
from common.postgres.compiled import compiled_once
from common.saving import save_or_refuse
from common.work_items import MOST
from people import services
from people.access.abilities import Can, can
from people.access.whom import Whom
from people.messaging import message_queue
from people.models import (
    AccessGrant,
    Assignment,
    Membership,
    Participant,
    Role,
    Transfer,
    TransferPerson,
    User,
)
from people.models.participants import ParticipantQuerySet
from people.models.transfers import TransferQuerySet
from people.record import handovers

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


class NobodyToAgree(RuleBroken):
    pass


class TooLate(RuleBroken):
    pass


def caseload(*, of: User, for_user: User, today: date) -> ParticipantQuerySet:
    """Return the people whom someone leads and this user may hand over."""
    people = handovers.whose(user=for_user, today=today).whose_case_is_led_by(of, today).current(today)
    return people.order_by("family_name", "given_name", "pk")


def size(*, of: User, today: date) -> int:
    """Count the people whom someone leads, for users who may see none of them."""
    with acting_as(SYSTEM):
        return Participant.objects.whose_case_is_led_by(of, today).current(today).count()


def whole_caseload(*, of: User, today: date) -> list[int]:
    """Return the ids of everyone whom someone leads, for users who transfer them unseen."""
    with acting_as(SYSTEM):
        theirs = Participant.objects.whose_case_is_led_by(of, today).current(today)
        return list(theirs.order_by("pk").values_list("pk", flat=True))


def may_transfer(*, by: User, of: User, today: date) -> bool:
    """Whether the user may ask to transfer this caseload: administrators all but their own, managers their team's."""
    if can(by, Can.MANAGE_ACCOUNTS):
        return of.pk != by.pk and User.objects.staff().filter(pk=of.pk).exists()
    there = Membership.objects.current(today).of_practitioners().filter(user=of, team__in=by.managed_teams)
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
    """Transfer these people, all or none: at once where the day is today, else on the day.

    What an administrator asks for, unseen, waits until whoever leads these people or their manager agrees.
    """
    if not people_ids:
        raise NobodyToTransfer("Choose at least one person to hand over.")
    if not today <= starts_on <= today + AHEAD:
        raise NotWithinThatTime("Choose today or a day within the next 90 days.")
    if to_user.pk == by.pk and can(by, Can.MANAGE_ACCOUNTS):
        raise NotToOneself("You hand people over unseen, so not to yourself. Choose someone else.")
    _refuse_receiver(to_user, starts_on)
    unseen = can(by, Can.MANAGE_ACCOUNTS)
    made = Transfer(
        from_user=from_user, to_user=to_user, starts_on=starts_on, note=note, people_count=len(people_ids),
        planned_by=by, planned_at=now, agreed_by=None if unseen else by, agreed_at=None if unseen else now,
    )  # fmt: skip
    if not unseen:
        _refuse_others(people_ids, by, today)
    # Midway the giving team loses access, and an administrator has none. So the rules are checked before and after.
    with acting_as(SYSTEM):
        _refuse_not_led(people_ids, from_user, today)
        _refuse_planned(people_ids)
        if unseen:
            _refuse_where_nobody_agrees(people_ids, from_user, today)
        save_or_refuse(made, by=by)
        TransferPerson.objects.bulk_create(TransferPerson(transfer=made, participant_id=pk) for pk in people_ids)
        if unseen:
            _ask_to_agree(made, today=today, now=now)
        elif starts_on == today:
            _do(made, today=today, now=now, by=by)
    return made


def _refuse_others(people_ids: Collection[int], by: User, today: date) -> None:
    theirs = handovers.whose(user=by, today=today).filter(pk__in=people_ids)
    if theirs.count() != len(people_ids):
        raise NotTheirs("Some of them are not yours to hand over. Look at the list again, then choose.")


def _refuse_where_nobody_agrees(people_ids: Collection[int], from_user: User, today: date) -> None:
    """Refuse where neither the giver nor a manager could agree for everyone."""
    if from_user.is_active:
        return
    managers = Membership.objects.current(today).filter(role=Role.MANAGER, user__is_active=True).values("team")
    teams = AccessGrant.objects.current().filter(why=AccessGrant.Why.TEAM, team__in=managers)
    if teams.filter(participant__in=people_ids).values("participant").distinct().count() != len(people_ids):
        raise NobodyToAgree(
            f"A manager of {from_user.name}'s team has to agree, and it has none. Give someone that role first."
        )


def _ask_to_agree(transfer: Transfer, *, today: date, now: datetime) -> None:
    """Tell the giver and their managers who asks; they find it on their home list."""
    people = Participant.objects.filter(transfers__transfer=transfer)
    teams = AccessGrant.objects.current().filter(why=AccessGrant.Why.TEAM, participant__in=people).values("team")
    managers = Membership.objects.current(today).filter(role=Role.MANAGER, team__in=teams).values("user")
    asked = User.objects.filter(Q(pk__in=managers) | Q(pk=transfer.from_user_id), is_active=True)
    where = settings.BASE_URL + reverse("people:transfer-agree", args=[transfer.pk])
    for user in asked.exclude(pk=transfer.planned_by_id).order_by("pk"):
        message_queue.tell_user(
            user=user, subject="A hand-over to agree to", now=now, key=f"transfer:{transfer.pk}:agree:{user.pk}",
            body=f"{transfer.planned_by.name} asks that people led by {transfer.from_user.name} go to "
            f"{transfer.to_user.name}. Sign in to answer: {where}",
        )  # fmt: skip


def to_agree(*, user: User, today: date, may_change: Q | None = None) -> TransferQuerySet:
    """Transfers that this user has to agree to: of their own people, or of those whose lead they manage."""
    return _to_agree(user.pk, handovers.is_whose("participant", user=user, today=today, may_change=may_change))


def of_home(*, user: User, whom: Whom, today: date) -> list[Transfer]:
    """The same, for a home list."""
    if whom.to_transfer is None:
        return list(to_agree(user=user, today=today, may_change=whom.may_change("participant"))[:MOST])
    return _of_few(user=user.pk, whom=whom)


@compiled_once
def _of_few(*, user: int, whom: Whom) -> TransferQuerySet:
    return _to_agree(user, whom.may_transfer("participant") or Q())[:MOST]


def _to_agree(user: int, whose: Q) -> TransferQuerySet:
    theirs = TransferPerson.objects.filter(whose)
    rows = Transfer.objects.to_agree().filter(Exists(theirs.filter(transfer=OuterRef("pk")))).exclude(planned_by=user)
    return rows.select_related("from_user", "to_user", "planned_by").order_by("starts_on", "pk")


def people_of(transfer: Transfer, *, for_user: User, today: date) -> ParticipantQuerySet:
    """Those of a transfer whom this user may hand over, by name."""
    theirs = handovers.whose(user=for_user, today=today).filter(transfers__transfer=transfer)
    return theirs.order_by("family_name", "given_name", "pk")


@transaction.atomic
def agree(*, transfer: Transfer, by: User, today: date, now: datetime) -> Transfer:
    """The lead or their manager agrees to what an administrator asked. It is done at once where its day has come."""
    rows = Transfer.objects.select_for_update(of=("self",)).select_related("from_user", "to_user", "planned_by")
    with acting_as(SYSTEM):  # the lead answers, and planned nothing themselves
        transfer = rows.get(pk=transfer.pk)
    if transfer.done_at or transfer.cancelled_at or transfer.agreed_at:
        raise TooLate("This hand-over was answered in the meantime.")
    if transfer.planned_by_id == by.pk:
        raise NotToOneself("Someone other than who asked has to agree.")
    with acting_as(SYSTEM):
        there = TransferPerson.objects.filter(transfer=transfer).values("participant")
        led = Assignment.objects.current(today).filter(participant__in=there, practitioner=transfer.from_user_id)
        still = list(led.values_list("participant", flat=True))
    _refuse_others(still, by, today)
    transfer.agreed_by, transfer.agreed_at = by, now
    with acting_as(SYSTEM):
        save_or_refuse(transfer, "agreed_by", "agreed_at", by=by)
        if transfer.starts_on <= today:
            _refuse_receiver(transfer.to_user, today)
            _do(transfer, today=today, now=now, by=by)
    return transfer


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
    """Move everyone whom the giver still leads; they and both practitioners are told."""
    rows = TransferPerson.objects.filter(transfer=transfer).values("participant")
    people = list(
        Participant.objects.filter(pk__in=rows).whose_case_is_led_by(transfer.from_user, today).order_by("pk")
    )
    nine = timezone.make_aware(datetime.combine(transfer.starts_on, TEXTS_FROM))
    planned_ahead = transfer.starts_on > timezone.localdate(transfer.planned_at)
    words = in_full(transfer.note, starts_on=transfer.starts_on, to_user=transfer.to_user)
    services.change_lead(
        people=people, practitioner=transfer.to_user, today=today, now=now, by=by, words=words,
        texts_from=nine if planned_ahead else None,
    )  # fmt: skip
    transfer.done_at, transfer.left_out, transfer.problem = now, transfer.people_count - len(people), ""
    save_or_refuse(transfer, "done_at", "left_out", "problem", by=by)


def in_full(note: str, *, starts_on: date, to_user: User) -> str:
    """The note as the person reads it."""
    return note.replace(DAY_MARK, f"{starts_on.day} {starts_on:%B}").replace(NAME_MARK, to_user.name)


@transaction.atomic
@acting_as(SYSTEM)  # whoever was asked may say no
def cancel(*, transfer: Transfer, by: User, now: datetime) -> None:
    """Cancel a planned transfer, or say no to one. None of the people has been told of it; who planned it is."""
    rows = Transfer.objects.select_for_update(of=("self",)).select_related("from_user", "planned_by")
    transfer = rows.get(pk=transfer.pk)
    if transfer.done_at or transfer.cancelled_at:
        raise TooLate("This hand-over was done or cancelled in the meantime.")
    transfer.cancelled_at, transfer.cancelled_by = now, by
    save_or_refuse(transfer, "cancelled_at", "cancelled_by", by=by)
    if transfer.planned_by_id != by.pk:
        message_queue.tell_user(
            user=transfer.planned_by, subject="A hand-over was not agreed to", now=now,
            key=f"transfer:{transfer.pk}:cancelled",
            body=f"{by.name} said no to the hand-over from {transfer.from_user.name} that you asked for. Nobody moved.",
        )  # fmt: skip


def carry_out_due(*, today: date, now: datetime) -> int:
    """Carry out transfers planned for today or for a day that was missed. A second run does nothing."""
    with as_service():
        due = list(Transfer.objects.due(today).order_by("starts_on", "pk").values_list("pk", flat=True))
    with acting_as(SYSTEM):  # each in a transaction of its own
        return sum(_carry_out(pk, today=today, now=now) for pk in due)


@transaction.atomic
def _carry_out(pk: int, *, today: date, now: datetime) -> bool:
    """Carry one out. Return False where another worker has it, or a rule refuses, which the team's page shows."""
    due = Transfer.objects.due(today).select_for_update(of=("self",), skip_locked=True).filter(pk=pk)
    transfer = due.select_related("from_user", "to_user", "planned_by").first()
    if transfer is None:
        return False
    by = transfer.agreed_by or transfer.planned_by
    try:
        with transaction.atomic():
            _refuse_receiver(transfer.to_user, today)
            if not by.is_active:
                raise NotTheirs(f"{by.name}, who decided this, has no account any more. Cancel it, and plan it again.")
            _do(transfer, by=by, today=today, now=now)
    except RuleBroken as refusal:
        transfer.done_at, transfer.problem = None, str(refusal)[:300]
        save_or_refuse(transfer, "problem", by=transfer.planned_by)
        return False
    return True
