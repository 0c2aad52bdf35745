"""The night's work, once a local day, whenever beat first gets to it after 3am: see `run_night`."""

from __future__ import annotations

from datetime import datetime, timedelta

from celery import shared_task
from django.db import connection, transaction
from django.utils import timezone

from budgets.verification import differences
from common import heartbeats
from common.models import Heartbeat, Submission
from common.postgres.actor import SYSTEM, acting_as
from engagement import alerts
from people.caseload import reallocation
from people.rights import audit_chain, bundles, retention, unusual

STARTS_AT = 3  # o'clock, local
SENT_FORMS_KEPT = timedelta(days=7)


@shared_task(ignore_result=True)
@acting_as(SYSTEM)
def nightly() -> None:
    """Run what is due tonight. Asked often, it does its work once a local day, and two beats are harmless."""
    now = timezone.now()
    if timezone.localtime(now).hour >= STARTS_AT:
        run_night(now=now)


@shared_task(ignore_result=True)
@acting_as(SYSTEM)
def sweep() -> None:
    """Look for silences now, without waiting for the night."""
    now = timezone.now()
    alerts.sweep(today=timezone.localdate(now), now=now)


@transaction.atomic
def run_night(*, now: datetime) -> bool:
    """True where this call did the night's work; False where it was done, or is being done, already."""
    today = timezone.localdate(now)
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(hashtextextended('nightly', 0))")
        (mine,) = cursor.fetchone()
    last = Heartbeat.objects.filter(name="nightly").first()
    if not mine or (last and timezone.localdate(last.beat_at) == today):
        return False
    reallocation.carry_out_due(today=today, now=now)
    alerts.sweep(today=today, now=now)
    found = differences()
    heartbeats.beat("verify_ledger", now=now, detail=f"{len(found)} differences", ok=not found)
    Submission.objects.filter(sent_at__lt=now - SENT_FORMS_KEPT).delete()
    with acting_as(SYSTEM):  # what is owed to people is owed to all of them
        audit_chain.add_checkpoints(today=today, now=now)
        audit_chain.check(now=now)
        unusual.lines(today=today)  # so that nobody waits for it in the morning
        bundles.expire(now=now)
        retention.run(today=today, now=now)
    heartbeats.beat("nightly", now=now)
    return True
