"""Whom the money reaches: how many people of each sex, ethnic group and the like are with us, and how many had money.

Every count is to the nearest five, and none is of fewer than five. Answers that nobody or too few gave are not shown,
and those who did not say stand together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from budgets.models import Entry
from commissioning.models import PublishedGroup
from commissioning.suppression import about
from common.dated import DAY
from common.days import midnight
from people.models import Characteristics, Participant
from people.models.characteristics import PREFER_NOT
from people.record.characteristics import QUESTIONS

UNKNOWN = "Not known"
FIELDS = {field.name: field for field in Characteristics._meta.concrete_fields}


@dataclass(frozen=True)
class Groups:
    """One question, with its rows: the answer, people with us, people who had money (None: not shown)."""

    question: str
    rows: list[PublishedGroup]


def count_groups(last_day: date) -> int:
    """Count afresh at the end of a month. Returns how many rows there are."""
    PublishedGroup.objects.all().delete()
    people = set(Participant.objects.filter(merged_into=None).current(last_day).values_list("pk", flat=True))
    moved = Entry.objects.filter(account__budget__isnull=False, transaction__at__lt=midnight(last_day + DAY))
    had = set(moved.values_list("account__budget__enrolment__participant", flat=True).distinct()) & people
    answers = list(Characteristics.objects.filter(participant__in=people).values("participant", *QUESTIONS))
    made = [row for question in QUESTIONS for row in _of(question, answers, people, had, last_day)]
    return len(PublishedGroup.objects.bulk_create(made))


def _of(
    question: str, answers: Iterable[dict[str, Any]], people: set[int], had: set[int], last_day: date
) -> list[PublishedGroup]:
    said = {row["participant"]: row[question] for row in answers if row[question] not in ("", PREFER_NOT)}
    if about(len(said)) is None:
        return []
    label = dict(FIELDS[question].flatchoices)
    counts = Counter(label.get(said.get(person, ""), UNKNOWN) for person in people)
    with_money = Counter(label.get(said.get(person, ""), UNKNOWN) for person in had)
    return [
        PublishedGroup(
            question=question, answer=answer, people=shown, had_money=about(with_money[answer]), last_day=last_day
        )
        for answer, count in counts.items()
        if (shown := about(count))
    ]


def published_groups() -> list[Groups]:
    """The questions in their order, the answers from the largest group down, those not known last."""
    rows = sorted(PublishedGroup.objects.all(), key=lambda row: (row.answer == UNKNOWN, -row.people, row.answer))
    found = [Groups(label, [row for row in rows if row.question == name]) for name, label in QUESTIONS.items()]
    return [groups for groups in found if groups.rows]
