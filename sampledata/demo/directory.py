"""Who can help in the story: providers large, small and micro, and what each offers. All of them are invented."""

from __future__ import annotations

from datetime import date

from django.utils.text import slugify

from people.models import Outcode, Region, User
from providers import directory
from providers.models import Service
from providers.models.services import Charge

# (provider, size, sector, [(service, needs, pence, unit, outcode, wait in days, description)])
PROVIDERS: list[tuple[str, str, str, list[tuple[str, list[str], int | None, str, str, int, str]]]] = [
    ("Fresh Paths Trust", "LARGE", "CHARITY", [
        ("Housing advice and deposits", ["ACCOMMODATION"], None, "", "PR1", 14, "Finds rooms and flats, speaks to landlords, sorts deposits."),
        ("Talking therapy", ["HEALTH", "THINKING"], 45_00, "SESSION", "PR1", 10, "Counselling one to one, with no long wait."),
    ]),
    ("Harbour Works", "MEDIUM", "SOCIAL_ENTERPRISE", [
        ("Forklift and warehouse tickets", ["EMPLOYMENT"], 295_00, "ONCE", "HU3", 7, "Three-day course, test included. Takes people with records."),
        ("Into work coaching", ["EMPLOYMENT"], 30_00, "SESSION", "HU1", 5, "A coach who has been there. CVs, interviews, telling about a record."),
    ]),
    ("Millbrook Money Advice", "SMALL", "CHARITY", [
        ("Debt and benefits advice", ["FINANCES"], 0, "", "BB1", 9, "Free help with what you owe and what you are owed."),
    ]),
    ("Clear Water Recovery", "LARGE", "CHARITY", [
        ("Drug and alcohol recovery", ["DRUGS", "ALCOHOL"], None, "", "PR2", 3, "Groups, one to one work, and friends in recovery."),
        ("Friday night dry club", ["ALCOHOL", "RELATIONSHIPS"], 5_00, "SESSION", "PR1", 0, "Food, pool and music, with no drink."),
    ]),
    ("Jean's Lunch Club", "MICRO", "SOLE_TRADER", [
        ("Cook and share a meal", ["RELATIONSHIPS", "HEALTH"], 4_00, "SESSION", "BB2", 0, "Jean and six tables. Come to eat, stay to cook."),
    ]),
    ("Ray with a Van", "MICRO", "SOLE_TRADER", [
        ("Moves and furniture", ["ACCOMMODATION"], 35_00, "HOUR", "HU5", 2, "One man, one van, any day. Carries upstairs."),
    ]),
    ("Second Track Studio", "SMALL", "SOCIAL_ENTERPRISE", [
        ("Studio time and mentoring", ["THINKING", "RELATIONSHIPS"], 18_00, "SESSION", "HU1", 6, "Make music with people who came through the same door."),
    ]),
    ("Northbridge College", "LARGE", "PUBLIC", [
        ("Reading and writing for adults", ["EMPLOYMENT"], 0, "", "PR1", 21, "Small classes. Nobody laughs."),
        ("Food safety certificate", ["EMPLOYMENT"], 40_00, "ONCE", "PR1", 14, "One day. You leave with the certificate."),
    ]),
    ("Family Ties Millbrook", "SMALL", "CHARITY", [
        ("Seeing your children", ["RELATIONSHIPS"], 0, "", "BB1", 12, "A warm place to meet your children, and someone to talk to before and after."),
    ]),
    ("Mill Street Boxing", "MICRO", "CHARITY", [
        ("Boxing and breakfast", ["HEALTH", "THINKING"], 3_00, "SESSION", "PR2", 0, "Six in the morning. Tea after."),
    ]),
    ("Valet Start", "MICRO", "SOLE_TRADER", [
        ("Learn valeting, start a round", ["EMPLOYMENT"], 95_00, "ONCE", "BB2", 4, "Dee did it after prison and shows you how."),
    ]),
    ("Steady Minds", "MEDIUM", "CHARITY", [
        ("Thinking skills group", ["THINKING"], None, "", "HU1", 8, "Ten weeks on stopping, thinking, choosing."),
        ("Help with sleep and worry", ["HEALTH"], 20_00, "SESSION", "HU5", 4, "Short and practical."),
    ]),
]  # fmt: skip


def build(*, by: User, today: date) -> list[Service]:
    """Put them all in the directory."""
    region = Region.objects.get(code="DEMO")
    outcodes = Outcode.objects.in_bulk()
    made = []
    for name, size, sector, offers in PROVIDERS:
        email = f"hello@{slugify(name)}.example"
        provider = directory.add_provider(name=name, size=size, sector=sector, email=email, by=by, today=today)
        for service, needs, pence, unit, outcode, wait, about in offers:
            charge = Charge.CONTRACTED if pence is None else Charge.PRICED if pence else Charge.FREE
            made.append(
                directory.add_service(
                    provider=provider, name=service, needs=needs, description=about, charge=charge, price=pence or None,
                    price_unit=unit, outcode=outcodes[outcode], region=region, wait_days=wait, by=by, today=today,
                )
            )  # fmt: skip
    return made
