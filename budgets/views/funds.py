"""Funds and what each funder has in them, for those who look after the money."""

from __future__ import annotations

from collections import Counter

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from budgets import corrections, services, totals
from budgets.forms import ContributeForm
from budgets.models import Budget, Correction, Fund, Funder, Pot, Transaction
from common import idempotency
from common.postgres.actor import SYSTEM, acting_as
from common.submitting import done
from people.access.abilities import Can, actor, only

KINDS = ("POT", "BUDGET", "COMMITMENT", "PAID", "LOST")  # of a pot's accounts


@only(Can.SEE_FUNDS)
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


@only(Can.SEE_FUNDS)
@acting_as(SYSTEM)  # sums over everyone, with no names
def fund_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One fund: each funder's money, and what was put in lately."""
    fund = get_object_or_404(Fund.objects.select_related("programme"), pk=pk)
    sums = totals.balances()
    rows = [
        {"pk": pot.pk, "funder": pot.funder.name, **{kind.lower(): sums[pot.pk, kind] for kind in KINDS}}
        for pot in fund.pots.select_related("funder").order_by("pk")
    ]
    moves = Transaction.objects.filter(budget=None, entries__account__pot__fund=fund).order_by("-at", "-pk")
    recent = moves.values(
        "pk", "dated", "kind", "by__name", "entries__amount", "entries__account__pot__funder__name", "reversed_by"
    )[:30]
    for_pots = Correction.objects.filter(budget=None)
    waiting = for_pots.waiting().filter(Q(pot__fund=fund) | Q(wrong__entries__account__pot__fund=fund))
    context = {
        "fund": fund,
        "rows": rows,
        "recent": [{**row, "words": Transaction.Kind(row["kind"]).label} for row in recent],
        "waiting": waiting.distinct().select_related("asked_by").order_by("asked_at"),
        "reversible": corrections.REVERSIBLE,
    }
    return render(request, "budgets/staff/fund_detail.html", context)


@only(Can.SEE_FUNDS)
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
