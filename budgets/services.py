"""Every change to a fund, a budget or a request. One public function is one transaction.

What is marked `idempotent` is a command: it is called with a `key`, and done once for it (budgets/commands.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from budgets import agreements, by_rule, checks, deciding, interests, ledger, panels, prices, rules
from budgets.commands import Command, idempotent
from budgets.deciding import AlreadyDecided, Answer, NotKnownWhoAsks, OwnRequest, refuse_who_gave_a_way_in
from budgets.drawing import coming_back, fund_of_rest, order_of_rest
from budgets.in_hand import owed_now
from budgets.ledger import Kind, Move
from budgets.models import Budget, Commitment, Fund, Invoice, MoneyRules, Payment, SpendRequest, Way
from budgets.models.paying import is_ordered
from budgets.models.requests import AsCompared, ForWhom
from budgets.spending import Order
from budgets.telling import tell
from common.errors import RuleBroken
from common.money import pounds
from common.postgres.actor import SYSTEM, acting_as, as_service
from common.postgres.compiled import compiled_once
from common.saving import save_or_refuse
from common.states import Act, Refusal
from lifeplans.models import Goal
from people.access import sign_in_changes
from people.models import Enrolment, Participant, Requirement, SignInChange, User
from people.programmes import asked_again
from providers.models import Referral, Service

State = SpendRequest.State
LET_STAY = "A manager decides first whether they stay on the programme."


class NotEnrolled(RuleBroken):
    pass


class NotForThem(RuleBroken):
    pass


class NotThisPersonsGoal(RuleBroken):
    pass


class NotDelivered(RuleBroken):
    pass


class NotTheirSum(RuleBroken):
    pass


class NotTheirRequest(RuleBroken):
    pass


class NotThatDay(RuleBroken):
    pass


class VoteDenied(RuleBroken):
    pass


class OnItsWay(RuleBroken):
    pass


class OnHold(RuleBroken):
    pass


class NotSoHandedOver(RuleBroken):
    pass


class NotRight(RuleBroken):
    pass


class NoBill(RuleBroken):
    pass


class Owing(RuleBroken):
    pass


class PartCame(RuleBroken):
    pass


OPEN, CLOSED = Commitment.State
SETTLED = Refusal(AlreadyDecided, "This money has been paid or given back already.")
COMMITMENT_ACTS = {
    "name_payee": Act({OPEN}, SETTLED),
    "buy_through": Act({OPEN}, SETTLED),
    "record_payment": Act({OPEN}, SETTLED),
    "order_payment": Act({OPEN}, SETTLED),
    "go_on": Act({OPEN}, SETTLED),
    "put_on_hold": Act({OPEN}, SETTLED),
    "take_off_hold": Act({OPEN}, SETTLED),
    "say_part": Act({OPEN}, SETTLED),
    "take_part_back": Act({OPEN}, SETTLED),
    "release_commitment": Act({OPEN}, SETTLED),
}


@idempotent
def open_budget(command: Command, *, enrolment: Enrolment, today: date) -> Budget:
    """Give an enrolled person a budget. Where the programme gives a sum from the start, it is allocated now."""
    if enrolment.state != Enrolment.State.ENROLLED:
        raise NotEnrolled("Enrol this person on the programme first.")
    if against := asked_again.unmet(enrolment, today):
        raise NotForThem(f"{' '.join(against.values())} {LET_STAY}")
    fund, _ = Fund.objects.get_or_create(programme=enrolment.programme)
    budget, made = Budget.objects.get_or_create(enrolment=enrolment, defaults={"fund": fund, "opened_on": today})
    if not made:
        return budget
    pence, budget.worked_out = sum_for(budget, today)
    save_or_refuse(budget, "worked_out", by=command.by)
    if pence:
        order = Order(fund, today, person=enrolment.participant)
        shares = ledger.lock(budget=budget, fund=fund).shares(pence, "POT", order)
        ledger.post(command, [Move(Kind.ALLOCATE, shares)], budget=budget)
        tell(
            enrolment.participant,
            "You have some money to help with your plan.",
            key=f"budget:{budget.pk}",
            now=command.now,
        )
    return budget


def sum_for(budget: Budget, day: date) -> tuple[int, str]:
    """What a budget may hold from the start, in pence, and how that was worked out, as the person reads it.

    It is the programme's sum on that day, less what earlier budgets of the person used: it is given once, unless the
    programme gives it again to whoever comes back.
    """
    programme = budget.enrolment.programme
    if not budget.gives_sum_first:
        return 0, ""
    pence = MoneyRules.objects.of(programme, day).sum
    said = f"Everyone on {programme.name} has {pounds(pence)}."
    if programme.gives_sum_again:
        return pence, said
    theirs = Budget.objects.filter(
        enrolment__programme=programme, enrolment__participant=budget.enrolment.participant_id
    )
    used = sum(each.total - each.available for each in theirs.exclude(pk=budget.pk).with_money())
    left = max(0, pence - used)
    return left, f"{said} You have used {pounds(used)} of it before. So you have {pounds(left)}." if used else said


@transaction.atomic
@acting_as(SYSTEM)  # a budget is not theirs to write but for this moment
def see_sum(*, budget: Budget, by: User, now: datetime) -> None:
    """The person says that they have seen the sum. Nobody says it for them."""
    if by.pk != budget.enrolment.participant.user_id:
        raise NotTheirSum("Only the person themselves can say that they have seen the sum.")
    sign_in_changes.look_again(by)
    if budget.sum_seen_at is None:
        budget.sum_seen_at, budget.sum_seen_waits_for = now, by.unconfirmed_way
        save_or_refuse(budget, "sum_seen_at", "sum_seen_waits_for", by=by)


@transaction.atomic
def start_request(*, budget: Budget, goal: Goal, without_money: str, by: User) -> SpendRequest:
    """Begin a request with the first question: who or what could help without money?"""
    _refuse_ended(budget)
    _refuse_other_goal(budget, goal)
    draft = SpendRequest.objects.filter(budget=budget, started_by=by, state=State.DRAFT).first()
    draft = draft or SpendRequest(budget=budget, started_by=by)
    draft.goal, draft.without_money = goal, without_money
    save_or_refuse(draft, by=by)
    return draft


@idempotent
def ask(command: Command, *, spend: SpendRequest, **asked: Any) -> SpendRequest:
    """Send a request that was begun (`_send` says what is asked)."""
    sign_in_changes.look_again(command.by)
    return _send(command, deciding.lock(spend, "ask", command), **asked)


@idempotent
def ask_small(command: Command, *, budget: Budget, goal: Goal, **asked: Any) -> SpendRequest:
    """Ask for one of the small things at once. What someone has begun to write beside it stays."""
    sign_in_changes.look_again(command.by)
    _refuse_other_goal(budget, goal)
    begun = SpendRequest(budget=budget, goal=goal, started_by=command.by)
    return _send(command, begun, for_whom=ForWhom.ME, **asked)


def _send(
    command: Command, spend: SpendRequest, *, what: str, amount: int, purpose: str, for_whom: str, why: str,
    because: Sequence[str] = (), way: str = Way.NOTIONAL, quote: tuple[str, bytes] | None = None, payee: str = "",
    needed_by: date | None = None, every: str = "", times: int = 1, requirement: Requirement | None = None,
    about_from: int | None = None, thing: str = "", service: Service | None = None,
) -> SpendRequest:  # fmt: skip
    """Send a request. Where the person has a sum, it may not be more than what is left of it.

    `every` and `times`: how often it is paid, and until when; `amount` is all of it. `requirement`: what of their
    sentence it serves.

    `quote`: the name and bytes of a photo or PDF of the price; it goes on the person's file. `about_from`: only about
    how much is known, from so many pence up to `amount`; their worker finds the price. `thing`: a SmallThing.
    `service`: what they chose from the directory.
    """
    by = command.by
    budget = Budget.objects.with_money().select_related("enrolment__programme").get(pk=spend.budget_id)
    _refuse_ended(budget)
    in_force = MoneyRules.objects.of(budget.enrolment.programme, timezone.localdate(command.now))
    rules.refuse_against(in_force, amount=amount, purpose=purpose, promised=budget.promised)
    rules.refuse_alone(in_force, for_whom)
    rules.refuse_without_commitment(in_force, budget)
    if budget.gives_sum_first and amount > budget.available:
        raise ledger.NotEnough(f"You have {pounds(budget.available)} left. Ask for that much or less.")
    spend.what, spend.amount, spend.purpose, spend.for_whom, spend.why = what, amount, purpose, for_whom, why
    spend.about_from, spend.thing = about_from, thing
    if about_from is None:
        rules.refuse_without_quote(in_force, amount, shown=bool(quote))
    if quote:
        spend.quote = prices.shown_price(spend, quote, by, command.now)
    agreements.refuse_without(spend, way, timezone.localdate(command.now), amount=amount)
    spend.because, spend.way, spend.payee, spend.needed_by = list(because), way, payee, needed_by
    spend.every, spend.times, spend.service = every, times, service
    if requirement and requirement.sentence.participant_id != budget.enrolment.participant_id:
        raise NotThisPersonsGoal("Choose something that the court asks of this person.")
    spend.requirement = requirement
    spend.state, spend.asked_by, spend.asked_at, spend.waits_for = State.ASKED, by, command.now, by.unconfirmed_way
    save_or_refuse(spend, by=by)
    by_rule.decide(spend, in_force, command)
    return SpendRequest.objects.get(pk=spend.pk)


def _refuse_other_goal(budget: Budget, goal: Goal) -> None:
    if goal.plan.participant_id != budget.enrolment.participant_id:
        raise NotThisPersonsGoal("Choose one of this person's own goals.")


def _refuse_ended(budget: Budget) -> None:
    if budget.ended_on or budget.enrolment.state != Enrolment.State.ENROLLED:
        raise NotEnrolled("This budget has ended, so nothing new can be asked for.")


@transaction.atomic
@acting_as(SYSTEM)  # that an answer was read is not theirs to write but for this moment
def read_answer(*, spend: SpendRequest, by: User, now: datetime) -> None:
    """The person has the answer before them: it leaves their front page."""
    answered = Q(pk=spend.pk, answer_read_at=None, decided_at__isnull=False)
    if spend.answer_read_at is None and spend.decided_at and by.pk == spend.person.user_id:
        SpendRequest.objects.filter(answered).update(answer_read_at=now)


@idempotent
def withdraw(command: Command, *, spend: SpendRequest) -> SpendRequest:
    """Take back a request that has no answer yet. Only the person, or who asked for them, takes it back."""
    by = command.by
    sign_in_changes.look_again(by)
    sign_in_changes.refuse_unconfirmed(by)
    spend = deciding.lock(spend, "withdraw", command)
    if by.pk not in (spend.asked_by_id, spend.started_by_id, spend.person.user_id):
        raise NotTheirRequest("Only the person, or who asked for them, can take this back.")
    spend.state = State.WITHDRAWN
    save_or_refuse(spend, "state", by=by)
    return spend


@idempotent
def approve_request(
    command: Command, *, spend: SpendRequest, reason: str, granted: int | None = None, public_sentence: str = "",
    not_prohibited: bool = False,
) -> Commitment:  # fmt: skip
    """Approve all that was asked for, or `granted` of it, in pence, and set the money aside.

    `public_sentence` names nobody and may be read by anyone. `not_prohibited`: whoever decides looked, and says that it
    is not what its words look like.
    """
    found = deciding.lock(spend, "approve_request", command, facts=True)
    pence = found.price if granted is None else granted
    deciding.refuse_decider(found, command.by)
    answer = Answer(reason, pence, public_sentence, not_prohibited, by=command.by)
    ledger.must_be_something(pence)
    made = deciding.give(found, answer, command)
    assert made, "a yes sets money aside"
    return made


@idempotent
def refuse_request(command: Command, *, spend: SpendRequest, reason: str, public_sentence: str = "") -> SpendRequest:
    """Say no, with the reasons the person will read."""
    found = deciding.lock(spend, "refuse_request", command, facts=True)
    deciding.refuse_decider(found, command.by)
    deciding.give(found, Answer(reason, 0, public_sentence, by=command.by), command)
    return found


@as_service()  # whoever confirmed it may write no request
def release_what_waited(change: SignInChange, now: datetime) -> None:
    """Let what was sent by this way in be decided: it is the person's. Where it is not, take it back."""
    confirmed = change.state == SignInChange.State.CONFIRMED
    for spend in SpendRequest.objects.select_for_update().filter(waits_for=change).order_by("pk"):
        spend.waits_for = None
        if not confirmed and spend.state == State.ASKED:
            spend.state = State.WITHDRAWN
        save_or_refuse(spend, "waits_for", "state", by=change.account)
    for budget in Budget.objects.select_for_update().filter(sum_seen_waits_for=change).order_by("pk"):
        budget.sum_seen_waits_for = None
        budget.sum_seen_at = budget.sum_seen_at if confirmed else None
        save_or_refuse(budget, "sum_seen_waits_for", "sum_seen_at", by=change.account)


