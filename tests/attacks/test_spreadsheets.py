"""No cell of any file for a spreadsheet can run, whatever stands in the record."""

from __future__ import annotations

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from people.rights import exports
from tests.attacks.canaries import Marks, as_owner, fill
from tests.attacks.full import FULL, sample
from tests.attacks.worlds import addresses_of
from tests.test_access import TABLE, circle_of_one, expected, world  # noqa: F401  fixtures

RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")
STARTS = ["=1+{}", "@{}", "+{}", "-{}", "\t={}", "\r={}", "\n={}", "=cmd|'/C c'!{}"]
FILES = {"people:participant-export", "people:audit-export", "people:import-problems", "people:import-template"}
FILES |= {"commissioning:money-csv"}
SHEETS = ("text/csv", "application/vnd.ms-excel", "application/vnd.openxmlformats-officedocument.spreadsheetml")


@pytest.mark.parametrize("start", sample(STARTS, 2, at=1))
def test_no_cell_of_any_export_can_run(start, world, monkeypatch, client_as):  # noqa: F811
    """In full every address is asked, so that a floor's new file is in this test with it."""
    addresses, person = addresses_of(world, monkeypatch), world.participant
    with as_owner():
        fill(person, world.officer)
    marks = Marks(start.replace("{}", "zq{}x"))
    marks.put(person)
    dpo, now = world.data_protection, timezone.now()
    file = exports.agree(request=exports.ask(what="AUDIT", why="x", by=dpo, now=now), by=world.administrator, now=now)
    agreed = {"people:audit-export": f"?export={file.pk}"}
    users = {"MANAGER": world.manager, "COMMISSIONER": world.commissioner, "DATA_PROTECTION": world.data_protection}
    found, begun, marked = set(), [], set()
    for role, user in users.items():
        client = client_as(user)
        client.raise_request_exception = False  # a mark in a column that is no text breaks the page that reads it
        asks = agreed if user == dpo else {}
        for name in [name for name, row in TABLE.items() if expected(row, role) == 200 or name in asks]:
            if name in FILES or FULL:
                answer = client.get(reverse(name, kwargs=addresses.get(name)) + agreed.get(name, ""))
                if answer.get("Content-Type", "").startswith(SHEETS):
                    said = b"".join(answer).decode("utf-8-sig")
                    found.add(name)
                    marked |= marks.shown_in(said)
                    begun += [
                        (name, cell) for cell in cells_of(said) if cell.startswith(RUNS) and not is_a_number(cell)
                    ]

    assert found == FILES
    assert begun == []
    assert "people.Participant.family_name" in marked, "or nothing was tried"


def cells_of(said: str) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(said)) for cell in row]


def is_a_number(cell: str) -> bool:
    return cell.lstrip("+-").replace(" ", "").replace(".", "").isdigit()
