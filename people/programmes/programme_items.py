"""What waits about programmes and one person: whether they stay, and how much help they have."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse_lazy
from django.utils import timezone

from common.postgres.compiled import compiled_once
from common.work_items import MOST, WorkItem
from people.access.abilities import Can, can
from people.access.whom import Whom
from people.models import EligibilityReview, Membership, TierDecision, User, naming
from people.programmes import asked_again

PERSON = "enrolment__participant"
DECIDE_WITHIN = timedelta(days=14)
SAID_NO_FOR = timedelta(days=14)
ASK_FOR_MORE = "Ask an administrator for another manager."
ASKED, IN_FORCE, REFUSED = TierDecision.State.ASKED, TierDecision.State.IN_FORCE, TierDecision.State.REFUSED


def items(*, user: User, whom: Whom, today: date, now: datetime) -> Iterable[WorkItem]:
    """For managers what is to be decided; for who leads someone what they can end or look at again."""
    manages = can(user, Can.OVERRIDE_ELIGIBILITY)
    if not manages and not whom.led:
        return
    reviews = list(_reviews(whom=whom, manages=manages))
    tiers = list(_tiers(user=user.pk, whom=whom, manages=manages, today=today, since=now - SAID_NO_FOR))
    waits = [each for each in tiers if each.state == ASKED]
    others = set(Membership.objects.managers_beside(user, today)) if manages and (reviews or waits) else set()
    for review in reviews:
        yield _review(review, user, others, manages=manages)
    for each in tiers:
        yield from _tier(each, user, others, manages=manages)


@compiled_once
def _reviews(*, whom: Whom, manages: bool) -> QuerySet[EligibilityReview]:
    theirs = whom.may_change(PERSON) if manages else whom.leads(PERSON)
    rows = (
        EligibilityReview.objects.open()
        .filter(theirs, enrolment__state="ENROLLED")
        .select_related("enrolment__programme", PERSON)
    )
    rows = naming(rows.order_by("found_at", "pk"), PERSON)
    return whom.first(rows, MOST) if manages else rows[:MOST]


@compiled_once
def _tiers(*, user: int, whom: Whom, manages: bool, today: date, since: datetime) -> QuerySet[TierDecision]:
    """To be decided, to be looked at again by who leads them, or refused lately to who proposed it."""
    wanted = whom.leads(PERSON) & Q(state=IN_FORCE, review_on__lte=today) if whom.led else Q(pk=None)
    wanted |= whom.sees(PERSON) & Q(state=REFUSED, decided_at__gt=since, asked_by=user)
    if manages:
        wanted |= whom.may_change(PERSON) & Q(state=ASKED)
    rows = TierDecision.objects.filter(wanted, enrolment__state="ENROLLED").select_related(
        "enrolment__programme", PERSON, "asked_by"
    )
    return naming(rows.order_by("review_on", "pk"), PERSON, "asked_by")[:MOST]


def _review(review: EligibilityReview, user: User, others: set[int], *, manages: bool) -> WorkItem:
    enrolment = review.enrolment
    said = f"{enrolment.programme.name} would say no now: {asked_again.said_of(review)}"
    may = manages and enrolment.asked_by_id != user.pk
    if may:
        return _item(review, f"{said} Do they stay?", _day(review.found_at), "Decide", "people:enrolment-again")
    if manages and not others - {enrolment.asked_by_id}:
        said = f"{said} Nobody else in your team may decide. {ASK_FOR_MORE}"
    else:
        said = f"{said} A manager decides whether they stay, or you end it."
    return _item(review, said, _day(review.found_at), "Look", "")


def _tier(each: TierDecision, user: User, others: set[int], *, manages: bool) -> Iterable[WorkItem]:
    name, help_now = each.enrolment.programme.name, each.get_tier_display().lower()
    if each.state == IN_FORCE:
        said = f"{name}: {help_now}. Look again at how much help they need."
        yield _item(each, said, each.review_on, "Look again", "people:tier-new")
    elif each.state == REFUSED:
        said = f"{name}: {help_now} was not agreed. {each.answer}"
        yield _item(each, said, _day(each.decided_at or each.asked_at), "Look", "")
    elif each.asked_by_id != user.pk:
        said = f"{name}: {each.asked_by.name} proposes {help_now}."
        yield _item(each, said, _day(each.asked_at), "Answer", "people:tier-answer")
    elif manages and not others - {each.asked_by_id}:
        said = f"{name}: {help_now} is proposed, and nobody else in your team may decide. {ASK_FOR_MORE}"
        yield _item(each, said, _day(each.asked_at), "Look", "")


def _day(at: datetime) -> date:
    return timezone.localdate(at + DECIDE_WITHIN)


def _item(row: EligibilityReview | TierDecision, said: str, due: date, action: str, page: str) -> WorkItem:
    person = row.enrolment.participant
    pk = row.pk if page == "people:tier-answer" else row.enrolment_id
    where = (
        reverse_lazy(page, args=[person.ref, pk]) if page else reverse_lazy("people:person-sentence", args=[person.ref])
    )
    return WorkItem(urgency=40, kind="Programme", person=person, reason=said, due=due, action=action, url=where)