@as_service()
def wait_again(change: SignInChange, now: datetime) -> None:
    """What the account asked for since that change, and nobody has decided, waits for an answer about it."""
    since = {"asked_by": change.account, "asked_at__gte": change.at, "state": State.ASKED, "waits_for": None}
    for spend in SpendRequest.objects.select_for_update().filter(**since).order_by("pk"):
        spend.waits_for = change
        save_or_refuse(spend, "waits_for", by=change.account)
    seen = {"enrolment__participant": change.participant_id, "sum_seen_at__gte": change.at, "sum_seen_waits_for": None}
    for budget in Budget.objects.select_for_update(of=("self",)).filter(**seen).order_by("pk"):
        budget.sum_seen_waits_for = change
        save_or_refuse(budget, "sum_seen_waits_for", by=change.account)


@transaction.atomic
def name_payee(*, commitment: Commitment, payee: str, by: User) -> Commitment:
    """Say who is to be paid for what was approved. Whoever pays reads it, and pays nobody that they have to do with."""
    commitment = lock_not_ordered(commitment, "name_payee")
    _refuse_own_hands(commitment.spend.person, payee)
    commitment.payee = payee
    return save_or_refuse(commitment, "payee", by=by)


@transaction.atomic
def put_on_hold(*, commitment: Commitment, why: str, by: User, now: datetime) -> Commitment:
    """Pay nothing of it until something is cleared up: a wrong invoice, half a delivery."""
    commitment = lock_not_ordered(commitment, "put_on_hold")
    commitment.on_hold_why, commitment.on_hold_by, commitment.on_hold_at = why, by, now
    return save_or_refuse(commitment, "on_hold_why", "on_hold_by", "on_hold_at", by=by)


