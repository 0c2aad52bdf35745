"""Small things that people often ask for, and which needs each purpose serves: one table for both."""

from __future__ import annotations

from typing import NamedTuple

from django.db import models

from budgets.models.purposes import Purpose
from lifeplans.needs import Need


class SmallThing(models.TextChoices):
    """What is asked for in three presses: its name, as the person reads it."""

    BUS = "BUS", "A bus or train ticket"
    PASS = "PASS", "A travel pass for a week"
    PHONE = "PHONE", "Phone credit or data"
    PHOTO_ID = "PHOTO_ID", "A birth certificate or photo ID"
    CLOTHES = "CLOTHES", "Clothes for an interview"
    BOOTS = "BOOTS", "Work boots or tools"
    BOOKS = "BOOKS", "Books or things for a course"
    GYM = "GYM", "A gym or a swim"
    VISIT = "VISIT", "A visit to my family"
    KITCHEN = "KITCHEN", "Things for the kitchen"
    BEDDING = "BEDDING", "Bedding"


class Usual(NamedTuple):
    """What a small thing is: a picture, what it is for, and about how much it costs (pence, from and to)."""

    picture: str
    purpose: Purpose
    at_least: int
    at_most: int


USUAL = {
    SmallThing.BUS: Usual("🚌", Purpose.TRAVEL, 0, 10_00),
    SmallThing.PASS: Usual("🎫", Purpose.TRAVEL, 10_00, 35_00),
    SmallThing.PHONE: Usual("📱", Purpose.CONNECTION, 0, 20_00),
    SmallThing.PHOTO_ID: Usual("📄", Purpose.CONNECTION, 10_00, 50_00),
    SmallThing.CLOTHES: Usual("👕", Purpose.CLOTHING, 20_00, 60_00),
    SmallThing.BOOTS: Usual("🔨", Purpose.CLOTHING, 30_00, 80_00),
    SmallThing.BOOKS: Usual("📖", Purpose.LEARNING, 10_00, 40_00),
    SmallThing.GYM: Usual("🏊", Purpose.ACTIVITY, 0, 20_00),
    SmallThing.VISIT: Usual("👪", Purpose.FAMILY, 10_00, 50_00),
    SmallThing.KITCHEN: Usual("🍳", Purpose.HOME, 20_00, 60_00),
    SmallThing.BEDDING: Usual("🏠", Purpose.HOME, 20_00, 60_00),
}

# Which needs a purpose serves, the nearest first. A service is offered by needs, a request has a purpose.
NEEDS_OF: dict[str, tuple[Need, ...]] = {
    Purpose.HOME: (Need.ACCOMMODATION,),
    Purpose.COUNSELLING: (Need.HEALTH, Need.DRUGS, Need.ALCOHOL, Need.THINKING),
    Purpose.LEARNING: (Need.EMPLOYMENT,),
    Purpose.WORK: (Need.EMPLOYMENT,),
    Purpose.ENTERPRISE: (Need.EMPLOYMENT, Need.FINANCES),
    Purpose.TRAVEL: (Need.EMPLOYMENT, Need.HEALTH, Need.RELATIONSHIPS),
    Purpose.CLOTHING: (Need.EMPLOYMENT,),
    Purpose.CONNECTION: (Need.RELATIONSHIPS, Need.FINANCES),
    Purpose.FAMILY: (Need.RELATIONSHIPS,),
    Purpose.ACTIVITY: (Need.HEALTH, Need.RELATIONSHIPS),
}


def purposes_for(need: str) -> list[str]:
    """The purposes that serve a need, those that serve it most first."""
    found = [(needs.index(Need(need)), purpose) for purpose, needs in NEEDS_OF.items() if need in needs]
    return [purpose for _, purpose in sorted(found, key=lambda each: each[0])]
