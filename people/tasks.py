"""The tick that sends what is due. The outbox remembers; this only wakes it."""

from celery import shared_task
from django.utils import timezone

from common.postgres.actor import SYSTEM, acting_as
from people.messaging import sending


@shared_task(ignore_result=True)
@acting_as(SYSTEM)
def send_messages() -> None:
    sending.retire(now=timezone.now())
    while sending.send_batch(now=timezone.now()):
        pass
