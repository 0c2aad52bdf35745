"""When did it last run? Answers for the health page."""

from datetime import datetime

from common.models import Heartbeat


def beat(name: str, *, now: datetime, detail: str = "", ok: bool = True) -> None:
    """Note that the part called `name` ran at `now` (UTC)."""
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": now, "detail": detail, "ok": ok})
