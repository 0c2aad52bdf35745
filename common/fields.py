"""Form fields that are typed: what each accepts, what it refuses, and in which words."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from common import widgets
from common.days import NotADay, read_day, read_time
from common.money import parse_pounds, pounds

KEPT_FOR_EXAMPLES = re.compile(r"\+447700900\d{3}")  # Ofcom keeps these for stories; the demo has them
LARGEST_WHOLE = 2_147_483_647  # what a Postgres integer holds


class Asked:
    """What every field shares: its name in an error, and how its label is drawn."""

    label: Any
    required: bool
    empty_values: Any

    def __init__(
        self, *args: Any, called: str = "", label_size: str = "", page_heading: bool = False, **kwargs: Any
    ) -> None:
        self.called = called
        self.label_size = label_size or ("l" if page_heading else "")
        self.page_heading = page_heading
        self.own_words = kwargs.get("error_messages") or {}
        super().__init__(*args, **kwargs)

    def refuse(self, code: str, sentence: str, **params: Any) -> ValidationError:
        return ValidationError(str(self.own_words.get(code, sentence)), code=code, params=params or None)

    @property
    def noun(self) -> str:
        """Return what is asked for, as it reads in the middle of a sentence."""
        words = self.called or str(self.label or "").rstrip(":")
        return words[:1].lower() + words[1:] if words[1:2].islower() or words[1:2] == " " else words

    def missing(self) -> str:
        """Return what to do about a missing answer."""
        if self.called or not str(self.label or "").endswith("?"):
            return f"Enter {self.noun or 'an answer'}."
        return f"Answer the question “{self.label}”"

    def validate(self, value: Any) -> None:
        if self.required and value in self.empty_values:
            raise self.refuse("required", self.missing())
        super().validate(value)  # type: ignore[misc]


class Typed(Asked, forms.CharField):
    """Typed text. Its Unicode form is normalised; text that the database cannot store is refused."""

    longest = 200
    widget: type[forms.Widget] | forms.Widget = widgets.TextInput

    def __init__(self, *, max_length: int | None = None, width: int | None = None, **kwargs: Any) -> None:
        self.most = max_length or self.longest
        self.width = width
        super().__init__(**kwargs)
        self.validators = [v for v in self.validators if type(v).__name__ != "ProhibitNullCharactersValidator"]

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        return attrs | ({"class": f"govuk-input--width-{self.width}"} if self.width else {})

    def to_python(self, value: Any) -> Any:
        text = tidy(str(value)) if value not in self.empty_values else ""
        self.check_text(text)
        return text

    def check_text(self, text: str) -> None:
        if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
            raise self.refuse("characters", "Remove the characters that cannot be read, then try again.")
        if len(text) > self.most:
            over = f"Use {self.most:,} characters or fewer. You have used {len(text):,}."
            raise self.refuse("max_length", over)


def tidy(text: str) -> str:
    """Normalise letters (NFC) and line ends, and strip blanks around."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


class TextField(Typed):
    pass


class LongTextField(Typed):
    """A box of several lines. `count=True` shows how many characters are left."""

    longest = 4000

    def __init__(self, *, rows: int = 5, count: bool = False, max_length: int | None = None, **kwargs: Any) -> None:
        box = widgets.CharacterCount if count else widgets.Textarea
        kwargs.setdefault("widget", box({"rows": rows}, count=max_length or self.longest))
        super().__init__(max_length=max_length, **kwargs)


class EmailField(Typed):
    longest = 254
    widget = widgets.EmailInput

    def missing(self) -> str:
        return super().missing() if self.called else "Enter an e-mail address, like name@example.com."

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value)
        try:
            if text:
                validate_email(text)
        except ValidationError:
            raise self.refuse("invalid", "Enter an e-mail address in the right form, like name@example.com.") from None
        return text


class PasswordField(Typed):
    widget = forms.PasswordInput

    def __init__(self, *, new: bool = False, **kwargs: Any) -> None:
        word = "new-password" if new else "current-password"
        kwargs.setdefault("widget", forms.PasswordInput({"autocomplete": word}))
        super().__init__(strip=False, **kwargs)

    def missing(self) -> str:
        return super().missing() if self.called else "Enter your password."

    def to_python(self, value: Any) -> str:
        text = str(value) if value not in self.empty_values else ""
        self.check_text(text)
        return text


