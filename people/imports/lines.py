"""A caseload file as lines: each cell read, each fault named by line and column in plain words."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from common.spreadsheet import safe
from people.imports import columns, questions
from people.imports.encodings import NOT_READ
from people.imports.files import Row, rows
from people.imports.questions import Answers, Question
from people.imports.sentence_words import Ordered
from people.imports.wording import Unreadable
from people.models import Sentence
from people.record.births import EARLIEST, doubt_about

OTHER_ENCODING = "Some letters are in another encoding than the rest of the file. Write this line again."
SWAPPED = [("crn", "prison_number"), ("phone", "email")]
LONGEST_CELL = 2000
JOINERS = "\u200c\u200d"  # which some scripts need
LINE_ENDS = "\v\f\x1c\x1d\x1e\x85\u2028\u2029"  # of other programs, within a cell


@dataclass(frozen=True)
class Problem:
    line: int
    column: str
    sentence: str

    def __str__(self) -> str:
        return f"Line {self.line}, {self.column}: {self.sentence}"


@dataclass(frozen=True)
class Term:
    """A sentence, whole."""

    kind: str
    starts_on: date
    length_days: int
    ends_on: date


@dataclass
class Line:
    """One person as the file gives them. Only the cells that say something are in `values`."""

    number: int
    values: dict[str, Any]
    cells: dict[str, str] = field(default_factory=dict)  # as the file has them
    term: Term | None = None

    @property
    def crn(self) -> str:
        return str(self.values["crn"])


@dataclass
class Reading:
    """A whole file, read. A line with a problem is not among the good ones."""

    ignored: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # what was put right by itself
    read: int = 0
    good: list[Line] = field(default_factory=list)
    bad: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)  # that somebody has to answer first
    alike: list[tuple[int, str]] = field(default_factory=list)  # lines that may be of someone who is here already

    def refuse(self, line: int, column: str, sentence: str) -> None:
        self.problems.append(Problem(line, column, sentence))


def caseload_rows(text: str) -> tuple[Iterator[Row], list[str]]:
    """The records beneath the headings, and the headings."""
    lines = rows(text, columns.are_headings)
    return lines, next(lines).cells


def read_text(text: str, *, today: date, answers: Answers | None = None) -> Reading:
    """Read every line. Where a question is open, what hangs on it is read as if nobody had asked."""
    lines, header = caseload_rows(text)
    answers = answers or {}
    places, ignored = columns.find(header)
    reading = Reading(ignored=ignored)
    every_row = list(lines)
    asked, turned = questions.dates_of(every_row, places, columns.DAYS, answers)
    reading.questions += asked
    every: list[Line] = []
    for row in every_row:
        reading.read += 1
        every.append(_line(row, places, len(header), reading, turned))
    for line in every:
        _whole(line, reading, today)
    _doubt_births(every, reading, answers, today)
    _notice_swapped(every_row, places, reading)
    _refuse_twice(every, reading)
    _ask_of_the_same(every, reading, answers)
    wrong = {problem.line for problem in reading.problems}
    for line in every:
        (reading.bad if line.number in wrong else reading.good).append(line)
    return reading


def _line(
    row: Row, places: dict[int, str], width: int, reading: Reading, turned: Mapping[str, Callable[[str], str]]
) -> Line:
    line = Line(row.line, {})
    if any(NOT_READ in cell for cell in row.cells):
        reading.refuse(row.line, "the whole line", OTHER_ENCODING)
    for place, name in places.items():
        cell = _unguarded(row.cells[place].strip()) if place < len(row.cells) else ""
        if cell and (seen := _seen(cell, line, name, reading)):
            line.cells[name] = seen
            _cell(line, name, turned[name](seen) if name in turned else seen, reading)
    if any(cell.strip() for cell in row.cells[width:]):
        reading.refuse(
            row.line, "end of the line", "There are more cells than headings. Is a comma outside quotation marks?"
        )
    return line


def _unguarded(cell: str) -> str:
    """Without the apostrophe that a file of ours puts before what a spreadsheet could run (common/spreadsheet.py)."""
    return cell[1:] if cell.startswith("'") and safe(cell[1:]) == cell else cell


def _seen(cell: str, line: Line, name: str, reading: Reading) -> str:
    """The cell without what nobody sees: control and format characters, but for the two that letters are joined by."""
    if cell.isprintable():
        return cell
    seen = "".join(
        " " if letter in LINE_ENDS else letter
        for letter in cell
        if letter in JOINERS or unicodedata.category(letter) not in ("Cc", "Cf") or letter.isspace()
    ).strip()
    if len(seen) < len(cell):
        reading.notes.append(f"Line {line.number}, {name}: characters that cannot be seen were left out.")
    return seen


def _cell(line: Line, name: str, cell: str, reading: Reading) -> None:
    if len(cell) > LONGEST_CELL:
        reading.refuse(line.number, name, f"This cell is too long: use {LONGEST_CELL:,} characters or fewer.")
        line.values[name] = None
        return
    try:
        line.values[name] = columns.BY_NAME[name].read(cell)
    except Unreadable as problem:
        reading.refuse(line.number, name, str(problem))
        line.values[name] = None  # said something, but not what we can use


def _whole(line: Line, reading: Reading, today: date) -> None:
    """What one cell cannot show: whether those that are needed are there, and whether they agree."""
    values = line.values
    if values.get("name"):
        values["given_name"], values["family_name"] = values.pop("name")
    _one_name(values)
    names = ["family_name"] if "name" not in values else []
    for name in [*columns.NEEDED, *names]:
        if name not in values:
            reading.refuse(line.number, name, "This is empty. Every person needs it.")
    born = values.get("date_of_birth")
    if born and born < EARLIEST:
        reading.refuse(line.number, "date_of_birth", f"The date of birth must be {EARLIEST.year} or later.")
    if born and born >= today:
        reading.refuse(line.number, "date_of_birth", "The date of birth must be in the past.")
    _sentence(line, reading)


def _one_name(values: dict[str, Any]) -> None:
    """Someone who has one name has it as the family name, whichever column it came in."""
    if values.get("given_name") and "family_name" not in values:
        values["family_name"] = values.pop("given_name")


def _doubt_births(every: list[Line], reading: Reading, answers: Answers, today: date) -> None:
    doubts = [(line.number, doubt) for line in every if (doubt := _doubt_about(line, today))]
    reading.questions += questions.births(doubts, answers)
    for number, doubt in doubts if answers.get("births") == questions.NO else []:
        reading.refuse(number, "date_of_birth", f"{doubt} Check it, or add the person by hand.")


def _doubt_about(line: Line, today: date) -> str:
    born = line.values.get("date_of_birth")
    return doubt_about(born, today) if born and EARLIEST <= born < today else ""


def _notice_swapped(rows: Sequence[Row], places: dict[int, str], reading: Reading) -> None:
    """Say of two columns that each holds what belongs in the other, wherever a line fills them both."""
    at = {name: place for place, name in places.items()}
    for one, other in SWAPPED:
        if one not in at or other not in at:
            continue
        wide = [row.cells for row in rows if len(row.cells) > max(at[one], at[other])]
        pairs = [(cells[at[one]].strip(), cells[at[other]].strip()) for cells in wide]
        full = [(first, second) for first, second in pairs if first and second]
        if full and all(_fits_swapped(one, other, first, second) for first, second in full):
            said = f"The columns {one} and {other} look swapped: each holds what belongs in the other."
            reading.notes.insert(0, f"{said} Change their headings.")


def _fits_swapped(one: str, other: str, first: str, second: str) -> bool:
    return columns.fits(other, first) and columns.fits(one, second) and not columns.fits(one, first)


def _ask_of_the_same(every: list[Line], reading: Reading, answers: Answers) -> None:
    """Lines with one name and birth date and two CRNs may be of one person."""
    first: dict[tuple[Any, ...], Line] = {}
    wrong = {problem.line for problem in reading.problems}
    alike: list[tuple[int, str]] = []
    for line in every:
        values = line.values
        if line.number in wrong or not values.get("family_name") or not values.get("date_of_birth"):
            continue
        named = frozenset(f"{values.get('given_name') or ''} {values['family_name']}".casefold().split())
        other = first.setdefault((named, values["date_of_birth"]), line)
        if other is not line and other.crn != line.crn:
            alike.append((line.number, f"may be the same person as line {other.number}."))
    reading.questions += questions.same_people(alike, answers)
    reading.alike = alike
    for number, said in alike if answers.get("same") == questions.NO else []:
        reading.refuse(number, "the whole line", f"This {said} Leave one of them, or add the person by hand.")


def _sentence(line: Line, reading: Reading) -> None:
    values = line.values
    ordered: Ordered | None = values.get("sentence")
    start = values.get("sentence_start") or (ordered.starts_on if ordered else None)
    if ordered and start:
        ends_on = ordered.last_day(start)
        line.term = Term(ordered.kind, start, (ends_on - start).days + 1, ends_on)
    elif ordered and "sentence_start" not in values:
        reading.refuse(line.number, "sentence_start", "Give the day the sentence started, like 3/3/2026.")
    elif start and "sentence" not in values:
        reading.refuse(line.number, "sentence", "Say what the sentence is, like “26 weeks custody”.")
    release = values.get("release_date")
    if release and line.term and line.term.kind != Sentence.Kind.CUSTODY:
        reading.refuse(line.number, "release_date", "Only a sentence of custody has a release date.")
    if release and line.term and release < line.term.starts_on:
        reading.refuse(line.number, "release_date", "The release date cannot be before the sentence starts.")
    if release and line.term and release > line.term.ends_on:
        reading.refuse(line.number, "release_date", "The release date cannot be after the sentence ends.")


def _refuse_twice(every: list[Line], reading: Reading) -> None:
    """Of lines with one CRN or prison number none counts: nobody can say which is right, or if they are one person."""
    for name in ("crn", "prison_number"):
        of: dict[str, list[int]] = {}
        for line in every:
            if number := line.values.get(name):
                of.setdefault(number, []).append(line.number)
        for number, those in of.items():
            for one in those if len(those) > 1 else []:
                others = [str(other) for other in those[:6] if other != one][:5]
                reading.refuse(one, name, f"{number} is on line {' and '.join(others)} too. Leave one of them.")


def lines_with(problems: Iterable[Problem]) -> int:
    return len({problem.line for problem in problems})
