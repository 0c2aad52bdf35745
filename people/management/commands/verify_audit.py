"""Work out every day's seal again from the looks, and say which day is the first that differs."""

from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from common.management import ServiceCommand
from people.models import LookSeal
from people.rights import seals


class Command(ServiceCommand):
    help = "Work out every day's seal again from the looks, and say which day is the first that differs."

    def handle(self, *args: Any, **options: Any) -> None:
        found = seals.check(now=timezone.now())
        if found:
            raise CommandError(found[0])
        self.stdout.write(f"Every look is as it was sealed, on {LookSeal.objects.count():,} days.")
