"""`manage.py import_services --format moj-crs FILE`: load a file of services into the directory."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from providers.imports import REFERENCE, Format, WrongFile, import_services, read_path


class Command(BaseCommand):
    help = "Load services from a file. The same file twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", required=True, choices=Format.values)
        parser.add_argument("--reference", type=Path, help=f"names of regions; by default {REFERENCE} beside the file")
        parser.add_argument("--preview", action="store_true", help="say what would happen, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        beside = path.parent / REFERENCE
        reference = options["reference"] or (beside if beside.is_file() else None)
        try:
            report = import_services(
                content=read_path(path),
                name=path.name,
                kind=Format(options["format"]),
                today=timezone.localdate(),
                reference=read_path(reference) if reference else None,
                preview=options["preview"],
            )
        except WrongFile as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write("\n".join(report.lines))
