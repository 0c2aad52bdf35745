"""The forms of the service: how a form reads, and the fields to make one from."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.forms.utils import flatatt
from django.forms.widgets import Input
from django.utils.safestring import SafeString

from common import drafts, versions
from common.choices import (
    ChecksField,
    ChoiceField,
    ModelChecksField,
    ModelRadiosField,
    ModelSelectField,
    Rows,
    SearchedField,
    SelectField,
    TickField,
    UploadField,
    YesNoField,
)
from common.fields import (
    DayField,
    EmailField,
    LongTextField,
    PasswordField,
    PhoneField,
    PoundsField,
    TextField,
    TimeField,
    WholeField,
)
from common.idempotency import FIELD as KEY_FIELD
from common.widgets import DAY_PARTS, CharacterCount, DayInput

__all__ = [
    "AnyChoice", "AnyRows",
    "ChecksField", "ChoiceField", "DayField", "EmailField", "Form", "KitBoundField", "LongTextField",
    "ModelChecksField", "ModelRadiosField", "ModelSelectField", "PasswordField", "PhoneField", "PoundsField",
    "Renderer", "SearchedField", "SelectField", "TextField", "TickField", "TimeField", "UploadField",
    "WholeField", "YesNoField",
]  # fmt: skip


class KitBoundField(BoundField):
    """A field on its page: knows its ids, its classes and what describes it, the GOV.UK way."""

    @property
    def hint_id(self) -> str:
        return f"{self.auto_id}-hint"

    @property
    def error_id(self) -> str:
        return f"{self.auto_id}-error"

    @property
    def aria_describedby(self) -> str:
        counted = [f"{self.auto_id}-info"] if self.is_counted else []
        hint = [self.hint_id] if self.help_text else []
        error = [self.error_id] if self.errors else []
        return " ".join(counted + hint + error)

    @property
    def shown_label(self) -> str:
        """The label, with "(optional)" where other questions on the form must be answered."""
        fields = self.form.fields.values()
        leave_out = (
            self.field.required or self.is_tick or "optional" in str(self.label) or not any(f.required for f in fields)
        )
        return str(self.label) if leave_out else f"{self.label} (optional)"

    @property
    def is_counted(self) -> bool:
        return isinstance(self.field.widget, CharacterCount)

    @property
    def is_tick(self) -> bool:
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def is_day(self) -> bool:
        return isinstance(self.field.widget, DayInput)

    @property
    def label_size(self) -> str:
        return getattr(self.field, "label_size", "")

    @property
    def page_heading(self) -> bool:
        return getattr(self.field, "page_heading", False)

    @property
    def anchor(self) -> str:
        """Where an error's link leads: the first control that can be changed."""
        widget = self.field.widget
        if not self.is_day:
            return self.auto_id
        wrong = self.wrong_parts()
        return f"{self.auto_id}-{wrong[0]}" if wrong else widget.id_for_label(self.auto_id)

    def wrong_parts(self) -> list[str]:
        """Which boxes of a date to mark."""
        problems = self.form.errors.as_data().get(self.name, [])
        named = [part for problem in problems for part in (getattr(problem, "params", None) or {}).get("parts", [])]
        return named or (list(DAY_PARTS) if problems else [])

    @property
    def group_attrs(self) -> SafeString:
        """Attributes of the element around label, hint, error and control."""
        classes = ["govuk-form-group"]
        attrs: dict[str, Any] = {}
        if self.errors:
            classes.append("govuk-form-group--error")
        if self.is_counted:
            classes.append("govuk-character-count")
            attrs |= {"data-module": "govuk-character-count", "data-maxlength": self.field.widget.count}
        if when := getattr(self.form, "applies_when", {}).get(self.name):
            attrs["data-when"] = when
        if isinstance(self.field.widget, forms.PasswordInput):
            classes.append("govuk-password-input")
            attrs |= {"data-module": "govuk-password-input"}
        return flatatt({"class": " ".join(classes), **attrs})

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        attrs = {**extra_attrs(widget), **attrs}
        if self.field.disabled:
            attrs["disabled"] = True
        if widget.is_hidden:
            return attrs
        if isinstance(widget, DayInput):
            attrs["data-wrong"] = self.wrong_parts()
        elif self.aria_describedby and not self.use_fieldset:
            attrs["aria-describedby"] = self.aria_describedby
        classes = [*control_classes(widget, wrong=bool(self.errors)), attrs.get("class"), widget.attrs.get("class")]
        return attrs | ({"class": joined} if (joined := " ".join(name for name in classes if name)) else {})


