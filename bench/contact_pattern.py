"""What is the drift score worth? `python -m bench.contact_pattern` compares three rules on the same made-up people.

Each person has a mean gap of their own between contacts (3 to 40 days, even on a log scale: more people are seen weekly
than monthly), gaps are gamma-spaced with shape 2, the plan
asks for about that interval but is wrong by some 35 %, and two in five stop coming on a random day. Each rule gets the
threshold that gives one false alarm per engaged person-year; then we ask how many days after someone stopped it speaks.
"""

from __future__ import annotations

import math
import os
import random
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass

import localservices

localservices.provide()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rehab.settings")

import django  # noqa: E402

django.setup()

from engagement.contact_pattern import drift_score, surprise  # noqa: E402

PEOPLE, DAYS, SHAPE, PLAN_ERROR, STOP = 3_000, 365, 2.0, 0.35, 0.4
LONGEST = 400
Score = Callable[..., float]


@dataclass
class Person:
    mean_gap: float
    every_days: int
    contacts: list[int]  # days on which they were in touch, day 0 being their first
    stopped_on: int | None
    end: int


def make(random: random.Random) -> Person:
    mean_gap = math.exp(random.uniform(math.log(3), math.log(40)))
    every = max(1, min(90, round(mean_gap * math.exp(random.gauss(0, PLAN_ERROR)))))
    stopped = random.randrange(30, DAYS) if random.random() < STOP else None
    end, day = stopped or DAYS, 0.0
    contacts: list[int] = []
    while (day := day + random.gammavariate(SHAPE, mean_gap / SHAPE)) < end:
        if not contacts or int(day) > contacts[-1]:
            contacts.append(int(day))
    return Person(mean_gap, every, contacts, stopped, end)


def silences(person: Person) -> list[tuple[int, int, int]]:
    """For each silence while engaged: contacts before it, the day it began, how long it lasted."""
    starts = [0, *person.contacts]
    ends = [*person.contacts, person.end]
    return [(n, start, end - start) for n, (start, end) in enumerate(zip(starts, ends, strict=True))]


def fixed(*, every_days: int, contacts: int, history_days: int, silent_days: int) -> float:
    return silent_days


def reached(score: Score, person: Person, contacts: int, start: int, silent: int) -> float:
    return score(every_days=person.every_days, contacts=contacts, history_days=start, silent_days=silent)


def threshold(score: Score, people: list[Person], false_alarms: float) -> float:
    """The score that so many silences per engaged person-year reach before the next contact."""
    years = sum(person.end for person in people) / 365
    peaks = sorted(
        (reached(score, person, n, start, length - 1) for person in people for n, start, length in silences(person)),
        reverse=True,
    )
    return peaks[round(years * false_alarms)]


def noticed_after(score: Score, person: Person, at: float) -> int:
    """Days from the day they stopped to the first night on which the rule speaks."""
    n, start, _ = silences(person)[-1]
    for silent in range(LONGEST):
        if reached(score, person, n, start, silent) >= at:
            return max(0, start + silent - person.end)
    return LONGEST


def report(name: str, score: Score, people: list[Person]) -> str:
    at = threshold(score, people, 1)
    stopped = [person for person in people if person.stopped_on is not None]
    all_days = [noticed_after(score, person, at) for person in stopped]
    weekly = [noticed_after(score, person, at) for person in stopped if person.mean_gap <= 8]
    tenth = statistics.quantiles(all_days, n=10)[-1]
    return (
        f"{name:14} threshold {at:6.2f}   noticed after {statistics.median(all_days):3.0f} days (median), "
        f"{tenth:3.0f} (90th percentile); seen weekly: {statistics.median(weekly):3.0f}"
    )


def main(seed: int = 1) -> None:
    people = [make(random.Random(seed * 1_000_003 + number)) for number in range(PEOPLE)]
    lines = [
        report(*rule, people) for rule in (("fixed days", fixed), ("surprise", surprise), ("drift score", drift_score))
    ]
    watch = threshold(drift_score, people, 3)
    sys.stdout.write("\n".join(lines) + f"\nwatch (three false alarms a person-year): {watch:.2f}\n")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:2]))
