"""Recompute the whole ledger from its entries and say what differs."""

from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from budgets.verification import differences
from common import heartbeats
from common.management import ServiceCommand


class Command(ServiceCommand):
    help = "Recompute every balance from the entries and say what differs."

    def handle(self, *args: Any, **options: Any) -> None:
        found = differences()
        heartbeats.beat("verify_ledger", now=timezone.now(), detail=f"{len(found)} differences", ok=not found)
        for sentence in found:
            self.stdout.write(sentence)
        if found:
            raise CommandError(f"The ledger does not balance: {len(found)} differences.")
        self.stdout.write("The ledger balances to the penny.")
