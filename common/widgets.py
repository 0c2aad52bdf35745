"""How a form control looks: GOV.UK markup for each, drawn by templates/django/forms/widgets/."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.widgets import ChoiceWidget, Widget

from common.money import pounds

_UNPRINTABLE = re.compile("[\x00\ud800-\udfff]")
DAY_PARTS = {"day": ("Day", 2), "month": ("Month", 2), "year": ("Year", 4)}


def shown(value: Any) -> Any:
    """Return what was typed, with a mark for what no page can carry (NUL, half a surrogate pair)."""
    return _UNPRINTABLE.sub("\ufffd", value) if isinstance(value, str) else value


class Shown(Widget):
    def format_value(self, value: Any) -> Any:
        return shown(super().format_value(value))


class TextInput(Shown, forms.TextInput):
    pass


class WholeInput(TextInput):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "numeric", **(attrs or {})})


class EmailInput(Shown, forms.EmailInput):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"spellcheck": "false", "autocomplete": "off", **(attrs or {})})


class PhoneInput(TextInput):
    input_type = "tel"


class PoundsInput(TextInput):
    """A box with £ before it. The form's value is pence; the box shows pounds."""

    template_name = "django/forms/widgets/kit_pounds.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "spellcheck": "false", **(attrs or {})})

    def format_value(self, value: Any) -> Any:
        return pounds(value).replace("£", "") if isinstance(value, int) else super().format_value(value)


class Textarea(Shown, forms.Textarea):
    """Several lines. With `count`, says how many characters are left."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, count: int | None = None) -> None:
        super().__init__({"rows": 5, **(attrs or {})})
        self.attrs.pop("cols", None)
        self.count = count


class CharacterCount(Textarea):
    template_name = "django/forms/widgets/kit_character_count.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, value, attrs) | {"count": self.count}


class Choices(ChoiceWidget):
    """Radios or checkboxes. `hints` maps a choice's value to a line of help beneath it."""

    add_id_index = True
    template_name = "django/forms/widgets/kit_choices.html"
    use_fieldset = True
    kind = "radios"

    def __init__(
        self, attrs: dict[str, Any] | None = None, *, hints: Mapping[Any, str] | None = None, style: str = ""
    ) -> None:
        super().__init__(attrs)
        self.hints = {str(value): hint for value, hint in (hints or {}).items()}
        self.style = style

    def id_for_label(self, id_: str, index: Any = None) -> str:
        """Number ids the GOV.UK way: the first choice has the field's own id, so that an error's link finds it."""
        return id_ if not id_ or index in (None, 0, "0") else f"{id_}-{int(index) + 1}"

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"].pop("class", None)
        return option | {"hint": self.hints.get(str(value), "")}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, value, attrs) | {"kind": self.kind, "style": self.style}


class Radios(Choices):
    input_type = "radio"


class Checks(Choices):
    input_type = "checkbox"
    allow_multiple_selected = True
    kind = "checkboxes"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.getlist(name) if hasattr(data, "getlist") else data.get(name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False  # an unticked box sends nothing


class SearchedRadios(Radios):
    """Some answers as radios, and a box to search for any other. Its value is the answer's key and the words typed."""

    template_name = "django/forms/widgets/kit_searched.html"
    searched = "name"  # what is typed, as its label says it

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, str]:
        return data.get(name) or "", (data.get(f"{name}-words") or "").strip()

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}-words" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        key, words = value if isinstance(value, tuple) else (value, "")
        context = super().get_context(name, key, attrs)
        return context | {"words": shown(words), "searched": self.searched}


class Select(forms.Select):
    pass


class Tick(forms.CheckboxInput):
    """One box to tick, its label beside it."""


class Upload(forms.FileInput):
    template_name = "django/forms/widgets/kit_upload.html"


class DayInput(Widget):
    """Three boxes: day, month, year. Reads `name-day` and so on, or `name` holding 2026-03-31."""

    template_name = "django/forms/widgets/kit_day.html"
    use_fieldset = True

    def id_for_label(self, id_: str) -> str:
        return f"{id_}-day" if id_ else id_

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, ...] | None:
        parts = tuple((data.get(f"{name}-{part}") or "").strip() for part in DAY_PARTS)
        if not any(parts):
            parts = split_day(data.get(name))
        return parts if any(parts) else None

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return all(f"{name}-{part}" not in data for part in DAY_PARTS) and name not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        attrs = context["widget"]["attrs"]
        wrong, classes = attrs.pop("data-wrong", ""), attrs.pop("class", "")
        context["widget"]["class"] = classes
        context["parts"] = [
            {
                "name": f"{name}-{part}",
                "id": f"{attrs.get('id') or name}-{part}",
                "label": label,
                "width": width,
                "value": shown(typed),
                "wrong": part in wrong,
            }
            for (part, (label, width)), typed in zip(DAY_PARTS.items(), split_day(value), strict=True)
        ]
        return context


def split_day(value: Any) -> tuple[str, ...]:
    """Return the words of the three boxes for a date, for what was typed, or for 2026-03-31."""
    if isinstance(value, dt.date):
        return str(value.day), str(value.month), str(value.year)
    if isinstance(value, tuple | list):
        return tuple(str(part) for part in value)
    match = re.fullmatch(r"(\d{4})-(\d\d?)-(\d\d?)", value) if isinstance(value, str) and len(value) <= 10 else None
    return (match[3], match[2], match[1]) if match else (str(value or ""), "", "")
