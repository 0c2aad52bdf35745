"""Pages of a list: counted and cut in one statement, with the same rows as Django's own paginator shows."""

from __future__ import annotations

import pytest
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Count, F, Value
from django.db.models.functions import Lower, Upper
from django.test.utils import CaptureQueriesContext

from common.rows import Pages
from people.models import Team

pytestmark = pytest.mark.django_db
SIZE = 3


@pytest.fixture
def teams():
    Team.objects.bulk_create(Team(name=f"Team {n:02d}") for n in range(8))
    return Team.objects.filter(name__startswith="Team").order_by("name")


@pytest.mark.parametrize(
    "number",
    [
        None,
        "",
        "1",
        "2",
        "3",
        "4",
        "99",
        "0",
        "-1",
        "last",
        "1.5",
        "²",
        "٢",
        "9" * 30,
        "9" * 5_000,
        "100000",
        "+2",
        " 2",
    ],
)
def test_every_number_shows_the_page_that_djangos_own_does(teams, number):
    ours, djangos = Pages(teams, SIZE).get_page(number), Paginator(teams, SIZE).get_page(number)

    assert [team.name for team in ours] == [team.name for team in djangos]
    assert (ours.number, ours.paginator.count, ours.paginator.num_pages) == (djangos.number, 8, 3)
    assert (ours.has_next(), ours.has_previous()) == (djangos.has_next(), djangos.has_previous())


def test_a_page_is_two_statements_and_an_empty_list_has_one_empty_page(teams):
    with CaptureQueriesContext(connection) as asked:
        page = Pages(teams, SIZE).get_page("2")
        assert (len(list(page)), page.paginator.count) == (3, 8)
    assert len(asked) == 2

    nobody = Pages(teams.none(), SIZE).get_page("2")
    assert (list(nobody), nobody.paginator.count, nobody.paginator.num_pages) == ([], 0, 1)


def test_groups_are_counted_and_cut_too(teams):
    Team.objects.filter(name__in=["Team 00", "Team 01"]).update(kind="SCHEME")
    groups = teams.order_by().values("kind").annotate(many=Count("pk")).order_by("kind")

    page = Pages(groups, 1).get_page("2")

    assert (page.paginator.count, [(row["kind"], row["many"]) for row in page]) == (2, [("SCHEME", 2)])


def test_what_is_shown_may_be_asked_otherwise_than_the_list(teams):
    page = Pages(teams, SIZE, shown=Team.objects.order_by("-name")).get_page("1")

    assert [team.name for team in page] == ["Team 02", "Team 01", "Team 00"]
    assert [team.name for team in Pages(teams, SIZE, shown=Team.objects.order_by("-name")).get_page(" 1")] == [
        "Team 02", "Team 01", "Team 00",
    ]  # fmt: skip


def test_a_list_may_be_ordered_by_what_is_the_same_for_all(teams):
    alike = teams.annotate(near=Value(1.0)).order_by(F("near").desc(), "name")

    assert [team.name for team in Pages(alike, SIZE).get_page("2")] == ["Team 03", "Team 04", "Team 05"]


def test_what_the_list_is_not_ordered_by_is_worked_out_for_the_page_alone(teams):
    """It was worked out for all twenty thousand rows before the last page."""
    made = teams.annotate(dear=Lower("name"), order=Upper("name")).order_by("-order")

    with CaptureQueriesContext(connection) as asked:
        page = list(Pages(made, SIZE).get_page("3"))

    assert [team.dear for team in page] == ["team 01", "team 00"]
    keys, shown = [query["sql"] for query in asked]
    assert ("LOWER(" in keys, "LOWER(" in shown) == (False, True)
