"""`manage.py import_places --moj FOLDER --outcodes FILE`: regions, delivery units, offices, prisons, outcodes."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from people.imports.files import WrongFile
from people.imports.places import OFFICES, PRISONS, REGIONS, UNITS, import_places
from people.models import User


class Command(BaseCommand):
    help = "Load places. The same files twice change nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--moj", type=Path, help=f"folder with {REGIONS}, {UNITS}, {OFFICES} and {PRISONS}")
        parser.add_argument("--outcodes", type=Path, help="CSV with postcode, latitude, longitude, town")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (options["moj"] or options["outcodes"]):
            raise CommandError("Say what to load: --moj FOLDER, --outcodes FILE, or both.")
        try:
            counts = import_places(moj=options["moj"], outcodes=options["outcodes"], by=User.objects.service())
        except WrongFile as problem:
            raise CommandError(str(problem)) from None
        for count in counts:
            for refusal in count.refusals:
                self.stdout.write(refusal)
        for count in counts:
            self.stdout.write(str(count))