@transaction.atomic
def take_off_hold(*, commitment: Commitment, by: User) -> Commitment:
    """What was to be cleared up is clear."""
    commitment = lock_not_ordered(commitment, "take_off_hold")
    commitment.on_hold_why, commitment.on_hold_by, commitment.on_hold_at = "", None, None
    return save_or_refuse(commitment, "on_hold_why", "on_hold_by", "on_hold_at", by=by)


def lock_not_ordered(commitment: Commitment, act: str) -> Commitment:
    """Lock it for an act that no payment on its way to the bank may be passed by."""
    rows = Commitment.objects.select_for_update(of=("self",)).annotate(ordered=is_ordered())
    found: Any = rows.get(pk=commitment.pk)
    COMMITMENT_ACTS[act].begins(found.state)
    _refuse_ordered(found)
    return found


@idempotent
def buy_through(command: Command, *, commitment: Commitment, referral: Referral) -> Commitment:
    """Tie money that was set aside to the referral it pays for."""
    commitment = lock_commitment(commitment, "buy_through", command)
    if referral.participant_id != commitment.spend.person.pk:
        raise NotThisPersonsGoal("Choose one of this person's own referrals.")
    _refuse_denied(commitment.spend)
    if commitment.delivered and commitment.referral_id != referral.pk:
        raise PartCame("A part of it came from another provider. Pay that, let the rest go back, and ask anew.")
    commitment.referral = referral
    save_or_refuse(commitment, "referral", by=command.by)
    return commitment


