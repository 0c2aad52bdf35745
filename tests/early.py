"""Loaded by `-p tests.early` in pyproject.toml, since pytest-django reads the settings ahead of any conftest."""

import os
from typing import Any

import django.db.models  # noqa: F401  first, else pytest-randomly imports it in circles by way of model_bakery
import pytest

import localservices
from localservices import quick_migrations

os.environ.setdefault("QUIET_HOURS", "none")  # else what a test sees would hang on the hour at which it runs
localservices.provide(role="owner")
quick_migrations.use()

_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if _worker and localservices.services():
    # Each pytest-xdist worker has a broker of its own, as it has a database of its own.
    os.environ["REDIS_URL"] = os.environ["REDIS_URL"].rsplit("/", 1)[0] + f"/{int(_worker.removeprefix('gw')) + 1}"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: Any, log: Any) -> Any:
    """The browser's tests share one running service, so one worker has them all; the rest goes wherever there is time.

    (xdist's own groups have no effect with pytest 9.2: it gives each test a new name, which is not read any more.)
    """
    from xdist.scheduler import LoadScopeScheduling

    class BrowserTogether(LoadScopeScheduling):
        def remove_node(self, node: Any) -> str | None:
            """A worker ended in a test. That test is not run again, and what was done is not handed out again: xdist
            does both, and waits for ever for an answer about nothing."""
            units = self.assigned_work.pop(node)
            left = {scope: unit for scope, unit in units.items() if not all(unit.values())}
            if not left:
                return None
            scope, unit = next(iter(left.items()))
            ended_in = next(name for name, done in unit.items() if not done)
            unit[ended_in] = True
            self.workqueue.update({name: unit for name, unit in left.items() if not all(unit.values())})
            for other in self.assigned_work:
                self._reschedule(other)
            return str(ended_in)

        def _split_scope(self, nodeid: str) -> str:
            return "browser" if nodeid.startswith("tests/browser/") else nodeid

    return BrowserTogether(config, log)
