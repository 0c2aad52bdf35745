"""The Celery app. It triggers work; rows in Postgres say what is due."""

import os
import sys
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rehab.settings")
if "celery" in Path(sys.argv[0]).parts[-2:]:  # `celery --app rehab worker`: the web imports this too
    os.environ.setdefault("DATABASE_ROLE", "worker")

app = Celery("rehab", task_cls="common.tasks.ActorTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["rehab"])  # the roof has tasks and is no Django app


@setup_logging.connect
def keep_logging(**kwargs: Any) -> None:
    """Leave LOGGING as settings.py says: Celery's own handlers would write tokens down, and no request's id."""


@worker_init.connect
def start_worker(**kwargs: Any) -> None:
    _refuse_unsafe("worker")


@beat_init.connect
def start_beat(**kwargs: Any) -> None:
    _refuse_unsafe("beat")


def _refuse_unsafe(part: str) -> None:
    from rehab.safety import refuse_unsafe

    refuse_unsafe(part)
