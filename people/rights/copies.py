"""Everything held about a person. Others' words are in it only where the data-protection officer keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db.models import Field, ForeignKey, QuerySet

from common import data_inventory
from common.data_inventory import PersonalDataEntry
from people.models import Document, Participant, SubjectPassage
from people.rights.wording import raw_of, words_of

KEEP = SubjectPassage.Answer.KEEP
TAKEN_OUT = "Taken out: these words are by or about someone else."
Answers = dict[tuple[str, str], str]  # (place, digest) → KEEP or TAKE_OUT
Row = list[tuple[str, str, Any, str]]  # name for machines, label, raw value, words


@dataclass(frozen=True)
class Passage:
    """Words that the person may have no right to read, since they are by or about others."""

    place: str
    row: int
    text: str
    by: str = ""  # who wrote it, where the history says so
    at: date | datetime | None = None  # the day that the row is about, else when it was first written

    @property
    def digest(self) -> str:
        return sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass
class Part:
    """One table's rows by their number, and what they said before."""

    what: str
    name: str
    rows: dict[int, Row] = field(default_factory=dict)
    earlier: list[Row] = field(default_factory=list)


@dataclass
class Section:
    title: str
    parts: list[Part] = field(default_factory=list)


def passages(person: Participant) -> list[Passage]:
    """Return the passages the officer decides on; the same words in the same place come once."""
    found: dict[tuple[str, str], Passage] = {}
    for line in data_inventory.ENTRIES:
        for row in versions(line, person) if line.others else ():
            by, at = getattr(row, "history_user", None), getattr(row, "history_date", None)
            for name in line.others:
                if text := str(getattr(row, name, "") or ""):
                    when = getattr(row, line.dated, None) or at if line.dated else at
                    passage = Passage(f"{line.label}.{name}", row.id, text, by.name if by else "", when)
                    found.setdefault((passage.place, passage.digest), passage)
    return list(found.values())


def versions(line: PersonalDataEntry, person: Participant) -> Iterator[Any]:
    """The versions of a table's rows about the person, oldest first, then the rows as they stand."""
    past = line.past(person.pk)
    if past is not None:
        yield from past.select_related("history_user")
    yield from line.rows(person.pk)


def everything(person: Participant, answers: Answers) -> list[Section]:
    sections: dict[str, Section] = {}
    for line in data_inventory.ENTRIES:
        if not line.section:
            continue  # the person is not told that it exists
        part = of_table(line, person, answers)
        if part.rows or part.earlier:
            sections.setdefault(line.section, Section(line.section)).parts.append(part)
    return list(sections.values())


def of_table(line: PersonalDataEntry, person: Participant, answers: Answers) -> Part:
    """A table's rows as they stand, and what they were before."""
    shown = line.shown()
    named = [f.name for f in shown if isinstance(f, ForeignKey)]
    part = Part(str(line.model._meta.verbose_name_plural), line.label)
    for row in line.rows(person.pk).select_related(*named):
        part.rows[row.pk] = cells(line, shown, row, answers)
    past = line.past(person.pk)
    if past is not None:
        part.earlier = earlier(line, shown, part, past, answers)
    return part


def earlier(
    line: PersonalDataEntry, shown: list[Field[Any, Any]], part: Part, past: QuerySet[Any], answers: Answers
) -> list[Any]:
    """Return earlier versions, of deleted rows too, without those that equal the next one."""
    still = {f.name for f in past.model._meta.concrete_fields}
    kept = [f for f in shown if f.name in still]
    names = {f.name for f in kept}
    last = {number: [cell for cell in row if cell[0] in names] for number, row in part.rows.items()}
    found: list[Row] = []
    before: dict[int, Row] = {}
    for row in past.select_related(*[f.name for f in kept if isinstance(f, ForeignKey)]):
        told = cells(line, kept, row, answers)
        if told not in (last.get(row.id), before.get(row.id)):
            since = ("recorded_at", "Recorded at", raw_of(row.history_date), words_of(row.history_date))
            found.append([since, *told])
        before[row.id] = told
    return found


def cells(line: PersonalDataEntry, fields: list[Field[Any, Any]], row: Any, answers: Answers) -> Row:
    return [(f.name, label_of(f), *value_of(line, f, row, answers)) for f in fields]


def label_of(column: Field[Any, Any]) -> str:
    words = str(column.verbose_name)
    return words[:1].upper() + words[1:]


def value_of(line: PersonalDataEntry, column: Field[Any, Any], row: Any, answers: Answers) -> tuple[Any, str]:
    """The value for machines, and in words."""
    value = getattr(row, column.attname)
    if column.name in line.hides(row):
        return None, TAKEN_OUT
    if column.name in line.others and value:
        passage = Passage(f"{line.label}.{column.name}", row.pk, str(value))
        if answers.get((passage.place, passage.digest)) != KEEP:
            return None, TAKEN_OUT
    if isinstance(column, ForeignKey):
        return pointed_at(column, row, value)
    if column.choices and value not in (None, ""):
        return value, str(dict(column.flatchoices).get(value, value))
    return raw_of(value), words_of(value, column)


def pointed_at(column: Field[Any, Any], row: Any, key: Any) -> tuple[Any, str]:
    """Name a row of the person's own by its number, any other by its text."""
    if key is None:
        return None, ""
    target: Any = column.related_model
    if data_inventory.of(target._meta.label) and target._meta.label != "people.User":
        return key, f"number {key}"
    found = str(getattr(row, column.name) or key)
    return found, found


def files(person: Participant, answers: Answers) -> list[Document]:
    """Return the documents whose title is kept."""
    kept = []
    for document in Document.objects.filter(participant=person).order_by("pk"):
        passage = Passage("people.Document.title", document.pk, document.title)
        if answers.get((passage.place, passage.digest)) == KEEP:
            kept.append(document)
    return kept