def control_classes(widget: forms.Widget, *, wrong: bool) -> list[str]:
    """The GOV.UK classes of a control, whoever made it: ours, Django's, or a library's."""
    if isinstance(widget, forms.CheckboxInput):
        return ["govuk-checkboxes__input"]
    kinds = [
        (forms.Textarea, "textarea"),
        (forms.FileInput, "file-upload"),
        (forms.Select, "select"),
        (Input, "input"),
    ]
    kind = next((name for type_, name in kinds if isinstance(widget, type_)), "")
    if not kind:
        return []
    password = (
        ["govuk-password-input__input", "govuk-js-password-input-input"]
        if isinstance(widget, forms.PasswordInput)
        else []
    )
    counted = ["govuk-js-character-count"] if isinstance(widget, CharacterCount) else []
    return [f"govuk-{kind}", *password, *([f"govuk-{kind}--error"] if wrong else []), *counted]


def extra_attrs(widget: forms.Widget) -> dict[str, Any]:
    return {"spellcheck": "false", "autocapitalize": "none"} if isinstance(widget, forms.PasswordInput) else {}


class Renderer(TemplatesSetting):
    """Draws every form in the house with our templates, those of libraries too."""

    bound_field_class = KitBoundField


MOVED_ON = (
    "Someone changed this while you were writing. It says now: “{now}”. Change yours if need be, then press again."
)
Kind = TypeVar("Kind", bound=forms.Field)
AnyChoice = forms.ChoiceField  # every field with `choices`
AnyRows = Rows  # every field with a `queryset`


class Form(forms.Form):
    """The base of every form here: no browser bubbles, our words, our markup."""

    use_required_attribute = False
    bound_field_class = KitBoundField
    saves_drafts = False  # whether what is written is saved until it is sent: one such form on a page
    changes_what_is_there = False  # whether it shows what is on record: then it carries the version of that
    # Questions that apply only with some answers to another: "kind:CUSTODY", or "kind" for any (assets/js/when.js).
    applies_when: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        if self.saves_drafts and not self.is_bound:
            drafts.fill(self)

    def full_clean(self) -> None:
        """A form that was sent without any of its fields says nothing, and is not taken for one that was emptied."""
        super().full_clean()
        posted = self.is_bound and "csrfmiddlewaretoken" in self.data
        if posted and KEY_FIELD not in self.data and not self._was_filled():
            self.add_error(None, "The form arrived empty. Load the page again, then send it.")
        if posted and self.changes_what_is_there:
            self._refuse_stale()

    def _refuse_stale(self) -> None:
        """Show both where someone changed a value after this form showed it. Sent again, it is saved."""
        for name, now in versions.moved_on(self).items():
            if name not in self.errors and not versions.same(self.cleaned_data.get(name), now):
                self.add_error(name, MOVED_ON.format(now=versions.in_words(self.fields[name], now)))

    @property
    def version(self) -> str:
        return versions.of(self) if self.changes_what_is_there else ""

    def _was_filled(self) -> bool:
        names = tuple(self.add_prefix(name) for name in self.fields)
        return any(sent.startswith(names) for sent in (*self.data, *self.files))

    def field(self, name: str, kind: type[Kind]) -> Kind:
        """This field, as the kind that it is declared as."""
        found = self.fields[name]
        assert isinstance(found, kind), f"{name} is a {type(found).__name__}"
        return found
