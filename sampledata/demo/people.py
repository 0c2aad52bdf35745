"""Who each person in the story is, drawn once from a fixed seed, so that the story is the same every time."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from sampledata.demo.places import AREAS
from sampledata.demo.words import FAMILY, GIVEN, STREETS, WOMEN

SEED = 2026
PEOPLE = 120


@dataclass(frozen=True)
class Life:
    """One person's year in outline. `joins`, `leaves_prison` and `drifts` (falls silent) are days of it."""

    number: int
    given: str
    family: str
    preferred: str
    crn: str
    prison_number: str
    area: str
    outcode: str
    programme: str  # gate, start, youth
    born: date
    risk: str
    joins: int
    leaves_prison: int | None
    sentence_days: int
    every_days: int
    drifts: int | None
    returns: int | None
    has_setback: bool
    has_volunteer: bool
    asks: int
    dice: random.Random

    @property
    def is_woman(self) -> bool:
        return self.given in WOMEN

    @property
    def street(self) -> str:
        return f"{self.number + 1} {STREETS[self.number % len(STREETS)]}"

    @property
    def phone(self) -> str:
        return f"+447700900{self.number:03d}"  # the range kept for drama


def draw(*, start: date) -> list[Life]:
    dice = random.Random(SEED)
    names = [(given, family) for given in GIVEN for family in FAMILY]
    chosen = [("Jordan", "Ashworth"), *dice.sample([n for n in names if n != ("Jordan", "Ashworth")], PEOPLE - 1)]
    return [_life(number, given, family, start, dice) for number, (given, family) in enumerate(chosen)]


def _life(number: int, given: str, family: str, start: date, dice: random.Random) -> Life:
    area = list(AREAS)[number % 3]
    programme = "youth" if number == 0 else ["gate", "start", "youth"][dice.choices([0, 1, 2], [40, 35, 45])[0]]
    joins = 20 if number == 0 else dice.randrange(0, 335)
    inside = number == 0 or programme == "gate" or dice.random() < 0.3
    age = dice.randint(18, 24) if programme == "youth" else dice.randint(22, 54)
    drifting = number != 0 and dice.random() < 0.3
    drifts = min(joins + dice.randrange(50, 200), 352) if drifting else None
    return Life(
        number=number,
        given=given,
        family=family,
        preferred=dice.choice(["", "", "", given[:3]]),
        crn=f"X{700000 + number * 37}",
        prison_number=f"A{1000 + number}{'BCDFGH'[number % 6]}{'JKLMNP'[number % 6]}" if inside else "",
        area=area,
        outcode=dice.choice(AREAS[area][1]),
        programme=programme,
        born=start - timedelta(days=age * 365 + dice.randrange(20, 300)),
        risk=dice.choice(["LOW", "MEDIUM", "MEDIUM"]),
        joins=joins,
        leaves_prison=joins + dice.randrange(14, 56) if inside else None,
        sentence_days=dice.choice([126, 182, 240, 300]) if inside else dice.choice([180, 365, 540]),
        every_days=7 if number == 0 else dice.choice([14, 21, 21, 28, 28]),
        drifts=drifts,
        returns=drifts + dice.randrange(20, 45) if drifts and dice.random() < 0.5 else None,
        has_setback=number == 0 or dice.random() < 0.3,
        has_volunteer=number == 0 or dice.random() < 0.25,
        asks=2 if number == 0 else dice.choice([0, 1, 1, 1, 2]),
        dice=random.Random(dice.random()),
    )
