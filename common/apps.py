from functools import cache
from typing import Any

from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        build_history_managers_once()
        from common import checks  # noqa: F401 - registers them


def build_history_managers_once() -> None:
    """simple-history makes a new manager class at every save of a tracked row; one is enough."""
    from simple_history.manager import HistoryManager

    build: Any = HistoryManager.from_queryset
    kept: Any = cache(build.__func__)
    HistoryManager.from_queryset = classmethod(kept)
