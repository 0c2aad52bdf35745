"""Scheduled tasks. The rows say what is due."""

from celery import shared_task
from django.utils import timezone

from common.postgres.actor import SYSTEM, acting_as
from engagement import reminders


@shared_task(ignore_result=True)
@acting_as(SYSTEM)
def queue_reminders() -> None:
    reminders.queue(now=timezone.now())
