"""docs/running.md leads to a service that runs: followed to the first night well, by what it says itself."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.conf import settings

from scripts import follow_guide
from tests.attacks.full import FULL

RUN = [
    "docker/logins.sh", "docker/valkey", "docker/nginx.conf", "docker/start migrate", "docker/start web",
    "docker/start worker", "docker/start beat", "requirements-runtime.lock", "manage.py create_administrator",
]  # fmt: skip


def test_the_guide_says_all_that_is_run_to_follow_it():
    said = {begins: follow_guide.command(begins) for begins in RUN}

    assert said["manage.py create_administrator"].startswith("manage.py create_administrator --email ")
    assert {name for name in said if not said[name].startswith(name)} == set()
    assert {"SECRET_KEY", "DATABASE_URL_OWNER", "TRUSTED_PROXIES"} <= follow_guide.required()


@pytest.mark.skipif(not FULL, reason="it takes four minutes; `make attack` and `make guide` do it")
def test_the_guide_leads_to_the_first_invited_persons_page_and_the_first_night_well():
    done = subprocess.run(
        [sys.executable, "-m", "scripts.follow_guide"], cwd=settings.BASE_DIR, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "/healthz is well after the first night" in done.stdout
