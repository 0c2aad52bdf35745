"""`manage.py import_caseload FILE.csv`: people with their sentences and practitioners."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from common.management import ServiceCommand
from people.imports.caseload import NothingKept, import_caseload, plan_caseload
from people.imports.files import WrongFile, decode, read_path
from people.models import User


class Command(ServiceCommand):
    help = "Load a caseload. Good lines are kept and bad ones listed; the same file twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--all-or-nothing", action="store_true", help="keep nothing unless every line is good")
        parser.add_argument("--preview", action="store_true", help="say what would happen, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        now, service = timezone.now(), User.objects.service()
        today = timezone.localdate(now)
        try:
            text = decode(read_path(options["file"]))
            if options["preview"]:
                plan = plan_caseload(text, by=service, today=today)
            else:
                plan, _ = import_caseload(
                    text, all_or_nothing=options["all_or_nothing"], by=service, today=today, now=now
                )
        except NothingKept as refusal:
            self.stdout.write("\n".join(map(str, plan_caseload(text, by=service, today=today).problems)))
            raise CommandError(str(refusal)) from None
        except WrongFile as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write("\n".join(plan.lines))
