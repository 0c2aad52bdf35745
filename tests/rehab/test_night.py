"""Each nightly job is done once a local day, and one that fails stops no other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

import pytest
import time_machine

from common import heartbeats
from common.models import Heartbeat
from people.models import AccessEvent
from rehab import night, tasks
from rehab.health import NOT_CHECKED, NOT_YET
from tests.conftest import NOW
from tests.threads import as_we_are

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
NAMES = [job.name for job in night.JOBS]
WAITS = {job.after: job for job in night.JOBS if job.after}  # which job waits for which
AT_FIRST = [job.name for job in night.JOBS if not job.after]
pytestmark = pytest.mark.django_db


@pytest.fixture
def now_is_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@contextmanager
def failing(name: str):
    """The job of this name breaks off."""

    def break_off(today, now):
        AccessEvent.objects.create(at=now, roles="", kind="PERSON", page="x", participants=[], request_id="x")
        raise RuntimeError("broke off, in the words of someone's record")

    jobs = [night.Job(job.name, break_off, job.after) if job.name == name else job for job in night.JOBS]
    with patch.object(night, "JOBS", jobs):
        yield


def test_there_are_twenty_five_jobs_and_each_has_a_name_of_its_own():
    assert len(set(NAMES)) == len(NAMES) == 25


def test_each_job_runs_once_a_day():
    assert night.run_due(now=NOW) == NAMES
    assert night.run_due(now=NOW + HOUR) == []
    assert night.run_due(now=NOW + DAY) == NAMES


def test_before_three_only_what_never_ran_is_due():
    at_two = NOW.replace(hour=1)  # 2am in London
    assert len(night.due(at_two)) == len(AT_FIRST)  # the audit is verified once tonight's checkpoint is there
    night.run_due(now=at_two)
    assert night.due(at_two + 59 * MINUTE) == []
    night.run_due(now=at_two + HOUR)

    assert night.due(at_two + DAY) == []
    assert len(night.due(at_two + DAY + HOUR)) == len(AT_FIRST)


@pytest.mark.parametrize("name", NAMES)
def test_a_job_that_fails_stops_no_other_and_leaves_nothing_half_done(name):
    with failing(name):
        done = night.run_due(now=NOW)

    waits = {first: {job.name} for first, job in WAITS.items()}.get(name, set())
    assert done == [other for other in NAMES if other not in {name, *waits}]
    row = Heartbeat.objects.get(name=name)
    assert (row.beat_at, row.failures, row.ok, row.detail) == (None, 1, False, "RuntimeError")
    assert not AccessEvent.objects.exists()


@pytest.mark.parametrize("name", NAMES)
def test_a_job_that_failed_is_tried_again_after_a_while_and_then_is_well(name):
    with failing(name):
        night.run_due(now=NOW)
    waits = [WAITS[name].name] if name in WAITS else []

    assert night.run_due(now=NOW + MINUTE) == []
    assert night.run_due(now=NOW + 2 * MINUTE) == [name, *waits]
    row = Heartbeat.objects.get(name=name)
    assert (row.failures, row.retry_at, row.ok) == (0, None, True)


def test_the_wait_doubles_up_to_an_hour():
    with failing("alerts"):
        waits, now = [], NOW
        for _ in range(7):
            night.run_due(now=now)
            retry_at = Heartbeat.objects.get(name="alerts").retry_at
            waits.append((retry_at - now) // MINUTE)
            now = retry_at

    assert waits == [2, 4, 8, 16, 32, 60, 60]


def test_a_job_that_ran_after_midnight_runs_again_the_same_night_and_is_never_late():
    began = NOW.replace(hour=23, minute=10) - DAY  # ten past midnight in London
    night.run_due(now=began)

    assert night.due(began + HOUR) == []
    assert [job.name for job in night.due(began + 3 * HOUR)] == AT_FIRST


def test_the_night_says_whether_the_ledger_balanced(client, now_is_noon):
    heartbeats.beat("beat", now=NOW)
    with patch("budgets.differences.differences", return_value=["Account 1 is out."]):
        night.run_due(now=NOW)

    heartbeat = Heartbeat.objects.get(name="verify_ledger")
    assert (heartbeat.ok, heartbeat.detail, heartbeat.failures) == (False, "1 differences", 0)
    page = client.get("/healthz")
    jobs = page.json()["jobs"]
    assert (page.status_code, jobs["verify_ledger"]["detail"]) == (503, "1 differences")
    assert [name for name in NAMES if not jobs[name]["ok"]] == ["verify_ledger"]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_run_a_job_once():
    runs = []
    job = night.Job("alerts", lambda today, now: runs.append(now) or night.Result("done"))
    with patch.object(night, "JOBS", [job]), ThreadPoolExecutor(2) as pool:
        list(pool.map(as_we_are(lambda _: night.run(job, now=NOW)), range(2)))

    assert len(runs) == 1


def test_the_tick_starts_each_due_job_as_a_task_of_its_own():
    with patch.object(tasks.run_job, "delay") as start:
        tasks.nightly()

    assert [call.args[0] for call in start.call_args_list] == AT_FIRST


def test_until_a_job_has_run_the_health_page_says_so_and_answers_503(client, now_is_noon):
    heartbeats.beat("beat", now=NOW)
    before = client.get("/healthz")
    night.run_due(now=NOW)
    after = client.get("/healthz")

    assert (before.status_code, after.status_code) == (503, 200)
    assert {before.json()["jobs"][name]["detail"] for name in NAMES} == {NOT_YET, NOT_CHECKED}
    assert before.json()["jobs"]["verify_ledger"]["detail"] == NOT_CHECKED


def test_a_job_that_has_not_run_for_a_night_is_not_well(client, now_is_noon):
    night.run_due(now=NOW - 27 * HOUR)

    assert client.get("/healthz").json()["jobs"]["retention"]["ok"] is False


def test_being_alive_asks_for_the_database_and_the_broker_alone(client):
    answer = client.get("/livez")

    assert answer.status_code == 200
    assert set(answer.json()) == {"ok", "database", "broker"}


def test_health_says_nothing_about_any_person(participant, client):
    with failing("alerts"):
        night.run_due(now=NOW)
    body = client.get("/healthz").content.decode()

    assert participant.crn not in body
    assert "in the words of" not in body
    assert set(client.get("/healthz").json()) == {"ok", "database", "broker", "beat", "outbox", "scanner", "jobs"}
