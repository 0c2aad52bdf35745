"""What a manager looks at besides what waits for them: budgets near their end, out of step, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from budgets import pace
from budgets.models import Budget, Correction, Helped, MoneyRules, PayOrder
from budgets.pace import Flag
from common.days import in_words
from common.money import pounds
from people.models import Participant, User

MOST = 300
NEAR = timedelta(days=60)
LEFT_OVER = 20  # per cent of a sum
SINCE = timedelta(days=60)


@dataclass(frozen=True)
class Row:
    person: Participant
    kind: str
    said: str
    url: str
    on: date


def rows(user: User, now: datetime) -> list[Row]:
    """In six statements, the most pressing kind first."""
    today = timezone.localdate(now)
    found = [*_of_budgets(user, today), *_came_back(user, today), *_lost(user, now), *_no_help(user, now)]
    return sorted(found, key=attrgetter("kind", "on"))[:MOST]


def _of_budgets(user: User, today: date) -> Iterable[Row]:
    months = MoneyRules.objects.filter(starts_on__lte=today).order_by("programme", "-starts_on", "-pk")
    meant = {each.programme_id: each.months for each in months.distinct("programme") if each.months}
    # What is flagged has had a quarter of its time, or has spent more than half.
    open_ones = Budget.objects.visible_to(user).open().filter(enrolment__programme__in=meant).with_money()
    for budget in open_ones.select_related("enrolment__participant", "enrolment__programme").order_by("opened_on"):
        found = pace.of(budget, meant[budget.enrolment.programme_id], today)
        if found:
            yield from _of_pace(budget, found, today)


def _of_pace(budget: Budget, found: pace.Pace, today: date) -> Iterable[Row]:
    person = budget.enrolment.participant
    url, left = reverse("budgets:person-money", args=[person.ref]), 100 - found.money
    if found.ends_on - NEAR <= today and left >= LEFT_OVER:
        says = f"{pounds(budget.available)} is left, and it is meant until {in_words(found.ends_on)}."
        yield Row(person, "Near its end", says, url, found.ends_on)
    elif found.flag != Flag.FITS:
        says = f"{found.time} % of the time and {found.money} % of the money has gone. {found.flag.value}."
        yield Row(person, "Out of step", says, url, found.ends_on)


def _came_back(user: User, today: date) -> Iterable[Row]:
    failed = PayOrder.objects.visible_to(user).filter(state=PayOrder.State.FAILED, answered_on__gt=today - SINCE)
    for order in failed.select_related("commitment__spend__budget__enrolment__participant"):
        spend = order.commitment.spend
        assert order.answered_on
        says = f"{pounds(order.amount)} to {order.payee} came back: {order.reason}."
        url = reverse("budgets:request-detail", args=[spend.pk])
        yield Row(spend.person, "Payment that came back", says, url, order.answered_on)


def _lost(user: User, now: datetime) -> Iterable[Row]:
    done = Q(kind=Correction.Kind.WRITE_OFF, state=Correction.State.DONE, answered_at__gt=now - SINCE)
    for each in Correction.objects.visible_to(user).filter(done).select_related("budget__enrolment__participant"):
        assert each.budget
        assert each.answered_at
        says, on = f"{pounds(each.amount)}: {each.reason}", timezone.localdate(each.answered_at)
        person, url = each.budget.enrolment.participant, reverse("budgets:correction", args=[each.pk])
        yield Row(person, "Written off", says, url, on)


def _no_help(user: User, now: datetime) -> Iterable[Row]:
    said = [Helped.Answer.NOT, Helped.Answer.WORSE]
    answers = Helped.objects.visible_to(user).filter(answer__in=said, at__gt=now - SINCE)
    for each in answers.select_related("spend__budget__enrolment__participant"):
        words = f" “{each.words}”" if each.words else ""
        url = reverse("budgets:request-detail", args=[each.spend_id])
        says = f"{each.spend.what}: {each.get_answer_display()}.{words}"
        yield Row(each.spend.person, "It did not help", says, url, timezone.localdate(each.at))
