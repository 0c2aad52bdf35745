"""What people pick: one of what was offered, a row they may have, a file of the right kind, or a plain sentence."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models

from common import forms
from common.models import Submission
from tests.common.govuk import answer, cleaned, told

LONG = "a" * 1_000_000


def test_yes_and_no_are_true_and_false():
    assert cleaned(forms.YesNoField(), "yes") is True
    assert cleaned(forms.YesNoField(), "no") is False
    assert cleaned(forms.YesNoField(required=False), "") is None
    assert (
        "checked" in type("F", (forms.Form,), {"it": forms.YesNoField()})(initial={"it": False})["it"].as_field_group()
    )


@pytest.mark.parametrize("field", [forms.ChoiceField, forms.SelectField])
def test_an_answer_that_was_not_offered_is_refused_in_few_words(field):
    assert told(field(choices=[("a", "A")]), LONG) == "Choose one of the answers listed."


def test_a_list_opens_on_nothing_however_its_choices_come():
    class Kind(models.TextChoices):
        BIG = "BIG", "Big"

    ways = [Kind, Kind.choices, lambda: Kind.choices, [("Sizes", Kind.choices)], [("", "Any"), *Kind.choices]]
    pages = [answer(forms.SelectField(choices=way), "")["it"].as_field_group() for way in ways]

    assert all('value="BIG"' in page for page in pages)
    assert [page.count('value=""') for page in pages] == [1] * 5
    assert cleaned(forms.SelectField(choices=Kind), "BIG") == "BIG"


def test_several_answers_may_be_ticked():
    choices = [("a", "A"), ("b", "B")]

    assert cleaned(forms.ChecksField(choices=choices), {"it": ["a", "b"]}) == ["a", "b"]
    assert told(forms.ChecksField(choices=choices), {"it": ["z"]}) == "Choose one of the answers listed."


def test_a_box_that_must_be_ticked_says_so():
    assert told(forms.TickField(label="I agree"), {}) == "Tick “I agree” to go on."


@pytest.mark.parametrize("field", [forms.ModelSelectField, forms.ModelRadiosField, forms.ModelChecksField])
@pytest.mark.parametrize(
    "key", ["1", "abc", str(10**30), "1\x00", "\ud800", LONG, "-1", "' OR 1=1 --"], ids=lambda k: repr(k[:9])
)
def test_a_forged_key_is_refused_in_few_words(field, key):
    value = {"it": [key]} if field is forms.ModelChecksField else key

    assert told(field(Submission.objects.none()), value).startswith("Choose ")


def test_a_field_of_rows_starts_from_none_where_rows_are_someones():
    class Owned(models.QuerySet):
        def visible_to(self, user):
            return self

    with pytest.raises(TypeError, match="starts from .none()"):
        forms.ModelSelectField(Owned(Submission).all())

    assert not forms.ModelSelectField(Owned(Submission).none()).queryset


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("letter.pdf", b"", "The file is empty. Choose another."),
        ("letter.pdf", b"MZ\x90", "The file must be PDF or PNG or JPG."),
        ("letter.pdf.exe", b"%PDF-1.7", "The file must be PDF or PNG or JPG."),
        ("drawing.svg", b"<svg/>", "The file must be PDF or PNG or JPG."),
        ("a" * 250 + ".pdf", b"%PDF-1.7", "Give the file a shorter, plainer name, then choose it again."),
        ("letter.pdf", b"%PDF-" + b"a" * 1024 * 1024, "The file must be smaller than 1 MB."),
    ],
)
def test_a_file_of_the_wrong_kind_is_refused(name, content, sentence):
    form = type("F", (forms.Form,), {"it": forms.UploadField(most_mb=1)})({}, {"it": SimpleUploadedFile(name, content)})

    assert form.errors["it"] == [sentence]


def test_a_file_of_the_right_kind_is_taken_whole():
    form = type("F", (forms.Form,), {"it": forms.UploadField()})({}, {"it": SimpleUploadedFile("a.PDF", b"%PDF-1.7 x")})

    assert form.is_valid()
    assert form.cleaned_data["it"].read() == b"%PDF-1.7 x"


def test_a_list_marks_what_is_chosen_and_shows_words_as_they_are():
    field = forms.SelectField(choices=[("Sizes", [("<b>", "Big & <bold>")]), (7, "Small")], empty_label=None)

    page = type("F", (forms.Form,), {"it": field})(initial={"it": 7})["it"].as_widget()

    assert re.findall(r"<option.*?</option>", page) == [
        '<option value="&lt;b&gt;">Big &amp; &lt;bold&gt;</option>', '<option value="7" selected>Small</option>',
    ]  # fmt: skip
    assert re.findall(r'<optgroup label="(\w+)">', page) == ["Sizes"]


@pytest.mark.parametrize("field", [forms.ChoiceField, forms.ChecksField])
def test_what_is_chosen_from_is_escaped_in_radios_and_checkboxes(field):
    bad = '"><script>'
    asked = field(choices=[(bad, [(bad, bad)]), ("b", "B")], hints={bad: bad})

    html = answer(asked, "b")["it"].as_field_group()

    assert "<script>" not in html
    assert html.count("&quot;&gt;&lt;script&gt;") == 4  # the group, its answer, the answer's value and its hint
