"""Compare what was published with the ledger and say what differs."""

from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from commissioning.verification import differences
from common import heartbeats
from common.management import ServiceCommand


class Command(ServiceCommand):
    help = "Compare every published sum with the ledger and say what differs."

    def handle(self, *args: Any, **options: Any) -> None:
        found = differences()
        heartbeats.beat("verify_reports", now=timezone.now(), detail=f"{len(found)} differences", ok=not found)
        for sentence in found:
            self.stdout.write(sentence)
        if found:
            raise CommandError(f"What was published is not in the ledger: {len(found)} differences.")
        self.stdout.write("What was published is in the ledger, to the penny.")
