"""`migrate`, on a machine of one's own."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate

from localservices import quick_migrations


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        quick_migrations.use()
        super().handle(*args, **options)
