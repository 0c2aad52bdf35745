from functools import cache
from typing import Any

from django.apps import AppConfig
from django.conf import settings


class CommonConfig(AppConfig):
    name = "common"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Before any model is made: this app is the first of ours."""
        super().__init__(*args, **kwargs)
        from common import choice_checks

        choice_checks.begin(set(settings.FLOORS))

    def ready(self) -> None:
        build_history_managers_once()
        from common import checks  # noqa: F401 - registers them


def build_history_managers_once() -> None:
    """Keep one history manager per model. simple-history would make a new class at every save."""
    from simple_history.manager import HistoryManager

    build: Any = HistoryManager.from_queryset
    kept: Any = cache(build.__func__)
    HistoryManager.from_queryset = classmethod(kept)
