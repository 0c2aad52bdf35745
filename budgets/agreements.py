"""Ways of taking money, from a proposal to its end. No money moves here.

A worker proposes a way on terms; where it is cash a named manager decides; the person signs, on their pages or on
paper, and from then on money may be handed over in that way. It is looked at when its next check is due.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from budgets import cash, interests, rules, ways
from budgets.in_hand import in_hand
from budgets.models import (
    BY_ANOTHER,
    CASH,
    Account,
    Budget,
    Commitment,
    MoneyRules,
    PayOrder,
    Pot,
    SpendRequest,
    Way,
    WayAgreement,
    WayCheck,
)
from budgets.models.paying import is_ordered
from budgets.telling import tell
from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as, as_service
from common.saving import save_or_refuse
from common.states import Act, Refusal
from people.access import sign_in_changes
from people.models import Document, Participant, SignInChange, User
from providers.models import Provider

OWN = re.compile(r"(?:Card|Own account) of (\w+)", re.IGNORECASE)  # as payee_of names it
IN_OWN_HANDS = (Way.CARD, Way.DIRECT)
State, Signed = WayAgreement.State, WayAgreement.Signed
WITH_SENIOR, TO_SIGN, IN_FORCE = State.WITH_SENIOR, State.TO_SIGN, State.IN_FORCE
TO_READ = "There is an agreement about how you take your money. Read it, and sign it if you want it."
ANSWERED = "There is an answer about how you take your money."
STOPPED = "One way of taking your money has stopped, and it says why."
SIGNED = "A paper that you signed about how you take your money counts now. Was it not you? Tell us."
FAILED = "Some money could not reach you in the usual way. Your plan goes on: it comes another way."


class NotThatWay(RuleBroken):
    pass


class NotInThatState(RuleBroken):
    pass


class OwnProposal(RuleBroken):
    pass


class NotTheirs(RuleBroken):
    pass


ASK_WITHIN = timedelta(weeks=1)
ENDED = Refusal(NotInThatState, "This agreement cannot be changed so. It says: {state}.")
ACTS = {
    "agree": Act({WITH_SENIOR}, ENDED),
    "refuse": Act({WITH_SENIOR}, ENDED),
    "sign": Act({TO_SIGN}, ENDED),
    "decline": Act({TO_SIGN}, ENDED),
    "take_back": Act({WITH_SENIOR, TO_SIGN}, ENDED),
    "stop": Act({IN_FORCE}, ENDED),
    "check": Act({IN_FORCE}, ENDED),
}


@transaction.atomic
def propose(
    *, budget: Budget, way: str, why: str, by: User, now: datetime, provider: Provider | None = None, name: str = "",
    contact: str = "", agreed_on: date | None = None, fee: int = 0, weekly: int | None = None,
    most_weeks: int = 8, check_weeks: int = 8, second_way: str = Way.NOTIONAL, account_told: bool = False,
) -> WayAgreement:  # fmt: skip
    """Propose a way of taking a budget, on these terms. A newer version takes the place of the one before once it is
    signed."""
    today = timezone.localdate(now)
    _refuse_ended(budget)
    in_force = MoneyRules.objects.of(budget.enrolment.programme, today)
    if way not in ways.allowed(in_force):
        raise rules.AgainstRules("This programme's rules do not allow that way. Choose one that they do.")
    if way in BY_ANOTHER and not (provider or name):
        raise NotThatWay("Say who looks after the money.")
    if way in BY_ANOTHER and agreed_on is None:
        raise NotThatWay("Ask them first whether they will, and say on which day they said yes.")
    if way != Way.NOTIONAL and (second_way == way or second_way in CASH):
        raise NotThatWay("Choose another way for when this one fails, where no cash is handed over.")
    before = WayAgreement.objects.filter(budget=budget, way=way)
    agreement = WayAgreement(
        budget=budget, way=way, version=before.count() + 1, provider=provider, name=name, contact=contact,
        agreed_on=agreed_on, fee=fee, weekly=weekly, most_weeks=most_weeks, check_weeks=check_weeks,
        second_way=second_way, account_told=account_told, duties=list(ways.KNOWN[way].duties), why=why, asked_by=by,
        asked_at=now, state=WITH_SENIOR if way in CASH else TO_SIGN,
    )  # fmt: skip
    cash.refuse_barred(barred(agreement, today))
    save_or_refuse(agreement, by=by)
    if agreement.state == TO_SIGN:
        _tell(agreement, TO_READ, "to-sign", now)
    return agreement


@transaction.atomic
def agree(*, agreement: WayAgreement, reason: str, by: User, now: datetime) -> WayAgreement:
    """A named manager, who did not propose it, says yes to money in hand. The licence is asked anew."""
    agreement = _lock(agreement, "agree")
    _refuse_ended(agreement.budget)
    cash.refuse_barred(barred(agreement, timezone.localdate(now)))
    return _decide(agreement, TO_SIGN, reason, by, now, TO_READ)


@transaction.atomic
def refuse(*, agreement: WayAgreement, reason: str, by: User, now: datetime) -> WayAgreement:
    """Say no to money in hand, with the reasons the person reads."""
    return _decide(_lock(agreement, "refuse"), State.REFUSED, reason, by, now, ANSWERED)


def _decide(
    agreement: WayAgreement, state: WayAgreement.State, reason: str, by: User, now: datetime, told: str
) -> WayAgreement:
    if by.pk == agreement.asked_by_id:
        raise OwnProposal("Someone else has to decide what you proposed.")
    if agreement.budget.enrolment.participant_id in sign_in_changes.gave_lately(by, now):
        raise OwnProposal("You gave this person a way to sign in lately, or changed it. So someone else decides.")
    person = agreement.budget.enrolment.participant
    interests.refuse_interest(knows=by.pk in interests.knowing([person.pk]).get(person.pk, ()), called=person.called)
    interests.refuse_tied(tied=by.pk in interests.tied_to_any([agreement.asked_by_id]))
    agreement.state, agreement.reason, agreement.decided_by, agreement.decided_at = state, reason, by, now
    save_or_refuse(agreement, "state", "reason", "decided_by", "decided_at", by=by)
    _tell(agreement, told, "decided", now)
    return agreement


@transaction.atomic
def sign(*, agreement: WayAgreement, by: User, now: datetime, signed_document: Document | None = None) -> WayAgreement:
    """It is signed: by the person on their own pages, or on paper that a worker has put on their file."""
    person = agreement.budget.enrolment.participant
    theirs = by.pk == person.user_id
    if theirs:
        sign_in_changes.look_again(by)
        sign_in_changes.refuse_unconfirmed(by)
    elif signed_document is None or signed_document.participant_id != person.pk or signed_document.removed_at:
        raise NotTheirs("Put the signed paper on their file first, and choose it here.")
    with acting_as(SYSTEM) if theirs else nullcontext():  # an agreement is not theirs to write but for this moment
        agreement = _lock(agreement, "sign")
        _refuse_ended(agreement.budget)
        today = timezone.localdate(now)
        cash.refuse_barred(barred(agreement, today))
        before = WayAgreement.objects.in_force().filter(budget=agreement.budget_id, way=agreement.way)
        for older in before.select_for_update(of=("self",)):
            _end(older, State.STOPPED, f"Version {agreement.version} took its place.", by, now)
        agreement.state, agreement.signed_by, agreement.signed_at = IN_FORCE, by, now
        agreement.signed_document = signed_document
        agreement.signed_how = Signed.PORTAL if theirs else Signed.BY_HAND
        agreement.next_check_on = today + agreement.check_every
        fields = ("state", "signed_by", "signed_at", "signed_document", "signed_how", "next_check_on")
        save_or_refuse(agreement, *fields, by=by)
    if not theirs:
        _tell(agreement, SIGNED, "signed", now)
    return agreement


@transaction.atomic
def decline(*, agreement: WayAgreement, why: str, by: User, now: datetime) -> WayAgreement:
    """The person does not want it; a worker may write that down for them."""
    theirs = by.pk == agreement.budget.enrolment.participant.user_id
    if theirs:
        sign_in_changes.look_again(by)
        sign_in_changes.refuse_unconfirmed(by)
    with acting_as(SYSTEM) if theirs else nullcontext():
        return _end(_lock(agreement, "decline"), State.DECLINED, why, by, now)


@transaction.atomic
def take_back(*, agreement: WayAgreement, why: str, by: User, now: datetime) -> WayAgreement:
    """A proposal that is not needed. Whoever works with the person takes it back."""
    agreement = _end(_lock(agreement, "take_back"), State.TAKEN_BACK, why, by, now)
    _tell(agreement, ANSWERED, "ended", now)
    return agreement


@transaction.atomic
def stop(*, agreement: WayAgreement, why: str, by: User, now: datetime, failed: bool = False) -> WayAgreement:
    """Stop a way that is in force. What is still set aside for things that were to be taken so goes its second way, and
    the person is told at once. What was handed over stays on the worker's list until it is shown or comes back.

    The person themselves may stop it at any time; then their worker reads why."""
    theirs = by.pk == agreement.budget.enrolment.participant.user_id
    if theirs:
        sign_in_changes.look_again(by)
        sign_in_changes.refuse_unconfirmed(by)
    with acting_as(SYSTEM) if theirs else nullcontext():  # an agreement is not theirs to write but for this moment
        agreement = _lock(agreement, "stop")
        _go_second_way(agreement, by)
        agreement = _end(agreement, State.STOPPED, why, by, now, failed=failed)
    if theirs:
        return agreement
    _tell(agreement, FAILED if failed else STOPPED, "ended", now)
    return agreement


def _go_second_way(agreement: WayAgreement, by: User) -> None:
    """What is set aside for things that were to be taken so is taken in the second way, where that is in force itself;
    else the service pays. A payment by bank that is ordered is taken back; one that is on its way stays as it is."""
    theirs = Commitment.objects.open().filter(spend__budget=agreement.budget_id, way=agreement.way)
    way = second_way(agreement)
    with as_service():  # whoever stops a way may order and take back no payment: this follows from it
        orders = PayOrder.objects.filter(commitment__in=theirs.values("pk"), state=PayOrder.State.READY)
        orders.update(state=PayOrder.State.TAKEN_BACK)
    for commitment in (
        theirs.alias(ordered=is_ordered()).filter(ordered=False).select_for_update(of=("self",)).order_by("pk")
    ):
        commitment.way = way
        save_or_refuse(commitment, "way", by=by)


def second_way(agreement: WayAgreement) -> str:
    second = WayAgreement.objects.in_force().filter(budget=agreement.budget_id, way=agreement.second_way)
    return agreement.second_way if second.exists() else Way.NOTIONAL


@transaction.atomic
def check(
    *, agreement: WayAgreement, seen: int, all_well: bool, note: str, by: User, now: datetime
) -> WayCheck:  # fmt: skip
    """Write down what became of the money. The next check is due after as many weeks as were agreed; where there is
    something to ask, after one."""
    agreement = _lock(agreement, "check")
    agreement.next_check_on = timezone.localdate(now) + (agreement.check_every if all_well else ASK_WITHIN)
    save_or_refuse(agreement, "next_check_on", by=by)
    found = WayCheck(agreement=agreement, seen=seen, all_well=all_well, note=note, by=by, at=now)
    return save_or_refuse(found, by=by)


@as_service()  # whoever ends an enrolment may change no agreement: this follows from it
def follow_budget(*, budget: Budget, by: User, now: datetime) -> None:
    """The ways of a budget that ended stop with it."""
    for agreement in WayAgreement.objects.current().filter(budget=budget).select_for_update(of=("self",)):
        if agreement.state == IN_FORCE:
            _go_second_way(agreement, by)
        state = State.STOPPED if agreement.state == IN_FORCE else State.TAKEN_BACK
        _end(agreement, state, "The budget ended.", by, now)


@as_service()
def look_again(*, now: datetime) -> int:
    """Of all ways in force, write down what forbids them by now. Return how many something newly forbids."""
    today, found = timezone.localdate(now), 0
    rows = WayAgreement.objects.in_force().exclude(way=Way.NOTIONAL).select_for_update(of=("self",))
    for agreement in rows.select_related("budget__enrolment__participant").order_by("pk"):
        said = barred(agreement, today)
        if said != agreement.barred:
            found += bool(said) and not agreement.barred
            agreement.barred = said
            save_or_refuse(agreement, "barred", by=User.objects.service())
    return found


def signed(budget: Budget) -> list[str]:
    """The ways that are agreed and signed for this budget."""
    return list(WayAgreement.objects.in_force().filter(budget=budget).values_list("way", flat=True))


def of_line(spend: SpendRequest, way: str) -> WayAgreement | None:
    """The agreement under which money for this request may be handed over; None where it is not in force, or the
    service pays."""
    if way == Way.NOTIONAL:
        return None
    found = WayAgreement.objects.in_force().filter(budget=spend.budget_id, way=way)
    return found.select_related("budget__enrolment__participant", "provider").first()


def refuse_without(
    spend: SpendRequest, way: str, today: date, *, amount: int, pots: Iterable[int] = ()
) -> WayAgreement | None:
    """Refuse to take money in a way that nobody signed for, or that the licence or a funder's law forbids.

    `amount`: pence that would be handed over now; `pots`: whose money it would be. None where the service pays.
    """
    if way == Way.NOTIONAL:
        return None
    agreement = of_line(spend, way)
    if agreement is None:
        raise NotThatWay(
            f"“{Way(way).label}” is not agreed and signed. Propose it on their money page, or let the service pay."
        )
    cash.refuse_barred(barred(agreement, today, more=amount, spend=spend, pots=pots))
    return agreement


def lock_person(spend: SpendRequest, way: str) -> None:
    """Two that hand over cash to one person wait for each other: each counts what the other handed over."""
    if way in CASH:
        with acting_as(SYSTEM):  # who pays may not change the person's record
            Participant.objects.lock(spend.person)


def _denied(agreement: WayAgreement) -> list[str]:
    """What was signed by a way in that the person denies was not signed by them."""
    by, at = agreement.signed_by, agreement.signed_at
    if agreement.signed_how == Signed.PORTAL and at and SignInChange.objects.denying(by, at).exists():
        return ["They deny the way in by which this was signed. Stop it, and let them sign anew."]
    return []


def way_now(spend: SpendRequest) -> str:
    """How a request is taken now: as it was asked, where that is in force; else the service pays."""
    return spend.way if spend.way == Way.NOTIONAL or of_line(spend, spend.way) else Way.NOTIONAL


def payee_of(agreement: WayAgreement) -> str:
    """Whom money is paid to: with nothing typed, and no name of the person in it."""
    if agreement.called:
        return agreement.called
    return f"{'Card' if agreement.way == Way.CARD else 'Own account'} of {agreement.budget.enrolment.participant.crn}"


def is_paid_back(agreement: WayAgreement | None, pence: int) -> bool:
    """Whether what is owed (pence) goes back to the person past what is agreed now: nothing, or a way by which someone
    else looks after it."""
    return pence > 0 and (agreement is None or agreement.way not in IN_OWN_HANDS)


def paid_back_to(person: Participant) -> str:
    """Whom money is paid to that is owed by a way which has ended since, without their name."""
    return f"Paid back to {person.crn}"


@transaction.atomic
def take_another_way(*, commitment: Commitment, way: str, by: User) -> Commitment:
    """Take what is still set aside for one thing in another way than was asked."""
    rows = Commitment.objects.select_for_update(of=("self",)).annotate(ordered=is_ordered())
    commitment = rows.select_related("spend").get(pk=commitment.pk)
    if commitment.closed_at:
        raise NotInThatState("This money has been paid or given back already.")
    if commitment.ordered:
        raise NotInThatState("A payment of this money by bank is on its way. Wait until the bank has answered.")
    if way != Way.NOTIONAL and of_line(commitment.spend, way) is None:
        raise NotThatWay("Choose a way that is agreed and signed.")
    commitment.way = way
    return save_or_refuse(commitment, "way", by=by)


def barred(
    agreement: WayAgreement, today: date, *, more: int = 0, spend: SpendRequest | None = None, pots: Iterable[int] = ()
) -> list[str]:
    """Why money may not be taken so today, in words. `more`: pence that would be handed over now."""
    budget, way = agreement.budget, agreement.way
    if way not in CASH:
        return _denied(agreement) + cash.bars(budget.enrolment.participant, way, today)
    there = _in_their_hand(budget) if way in IN_OWN_HANDS else 0
    return _denied(agreement) + cash.bars(
        budget.enrolment.participant, way, today, pots=_with_law(budget, spend, pots),
        in_hand=there + max(more, agreement.weekly or 0), account_told=agreement.account_told,
    )  # fmt: skip


def _in_their_hand(budget: Budget) -> int:
    """What the person has themselves, of all their budgets: a licence speaks of them, and not of one budget."""
    theirs = Budget.objects.filter(enrolment__participant=budget.enrolment.participant_id).values_list("pk", flat=True)
    return sum(pence for (_, way), pence in in_hand(theirs).items() if way in IN_OWN_HANDS)


def _with_law(budget: Budget, spend: SpendRequest | None, pots: Iterable[int]) -> list[Pot]:
    """The pots that a law about cash binds: of these, else of what was set aside for a request, else of the budget."""
    with_law = Pot.objects.exclude(law="")
    if ids := set(pots):
        return list(with_law.filter(pk__in=ids))
    if spend is not None and spend.decided_at is not None:
        return list(with_law.filter(accounts__entries__transaction__spend=spend).distinct())
    return list(with_law.filter(accounts__in=Account.objects.filter(budget=budget, balance__gt=0)).distinct())


def _refuse_ended(budget: Budget) -> None:
    """A budget that is just being ended waits, or is seen to have ended."""
    with acting_as(SYSTEM):
        ended_on = Budget.objects.select_for_update(of=("self",)).values_list("ended_on", flat=True).get(pk=budget.pk)
    if ended_on:
        raise NotThatWay("This budget has ended, so nothing more is taken from it.")


def _lock(agreement: WayAgreement, act: str) -> WayAgreement:
    rows = WayAgreement.objects.select_for_update(of=("self",))
    agreement = rows.select_related("budget__enrolment__participant", "budget__enrolment__programme", "provider").get(
        pk=agreement.pk
    )
    ACTS[act].begins(State(agreement.state))
    return agreement


def _end(
    agreement: WayAgreement, state: WayAgreement.State, why: str, by: User, now: datetime, *, failed: bool = False
) -> WayAgreement:
    agreement.state, agreement.ended_why, agreement.ended_by, agreement.ended_at = state, why, by, now
    agreement.failed = failed
    return save_or_refuse(agreement, "state", "ended_why", "ended_by", "ended_at", "failed", by=by)


def _tell(agreement: WayAgreement, said: str, what: str, now: datetime) -> None:
    person = agreement.budget.enrolment.participant
    tell(person, said, key=f"agreement:{agreement.pk}:{what}", now=now)
