"""List what has been kept long enough, or see to it now."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from common.management import ServiceCommand
from people.rights import retention


class Command(ServiceCommand):
    help = "See to what has been kept long enough. --dry-run lists it, and changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="list what is due, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        today = timezone.localdate(now)
        due = list(retention.reasons(retention.records_due(today=today), today=today))
        messages = retention.messages_due(now=now).count()
        for each in due:
            self.stdout.write(str(each))
        self.stdout.write(f"{len(due):,} records and {messages:,} messages are due.")
        if options["dry_run"]:
            return
        gone, failed = retention.run(today=today, now=now)
        self.stdout.write(f"{gone:,} records have nobody in them any more.")
        if failed:
            raise CommandError(f"{failed} could not be done. The log says why.")
