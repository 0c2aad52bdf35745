"""The base of commands that work on people's data."""

from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError
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
        found = self.differences()
        heartbeats.beat(self.job, now=timezone.now(), detail=f"{len(found)} differences", ok=not found)
        for sentence in found:
            self.stdout.write(sentence)
        if found:
            raise CommandError(f"{self.bad}: {len(found)} differences.")
        self.stdout.write(self.good)
