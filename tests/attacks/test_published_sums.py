"""A commissioner with a computer: linear programming over all that was ever published, in random worlds.

The attacker is given more than any page tells: which labels were put together, and which days each sum is about. From
that, and from no amount being below zero, the least and the most that each small cell could be are worked out. A cell
is recovered where the two are the same penny.
"""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date
from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from commissioning.models import By
from commissioning.publishing import due, month_ends, row_of
from commissioning.suppression import SMALLEST_SHOWN, Movement, about
from tests.attacks.full import FULL

BEGAN = date(2024, 1, 1)
ANY = None
FIGURES = {
    "allocated": lambda a, c, p: a,
    "committed": lambda a, c, p: c,
    "paid": lambda a, c, p: p,
    "taken from the fund": lambda a, c, p: c + p,
    "left in the budgets": lambda a, c, p: a - c - p,
}
HAVE_NO_PURPOSE = {"allocated", "left in the budgets"}
WORLDS = 400 if FULL else 24
TARGETS = 25  # small cells tried in each world, for each figure


class World:
    """Some people, each in one area, with money from some funders for some purposes in some months."""

    def __init__(self, seed: int) -> None:
        chance = self.chance = random.Random(seed)
        self.funders = range(chance.randint(1, 3))
        self.months = list(month_ends(BEGAN, date(2025, 12, 31)))[: chance.randint(2, 15)]
        self.areas = [f"Area {n}" for n in range(chance.randint(1, 4))]
        self.purposes = [f"Purpose {n}" for n in range(chance.randint(1, 3))]
        self.moved = []  # funder, month, area, purpose, person, (allocated, committed, paid)
        for person in range(chance.randint(3, 45)):
            area = chance.choice(self.areas)
            for _ in range(chance.randint(1, 4)):
                where = (chance.choice(self.funders), chance.choice(self.months), area, chance.choice(self.purposes))
                sums = tuple(chance.choice([0, chance.randint(1, 500_00)]) for _ in range(3))
                self.moved.append((*where, person, sums))
        self.told = {}  # how a row was made: for each row, the atoms in its sum
        self.rows = [(funder, row) for funder in self.funders for row in self._publish(funder)]

    def _publish(self, funder):
        rows = []
        for month in self.months:
            rows += due(rows, BEGAN, month, lambda *asked: self._ask(funder, *asked), self.chance.choice)
        return rows

    def _ask(self, funder, by, first, last):
        return [
            Movement(person, self._label(by, area, purpose), 0 if by == By.PURPOSE else sums[0], *sums[1:])
            for of, month, area, purpose, person, sums in self.moved
            if of == funder and first <= month <= last
        ]

    @staticmethod
    def _label(by, area, purpose):
        return {By.TOTAL: "", By.AREA: area, By.PURPOSE: purpose}[by]

    @property
    def atoms(self):
        return list(product(self.funders, self.months, self.areas, self.purposes))

    def summed(self, funder, row, alone):
        """The atoms in a row. A row of labels put together is those that have no row of their own for its days."""
        own = alone[(funder, row.by, row.last_day)]

        def is_in(label):
            return label == row.label if row.label or row.by == By.TOTAL else label not in own

        return [
            of == funder and row.first_day <= month <= row.last_day and is_in(self._label(row.by, area, purpose))
            for of, month, area, purpose in self.atoms
        ]

    def small_cells(self, figure):
        """Each cell about one to four people, at every level: one or all of each, a month, a quarter, a year, all."""
        spans = {(month, month) for month in self.months} | {(self.months[0], self.months[-1])}
        spans |= {(self.months[n], self.months[min(n + size, len(self.months)) - 1])
                  for size in (2, 3, 12) for n in range(len(self.months))}  # fmt: skip
        for funder, area, purpose in product([ANY, *self.funders], [ANY, *self.areas], [ANY, *self.purposes]):
            for first, last in spans:
                people = defaultdict(int)
                for of, month, where, what, person, sums in self.moved:
                    if matches((funder, of), (area, where), (purpose, what)) and first <= month <= last:
                        people[person] += figure(*sums)
                if 0 < sum(1 for pence in people.values() if pence) < SMALLEST_SHOWN:
                    yield [
                        matches((funder, of), (area, where), (purpose, what)) and first <= month <= last
                        for of, month, where, what in self.atoms
                    ]


def matches(*pairs):
    return all(asked is ANY or asked == there for asked, there in pairs)


