"""The nightly jobs: what each does, when it is due, and how it runs.

Each job has its own transaction, lock, heartbeat and retry, so that one that fails stops no other. A job is due once a
local day after 3am. One that has never run is due at once; one that failed is due again after a wait that doubles.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from budgets import agreements, by_rule, differences, ending, ledger_chain, panels, pots, recovery, spot_checks, totals
from commissioning import publishing
from commissioning.verification import differences as published_differences
from common import heartbeats
from common.models import Heartbeat, Submission
from common.postgres.actor import SYSTEM, acting_as
from engagement import alerts
from people.access import drafts, unallocated
from people.caseload import reallocation
from people.imports import jobs
from people.models import User
from people.programmes import asked_again
from people.rights import audit_chain, bundles, retention, unusual
from people.sign_in import sign_ins

logger = logging.getLogger(__name__)
STARTS_AT = 3  # o'clock, local
SENT_FORMS_KEPT = timedelta(days=7)


@dataclass(frozen=True)
class Result:
    """A job's result. `ok` is false where it finished and found something wrong."""

    detail: str
    ok: bool = True


@dataclass(frozen=True)
class Job:
    name: str
    run: Callable[[date, datetime], Result]
    after: str = ""  # the job that has to have run today before this one
    checks: bool = False  # whether it says that something else is right


def _transfers(today: date, now: datetime) -> Result:
    return Result(f"{reallocation.carry_out_due(today=today, now=now)} caseloads handed over")


def _imports(today: date, now: datetime) -> Result:
    return Result(f"{jobs.throw_away(now=now)} rows of imports thrown away")


def _drafts(today: date, now: datetime) -> Result:
    return Result(f"{drafts.throw_away_old(now=now)} drafts thrown away")


def _unallocated(today: date, now: datetime) -> Result:
    return Result(f"{unallocated.share_with_managers(now=now)} changes to who sees nobody's people")


def _alerts(today: date, now: datetime) -> Result:
    return Result(str(alerts.sweep(by=User.objects.service(), today=today, now=now)))


def _ledger(today: date, now: datetime) -> Result:
    found = differences.check(now=now)
    return Result(f"{found} differences", ok=not found)


def _ledger_checkpoints(today: date, now: datetime) -> Result:
    return Result(f"{ledger_chain.CHAIN.add(today=today, now=now)} days added to the ledger's chain")


def _ended_budgets(today: date, now: datetime) -> Result:
    return Result(f"{ending.end_left_behind(now=now)} budgets ended")


def _ways_of_taking_money(today: date, now: datetime) -> Result:
    return Result(f"{agreements.look_again(now=now)} ways of taking money that are forbidden since")


def _panels(today: date, now: datetime) -> Result:
    return Result(f"{panels.settle_due(now=now)} requests that a panel decided by its last day")


def _own_limits(today: date, now: datetime) -> Result:
    return Result(f"{by_rule.look_again(now=now)} people may have more or less by the rules")


def _spot_checks(today: date, now: datetime) -> Result:
    return Result(f"{spot_checks.pick(now=now)} payments picked for a look")


def _paid_back(today: date, now: datetime) -> Result:
    return Result(f"{recovery.look_again(now=now)} changes to what people pay back")


def _asked_again(today: date, now: datetime) -> Result:
    return Result(f"{asked_again.look_again(today=today, now=now)} people whose programme’s rules say no since")


def _money_to_be_used(today: date, now: datetime) -> Result:
    return Result(f"{pots.end_use(now=now)} budgets without money that should have been used")


def _fund_totals(today: date, now: datetime) -> Result:
    totals.add_up()
    return Result("added up")


def _reports(today: date, now: datetime) -> Result:
    return Result(f"{publishing.publish(today=today)} rows published")


def _published(today: date, now: datetime) -> Result:
    found = published_differences()
    return Result(f"{len(found)} differences", ok=not found)


def _sent_forms(today: date, now: datetime) -> Result:
    gone, _ = Submission.objects.filter(sent_at__lt=now - SENT_FORMS_KEPT).delete()
    return Result(f"{gone} form keys thrown away")


def _sign_ins(today: date, now: datetime) -> Result:
    return Result(f"{sign_ins.forget(now=now)} sign-ins forgotten")


