"""Finance: pay runs, bank details of payees, and the bank's statements."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_POST

from budgets import bank_files, bank_statements, invoices, part_deliveries, pay_orders, pay_runs, payee_accounts
from budgets.forms.paying import (
    CameBackForm,
    CheckAccountForm,
    EntryNoteForm,
    MatchForm,
    PayeeAccountForm,
    PayingAccountForm,
    PayRunForm,
    ShortWhyForm,
    StatementForm,
)
from budgets.models import BankEntry, BankStatement, PayeeAccount, PayingAccount, PayOrder, PayRun
from budgets.views.books import parts
from common import idempotency
from common.heavy import heavy
from common.submitting import form_page, press
from people.access import access_log
from people.access.abilities import Can, actor, only
from people.access.limits import at_most
from people.record.views.documents import attachment

RUNS, PAYEES, BANK = (reverse_lazy(f"budgets:{name}") for name in ("pay-runs", "payee-accounts", "bank"))
PAGE = 25


def _run(request: HttpRequest, pk: int) -> PayRun:
    people = ("account", "drafted_by", "approved_by", "sent_by", "cancelled_by")
    return get_object_or_404(PayRun.objects.select_related(*people).with_sum(), pk=pk)


def _to_run(pk: int) -> str:
    return reverse("budgets:pay-run", args=[pk])


@only(Can.KEEP_BOOKS)
def pay_run_list(request: HttpRequest) -> HttpResponse:
    """What waits for a run, and the runs, the newest first."""
    waiting = list(pay_runs.ready().with_account(timezone.localdate()))
    access_log.listed_without_names(request, pay_runs.people_of(waiting), access_log.FINANCE)
    runs = PayRun.objects.select_related("account", "drafted_by", "approved_by").with_sum().order_by("-pk")
    context = {
        "waiting": waiting, "pence": sum(each.amount for each in waiting),
        "may_draft": any(each.account_of for each in waiting),
        "page": Paginator(runs, PAGE).get_page(request.GET.get("page")),
        "accounts": PayingAccount.objects.filter(closed_at=None).order_by("name"), "parts": parts("pay-runs"),
    }  # fmt: skip
    return render(request, "budgets/finance/pay_runs.html", context)


@only(Can.KEEP_BOOKS)
def pay_run_new(request: HttpRequest) -> HttpResponse:
    """Draft a run of what waits: all of it is ticked."""
    now = timezone.now()
    today = timezone.localdate(now)
    orders = pay_runs.ready().payable(today)
    accounts = PayingAccount.objects.filter(closed_at=None).order_by("name")
    waiting = list(orders)
    access_log.listed_without_names(request, pay_runs.people_of(waiting), access_log.FINANCE)
    start = {
        "orders": [each.pk for each in waiting], "account": accounts.first(), "pay_on": pay_runs.first_bacs_day(today),
    }  # fmt: skip
    return form_page(
        request, form=PayRunForm(request.POST or None, initial=start, orders=orders, accounts=accounts, today=today),
        act=lambda **typed: pay_runs.draft_run(
            by=actor(request), now=now, key=idempotency.key_for(request, "pay-run"), **typed
        ),
        said="Drafted. A second finance officer has to approve it: it is on their list.",
        to=lambda run: _to_run(run.pk), template="budgets/finance/pay_run_new.html",
        context={"any": bool(waiting), "accounts": accounts},
    )  # fmt: skip


@only(Can.KEEP_BOOKS)
def pay_run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: what is in it, and what is to be done with it."""
    run = _run(request, pk)
    orders = list(run.orders.select_related("fund__programme", "account", "ordered_by").order_by("pk"))
    access_log.listed_without_names(request, pay_runs.people_of(orders), access_log.FINANCE)
    user, today = actor(request), timezone.localdate()
    ordered = {each.ordered_by_id for each in orders}
    kinds = [
        (kind, label, kind in bank_files.BACS and run.pay_on < pay_runs.first_bacs_day(today))
        for kind, label in bank_files.KINDS.items()
    ]
    context = {
        "run": run, "orders": orders, "kinds": kinds, "sent_as": bank_files.KINDS.get(run.sent_as, ""),
        "may_approve": user.pk != run.drafted_by_id and user.pk not in ordered,
        "may_cancel": run.state in pay_runs.ACTS["cancel"].begins_in and user.pk != run.sent_by_id
        and all(each.state == PayOrder.State.IN_RUN for each in orders),
        "form": ShortWhyForm(),
    }  # fmt: skip
    return render(request, "budgets/finance/pay_run.html", context)


