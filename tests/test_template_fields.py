"""A template draws only fields that some form has: Django draws an unknown one as nothing, without a word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django import forms
from django.conf import settings
from django.urls import get_resolver

OF_ALLAUTH = {"login"}  # added as its form is made
DRAWN = re.compile(r"\{\{\s*[\w.]+\.(\w+)\.as_field_group")


def every_form(form: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    for below in form.__subclasses__():
        yield below
        yield from every_form(below)


def test_a_template_draws_only_fields_that_a_form_declares():
    assert get_resolver().url_patterns  # every page's forms are imported with its address
    declared = {name for form in every_form() for name in getattr(form, "base_fields", {})}

    unknown = [
        f"{path.relative_to(settings.BASE_DIR)}: {name}"
        for path in sorted((settings.BASE_DIR / "templates").rglob("*.html"))
        for name in DRAWN.findall(path.read_text())
        if name not in declared | OF_ALLAUTH
    ]

    assert unknown == []
