"""Compute every audit checkpoint again from the access events, and name the first day that differs."""

from __future__ import annotations

from django.core.management.base import CommandError
from django.utils import timezone

from common.management import ChainCommand
from people.models import AuditCheckpoint
from people.rights import audit_chain


class Command(ChainCommand):
    help = "Work out every day's seal again from the looks, and say which day is the first that differs."
    chain = audit_chain.CHAIN

    def verify(self) -> None:
        found = self.chain.check(now=timezone.now())
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write(f"Every look is as it was sealed, on {AuditCheckpoint.objects.count():,} days.")
