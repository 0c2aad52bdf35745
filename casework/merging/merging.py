"""Making two records one, and undoing it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import UniqueConstraint
from django.utils import timezone

from budgets.ledger import NotEnough
from casework.merging.budgets import join_budgets, part_budgets
from casework.merging.comparing import choosable
from casework.merging.moving import Mover, put_back
from casework.merging.rules import WHY
from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.saving import save_or_refuse
from lifeplans.models import LifePlan
from people import services
from people.access import restrictions, unallocated
from people.messaging import message_queue
from people.models import (
    AccountEvent,
    Allowed,
    Exclusion,
    Merge,
    Participant,
    Restriction,
    RiskAssessment,
    SignInChange,
    User,
)  # fmt: skip
from people.programmes.enrolment import tell_schemes
from people.record import handovers
from providers.services import tell_providers


class SameRecord(RuleBroken):
    pass


class AlreadyMerged(RuleBroken):
    pass


class CannotUndo(RuleBroken):
    pass


@transaction.atomic
def merge(*, kept: Participant, gone: Participant, take: set[str], by: User, now: datetime) -> Merge:
    """Make `gone` one with `kept`; `take` names the fields whose value comes from the record that goes."""
    if kept.pk == gone.pk:
        raise SameRecord("This is the same record. Choose another one.")
    with acting_as(SYSTEM):  # every row moves, whoever may see it
        locked = Participant.objects.select_for_update().in_bulk([kept.pk, gone.pk])
        kept, gone = locked[kept.pk], locked[gone.pk]
        if kept.merged_into_id or gone.merged_into_id:
            raise AlreadyMerged("One of these records was merged already. Open the record that stayed, and look again.")
        lead, left = _leads(kept, gone, by=by, now=now)
        _refuse_limit_on_lead(lead, kept, gone, by=by, now=now)
        made = Merge.objects.create(kept=kept, gone=gone, merged_at=now, merged_by=by)
        mover = Mover(merge=made, kept=kept, gone=gone, by=by, now=now)
        before = _reached(gone if kept.user_id else kept)
        _choose(mover, (take & set(choosable(kept, gone))) | _with_the_account(kept, gone))
        _join_accounts(mover, before, by=by)
        _join_words(mover)
        mover.fold(Participant, gone.pk, kept.pk)
        join_budgets(mover)
        _follow_newest_risk(mover)
        mover.change(gone, merged_into_id=kept.pk, left_on=gone.left_on or timezone.localdate(now))
        save_or_refuse(made, "moved", "changed", by=by)
        unallocated.share_with_managers(now=now, people=[kept.pk, gone.pk])
        _tell_afresh(kept, gone, now=now)
        if lead and left:
            services.tell_of_new_lead([kept], lead, {left: 1}, by=by, now=now)
    return made


def _leads(kept: Participant, gone: Participant, *, by: User, now: datetime) -> tuple[User | None, User | None]:
    """Who leads the record that stays, and whose lead of the other ends by this. Only a hand-over ends a lead."""
    today = timezone.localdate(now)
    lead, left = handovers.lead_of(kept, today), handovers.lead_of(gone, today)
    if lead is None or left is None or lead == left:
        return lead, None
    if not (by.is_service or handovers.may_transfer(user=by, participant=gone, today=today)):
        raise handovers.NotYoursToTransfer(
            f"{left.name} leads the record that would go. Keep that record instead, or ask them to hand the case over."
        )
    return lead, left


def _refuse_limit_on_lead(lead: User | None, kept: Participant, gone: Participant, *, by: User, now: datetime) -> None:
    """A limit of either record holds for both, and only a lead's manager keeps the lead out of their case."""
    for led, other in ((kept, gone), (gone, kept)):
        if lead is not None and lead.pk in restrictions.leads_to_keep(led, by=by, now=now):
            excluded = Exclusion.objects.current().filter(user=lead, participant=other)
            not_listed = Restriction.objects.current().against(lead).filter(participant=other)
            if excluded.exists() or not_listed.exists():
                raise handovers.NotYoursToTransfer(
                    f"{lead.name} leads one of these records, and may not see the other. Ask their manager to do this."
                )


def _choose(mover: Mover, take: set[str]) -> None:
    """Values that come from the record that goes. One that must be unique leaves that record first."""
    columns = [field.attname for field in Participant._meta.concrete_fields if field.name in take]
    values = {column: getattr(mover.gone, column) for column in columns}
    leaving: dict[str, Any] = {name: "" for name in take & _unique()}
    if leaving:
        mover.change(mover.gone, **leaving)
    if values:
        mover.change(mover.kept, **values)


def _unique() -> set[str]:
    alone = [each for each in Participant._meta.constraints if isinstance(each, UniqueConstraint)]
    return {getattr(part, "name", "") for each in alone for part in each.expressions} | {
        name for each in alone for name in each.fields
    }


def _follow_newest_risk(mover: Mover) -> None:
    """Take the band of the newest assessment of either record."""
    newest = RiskAssessment.objects.filter(participant=mover.kept).newest_first().first()
    if newest and newest.overall != mover.kept.risk_band:
        mover.change(mover.kept, risk_band=newest.overall)


def _with_the_account(kept: Participant, gone: Participant) -> set[str]:
    """Where someone is reached goes with the account that signs in there."""
    return {"phone", "email"} if gone.user_id and not kept.user_id else set()


def _reached(person: Participant) -> dict[SignInChange.Kind, str]:
    return {SignInChange.Kind.PHONE: str(person.phone or ""), SignInChange.Kind.EMAIL: person.email}


