"""Make the copy a person may ask for of everything held about them."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from common.errors import RuleBroken
from common.management import ServiceCommand
from people.access.abilities import Can, can
from people.models import Participant, SubjectAccess, SubjectPassage, User
from people.rights import bundles

ANSWERS = {"keep": SubjectPassage.Answer.KEEP, "take-out": SubjectPassage.Answer.TAKE_OUT}


class Command(ServiceCommand):
    help = "Make the copy of everything held about a person: a ZIP with a PDF to read and JSON to move."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("crn")
        parser.add_argument("--out", required=True, help="the folder for the file")
        parser.add_argument("--by", required=True, help="e-mail address of the data-protection officer who answers")
        parser.add_argument("--rest", choices=ANSWERS, help="answer every passage that has no answer yet, all alike")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        by = User.objects.filter(email=options["by"].lower(), is_active=True).first()
        if by is None or not can(by, Can.ANSWER_FOR_DATA):
            raise CommandError("--by must be the e-mail address of a data-protection officer.")
        access = self._access(options["crn"], by, now)
        if options["rest"]:
            for passage in access.passages.filter(answer=""):
                bundles.answer(passage=passage, answer=ANSWERS[options["rest"]], by=by, now=now)
        try:
            data = bundles.make(access=access, by=by, now=now)
        except RuleBroken as refusal:
            raise CommandError(f"{refusal} They are at /data/{access.pk}/, or use --rest.") from refusal
        file = Path(options["out"]) / f"{access.participant.crn}-{timezone.localdate(now):%Y-%m-%d}.zip"
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)
            file.write_bytes(data)
        except OSError as problem:
            raise CommandError(f"The file could not be written: {problem.strerror}.") from problem
        self.stdout.write(f"{file} ({len(data):,} bytes). It is not sealed: keep it where only the person gets it.")

    def _access(self, crn: str, by: User, now: datetime) -> SubjectAccess:
        """The request that is open, or a new one from today."""
        person = Participant.objects.filter(crn=crn.upper()).first()
        if person is None:
            raise CommandError("Nobody has that CRN.")
        access = SubjectAccess.objects.filter(participant=person, made_at=None).order_by("-pk").first()
        if access is None:
            return bundles.open_access(participant=person, asked_on=timezone.localdate(now), by=by, now=now)
        bundles.gather(access=access)
        return access
