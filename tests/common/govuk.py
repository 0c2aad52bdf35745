"""Reading the fixtures that the govuk-frontend package ships, and comparing our HTML with theirs."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace

from bs4 import BeautifulSoup, NavigableString
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template import Context, Template

from common import forms

COMPONENTS = settings.BASE_DIR / "node_modules" / "govuk-frontend" / "dist" / "govuk" / "components"


def fixture(component: str, name: str) -> SimpleNamespace:
    """One example of the package's. Not finding the package is a failure: set-up installs it."""
    told = json.loads((COMPONENTS / component / "fixtures.json").read_text())["fixtures"]
    found = next(example for example in told if example["name"] == name)
    return SimpleNamespace(options=found["options"], html=found["html"])


def tree(html: str, *, rename=None, drop=()) -> list:
    """What matters of a piece of HTML: tags, attributes, classes as sets, words with single spaces."""

    def shape(node):
        if isinstance(node, NavigableString):
            return " ".join(str(node).split())
        attrs = {
            k: frozenset(v) if isinstance(v, list) else (rename or {}).get((k, v), v)
            for k, v in node.attrs.items()
            if k not in drop
        }
        return node.name, frozenset(attrs.items()), [s for child in node.children if (s := shape(child))]

    return [s for child in BeautifulSoup(html, "html.parser").children if (s := shape(child))]


def draw(source: str, **context) -> str:
    return Template(source).render(Context(context))


def asked(options: dict) -> dict:
    """Our field's arguments for a fixture's options."""
    heading = options.get("label") or options["fieldset"]["legend"]
    size = re.search(r"--(xl|l|m|s)$", heading.get("classes", ""))
    return {
        "label": heading["text"],
        "label_size": size[1] if size else "",
        "page_heading": heading.get("isPageHeading", False),
        "help_text": options.get("hint", {}).get("text", ""),
        "required": False,
    }


def draw_field(name: str, field, options: dict, data=None, parts=None) -> str:
    form = type("Example", (forms.Form,), {name: field})(data=data or {}, auto_id="%s")
    if "errorMessage" in options:
        form.add_error(name, ValidationError(options["errorMessage"]["text"], params={"parts": parts or []}))
    return form[name].as_field_group()


def choices(options: dict) -> list:
    return [(item["value"], item["text"]) for item in options["items"]]


def ids(example) -> list[tuple[str, str]]:
    """The attributes of a fixture that hold its id."""
    found = BeautifulSoup(example.html, "html.parser").find_all(True)
    return [(k, str(tag[k])) for tag in found for k in ("id", "for", "aria-describedby", "aria-controls") if tag.get(k)]


def answer(field, value, name="it"):
    """The form after someone typed `value`."""
    return type("Example", (forms.Form,), {name: field})(value if isinstance(value, dict) else {name: value})


def cleaned(field, value):
    form = answer(field, value)
    assert form.is_valid(), form.errors
    return form.cleaned_data["it"]


def told(field, value) -> str:
    form = answer(field, value)
    assert not form.is_valid()
    assert len(form.errors["it"]) == 1
    return form.errors["it"][0]
