"""The base of every Celery task, which carries who acts, and the heartbeat task."""

from typing import Any

from celery import Task, shared_task
from django.utils import timezone

from common.postgres.actor import acting_as


class ActorTask(Task):
    """A task that acts as the user `acting_as_user` (an id), or as nobody."""

    abstract = True

    def __call__(self, *args: Any, acting_as_user: int | None = None, **kwargs: Any) -> Any:
        with acting_as(acting_as_user):
            return super().__call__(*args, **kwargs)


@shared_task(ignore_result=True)
def heartbeat() -> None:
    """Show that beat, broker and worker are all alive."""
    from common import heartbeats

    heartbeats.beat("beat", now=timezone.now())