def is_denied(spend: SpendRequest) -> bool:
    """Whether it was asked for while a way in was open that the person denies, or that was found not to be theirs."""
    return spend.asked_at is not None and SignInChange.objects.denying(spend.asked_by, spend.asked_at).exists()


def _refuse_denied(spend: SpendRequest) -> None:
    if is_denied(spend):
        raise NotKnownWhoAsks(
            f"It was not {spend.person.called} who signed in when this was asked for, or that is not known yet. Wait "
            "for the answer, or give the money back and let them ask anew."
        )


def _refuse_denied_vote(spend: SpendRequest, now: datetime) -> None:
    """What a panel said is not paid where it would not have said it without a vote that its member denies."""
    if spend.decided_by_panel and not panels.stands(spend, now):
        raise VoteDenied(
            "A member of the panel says that a vote was not theirs. Put the money back: they can ask anew."
        )


@idempotent
def record_payment(
    command: Command, *, commitment: Commitment, amount: int, paid_on: date, payee: str = "", invoice: str = "",
    last: bool = True, advance: str = "",
) -> Payment:  # fmt: skip
    """Record money paid. On the last payment what is left over goes back to the budget.

    `advance`: why it is paid before it was delivered.

    Where it is taken in another way than that the service pays, it is handed over: to whoever the agreement names,
    ahead of what it buys.
    """
    commitment = lock_commitment(commitment, "record_payment", command)
    agreement = agreements.of_line(commitment.spend, commitment.way)
    pence = owed_now(commitment)
    back = agreements.is_paid_back(agreement, pence)
    if back and (payee or amount > pence):
        raise Owing(f"{pounds(pence)} of it is to be paid back to {commitment.spend.person.called}. Pay that first.")
    payee = agreements.payee_of(agreement) if agreement else payee
    payee = agreements.paid_back_to(commitment.spend.person) if back else payee
    refuse_last(commitment, amount, pence, last=last)
    refuse_payment(command, commitment, amount=amount, payee=payee, invoice=invoice, advance=advance, back=back)
    _refuse_day(commitment.spend, paid_on, command.now)
    return post_payment(
        command, commitment, amount=amount, paid_on=paid_on, payee=payee, invoice=invoice, last=last, advance=advance,
        way=Way.DIRECT if back else commitment.way,
    )  # fmt: skip