@only(Can.KEEP_BOOKS)
@require_POST
def pay_run_approve(request: HttpRequest, pk: int) -> HttpResponse:
    run = _run(request, pk)
    return press(
        request, lambda: pay_runs.approve(run=run, by=actor(request), now=timezone.now()),
        said="Approved. Take the file to the bank.", to=_to_run(pk),
    )  # fmt: skip


@only(Can.KEEP_BOOKS)
def pay_run_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    run = _run(request, pk)
    return form_page(
        request, form=ShortWhyForm(request.POST or None), said="Cancelled. Its payments wait for another run.",
        act=lambda why: pay_runs.cancel(run=run, why=why, by=actor(request), now=timezone.now()), to=_to_run(pk),
        template="budgets/finance/pay_run_cancel.html", context={"run": run},
    )  # fmt: skip


@only(Can.KEEP_BOOKS)
@require_POST
def pay_run_take(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    run = _run(request, pk)
    return press(
        request, lambda: pay_runs.take_file(run=run, kind=kind, by=actor(request), now=timezone.now()),
        said="The file is yours to bring to the bank. Download it below.", to=_to_run(pk),
    )  # fmt: skip


@only(Can.KEEP_BOOKS)
@at_most("exports")
@heavy("GET")
def pay_run_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file that was taken, as a download. About whom it is, is recorded."""
    run = get_object_or_404(PayRun.objects.select_related("account"), pk=pk, state=PayRun.State.SENT)
    access_log.exported(request, pay_runs.people_of(run.orders.all()))
    name, data = pay_runs.file_of(run)
    return attachment(data, "application/octet-stream", name)


@only(Can.KEEP_BOOKS)
def pay_order_failed(request: HttpRequest, pk: int) -> HttpResponse:
    """A payment came back, as a report of the bank says."""
    order = get_object_or_404(PayOrder.objects.filter(run__isnull=False).select_related("fund__programme"), pk=pk)
    access_log.listed_without_names(request, pay_runs.people_of([order]), access_log.FINANCE)
    now = timezone.now()
    assert order.run_id
    return form_page(
        request, form=CameBackForm(request.POST or None, today=timezone.localdate(now)),
        act=lambda **typed: pay_orders.record_failure(
            pay_order=order, by=actor(request), now=now, key=idempotency.key_for(request, f"fail:{pk}"), **typed
        ),
        said="Written down. The money is set aside again, and whoever pays has it on their list.",
        to=_to_run(order.run_id), template="budgets/finance/came_back.html", context={"order": order},
    )  # fmt: skip


@only(Can.KEEP_BOOKS)
def paying_account_new(request: HttpRequest) -> HttpResponse:
    """An account of ours that money is paid from."""
    return form_page(
        request, form=PayingAccountForm(request.POST or None), said="Added.", to=str(RUNS),
        act=lambda **typed: pay_runs.add_account(by=actor(request), now=timezone.now(), **typed),
        template="budgets/finance/paying_account.html", context={},
    )  # fmt: skip


@only(Can.KEEP_BOOKS)
@require_POST
def paying_account_close(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(PayingAccount, pk=pk)
    return press(
        request, lambda: pay_runs.close_account(account=account, by=actor(request), now=timezone.now()),
        said="Closed. No new run is paid from it.", to=str(RUNS),
    )  # fmt: skip


@only(Can.KEEP_BOOKS)
def payee_account_list(request: HttpRequest) -> HttpResponse:
    """Bank details: those to be checked first, then those that count."""
    states = [PayeeAccount.State.TO_CHECK, PayeeAccount.State.CHECKED]
    rows = PayeeAccount.objects.filter(state__in=states).select_related("asked_by", "checked_by")
    page = Paginator(rows.order_by("-state", "payee", "pk"), PAGE).get_page(request.GET.get("page"))
    theirs = [each.participant_id for each in page if each.participant_id]
    access_log.listed_without_names(request, theirs, access_log.FINANCE)
    context = {"page": page, "today": timezone.localdate(), "parts": parts("payee-accounts")}
    return render(request, "budgets/finance/payee_accounts.html", context)


@only(Can.KEEP_BOOKS)
def payee_account_new(request: HttpRequest) -> HttpResponse:
    """Enter bank details of a shop, a landlord or a provider."""
    return form_page(
        request, form=PayeeAccountForm(request.POST or None, initial={"payee": request.GET.get("payee", "")[:150]}),
        act=lambda **typed: payee_accounts.enter(by=actor(request), now=timezone.now(), **typed),
        said="Entered. Someone else has to check it: it is on their list.", to=str(PAYEES),
        template="budgets/finance/payee_account_new.html", context={},
    )  # fmt: skip


def _payee_account(request: HttpRequest, pk: int) -> PayeeAccount:
    rows: QuerySet[PayeeAccount] = PayeeAccount.objects.select_related("asked_by", "checked_by", "ended_by")
    found = get_object_or_404(rows, pk=pk)
    if found.participant_id:
        access_log.listed_without_names(request, [found.participant_id], access_log.FINANCE)
    return found


def _of_account(request: HttpRequest, found: PayeeAccount) -> dict[str, Any]:
    before = PayeeAccount.objects.of(found.payee).current().exclude(pk=found.pk).first()
    waits = found.state == PayeeAccount.State.TO_CHECK
    return {
        "account": found, "before": before if waits else None, "same": payee_accounts.same_number(found),
        "changes": waits and payee_accounts.had_others(found),
        "waits": waits, "may_check": waits and found.asked_by_id != actor(request).pk, "today": timezone.localdate(),
        "why_form": ShortWhyForm(auto_id="id_end_%s"),
    }  # fmt: skip


@only(Can.KEEP_BOOKS)
def payee_account(request: HttpRequest, pk: int) -> HttpResponse:
    """One payee's bank details. Until they are checked they stand in full; then only their end is shown."""
    found = _payee_account(request, pk)
    return form_page(
        request, form=CheckAccountForm(request.POST or None),
        act=lambda **typed: payee_accounts.check(account=found, by=actor(request), now=timezone.now(), **typed),
        said="Checked.", to=reverse("budgets:payee-account", args=[pk]),
        template="budgets/finance/payee_account.html", context=_of_account(request, found),
    )  # fmt: skip


@only(Can.KEEP_BOOKS)
def payee_account_end(request: HttpRequest, pk: int) -> HttpResponse:
    """They are not right, or are used no longer."""
    found = _payee_account(request, pk)
    waits = found.state == PayeeAccount.State.TO_CHECK
    act = payee_accounts.refuse if waits else payee_accounts.end
    return form_page(
        request, form=ShortWhyForm(request.POST or None), to=str(PAYEES), said="Done. Nothing new is paid there.",
        act=lambda why: act(account=found, why=why, by=actor(request), now=timezone.now()),
        template="budgets/finance/payee_account_end.html", context={"account": found, "waits": waits},
    )  # fmt: skip


@only(Can.KEEP_BOOKS)
@heavy("POST")
def bank(request: HttpRequest) -> HttpResponse:
    """Read a statement; lines that nobody knows, and the statements that were read."""
    now = timezone.now()

    def read(account: PayingAccount, file: Any) -> BankStatement:
        return bank_statements.read_statement(
            account=account, name=str(file.name), data=file.read(), by=actor(request), now=now,
            key=idempotency.key_for(request, "statement"),
        )  # fmt: skip

    accounts = PayingAccount.objects.order_by("closed_at", "name")
    rows = BankStatement.objects.select_related("account", "read_by").order_by("-ends_on", "-pk")
    unknown = BankEntry.objects.filter(outcome=BankEntry.Outcome.OPEN).select_related("account")
    unknown = unknown.order_by("booked_on", "pk")
    context = {
        "waiting": Paginator(unknown, PAGE).get_page(request.GET.get("lines")),
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")), "accounts": accounts,
        "gaps": bank_statements.gaps(), "parts": parts("bank"),
    }  # fmt: skip
    form = StatementForm(
        request.POST or None, request.FILES or None, accounts=accounts, initial={"account": accounts.first()}
    )
    return form_page(
        request, form=form, act=read, said=bank_statements.in_words,
        to=lambda made: reverse("budgets:bank-statement", args=[made.pk]),
        template="budgets/finance/bank.html", context=context,
    )  # fmt: skip


@only(Can.KEEP_BOOKS)
def bank_statement(request: HttpRequest, pk: int) -> HttpResponse:
    """The lines of one statement, and what became of each."""
    statement = get_object_or_404(BankStatement.objects.select_related("account", "read_by"), pk=pk)
    page = Paginator(statement.entries.select_related("noted_by").order_by("pk"), 50).get_page(request.GET.get("page"))
    return render(request, "budgets/finance/bank_statement.html", {"statement": statement, "page": page})


def _entry(request: HttpRequest, pk: int) -> tuple[BankEntry, dict[str, Any]]:
    entry = get_object_or_404(BankEntry.objects.select_related("account"), pk=pk)
    orders = bank_statements.could_be(entry) if entry.outcome == BankEntry.Outcome.OPEN else PayOrder.objects.none()
    found = list(orders)
    access_log.listed_without_names(request, pay_runs.people_of(found), access_log.FINANCE)
    return entry, {"entry": entry, "orders": found, "match_form": MatchForm(orders=orders, auto_id="id_match_%s")}


@only(Can.KEEP_BOOKS)
def bank_entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what a line is that nobody knows."""
    entry, context = _entry(request, pk)
    return form_page(
        request, form=EntryNoteForm(request.POST or None, entry=entry), said="Noted.", to=str(BANK),
        act=lambda note: bank_statements.note(entry=entry, note=note, by=actor(request), now=timezone.now()),
        template="budgets/finance/bank_entry.html", context=context,
    )  # fmt: skip


@only(Can.KEEP_BOOKS)
def bank_entry_match(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which payment a line is."""
    entry, context = _entry(request, pk)
    form = MatchForm(request.POST or None, orders=bank_statements.could_be(entry), auto_id="id_match_%s")
    key = idempotency.key_for(request, f"match:{pk}")
    return form_page(
        request, form=form, said="Done. The ledger says so now.", to=str(BANK),
        act=lambda pay_order: bank_statements.match(
            entry=entry, pay_order=pay_order, by=actor(request), now=timezone.now(), key=key
        ),
        template="budgets/finance/bank_entry_match.html", context=context,
    )  # fmt: skip


@only(Can.ANSWER_REFERRALS)
def remittances(request: HttpRequest) -> HttpResponse:
    """For a provider with accounts: what we pay them, and for which invoice. No one's name is in it."""
    rows = PayOrder.objects.filter(provider__team__in=actor(request).team_ids)
    shown = rows.exclude(state=PayOrder.State.TAKEN_BACK).order_by("-ordered_at", "-pk")
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    user = actor(request)
    context = {
        "page": page, "to_bill": invoices.waiting_for(user), "to_deliver": part_deliveries.waiting_for(user)
    }  # fmt: skip
    return render(request, "budgets/remittances.html", context)
