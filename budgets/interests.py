"""The register of interests: whoever works here says whom they know outside work, and when that has ended."""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import BigIntegerField, Exists, Q, Value
from django.utils import timezone

from budgets.models import Interest
from budgets.models.requests import AsCompared
from common.errors import RuleBroken
from common.postgres.actor import as_service
from common.saving import save_or_refuse
from people.messaging.message_queue import tell_user
from people.models import CircleMember, Participant, User

TOLD = (
    "Someone who works here says that you two know each other outside work. So neither of you decides about or pays "
    "what the other asked for. Read it under “Your interests” on your money pages. If it is not so, talk to them: they "
    "can end it."
)


class HasAnInterest(RuleBroken):
    pass


class NotTheirInterest(RuleBroken):
    pass


@transaction.atomic
def say(
    *, by: User, how: str, now: datetime, participant: Participant | None = None, colleague: User | None = None,
    payee: str = "",
) -> Interest:  # fmt: skip
    """Say whom, or which payee, one knows outside work, and how. A colleague is told that it was said of them."""
    said = Interest(user=by, participant=participant, colleague=colleague, payee=payee, how=how, said_at=now)
    save_or_refuse(said, by=by)
    if colleague:
        _tell(colleague, said, now)
    return said


@as_service()  # whoever says it may not read another's address
def _tell(colleague: User, said: Interest, now: datetime) -> None:
    subject = "Someone says that you know each other"
    tell_user(user=colleague, subject=subject, body=TOLD, key=f"interest:{said.pk}", now=now)


@transaction.atomic
def end(*, interest: Interest, by: User, now: datetime) -> Interest:
    """Say that it has ended. Nobody says it for another."""
    if interest.user_id != by.pk:
        raise NotTheirInterest("Only whoever said it can say that it has ended.")
    interest = Interest.objects.select_for_update(of=("self",)).get(pk=interest.pk)
    if interest.ended_at is None:
        interest.ended_at = now
        save_or_refuse(interest, "ended_at", by=by)
    return interest


def refuse_interest(*, knows: bool, called: str) -> None:
    if knows:
        raise HasAnInterest(f"You know {called} outside work. So someone else decides and pays.")


def refuse_who_knows(by: User, person: Participant) -> None:
    """Refuse whoever knows this person outside work, asked for by itself."""
    refuse_interest(knows=by.pk in knowing({person.pk}).get(person.pk, set()), called=person.called)


def refuse_tied(*, tied: bool) -> None:
    """Of two colleagues who know each other outside work neither decides or pays what the other asked for."""
    if tied:
        raise HasAnInterest("You know a colleague who had a part in this. So someone else decides and pays.")


def refuse_payee(by: User, payee: str) -> None:
    """Nobody pays themselves, or a payee whom they said they have to do with."""
    known_as = AsCompared(Value(payee))
    theirs = Interest.objects.current().filter(user=by).exclude(payee="").alias(said=AsCompared("payee"))
    itself = Q(Exists(theirs.filter(said=known_as))) | Q(said=known_as)
    if User.objects.filter(pk=by.pk).alias(said=AsCompared("name")).filter(itself).exists():
        raise HasAnInterest("You said that you have to do with this payee. So someone else pays.")


def is_person(person: Participant, payee: str) -> bool:
    """Whether this payee is the person themselves, by name."""
    names = (person.name, f"{person.called} {person.family_name}")
    return bool(payee) and as_compared(payee) in {as_compared(each) for each in names}


def in_payees(payees: Mapping[int, str]) -> dict[int, set[int]]:
    """Who said that they have to do with each of these payees, by the key that it has: one statement."""
    if not payees:
        return {}
    said = Interest.objects.current().exclude(payee="").annotate(named=AsCompared("payee"))
    found: dict[str, set[int]] = {}
    for user, named in said.values_list("user", "named"):
        found.setdefault(named, set()).add(user)
    return {key: found.get(as_compared(payee), set()) for key, payee in payees.items()}


def tied_to(users: Collection[int | None]) -> dict[int, set[int]]:
    """Who is known outside work to each of these users (ids), whichever of the two said so: one statement."""
    return known_outside((), users)[1]


def tied_to_any(users: Collection[int | None]) -> set[int]:
    found = tied_to(users)
    return set().union(*(found.get(each or 0, set()) for each in users))


def as_compared(payee: str) -> str:
    """As the database compares (`AsCompared`), for what is ASCII; another sign stays as it is."""
    plain = unicodedata.normalize("NFKC", payee)
    return "".join(sign for sign in plain if not sign.isspace() and sign not in string.punctuation).upper()


def knowing(people: Collection[int]) -> dict[int, set[int]]:
    """Who knows each of these people outside work, by the person's id: one statement."""
    return known_outside(people, ())[0]


def known_outside(
    people: Collection[int], users: Collection[int | None]
) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """`knowing` of these people and `tied_to` of these users, in one statement."""
    of_people: dict[int, set[int]] = {}
    of_users: dict[int, set[int]] = {}
    colleagues = {each for each in users if each}
    if not people and not colleagues:
        return of_people, of_users
    tied = Q(colleague__isnull=False) & (Q(user__in=colleagues) | Q(colleague__in=colleagues))
    said = Interest.objects.current().filter(Q(participant__in=people) | tied)
    circle = CircleMember.objects.not_ended(timezone.localdate()).filter(participant__in=people)
    nobody = Value(None, output_field=BigIntegerField())
    rows = said.values_list("participant", "colleague", "user")
    for person, colleague, user in rows.union(circle.values_list("participant", nobody, "user")):
        if person:
            of_people.setdefault(person, set()).add(user)
        else:
            of_users.setdefault(colleague, set()).add(user)
            of_users.setdefault(user, set()).add(colleague)
    return of_people, of_users
