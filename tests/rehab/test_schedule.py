"""What beat sends, a worker knows."""

from django.conf import settings

from rehab.celery import app


def test_every_task_of_the_schedule_is_one_a_worker_has():
    app.loader.import_default_modules()

    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} - set(app.tasks) == set()
