"""A payment by bank: a manager orders it, and the money stays set aside until the bank's statement says it went.

Finance drafts and approves the run that it goes in (budgets/pay_runs.py). Who asks, who decides and who orders are
three people, and two more make the run.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from django.db.models import Exists, OuterRef

from budgets import agreements, corrections, interests, payee_accounts, services
from budgets.commands import Command, idempotent
from budgets.in_hand import owed_now
from budgets.models import Commitment, PayeeAccount, PayOrder, PayRun
from budgets.telling import tell
from common.errors import RuleBroken
from common.money import pounds
from common.postgres.actor import as_service
from common.saving import save_or_refuse
from common.states import Act, Refusal
from people.messaging import message_queue
from people.models import SignInChange, User

State = PayOrder.State
PAID = "Something that you asked for was paid for."
DECEASED = "The bank says that the payee has died"
# Why the bank sends money back: the codes of Bacs, and of ISO 20022 where a statement has those.
REASONS = {
    "0": "The account details are not valid", "2": DECEASED, "3": "The account moved to another bank",
    "5": "There is no such account", "B": "The account is closed", "C": "We asked for it back",
    "AC01": "There is no such account", "AC03": "The account details are not valid", "AC04": "The account is closed",
    "AC06": "The account is blocked", "MD07": DECEASED, "BE01": "The name is not the account’s",
    "CUST": "We asked for it back",
}  # fmt: skip
# After these the account is used no longer: other details are entered, and checked, first.
ENDS_ACCOUNT = {"0", "2", "3", "5", "B", "AC01", "AC03", "AC04", "AC06", "MD07", "BE01"}


class NoAccount(RuleBroken):
    pass


class HadAPart(RuleBroken):
    pass


class NotInThatState(RuleBroken):
    pass


OTHERWISE = Refusal(NotInThatState, "This payment cannot be changed so. It says: {state}.")
ACTS = {
    "cancel_order": Act({State.READY}, OTHERWISE),
    "record_failure": Act({State.IN_RUN}, OTHERWISE),
}


@idempotent
def order_payment(
    command: Command, *, commitment: Commitment, amount: int, invoice: str = "", last: bool = True, advance: str = ""
) -> PayOrder:
    """Order a payment by bank, into the payee's checked account."""
    commitment = services.lock_commitment(commitment, "order_payment", command)
    payee, _ = payee_accounts.whose(commitment)
    pence = owed_now(commitment)
    if agreements.is_paid_back(agreements.of_line(commitment.spend, commitment.way), pence):
        raise services.Owing(f"{pounds(pence)} of it is to be paid back, by card, cash or cheque. Pay that first.")
    services.refuse_last(commitment, amount, pence, last=last)
    services.refuse_payment(command, commitment, amount=amount, payee=payee, invoice=invoice, advance=advance)
    if payee_accounts.of_payee(payee) is None:
        raise NoAccount("There are no checked bank details of this payee. Enter them first, or pay it another way.")
    made = PayOrder(
        commitment=commitment, fund=commitment.spend.budget.fund, payee=payee, invoice=invoice, amount=amount,
        last=last, advance=advance, provider=commitment.referral.service.provider if commitment.referral else None,
        ordered_by=command.by, ordered_at=command.now,
    )  # fmt: skip
    return save_or_refuse(made, by=command.by)


@idempotent
def cancel_order(command: Command, *, pay_order: PayOrder) -> PayOrder:
    """It is not to be paid so. Until it is in a pay run, a manager takes it back."""
    found = _lock(pay_order, "cancel_order")
    found.state = State.TAKEN_BACK
    return save_or_refuse(found, "state", by=command.by)


@idempotent
def record_failure(command: Command, *, pay_order: PayOrder, code: str, answered_on: date) -> PayOrder:
    """The bank did not pay it, as a report of the bank says. What it has paid comes back by its statement alone."""
    found = _lock(pay_order, "record_failure")
    if found.run is None or found.run.state != PayRun.State.SENT:
        raise NotInThatState("The file of this payment has not gone to the bank yet. Cancel its run instead.")
    return came_back(command, found, code, answered_on)


def _lock(pay_order: PayOrder, act: str) -> PayOrder:
    found = PayOrder.objects.select_for_update(of=("self",)).select_related("run").get(pk=pay_order.pk)
    ACTS[act].begins(State(found.state))
    return found


