"""No count under five is shown, and none can be worked out from what is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from commissioning.suppression import SMALLEST_SHOWN, hidden, hides_total


def test_a_table_with_no_small_counts_hides_nothing():
    assert hidden({"North": 5, "South": 40, "East": 0}) == set()


def test_one_small_count_takes_the_smallest_large_one_with_it():
    assert hidden({"North": 3, "South": 40, "East": 9}) == {"North", "East"}


def test_several_small_counts_still_take_a_large_one_with_them():
    assert hidden({"North": 1, "South": 1, "East": 9, "West": 30}) == {"North", "South", "East"}


def test_where_every_count_is_small_the_total_goes_too():
    assert hides_total({"North": 1, "South": 2}, 3)
    assert hides_total({"North": 4, "South": 4}, 8)


def test_a_count_of_five_is_large_enough_to_hide_behind():
    assert hidden({"North": 3, "South": 5}) == {"North", "South"}
    assert not hides_total({"North": 3, "South": 5}, 8)


def test_one_small_count_beside_empty_rows_takes_the_total_with_it():
    assert hides_total({"North": 3, "South": 4, "East": 0}, 7)


def test_the_total_of_large_counts_is_shown():
    assert not hides_total({"North": 3, "East": 9}, 12)


@given(st.dictionaries(st.integers(0, 20), st.integers(0, 30), max_size=8))
def test_subtraction_never_gives_a_small_count_away(counts):
    """What the hidden rows add up to always leaves each small one at least two values it could have."""
    gone, total = hidden(counts), sum(counts.values())
    if hides_total(counts, total) or not gone:
        return

    rest = total - sum(count for row, count in counts.items() if row not in gone)

    assert len(gone) >= 2
    assert rest >= SMALLEST_SHOWN + 1
    assert all(counts[row] >= SMALLEST_SHOWN or counts[row] == 0 for row in counts if row not in gone)
