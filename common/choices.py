"""Form fields with an answer that is chosen: from a list, from rows of a table, or a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model, QuerySet
from django.utils.choices import BlankChoiceIterator, normalize_choices

from common import widgets
from common.fields import Asked, TextField

NOT_LISTED = "Choose one of the answers listed."
NOT_ALL_LISTED = "Choose only from the answers listed."
LONGEST_KEY = 200
STARTS = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff"}


class Picked(Asked):
    default_error_messages: ClassVar[Any] = {
        "invalid_choice": NOT_LISTED,
        "invalid_list": NOT_ALL_LISTED,
        "invalid_pk_value": NOT_ALL_LISTED,
    }

    def missing(self) -> str:
        return f"Choose {self.called}." if self.called else f"Choose an answer for “{self.label}”"


class ChoiceField(Picked, forms.TypedChoiceField):
    """Radios. `hints` maps a value to a line of help; `inline` sets short answers side by side."""

    def __init__(self, *, hints: Mapping[Any, str] | None = None, inline: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("widget", widgets.Radios(hints=hints, style="inline" if inline else ""))
        super().__init__(**kwargs)


class SelectField(Picked, forms.TypedChoiceField):
    """A drop-down list, opening on `empty_label`."""

    widget = widgets.Select

    def __init__(self, *, choices: Any = (), empty_label: str | None = "Choose from the list", **kwargs: Any) -> None:
        self.empty_label = empty_label
        super().__init__(choices=choices, **kwargs)

    @property
    def choices(self) -> Any:
        return self._choices

    @choices.setter
    def choices(self, value: Any) -> None:
        listed = normalize_choices(value)
        blank = [("", self.empty_label)]
        self._choices = listed if self.empty_label is None else BlankChoiceIterator(listed, blank)
        self.widget.choices = self._choices


class ChecksField(Picked, forms.TypedMultipleChoiceField):
    """Checkboxes: none, one or several."""

    def __init__(self, *, hints: Mapping[Any, str] | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("widget", widgets.Checks(hints=hints))
        super().__init__(**kwargs)


class YesNoField(ChoiceField):
    """Yes or no, side by side. Gives True, False, or None where it need not be answered."""

    def __init__(self, *, yes: str = "Yes", no: str = "No", **kwargs: Any) -> None:
        choices = [("yes", yes), ("no", no)]
        super().__init__(**{"inline": True, "choices": choices, "coerce": "yes".__eq__, "empty_value": None, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


class TickField(Asked, forms.BooleanField):
    """One box to tick. Where it is required, it must be ticked."""

    widget = widgets.Tick

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise self.refuse("required", f"Tick “{self.label}” to go on.")


class Rows(Picked, forms.ModelChoiceField):
    """Rows to choose from: none, until the form sets in `__init__` those that its user may see."""

    def __init__(self, queryset: Any, *, naming: Callable[[Any], str] | None = None, **kwargs: Any) -> None:
        if isinstance(queryset, type) and issubclass(queryset, Model):
            queryset = queryset._default_manager.none()
        if hasattr(queryset, "visible_to") and not queryset.all().query.is_empty():
            raise TypeError("A field of rows starts from .none(); narrow its queryset in the form's __init__.")
        self.naming = naming
        super().__init__(queryset, **kwargs)

    def label_from_instance(self, row: Model) -> str:
        return self.naming(row) if self.naming else str(row)

    def clean(self, value: Any) -> Any:
        """Return the rows with these keys. A key that no row can have is refused like any other."""
        for key in value if isinstance(value, list | tuple) else [value]:
            if isinstance(key, str) and (len(key) > LONGEST_KEY or not key.isprintable()):
                raise self.refuse("invalid_choice", NOT_LISTED)
        try:
            return super().clean(value)
        except ValidationError as problem:
            if getattr(problem, "code", "") == "required":  # Django's name for it where several rows can be chosen
                raise self.refuse("required", self.missing()) from None
            if getattr(problem, "code", "") in Picked.default_error_messages:
                raise
            raise self.refuse("invalid_choice", NOT_LISTED) from None


class ModelSelectField(Rows):
    widget = widgets.Select

    def __init__(
        self, queryset: QuerySet[Any] | type[Model], *, empty_label: str | None = "Choose from the list", **kwargs: Any
    ) -> None:
        super().__init__(queryset, empty_label=empty_label, **kwargs)


class ModelRadiosField(Rows):
    widget = widgets.Radios

    def __init__(self, queryset: QuerySet[Any] | type[Model], **kwargs: Any) -> None:
        super().__init__(queryset, **{"empty_label": None, **kwargs})


class SearchedField(Rows):
    """One row of very many: a few near ones as radios, and any other by its name.

    The form says in `__init__` which are near (`offer`) and how to find others (`find`: words to keys of rows). Where
    the words fit several, those are offered instead, and what was typed stays.
    """

    widget = widgets.SearchedRadios
    most = 12  # rows offered for the words
    none = ""  # the words for choosing nobody; empty where that is not offered

    def __init__(self, queryset: type[Model], *, searched: str = "name", **kwargs: Any) -> None:
        self.find: Callable[[str], list[Any]] = lambda words: []
        super().__init__(queryset, **{"empty_label": None, **kwargs})
        self.widget.searched = searched

    def offer(self, rows: Iterable[Model]) -> None:
        nobody = [("", self.none)] if self.none else []
        self.widget.choices = [*((str(row.pk), self.label_from_instance(row)) for row in rows), *nobody]

    def _offer_nothing(self, _: Any = None) -> Any:
        return []

    choices = property(_offer_nothing, _offer_nothing)  # not every row of the table

    def clean(self, value: Any) -> Any:
        key, typed = value if isinstance(value, tuple) else (value, "")
        words = TextField(required=False).clean(typed)
        if not words:
            return super().clean(key)
        assert self.queryset is not None
        found = list(self.queryset.filter(pk__in=self.find(words)))
        self.offer(found[: self.most])  # also where one is chosen: another answer may bring the page back
        chosen = [row for row in found if str(row.pk) == key]
        if chosen or (len(found) == 1 and not key):
            return (chosen or found)[0]
        if not found:
            raise self.refuse("nobody", f"Nothing fits “{words}”. Check the spelling, or type more of it.")
        if len(found) > self.most:
            raise self.refuse("many", f"More than {self.most} fit “{words}”. Choose one of these, or type more.")
        raise self.refuse("several", "Choose which of these you mean.")

    def has_changed(self, initial: Any, data: Any) -> bool:
        key, words = data if isinstance(data, tuple) else (data, "")
        return bool(words) or super().has_changed(initial, key)


class ModelChecksField(Rows, forms.ModelMultipleChoiceField):
    widget = widgets.Checks


class UploadField(Asked, forms.FileField):
    """A file of one of `kinds` ("pdf", "png", "jpg", "csv", "json"), read no further than its first bytes."""

    widget = widgets.Upload

    def __init__(self, *, kinds: Iterable[str] = ("pdf", "png", "jpg"), most_mb: int = 10, **kwargs: Any) -> None:
        self.kinds, self.most_mb = tuple(kinds), most_mb
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"accept": ",".join(f".{kind}" for kind in self.kinds)}

    def missing(self) -> str:
        return f"Choose {self.called or 'a file'}."

    def to_python(self, data: Any) -> UploadedFile | None:
        if data in self.empty_values:
            return None
        if not data.name or len(data.name) > LONGEST_KEY or not data.name.isprintable():
            raise self.refuse("name", "Give the file a shorter, plainer name, then choose it again.")
        if not data.size:
            raise self.refuse("empty", "The file is empty. Choose another.")
        if data.size > self.most_mb * 1024 * 1024:
            raise self.refuse("size", f"The file must be smaller than {self.most_mb} MB.")
        self.check_kind(data)
        return data

    def check_kind(self, data: UploadedFile) -> None:
        ending = str(data.name).rsplit(".", 1)[-1].lower().replace("jpeg", "jpg")
        start = data.read(2048)
        data.seek(0)
        looks_right = start.startswith(STARTS[ending]) if ending in STARTS else b"\x00" not in start
        if ending not in self.kinds or not looks_right:
            raise self.refuse("kind", f"The file must be {' or '.join(kind.upper() for kind in self.kinds)}.")
