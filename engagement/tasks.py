"""The ticks of keeping in touch. The rows say what is due."""

from celery import shared_task
from django.utils import timezone

from engagement import reminders


@shared_task(ignore_result=True)
def queue_reminders() -> None:
    reminders.queue(now=timezone.now())
