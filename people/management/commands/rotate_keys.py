"""Encrypt everything again with the newest of FIELD_KEYS, as the owner. A second run does nothing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.encryption import CannotDecrypt
from common.errors import RuleBroken
from people.rights import keys


class Command(BaseCommand):
    help = "Seal everything sealed again under the newest of FIELD_KEYS, so that the older ones can be taken out."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = keys.rotate_all()
        except (CannotDecrypt, RuleBroken) as problem:
            raise CommandError(str(problem)) from problem
        for column, changed in done.items():
            self.stdout.write(f"{column}: {changed:,} sealed again")
        self.stdout.write(f"{sum(done.values()):,} values sealed again. Older keys can be taken out of FIELD_KEYS.")