def _checkpoints(today: date, now: datetime) -> Result:
    return Result(f"{audit_chain.add_checkpoints(today=today, now=now)} days added to the audit's chain")


def _audit(today: date, now: datetime) -> Result:
    found = audit_chain.check(now=now)
    return Result(found[0] if found else "as recorded", ok=not found)


def _unusual_use(today: date, now: datetime) -> Result:
    return Result(f"{len(unusual.lines(today=today))} lines of unusual use")  # so that nobody waits for it by day


def _bundles(today: date, now: datetime) -> Result:
    return Result(f"{bundles.expire(by=User.objects.service(), now=now)} bundles thrown away")


def _retention(today: date, now: datetime) -> Result:
    gone, failed = retention.run(today=today, now=now)
    return Result(f"{gone} removed, {failed} could not be", ok=not failed)


JOBS = [
    Job("transfers", _transfers),
    Job("nobodys_people", _unallocated),
    Job("imports", _imports),
    Job("drafts", _drafts),
    Job("alerts", _alerts),
    Job("ended_budgets", _ended_budgets),
    Job("money_to_be_used", _money_to_be_used),
    Job("ways_of_taking_money", _ways_of_taking_money),
    Job("own_limits", _own_limits),
    Job("asked_again", _asked_again),
    Job("panels", _panels),
    Job("spot_checks", _spot_checks),
    Job("paid_back", _paid_back),
    Job("ledger_checkpoints", _ledger_checkpoints),
    Job("verify_ledger", _ledger, after="ledger_checkpoints", checks=True),
    Job("fund_totals", _fund_totals),
    Job("reports", _reports),
    Job("verify_reports", _published, checks=True),
    Job("sent_forms", _sent_forms),
    Job("sign_ins", _sign_ins),
    Job("audit_checkpoints", _checkpoints),
    Job("verify_audit", _audit, after="audit_checkpoints", checks=True),
    Job("unusual_use", _unusual_use),
    Job("bundles", _bundles),
    Job("retention", _retention),
]


def due(now: datetime) -> list[Job]:
    """The jobs to be run at this moment."""
    rows = Heartbeat.objects.in_bulk([job.name for job in JOBS])
    return [job for job in JOBS if _is_due(job, rows, now)]


def _is_due(job: Job, rows: dict[str, Heartbeat], now: datetime) -> bool:
    if job.after and not _ran_tonight(rows.get(job.after), now):
        return False
    row = rows.get(job.name)
    if row is not None and row.failures:
        return row.retry_at is None or row.retry_at <= now
    if row is None or row.beat_at is None:
        return True
    return not _ran_tonight(row, now)


def _ran_tonight(row: Heartbeat | None, now: datetime) -> bool:
    """Whether it ran to its end since the newest night began."""
    return row is not None and row.beat_at is not None and row.beat_at >= _night_began(now)


def _night_began(now: datetime) -> datetime:
    """The newest STARTS_AT o'clock, local."""
    began = timezone.localtime(now).replace(hour=STARTS_AT, minute=0, second=0, microsecond=0)
    return began if began <= now else began - timedelta(days=1)


def run(job: Job, *, now: datetime) -> bool:
    """Run one job if it is due. False where it is not due, runs elsewhere, or failed, which its heartbeat says."""
    try:
        with acting_as(SYSTEM), transaction.atomic():
            return _is_mine(job) and job in due(now) and _carry_out(job, now)
    except Exception as problem:
        logger.exception("The nightly job %s failed.", job.name)
        with transaction.atomic():
            heartbeats.failed(job.name, now=now, detail=type(problem).__name__)
        return False


def _is_mine(job: Job) -> bool:
    """One run of a job at a time: its row is locked until its transaction ends. No login but the service's can."""
    Heartbeat.objects.get_or_create(name=job.name)
    return Heartbeat.objects.select_for_update(skip_locked=True).filter(name=job.name).exists()


def _carry_out(job: Job, now: datetime) -> bool:
    result = job.run(timezone.localdate(now), now)
    heartbeats.beat(job.name, now=now, detail=result.detail, ok=result.ok)
    return True


def run_due(*, now: datetime) -> list[str]:
    """Run every job that is due, one after the other; the names of those that ran to their end."""
    return [job.name for job in JOBS if run(job, now=now)]
