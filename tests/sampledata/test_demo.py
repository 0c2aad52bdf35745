"""The demo story: told through the services, the same every time, and every list has something to show."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from budgets.models import (
    AccountingPeriod,
    Correction,
    Helped,
    Invoice,
    JudgementAppeal,
    PanelQuestion,
    PanelVote,
    Payment,
    PayOrder,
    PayRun,
    Recovery,
    SpendRequest,
    SpotCheck,
    WayAgreement,
)
from budgets.verification import differences
from engagement.models import Alert, Appointment
from lifeplans.models import Goal
from people.models import EligibilityReview, Participant, TierDecision
from sampledata.demo import people, story
from tests.attacks.canaries import as_owner

AT_ITS_END = timezone.make_aware(datetime(2026, 11, 23, 12, 0))  # noqa: DTZ001 - local noon, made aware


def test_the_story_starts_on_a_fixed_day_and_moves_on_by_whole_weeks_once_its_year_is_over():
    end = story.STARTS_ON + timedelta(days=story.DAYS)

    assert story.start_for(end) == story.STARTS_ON
    assert story.start_for(end + timedelta(days=6)) == story.STARTS_ON
    assert story.start_for(end + timedelta(days=15)) == story.STARTS_ON + timedelta(days=14)


def test_the_same_people_are_in_it_every_time():
    first, again = (people.draw(start=story.STARTS_ON) for _ in range(2))

    assert len(first) == 120
    assert [(one.given, one.family, one.crn, one.programme) for one in first] == [
        (one.given, one.family, one.crn, one.programme) for one in again
    ]
    assert len({one.crn for one in first}) == 120


@pytest.fixture
def counted(monkeypatch):
    """Postgres counts its rows every four weeks of the story. Else an earlier test's empty tables are all that it knows
    of: a year in one transaction is counted by nothing else."""
    usual = story._put_the_clockwork

    def count(*_) -> None:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("analyze")

    def with_counts(schedule, now) -> None:
        usual(schedule, now)
        for days in range(3, story.DAYS, 28):
            schedule.put(schedule.start + timedelta(days=days), 2, count)

    monkeypatch.setattr(story, "_put_the_clockwork", with_counts)


@pytest.mark.usefixtures("counted")
def test_a_year_of_the_story_is_told_once_balances_and_shows_what_becomes_of_money(db, settings, capsys):
    """With all of Northbridge, where most scenes are, and some of the others. What it makes passes every check that a
    person meets, and none of it is yet to come."""
    every = people.draw(start=story.STARTS_ON)
    told = [one for number, one in enumerate(every) if one.area == "DEMO-NB" or number % 4 == 2]
    with patch.object(story, "draw", return_value=told):
        story.tell(now=AT_ITS_END)

    assert differences() == []
    missing = [said for said, rows in _told().items() if not rows.exists()]
    assert not missing, ", ".join(missing)
    assert AccountingPeriod.objects.filter(state="CLOSED").count() == 1
    for model in (Participant, Goal, Appointment, SpendRequest, Payment):
        for row in model.objects.all()[:40]:
            row.clean_fields(exclude=["phone"])
    assert not Appointment.objects.filter(recorded_at__gt=AT_ITS_END).exists()
    assert not SpendRequest.objects.filter(decided_at__gt=AT_ITS_END).exists()
    assert not Participant.objects.filter(joined_on__gt=AT_ITS_END.date()).exists()

    settings.DEMO = True
    level = logging.getLogger("audit").level
    call_command("demo")

    assert "there already" in capsys.readouterr().out
    assert logging.getLogger("audit").level == level


def _told():
    """What the story tells of money, each with the rows that show it."""
    requests, corrections = SpendRequest.objects.all(), Correction.objects.filter(state="DONE")
    return {
        "an agreed goal": Goal.objects.filter(status="AGREED"),
        "a payment": Payment.objects.all(),
        "an alert": Alert.objects.all(),
        "an outcome of a meeting": Appointment.objects.exclude(outcome=""),
        "a refusal": requests.filter(state="REFUSED"),
        "an appeal that was a yes": requests.filter(appeals__isnull=False, state="APPROVED"),
        "a yes to less": requests.filter(decided_by_panel__len__gt=0, state="APPROVED"),
        "a yes by a rule": requests.filter(decided_by_rule__isnull=False),
        "about how much": requests.filter(about_from__isnull=False),
        "three presses": requests.exclude(thing=""),
        "a service from the directory": requests.exclude(service=None),
        "the three models": requests.filter(budget__enrolment__programme__money_model="DISCRETIONARY"),
        "an application": requests.filter(budget__enrolment__programme__money_model="APPLICATION"),
        "a sum first": requests.filter(budget__enrolment__programme__money_model="ALLOCATED"),
        "a “not yet” that was looked at again": JudgementAppeal.objects.all(),
        "a panel's question that was answered": PanelQuestion.objects.exclude(answered_at=None),
        "a vote that its member denies": PanelVote.objects.exclude(denied_at=None),
        "a direct payment that ended": WayAgreement.objects.filter(way="DIRECT", state="STOPPED"),
        "a way that waits for a manager": WayAgreement.objects.filter(state="WITH_SENIOR"),
        "a refund": corrections.filter(kind="REFUND"),
        "a sum put in twice": corrections.filter(kind="WRONG"),
        "money that went back to its funder": corrections.filter(kind="WITHDRAW"),
        "a loss that waits": Correction.objects.filter(kind="WRITE_OFF", state="ASKED"),
        "a credit note": Invoice.objects.exclude(credits=None),
        "money paid ahead": Payment.objects.exclude(advance=""),
        "a payment by bank": PayOrder.objects.filter(state="PAID"),
        "a pay run": PayRun.objects.all(),
        "whether it helped": Helped.objects.all(),
        "a payment that was looked at": SpotCheck.objects.exclude(looked_at=None),
        "money paid back in parts": Recovery.objects.all(),
        "who stays on a programme": EligibilityReview.objects.filter(state="KEPT"),
        "how much help": TierDecision.objects.all(),
    }


def test_it_is_never_told_beside_real_people(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="never goes beside real people"):
        call_command("demo")
