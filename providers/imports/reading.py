"""Read an outside file, and word what is wrong with it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from phonenumbers import NumberParseException, is_valid_number
from phonenumbers import parse as parse_phone

from common.errors import RuleBroken
from people.models import postcodes

LARGEST_FILE = 50 * 1024 * 1024
LONGEST_NAME, CUT = 200, "…"
DEEPEST = 40  # levels of nesting in one record


class WrongFile(RuleBroken):
    """The file as a whole cannot be used."""


class BadRecord(RuleBroken):
    """One record cannot be used; the others can."""


def read_path(path: Path) -> bytes:
    """The bytes of a file, or a sentence about why there are none."""
    try:
        if path.is_dir():
            raise WrongFile(f"{path} is a folder. Give the name of a file in it.")
        if path.stat().st_size > LARGEST_FILE:
            raise WrongFile(f"{path} is larger than {LARGEST_FILE // 1024 // 1024} MB. Split it and try again.")
        return path.read_bytes()
    except FileNotFoundError:
        raise WrongFile(f"There is no file {path}.") from None
    except (OSError, ValueError):
        raise WrongFile(f"{path} cannot be read.") from None


def read_json(content: bytes, name: str) -> Any:
    """The JSON in a file, or a sentence about what is wrong with it."""
    if not content.strip():
        raise WrongFile(f"{name} is empty.")
    try:
        return json.loads(content.decode(json.detect_encoding(content)), parse_constant=_no_such_number)
    except RecursionError:
        raise WrongFile(f"{name} is nested too deeply to read.") from None
    except UnicodeDecodeError:
        raise WrongFile(f"{name} is not a text file. A JSON file is expected.") from None
    except json.JSONDecodeError as problem:
        raise WrongFile(
            f"{name} is not JSON: it goes wrong at line {problem.lineno}, column {problem.colno}."
        ) from None
    except ValueError:
        raise WrongFile(f"{name} has a number in it that is too large to read.") from None


def _no_such_number(word: str) -> NoReturn:
    raise ValueError(word)


def check_storable(record: Any) -> None:
    """Refuse what the database cannot keep: invalid characters, endless numbers, too deep nesting."""
    waiting: list[tuple[Any, int]] = [(record, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST:
            raise BadRecord("it is nested too deeply")
        if isinstance(value, str):
            _check_text(value)
        elif isinstance(value, float) and not math.isfinite(value) or isinstance(value, int) and abs(value) > 10**18:
            raise BadRecord("it has a number in it that is too large")
        waiting += [(part, depth + 1) for part in _parts(value)]


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.keys()
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _check_text(text: str) -> None:
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise BadRecord("it has characters in it that cannot be read")


class Fields:
    """The fields of one record, read by kind. What is of the wrong kind refuses the record, naming the field."""

    def __init__(self, record: Any, what: str = "it") -> None:
        if not isinstance(record, dict):
            raise BadRecord(f"{what} is not a set of named fields")
        self.record = record

    def has(self, key: str) -> bool:
        return self.record.get(key) is not None

    def text(self, key: str, *, most: int, required: bool = False) -> str:
        value = self.record.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if value is not None and not isinstance(value, str):
            raise BadRecord(f"{key} is not text")
        text = (value or "").strip()
        if required and not text:
            raise BadRecord(f"{key} is missing")
        if len(text) > most:
            raise BadRecord(f"{key} is longer than {most:,} characters")
        return text

    def name(self, key: str, *, required: bool = False) -> str:
        """A name, cut where it is longer than we keep: an ellipsis says so."""
        text = self.text(key, most=20_000, required=required)
        return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1].rstrip()}{CUT}"

    def flag(self, key: str) -> bool:
        value = self.record.get(key)
        if not isinstance(value, bool):
            raise BadRecord(f"{key} is not true or false")
        return value

    def age(self, key: str) -> int | None:
        """An age in years. Feeds write -1 for "no limit"."""
        value = self.record.get(key)
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,4}(\.0+)?", value.strip()):
            value = float(value)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value) or value > 150:
            raise BadRecord(f"{key} is not an age")
        return int(value) if value >= 0 else None

    def part(self, key: str) -> Fields:
        return Fields(self.record.get(key) or {}, key)

    def parts(self, key: str) -> list[Fields]:
        """The records in a list; what is not one is passed over."""
        value = self.record.get(key)
        return [Fields(part) for part in value if isinstance(part, dict)] if isinstance(value, list) else []

    def day(self, key: str) -> date | None:
        """A day, whether written as one or as a moment; a moment counts as its day in London."""
        text = self.text(key, most=40)
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise BadRecord(f"{key} is not a date") from None
        if not 1900 <= moment.year <= 2200:
            raise BadRecord(f"{key} is not a date between 1900 and 2200")
        return timezone.localtime(moment).date() if timezone.is_aware(moment) else moment.date()


def email_or_none(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        return ""
    return text.lower() if len(text) <= 254 else ""


def phone_or_none(text: str) -> str:
    try:
        number = parse_phone(text, "GB")
    except NumberParseException:
        return ""
    return text if is_valid_number(number) else ""


def outcode_in(postcode: str) -> str:
    """The first half of a postcode, or nothing where it is not one."""
    return postcodes.outcode_of(postcode) or (postcode.upper() if postcodes.is_outcode(postcode) else "")
