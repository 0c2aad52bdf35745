"""The base of commands that work on people's data."""

from datetime import date
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from common import heartbeats
from common.postgres.actor import SYSTEM, acting_as


class ServiceCommand(BaseCommand):
    """A command that acts as SYSTEM in one transaction, which is committed even where the command fails."""

    def execute(self, *args: Any, **options: Any) -> Any:
        refusal = said = None
        with acting_as(SYSTEM), transaction.atomic():
            try:
                said = super().execute(*args, **options)
            except CommandError as found:
                refusal = found
        if refusal:
            raise refusal
        return said


class VerifyCommand(ServiceCommand):
    """A command that says what differs from what it should be, and fails where anything does."""

    job: ClassVar[str]  # the nightly job that asks the same
    good: ClassVar[str]
    bad: ClassVar[str]

    def differences(self) -> list[str]:
        """A sentence for each; an empty list is good."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        self.verify()

    def verify(self) -> None:
        """Say what differs, or that nothing does."""
        found = self.differences()
        heartbeats.beat(self.job, now=timezone.now(), detail=f"{len(found)} differences", ok=not found)
        for sentence in found:
            self.stdout.write(sentence)
        if found:
            raise CommandError(f"{self.bad}: {len(found)} differences.")
        self.stdout.write(self.good)


class ChainCommand(ServiceCommand):
    """A command that verifies a chain of signed days (people/rights/day_chain.py), or prints its head to be kept."""

    chain: ClassVar[Any]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--head", action="store_true", help="print the newest seal, to be kept elsewhere; no more")
        parser.add_argument("--expect", metavar="DAY:HASH", help="a head that was kept; the chain must pass through it")

    def handle(self, *args: Any, head: bool, expect: str | None, **options: Any) -> None:
        if head:
            self.stdout.write(self.head())
            return
        self.verify()
        if expect:
            self.must_pass_through(expect)

    def verify(self) -> None:
        """Say that all is well, or raise CommandError."""
        raise NotImplementedError

    def head(self) -> str:
        row = self.chain.head()
        if row is None:
            raise CommandError("No day is sealed yet: the first is sealed tonight.")
        return f"{row.day.isoformat()}:{row.hash} {self.chain.in_line(row)}"

    def must_pass_through(self, expect: str) -> None:
        day, _, digest = expect.strip().partition(":")
        try:
            there = self.chain.passes_through(date.fromisoformat(day), digest)
        except ValueError as problem:
            raise CommandError("Write --expect as DAY:HASH, like 2026-05-31:9f86d0… (see --head).") from problem
        if not there:
            raise CommandError(f"The chain does not pass through {expect}: days were cut off or made anew since then.")
