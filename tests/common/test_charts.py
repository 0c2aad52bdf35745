"""A chart is one clean picture and a table that says the same."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest

from common import charts
from tests.common.govuk import draw

SVG = "{http://www.w3.org/2000/svg}"
MADE: dict[str, Any] = {
    "of": "Area",
    "labels": ["Lancashire", "Humberside"],
    "series": {"Police": [120050, None], "Health": [0, 5000]},
}


@pytest.mark.parametrize("kind", [charts.bars, charts.columns, charts.lines])
def test_a_chart_is_whole_xml_with_nothing_a_strict_policy_refuses(kind):
    svg = kind(title="Spent", **MADE).svg

    root: Any = ElementTree.fromstring(svg)
    assert root.attrib["role"] == "img"
    assert root.find(f"{SVG}title").text == "Spent"
    assert root.find(f"{SVG}desc").text
    assert not [e for e in root.iter() if "style" in e.attrib or e.tag in (f"{SVG}style", f"{SVG}script")]


@pytest.mark.parametrize("kind", [charts.bars, charts.columns, charts.lines])
def test_a_chart_says_the_same_in_a_table(kind):
    table = kind(title="Spent", **{**MADE, "say": charts.pounds, "gap": "Fewer than 5"}).table

    assert table.header == ["Area", "Police", "Health"]
    assert table.rows == [["Lancashire", "£1,200.50", "£0"], ["Humberside", "Fewer than 5", "£50"]]


@pytest.mark.parametrize("kind", [charts.bars, charts.columns, charts.lines])
@pytest.mark.parametrize("series", [{}, {"A": []}])
def test_a_chart_of_nothing_says_so(kind, series):
    root: Any = ElementTree.fromstring(kind(title="Spent", of="Area", labels=[], series=series).svg)

    assert "nothing to show" in root.find(f"{SVG}desc").text


@pytest.mark.parametrize("kind", [charts.bars, charts.columns, charts.lines])
@pytest.mark.parametrize("values", [[0, 0], [None, None], [1, 10**12]])
def test_a_chart_takes_nothings_and_great_sums(kind, values):
    svg = kind(title="Spent", of="Area", labels=["a", "b"], series={"A": values}).svg

    assert "nan" not in svg.lower()
    ElementTree.fromstring(svg)


@pytest.mark.parametrize("kind", [charts.bars, charts.columns, charts.lines])
def test_words_in_a_chart_are_escaped(kind):
    nasty = '"><script>alert(1)</script>'

    svg = kind(title=nasty, of=nasty, labels=[nasty], series={nasty: [1], "b": [2]}).svg

    assert "<script" not in svg
    ElementTree.fromstring(svg)


def test_the_longest_bar_is_the_whole_width_and_the_others_in_proportion():
    svg = charts.bars(title="Left", of="Area", labels=["a", "b"], series={"Left": [200, 50]}).svg

    parts = [e.attrib["width"] for e in ElementTree.fromstring(svg).iter(f"{SVG}rect") if e.attrib["class"] == "s1"]
    assert parts == ["100.00%", "25.00%"]


def test_a_line_breaks_where_there_is_no_figure():
    labels, series = ["Jan", "Feb", "Mar", "Apr"], {"In touch": [1, None, 3, 4]}

    root: Any = ElementTree.fromstring(charts.lines(title="In touch", of="Month", labels=labels, series=series).svg)

    assert len([e for e in root.iter(f"{SVG}line") if e.attrib["class"] == "l1"]) == 1
    assert len(list(root.iter(f"{SVG}circle"))) == 3


@pytest.mark.parametrize(("most", "tick"), [(0.1, 1), (3, 5), (1.1, 2), (26, 50), (2.4, 2.5), (1000, 1000)])
def test_the_axis_counts_in_round_steps(most, tick):
    assert charts.round_step(most) == tick


@pytest.mark.parametrize(
    ("value", "money", "said"),
    [
        (120_000, True, "£1.2k"),
        (4_000_000, True, "£40k"),
        (250, True, "£2.5"),
        (0, True, "£0"),
        (1_500_000, False, "1.5m"),
    ],
)
def test_the_axis_speaks_briefly(value, money, said):
    assert charts.brief(value, money=money) == said


def test_a_chart_on_a_page_has_its_table_and_its_file():
    chart = charts.bars(title="Left to spend", csv_url="/left.csv", **MADE)

    html = draw("{% chart chart %}", chart=chart)

    assert '<td class="num">£1,200.50</td>' in html
    assert 'href="/left.csv"' in html
