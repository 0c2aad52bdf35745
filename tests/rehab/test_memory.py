"""A full garbage collection stops no page: what was loaded before the process forked is left alone."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import pytest
from django.db import connection

from rehab import memory


@pytest.mark.django_db(transaction=True)
def test_what_was_loaded_is_set_apart_and_no_connection_is_open_when_the_process_forks():
    before = gc.get_threshold()
    try:
        memory.settle()
        assert gc.get_freeze_count() > 100_000
        assert gc.get_threshold()[0] > 10_000
        assert connection.connection is None
        assert "people.caseload.views.people" in sys.modules
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


def test_both_web_servers_settle_before_they_fork():
    config = Path("docker/gunicorn_conf.py").read_text()

    assert "preload_app = True" in config
    assert "settle()" in Path("rehab/wsgi.py").read_text()
