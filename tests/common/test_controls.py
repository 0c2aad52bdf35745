"""Each form control's HTML is that of the fixtures the govuk-frontend package ships."""

from __future__ import annotations

import pytest

from common import forms, widgets
from tests.common.govuk import asked, choices, draw_field, fixture, ids, tree


@pytest.mark.parametrize("name", ["default", "with hint text", "with error message", "with error and hint"])
def test_an_input_is_govuk(name):
    example = fixture("input", name)
    field_name = example.options["name"]

    html = draw_field(field_name, forms.TextField(**asked(example.options)), example.options)

    given = example.options.get("id", field_name)
    own_id = {(key, value): value.replace(given, field_name) for key, value in ids(example)}
    assert tree(html) == tree(example.html, rename=own_id)


def test_an_input_may_carry_the_page_heading_and_a_width():
    page = fixture("input", "with label as page heading")
    narrow = fixture("input", "with width-5 class")

    heading = draw_field(page.options["id"], forms.TextField(**asked(page.options)), page.options)
    width = draw_field(narrow.options["id"], forms.TextField(width=5, **asked(narrow.options)), narrow.options)

    assert tree(heading, drop=["name"]) == tree(page.html, drop=["name"])
    assert tree(width, drop=["name", "value"]) == tree(narrow.html, drop=["name", "value"])


def test_a_sum_of_money_has_its_pound_sign_before_it():
    example = fixture("input", "with prefix")

    html = draw_field("input-with-prefix", forms.PoundsField(width=None, **asked(example.options)), example.options)

    ours = ["name", "inputmode", "spellcheck"]
    assert tree(html, drop=ours) == tree(example.html, drop=ours)


@pytest.mark.parametrize("name", ["default", "with hint", "with error message", "with hint and error message"])
def test_a_textarea_is_govuk(name):
    example = fixture("textarea", name)
    field = forms.LongTextField(**asked(example.options))

    html = draw_field(example.options.get("id") or example.options["name"], field, example.options)

    assert tree(html, drop=["name"]) == tree(example.html, drop=["name"])


@pytest.mark.parametrize("name", ["default", "with hint", "with hint and error", "with default value"])
def test_a_character_count_is_govuk(name):
    example = fixture("character-count", name)
    options = example.options
    field = forms.LongTextField(count=True, max_length=options["maxlength"], **asked(options))

    own = options.get("id") or options["name"]

    html = draw_field(own, field, options, data={own: options.get("value", "")})

    assert tree(html, drop=["name"]) == tree(example.html, drop=["name"])


@pytest.mark.parametrize(
    "name", ["default", "with hint", "inline", "with fieldset and error message", "with hint and error message"]
)
def test_radios_are_govuk(name):
    example = fixture("radios", name)
    options = example.options
    inline = "inline" in options.get("classes", "")
    field = forms.ChoiceField(choices=choices(options), inline=inline, **asked(options))
    chosen = options.get("value") or next((item["value"] for item in options["items"] if item.get("checked")), "")

    html = draw_field(options["name"], field, options, data={options["name"]: chosen})

    own_id = (
        {(k, v): v.replace(options["idPrefix"], options["name"]) for k, v in ids(example)}
        if "idPrefix" in options
        else {}
    )
    assert tree(html) == tree(example.html, rename=own_id)


def test_radios_may_have_a_hint_for_each():
    example = fixture("radios", "with hints on items")
    options = example.options
    hints = {item["value"]: item["hint"]["text"] for item in options["items"]}
    own = {"gateway": "gov", "verify": "gov-2"}
    renamed = {(k, v): next((v.replace(a, b) for a, b in own.items() if a in v), v) for k, v in ids(example)}

    html = draw_field("gov", forms.ChoiceField(choices=choices(options), hints=hints, **asked(options)), options)

    assert tree(html) == tree(example.html, rename=renamed)


@pytest.mark.parametrize("name", ["default", "with hint", "with error message", "with error message and hint"])
def test_checkboxes_are_govuk(name):
    example = fixture("checkboxes", name)
    options = example.options
    hints = {item["value"]: item["hint"]["text"] for item in options["items"] if "hint" in item}
    field = forms.ChecksField(choices=choices(options), hints=hints, **asked(options))

    html = draw_field(options["name"], field, options)

    assert tree(html) == tree(example.html)


@pytest.mark.parametrize("name", ["with error message and hint", "with error on day input", "with values"])
def test_a_date_input_is_govuk(name):
    example = fixture("date-input", name)
    options, own = example.options, example.options["id"]
    data = {f"{own}-{part}": str(value) for part, value in (options.get("values") or {}).items()}
    parts = [part for part in widgets.DAY_PARTS if isinstance(options.get(part), dict) and options[part].get("error")]
    field = forms.DayField(**asked(options))

    html = draw_field(own, field, options, data=data, parts=parts)

    assert tree(html) == tree(example.html, rename={("name", part): f"{own}-{part}" for part in widgets.DAY_PARTS})


@pytest.mark.parametrize("name", ["default", "with hint text and error message", "with selected value"])
def test_a_select_is_govuk(name):
    example = fixture("select", name)
    options = example.options
    chosen = options.get("value") or next((i["value"] for i in options["items"] if i.get("selected")), "")
    field = forms.SelectField(choices=choices(options), empty_label=None, **asked(options))

    own = options.get("id") or options["name"]

    html = draw_field(own, field, options, data={own: chosen})

    assert tree(html, drop=["name", "disabled"]) == tree(example.html, drop=["name", "disabled"])


@pytest.mark.parametrize("name", ["enhanced", "enhanced, with error message and hint"])
def test_a_file_upload_is_govuk(name):
    example = fixture("file-upload", name)

    html = draw_field(example.options["id"], forms.UploadField(**asked(example.options)), example.options)

    assert tree(html, drop=["accept"]) == tree(example.html)


@pytest.mark.parametrize("name", ["default", "with hint text", "with error message"])
def test_a_password_input_is_govuk(name):
    example = fixture("password-input", name)
    own = example.options.get("id") or example.options["name"]

    html = draw_field(own, forms.PasswordField(**asked(example.options)), example.options)

    assert tree(html, drop=["name"]) == tree(example.html, drop=["name"])
