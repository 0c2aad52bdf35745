"""How long does the night take? `python -m bench.night`: every nightly job once; `bench.one_size` runs it, since pages
read what it makes. With `--sweep`: a sweep for alerts on the night after another, beside the raw pass over a year of
contacts and meetings; fails above three times as long.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import localservices

localservices.provide(role="worker")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rehab.settings")

import django  # noqa: E402

django.setup()

from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from common.postgres.actor import SYSTEM, acting_as  # noqa: E402
from engagement import alerts, reminders  # noqa: E402
from people.models import User  # noqa: E402
from rehab.night import JOBS  # noqa: E402

MOST = 3.0  # times the raw pass
LEFT_OUT = {"alerts", "retention", "transfers"}  # they change what the pages show
RAW = """
    select participant_id, max(at), count(*) from (
        select participant_id, at from engagement_contact where at >= %(since)s
        union all select participant_id, starts_at from engagement_appointment where starts_at >= %(since)s
    ) seen group by 1
"""


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds, and what came of it."""
    began = time.perf_counter()
    made = act()
    return (time.perf_counter() - began) * 1000, made


def jobs() -> None:
    now = timezone.now()
    for job in JOBS:
        if job.name not in LEFT_OUT:
            with acting_as(SYSTEM), transaction.atomic():
                took, result = timed(partial(job.run, timezone.localdate(now), now))
            print(f"{job.name}: {took:.0f} ms, {result.detail}")


def sweep() -> float:
    """The ratio of a night's sweep to the raw pass. Nothing of it stays."""
    now = timezone.now()
    with acting_as(SYSTEM), transaction.atomic():
        service = User.objects.service()
        for night in range(2):
            at = now + timedelta(days=night)
            took, swept = timed(partial(alerts.sweep, by=service, today=timezone.localdate(at), now=at))
            print(f"sweep, night {night + 1}: {took:.0f} ms, {swept}")
        queued, many = timed(partial(reminders.queue, now=now))
        print(f"reminders: {queued:.0f} ms, {many} queued")
        with connection.cursor() as cursor:
            since = {"since": now - timedelta(days=365)}
            raw = min(timed(partial(cursor.execute, RAW, since))[0] for _ in range(2))
        transaction.set_rollback(True)
    print(f"the raw pass: {raw:.0f} ms; the second night is {took / raw:.1f} × as long (at most {MOST})")
    return took / raw


def main() -> None:
    if "--sweep" not in sys.argv:
        jobs()
    elif sweep() > MOST:
        raise SystemExit("The sweep takes too long.")


if __name__ == "__main__":
    main()
