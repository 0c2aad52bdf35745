"""Loaded by `-p tests.early` in pyproject.toml, since pytest-django reads the settings ahead of any conftest."""

import os

import django.db.models  # noqa: F401  first, else pytest-randomly imports it in circles by way of model_bakery

import localservices

localservices.provide(role="owner")

_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if _worker and localservices.services():
    # Each pytest-xdist worker has a broker of its own, as it has a database of its own.
    os.environ["REDIS_URL"] = os.environ["REDIS_URL"].rsplit("/", 1)[0] + f"/{int(_worker.removeprefix('gw')) + 1}"
