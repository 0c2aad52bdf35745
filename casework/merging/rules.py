"""Everything that points at a record, and what becomes of it when the record goes.

The table is complete: a test fails for a relation that is not in it. Rows move as they are wherever the database lets
them; the rule is for the row that it refuses, because the record that stays has one of the kind already.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.db.models import Model

from common.dated import DAY, Dated
from engagement.models import Alert
from people import services
from people.models import AccessGrant, EligibilityReview, Enrolment, TierDecision
from people.models.access_grants import LimitedAccess
from providers.models import Referral

if TYPE_CHECKING:
    from casework.merging.moving import Mover

WHY = "Two records of one person were merged."


class Clash(Enum):
    NEVER = "both are kept"
    SETTLE = "the one of the record that goes is ended, and kept"
    FOLD = "they become one"
    STAY = "the one of the record that goes stays with it"
    FROZEN = "never changed, so it stays with the record it was made for"


@dataclass(frozen=True)
class Rule:
    label: str  # what one reads in the preview; "" where it goes without saying
    clash: Clash
    settle: Callable[[Mover, Any], None] | None = None
    twin: tuple[str, ...] = ()  # what makes two rows the same one, for FOLD
    first: Callable[[Mover, Any], None] | None = None  # done to every row before it moves


def _access_grant_first(mover: Mover, row: AccessGrant) -> None:
    """Access that came with a lead or an account, or with having no lead, ends where that one ends."""
    lead_ended = row.why in (AccessGrant.Why.ASSIGNED, AccessGrant.Why.TEAM) and mover.gone_is_led
    had_none = row.why == AccessGrant.Why.AREA  # who sees the record that stays is worked out after the merge
    if row.ends_at is None and (lead_ended or had_none or (row.why == AccessGrant.Why.SELF and mover.two_accounts)):
        _end_now(mover, row)


def _circle(mover: Mover, row: Any) -> None:
    mover.change(row, ends_on=_last_day(mover, row), may_see=[])


def _enrolment(mover: Mover, row: Enrolment) -> None:
    """A place on the programme wins over a refusal; otherwise the kept record's enrolment wins."""
    twin = Enrolment.objects.exclude(state=Enrolment.State.ENDED).get(
        participant=mover.kept, programme=row.programme_id
    )
    loser = twin if (twin.state, row.state) == (Enrolment.State.NOT_ELIGIBLE, Enrolment.State.ENROLLED) else row
    mover.change(loser, state=Enrolment.State.ENDED, ends_on=mover.today, end_reason=WHY)
    for review in EligibilityReview.objects.open().filter(enrolment=loser):
        mover.change(review, state=EligibilityReview.State.ENDED, decided_by_id=mover.by.pk, decided_at=mover.now)
    for tier in TierDecision.objects.filter(enrolment=loser, state__in=["ASKED", "IN_FORCE"]):
        mover.change(tier, state=TierDecision.State.OVER)


def _interest(mover: Mover, row: Any) -> None:
    mover.change(row, ended_at=mover.now)


def _alert(mover: Mover, row: Alert) -> None:
    mover.change(row, closed_at=mover.now, closed_by_id=mover.by.pk, outcome=Alert.Outcome.MISTAKEN, note=WHY)


def _appointment(mover: Mover, row: Any) -> None:
    mover.change(row, outcome="RESCHEDULED", recorded_by_id=mover.by.pk, recorded_at=mover.now, note=WHY)


def _referral(mover: Mover, row: Referral) -> None:
    mover.change(
        row, state="CANCELLED", cancelled_on=mover.today, cancelled_by_id=mover.by.pk, cancel_reason="MISTAKE",
        cancel_note=WHY,
    )  # fmt: skip


def _goal(mover: Mover, row: Any) -> None:
    mover.change(row, status="DROPPED", dropped_on=max(mover.today, row.proposed_on), drop_reason=WHY, paused_on=None)


