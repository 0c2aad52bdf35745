"""What about panels waits for a manager: to send a request, to find more votes, to look at what went wrong."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse_lazy
from django.utils import timezone

from budgets.models import PanelCase, PanelQuestion, PanelVote, SpendRequest
from budgets.panels import VOTE_WITHIN
from common.postgres.compiled import compiled_once
from common.work_items import MOST, WorkItem
from people.access.whom import Whom
from people.models import naming

PERSON = "spend__budget__enrolment__participant"


def items(*, whom: Whom, to_send: Iterable[SpendRequest], today: date) -> Iterable[WorkItem]:
    """`to_send`: requests for a panel that nobody has sent to it yet, and this user may."""
    yield from (_send(spend) for spend in to_send)
    for case in _cases(whom=whom):
        yield from _of_case(case, today)


@compiled_once
def _cases(*, whom: Whom) -> QuerySet[Any, Any]:
    """Open ones, and those with a vote that its member denies and nobody has looked into."""
    denied = PanelVote.objects.disputed().filter(case=OuterRef("pk"), found_at=None)
    asked = PanelQuestion.objects.filter(case=OuterRef("pk"), answered_at=None).order_by("asked_at")
    rows = PanelCase.objects.filter(whom.may_change(PERSON)).annotate(
        denied=Exists(denied), question=Subquery(asked.values("text")[:1])
    )
    rows = rows.filter(Q(closed_at=None) | Q(denied=True))
    counted = Q(votes__denied_at=None, votes__stands_aside=False)
    rows = rows.annotate(many=Count("votes", filter=counted)).select_related(PERSON).order_by("sent_at")
    return whom.first(naming(rows, PERSON), MOST)


def _send(spend: SpendRequest) -> WorkItem:
    assert spend.answer_by
    says = f"{spend.amount_words.capitalize()} for {spend.what} is more than one manager decides. Send it to the panel."
    if spend.appeals_id:
        says += " None of those who had a part in the first answer votes: it may need new members."
    assert spend.asked_at
    due = max(timezone.localdate(spend.asked_at), spend.answer_by - VOTE_WITHIN - timedelta(days=1))
    return _item(spend, says, due, "Send it")


def _of_case(case: Any, today: date) -> Iterable[WorkItem]:
    spend = case.spend
    if case.denied:
        says = f"A member of the panel says that a vote about {spend.what}, written down for them, was not theirs."
        yield _item(spend, says, today, "Look")
    if case.closed_at:
        return
    if case.question:
        yield _item(spend, f"The panel asks about {spend.what}: {case.question}", case.vote_by, "Answer")
    if case.problem:
        yield _item(spend, f"The panel has voted about {spend.what}. {case.problem}", case.vote_by, "Look")
    elif case.vote_by < today:
        votes = "1 vote" if case.many == 1 else f"{case.many} votes"
        says = f"The panel has {votes} about {spend.what}, and needs more, or one of someone with lived experience."
        yield _item(spend, says, case.vote_by, "Look")


def _item(spend: SpendRequest, reason: str, due: date, action: str) -> WorkItem:
    return WorkItem(
        urgency=40, kind="Request", person=spend.person, reason=reason, due=due, action=action,
        url=reverse_lazy("budgets:request-detail", args=[spend.pk]),
    )  # fmt: skip
