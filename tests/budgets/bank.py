"""Writers of money on a database server that is killed under them: `python -m tests.budgets.bank SECONDS WRITERS`.

Each approves requests, then pays or releases. What was cut off is sent again with its key until there is an answer; the
first answer, and each tenth after it, is sent again although it is one. At the end it prints what was answered as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from itertools import count
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rehab.settings")

import django  # noqa: E402

django.setup()

from django.db import Error, connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from budgets import services  # noqa: E402
from budgets.commands import new_key  # noqa: E402
from budgets.models import Commitment, SpendRequest  # noqa: E402
from budgets.verification import differences  # noqa: E402
from common.errors import RuleBroken  # noqa: E402
from common.postgres.actor import SYSTEM, acting_as, as_service  # noqa: E402
from people.models import User  # noqa: E402

GRACE = 30  # seconds in which whatever was cut off still gets its answer
WAIT = 0.1


class Bank:
    def __init__(self, seconds: float) -> None:
        with as_service():
            people = User.objects.in_bulk(["mona.manager@test.example", "petra.payer@test.example"], field_name="email")
            asked = SpendRequest.objects.filter(state="ASKED").order_by("pk").values_list("pk", flat=True)
            self.requests = iter(list(asked))
        connection.close()
        self.decides, self.pays = people.values()
        self.until = time.monotonic() + seconds
        self.turn = threading.Lock()
        self.answered: dict[str, Any] = {}
        self.refused = self.failed = self.sent_again = 0
        self.waits: list[float] = []  # seconds from an act's first try to its answer
        self.numbers = count()

    def write(self) -> None:
        while time.monotonic() < self.until:
            with self.turn:
                pk = next(self.requests, None)
            if pk is None:
                return
            spend = SpendRequest(pk=pk)
            made = self.send(self.decides, services.approve_request, "approve", spend=spend, reason="It fits the plan.")
            if made is None:
                continue
            if pk % 5:
                self.send(
                    self.pays, services.record_payment, "pay", commitment=Commitment(pk=made), amount=60,
                    payee=f"Shop {pk}", invoice=f"INV{pk}", paid_on=timezone.localdate(),
                    last=bool(pk % 2),
                )  # fmt: skip
            else:
                self.send(self.pays, services.release_commitment, "release", commitment=Commitment(pk=made))

    def send(self, by: User, act: Callable[..., Any], kind: str, **asked: Any) -> int | None:
        """Until there is an answer. Return the id of what was made, or None where a rule refused."""
        key, began = new_key(), time.monotonic()
        while True:
            try:
                with acting_as(by.pk):
                    made = act(**asked, by=by, now=timezone.now(), key=key).pk
            except RuleBroken:
                with self.turn:
                    self.refused += 1
                return None
            except Error:
                connection.close()
                with self.turn:
                    self.failed += 1
                if time.monotonic() > self.until + GRACE:
                    raise
                time.sleep(WAIT)
                continue
            with self.turn:
                self.waits.append(time.monotonic() - began)
                again = key not in self.answered and len(self.answered) % 10 == 0
                before = self.answered.setdefault(key, [kind, made])
                self.sent_again += again
            if before != [kind, made]:
                raise AssertionError(f"{kind} {key} was answered with {before}, then with {made}")
            if not again:
                return int(made)

    def run(self, writers: int) -> dict[str, Any]:
        threads = [threading.Thread(target=self._one) for _ in range(writers)]
        self.broken: list[str] = []
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        connection.close()
        with acting_as(SYSTEM), as_service():
            wrong = differences()
        waits = sorted(self.waits) or [0.0]
        return {
            "answered": self.answered, "refused": self.refused, "failed": self.failed, "sent_again": self.sent_again,
            "broken": self.broken, "differences": wrong, "longest": waits[-1], "p95": waits[len(waits) * 95 // 100],
        }  # fmt: skip

    def _one(self) -> None:
        try:
            self.write()
        except BaseException as problem:  # said at the end
            self.broken.append(repr(problem))
        finally:
            connection.close()


if __name__ == "__main__":
    seconds, writers = float(sys.argv[1]), int(sys.argv[2])
    bank = Bank(seconds)
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    sys.stdout.write(json.dumps(bank.run(writers)) + "\n")
