"""Fill a database with a made-up caseload, for benchmarks."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from common.postgres import strength
from people.models import Participant
from sampledata.volume.growing import generate
from sampledata.volume.sql import Ground

MOST = 2_000_000


class Command(BaseCommand):
    help = (
        "Fill the database with a made-up caseload: people, sight, plans, contacts, messages and money that balances."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--people", type=int, required=True, help="how many people")
        parser.add_argument("--contacts", type=int, default=40, help="how many contacts each, over two years")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same people")
        parser.add_argument("--yes-really", action="store_true", help="even beside real people")

    def handle(self, *args: Any, people: int, contacts: int, seed: int, yes_really: bool, **options: Any) -> None:
        if not 0 < people <= MOST or not 0 <= contacts <= 1000 or not 0 <= seed < 1_000_000:
            raise CommandError(f"Ask for 1 to {MOST:,} people, 0 to 1,000 contacts each, and a seed from 0 to 999,999.")
        if not strength.owns_tables():
            raise CommandError("Only the owner of the tables fills them: set DATABASE_ROLE to owner.")
        if Participant.objects.exists() and not settings.DEMO and not yes_really:
            raise CommandError(
                "There are people in this database, and DEMO is not true, so they may be real. Invented people beside "
                "them could be taken for real. If you are sure, say --yes-really."
            )
        now = timezone.now().replace(second=0, microsecond=0)
        generate(Ground(people, contacts, seed, timezone.localdate(now), now), self.stdout.write)
