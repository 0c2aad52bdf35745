"""Invite the first and the second administrator, from the command line. They invite everyone else."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils import timezone

from common.errors import RuleBroken
from people.administration import invitations


class Command(BaseCommand):
    help = "Print a link with which the first or second administrator makes an account. It works once, for seven days."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True, help="where they sign in")
        parser.add_argument("--name", required=True)

    def handle(self, *args: Any, email: str, name: str, **options: Any) -> None:
        try:
            validate_email(email)
            link = invitations.invite_first_administrator(email=email, name=name, now=timezone.now())
        except ValidationError as problem:
            raise CommandError("That is not an e-mail address. Give one as --email.") from problem
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{name} chooses a password here, once, within seven days: {link}")
