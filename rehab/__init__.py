"""The roof: settings, root URLs, the Celery app, the embedded services and the demo story."""

from rehab.celery import app as celery_app

__all__ = ["celery_app"]
