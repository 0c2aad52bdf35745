"""Tell the demo story where the database is empty, or begin it again."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from common.postgres.actor import SYSTEM, acting_as
from sampledata.demo import story


@contextmanager
def late_audit_untold() -> Iterator[None]:
    """Keep the audit's late checkpoints out of the log: a story's are always late."""
    audit = logging.getLogger("audit")
    level = audit.level
    audit.setLevel(logging.ERROR)
    try:
        yield
    finally:
        audit.setLevel(level)


class Command(BaseCommand):
    help = "Tell the demo story, if the database is empty. `make demo-reset` begins it again."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo story is only told where DEMO is true. It never goes beside real people.")
        with late_audit_untold(), acting_as(SYSTEM), transaction.atomic():
            self.tell()

    def tell(self) -> None:
        if story.is_told():
            self.stdout.write("The demo story is there already. `make demo-reset` begins it again.")
            return
        began = monotonic()
        people = story.tell(now=timezone.now())
        self.stdout.write(
            f"Told the demo story: {people} people, a year of the service, in {monotonic() - began:.0f} s."
        )