def refuse_payment(
    command: Command, commitment: Any, *, amount: int, payee: str, invoice: str, advance: str = "",
    back: bool = False,
) -> None:  # fmt: skip
    """Refuse what may not be paid now, or not by them. `commitment` is locked by `lock_commitment`. `back`: it is paid
    back to the person after the way has ended. They have spent it, so that nothing is asked of what they may have in
    hand: it was, when they showed it."""
    by, spend = command.by, commitment.spend
    agreements.lock_person(spend, commitment.way)
    today = timezone.localdate(command.now)
    agreement = None if back else agreements.refuse_without(spend, commitment.way, today, amount=amount)
    interests.refuse_payee(by, payee)
    if commitment.on_hold_at:
        raise OnHold(f"This is on hold: {commitment.on_hold_why} Clear that up first, and release it.")
    if agreement is None:
        _refuse_own_hands(spend.person, payee)
    if agreement is None and not (advance or back or may_be_paid(commitment, amount)):
        raise NotDelivered("The provider has not said this was delivered yet. Ask them, then pay.")
    by_invoice = agreement is None and not back and commitment.bill_from is not None
    if by_invoice and not invoice and amount >= commitment.bill_from:
        raise NoBill(f"From {pounds(commitment.bill_from)} on, enter the number of the invoice or receipt.")
    if by.pk in spend.hands or by.pk in commitment.billed_by:
        raise OwnRequest("Someone else has to pay: who asks, who decides and who pays are three people.")
    if interests.as_compared(invoice) in commitment.not_right:
        raise NotRight("Someone said that this invoice is not right. Pay one that is, or leave the number out.")
    refuse_who_gave_a_way_in(spend, gave=commitment.gave)
    interests.refuse_interest(knows=commitment.said_interest or commitment.in_circle, called=spend.person.called)
    interests.refuse_tied(tied=commitment.tied)
    _refuse_denied(spend)
    _refuse_denied_vote(spend, command.now)
    if amount > commitment.remaining:
        raise ledger.NotEnough(
            f"Only {pounds(commitment.remaining)} of what was set aside is left. Pay that or less, or ask for more."
        )


