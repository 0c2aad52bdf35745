"""What the bank says: a statement as CSV or as ISO 20022 camt.053, read whole or not at all, and each line once.

Reading it pays what was ordered: the reference in a line says which payment, or which pay run as one sum.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from itertools import pairwise

from django.db import transaction
from django.db.models import QuerySet

from budgets import bank_reading, pay_orders
from budgets.bank_reading import CannotRead, Line, Said
from budgets.commands import Command, idempotent
from budgets.models import BankEntry, BankStatement, PayingAccount, PayOrder, PayRun
from budgets.pay_orders import State
from common.errors import RuleBroken
from common.money import pounds
from common.postgres.actor import as_service
from common.saving import save_or_refuse
from common.states import Act, Refusal
from people.models import User

Outcome = BankEntry.Outcome
OF_ORDER, OF_RUN = re.compile(r"\bGL(\d{8})\b"), re.compile(r"\bGLRUN(\d{6})\b")
NOTED = Refusal(CannotRead, "This line says: {state}. Only a line that nobody knows is noted.")
ACTS = {"note": Act({Outcome.OPEN, Outcome.NOTED}, NOTED), "match": Act({Outcome.OPEN}, NOTED)}


@idempotent
def read_statement(command: Command, *, account: PayingAccount, name: str, data: bytes) -> BankStatement:
    """Read a statement of one account of ours. Read again it changes nothing, in whatever file a line comes."""
    account = PayingAccount.objects.select_for_update().get(pk=account.pk)  # two files wait for each other
    file_hash = sha256(data).hexdigest()
    if before := BankStatement.objects.filter(account=account, file_hash=file_hash).first():
        return before
    said = bank_reading.read(name, data)
    _refuse_another_account(said, account)
    statement = BankStatement(
        account=account, file_name=name[:200], file_hash=file_hash, starts_on=min(line.on for line in said.lines),
        ends_on=max(line.on for line in said.lines), opening=said.opening, closing=said.closing, read_by=command.by,
        read_at=command.now,
    )  # fmt: skip
    save_or_refuse(statement, by=command.by)
    keyed = list(zip(_keys(said.lines), said.lines, strict=True))
    known = set(
        BankEntry.objects.filter(account=account, key__in=[key for key, _ in keyed]).values_list("key", flat=True)
    )
    for nth, (key, line) in enumerate(keyed):
        if key not in known:
            outcome, problem = _follow(replace(command, key=f"{command.key}:{nth}"), account, line)
            entry = BankEntry(
                statement=statement, account=account, key=key, booked_on=line.on, pence=line.pence,
                said=line.said[:300], outcome=outcome, problem=problem,
            )  # fmt: skip
            save_or_refuse(entry, by=command.by)
    return statement


@idempotent
def match(command: Command, *, entry: BankEntry, pay_order: PayOrder) -> BankEntry:
    """Say which payment a line is, where the bank wrote no reference of ours."""
    entry = BankEntry.objects.select_for_update(of=("self",)).select_related("account").get(pk=entry.pk)
    ACTS["match"].begins(Outcome(entry.outcome))
    found = _order_of(entry.account, pay_order.pk)
    if found is None or found.amount != abs(entry.pence):
        raise CannotRead("That payment is of another account or sum. Choose one that fits.")
    line = Line(entry.booked_on, entry.pence, entry.said)
    outcome, problem = _went(command, found, line) if line.pence < 0 else _came_back(command, found, line)
    if outcome == Outcome.OPEN:
        raise CannotRead(problem)
    with as_service():  # what a line was is the bank's to say, but for this
        entry.outcome, entry.problem = outcome, ""
        return save_or_refuse(entry, "outcome", "problem", by=command.by)


def could_be(entry: BankEntry) -> QuerySet[PayOrder]:
    """The payments that a line nobody knows could be: of the same account and sum."""
    states = [State.IN_RUN] if entry.pence < 0 else [State.IN_RUN, State.PAID]
    sent = [PayRun.State.SENT, PayRun.State.DONE]
    rows = PayOrder.objects.filter(run__account=entry.account, run__state__in=sent, state__in=states)
    return rows.filter(amount=abs(entry.pence)).select_related("fund__programme").order_by("pk")


@transaction.atomic
def note(*, entry: BankEntry, note: str, by: User, now: datetime) -> BankEntry:
    """Say what a line is that is no payment of ours."""
    entry = BankEntry.objects.select_for_update().get(pk=entry.pk)
    ACTS["note"].begins(Outcome(entry.outcome))
    entry.outcome, entry.note, entry.noted_by, entry.noted_at = Outcome.NOTED, note, by, now
    return save_or_refuse(entry, "outcome", "note", "noted_by", "noted_at", by=by)


def _keys(lines: list[Line]) -> list[str]:
    """A line is the same where its day, sum, words and balance are; of two alike in one file, the second is another."""
    seen: Counter[str] = Counter()
    keys = []
    for line in lines:
        text = "\n".join([line.on.isoformat(), str(line.pence), line.ref or line.said, str(line.balance)])
        seen[text] += 1
        keys.append(sha256(f"{text}\n{seen[text]}".encode()).hexdigest())
    return keys


def _refuse_another_account(said: Said, account: PayingAccount) -> None:
    ours = {account.account_number}
    # An IBAN ends with the sort code and the number.
    if (
        said.account
        and said.account not in ours
        and not said.account.endswith(account.sort_code + account.account_number)
    ):
        raise CannotRead(f"This statement is of another account, ending {said.account[-4:]}. Choose that account.")


def _follow(command: Command, account: PayingAccount, line: Line) -> tuple[Outcome, str]:
    """Do what a line says about payments of ours. Where that cannot be, say why; then a person has to look."""
    try:
        with transaction.atomic():
            return _do(command, account, line)
    except RuleBroken as problem:
        return Outcome.OPEN, str(problem)[:300]


def _do(command: Command, account: PayingAccount, line: Line) -> tuple[Outcome, str]:
    """A bank may name the run beside each of its payments, so one payment is looked for first."""
    run, one = OF_RUN.search(line.said), OF_ORDER.search(line.said)
    found = _order_of(account, int(one[1])) if one else None
    if found and found.amount == abs(line.pence):
        return _went(command, found, line) if line.pence < 0 else _came_back(command, found, line)
    if run and line.pence < 0:
        return _run_went(command, account, line, int(run[1]))
    if found:
        return (
            Outcome.OPEN,
            f"{found.reference} is of {pounds(found.amount)}, and this line of {pounds(abs(line.pence))}.",
        )
    return Outcome.OPEN, f"No payment of a run from this account is called {one[0]}." if one else ""


def _order_of(account: PayingAccount, pk: int) -> PayOrder | None:
    rows = PayOrder.objects.select_for_update(of=("self",)).select_related("run", "account", "ordered_by", "provider")
    return rows.filter(pk=pk, run__account=account).first()


def _went(command: Command, found: PayOrder, line: Line) -> tuple[Outcome, str]:
    if found.state == State.IN_RUN and found.run and found.run.state != PayRun.State.SENT:
        return (
            Outcome.OPEN,
            f"{found.reference} is in {found.run.reference}, which nobody took to the bank. Ask it.",
        )
    if found.state != State.IN_RUN:
        said = State(found.state).label.lower()
        return Outcome.OPEN, f"{found.reference} says: {said}. It may have been paid twice."
    pay_orders.went(command, found, line.on)
    return Outcome.PAID, ""


def _came_back(command: Command, found: PayOrder, line: Line) -> tuple[Outcome, str]:
    sent = found.run is not None and found.run.state in (PayRun.State.SENT, PayRun.State.DONE)
    if not sent or found.state not in (State.IN_RUN, State.PAID):
        return Outcome.OPEN, f"{found.reference} says: {State(found.state).label.lower()}."
    if found.ordered_by_id == command.by.pk:
        return Outcome.OPEN, f"You ordered {found.reference}, so someone else says that it came back."
    pay_orders.came_back(command, found, line.code, line.on)
    return Outcome.RETURNED, ""


def _run_went(command: Command, account: PayingAccount, line: Line, pk: int) -> tuple[Outcome, str]:
    """One sum for the whole run. What came back before it is in the sum too, and is not paid."""
    run = PayRun.objects.with_sum().filter(pk=pk, account=account).first()
    if run is None:
        return Outcome.OPEN, "No pay run from this account is called so."
    if run.pence != -line.pence:
        return Outcome.OPEN, f"{run.reference} is of {pounds(run.pence)}, and this line of {pounds(-line.pence)}."
    if run.state not in (PayRun.State.SENT, PayRun.State.DONE):
        return Outcome.OPEN, f"{run.reference} says: {PayRun.State(run.state).label.lower()}."
    rows = run.orders.select_for_update(of=("self",)).select_related("run", "ordered_by", "provider")
    waiting = list(rows.filter(state=State.IN_RUN).order_by("pk"))
    if not waiting:
        return Outcome.OPEN, f"The bank has answered for all of {run.reference} already. It may have been paid twice."
    for each in waiting:
        pay_orders.went(command, each, line.on)
    return Outcome.PAID, ""


def in_words(statement: BankStatement) -> str:
    """What reading it did."""
    found = Counter(statement.entries.values_list("outcome", flat=True))
    if not found:
        return "Nothing new: each line of this file was read before."
    open_ones = found[Outcome.OPEN]
    to_note = f" {open_ones} {'is' if open_ones == 1 else 'are'} to be looked at." if open_ones else ""
    return f"Read. {found[Outcome.PAID]} paid, {found[Outcome.RETURNED]} came back.{to_note}"


def gaps() -> list[tuple[BankStatement, BankStatement]]:
    """Two statements of one account that follow each other in time, and not in their balances: a file is missing."""
    rows = BankStatement.objects.exclude(opening=None).select_related("account")
    ordered = list(rows.order_by("account", "starts_on", "ends_on", "pk"))
    return [
        (before, after) for before, after in pairwise(ordered)
        if before.account_id == after.account_id and after.starts_on > before.ends_on
        and before.closing != after.opening
    ]  # fmt: skip
