"""How much help someone on a programme has, in three tiers. One proposes it, another decides."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from common.errors import RuleBroken
from common.saving import save_or_refuse
from common.states import Act, Refusal
from people.access.abilities import Can, can
from people.messaging import message_queue
from people.models import Enrolment, TierDecision, User
from people.programmes.enrolment import NotEnrolled

Tier = TierDecision.Tier
ASKED, IN_FORCE, REFUSED, OVER = TierDecision.State
EVERY = {Tier.PREVENTION: 28, Tier.MAINTENANCE: 14, Tier.INTENSIVE: 7}  # about so many days from meeting to meeting
MEANS = {
    Tier.PREVENTION: "A light hand, so that things stay well: meet about every four weeks.",
    Tier.MAINTENANCE: "Keep what has been reached: meet about every two weeks.",
    Tier.INTENSIVE: "A lot of help for a while: meet every week, or more.",
}


class NotAnotherTier(RuleBroken):
    pass


class MayNotDecide(RuleBroken):
    pass


class DecidedAlready(RuleBroken):
    pass


class NotThatDay(RuleBroken):
    pass


DECIDED = Refusal(DecidedAlready, "This was answered already. It says: {state}.")
ACTS = {"agree": Act({ASKED}, DECIDED), "refuse": Act({ASKED}, DECIDED)}


@transaction.atomic
def propose(
    *, enrolment: Enrolment, tier: str, why: str, review_on: date, by: User, today: date, now: datetime
) -> TierDecision:
    """Propose how much help someone has. The same tier again is a review of it."""
    enrolment = Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)
    if enrolment.state != Enrolment.State.ENROLLED:
        raise NotEnrolled("This person is not on the programme now.")
    if review_on <= today:
        raise NotThatDay("Choose a later day for the next look.")
    made = TierDecision(enrolment=enrolment, tier=tier, why=why, review_on=review_on, asked_by=by, asked_at=now)
    return save_or_refuse(made, by=by)


@transaction.atomic
def agree(*, decision: TierDecision, by: User, now: datetime) -> TierDecision:
    """A manager who did not propose it agrees: it takes the place of the one before, and the person is told."""
    decision = _lock(decision, "agree", by)
    before = TierDecision.objects.filter(enrolment=decision.enrolment, state=IN_FORCE).first()
    if before:
        before.state = OVER
        save_or_refuse(before, "state", by=by)
    decision.state, decision.decided_by, decision.decided_at = IN_FORCE, by, now
    save_or_refuse(decision, "state", "decided_by", "decided_at", by=by)
    if before is None or before.tier != decision.tier:
        _tell(decision, now)
    return decision


@transaction.atomic
def refuse(*, decision: TierDecision, answer: str, by: User, now: datetime) -> TierDecision:
    """A manager who did not propose it does not agree. Nothing changes; who proposed it reads why."""
    decision = _lock(decision, "refuse", by)
    decision.state, decision.answer, decision.decided_by, decision.decided_at = REFUSED, answer, by, now
    return save_or_refuse(decision, "state", "answer", "decided_by", "decided_at", by=by)


def _lock(decision: TierDecision, act: str, by: User) -> TierDecision:
    rows = TierDecision.objects.select_for_update(of=("self",))
    decision = rows.select_related("enrolment__programme", "enrolment__participant").get(pk=decision.pk)
    ACTS[act].begins(TierDecision.State(decision.state))
    if not can(by, Can.OVERRIDE_ELIGIBILITY):
        raise MayNotDecide("A manager decides how much help someone has.")
    if decision.enrolment.state != Enrolment.State.ENROLLED:
        raise NotEnrolled("This person is not on the programme now.")
    if by.pk == decision.asked_by_id:
        raise MayNotDecide("Someone other than who proposed it decides.")
    return decision


def _tell(decision: TierDecision, now: datetime) -> None:
    message_queue.tell_participant(
        participant=decision.enrolment.participant, key=f"tier:{decision.pk}", now=now,
        body=f"How much help you have from {decision.enrolment.programme.name} changed. {MEANS[Tier(decision.tier)]} "
        "Ask your worker why, or tell them if it does not fit.",
    )  # fmt: skip
