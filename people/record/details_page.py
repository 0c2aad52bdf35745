"""What a person's file says: addresses, what the court ordered, the licence, the risk, who works with them inside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from people.models import (
    Address,
    Characteristics,
    CustodyHandover,
    IssuedCondition,
    LicenceCondition,
    Participant,
    ProfessionalContact,
    Requirement,
    SafeContact,
    Sentence,
    Supervision,
    User,
)
from people.record.characteristics import QUESTIONS
from people.record.requirements import KNOWN, unit_of

State = Requirement.State
STATE_COLOURS = {State.NOT_STARTED: "grey", State.IN_PROGRESS: "blue", State.DONE: "green", State.NOT_DONE: "red"}


@dataclass(frozen=True)
class Asked:
    """A requirement, and how much of it is done."""

    requirement: Requirement

    @property
    def unit(self) -> str:
        return unit_of(self.requirement.kind)

    @property
    def colour(self) -> str:
        return STATE_COLOURS[State(self.requirement.state)]

    @property
    def plain(self) -> str:
        return KNOWN[self.requirement.kind].plain

    @property
    def left(self) -> int:
        return max(0, (self.requirement.ordered or 0) - self.requirement.done)

    @property
    def state_plain(self) -> str:
        return {State.NOT_STARTED: "You have not started this yet", State.IN_PROGRESS: "You are doing this now",
                State.DONE: "You have done this", State.NOT_DONE: "This was not done in time"}[
            State(self.requirement.state)
        ]  # fmt: skip


@dataclass(frozen=True)
class Ordered:
    """A sentence with its requirements and its licence conditions."""

    sentence: Sentence
    asked: list[Asked]
    conditions: list[IssuedCondition]
    ended: list[IssuedCondition]

    @property
    def has_licence(self) -> bool:
        return bool(self.conditions or self.ended)

    @property
    def standard(self) -> list[IssuedCondition]:
        return [row for row in self.conditions if row.condition.kind == LicenceCondition.Kind.STANDARD]

    @property
    def additional(self) -> list[IssuedCondition]:
        return [row for row in self.conditions if row.condition.kind == LicenceCondition.Kind.ADDITIONAL]

    @property
    def standard_words(self) -> str:
        return f"The {len(self.standard)} standard conditions"

    @property
    def policy(self) -> str:
        return str((self.conditions or self.ended)[0].condition.policy)

    @property
    def can_be_licensed(self) -> bool:
        return self.sentence.release_on is not None and not self.has_licence


def sentences_of(person: Participant, today: date) -> list[Ordered]:
    """Every sentence, the latest first, in three queries."""
    asked: dict[int, list[Asked]] = {}
    for requirement in Requirement.objects.filter(sentence__participant=person).with_done().order_by("pk"):
        asked.setdefault(requirement.sentence_id, []).append(Asked(requirement))
    issued = list(IssuedCondition.objects.filter(participant=person).in_order())
    over = {row.pk for row in issued if row.has_ended(today)}
    return [
        Ordered(
            sentence,
            asked.get(sentence.pk, []),
            [row for row in issued if row.sentence_id == sentence.pk and row.pk not in over],
            [row for row in issued if row.sentence_id == sentence.pk and row.pk in over],
        )
        for sentence in Sentence.objects.filter(participant=person).order_by("-starts_on", "-pk")
    ]


def addresses_of(person: Participant, today: date) -> tuple[list[Address], list[Address]]:
    """Return the current addresses and the past ones. The record's own address is the main one: a main address
    that differs is past, because a caseload file or a change of contact details replaced it."""
    rows = list(Address.objects.filter(participant=person).order_by("-starts_on", "-pk"))
    now: list[Address] = []
    before: list[Address] = []
    for row in rows:
        overtaken = row.kind == Address.Kind.MAIN and row.starts_on <= today and str(row)[:300] != person.address
        (before if row.has_ended(today) or overtaken else now).append(row)
    return now, before


def said_of_themselves(person: Participant, viewer: User) -> list[tuple[str, str]]:
    """Each question about who they are with its answer, for whoever may read it."""
    row = Characteristics.objects.visible_to(viewer).filter(participant=person).first()
    return [(label, row.in_words(name) or "No answer yet") for name, label in QUESTIONS.items()] if row else []


def of(*, person: Participant, viewer: User, today: date) -> dict[str, Any]:
    """Who they are and how to reach them, in a constant number of queries."""
    now, before = addresses_of(person, today)
    return {
        "today": today,
        "addresses": now,
        "addresses_before": before,
        "main_is_listed": any(row.kind == Address.Kind.MAIN for row in now),
        "said_of_themselves": said_of_themselves(person, viewer),
        "safe_contact": SafeContact.objects.visible_to(viewer).filter(participant=person).first(),
    }


def workers_of(*, person: Participant, viewer: User, today: date) -> dict[str, Any]:
    """Who works with them: here, in prison and at other agencies."""
    supervisions = Supervision.objects.current(today).filter(participant=person).select_related("supervisor")
    listed = ProfessionalContact.objects.visible_to(viewer).current(today).filter(participant=person)
    handovers = CustodyHandover.objects.filter(participant=person).select_related("supervision__supervisor", "to")
    return {
        "today": today,
        "supervision": supervisions.first(),
        "handovers": handovers.order_by("-released_on", "-pk"),
        "professionals": listed.order_by("kind", "name", "pk"),
    }
