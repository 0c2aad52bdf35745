"""The worker knows every task that beat asks of it."""

from __future__ import annotations

import subprocess
import sys

from django.conf import settings

KNOWN = "from rehab.celery import app; app.loader.import_default_modules(); print(*app.tasks)"


def test_every_task_on_the_schedule_is_one_that_a_fresh_worker_knows():
    known = subprocess.run([sys.executable, "-c", KNOWN], capture_output=True, text=True, check=True).stdout.split()

    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(known)
