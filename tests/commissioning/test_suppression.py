"""What may be published is nobody's or at least five people's, whatever figure is worked out from it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.suppression import Movement, about, enough, split


def people(count, label="", first=0, **sums):
    return [Movement(person, label, **(sums or {"paid": 10_00})) for person in range(first, first + count)]


def first(labels):
    return labels[0]


def test_five_people_are_enough_and_four_are_not():
    assert enough(people(5))
    assert not enough(people(4))


def test_nobody_is_enough():
    assert enough([])
    assert enough(people(3, paid=0))


def test_each_figure_needs_five_people_of_its_own():
    """Five had money set aside; one of them was paid. What was paid is that one's."""
    assert enough(people(5, committed=10_00))
    assert not enough([*people(5, committed=10_00), *people(1, paid=5_00)])


def test_what_is_worked_out_from_the_figures_needs_five_people_too():
    """All five were given as much as was set aside for them, but one: what is left is that one's."""
    level = people(5, allocated=10_00, committed=10_00)
    assert enough(level)
    assert not enough([*level, *people(1, allocated=3_00)])
    assert enough([*level, *people(5, allocated=3_00)])
    paid_out = people(5, committed=-10_00, paid=10_00)
    assert enough(paid_out)
    assert not enough([*paid_out, *people(1, committed=1_00)])


def test_a_person_counts_once_and_not_at_all_where_it_comes_to_nothing():
    assert not enough([*people(4), *people(1)])
    assert not enough([*people(5), *people(1, paid=-10_00)])


def test_labels_that_are_large_enough_stand_alone():
    assert split([*people(5, "North"), *people(6, "South", 5)], first) == (["North", "South"], [])


def test_a_small_label_takes_one_that_was_picked_with_it():
    moves = [*people(3, "East"), *people(5, "North", 10), *people(6, "South", 20)]
    assert split(moves, lambda labels: labels[-1]) == (["North"], ["East", "South"])


def test_small_labels_that_are_enough_together_take_no_other():
    moves = [*people(3, "East"), *people(2, "West", 5), *people(6, "South", 20)]
    assert split(moves, first) == (["South"], ["East", "West"])


def test_the_same_few_people_under_two_labels_are_still_few():
    moves = [*people(4, "Course"), *people(4, "Travel"), *people(5, "Home", 10)]
    assert split(moves, first) == ([], ["Course", "Travel", "Home"])


def test_where_all_of_them_are_too_few_nothing_is_split():
    assert split([*people(2, "East"), *people(2, "West", 5)], first) is None


def test_a_large_label_is_taken_until_each_figure_is_enough():
    """The first one picked had nothing paid, so that the payment would still be one person's."""
    moves = [*people(1, "East"), *people(5, "North", 10, committed=1_00), *people(6, "South", 20)]
    assert split(moves, first) == ([], ["East", "North", "South"])


@pytest.mark.parametrize(("count", "said"), [(0, None), (4, None), (5, 5), (7, 5), (8, 10), (12, 10), (13, 15)])
def test_people_are_counted_to_the_nearest_five(count, said):
    assert about(count) == said


MOVES = st.builds(
    Movement,
    st.integers(0, 14),
    st.sampled_from("ABCD"),
    *(st.sampled_from([0, 5_00, -5_00]) for _ in range(3)),
)


@given(st.lists(MOVES, max_size=40), st.integers(0, 3))
def test_every_row_of_a_split_is_enough_and_none_is_lost(moves, picked):
    found = split(moves, lambda labels: labels[picked % len(labels)])
    if found is None:
        assert not enough(moves)
        return
    alone, together = found

    assert sorted([*alone, *together]) == sorted({move.label for move in moves})
    assert enough(move for move in moves if move.label in together)
    assert all(enough(move for move in moves if move.label == label) for label in alone)
    assert len(together) != 1
