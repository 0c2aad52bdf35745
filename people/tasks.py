"""Ticks: one sends what is due (the outbox remembers; this only wakes it), one looks for unusual use."""

from celery import shared_task
from django.utils import timezone

from common.postgres.actor import SYSTEM, acting_as, as_service
from people.imports import tasks as imports  # noqa: F401  so that Celery finds them
from people.messaging import sending
from people.rights import unusual


@shared_task(ignore_result=True)
@acting_as(SYSTEM)
def send_messages() -> None:
    sending.retire(now=timezone.now())
    while sending.send_batch(now=timezone.now()):
        pass


@shared_task(ignore_result=True)
@as_service()
def find_unusual_use() -> None:
    unusual.keep_today(now=timezone.now())
