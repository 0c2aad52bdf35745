"""Ticks, and work that a page leaves to a worker. Rows remember what is due: a task that is lost is begun again."""

from celery import shared_task
from django.utils import timezone

from common.postgres.actor import SYSTEM, acting_as, as_service
from people.imports import jobs
from people.messaging import sending
from people.models import CaseloadUpload
from people.rights import unusual

State = CaseloadUpload.State


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


@shared_task(ignore_result=True)
def check_caseload(upload_id: int) -> None:
    jobs.check_waiting(upload_id, now=timezone.now())


@shared_task(ignore_result=True)
def import_caseload(upload_id: int) -> None:
    jobs.carry_on(upload_id)


@shared_task(ignore_result=True)
def undo_caseload(upload_id: int) -> None:
    jobs.carry_on_undoing(upload_id)


@shared_task(ignore_result=True)
def finish_imports() -> None:
    """Go on with what a worker left off."""
    for upload_id in jobs.left_off(now=timezone.now()):
        jobs.check_waiting(upload_id, now=timezone.now())
        jobs.carry_on(upload_id)
        jobs.carry_on_undoing(upload_id)
