"""Which act may begin in which state. Each state machine keeps one table of acts, and its services ask it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db.models import TextChoices

from common.errors import RuleBroken


@dataclass(frozen=True)
class Refusal:
    """What is said where an act may not begin; `{state}` is the state as the page names it."""

    kind: type[RuleBroken]
    sentence: str

    def __call__(self, state: TextChoices, **words: object) -> RuleBroken:
        return self.kind(self.sentence.format(state=str(state.label).lower(), **words))


@dataclass(frozen=True)
class Act:
    """One row of a table: where the act begins, where it is done already, and the refusal in every other state."""

    begins_in: Collection[str]
    otherwise: Refusal
    done_in: Collection[str] = ()
    instead: Mapping[str, Refusal] = field(default_factory=dict)  # states with a refusal of their own

    def begins(self, state: TextChoices, **words: object) -> bool:
        """Refuse, or say whether there is anything to do: False where the act is done already."""
        if state in self.done_in:
            return False
        if state not in self.begins_in:
            raise self.instead.get(state, self.otherwise)(state, **words)
        return True
