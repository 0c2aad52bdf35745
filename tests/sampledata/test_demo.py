"""The demo story: told through the services, the same every time, and every list has something to show."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from budgets.models import Payment, SpendRequest
from budgets.verification import differences
from engagement.models import Alert, Appointment
from lifeplans.models import Goal
from people.models import Participant
from sampledata.demo import people, story

SOON = timezone.make_aware(datetime(2026, 4, 10, 12, 0))  # noqa: DTZ001 - local noon, made aware


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
def told(db):
    """The first four months, with one person in five."""
    every = people.draw(start=story.STARTS_ON)
    with patch.object(story, "draw", return_value=every[::5]):
        story.tell(now=SOON)


def test_four_months_of_the_story_balance_and_fill_every_list(told):
    assert Participant.objects.exists()
    assert Goal.objects.filter(status="AGREED").exists()
    assert Appointment.objects.exclude(outcome="").exists()
    assert SpendRequest.objects.exists()
    assert Payment.objects.exists()
    assert Alert.objects.exists()
    assert differences() == []


def test_what_the_story_puts_down_would_pass_every_check_a_person_meets(told):
    """It is told without asking `full_clean`; each row it made is asked here."""
    for model in (Participant, Goal, Appointment, SpendRequest, Payment):
        for row in model.objects.all()[:40]:
            row.clean_fields(exclude=["phone"])


def test_it_is_told_once(told, settings, capsys):
    from django.core.management import call_command

    settings.DEMO = True
    level = logging.getLogger("audit").level
    call_command("demo")

    assert "there already" in capsys.readouterr().out
    assert logging.getLogger("audit").level == level


def test_it_is_never_told_beside_real_people(db, settings):
    from django.core.management import CommandError, call_command

    settings.DEMO = False
    with pytest.raises(CommandError, match="never goes beside real people"):
        call_command("demo")


def test_nothing_in_it_happens_after_the_day_it_is_told(told):
    assert not Appointment.objects.filter(recorded_at__gt=SOON).exists()
    assert date(2026, 4, 10) >= max(Participant.objects.values_list("joined_on", flat=True))
