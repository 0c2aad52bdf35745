"""`manage.py undo_import NUMBER`: undo a whole import, as its page does."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from common.errors import RuleBroken
from common.management import ServiceCommand
from people.imports import jobs
from people.models import CaseloadUpload, User


class Command(ServiceCommand):
    help = "Undo a whole import of the last thirty days. What somebody has changed since is kept, and listed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", type=int, nargs="?", help="of the import; without it, the imports are listed")

    def handle(self, *args: Any, **options: Any) -> None:
        uploads = CaseloadUpload.objects.order_by("-pk")
        if options["number"] is None:
            for upload in uploads[:20]:
                said = f"{upload.name}, {upload.uploaded_at:%-d %B %Y %H:%M}, {upload.get_state_display().lower()}"
                self.stdout.write(f"{upload.pk}: {said}, {upload.made} made, {upload.changed} changed")
            return
        found = uploads.filter(pk=options["number"]).first()
        if found is None:
            raise CommandError(f"There is no import {options['number']}.")
        try:
            jobs.start_undo(found, by=User.objects.service(), now=timezone.now())
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from None
        jobs.carry_on_undoing(found.pk)
        for row in found.people.exclude(kept="").select_related("participant").order_by("pk"):
            self.stdout.write(f"{row.participant.crn}: {row.kept}")
        undone, kept = found.people.filter(undone=True).count(), found.people.exclude(kept="").count()
        self.stdout.write(f"{undone} undone, {kept} kept")