def _join_accounts(mover: Mover, before: dict[SignInChange.Kind, str], *, by: User) -> None:
    """One person signs in to one account: the one that stays, or the only one there is.

    It reads more than it did, so that it waits to be confirmed, and whoever was reached elsewhere is told.
    """
    if mover.two_accounts:
        assert mover.gone.user is not None
        user = mover.gone.user
        user.sign_in_round += 1  # not among what is put back: no session from before works again
        save_or_refuse(user, "sign_in_round", by=by)
        mover.change(user, is_active=False)
        AccountEvent.objects.create(
            account=user, kind=AccountEvent.Kind.SUSPENDED, reason=WHY, by=mover.by, at=mover.now
        )
    elif mover.gone.user_id:
        user_id = mover.gone.user_id
        mover.change(mover.gone, user_id=None)
        mover.change(mover.kept, user_id=user_id)
    if mover.kept.user:
        services.sign_in_afresh(mover.kept.user, before=before, by=by, now=mover.now)


def _join_words(mover: Mover) -> None:
    """Where both have a plan, what the person wrote in the one that goes follows what they wrote in the other."""
    plans = {plan.participant_id: plan for plan in LifePlan.objects.filter(participant__in=[mover.kept, mover.gone])}
    if len(plans) < 2:
        return
    stays, goes = plans[mover.kept.pk], plans[mover.gone.pk]
    joined = {
        name: "\n\n".join(filter(None, [getattr(stays, name), getattr(goes, name)]))
        for name in ("story", "gives_back")
        if getattr(goes, name) and getattr(goes, name) != getattr(stays, name)
    }
    if joined:
        mover.change(stays, **joined)


@transaction.atomic
def undo(*, merge: Merge, by: User, now: datetime) -> Merge:
    """Put back what moved and what changed. Rows made since stay with the record that was kept."""
    with acting_as(SYSTEM):  # as for the merge itself
        merge = Merge.objects.select_for_update().select_related("kept", "gone").get(pk=merge.pk)
        if not merge.can_be_undone(now):
            raise CannotUndo("A merge can be undone once, within thirty days. Change what is still wrong by hand.")
        if merge.kept.merged_into_id:
            raise CannotUndo("The record that stayed was merged again since. Undo that merge first.")
        try:
            with transaction.atomic():
                put_back(merge)
                part_budgets(merge, by=by, now=now)
                _limits_as_before(merge, by=by)
                _sign_in_as_before(merge, by=by, now=now)
                unallocated.share_with_managers(now=now, people=[merge.kept_id, merge.gone_id])
        except NotEnough as problem:
            raise CannotUndo(
                "The fund no longer has the money that went back to it. Ask whoever keeps the fund first."
            ) from problem
        except IntegrityError as problem:
            raise CannotUndo(
                "Something recorded since stands where a row would go back. Change that first: a meeting at the same "
                "time, say, or the same prison number."
            ) from problem
        merge.undone_at, merge.undone_by = now, by
        save_or_refuse(merge, "undone_at", "undone_by", by=by)
        _tell_afresh(merge.kept, merge.gone, now=now)
        _tell_lead_again(merge, by=by, now=now)
    return merge


def _tell_lead_again(merge: Merge, *, by: User, now: datetime) -> None:
    """Tell whoever leads the record that is its own again, and its person."""
    person = Participant.objects.get(pk=merge.gone_id)
    lead = handovers.lead_of(person, timezone.localdate(now))
    if lead is None:
        return
    key = f"merge:{merge.pk}:undone"
    if lead.pk != by.pk:
        message_queue.tell_user(
            user=lead, participant=person, subject="A merge was undone", now=now, key=f"{key}:lead",
            body=f"{by.name} undid the merge of {person.crn} with another record. You lead the case.",
        )  # fmt: skip
    message_queue.tell_participant(
        participant=person, subject="Your practitioner", key=f"{key}:person", now=now,
        body=services.NEW_LEAD.format(name=lead.name),
    )  # fmt: skip


def _tell_afresh(*people: Participant, now: datetime) -> None:
    """Work out grants for schemes and providers again, from the enrolments and referrals that each record has now."""
    for person in people:
        tell_schemes(participant=person, now=now)
        tell_providers(participant=person, now=now)


def _sign_in_as_before(merge: Merge, *, by: User, now: datetime) -> None:
    """Changes of sign-in follow their account; what was changed since goes back to what the record says."""
    for person in Participant.objects.filter(pk__in=[merge.kept_id, merge.gone_id]).exclude(user=None):
        account = User.objects.get(pk=person.user_id)
        SignInChange.objects.filter(account=account).update(participant=person)
        phone, email = str(person.phone), person.email
        moved = (str(account.phone or ""), account.email or "") != (phone, email.lower())
        if moved and (phone or email):
            services.move_sign_in(account, phone=phone, email=email, by=by, now=now)


def _limits_as_before(merge: Merge, *, by: User) -> None:
    """Copy exclusions and restrictions to the record that comes back, before its access grants count again."""
    for exclusion in Exclusion.objects.current().filter(participant=merge.kept_id):
        if not Exclusion.objects.current().filter(participant=merge.gone_id, user=exclusion.user_id).exists():
            save_or_refuse(_copy(exclusion, Exclusion(user_id=exclusion.user_id), merge), by=by)
    for restriction in Restriction.objects.current().filter(participant=merge.kept_id):
        if not Restriction.objects.current().filter(participant=merge.gone_id).exists():
            made = save_or_refuse(_copy(restriction, Restriction(), merge), by=by)
            Allowed.objects.bulk_create(
                Allowed(restriction=made, user_id=row.user_id) for row in restriction.list.all()
            )


def _copy(limit: Any, made: Any, merge: Merge) -> Any:
    made.participant_id, made.reason, made.message = merge.gone_id, limit.reason, limit.message
    made.set_by_id, made.starts_at, made.ends_at = limit.set_by_id, limit.starts_at, limit.ends_at
    return made
