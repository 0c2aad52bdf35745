"""What helps with a goal, and how far it is: each higher floor adds its lines to the goal's card.

The same lines are on the practitioner's page, the person's phone, in print, in each agreed version and in the API.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from common.registry import Registry
from lifeplans.models import Goal, LifePlan
from people.access.abilities import Can, can
from people.models import User


@dataclass(frozen=True)
class Line:
    """One thing: what it is, how far it is in plain words, and where staff and the person read more."""

    kind: str
    what: str
    said: str
    staff_url: str = ""
    own_url: str = ""

    def in_words(self) -> dict[str, str]:
        """For print, a version and the API."""
        return {"kind": self.kind, "what": self.what, "said": self.said}


@dataclass(frozen=True)
class Act:
    """What can be done for a goal that is open: an address for staff who have `ability`, and one for the person."""

    label: str
    own_label: str
    ability: Can
    staff_url: Callable[[Goal], str]
    own_url: Callable[[Goal], str] | None = None


Source = Callable[[Sequence[int]], Iterable[tuple[int, Line]]]
SOURCES: Registry[Source] = Registry()  # ids of goals in; pairs of a goal's id and a line out, the oldest first
ACTS: Registry[Act] = Registry()


def lines_of(goals: Sequence[Goal]) -> dict[int, list[Line]]:
    """By goal, what the acting user may see: a statement or so for each floor."""
    found: dict[int, list[Line]] = defaultdict(list)
    ids = [goal.pk for goal in goals]
    for source in SOURCES if ids else ():
        for goal, line in source(ids):
            found[goal].append(line)
    return found


def acts_of(goal: Goal, user: User) -> list[tuple[str, str]]:
    """What this colleague can do for a goal that is being worked on: a label and an address each."""
    if goal.status != Goal.Status.AGREED:
        return []
    return [(act.label, act.staff_url(goal)) for act in ACTS if can(user, act.ability)]


def own_acts_of(goal: Goal) -> list[tuple[str, str]]:
    """The same, for the person."""
    if goal.status != Goal.Status.AGREED:
        return []
    return [(act.own_label, act.own_url(goal)) for act in ACTS if act.own_url]


def moved(plan: LifePlan) -> dict[str, str]:
    """By good, how it has moved since it was first rated, as the person said it: “3, then 6 of 10”."""
    said: dict[str, list[int]] = defaultdict(list)
    for good, satisfaction in plan.ratings.order_by("rated_on", "pk").values_list("good", "satisfaction"):
        said[good].append(satisfaction)
    return {good: f"{each[0]}, then {each[-1]} of 10" for good, each in said.items() if len(each) > 1}
