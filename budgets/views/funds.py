"""Funds and what each funder has in them, for those who look after the money."""

from __future__ import annotations

from collections import Counter

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from budgets import services, totals
from budgets.forms import ContributeForm
from budgets.models import Budget, Fund, Funder, Pot, Transaction
from common import idempotency
from common.postgres.actor import SYSTEM, acting_as
from common.submitting import done
from people.access.abilities import Can, actor, only

KINDS = ("POT", "BUDGET", "COMMITMENT", "PAID")  # of a pot's accounts


@only(Can.MANAGE_FUND)
@acting_as(SYSTEM)  # sums over everyone, with no names
def fund_list(request: HttpRequest) -> HttpResponse:
    """Every fund with the money in it, by kind of account."""
    by_pot = totals.balances()
    fund_of = dict(Pot.objects.values_list("pk", "fund"))  # after them: a pot may be new
    sums: Counter[tuple[int, str]] = Counter()
    for (pot, kind), pence in by_pot.items():
        sums[fund_of[pot], kind] += pence
    people = dict(Budget.objects.values_list("fund").annotate(Count("pk")))
    funds = [
        {
            "fund": fund,
            "people": people.get(fund.pk, 0),
            **{kind.lower(): sums[fund.pk, kind] for kind in KINDS},
        }
        for fund in Fund.objects.select_related("programme").order_by("programme__name")
    ]
    return render(request, "budgets/staff/fund_list.html", {"funds": funds})


@only(Can.MANAGE_FUND)
@acting_as(SYSTEM)  # sums over everyone, with no names
def fund_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One fund: each funder's money, and what was put in lately."""
    fund = get_object_or_404(Fund.objects.select_related("programme"), pk=pk)
    sums = totals.balances()
    rows = [
        {"funder": pot.funder.name, **{kind.lower(): sums[pot.pk, kind] for kind in KINDS}}
        for pot in fund.pots.select_related("funder").order_by("pk")
    ]
    recent = (
        Transaction.objects.filter(kind="CONTRIBUTE", entries__account__pot__fund=fund)
        .values("at", "by__name", "entries__amount", "entries__account__pot__funder__name")
        .order_by("-at")[:20]
    )
    return render(request, "budgets/staff/fund_detail.html", {"fund": fund, "rows": rows, "recent": recent})


@only(Can.MANAGE_FUND)
def fund_contribute(request: HttpRequest, pk: int) -> HttpResponse:
    """Record money that a funder put in."""
    fund = get_object_or_404(Fund.objects.select_related("programme"), pk=pk)
    form = ContributeForm(request.POST or None)
    key = idempotency.key_for(request, f"contribute:{fund.pk}")

    def contribute(funder: Funder | None, new_funder: str, amount: int) -> None:
        giver = funder or Funder.objects.get_or_create(name=new_funder)[0]
        services.record_contribution(
            fund=fund, funder=giver, amount=amount, by=actor(request), now=timezone.now(), key=key
        )
        messages.success(request, f"Recorded: {giver.name} put money in.")

    if request.method == "POST" and done(form, contribute):
        return redirect("budgets:fund-detail", fund.pk)
    return render(request, "budgets/staff/contribute.html", {"fund": fund, "form": form})
