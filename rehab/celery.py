"""The Celery app. It triggers work; rows in Postgres say what is due."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rehab.settings")

app = Celery("rehab", task_cls="common.tasks.ActorTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["rehab"])  # the roof has tasks and is no Django app


@worker_init.connect
def start(**kwargs: Any) -> None:
    """The worker does not begin as the owner of the tables, nor as anything stronger."""
    from common.postgres.strength import refuse_unsafe_database

    refuse_unsafe_database()
