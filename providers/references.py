"""References that can be read out over the telephone: two letters, four numbers, and two letters for the need."""

from __future__ import annotations

import secrets

from providers.models import Referral

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # no I and no O
NUMBERS = "0123456789"
LOOK_ALIKES = ("0O", "1I", "5S", "8B")


def is_clear(reference: str) -> bool:
    """No two characters in it that are mistaken for one another."""
    return not any(all(twin in reference for twin in pair) for pair in LOOK_ALIKES)


def draw(need: str) -> str:
    letters = "".join(secrets.choice(LETTERS) for _ in range(2))
    numbers = "".join(secrets.choice(NUMBERS) for _ in range(4))
    return f"{letters}{numbers}{need[:2]}"


def new_reference(need: str) -> str:
    """One that is clear and that no other referral has."""
    while True:
        reference = draw(need)
        if is_clear(reference) and not Referral.objects.filter(reference=reference).exists():
            return reference
