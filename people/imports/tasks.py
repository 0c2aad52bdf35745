"""Work on a file that a page leaves to a worker, and the tick that goes on with what one left off.

Celery finds them through people/tasks.py.
"""

from celery import shared_task
from django.utils import timezone

from people.imports import jobs


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
    for upload_id in jobs.left_off(now=timezone.now()):
        jobs.check_waiting(upload_id, now=timezone.now())
        jobs.carry_on(upload_id)
        jobs.carry_on_undoing(upload_id)
