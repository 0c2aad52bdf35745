"""When did it last run? Answers for the health page."""

from datetime import datetime

from common.models import Pulse


def beat(name: str, *, now: datetime, said: str = "", well: bool = True) -> None:
    """Note that the part called `name` ran at `now` (UTC)."""
    Pulse.objects.update_or_create(name=name, defaults={"beat_at": now, "said": said, "well": well})
