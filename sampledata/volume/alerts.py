"""Alerts: one person in twelve has an open one, and one in four had one that ended."""

from __future__ import annotations

from engagement.models import Alert
from sampledata.volume.loading import fast
from sampledata.volume.sql import Ground, insert, quoted

OPEN, ENDED = 12, 4  # one in so many


def generate(ground: Ground) -> dict[str, int]:
    with fast("engagement_alert"):
        return {"alerts": _open(ground) + _ended(ground)}


def _common(ground: Ground, raised: str, due: str) -> dict[str, str]:
    return {
        "participant_id": "a.participant_id",
        "owner_id": "a.practitioner_id",
        "raised_at": f"{raised} + time '05:10'",
        "kinds": "array['DRIFT']",
        "facts": f"array['DRIFT:' || ({raised} - 20)]",
        "reasons": f"array[{quoted('No contact for 20 days, and they are usually in touch every week.')}]",
        "silent_since": f"{raised} - 20",
        "due_on": due,
        "next_step": quoted("Ring them, and ask how things are."),
    }


def _open(ground: Ground) -> int:
    """Raised in the last three weeks; the older ones are overdue."""
    raised = f"({ground.day} - {ground.roll('a.id', 'raised', 21)})"
    return insert(
        ground,
        Alert,
        _common(ground, raised, f"{raised} + 7"),
        f"""from people_assignment a where {ground.new("people_assignment", "a.id")}
            and {ground.roll("a.id", "has an alert", OPEN)} = 0""",
    )


def _ended(ground: Ground) -> int:
    raised = f"({ground.day} - (40 + {ground.roll('a.id', 'ended', 300)})::int)"
    return insert(
        ground,
        Alert,
        {
            **_common(ground, raised, f"{raised} + 7"),
            "closed_at": f"{raised} + 5 + time '15:00'",
            "closed_by_id": "a.practitioner_id",
            "outcome": "'BACK_IN_TOUCH'",
            "note": quoted("Rang, and they answered. Their phone had been broken."),
        },
        f"""from people_assignment a where {ground.new("people_assignment", "a.id")}
            and {ground.roll("a.id", "had an alert", ENDED)} = 0""",
    )