@as_service()  # finance sees no one's record
def went(command: Command, found: PayOrder, on: date) -> None:
    """The bank paid it: the ledger says so now, in the name of who ordered it."""
    of_it = replace(command, key=f"{command.key}:{found.pk}", by=found.ordered_by)
    commitment = services.commitment_to_post(found.commitment_id)
    found.payment = services.post_payment(
        of_it,
        commitment,
        amount=found.amount,
        paid_on=on,
        payee=found.payee,
        invoice=found.invoice,
        last=found.last,
        advance=found.advance,
    )
    found.state, found.answered_on = State.PAID, on
    save_or_refuse(found, "state", "answered_on", "payment", by=command.by)
    _close_run(found, command.by)
    tell(commitment.spend.person, PAID, key=f"pay-order:{found.pk}", now=command.now)
    if told := (found.provider and found.provider.email) or (found.account and found.account.remit_to):
        for_invoice = f", for your invoice {found.invoice}" if found.invoice else ""
        message_queue.tell_address(
            address=told, subject="We paid you", key=f"remittance:{found.pk}", now=command.now,
            body=f"We paid you {pounds(found.amount)} on {on:%-d %B %Y}{for_invoice}. On your statement it says "
            f"{found.reference}.",
        )  # fmt: skip


@as_service()
def came_back(command: Command, found: PayOrder, code: str, on: date) -> PayOrder:
    """The money is set aside again, and the payment is on the list of who pays. Raises ledger.NotEnough where it was
    put right otherwise since; then nothing changes."""
    said = REASONS.get(code, "The bank did not say why")
    if found.payment:
        corrections.reverse_returned(
            replace(command, key=f"{command.key}:{found.pk}"), payment=found.payment, reason=f"{said}.", on=on
        )
    found.state, found.reason, found.answered_on = State.FAILED, said, on
    save_or_refuse(found, "state", "reason", "answered_on", by=command.by)
    _close_run(found, command.by)
    account = found.account
    assert account
    if code in ENDS_ACCOUNT and account.state == PayeeAccount.State.CHECKED:
        payee_accounts.end(account=account, why=f"The bank sent money back: {said}.", by=command.by, now=command.now)
    return found


def _close_run(found: PayOrder, by: User) -> None:
    run = found.run
    assert run
    if not run.orders.filter(state=State.IN_RUN).exists() and run.state == PayRun.State.SENT:
        run.state = PayRun.State.DONE
        save_or_refuse(run, "state", by=by)


@as_service()
def take_back_denied(change: SignInChange, now: datetime) -> None:
    """What waits for a run, of what was asked for by a way in that the person denies, is not to be paid."""
    asked = {"commitment__spend__asked_by": change.account, "commitment__spend__asked_at__gte": change.at}
    PayOrder.objects.filter(state=State.READY, **asked).update(state=State.TAKEN_BACK)


@as_service()  # finance sees no request
def refuse_hands(by: User, orders: Collection[PayOrder]) -> None:
    """Who ordered any of it, or had a part in what it pays for, neither drafts nor approves it; and what the person
    denies is not paid. In two statements."""
    rows = PayOrder.objects.filter(pk__in=[each.pk for each in orders]).select_related("commitment__spend")
    asked = "commitment__spend__asked_by", "commitment__spend__asked_at"
    denied = Exists(SignInChange.objects.denying(*(OuterRef(each) for each in asked)))
    found = list(rows.annotate(denied=denied).order_by("pk"))
    tied = interests.tied_to_any([by.pk])
    for each in found:
        if by.pk in each.commitment.spend.hands | {each.ordered_by_id}:
            raise HadAPart(f"You had a part in {each.reference}, so someone else does this.")
        interests.refuse_tied(tied=bool(tied & each.commitment.spend.asked_and_decided_by))
        if each.denied:
            raise HadAPart(f"{each.reference} may not have been asked for by the person. Leave it out, and ask.")


def refuse_payees(by: User, payees: Collection[str]) -> None:
    """Nobody approves what is paid to themselves, or to a payee whom they said they have to do with. One statement."""
    said = interests.in_payees(dict(enumerate(sorted(payees))))
    themselves = interests.as_compared(by.name) in {interests.as_compared(payee) for payee in payees}
    if themselves or any(by.pk in users for users in said.values()):
        raise interests.HasAnInterest("You have to do with a payee of this run. So someone else approves it.")
