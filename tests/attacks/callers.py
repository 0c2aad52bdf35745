"""The ten kinds of caller, by the names that the access table gives them."""

from __future__ import annotations

from typing import Any


def callers(world: Any) -> dict[str | None, Any]:
    return {
        "PRACTITIONER": world.officer, "MANAGER": world.manager, "PARTICIPANT": world.participant.user,
        "VOLUNTEER": world.volunteer, "ADMINISTRATOR": world.administrator, "COMMISSIONER": world.commissioner,
        "DATA_PROTECTION": world.data_protection, "OTHER_PRACTITIONER": world.other_officer,
        "OTHER_PARTICIPANT": world.other_participant.user, None: None,
    }  # fmt: skip
