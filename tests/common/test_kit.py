"""Components are those of the govuk-frontend package's fixtures; words, dates and frames are as promised."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from common import forms
from tests.common.govuk import draw, fixture, tree


@pytest.mark.parametrize("name", ["default", "without links"])
def test_an_error_summary_is_govuk(name):
    example = fixture("error-summary", name)
    told = example.options["errorList"]
    fields = {item["href"][1:]: forms.TextField(required=False) for item in told if "href" in item}
    form = type("Example", (forms.Form,), fields)(data={}, auto_id="%s")
    for item in told:
        form.add_error(item["href"][1:] if "href" in item else None, item["text"])

    assert tree(draw("{% error_summary form %}", form=form)) == tree(example.html)


def test_an_error_summary_says_nothing_where_nothing_is_wrong():
    form = type("Example", (forms.Form,), {"name": forms.TextField()})

    assert draw("{% error_summary form %}{% error_summary missing %}", form=form()) == ""


@pytest.mark.parametrize(
    ("component", "name", "source"),
    [
        ("button", "prevent double click", '{% submit "Submit" %}'),
        ("button", "link", '{% button_link "Link button" "/" %}'),
        ("button", "secondary", '{% submit "Secondary button" "secondary" %}'),
        ("button", "warning", '{% submit "Warning button" "warning" %}'),
        ("button", "inverse", '{% submit "Inverse button" "inverse" %}'),
        ("tag", "default", '{% tag "Alpha" %}'),
        ("tag", "grey", '{% tag "Grey" "grey" %}'),
        ("tag", "turquoise", '{% tag "Teal" "teal" %}'),
        ("details", "default", "{% details options.summaryText %}{{ options.text }}{% enddetails %}"),
        ("details", "expanded", "{% details options.summaryText open=True %}{{ options.text }}{% enddetails %}"),
        ("inset-text", "default", "{% inset %}{{ options.text }}{% endinset %}"),
        ("back-link", "default", '{% back_link "#" %}'),
        ("back-link", "with custom text and link", "{% back_link options.href options.text %}"),
        ("notification-banner", "custom title id", '{% banner id="my-id" %}{{ options.text }}{% endbanner %}'),
        (
            "notification-banner",
            "with type as success",
            '{% banner tone="success" id="govuk-notification-banner-title" %}{{ options.text }}{% endbanner %}',
        ),
    ],
)
def test_a_component_is_govuk(component, name, source):
    example = fixture(component, name)

    html = draw(source, options=example.options)

    ours = {"button": ["data-prevent-double-click", "name", "value"], "details": ["id"]}.get(component, [])
    assert tree(html, drop=ours) == tree(example.html, drop=ours)


def test_tabs_are_govuk_and_the_first_is_open():
    example = fixture("tabs", "default")
    source = (
        "{% tabs %}{% for item in options.items %}{% tab item.label item.id %}"
        "{{ item.panel.html|safe }}{% endtab %}{% endfor %}{% endtabs %}"
    )
    options = example.options
    for item in options["items"]:
        item["panel"].setdefault("html", f'<p class="govuk-body">{item["panel"].get("text", "")}</p>')

    html = draw(source, options=options)

    assert tree(html) == tree(example.html)


def test_a_summary_list_is_govuk():
    example = fixture("summary-list", "single action with anchor")

    html = draw(
        '{% summary %}{% row "Name" href="#" action="First action" %}Firstname Lastname{% endrow %}{% endsummary %}'
    )

    assert tree(html.replace('<span class="govuk-visually-hidden"> Name</span>', "")) == tree(example.html)


def test_a_summary_list_row_without_an_action_is_marked_only_where_others_have_one():
    some = draw('{% summary %}{% row "A" href="#" %}a{% endrow %}{% row "B" %}b{% endrow %}{% endsummary %}')
    none = draw('{% summary %}{% row "A" %}a{% endrow %}{% row "B" %}b{% endrow %}{% endsummary %}')

    assert some.count("govuk-summary-list__row--no-actions") == 1
    assert "no-actions" not in none


@pytest.mark.parametrize(
    ("name", "pages", "at"), [("with many pages", 40, 10), ("first page", 3, 1), ("last page", 3, 3)]
)
def test_pagination_is_govuk(name, pages, at):
    example = fixture("pagination", name)
    page = Paginator(range(pages), 1).get_page(at)
    request = RequestFactory().get("/people/", {"q": "sam", "page": str(at)})

    html = draw("{% pagination page %}", page=page, request=request)

    assert "?q=sam&amp;page=" in html
    assert tree(html, drop=["href"]) == tree(example.html, drop=["href"])


def test_pagination_says_nothing_where_there_is_one_page():
    assert draw("{% pagination page %}", page=Paginator(range(3), 10).get_page(1)) == ""


def test_a_table_is_govuk_but_for_the_classes_of_its_cells():
    example = fixture("table", "with head and caption")
    plain = re.sub(r' class="govuk-table__(?:head|body|row|header|cell)"', "", example.html)
    plain = re.sub(r' class="govuk-table__\w+ govuk-table__\w+--numeric"', ' class="num"', plain)
    cells = plain[plain.index("</caption>") + 10 : plain.index("</table>")]

    html = draw("{% table caption=caption %}" + cells + "{% endtable %}", caption=example.options["caption"])

    assert tree(str(BeautifulSoup(html, "html.parser").table)) == tree(plain)


def test_a_form_carries_its_tokens_and_takes_files_where_it_must():
    plain = type("Plain", (forms.Form,), {"name": forms.TextField()})()
    with_file = type("WithFile", (forms.Form,), {"file": forms.UploadField()})()

    one = draw("{% form %}x{% endform %}", form=plain, csrf_token="secret")
    two = draw("{% form action='/go/' %}x{% endform %}", form=with_file, csrf_token="secret")

    assert 'name="csrfmiddlewaretoken" value="secret"' in one
    assert 'name="_idempotency_key"' in one
    assert "enctype" not in one
    assert 'action="/go/"' in two
    assert 'enctype="multipart/form-data"' in two


def test_each_drawing_of_a_form_has_a_key_of_its_own():
    source = "{% form %}{% endform %}"

    assert draw(source) != draw(source)


@pytest.mark.parametrize(
    ("source", "value", "said"),
    [
        ("{{ x|pounds }}", 120050, "£1,200.50"),
        ("{{ x|pounds }}", 120000, "£1,200"),
        ("{{ x|pounds }}", None, ""),
        ("{{ x|day }}", dt.date(2026, 3, 3), "3 March 2026"),
        ("{{ x|day_short }}", dt.date(2026, 3, 3), "3 Mar"),
        ("{{ x|when }}", dt.datetime(2026, 3, 3, 14, 30, tzinfo=dt.UTC), "Tue 3 March 2026, 2:30pm"),
        ("{{ x|when }}", dt.datetime(2026, 7, 3, 13, 0, tzinfo=dt.UTC), "Fri 3 July 2026, 2pm"),
        ("{{ x|when }}", dt.datetime(2026, 7, 3, 23, 30, tzinfo=dt.UTC), "Sat 4 July 2026, 12:30am"),
        ("{{ x|clock }}", dt.time(12, 0), "midday"),
        ("{{ x|day }}", "", ""),
    ],
)
def test_figures_and_dates_are_said_in_plain_words(source, value, said):
    assert draw(source, x=value) == said


def test_a_persons_words_are_escaped_and_run_the_way_they_should():
    html = draw("{{ x|words }}", x="<script>\u202eevil\n\nשלום {{7*7}}")

    assert "<script>" not in html
    assert html.count('<p dir="auto">') == 2
    assert "{{7*7}}" in html


def test_what_is_passed_to_a_component_is_escaped():
    nasty = "<img src=x onerror=alert(1)>"
    sources = [
        "{% card title=x href=x %}{{ x }}{% endcard %}",
        "{% banner title=x %}{{ x }}{% endbanner %}",
        "{% tag x x %}",
        "{% nothing x %}{{ x }}{% endnothing %}",
        "{% details x %}{{ x }}{% enddetails %}",
        "{% table caption=x %}{% endtable %}",
        "{% summary %}{% row x href=x action=x %}{{ x }}{% endrow %}{% endsummary %}",
        "{% submit x x x x %}",
        "{% button_link x x x %}",
        "{% back_link x x %}",
        "{% stat x x hint=x tone=x %}",
        "{% subnav items x %}",
        "{% timeline items %}",
        "{{ x|words }}{{ x|named }}",
        "{% form action=x id=x %}{{ x }}{% endform %}",
    ]
    item = {"text": nasty, "href": nasty, "title": nasty, "by": nasty, "tone": nasty}

    html = "".join(draw(source, x=nasty, items=[item]) for source in sources)

    assert "<img" not in html


def test_the_frame_names_the_page_and_says_when_its_form_has_errors():
    page = "{% extends 'base_staff.html' %}{% block title %}Sam Reed{% endblock %}"
    form = type("Example", (forms.Form,), {"name": forms.TextField()})

    fine, wrong = draw(page, form=form()), draw(page, form=form({}))

    assert "<title>Sam Reed – Good Lives</title>" in fine
    assert "<title>Error: Sam Reed – Good Lives</title>" in wrong


@pytest.mark.parametrize("base", ["base_staff.html", "base_portal.html", "base_plain.html"])
def test_each_shell_has_its_landmarks(base):
    soup: Any = BeautifulSoup(draw("{% extends base %}", base=base), "html.parser")

    assert soup.html["lang"] == "en"
    assert soup.select_one("a.govuk-skip-link")["href"] == "#" + soup.select_one("main .govuk-main-wrapper")["id"]
    assert [bool(soup.find(tag)) for tag in ("header", "main", "footer")] == [True, True, True]


@pytest.mark.parametrize("status", ["400", "403", "403_csrf", "404", "500", "503"])
def test_an_error_page_needs_nothing_and_says_what_to_do(status):
    soup: Any = BeautifulSoup(draw(f"{{% include '{status}.html' %}}"), "html.parser")

    assert soup.h1
    assert soup.main.find("a", href="/")
    assert not soup.find("script")


def test_the_refusal_page_gives_the_reason():
    assert "Only a manager may do that." in draw("{% include '403.html' %}", exception="Only a manager may do that.")


@pytest.mark.parametrize("shell", ["staff", "portal"])
def test_the_gallery_opens_for_staff(shell, client_as, officer, settings):
    settings.DEMO = False

    response = client_as(officer).get("/gallery/", {"shell": shell})

    assert response.status_code == 200
    assert response.content.count(b"govuk-form-group--error") > 8


@pytest.mark.parametrize(("demo", "status"), [(True, 200), (False, 302)])
def test_the_gallery_opens_without_signing_in_in_the_demo_alone(demo, status, client, settings, db):
    settings.DEMO = demo

    assert client.get("/gallery/").status_code == status


def test_the_gallery_is_not_there_for_a_participant(client_as, participant, settings):
    settings.DEMO = False

    assert client_as(participant.user).get("/gallery/").status_code == 404


def test_a_stacked_table_tells_each_cell_the_head_it_stands_under():
    drawn = Template(
        '{% load kit %}{% table stacked=True %}<thead><tr><th scope="col">Who</th>'
        '<th scope="col" class="num">Sum &amp; day</th>'
        '<th scope="col"><span class="govuk-visually-hidden">What to do</span></th></tr></thead>'
        '<tbody><tr><th scope="row">Ann</th><td class="num">{{ words }}</td><td>Go</td></tr></tbody>{% endtable %}'
    ).render(Context({"words": "<td>"}))

    assert '<td data-label="Sum &amp; day" class="num">&lt;td&gt;</td><td>Go</td>' in drawn
    assert drawn.count("data-label") == 1


def test_a_row_of_figures_is_escaped():
    drawn = draw("{{ row|figures }}", row=["<b>", "1 < 2"])

    assert drawn == '<th scope="row">&lt;b&gt;</th><td class="num">1 &lt; 2</td>'
