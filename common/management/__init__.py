"""The base of commands that work on people's rows."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from common.postgres.actor import SYSTEM, acting_as


class ServiceCommand(BaseCommand):
    """A command that acts as the service itself, in one transaction."""

    def execute(self, *args: Any, **options: Any) -> Any:
        with acting_as(SYSTEM), transaction.atomic():
            return super().execute(*args, **options)
