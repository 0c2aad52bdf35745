"""Compute every audit checkpoint again from the access events, and name the first day that differs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from common.management import ServiceCommand
from people.models import AuditCheckpoint
from people.rights import audit_chain


class Command(ServiceCommand):
    help = "Work out every day's seal again from the looks, and say which day is the first that differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--head", action="store_true", help="print the newest seal, to be kept elsewhere; no more")
        parser.add_argument("--expect", metavar="DAY:HASH", help="a head that was kept; the chain must pass through it")

    def handle(self, *args: Any, head: bool, expect: str | None, **options: Any) -> None:
        if head:
            self.stdout.write(self.head())
            return
        found = audit_chain.check(now=timezone.now())
        if found:
            raise CommandError("\n".join(found))
        if expect:
            self.must_pass_through(expect)
        self.stdout.write(f"Every look is as it was sealed, on {AuditCheckpoint.objects.count():,} days.")

    def head(self) -> str:
        row = audit_chain.head()
        if row is None:
            raise CommandError("No day is sealed yet: the first is sealed tonight.")
        return f"{row.day.isoformat()}:{row.hash} {audit_chain.in_line(row)}"

    def must_pass_through(self, expect: str) -> None:
        day, _, digest = expect.strip().partition(":")
        try:
            there = audit_chain.passes_through(date.fromisoformat(day), digest)
        except ValueError as problem:
            raise CommandError("Write --expect as DAY:HASH, like 2026-05-31:9f86d0… (see --head).") from problem
        if not there:
            raise CommandError(f"The chain does not pass through {expect}: days were cut off or made anew since then.")
