"""What people type: the right value, or a plain sentence with what they typed kept. Never a crash."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import forms
from tests.common.govuk import answer, cleaned, told

LONG = "a" * 1_000_000
NASTY = [
    "\x00",
    "a\x00b",
    "\ud800",
    "x\udfffy",
    LONG,
    "\u202e<script>alert(1)</script>",
    "{{7*7}}",
    "' OR 1=1 --",
    "٣",
    "NaN",
    "1e400",
]


EVERY = [
    forms.TextField, forms.LongTextField, forms.EmailField, forms.PhoneField, forms.PoundsField, forms.WholeField,
    forms.TimeField, forms.DayField, forms.PasswordField, forms.YesNoField, forms.ChoiceField, forms.SelectField,
    forms.ChecksField,
]  # fmt: skip


@pytest.mark.parametrize("field", EVERY)
@pytest.mark.parametrize("value", NASTY, ids=lambda v: repr(v[:12]))
def test_nothing_typed_breaks_a_page_and_a_refusal_is_short(field, value):
    form = answer(field(label="Name"), {"it": value, "it-day": value, "it-month": value, "it-year": value})

    form.is_valid()
    page = form["it"].as_field_group()

    page.encode()  # what is sent to the browser
    assert "\x00" not in page
    assert "<script>" not in page
    assert all(len(problem) < 140 for problem in form.errors.get("it", []))


@pytest.mark.parametrize("field", EVERY)
def test_what_is_missing_is_asked_for_by_name(field):
    sentence = told(field(label="Your name"), "")

    assert sentence.startswith(("Enter ", "Choose "))


@given(st.text(max_size=300))
def test_text_is_kept_in_one_spelling_or_refused(text):
    form = answer(forms.TextField(required=False), text)

    if form.is_valid():
        form.cleaned_data["it"].encode()
        assert len(form.cleaned_data["it"]) <= 200


def test_text_is_composed_and_stripped_and_its_lines_end_alike():
    assert cleaned(forms.TextField(), "  Zoe\u0308 ") == "Zoë"
    assert cleaned(forms.LongTextField(), "one\r\ntwo\rthree") == "one\ntwo\nthree"


def test_right_to_left_marks_are_kept():
    assert cleaned(forms.TextField(), "\u202eabc") == "\u202eabc"


def test_too_long_a_text_is_refused_with_both_figures_and_kept_in_the_box():
    form = answer(forms.LongTextField(label="Story"), LONG)

    assert form.errors["it"] == ["Use 4,000 characters or fewer. You have used 1,000,000."]
    assert LONG in form["it"].as_field_group()


def test_a_text_may_be_as_long_as_is_said():
    assert len(cleaned(forms.LongTextField(max_length=12_000), "a" * 12_000)) == 12_000


@pytest.mark.parametrize(
    ("typed", "pence"),
    [("£20", 2000), ("1,000.50", 100050), ("20", 2000), (" £ 1,200 ", 120000), ("0.01", 1), ("1,000,000", 100_000_000)],
)
def test_an_amount_is_read_as_people_write_it(typed, pence):
    assert cleaned(forms.PoundsField(), typed) == pence


@pytest.mark.parametrize("typed", ["NaN", "1e400", "-1", "ten", "1.234", "1,00", "0", "1000000.01", "£", "9" * 39])
def test_what_is_no_amount_is_refused_and_kept(typed):
    form = answer(forms.PoundsField(label="How much?"), typed)

    assert form.errors["it"][0].startswith("Enter an amount")
    assert f'value="{typed}"' in form["it"].as_field_group()


def test_an_amount_has_the_bounds_it_is_given():
    assert told(forms.PoundsField(max_value=500_00), "500.01") == "Enter an amount that is £500 or less."
    assert told(forms.PoundsField(min_value=10_00), "9") == "Enter an amount that is £10 or more."
    assert cleaned(forms.PoundsField(min_value=0), "0") == 0


def test_an_amount_set_beforehand_is_shown_in_pounds():
    form = type("Example", (forms.Form,), {"it": forms.PoundsField()})(initial={"it": 120050})

    assert 'value="1,200.50"' in form["it"].as_field_group()


@pytest.mark.parametrize(
    "boxes", [("31", "3", "2026"), ("31", "March", "2026"), ("31", "mar", "2026"), ("３１", "3", "2026")]
)
def test_a_date_is_read_from_its_boxes(boxes):
    data = dict(zip(("it-day", "it-month", "it-year"), boxes, strict=True))

    assert cleaned(forms.DayField(), data) == dt.date(2026, 3, 31)


def test_a_date_is_read_from_one_value_too():
    assert cleaned(forms.DayField(), "2026-03-31") == dt.date(2026, 3, 31)


@pytest.mark.parametrize(
    ("boxes", "sentence"),
    [
        (("31", "", "2026"), "Date of birth must include a month."),
        (("", "", "2026"), "Date of birth must include a day and month."),
        (("31", "2", "2026"), "Date of birth must be a real date. That month has no day 31."),
        (("32", "2", "2026"), "Date of birth must have a day between 1 and 31."),
        (("1", "13", "2026"), "Date of birth must have a month between 1 and 12, or its name."),
        (("1", "1", "0"), "Date of birth must have a year between 1900 and 2100, like 2026."),
        (("1", "1", "9999"), "Date of birth must have a year between 1900 and 2100, like 2026."),
        (("1", "1", "026"), "Date of birth must have a year between 1900 and 2100, like 2026."),
        (("one", "1", "2026"), "Date of birth must have a day between 1 and 31."),
    ],
)
def test_what_is_wrong_with_a_date_is_said_and_what_was_typed_is_kept(boxes, sentence):
    form = answer(
        forms.DayField(label="Date of birth"), dict(zip(("it-day", "it-month", "it-year"), boxes, strict=True))
    )

    assert form.errors["it"] == [sentence]
    page = form["it"].as_field_group()
    assert all(f'value="{typed}"' in page for typed in boxes if typed)


def test_a_date_has_the_bounds_its_form_sets():
    form = answer(forms.DayField(label="When did you meet?"), "2026-06-02")
    form.fields["it"].latest = dt.date(2026, 6, 1)

    assert form.errors["it"] == ["The date must be 1 June 2026 or earlier."]


@pytest.mark.parametrize(
    ("typed", "time"),
    [
        ("2:30pm", (14, 30)),
        ("2pm", (14, 0)),
        ("14:30", (14, 30)),
        ("1430", (14, 30)),
        ("12am", (0, 0)),
        ("midday", (12, 0)),
        ("9.05 AM", (9, 5)),
    ],
)
def test_a_time_is_read_as_people_write_it(typed, time):
    assert cleaned(forms.TimeField(), typed) == dt.time(*time)


@pytest.mark.parametrize("typed", ["25:00", "13pm", "24", "0pm", "half past", "2:60pm"])
def test_what_is_no_time_is_refused(typed):
    assert told(forms.TimeField(), typed) == "Enter a time, like 2:30pm or 14:30."


@pytest.mark.parametrize("typed", ["1.5", "x", "²³x", "--1", "9" * 39, "2147483648", "-1"])
def test_a_whole_number_fits_the_column_that_holds_it(typed):
    assert told(forms.WholeField(), typed).startswith(("Enter a", "The number must be"))


def test_a_whole_number_is_read_with_its_commas():
    assert cleaned(forms.WholeField(), "1,200") == 1200
    assert cleaned(forms.WholeField(min_value=-5), "-3") == -3


@pytest.mark.parametrize("typed", ["07700 900 982", "+44 7700 900982", "(07700) 900-982"])
def test_a_phone_number_is_kept_in_one_shape(typed):
    assert cleaned(forms.PhoneField(), typed) == "+447700900982"


@pytest.mark.parametrize("typed", ["12", "hello", "+1", "07700 900 98"])
def test_what_is_no_phone_number_is_refused(typed):
    assert told(forms.PhoneField(), typed) == "Enter a phone number, like 07700 900 982 or +44 808 157 0192."


def test_an_email_address_is_checked():
    assert cleaned(forms.EmailField(), " sam@example.com ") == "sam@example.com"
    assert told(forms.EmailField(), "sam@") == "Enter an e-mail address in the right form, like name@example.com."


def test_a_question_that_need_not_be_answered_says_so_only_beside_one_that_must():
    both = type("F", (forms.Form,), {"a": forms.TextField(), "b": forms.TextField(required=False, label="Why?")})()
    neither = type("F", (forms.Form,), {"b": forms.TextField(required=False, label="Why?")})()

    assert "Why? (optional)" in both["b"].as_field_group()
    assert "optional" not in neither["b"].as_field_group()


def test_a_field_may_say_its_own_sentence():
    field = forms.TextField(label="Name", error_messages={"required": "Tell us your name."})

    assert told(field, "") == "Tell us your name."