class PhoneField(Typed):
    """A phone number, read as one in the United Kingdom unless it starts with +. Gives +447700900982."""

    longest = 40
    widget = widgets.PhoneInput

    def missing(self) -> str:
        return super().missing() if self.called else "Enter a phone number, like 07700 900 982."

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value)
        if not text:
            return ""
        try:
            number = phonenumbers.parse(text, "GB")
        except phonenumbers.NumberParseException:
            number = None
        written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if number else ""
        if number is None or not (phonenumbers.is_valid_number(number) or KEPT_FOR_EXAMPLES.fullmatch(written)):
            raise self.refuse("invalid", "Enter a phone number, like 07700 900 982 or +44 808 157 0192.")
        return written

    def prepare_value(self, value: Any) -> Any:
        return str(value) if value else value


class PoundsField(Typed):
    """A sum of money. Reads "£1,200.50", gives 120050. `min_value` and `max_value` are pence."""

    longest = 40
    widget = widgets.PoundsInput

    def __init__(self, *, min_value: int = 1, max_value: int = 1_000_000_00, **kwargs: Any) -> None:
        self.min_value, self.max_value = min_value, max_value
        super().__init__(**{"width": 10, **kwargs})

    def to_python(self, value: Any) -> Any:
        text: str = super().to_python(value if not isinstance(value, int) else pounds(value))
        if not text:
            return None
        try:
            pence = parse_pounds(text)
        except ValueError as problem:
            raise self.refuse("invalid", str(problem)) from None
        if pence < self.min_value:
            least = "more than zero" if self.min_value == 1 else f"{pounds(self.min_value)} or more"
            raise self.refuse("min_value", f"Enter an amount that is {least}.")
        if pence > self.max_value:
            raise self.refuse("max_value", f"Enter an amount that is {pounds(self.max_value)} or less.")
        return pence


class WholeField(Typed):
    """A whole number that a database column can hold."""

    longest = 40
    widget = widgets.WholeInput

    def __init__(self, *, min_value: int = 0, max_value: int = LARGEST_WHOLE, **kwargs: Any) -> None:
        self.min_value, self.max_value = min_value, max_value
        super().__init__(**{"width": 5, **kwargs})

    @property
    def question(self) -> str:
        return str(self.label or "The number").rstrip("?")

    def to_python(self, value: Any) -> Any:
        text = unicodedata.normalize("NFKC", super().to_python(value)).replace(",", "").replace(" ", "")
        if not text:
            return None
        if not re.fullmatch(r"[-−+]?[0-9]+", text):
            raise self.refuse("invalid", "Enter a whole number, like 12.")
        number = int(text.replace("−", "-"))
        if number < self.min_value:
            raise self.refuse("min_value", f"{self.question} must be {self.min_value:,} or more.")
        if number > self.max_value:
            raise self.refuse("max_value", f"{self.question} must be {self.max_value:,} or less.")
        return number


class DayField(Asked, forms.Field):
    """A date in three boxes. `earliest` and `latest` may be set on the form's own copy of the field."""

    widget = widgets.DayInput

    def __init__(
        self, *, earliest: dt.date = dt.date(1900, 1, 1), latest: dt.date = dt.date(2100, 12, 31), **kwargs: Any
    ) -> None:
        self.earliest, self.latest = earliest, latest
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> dt.date | None:
        if value in self.empty_values or isinstance(value, dt.date):
            return value or None
        try:
            return read_day(value, called=self.subject, earliest=self.earliest, latest=self.latest)
        except NotADay as problem:
            raise self.refuse("invalid", str(problem), parts=problem.parts) from None

    @property
    def subject(self) -> str:
        words = self.called or str(self.label or "")
        return "The date" if not words or words.endswith("?") else words[:1].upper() + words[1:]


class TimeField(Typed):
    """A time of day: "2:30pm", "2pm", "14:30" or "midday"."""

    longest = 40

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"width": 5, **kwargs})

    def to_python(self, value: Any) -> Any:
        if isinstance(value, dt.time):
            return value
        text: str = super().to_python(value)
        if not text:
            return None
        if (time := read_time(text)) is None:
            raise self.refuse("invalid", "Enter a time, like 2:30pm or 14:30.")
        return time

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H:%M}" if isinstance(value, dt.time) else value
