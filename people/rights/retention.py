"""Retention: find what the rules say has been kept long enough, and remove it at night."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from common import data_inventory
from common.data_inventory import Then
from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.saving import save_or_refuse
from people.models import AccessGrant, CaseloadUpload, LegalHold, Merge, Message, Participant, RetentionRule, User
from people.models.merges import UNDO_DAYS
from people.models.uploads import KEPT_FOR
from people.rights.erasure import erase

logger = logging.getLogger(__name__)
YEAR = 365
USUAL: dict[str, dict[str, Any]] = {
    RetentionRule.What.RECORD: {"keep_days": 6 * YEAR, "since": "LEFT", "act": "PSEUDONYMISE"},
    RetentionRule.What.MESSAGES: {"keep_days": 2 * YEAR, "since": "SENT", "act": "DELETE"},
}


@dataclass(frozen=True)
class Due:
    person: Participant
    rule: RetentionRule
    since: str  # in words

    def __str__(self) -> str:
        return f"{self.person.crn}: {self.since}; {self.rule.get_act_display().lower()}"


def rules() -> dict[str, RetentionRule]:
    """Return the rules. One that nobody has set has the usual length."""
    set_by_someone = {rule.what: rule for rule in RetentionRule.objects.all()}
    return {what: set_by_someone.get(what) or RetentionRule(what=what, **usual) for what, usual in USUAL.items()}


@transaction.atomic
@acting_as(SYSTEM)
def change_rule(*, rule: RetentionRule, keep_days: int, by: User) -> RetentionRule:
    rule.keep_days = keep_days
    return save_or_refuse(rule, by=by)


def legal_holds() -> QuerySet[LegalHold]:
    return LegalHold.objects.filter(lifted_at=None)


def records_due(*, today: date) -> QuerySet[Participant]:
    """Return people due for erasure, without those under a legal hold and those already erased."""
    rule = rules()[RetentionRule.What.RECORD]
    before = today - timedelta(days=rule.keep_days)
    there = Participant.objects.filter(erasure=None).exclude(pk__in=legal_holds().values("participant")).order_by("pk")
    left = Q(left_on__lte=before) if rule.since == RetentionRule.Since.LEFT else Q(pk__in=[])
    silent = Q(left_on=None) if rule.since == RetentionRule.Since.LEFT else Q()
    return there.filter(left | (silent & Q(joined_on__lte=before) & ~_has_entry_after(before)))


def reasons(people: Iterable[Participant], *, today: date) -> Iterator[Due]:
    """Why each of these, which are due, is due."""
    rule = rules()[RetentionRule.What.RECORD]
    before = today - timedelta(days=rule.keep_days)
    for person in people:
        said = f"left on {person.left_on:%d/%m/%Y}" if person.left_on else f"no entry since {before:%d/%m/%Y}"
        yield Due(person, rule, said)


def _has_entry_after(day: date) -> Q:
    """Whether the record has an entry dated after that day."""
    moment = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    found = Q()
    for line in data_inventory.ENTRIES:
        if line.dated and line.then != Then.KEEP and line.model is not AccessGrant:
            when = moment if isinstance(line.model._meta.get_field(line.dated), DateTimeField) else day
            rows = line.model._base_manager.filter(**{line.to_person: OuterRef("pk"), f"{line.dated}__gt": when})
            found |= Q(Exists(rows))
    return found


def messages_due(*, now: datetime) -> QuerySet[Message]:
    rule = rules()[RetentionRule.What.MESSAGES]
    old = Message.objects.filter(queued_at__lt=now - timedelta(days=rule.keep_days))
    return old.exclude(state=Message.State.WAITING).exclude(participant__in=legal_holds().values("participant"))


def run(*, today: date, now: datetime) -> tuple[int, int]:
    """Carry out what is due. A record that fails stops no other, and is tried again tomorrow."""
    gone, failed = 0, 0
    for rule in rules().values():
        if rule.pk is None:  # an erasure names the rule that it follows
            rule.save()
    for due in list(reasons(records_due(today=today), today=today)):
        try:
            erase(participant=due.person, rule=due.rule, now=now)
            gone += 1
        except (RuleBroken, DatabaseError):
            logger.exception("%s could not be taken out of the record.", due.person.crn)
            failed += 1
    old = messages_due(now=now)
    old._raw_delete(old.db)
    Merge.objects.filter(merged_at__lt=now - timedelta(days=UNDO_DAYS)).exclude(moved=[], changed=[]).update(
        moved=[], changed=[]
    )
    CaseloadUpload.objects.filter(uploaded_at__lt=now - KEPT_FOR).delete()
    return gone, failed


@transaction.atomic
def set_hold(*, participant: Participant, reason: str, by: User, now: datetime) -> LegalHold:
    """Stop retention and erasure for this person until the hold is lifted."""
    if legal_holds().filter(participant=participant).exists():
        raise RuleBroken("There is a hold on this person's record already.")
    hold = LegalHold(participant=participant, reason=reason, set_by=by, set_at=now)
    save_or_refuse(hold, by=by)
    return hold


@transaction.atomic
def lift_hold(*, hold: LegalHold, reason: str, by: User, now: datetime) -> LegalHold:
    hold = LegalHold.objects.select_for_update().get(pk=hold.pk)
    if hold.lifted_at:
        raise RuleBroken("This hold was lifted already.")
    hold.lifted_by, hold.lifted_at, hold.lift_reason = by, now, reason
    save_or_refuse(hold, "lifted_by", "lifted_at", "lift_reason", by=by)
    return hold