def _strength(mover: Mover, row: Any) -> None:
    mover.change(row, removed_on=max(mover.today, row.added_on))


def _end_now(mover: Mover, row: AccessGrant | LimitedAccess) -> None:
    mover.change(row, ends_at=max(mover.now, row.starts_at))


def _handover_request(mover: Mover, row: Any) -> None:
    mover.change(row, state="WITHDRAWN", answered_by_id=mover.by.pk, answered_at=mover.now)


def _handover_request_first(mover: Mover, row: Any) -> None:
    """What was asked about the lead of the record that goes moves nobody's lead of the other. Whoever asked is told."""
    if row.state == "WAITING":
        _handover_request(mover, row)
        services.tell_request_over(row, now=mover.now)


def _strike(mover: Mover, row: Any) -> None:
    mover.change(row, struck_at=mover.now, struck_by_id=mover.by.pk, struck_why=WHY)


def _code_letter(mover: Mover, row: Any) -> None:
    mover.change(row, withdrawn_at=mover.now)


def _code_letter_first(mover: Mover, row: Any) -> None:
    """A code that was given for the record that goes opens nothing of the other."""
    if row.used_at is None and row.withdrawn_at is None:
        _code_letter(mover, row)


def _draft_first(mover: Mover, row: Any) -> None:
    """What is written and not sent is offered on the page of the record that stays."""
    mover.change(row, page=row.page.replace(str(mover.gone.ref), str(mover.kept.ref)))


def _end(mover: Mover, row: Dated) -> None:
    if row.ends_on is None:
        mover.change(row, ends_on=_last_day(mover, row))


def _last_day(mover: Mover, row: Dated) -> date:
    """Yesterday; today for a row that began today, which a merge does not delete."""
    return max(mover.today - DAY, row.starts_on)


def _photo(mover: Mover, row: Any) -> None:
    mover.change(row, removed_at=mover.now, removed_by_id=mover.by.pk)


def _say_both(*names: str) -> Callable[[Mover, Any], None]:
    """Add the text of the record that goes to that of the kept one: it keeps people safe."""

    def join(mover: Mover, row: Any) -> None:
        twin = type(row)._base_manager.get(participant=mover.kept)
        both = {name: "\n".join(filter(None, (getattr(twin, name), getattr(row, name)))) for name in names}
        mover.change(twin, **both)

    return join


