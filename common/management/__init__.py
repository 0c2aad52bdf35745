"""The base of commands that work on people's data."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

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
