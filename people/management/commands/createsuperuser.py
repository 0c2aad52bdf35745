"""Django's command of this name makes an account that this service does not have."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "There are no superusers here: see create_administrator."

    def add_arguments(self, parser: CommandParser) -> None:
        for name in ("--email", "--name", "--username", "--database"):
            parser.add_argument(name)
        parser.add_argument("--noinput", "--no-input", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError(
            "There are no superusers here. Run manage.py create_administrator --email … --name … instead."
        )
