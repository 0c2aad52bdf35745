"""Risk assessments: how much risk, to whom, reviewed when. They are recorded, never changed; the newest counts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from common.errors import RuleBroken
from common.saving import save_or_refuse
from people.models import Participant, RiskAssessment, RiskBand, User

BANDS = list(RiskBand)


class NotAnAssessment(RuleBroken):
    pass


@transaction.atomic
def assess(*, participant: Participant, by: User, today: date, now: datetime, **said: Any) -> RiskAssessment:
    """Record an assessment. The risk band that pages, lists and rules read follows the newest."""
    participant = Participant.objects.lock(participant)
    assessment = RiskAssessment(participant=participant, recorded_by=by, recorded_at=now, **said)
    if assessment.assessed_on > today:
        raise NotAnAssessment("An assessment is recorded on its day or later.")
    highest = max((band for _, band, _ in assessment.groups), key=lambda band: BANDS.index(RiskBand(band)))
    if BANDS.index(RiskBand(assessment.overall)) < BANDS.index(RiskBand(highest)):
        raise NotAnAssessment(f"The risk overall cannot be below that to one group: {RiskBand(highest).label}.")
    save_or_refuse(assessment, by=by)
    newest = RiskAssessment.objects.filter(participant=participant).newest_first().first()
    if newest == assessment:
        participant.risk_band = assessment.overall
        save_or_refuse(participant, "risk_band", by=by)
    return assessment