def bounds_of(cell, equations, values, lowest):
    """The least and the most that the cell can be, in pence."""
    found = []
    for sign in (1, -1):
        answer = linprog(sign * np.array(cell, float), A_eq=equations, b_eq=values, bounds=(lowest, None))
        if answer.status == 3:  # there is no end to it
            return -np.inf, np.inf
        assert answer.status == 0, answer.message
        found.append(sign * answer.fun)
    return found


def recovered(world, name):
    """The small cells of one figure that the attacker knows to the penny, and how many were tried."""
    figure = FIGURES[name]
    alone = defaultdict(set)
    for funder, row in world.rows:
        if row.label:
            alone[(funder, row.by, row.last_day)].add(row.label)
    rows = [(of, row) for of, row in world.rows if row.by != By.PURPOSE or name not in HAVE_NO_PURPOSE]
    cells = list(world.small_cells(figure))
    tried = world.chance.sample(cells, min(TARGETS, len(cells)))
    if not rows:
        return 0, len(tried)
    equations = np.array([world.summed(funder, row, alone) for funder, row in rows], float)
    values = [figure(row.allocated, row.committed, row.paid) for _, row in rows]
    lowest = None if name == "left in the budgets" else 0  # more may be taken than was allocated
    gone = 0
    for cell in tried:
        least, most = bounds_of(cell, equations, values, lowest)
        gone += most - least < 1
    return gone, len(tried)


@pytest.mark.parametrize("name", FIGURES)
def test_no_sum_about_fewer_than_five_people_can_be_worked_out(name):
    tried = 0
    for seed in range(WORLDS):
        gone, asked = recovered(World(seed), name)
        assert gone == 0, f"world {seed} gives {gone} cells away"
        tried += asked
    assert tried > 3 * WORLDS


def test_the_attack_recovers_what_a_careless_report_gives_away():
    """The same attack on sums that were published whatever they are about: it must find them."""
    world = World(3)
    careless = []
    for funder in world.funders:
        for month in world.months:
            for by in By:
                moves = world._ask(funder, by, month.replace(day=1), month)
                for label in {move.label for move in moves}:
                    rows = [move for move in moves if move.label == label]
                    careless.append((funder, by, label, month, rows))
    world.rows = [(f, row_of(by, label, month.replace(day=1), month, rows)) for f, by, label, month, rows in careless]

    gone, tried = recovered(world, "paid")

    assert gone > 0.2 * tried


@pytest.mark.parametrize("seed", range(60 if FULL else 6))
def test_no_count_of_one_to_four_people_can_be_worked_out(seed):
    """Counts are to the nearest five. Areas add up to their total; a part is no more than its whole, nor parts less."""
    world = World(seed)
    people = defaultdict(set)
    for funder, month, area, _, person, _ in world.moved:
        for key in product([ANY, funder], [ANY, month], [ANY, area]):
            people[key].add(person)
    at = {key: n for n, key in enumerate(people)}
    bounds = [_said(about(len(found))) for found in people.values()]
    above, equal = _links(world, at)
    small = [key for key, found in people.items() if len(found) < SMALLEST_SHOWN]
    for key in world.chance.sample(small, min(TARGETS, len(small))):
        cell = np.eye(len(at))[at[key]]
        low, high = (_end(sign, cell, above, equal, bounds) for sign in (1, -1))
        assert np.floor(high + 1e-6) - np.ceil(low - 1e-6) >= 1, (key, low, high)


def _links(world, at):
    """What holds between counts, as rows of numbers: those that are at most zero, and those that are zero."""

    def line(parts, whole):
        row = np.zeros(len(at))
        row[[at[part] for part in parts if part in at]] = 1
        row[at[whole]] = -1
        return row

    above, equal = [], []
    for whole in at:
        funder, month, area = whole
        if area is ANY:
            equal.append(line([(funder, month, one) for one in world.areas], whole))
        of_funders = [(one, month, area) for one in world.funders] if funder is ANY else []
        of_months = [(funder, one, area) for one in world.months] if month is ANY else []
        for parts in filter(None, (of_funders, of_months)):
            above += [-line(parts, whole), *(line([part], whole) for part in parts if part in at)]
    return above, equal


def _end(sign, cell, above, equal, bounds):
    none = [0] * len(above), [0] * len(equal)
    links = {"A_ub": above, "b_ub": none[0]} if above else {}
    answer = linprog(sign * cell, A_eq=equal, b_eq=none[1], bounds=bounds, **links)
    return sign * answer.fun if answer.status == 0 else sign * -np.inf


def _said(rounded):
    """What a shown count says: within two of it, and five or more. A hidden one says nothing."""
    return (0, None) if rounded is None else (max(SMALLEST_SHOWN, rounded - 2), rounded + 2)
