"""Funds and what each funder has in them, for those who look after the money."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from budgets import corrections, forecast, pots, public_sentences, readers, rules, spending, totals
from budgets.forms.funds import STEPS, ContributionForm, PotForm, ReaderForm, RulesForm
from budgets.models import Budget, Correction, Fund, Funder, FunderReader, MoneyRules, Pot, Transaction
from common import idempotency
from common.postgres.actor import SYSTEM, acting_as
from common.submitting import form_page, press
from people.access.abilities import Can, actor, can, only
from people.models import Programme
from people.programmes import enrolment

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
    """One fund: each funder's money, what was put in lately, and the rules."""
    by = actor(request)
    fund = get_object_or_404(Fund.objects.select_related("programme"), pk=pk)
    sums = totals.balances()
    today = timezone.localdate()
    found = sorted(fund.pots.select_related("funder").with_areas().with_received(), key=spending.rank)
    rows = [
        {
            "source": pot, "to_come": max(0, pot.pledged - pot.received),
            "is_over": pots.is_over(pot, today),
            **{kind.lower(): sums[pot.pk, kind] for kind in KINDS},
        }
        for pot in found
    ]  # fmt: skip
    moves = Transaction.objects.filter(budget=None, entries__account__pot__fund=fund).order_by("-at", "-pk")
    recent = moves.values(
        "pk", "dated", "kind", "by__name", "entries__amount", "entries__account__pot__called", "reversed_by"
    )[:30]
    for_pots = Correction.objects.filter(budget=None)
    waiting = for_pots.waiting().filter(Q(pot__fund=fund) | Q(wrong__entries__account__pot__fund=fund))
    context = {
        "fund": fund,
        "rows": rows,
        "recent": [{**row, "words": Transaction.Kind(row["kind"]).label} for row in recent],
        "waiting": waiting.distinct().select_related("asked_by").order_by("asked_at"),
        "reversible": corrections.REVERSIBLE,
        "rules": MoneyRules.objects.of(fund.programme, today),
        "forecast": forecast.of(fund, found, sums, timezone.now()),
        "sentences": public_sentences.newest(fund),
        "all_rules": fund.programme.money_rules.select_related("made_by").order_by("-starts_on", "-pk"),
        "may_change_rules": can(request.user, Can.MANAGE_PROGRAMMES) and enrolment.may_manage(by, fund.programme),
    }
    return render(request, "budgets/staff/fund_detail.html", context)


@only(Can.MANAGE_PROGRAMMES)
def rules_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the rules of a programme's money from a day on."""
    fund, by = get_object_or_404(Fund.objects.select_related("programme"), pk=pk), actor(request)
    programme, now = fund.programme, timezone.now()
    if not enrolment.may_manage(by, programme):
        raise PermissionDenied("Only a manager in one of the areas that own this programme changes its rules.")
    today = timezone.localdate(now)
    before = MoneyRules.objects.of(programme, today)
    names = (
        "item_cap",
        "person_cap",
        "purposes",
        "prohibited",
        "needs_commitment",
        "pool_only",
        "ways",
        "four_options",
        "quote_from",
        "bill_from",
        "manager_limit",
        "worker_limit",
        "kept_for_more",
        "panel_quorum",
        "panel_lived",
        "months",
    )
    initial = {"starts_on": today, "allocation": before.sum, **{name: getattr(before, name) for name in names}}
    initial |= dict(zip(STEPS, before.own_limits, strict=False))
    gives_sum = programme.money_model == Programme.MoneyModel.ALLOCATED
    return form_page(
        request, form=RulesForm(request.POST or None, gives_sum=gives_sum, today=today, initial=initial),
        act=lambda **typed: rules.change(programme=programme, by=by, today=today, now=now, **typed),
        said="The rules are set. What was decided before stays under the rules of its day.",
        to=reverse("budgets:fund-detail", args=[pk]), template="budgets/staff/rules.html", context={"fund": fund},
    )  # fmt: skip


@only(Can.SEE_FUNDS)
def pot_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter what a funder promises, and on which terms."""
    fund = get_object_or_404(Fund.objects.select_related("programme"), pk=pk)
    now = timezone.now()
    form = PotForm(request.POST or None, today=timezone.localdate(now))
    key = idempotency.key_for(request, f"pot:{fund.pk}")

    def enter(funder: Funder | None, new_funder: str, **terms: Any) -> Pot:
        giver = funder or Funder.objects.get_or_create(name=new_funder)[0]
        terms["areas"] = list(terms["areas"])
        return pots.open_pot(fund=fund, funder=giver, by=actor(request), now=now, key=key, **terms)

    return form_page(
        request, form=form, act=enter, said="Entered. There is no money in it yet: enter what came in.",
        to=lambda pot: reverse("budgets:pot-contribute", args=[pk, pot.pk]),
        template="budgets/staff/pot_new.html", context={"fund": fund},
    )  # fmt: skip


@only(Can.SEE_FUNDS)
def pot_contribute(request: HttpRequest, pk: int, pot: int) -> HttpResponse:
    """Enter money that came in. A second person agrees before any of it is spent."""
    rows = Pot.objects.select_related("fund__programme", "funder").with_areas()
    found = get_object_or_404(rows, pk=pot, fund=pk)
    now = timezone.now()
    key = idempotency.key_for(request, f"contribute:{pot}")
    return form_page(
        request, form=ContributionForm(request.POST or None, today=timezone.localdate(now)),
        act=lambda **typed: corrections.ask_contribution(pot=found, by=actor(request), now=now, key=key, **typed),
        said="Entered. It can be spent once a second person has agreed; it is on their list.",
        to=reverse("budgets:fund-detail", args=[pk]), template="budgets/staff/pot_contribute.html",
        context={"fund": found.fund, "pot": found},
    )  # fmt: skip


@only(Can.KEEP_BOOKS)
def funder_readers(request: HttpRequest, pk: int) -> HttpResponse:
    """Who of a funder reads its statements, and someone more."""
    funder, now = get_object_or_404(Funder, pk=pk), timezone.now()
    today = timezone.localdate(now)

    named = FunderReader.objects.filter(funder=funder).current(today).select_related("user", "added_by")
    return form_page(
        request, form=ReaderForm(request.POST or None, funder=funder, today=today),
        act=lambda user: readers.add(funder=funder, user=user, starts_on=today, by=actor(request), now=now),
        said="They read the statements from today.", to=reverse("budgets:funder-readers", args=[pk]),
        template="budgets/finance/readers.html",
        context={"funder": funder, "readers": named.order_by("user__name", "pk"), "today": today},
    )  # fmt: skip


@only(Can.KEEP_BOOKS)
@require_POST
def funder_reader_end(request: HttpRequest, pk: int, reader: int) -> HttpResponse:
    """Today is the last day on which they read them."""
    found = get_object_or_404(FunderReader, pk=reader, funder=pk)
    return press(
        request, lambda: readers.end(reader=found, by=actor(request), today=timezone.localdate()),
        said="Today is their last day.",
        to=reverse("budgets:funder-readers", args=[pk]),
    )  # fmt: skip
