"""The arithmetic of drift, for one person. `rhythm.py` says what it means and does the same sum for everyone in SQL."""

from __future__ import annotations

import math

PRIOR_CONTACTS = 3  # how many contacts the plan's interval weighs against the person's own
FORGOTTEN_DAYS = 16  # each so many days of silence add one to the score, whatever the rhythm


def surprise(*, every_days: int, contacts: int, history_days: int, silent_days: int) -> float:
    """Minus the natural log of the chance that an ordinary silence lasts this long."""
    return (PRIOR_CONTACTS + contacts) * math.log1p(silent_days / (PRIOR_CONTACTS * every_days + history_days))


def drift(*, every_days: int, contacts: int, history_days: int, silent_days: int) -> float:
    """The score: surprise, and something for every day of silence so that nobody is forgotten."""
    ordinary = surprise(every_days=every_days, contacts=contacts, history_days=history_days, silent_days=silent_days)
    return ordinary + silent_days / FORGOTTEN_DAYS
