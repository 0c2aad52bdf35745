"""`manage.py make_caseload FILE`: a made-up caseload file as messy as real ones, to try the import on."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from common.management import ServiceCommand
from people.models import Membership, Prison
from sampledata.messy_caseload import as_csv, lines


class Command(ServiceCommand):
    help = "Write a made-up caseload file: of ten lines eight are plain, one is odd and one is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--lines", type=int, default=20_000)

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        roles = Membership.objects.current(today).of_practitioners().filter(team__delivery_unit__isnull=False)
        roles = roles.filter(user__is_active=True, user__email__isnull=False).select_related("team__delivery_unit")
        found, prison = list(roles.order_by("pk")[:50]), Prison.objects.filter(active=True).order_by("pk").first()
        if not found or prison is None:
            raise CommandError("There has to be a practitioner in a team with an area, and a prison. Make them first.")
        assert found[0].team
        made = list(
            lines(
                options["lines"],
                area=str(found[0].team.delivery_unit),
                prison=prison.name,
                today=today,
                officers=[str(role.user.email) for role in found if role.team == found[0].team],
            )  # fmt: skip
        )
        options["file"].write_text(as_csv(made))
        for (kind, is_good), count in sorted(Counter((line.kind, line.is_good) for line in made).items()):
            self.stdout.write(f"{count:6} {'kept   ' if is_good else 'refused'} {kind}")
