"""The night's work is done once a local day, whoever asks and however often."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

from common.models import Heartbeat
from rehab import tasks
from tests.conftest import NOW


def test_the_night_runs_once_a_day(db):
    assert tasks.run_night(now=NOW) is True
    assert tasks.run_night(now=NOW + timedelta(hours=1)) is False
    assert tasks.run_night(now=NOW + timedelta(days=1)) is True


def test_the_night_says_whether_the_ledger_balanced(db):
    with patch("rehab.tasks.differences", return_value=["Account 1 is out."]):
        tasks.run_night(now=NOW)

    heartbeat = Heartbeat.objects.get(name="verify_ledger")
    assert (heartbeat.ok, heartbeat.detail) == (False, "1 differences")


def test_health_is_503_while_the_ledger_does_not_balance(db, client):
    with patch("rehab.tasks.differences", return_value=["Account 1 is out."]):
        tasks.run_night(now=NOW)

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json()["ledger"]["ok"] is False


def test_health_says_nothing_about_any_person(participant, client):
    body = client.get("/healthz").content.decode()

    assert participant.crn not in body
    assert set(client.get("/healthz").json()) == {"ok", "database", "broker", "beat", "outbox", "ledger", "audit"}