def _refuse_own_hands(person: Participant, payee: str) -> None:
    """Money in the person's own hands goes in a way that a manager agreed to, and that they signed."""
    if interests.is_person(person, payee):
        raise NotSoHandedOver(
            f"That is {person.called} themselves. Money in their own hands, also for what they bought already, goes in"
            " a way that is agreed: propose it on their money page."
        )


def may_be_paid(commitment: Commitment, amount: int = 0) -> bool:
    """Whether what is bought through a provider was delivered, or the part of it that is paid now. What is paid again
    and again needs their yes alone, for one payment at a time."""
    spend, referral = commitment.spend, commitment.referral
    if referral is None or referral.state == Referral.State.DELIVERED:
        return True
    if 0 < commitment.part_to_pay >= amount:
        return True
    return bool(spend.every) and referral.state == Referral.State.ACCEPTED and amount <= spend.price // spend.times


def post_payment(
    command: Command, commitment: Commitment, *, amount: int, paid_on: date, payee: str, invoice: str, last: bool,
    advance: str = "", way: str = "",
) -> Payment:  # fmt: skip
    """Post a payment and write its record. Whether it may be paid was asked before. `way`: another than the line's."""
    spend = commitment.spend
    order, comes_back = order_of_rest(spend, command.now), last and amount < commitment.remaining
    fund = fund_of_rest(spend.budget, order) if comes_back else None
    locked = ledger.lock(budget=spend.budget, spend=spend, fund=fund)
    paid = locked.shares_of_request(amount, "COMMITMENT", order)
    moves = [Move(Kind.PAY, paid)]
    if comes_back:
        aside = {pot: pence for (kind, pot), pence in locked.of_request.items() if kind == "COMMITMENT"}
        rest = {pot: pence - paid.get(pot, 0) for pot, pence in aside.items() if pence > paid.get(pot, 0)}
        moves += coming_back(Kind.RELEASE, spend.budget, rest, order, locked)
    paid_by = ledger.post(command, moves, budget=spend.budget, spend=spend, dated=paid_on)[0]
    payment = Payment(
        transaction_id=paid_by,
        commitment=commitment,
        amount=amount,
        payee=payee,
        invoice=invoice,
        advance=advance,
        way=way or commitment.way,
        paid_on=paid_on,
        recorded_by=command.by,
        recorded_at=command.now,
    )
    return save_or_refuse(payment, by=command.by, whole=True)


@idempotent
def release_commitment(command: Command, *, commitment: Commitment) -> Commitment:
    """Release a commitment that is not needed: the money goes back to the budget."""
    commitment = lock_commitment(commitment, "release_commitment", command)
    spend = commitment.spend
    if command.by.pk in (spend.asked_by_id, spend.started_by_id):
        raise OwnRequest("Someone else has to give back the money of a request you made.")
    if not command.by.is_service:
        _refuse_owing(commitment)
    order = order_of_rest(spend, command.now)
    locked = ledger.lock(budget=spend.budget, spend=spend, fund=fund_of_rest(spend.budget, order))
    shares = locked.shares_of_request(commitment.remaining, "COMMITMENT", order)
    moves = coming_back(Kind.RELEASE, spend.budget, shares, order, locked)
    ledger.post(command, moves, budget=spend.budget, spend=spend)
    commitment.refresh_from_db()
    return commitment


