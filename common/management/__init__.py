"""The base of commands that work on people's rows."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from common.postgres.actor import SYSTEM, acting_as


class ServiceCommand(BaseCommand):
    """A command that acts as the service itself, in one transaction. What it found is kept even where it says no."""

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
