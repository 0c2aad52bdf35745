"""The story of a request, as the person reads it: asked, answered, being bought, theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from budgets import repeating
from budgets.helped import was_bought
from budgets.models import Commitment, PanelCase, SpendRequest, Way
from common.days import in_words
from common.money import pounds

State = SpendRequest.State


@dataclass(frozen=True)
class Part:
    """One part of the story. `stands`: "done", "now" or "later"."""

    called: str
    said: str
    stands: str

    @property
    def tag(self) -> tuple[str, str]:
        return {"done": ("Done", "green"), "now": ("Now", "yellow")}.get(self.stands, ("Later", "grey"))


def of(spend: SpendRequest, case: PanelCase | None, *, for_panel: bool = False) -> list[Part]:
    """The parts in their order; what can come no more is not told. `for_panel`: whether a panel decides."""
    assert spend.asked_at
    asked = Part("You asked", in_words(timezone.localdate(spend.asked_at)), "done")
    parts = [asked, _answer(spend, case, for_panel=for_panel)]
    if spend.state == State.ASKED:
        return [*parts, Part("It is bought", "", "later"), Part("It is yours", "", "later")]
    return [*parts, *_bought(spend.commitment)] if spend.state == State.APPROVED else parts


def promised_by(spend: SpendRequest, case: PanelCase | None) -> date:
    """The day until which an answer is promised: a panel's is given in the night after its last day."""
    assert spend.answer_by
    return max(spend.answer_by, case.vote_by + timedelta(days=1)) if case else spend.answer_by


def _answer(spend: SpendRequest, case: PanelCase | None, *, for_panel: bool) -> Part:
    if spend.state == State.ASKED:
        who = "A panel decides" if case or for_panel else "Someone decides"
        who = f"Your worker finds the price. {who}" if spend.has_no_price else who
        return Part(who, f"by {in_words(promised_by(spend, case))}", "now")
    if spend.decided_at is None:
        return Part({State.WITHDRAWN: "You took it back"}.get(State(spend.state), "It ended"), "", "done")
    on = in_words(timezone.localdate(spend.decided_at))
    if spend.state == State.REFUSED:
        return Part("The answer was no", on, "done")
    return Part(f"The answer was yes to {pounds(spend.granted or 0)}", on, "done")


def _bought(line: Commitment) -> list[Part]:
    paid = sorted(each.paid_on for each in line.payments.all() if each.reversed_at is None)
    if line.closed_at and not (paid and was_bought(line.spend)):
        return [Part("The money went back", "" if not paid else "Or it was lost.", "done")]
    if line.way != Way.NOTIONAL:
        handed = f"since {in_words(paid[0])}" if paid else "soon"
        return [Part("You have the money, or who looks after it for you", handed, "done" if paid else "now")]
    if line.closed_at:
        return [Part("It was bought", "", "done"), Part("It is yours", f"paid on {in_words(paid[-1])}", "done")]
    return [Part("It is being bought", _where(line), "now"), Part("It is yours", "", "later")]


def _where(line: Commitment) -> str:
    if line.on_hold_at:
        return "something is to be cleared up first"
    made = [each for each in line.payments.all() if each.reversed_at is None]
    if so_far := repeating.so_far(line, len(made)):
        return so_far
    for order in line.pay_orders.all():
        if order.state in order.OPEN:
            return f"it is paid by bank soon, to {order.payee}"
    if line.referral:
        return f"from {line.referral.service.provider.name}"
    return f"from {line.payee}" if line.payee else "your worker finds who sells it"
