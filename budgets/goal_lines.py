"""The money of a goal, on its card: what was asked for, decided, bought and given back, and whether it helped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Subquery, Sum
from django.urls import reverse
from django.utils import timezone

from budgets import repeating
from budgets.models import Entry, Helped, PanelCase, Payment, SpendRequest
from common.days import in_words
from common.money import pounds
from lifeplans.goal_help import Line

State = SpendRequest.State


def lines(goals: Sequence[int]) -> Iterator[tuple[int, Line]]:
    """In one statement."""
    paid = Payment.objects.filter(commitment__spend=OuterRef("pk"), reversed_at=None).order_by()
    still = Entry.objects.filter(account__kind="PAID", transaction__spend=OuterRef("pk")).order_by()
    rows = SpendRequest.objects.sent().filter(goal__in=goals).select_related("commitment", "helped", "requirement")
    rows = rows.annotate(
        paid=Subquery(paid.values("commitment__spend").annotate(pence=Sum("amount")).values("pence")),
        still=Subquery(still.values("transaction__spend").annotate(pence=Sum("amount")).values("pence")),
        with_panel=Exists(PanelCase.objects.filter(spend=OuterRef("pk"), closed_at=None)),
    )
    for spend in rows.order_by("asked_at", "pk"):
        yield spend.goal_id, Line(
            "Money", spend.what, " ".join(_said(spend)), reverse("budgets:request-detail", args=[spend.pk]),
            reverse("budgets:my-request", args=[spend.pk]),
        )  # fmt: skip


def _said(spend: Any) -> Iterator[str]:
    again = f" ({repeating.in_short(spend)})" if spend.every else ""
    yield f"{spend.amount_words.capitalize()}{again} asked for on {in_words(timezone.localdate(spend.asked_at))}."
    if spend.without_money:
        yield f"Without money: {spend.without_money.rstrip('.')}."
    if spend.requirement:
        yield f"It serves what the court asks: {spend.requirement}."
    yield from _answer(spend)
    helped: Helped | None = getattr(spend, "helped", None)
    if helped:
        yield f"{helped.get_answer_display()}{f': {helped.words}' if helped.words else '.'}"


def _answer(spend: Any) -> Iterator[str]:
    if spend.state == State.ASKED:
        yield "A panel decides." if spend.with_panel else "Waiting for an answer."
    elif spend.state != State.APPROVED:
        yield f"{State(spend.state).label}."
    else:
        yield f"Yes to {pounds(spend.granted or 0)}."
        paid, gone = spend.paid or 0, (spend.paid or 0) - (spend.still or 0)
        if paid:
            yield f"{pounds(paid)} paid."
        if gone > 0:
            yield f"{pounds(gone)} of it came back or was lost."
        if spend.commitment.closed_at and not paid:
            yield "The money went back."
        elif not spend.commitment.closed_at:
            yield f"{pounds(spend.commitment.remaining)} is set aside."