RULES: dict[str, Rule] = {
    "people.Assignment.participant": Rule("times of being led", Clash.STAY, _end),
    "people.CustodyEvent.participant": Rule("acts of custody", Clash.STAY, _strike),
    "people.CustodyEvent.sentence": Rule("", Clash.NEVER),
    "people.Supervision.participant": Rule("prison workers", Clash.STAY, _end),
    "people.CustodyHandover.participant": Rule("", Clash.NEVER),
    "people.HandoverRequest.participant": Rule(
        "requests to hand over", Clash.SETTLE, _handover_request, first=_handover_request_first
    ),
    "people.TransferPerson.participant": Rule("", Clash.FROZEN),
    "people.Exclusion.participant": Rule("people kept out", Clash.SETTLE, _end_now),
    "people.Restriction.participant": Rule("lists of who may see", Clash.SETTLE, _end_now),
    "people.CodeLetter.participant": Rule("", Clash.SETTLE, _code_letter, first=_code_letter_first),
    "people.SignInChange.participant": Rule("", Clash.NEVER),
    "people.Draft.participant": Rule("", Clash.NEVER, first=_draft_first),
    "people.ImportedPerson.participant": Rule("", Clash.FROZEN),
    "people.OtherName.participant": Rule("other names", Clash.FOLD, twin=("given_name", "family_name")),
    "people.Characteristics.participant": Rule("what they said of themselves", Clash.STAY),
    "people.Address.participant": Rule("addresses", Clash.SETTLE, _end),
    "people.SafeContact.participant": Rule("safe-contact notes", Clash.STAY, _say_both("note")),
    "people.VictimLiaison.participant": Rule("", Clash.STAY, _say_both("officer", "contact", "notes")),
    "people.ProfessionalContact.participant": Rule("contacts at other agencies", Clash.NEVER),
    "people.CircleContact.participant": Rule("people around them", Clash.NEVER),
    "people.IssuedCondition.participant": Rule("licence conditions", Clash.NEVER),
    "people.IssuedCondition.sentence": Rule("", Clash.SETTLE, _end),
    "people.RiskAssessment.participant": Rule("risk assessments", Clash.NEVER),
    "people.RequirementProgress.participant": Rule("hours and days done", Clash.NEVER),
    "people.RequirementProgress.requirement": Rule("", Clash.NEVER),
    "people.Document.participant": Rule("documents", Clash.SETTLE, _photo),
    "people.SubjectAccess.participant": Rule("requests for data", Clash.NEVER),
    "people.SubjectPassage.participant": Rule("", Clash.NEVER),
    "people.LegalHold.participant": Rule("legal holds", Clash.STAY),
    "people.Erasure.participant": Rule("", Clash.FROZEN),
    "people.AccessGrant.participant": Rule("", Clash.SETTLE, _end_now, first=_access_grant_first),
    "people.Sentence.participant": Rule("sentences", Clash.FOLD, twin=("kind", "starts_on")),
    "people.Requirement.sentence": Rule("requirements", Clash.FOLD, twin=("kind", "detail")),
    "people.CircleMember.participant": Rule("people in the circle", Clash.SETTLE, _circle),
    "people.Enrolment.participant": Rule("programmes, with their money", Clash.SETTLE, _enrolment),
    "budgets.PayeeAccount.participant": Rule("bank details of their own", Clash.NEVER),
    "budgets.Interest.participant": Rule("who knows them outside work", Clash.SETTLE, _interest),
    "people.Message.participant": Rule("messages", Clash.NEVER),
    "people.Participant.merged_into": Rule("records merged before", Clash.NEVER),
    "people.Merge.kept": Rule("", Clash.FROZEN),
    "people.Merge.gone": Rule("", Clash.FROZEN),
    "lifeplans.LifePlan.participant": Rule("life plan", Clash.FOLD),
    "lifeplans.Goal.plan": Rule("goals, with their steps", Clash.SETTLE, _goal),
    "lifeplans.Goal.requirement": Rule("", Clash.NEVER),
    "budgets.SpendRequest.requirement": Rule("", Clash.NEVER),
    "lifeplans.GoodRating.plan": Rule("ratings", Clash.STAY),
    "lifeplans.Strength.plan": Rule("strengths", Clash.SETTLE, _strength),
    "lifeplans.Setback.plan": Rule("setbacks", Clash.NEVER),
    "lifeplans.PlanVersion.plan": Rule("agreed versions of the plan", Clash.FROZEN),
    "engagement.PlannedAbsence.participant": Rule("planned absences", Clash.STAY),
    "engagement.Alert.participant": Rule("alerts", Clash.SETTLE, _alert),
    "engagement.Appointment.participant": Rule("meetings", Clash.SETTLE, _appointment),
    "engagement.Appointment.requirement": Rule("", Clash.NEVER),
    "engagement.Contact.participant": Rule("contacts", Clash.NEVER),
    "engagement.StruckNote.participant": Rule("", Clash.NEVER),
    "engagement.ContactPlan.participant": Rule("rhythm of contact", Clash.STAY),
    "providers.Referral.participant": Rule("referrals", Clash.SETTLE, _referral),
}


def twin_of(model: type[Model], rule: Rule, row: Any, field: str, to: int) -> Model:
    """The row of the record that stays which is the same as this one."""
    same = {name: getattr(row, name) for name in rule.twin}
    return model._base_manager.get(**same, **{field: to})
