"""System checks of this floor (`manage.py check --database default`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from common.postgres.strength import too_strong


@register(Tags.database)
def database_role(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Only `migrate` and its like may run as the owner."""
    if not databases or settings.DATABASE_ROLE == "owner":
        return []
    sentence = too_strong()
    return [Error(sentence, id="common.E001")] if sentence else []
