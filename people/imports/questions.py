"""What a file leaves open, and somebody has to say before any of it is kept: which letters, which order of a date.

A question has a key, under which its answer is kept with the file, and the answers that can be given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from people.imports.files import Row
from people.imports.wording import as_day_number

Answers = Mapping[str, str]
MONTH_FIRST, DAY_FIRST = "month_first", "day_first"
YES, NO = "yes", "no"
_DATE = re.compile(r"(\d{1,2})([./-])(\d{1,2})([./-]\d{4}.*)", re.DOTALL)
EXAMPLES = 3


@dataclass(frozen=True)
class Question:
    key: str
    sentence: str
    choices: Sequence[tuple[str, str]]


def dates_of(
    rows: Sequence[Row], places: Mapping[int, str], days: Iterable[str], answers: Answers
) -> tuple[list[Question], dict[str, Callable[[str], str]]]:
    """What to ask about the columns of days; and how each column's cells are turned before they are read."""
    asked: list[Question] = []
    turned: dict[str, Callable[[str], str]] = {}
    for place, name in places.items():
        if name not in days:
            continue
        cells = [(row.line, row.cells[place].strip()) for row in rows if place < len(row.cells)]
        steps = [_order(name, cells, answers, asked), _numbers(name, cells, answers, asked)]
        turned[name] = _then([step for step in steps if step])
    return asked, turned


def _then(steps: Sequence[Callable[[str], str]]) -> Callable[[str], str]:
    def turn(cell: str) -> str:
        for step in steps:
            cell = step(cell)
        return cell

    return turn


def _order(
    name: str, cells: Sequence[tuple[int, str]], answers: Answers, asked: list[Question]
) -> Callable[[str], str] | None:
    """Month first, where some days can be read in no other way and none in this way alone."""
    key = f"order:{name}"
    if key not in answers:
        parts = [(line, cell, found) for line, cell in cells if (found := _DATE.fullmatch(cell))]
        month_first = [(line, cell) for line, cell, found in parts if int(found[1]) <= 12 < int(found[3])]
        day_first = any(int(found[3]) <= 12 < int(found[1]) for _, _, found in parts)
        if month_first and not day_first:
            line, cell = month_first[0]
            said = f"Column {name}: “{cell[:20]}” on line {line} has the month first. Is it so in the whole column?"
            choices = [(MONTH_FIRST, "The month comes first"), (DAY_FIRST, "The day comes first; refuse what is wrong")]
            asked.append(Question(key, said, choices))
    return _swapped if answers.get(key) == MONTH_FIRST else None


def _swapped(cell: str) -> str:
    found = _DATE.fullmatch(cell)
    return f"{found[3]}{found[2]}{found[1]}{found[4]}" if found else cell


def _numbers(
    name: str, cells: Sequence[tuple[int, str]], answers: Answers, asked: list[Question]
) -> Callable[[str], str] | None:
    """A spreadsheet's numbers for days."""
    key = f"numbers:{name}"
    if key not in answers:
        for line, cell in cells:
            if day := as_day_number(cell):
                said = (
                    f"Column {name}: “{cell}” on line {line} is a spreadsheet’s number for {_in_words(day)}. Read such "
                )
                choices = [(YES, "Yes, they are days"), (NO, "No, refuse them")]
                asked.append(Question(key, f"{said}numbers as days?", choices))
                break
    return _as_day if answers.get(key) == YES else None


def _as_day(cell: str) -> str:
    day = as_day_number(cell)
    return day.isoformat() if day else cell


def births(doubts: Sequence[tuple[int, str]], answers: Answers) -> list[Question]:
    """Birth dates that have to be looked at: placeholders, children. `doubts`: lines, and what is odd."""
    if not doubts or "births" in answers:
        return []
    choices = [(YES, "They are right"), (NO, "Refuse these lines")]
    return [Question("births", f"Look at these dates of birth. {_listed(doubts)}", choices)]


def same_people(alike: Sequence[tuple[int, str]], answers: Answers) -> list[Question]:
    """Lines whose name and birth date are also those of another line, or of someone on record."""
    if not alike or "same" in answers:
        return []
    choices = [(YES, "They are different people: keep them"), (NO, "Refuse these lines")]
    return [Question("same", f"Some people may be here twice. {_listed(alike)}", choices)]


def _listed(lines: Sequence[tuple[int, str]]) -> str:
    more = len(lines) - EXAMPLES
    shown = lines[:EXAMPLES] if more > 1 else lines
    said = " ".join(f"Line {line}: {sentence}" for line, sentence in shown)
    return f"{said} And {more:,} more lines." if more > 1 else said


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"
