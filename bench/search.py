"""How long does it take to find one person among many? `python -m bench.search [people]` grows them and asks.

Twenty searches of each kind, as a practitioner (about 50 people of their own, 500 by their team) and as someone who
sees 20,000. Server time of the whole page, looks written down; median and slowest in milliseconds.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import localservices

localservices.provide()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rehab.settings")

import django  # noqa: E402

django.setup()

from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.pages import signed_in  # noqa: E402
from common.postgres.actor import SYSTEM, acting_as  # noqa: E402
from localservices.management.commands.serve import prepare  # noqa: E402
from people.models import AccessGrant, Level, Membership, Participant, Role, Team, User  # noqa: E402

USUAL, EACH, GRANT, WIDE = 5_000, 20, 20_000, "The reader's wide team"
KINDS: dict[str, Callable[[Participant], str]] = {
    "exact CRN": lambda person: person.crn,
    "phone": lambda person: str(person.phone),
    "right name": lambda person: person.name,
    "misspelt name": lambda person: misspelt(person.name),
    "first letters": lambda person: person.family_name[:3],
    "two letters": lambda person: person.family_name[:2],
}


def misspelt(name: str) -> str:
    """A wrong vowel in the family name, or a letter too many."""
    given, _, family = name.partition(" ")
    wrong = family[:1] + family[1:].translate(str.maketrans("aeiou", "eiaue"))
    return f"{given} {wrong if wrong != family else family[:3] + family[2:]}"


def people_there(wanted: int) -> None:
    """The demo story, and as many people as are missing, grown as the owner of the tables."""
    prepare(reset=False)
    with acting_as(SYSTEM), transaction.atomic():
        there = Participant.objects.count()
    if wanted > there:
        words = ["volume", "--people", str(wanted - there), "--contacts", "4"]
        subprocess.run([sys.executable, "manage.py", *words], check=True)


def viewers(practitioner: User) -> dict[str, User]:
    """One grown practitioner, and a reader whose one team sees 20,000 people."""
    reader, _ = User.objects.get_or_create(
        email="reader@grown.example", defaults={"name": "Wide Reader", "password": "!"}
    )
    Membership.objects.filter(user=reader).exclude(team__name=WIDE).delete()
    team, _ = Team.objects.get_or_create(name=WIDE)
    Membership.objects.get_or_create(
        user=reader, role=Role.PRACTITIONER, team=team, defaults={"starts_on": timezone.localdate()}
    )
    there = Participant.objects.exclude(access_grants__team=team).order_by("pk").values_list("pk", flat=True)
    AccessGrant.objects.bulk_create(
        AccessGrant(participant_id=pk, team=team, level=Level.FULL, why=AccessGrant.Why.TEAM, starts_at=timezone.now())
        for pk in there[: GRANT - AccessGrant.objects.filter(team=team).count()]
    )
    return {"a practitioner": practitioner, "a reader of many": reader}


def timed(client: Client, words: str) -> float:
    began = time.perf_counter()
    answer = client.get("/people/", {"q": words, "whose": "all"})
    assert answer.status_code == 200
    return (time.perf_counter() - began) * 1000


def plan_of(words: str) -> str:
    """The part of the plan that shows the index, as the owner's function asks for the last of the words."""
    word = words.split()[-1]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local pg_trgm.word_similarity_threshold = 0.45")
        cursor.execute(
            "explain (analyze, costs off, timing off, summary off) select id from people_participant "
            "where full_name ilike %s or preferred_name ilike %s or full_name %%> %s",
            [f"%{word}%", f"%{word}%", word],
        )
        return "\n".join(line for (line,) in cursor.fetchall() if "Index" in line)


def main(wanted: int = USUAL) -> None:
    people_there(wanted)
    chance = random.Random(1)
    with acting_as(SYSTEM), transaction.atomic():
        lead = (
            User.objects.filter(email__startswith="staff.", memberships__role=Role.PRACTITIONER).order_by("pk").first()
        )
        assert lead is not None
        told = viewers(lead)
        seen = {name: Participant.objects.visible_to(user) for name, user in told.items()}
        some = {
            name: chance.sample(list(people.exclude(phone="").order_by("pk")), EACH) for name, people in seen.items()
        }
        print(f"{Participant.objects.count():,} people")
    for name, user in told.items():
        with acting_as(SYSTEM), transaction.atomic():
            print(f"{name} (sees {seen[name].count():,}):")
        client = signed_in(user)
        timed(client, "warm up")
        for kind, words in KINDS.items():
            times = [timed(client, words(person)) for person in some[name]]
            print(f"  {kind:14} median {statistics.median(times):5.0f} ms, slowest {max(times):5.0f} ms")
    print("The index a misspelt name is found by:\n" + plan_of(misspelt(some["a practitioner"][0].name)))


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:2]))
