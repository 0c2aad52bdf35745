"""Whether someone has shown commitment, where a programme's rules ask for that: written down, and looked at again."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from budgets.models import Budget, Judgement, JudgementAppeal, MoneyRules
from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.saving import save_or_refuse
from people.access import sign_in_changes
from people.models import Enrolment, User


class OwnJudgement(RuleBroken):
    pass


class NothingToAppeal(RuleBroken):
    pass


@transaction.atomic
def judge(*, enrolment: Enrolment, shown: bool, evidence: str, by: User, now: datetime) -> Judgement:
    """Write down whether someone has shown commitment. Where they asked for that, it is looked at by someone else."""
    before = enrolment.judgements.newest()
    if before and before.by_id == by.pk and JudgementAppeal.objects.filter(judgement=before).exists():
        raise OwnJudgement("They asked that someone else looks at it. So a colleague of yours writes it down.")
    return save_or_refuse(Judgement(enrolment=enrolment, shown=shown, evidence=evidence, by=by, at=now), by=by)


@transaction.atomic
def appeal(*, judgement: Judgement, why: str, by: User, now: datetime) -> JudgementAppeal:
    """Ask that someone else looks at a “not yet”: the person does, or a worker for them."""
    enrolment = judgement.enrolment
    theirs = by.pk == enrolment.participant.user_id
    if theirs:
        sign_in_changes.look_again(by)
        sign_in_changes.refuse_unconfirmed(by)
    newest = enrolment.judgements.newest()
    if judgement.shown or newest is None or newest.pk != judgement.pk:
        raise NothingToAppeal("This is not the newest answer any more. Load the page again.")
    if enrolment.state != Enrolment.State.ENROLLED:
        raise NothingToAppeal("This programme has ended for them, so it is not looked at again.")
    in_force = MoneyRules.objects.of(enrolment.programme, timezone.localdate(now))
    if not in_force.needs_commitment or not Budget.objects.open().filter(enrolment=enrolment).exists():
        raise NothingToAppeal("Nothing waits for this any more. Load the page again.")
    with acting_as(SYSTEM) if theirs else nullcontext():  # it is not theirs to write but for this moment
        return save_or_refuse(JudgementAppeal(judgement=judgement, why=why, by=by, at=now), by=by)
