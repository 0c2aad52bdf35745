"""Does the plan hold good and risk together, and whose plan is it?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from lifeplans.models import Author, Goal, LifePlan


class Tilt(StrEnum):
    NONE_YET = "NONE_YET"
    BALANCED = "BALANCED"
    ALL_WELLBEING = "ALL_WELLBEING"  # risks someone "happy but dangerous"
    ALL_CONTROL = "ALL_CONTROL"  # risks someone "defiant or disengaged"


TITLES = {
    Tilt.NONE_YET: "No goals yet",
    Tilt.BALANCED: "Good and risk together",
    Tilt.ALL_WELLBEING: "This plan is all well-being",
    Tilt.ALL_CONTROL: "This plan is all control",
}
SENTENCES = {
    Tilt.NONE_YET: "Start with what matters most to the person.",
    Tilt.BALANCED: "",
    Tilt.ALL_WELLBEING: (
        "No open goal touches a need, a risk or a requirement. A person can end up happy but still dangerous. "
        "Talk about what could go wrong, and link a goal to it."
    ),
    Tilt.ALL_CONTROL: (
        "No open goal says what good it brings the person. A plan like that makes people defiant, or they stop coming. "
        "Ask what they want from life, in their own words."
    ),
}


@dataclass(frozen=True)
class Balance:
    """Counts over the open goals, and what they say."""

    goals: int
    serve_good: int
    touch_risk: int
    both: int
    in_own_words: int

    @property
    def tilt(self) -> Tilt:
        if not self.goals:
            return Tilt.NONE_YET
        if not self.touch_risk:
            return Tilt.ALL_WELLBEING
        return Tilt.BALANCED if self.serve_good else Tilt.ALL_CONTROL

    @property
    def is_tilted(self) -> bool:
        return self.tilt in (Tilt.ALL_WELLBEING, Tilt.ALL_CONTROL)

    @property
    def title(self) -> str:
        return TITLES[self.tilt]

    @property
    def sentence(self) -> str:
        return SENTENCES[self.tilt]

    @property
    def own_words_percent(self) -> int:
        """How co-produced the plan is: the share of open goals in the person's own words."""
        return round(100 * self.in_own_words / self.goals) if self.goals else 0


def weigh(goals: Iterable[Goal]) -> Balance:
    """Weigh goals that are loaded already; closed ones do not count."""
    counted = [goal for goal in goals if goal.is_open]
    return Balance(
        goals=len(counted),
        serve_good=sum(bool(goal.good) for goal in counted),
        touch_risk=sum(goal.touches_risk for goal in counted),
        both=sum(bool(goal.good) and goal.touches_risk for goal in counted),
        in_own_words=sum(goal.words_of == Author.PARTICIPANT for goal in counted),
    )


def balance(plan: LifePlan) -> Balance:
    return weigh(plan.goals.open())