def _refuse_owing(commitment: Any) -> None:
    """What is owed is paid before the rest goes back."""
    if pence := owed_now(commitment):
        raise Owing(f"{pounds(pence)} of it is to be paid back to {commitment.spend.person.called}. Pay that first.")
    if pence := commitment.part_to_pay:
        raise Owing(f"{pounds(pence)} of it came and is not paid yet. Pay that first, or say that it did not come.")


def refuse_last(commitment: Commitment, amount: int, pence: int, *, last: bool) -> None:
    """A last payment, after which the rest goes back, leaves nothing unpaid that is owed (`pence`) or came."""
    waits = max(pence, commitment.part_to_pay)
    if last and amount < min(waits, commitment.remaining):
        raise Owing(f"{pounds(waits)} of it is to be paid. Pay all of that, or say that more is paid later.")


def lock_commitment(commitment: Commitment, act: str, command: Command) -> Any:
    """Lock what was set aside, with all that is asked of it. Refuses while a payment of it by bank is on its way."""
    found: list[Any] = _locked(pk=commitment.pk, by=command.by.pk, now=command.now)
    if not found:
        raise Commitment.DoesNotExist
    COMMITMENT_ACTS[act].begins(found[0].state)
    _refuse_ordered(found[0])
    return found[0]


@compiled_once
def _locked(*, pk: int, by: int, now: datetime) -> Any:
    person = f"spend__{checks.PERSON}"
    knows = checks.interest_of(by, person, timezone.localdate(now))
    rows = _to_post().filter(pk=pk).with_whether(sign_in_changes.gave_to(person, by, now))
    facts = {"tied": checks.tied(by, "spend__"), "ordered": is_ordered(), "bill_from": bill_from()}
    return rows.annotate(**knows, **facts, **_billed())


def bill_from() -> Subquery:
    """From which sum (pence) a payment names its invoice, by the rules of the day of the decision."""
    of_programme = MoneyRules.objects.filter(
        programme=OuterRef("spend__budget__enrolment__programme"), made_at__lte=OuterRef("spend__decided_at")
    )
    return Subquery(of_programme.newest(OuterRef("spend__decided_at__date")).values("bill_from")[:1])


def _billed() -> dict[str, ArraySubquery]:
    """Numbers of invoices that are not right (as compared), and the providers' accounts that sent one."""
    sent = Invoice.objects.filter(commitment=OuterRef("pk"))
    refused = sent.exclude(refused_at=None).annotate(said=AsCompared("number"))
    theirs = Invoice.objects.stand().filter(commitment=OuterRef("commitment"))
    again = theirs.alias(one=AsCompared("number")).filter(one=AsCompared(OuterRef("number")))
    return {
        "not_right": ArraySubquery(refused.filter(~Exists(again)).values("said")),
        "billed_by": ArraySubquery(sent.filter(by_provider=True).values("by")),
    }


def commitment_to_post(pk: int) -> Commitment:
    """What was set aside, locked, for a payment that the bank made."""
    return _to_post().get(pk=pk)


def _to_post() -> Any:
    return Commitment.objects.select_for_update(of=("self",)).select_related(
        "referral",
        "spend__budget__fund",
        "spend__budget__enrolment__programme",
        "spend__budget__enrolment__participant",
    )


def _refuse_ordered(commitment: Any) -> None:
    if commitment.ordered:
        raise OnItsWay(
            "A payment of this money by bank is on its way. Wait until the bank has answered, or take it back."
        )


def _refuse_day(spend: SpendRequest, paid_on: date, now: datetime) -> None:
    """A payment lies between the decision and today."""
    assert spend.decided_at
    decided_on = timezone.localdate(spend.decided_at)
    if paid_on < decided_on:
        raise NotThatDay(f"This was approved on {decided_on:%-d %B %Y}. Enter that day or a later one.")
    if paid_on > timezone.localdate(now):
        raise NotThatDay("Enter today or a day before it: a payment is recorded once it is made.")
