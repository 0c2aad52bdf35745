"""The nightly and regular tasks. They run often; rows in the database say what is due."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from common.postgres.actor import SYSTEM, acting_as
from engagement import alerts
from people.models import User
from rehab import night


@shared_task(ignore_result=True)
def nightly() -> None:
    """Start each job that is due as a task of its own. Asked every minute; two beats are harmless."""
    for job in night.due(timezone.now()):
        run_job.delay(job.name)


@shared_task(ignore_result=True)
def run_job(name: str) -> None:
    now = timezone.now()
    for job in night.JOBS:
        if job.name == name:
            night.run(job, now=now)


@shared_task(ignore_result=True)
@acting_as(SYSTEM)
def sweep() -> None:
    """Look for silences now, without waiting for the night."""
    now = timezone.now()
    alerts.sweep(by=User.objects.service(), today=timezone.localdate(now), now=now)
