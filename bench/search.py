"""How long does it take to find one person among many? `python -m bench.search`, among those `bench.every_page` grew.

Twenty searches of each kind, as a practitioner (about 50 people of their own, 500 by their team) and as a reader who
sees 20,000. Server time of the whole page, looks written down; median and slowest in milliseconds.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable

import localservices

localservices.provide()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rehab.settings")

import django  # noqa: E402

django.setup()

from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402

from bench.every_page import PAGE, WIDE  # noqa: E402
from bench.pages import signed_in  # noqa: E402
from bench.second_wall import as_owner  # noqa: E402
from bench.world import the_world  # noqa: E402
from common.postgres.actor import SYSTEM, acting_as  # noqa: E402
from people.models import Participant, User  # noqa: E402

EACH, MANY = 20, 2_000  # searches of a kind, for some of so many people
FIND = 100  # ms, for the part of a page that answers while one types
MOST = {"practitioner": PAGE, "reader": WIDE}  # ms
KINDS: dict[str, Callable[[Participant], str]] = {
    "exact CRN": lambda person: person.crn,
    "phone": lambda person: str(person.phone),
    "right name": lambda person: person.name,
    "birth date": lambda person: f"{person.date_of_birth:%-d/%-m/%Y}",
    "name and birth": lambda person: f"{person.family_name} {person.date_of_birth:%-d/%-m/%Y}",
    "swapped": lambda person: f"{person.family_name}, {person.given_name}",
    "misspelt name": lambda person: misspelt(person.name),
    "first letters": lambda person: person.family_name[:3],
    "two letters": lambda person: person.family_name[:2],
}


def misspelt(name: str) -> str:
    """A wrong vowel in the family name, or a letter too many."""
    given, _, family = name.partition(" ")
    wrong = family[:1] + family[1:].translate(str.maketrans("aeiou", "eiaue"))
    return f"{given} {wrong if wrong != family else family[:3] + family[2:]}"


def timed(client: Client, words: str, place: str = "/people/") -> float:
    began = time.perf_counter()
    answer = client.get(place, {"q": words, "whose": "all"})
    assert answer.status_code == 200
    return (time.perf_counter() - began) * 1000


def plan_of(words: str) -> str:
    """The part of the plan that shows the index, as the owner's function asks for the last of the words."""
    word = words.split()[-1]
    with as_owner() as owner, owner.cursor() as cursor:
        cursor.execute("set local pg_trgm.word_similarity_threshold = 0.45")
        cursor.execute(
            "explain (analyze, costs off, timing off, summary off) select participant from people_searchname"
            " where words like '%%' || people_folded(%s) || '%%' or words %%> people_folded(%s)",
            [word, word],
        )
        return "\n".join(line for (line,) in cursor.fetchall() if "Index" in line)


def main() -> None:
    world = the_world()
    chance = random.Random(1)
    slow = []
    for role in ("practitioner", "reader"):
        with acting_as(SYSTEM), transaction.atomic():
            user = User.objects.get(pk=world.users[role])
            seen = Participant.objects.visible_to(user)
            some = chance.sample(list(seen.exclude(phone="").order_by("pk")[:MANY]), EACH)
            print(f"{role} (sees {seen.count():,}):")
        client = signed_in(user)
        timed(client, "warm up")
        for kind, words in KINDS.items():
            for place, most in (("/people/", MOST[role]), ("/people/find/", FIND)):
                times = [timed(client, words(person), place) for person in some]
                median = statistics.median(times)
                said = f"median {median:5.0f} ms, slowest {max(times):5.0f} ms (at most {most} ms)"
                print(f"  {kind:14} {place:13} {said}")
                if median > most:
                    slow.append(f"{role}, {kind}, {place}")
    print("The index a misspelt name is found by:\n" + plan_of(misspelt(some[0].name)))
    if slow:
        raise SystemExit(f"Too slow: {'; '.join(slow)}")


if __name__ == "__main__":
    main()
