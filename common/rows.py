"""Rows of a list."""

from __future__ import annotations

from functools import cached_property
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db.models import Count, F, QuerySet, Window

from common.postgres.functions import IsOneOf

Rows = TypeVar("Rows", bound="QuerySet[Any, Any]")
MOST_COUNTED = 10_000  # rows; counting further takes longer than it is worth
DIGITS = 5  # of a page that is looked for at once; of a greater one it is asked first whether it is there


def first(rows: Rows, most: int) -> Rows:
    """The first rows in their order. Their keys are found first; all else is joined to these alone."""
    return rows.filter(IsOneOf(F("pk"), ArraySubquery(rows.values("pk")[:most])))


def counted(rows: QuerySet[Any, Any]) -> int:
    """How many there are, but no more than one beyond MOST_COUNTED."""
    return rows.order_by()[: MOST_COUNTED + 1].count()  # without an order, so that the database can stop early


class Counted(Paginator):
    """Pages of a very long list, counted only as far as anyone would turn them."""

    object_list: QuerySet[Any, Any]

    @cached_property
    def _found(self) -> int:
        return counted(self.object_list)

    @property
    def count(self) -> int:
        return min(self._found, MOST_COUNTED)

    @property
    def is_cut(self) -> bool:
        return self._found > MOST_COUNTED


def _ordered_by(rows: QuerySet[Any, Any]) -> set[str]:
    """The annotations that a list is ordered by. SQL takes a constant only from what is selected. All others would be
    worked out for every row before the page."""
    names = {getattr(getattr(by, "expression", by), "name", by) for by in rows.query.order_by}
    return {name.lstrip("-") for name in names if isinstance(name, str)} & set(rows.query.annotation_select)


class Pages(Paginator):
    """The pages of a list that is slow to find. One statement counts it and finds the keys of the page asked for.

    Of groups (`values`) there are no keys: it finds the groups themselves. `shown` is what the keys are of, where that
    is found without all that the list asks.
    """

    object_list: QuerySet[Any, Any]

    def __init__(self, rows: QuerySet[Any, Any], size: int, shown: QuerySet[Any, Any] | None = None) -> None:
        super().__init__(rows, size)
        self.shown = rows if shown is None else shown

    def get_page(self, number: Any) -> Page[Any]:
        """The page, or the one nearest to what was asked."""
        try:
            return self.page(number or 1)
        except PageNotAnInteger:
            return self.page(1)
        except EmptyPage:
            return self.page(self.num_pages)

    def page(self, number: Any) -> Page[Any]:
        text = str(number)
        wanted = int(text) if text.isdecimal() and len(text) <= DIGITS else 0
        wanted = wanted or self.validate_number(number)
        rows, in_all, start = self.object_list, Window(Count("*")), (wanted - 1) * self.per_page
        are_groups = bool(rows.query.group_by)
        asked = rows.annotate(in_all=in_all)
        asked = asked if are_groups else asked.values("pk", "in_all", *_ordered_by(rows))
        found = list(asked[start : start + self.per_page])
        if not found:
            return super().page(wanted)
        self.__dict__["count"] = found[0]["in_all"]  # as the cached property would
        shown = found if are_groups else self.shown.filter(pk__in=[row["pk"] for row in found])
        return Page(shown, wanted, self)
