"""`manage.py import_caseload FILE.csv`: people with their sentences and practitioners."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from common.errors import RuleBroken
from common.management import ServiceCommand
from people.imports import jobs
from people.imports.encodings import Reading
from people.imports.files import WrongFile, decode, read_path
from people.imports.uploads import discard, save_upload
from people.models import CaseloadUpload, User


class Command(ServiceCommand):
    help = "Load a caseload. Good lines are kept and bad ones listed; the same file twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--all-or-nothing", action="store_true", help="keep nothing unless every line is good")
        parser.add_argument("--encoding", default="", help="of the letters, where they can be read in several: cp1252")
        parser.add_argument(
            "--answer", action="append", default=[], metavar="KEY=ANSWER", help="to a question about the file"
        )
        parser.add_argument("--preview", action="store_true", help="say what would happen, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        now, service = timezone.now(), User.objects.service()
        try:
            text = _text(read_path(options["file"]), options["encoding"])
            reading = Reading(options["encoding"] or "utf-8", text)
            upload = save_upload(name=options["file"].name, readings=[reading], by=service, now=now)
        except WrongFile as refusal:
            raise CommandError(str(refusal)) from None
        upload.answers = dict(answer.split("=", 1) for answer in options["answer"])
        upload.save(update_fields=["answers"])
        jobs.check(upload, now=now)
        upload.refresh_from_db()
        if options["preview"]:
            self._say(upload)
            discard(upload=upload)
            return
        try:
            jobs.start(upload, all_or_nothing=options["all_or_nothing"])
        except RuleBroken as refusal:
            self._say(upload)
            discard(upload=upload)
            raise CommandError(str(refusal)) from None
        jobs.carry_on(upload.pk)
        upload.refresh_from_db()
        self._say(upload)
        read = upload.report["read"]
        if read and upload.refused == read:
            raise CommandError("Every line was refused, so nothing was kept.")

    def _say(self, upload: CaseloadUpload) -> None:
        report = upload.report
        if report["ignored"]:
            self.stdout.write(f"Columns we do not know, left out: {', '.join(report['ignored'])}.")
        for note in report["notes"]:
            self.stdout.write(note)
        for key, sentence, choices in report["questions"]:
            self.stdout.write(f"Question, --answer {key}={'|'.join(value for value, _ in choices)}: {sentence}")
        for line, column, sentence in report["problems"]:
            self.stdout.write(f"Line {line}, {column}: {sentence}")
        self.stdout.write(
            f"people: {report['read']} read, {upload.made} created, {upload.changed} changed, "
            f"{upload.unchanged} unchanged, {upload.refused} refused"
        )


def _text(content: bytes, encoding: str) -> str:
    if not encoding:
        return decode(content)
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        raise WrongFile(f"The file cannot be read as {encoding}.") from None
