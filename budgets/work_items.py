"""What about money waits for someone: a decision, a purchase, a payment."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import Promise

from budgets import (
    book_items,
    interests,
    invoices,
    judgement_items,
    looking_items,
    panel_items,
    panels,
    repeating,
    way_items,
)
from budgets.book_items import had_a_part
from budgets.deciding import is_for_panel
from budgets.in_hand import owed, with_owed
from budgets.models import (
    Commitment,
    Correction,
    Helped,
    Invoice,
    PanelCase,
    PanelVote,
    Payment,
    PayOrder,
    Question,
    SpendRequest,
    Way,
)
from budgets.models.paying import is_ordered
from budgets.services import may_be_paid
from common.money import pounds
from common.postgres.compiled import compiled_once
from common.work_items import MOST, WorkItem
from people.access import sign_in_changes
from people.access.abilities import Can, can
from people.access.whom import Whom
from people.models import Enrolment, Membership, SignInChange, User, naming
from providers.models.referrals import NOT_GIVEN

ASK_FOR_MORE = "Ask an administrator for another manager."
OPEN_WITHIN = timedelta(days=7)
ANSWER_WITHIN = timedelta(days=7)
ASK_WITHIN = timedelta(days=7)
WORSE_FOR = timedelta(days=21)  # how long it is on the worker's list that something made things worse
PAY_WITHIN = timedelta(days=10)


def items(*, user: User, whom: Whom, today: date, now: datetime) -> list[WorkItem]:
    """Requests to decide and payments to make (managers), and approved money to spend (practitioners)."""
    found = _to_decide(whom=whom, today=today) if can(user, Can.DECIDE_REQUEST) else []
    for_panel = [spend for spend in found if is_for_panel(spend, spend.rules)]
    to_decide = [spend for spend in found if spend not in for_panel and not _waits_for_answer(spend, now)]
    to_pay = [each for each in (_to_pay(whom=whom) if can(user, Can.PAY) else []) if not _is_later(each, today)]
    ahead = [each for each in to_pay if not each.denied and each.way != Way.NOTIONAL]
    back = [each for each in to_pay if not each.denied and each not in ahead and owed(each)]
    ahead += back
    delivered = [each for each in to_pay if not each.denied and each not in ahead and _is_delivered(each)]
    to_payee = [
        each for each in to_pay
        if each.payee and each.referral is None and not (each.denied or each in ahead or each.spend.budget.ended_on)
    ]  # fmt: skip
    to_correct = _to_correct(whom=whom) if can(user, Can.PAY) else []
    spends = [*to_decide, *(commitment.spend for commitment in to_pay)]
    also = {each.budget.enrolment.participant_id for each in to_correct if each.budget}
    askers = {each.asked_by_id for each in to_correct}
    hands = Hands(user, spends, today=today, now=now, also=also, askers=askers)
    return [
        *_to_open(user, whom),
        *(_of_panels(whom, for_panel, hands) if can(user, Can.DECIDE_REQUEST) else []),
        *(_decide(spend, today) for spend in to_decide if hands.free(spend)),
        *(_nobody_decides(spend) for spend in to_decide if hands.stuck(spend)),
        *(_denied(commitment) for commitment in to_pay if commitment.denied),
        *(_pay(commitment) for commitment in delivered if hands.free(commitment.spend)),
        *(_nobody_pays(commitment) for commitment in delivered if hands.stuck(commitment.spend)),
        *(_pay_ahead(commitment, hands) for commitment in ahead if _is_theirs(commitment, hands)),
        *(_pay_payee(each, hands) for each in to_payee if _is_theirs(each, hands)),
        *(_settle(each) for each in to_pay if not each.denied and each not in [*delivered, *ahead, *to_payee]),
        *_corrections(to_correct, hands),
        *(_bills(whom=whom, today=today) if can(user, Can.PAY) else []),
        *(line for each in (_with_leads(whom=whom) if whom.led else []) for line in _of_lead(each, today)),
        *(_worse(each) for each in (_made_worse(whom=whom, since=now - WORSE_FOR) if whom.led else [])),
        *(_question(each) for each in (_questions(whom=whom) if whom.led else [])),
        *(judgement_items.items(user=user, whom=whom, today=today) if can(user, Can.ASK_FOR_PERSON) else []),
        *(_find_price(each) for each in (_without_price(whom=whom) if whom.led else [])),
        *way_items.items(user=user, whom=whom, today=today),
        *looking_items.items(user=user, whom=whom, today=today, now=now),
    ]


def office_items(*, user: User, whom: Whom, today: date, now: datetime) -> list[WorkItem]:
    """What waits about the funds themselves."""
    return book_items.of_the_books(user=user, today=today) if can(user, Can.SEE_FUNDS) else []


@compiled_once
def _to_correct(*, whom: Whom) -> QuerySet[Correction]:
    rows = Correction.objects.waiting().filter(whom.may_change("budget__enrolment__participant"))
    rows = rows.select_related("budget__enrolment__participant", "asked_by", "wrong").order_by("asked_at")
    return whom.first(naming(rows, "budget__enrolment__participant"), MOST)


def _corrections(waiting: Iterable[Correction], hands: Hands) -> Iterable[WorkItem]:
    """For whoever may answer; where nobody else in the team may, for whoever had a part in it, and it says so."""
    for each in waiting:
        assert each.budget
        part = had_a_part(each) | hands.knows.get(each.budget.enrolment.participant_id, set())
        part |= hands.tied.get(each.asked_by_id, set())
        asks = f"{each.asked_by.name} asks to put {pounds(each.amount)} right: {each.reason}"
        if hands.user.pk in part:
            if hands.others - part:
                continue
            asks = (
                f"{pounds(each.amount)} waits to be put right, and nobody else in your team may agree. {ASK_FOR_MORE}"
            )
        yield WorkItem(
            urgency=40, kind="Correction", person=each.budget.enrolment.participant, reason=asks, action="Answer",
            due=timezone.localdate(each.asked_at) + ANSWER_WITHIN,
            url=reverse_lazy("budgets:correction", args=[each.pk]),
        )  # fmt: skip


@compiled_once
def _without_budget(*, whom: Whom) -> QuerySet[Enrolment]:
    """People on a programme whose budget nobody has opened: they cannot ask for anything."""
    rows = Enrolment.objects.enrolled().filter(whom.may_change("participant"), budget=None)
    rows = rows.select_related("participant", "programme").order_by("starts_on", "pk")
    return whom.first(naming(rows, "participant"), MOST)


def _to_open(user: User, whom: Whom) -> Iterable[WorkItem]:
    if not can(user, Can.MANAGE_FUND):
        return
    for enrolment in _without_budget(whom=whom):
        assert enrolment.starts_on
        yield WorkItem(
            urgency=40, kind="Budget", person=enrolment.participant, action="Open the budget",
            due=enrolment.starts_on + OPEN_WITHIN,
            reason=f"On {enrolment.programme.name} since {enrolment.starts_on:%-d %B %Y}, and no budget is open.",
            url=reverse_lazy("budgets:person-money", args=[enrolment.participant.ref]),
        )  # fmt: skip


@compiled_once
def _made_worse(*, whom: Whom, since: datetime) -> QuerySet[Helped]:
    theirs = whom.leads("spend__budget__enrolment__participant")
    rows = Helped.objects.filter(theirs, answer=Helped.Answer.WORSE, at__gt=since).order_by("at")
    return naming(
        rows.select_related("spend__budget__enrolment__participant"), "spend__budget__enrolment__participant"
    )[:MOST]


def _worse(helped: Helped) -> WorkItem:
    """What was bought made things worse: their worker asks."""
    spend = helped.spend
    return WorkItem(
        urgency=40, kind="Money", person=spend.person, action="Look",
        reason=f"{spend.person.called} says that {spend.what} made things worse. Ask how.",
        due=timezone.localdate(helped.at + ASK_WITHIN),
        url=reverse_lazy("budgets:request-detail", args=[spend.pk]),
    )  # fmt: skip


@compiled_once
def _without_price(*, whom: Whom) -> QuerySet[SpendRequest]:
    """What their person asked for with about how much, and nobody has said yet what it costs."""
    rows = SpendRequest.objects.to_decide().filter(whom.leads("budget__enrolment__participant"))
    rows = rows.filter(about_from__isnull=False, found_price=None, panel_case=None)
    rows = rows.select_related("budget__enrolment__participant", "appeals")
    return naming(rows.order_by("asked_at", "pk"), "budget__enrolment__participant")[:MOST]


def _find_price(spend: SpendRequest) -> WorkItem:
    assert spend.answer_by
    return WorkItem(
        urgency=40, kind="Request", person=spend.person, action="Say what it costs", due=spend.answer_by,
        reason=f"{spend.person.called} asked for {spend.what}, {spend.amount_words}. Find out what it costs.",
        url=reverse_lazy("budgets:request-price", args=[spend.pk]),
    )  # fmt: skip


@compiled_once
def _to_decide(*, whom: Whom, today: date) -> QuerySet[SpendRequest]:
    question = Question.objects.of_deciders().filter(spend=OuterRef("pk"))
    rows = SpendRequest.objects.filter(whom.may_change("budget__enrolment__participant")).to_decide()
    rows = rows.with_rules(today).annotate(has_case=Exists(PanelCase.objects.filter(spend=OuterRef("pk"))))
    rows = rows.annotate(question_at=Subquery(question.values("asked_at"))).select_related("appeals")
    rows = rows.select_related("budget__enrolment__participant").order_by("asked_at")
    return whom.first(naming(rows, "budget__enrolment__participant"), MOST)


def _of_panels(whom: Whom, for_panel: list[Any], hands: Hands) -> Iterable[WorkItem]:
    """To send: for whoever may; where nobody beside them in the team may, for all, and it says so."""
    to_send = [each for each in for_panel if not each.has_case]
    mine = [each for each in to_send if panels.may_send(each, hands.user)]
    stuck = [each for each in to_send if each not in mine and not hands.others - each.may_not_decide]
    yield from (_nobody_decides(each) for each in stuck)
    yield from panel_items.items(whom=whom, to_send=mine, today=hands.today)


def _waits_for_answer(spend: Any, now: datetime) -> bool:
    """Whether it was asked something about it lately: then it is on the worker's list, and the person's pages."""
    return spend.question_at is not None and now < spend.question_at + ANSWER_WITHIN


def _questions(*, whom: Whom) -> QuerySet[Question]:
    waits = Q(spend__state=SpendRequest.State.ASKED) | Q(from_person=True)
    rows = Question.objects.open().filter(whom.leads("spend__budget__enrolment__participant"), waits)
    rows = rows.select_related("spend__budget__enrolment__participant", "asked_by").order_by("asked_at")
    return naming(rows, "spend__budget__enrolment__participant")[:MOST]


def _question(question: Question) -> WorkItem:
    who = question.spend.person.called if question.from_person else question.asked_by.name
    says = f"{who} asks about {question.spend.what}: {question.text}"
    return WorkItem(
        urgency=40, kind="Request", person=question.spend.person, reason=says, action="Answer",
        due=timezone.localdate(question.asked_at + ANSWER_WITHIN),
        url=reverse_lazy("budgets:request-detail", args=[question.spend_id]),
    )  # fmt: skip


@compiled_once
def _to_pay(*, whom: Whom) -> QuerySet[Any, Any]:
    """What was delivered, what is to be handed over, what may not be theirs, and what is set aside in a budget that has
    ended."""
    ended = Q(spend__budget__ended_on__isnull=False)
    ahead = ~Q(way=Way.NOTIONAL)
    known = Q(referral=None) & ~Q(payee="")
    again = ~Q(spend__every="") & Q(referral__state="ACCEPTED")
    back = Q(shown__gt=F("handed"), put_right=False)
    part = Q(delivered__gt=F("amount") - F("remaining"))
    there = Q(referral__state="DELIVERED") | ahead | known | again | part | back
    rows = _open_commitments(whom).filter(Q(denied=True) | ended | Q(on_hold_at=None) & there)
    rows = rows.select_related("referral__service__provider", "referral__delivered_by")
    return whom.first(naming(rows, "spend__budget__enrolment__participant", "referral__delivered_by"), MOST)


@compiled_once
def _bills_to_settle(*, whom: Whom) -> QuerySet[Any, Any]:
    rows = Commitment.objects.filter(whom.may_change("spend__budget__enrolment__participant"))
    rows = invoices.to_settle(rows).select_related("spend__budget__enrolment__participant")
    return whom.first(naming(rows.order_by("pk"), "spend__budget__enrolment__participant"), MOST)


def _bills(*, whom: Whom, today: date) -> Iterable[WorkItem]:
    """Paid money that a credit note gives back and that has not come; and bills for money that has gone back."""
    for each in _bills_to_settle(whom=whom):
        said = f"{pounds(each.owed)} of what was paid for {each.spend.what} is credited, and has not come back. Ask."
        if each.owed <= 0:
            said = f"{pounds(each.left)} of a bill for {each.spend.what} is not paid, and no money is left for it. "
            said += "Say that it is not right, enter a credit note, or ask for more money."
        yield WorkItem(
            urgency=40, kind="Payment", person=each.spend.person, due=today, action="Look", reason=said,
            url=reverse_lazy("budgets:request-detail", args=[each.spend_id]),
        )  # fmt: skip


def _is_delivered(commitment: Commitment) -> bool:
    return commitment.referral is not None and may_be_paid(commitment)


def _is_later(commitment: Any, today: date) -> bool:
    """Whether it is paid again and again, and its next payment is still to come."""
    due = repeating.next_due(commitment, commitment.count)
    waits = due and due.on > today + repeating.AHEAD
    return bool(waits) and not commitment.denied and commitment.spend.budget.ended_on is None


class Hands:
    """Who may decide and pay: nobody who had a part in the request, knows the person or who asked outside work, or
    lately gave the person a way to sign in.

    What a manager may not do is on the other managers' lists. Where there is no other, it stays on theirs, and says so.
    """

    def __init__(
        self, user: User, spends: list[SpendRequest], *, today: date, now: datetime, also: Collection[int] = (),
        askers: Collection[int] = (),
    ) -> None:  # fmt: skip
        """`also`: people (ids) about whose money something else waits; `askers`: the users who asked for that."""
        self.user, self.today = user, today
        self.gave: dict[int | None, set[int]] = {}
        people = {spend.person.pk for spend in spends}
        hands = {*askers, *(hand for spend in spends for hand in spend.asked_and_decided_by)}
        self.knows, self.tied = interests.known_outside({*people, *also}, hands)
        self.of_payees = interests.in_payees({each.pk: each.payee for each in spends if each.payee})
        lately = SignInChange.objects.filter(participant__in=people).since(now - sign_in_changes.LATELY)
        for change in lately if people else ():
            self.gave.setdefault(change.participant_id, set()).update(change.givers)

    @cached_property
    def others(self) -> set[int]:
        return set(Membership.objects.managers_beside(self.user, self.today))

    def of(self, spend: SpendRequest) -> set[int]:
        part = spend.may_not_decide if spend.state == SpendRequest.State.ASKED else spend.hands
        part = part | self.of_payees.get(spend.pk, set())
        part = part.union(*(self.tied.get(hand, set()) for hand in spend.asked_and_decided_by))
        return part | self.gave.get(spend.person.pk, set()) | self.knows.get(spend.person.pk, set())

    def free(self, spend: SpendRequest) -> bool:
        """Whether this user may act on it."""
        return self.user.pk not in self.of(spend)

    def stuck(self, spend: SpendRequest) -> bool:
        """Whether neither this user nor anyone beside them may act on it."""
        return not self.free(spend) and not self.others - self.of(spend)


@compiled_once
def _with_leads(*, whom: Whom) -> QuerySet[Any, Any]:
    """What is to be bought, is on hold, or is paid again and again and was not looked at half way."""
    theirs = whom.leads("spend__budget__enrolment__participant")
    to_buy = Q(referral=None, payee="", way=Way.NOTIONAL) | Q(referral__state__in=NOT_GIVEN)
    unsaid = Q(billed__isnull=False, referral__state__in=["SENT", "ACCEPTED"], spend__every="")
    again = ~Q(spend__every="") & Q(reviewed_at=None)
    rows = _open_commitments(whom).filter(theirs, denied=False, spend__budget__ended_on=None)
    rows = rows.filter(to_buy | unsaid | again | Q(on_hold_at__isnull=False))
    return rows.select_related("referral__service__provider")[:MOST]


def _of_lead(commitment: Any, today: date) -> Iterable[WorkItem]:
    review = repeating.review_due(commitment)
    if commitment.on_hold_at:
        says = f"{commitment.spend.what} is on hold: {commitment.on_hold_why}"
        url = reverse_lazy("budgets:request-detail", args=[commitment.spend_id])
        yield _payment(commitment, says, url=url, action="Clear it up")
    elif commitment.referral_id is None and not commitment.payee and commitment.way == Way.NOTIONAL:
        yield from [] if owed(commitment) else [_buy(commitment)]
    elif commitment.referral_id and commitment.referral.state in NOT_GIVEN and not commitment.part_to_pay:
        yield _buy_elsewhere(commitment)
    elif commitment.billed and commitment.referral and not may_be_paid(commitment):
        says = (
            f"Invoice {commitment.billed} for {commitment.spend.what} is here, and nobody said that it was delivered."
        )
        url = reverse_lazy("budgets:request-detail", args=[commitment.spend_id])
        yield _payment(commitment, f"{says} Ask {commitment.referral.service.provider.name}.", url=url, action="Ask")
    if review and review <= today:
        says = f"{commitment.spend.what} is half way. Ask whether it still helps; then it goes on, or stops."
        url = reverse_lazy("budgets:go-on", args=[commitment.pk])
        yield replace(_payment(commitment, says, url=url, action="Ask"), due=review)


def _open_commitments(whom: Whom) -> QuerySet[Any, Any]:
    """Whoever reads a record in an emergency decides and pays nothing."""
    denied = SignInChange.objects.denying(OuterRef("spend__asked_by"), OuterRef("spend__asked_at"))
    vote = PanelVote.objects.disputed().filter(case__spend=OuterRef("spend"))
    rows = Commitment.objects.open().filter(whom.may_change("spend__budget__enrolment__participant"))
    came_back = PayOrder.objects.filter(commitment=OuterRef("pk")).order_by("-pk")
    bills = Invoice.objects.to_be_paid().filter(commitment=OuterRef("pk")).order_by("at")
    stands = Payment.objects.filter(commitment=OuterRef("pk"), reversed_at=None).order_by().values("commitment")
    made = stands.annotate(count=Count("pk")).values("count")
    rows = rows.annotate(
        denied=Exists(denied) | Exists(vote),
        denied_vote=Exists(vote),
        came_back=Subquery(came_back.values("reason")[:1]),
        billed=Subquery(bills.values("number")[:1]),
        count=Coalesce(Subquery(made), 0),
    )
    rows = with_owed(rows)
    rows = rows.filter(Q(denied=True) | ~is_ordered())  # what is on its way waits for finance, but for what is denied
    rows = rows.select_related("spend__budget__enrolment__participant")
    return naming(rows.order_by("spend__decided_at"), "spend__budget__enrolment__participant")


def _nobody_decides(spend: SpendRequest) -> WorkItem:
    assert spend.answer_by
    return WorkItem(
        urgency=40, kind="Request", person=spend.person,
        reason=f"{spend.what} waits, and nobody in your team may decide it: each had a part in it. {ASK_FOR_MORE}",
        due=spend.answer_by, action="Look",
        url=reverse_lazy("budgets:request-detail", args=[spend.pk]),
    )  # fmt: skip


def _decide(spend: SpendRequest, today: date) -> WorkItem:
    assert spend.asked_at
    assert spend.amount
    assert spend.answer_by
    due = spend.answer_by
    waited = (today - timezone.localdate(spend.asked_at)).days
    since = "today" if waited == 0 else "yesterday" if waited == 1 else f"{waited} days ago"
    asks = f"Asked for {spend.amount_words} for {spend.what} {since}"
    if spend.appeals_id:
        asks += ", to be looked at again by someone else"
    elif getattr(spend, "question_at", None):
        asks += ". A question about it has no answer"
    return WorkItem(
        urgency=30 if today > due else 40,
        kind="Request",
        person=spend.person,
        reason=f"{asks}.",
        due=due,
        url=reverse_lazy("budgets:request-detail", args=[spend.pk]),
        action="Decide",
        opens=True,
        subject=spend,
    )


def _pay(commitment: Any) -> WorkItem:
    assert commitment.referral
    provider, by = commitment.referral.service.provider.name, commitment.referral.delivered_by
    who = f"{by.name} says that {provider} delivered this" if by else f"{provider} says this was delivered"
    if commitment.referral.state != "DELIVERED" and commitment.part_to_pay:
        who = f"{pounds(commitment.part_to_pay)} of it came ({commitment.delivered_note}), and may be paid"
    elif commitment.referral.state != "DELIVERED":
        who = f"{provider} is paid for this again"
    says = f"{who}: {commitment.spend.what}.{_which(commitment)}{_came_back(commitment)}"
    url = reverse_lazy("budgets:pay", args=[commitment.pk])
    return _payment(commitment, says, url=url, action="Record the payment")


def _now(commitment: Any) -> int:
    """What is to be paid now, in pence: one payment, where there are several."""
    due = repeating.next_due(commitment, commitment.count)
    return due.pence if due else commitment.remaining


def _which(commitment: Any) -> str:
    """Which payment it is of how many, where it is paid again and again."""
    due = repeating.next_due(commitment, commitment.count)
    return f" Payment {due.nth} of {due.times}, for {due.on:%-d %B}." if due else ""


def _came_back(commitment: Any) -> str:
    """Which invoice is here; and why the bank sent the last payment of it back, where it did."""
    bill = f" Invoice {commitment.billed} is here." if commitment.billed else ""
    return f"{bill} The bank sent it back: {commitment.came_back}." if commitment.came_back else bill


def _is_theirs(commitment: Commitment, hands: Hands) -> bool:
    return hands.free(commitment.spend) or hands.stuck(commitment.spend)


def _pay_ahead(commitment: Any, hands: Hands) -> WorkItem:
    """Money that is handed over before it buys anything: whoever pays is waited for."""
    what, way = commitment.spend.what, Way(commitment.way).label
    if hands.free(commitment.spend):
        says = f"{pounds(commitment.remaining)} for {what} is to be handed over: “{way}”."
        if back := owed(commitment):
            how = f": “{way}”" if commitment.way != Way.NOTIONAL else ". The way that was agreed has ended"
            says = f"{pounds(back)} that they spent on {what} is to be paid back{how}."
        says += _came_back(commitment)
        return _payment(
            commitment, says, url=reverse_lazy("budgets:pay", args=[commitment.pk]), action="Record the payment"
        )
    says = f"{what} is to be handed over, and nobody in your team may: each had a part in it. {ASK_FOR_MORE}"
    url = reverse_lazy("budgets:request-detail", args=[commitment.spend_id])
    return _payment(commitment, says, url=url, action="Look")


def _pay_payee(commitment: Any, hands: Hands) -> WorkItem:
    """What is bought without a referral, from someone who is named: a shop, a landlord."""
    what, payee = commitment.spend.what, commitment.payee
    if hands.free(commitment.spend):
        also = f"{_which(commitment)}{_came_back(commitment)}"
        says = f"{pounds(_now(commitment))} for {what} is to be paid to {payee}.{also}"
        url = reverse_lazy("budgets:pay", args=[commitment.pk])
        return _payment(commitment, says, url=url, action="Record the payment")
    says = f"{what} is to be paid to {payee}, and nobody in your team may: each had a part in it. {ASK_FOR_MORE}"
    url = reverse_lazy("budgets:request-detail", args=[commitment.spend_id])
    return _payment(commitment, says, url=url, action="Look")


def _denied(commitment: Any) -> WorkItem:
    """Money that was asked for by a way in that the person denies: nobody pays it before that is known."""
    spend = commitment.spend
    says = f"It may not have been {spend.person.called} who asked for {spend.what}. Do not pay it yet."
    if commitment.denied_vote:
        says = f"A member of the panel denies a vote about {spend.what}. Ask, then pay it or put it back."
    return _payment(commitment, says, url=reverse_lazy("budgets:request-detail", args=[spend.pk]), action="Look")


def _nobody_pays(commitment: Commitment) -> WorkItem:
    says = (
        f"{commitment.spend.what} was delivered, and nobody in your team may record the payment: each had a part in "
        f"it. {ASK_FOR_MORE}"
    )
    url = reverse_lazy("budgets:request-detail", args=[commitment.spend_id])
    return _payment(commitment, says, url=url, action="Look")


def _payment(commitment: Commitment, reason: str, *, url: Promise, action: str) -> WorkItem:
    person = commitment.spend.person
    assert commitment.spend.decided_at
    return WorkItem(
        urgency=40,
        kind="Payment",
        person=person,
        reason=reason,
        due=timezone.localdate(commitment.spend.decided_at + PAY_WITHIN),
        url=url,
        action=action,
    )


def _settle(commitment: Commitment) -> WorkItem:
    spend = commitment.spend
    assert spend.budget.ended_on
    aside = f"{pounds(commitment.remaining)} is set aside for {spend.what}"
    return WorkItem(
        urgency=40, kind="Payment", person=spend.person, action="Settle",
        reason=f"The budget ended on {spend.budget.ended_on:%-d %B %Y}, and {aside}. Pay what is owed, or put it back.",
        due=spend.budget.ended_on + PAY_WITHIN, url=reverse_lazy("budgets:request-detail", args=[spend.pk]),
    )  # fmt: skip


def _buy_elsewhere(commitment: Any) -> WorkItem:
    provider, what = commitment.referral.service.provider.name, commitment.spend.what
    says = f"{provider} does not give {what}, and {pounds(commitment.remaining)} is set aside for it. Find another, "
    return replace(_buy(commitment), reason=f"{says}or have it put back.")


def _buy(commitment: Commitment) -> WorkItem:
    person = commitment.spend.person
    assert commitment.spend.decided_at
    return WorkItem(
        urgency=50,
        kind="Approved",
        person=person,
        reason=f"{pounds(commitment.amount)} is set aside for {commitment.spend.what}. Nothing has been bought yet.",
        due=timezone.localdate(commitment.spend.decided_at + PAY_WITHIN),
        url=reverse_lazy("budgets:request-detail", args=[commitment.spend_id]),
        action="Buy it",
    )
