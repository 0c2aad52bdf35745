"""No cell of any file for a spreadsheet can run, whatever stands in the record."""

from __future__ import annotations

import csv
import io

import pytest
from django.urls import reverse

from tests.attacks.canaries import Marks, as_owner, fill
from tests.attacks.full import sample
from tests.attacks.worlds import addresses_of
from tests.test_access import TABLE, circle_of_one, world  # noqa: F401  fixtures

RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")
STARTS = ["=1+{}", "@{}", "+{}", "-{}", "\t={}", "\r={}", "\n={}", "=cmd|'/C c'!{}"]
FILES = {"people:participant-export", "people:audit-export", "people:import-problems", "people:import-template"}
FILES |= {"commissioning:money-csv"}


@pytest.mark.parametrize("start", sample(STARTS, 2, at=1))
def test_no_cell_of_any_export_can_run(start, world, monkeypatch, client_as):  # noqa: F811
    """Every address that answers with a CSV is found; a floor that adds one is in this test with it."""
    addresses, person = addresses_of(world, monkeypatch), world.participant
    with as_owner():
        fill(person, world.officer)
    marks = Marks(start.replace("{}", "zq{}x"))
    marks.put(person)
    clients = [client_as(user) for user in (world.manager, world.commissioner, world.data_protection)]
    found, live, marked = set(), [], set()
    for name in [name for name in TABLE if "export" in name or "csv" in name or name in FILES or not sample(["x"], 0)]:
        for client in clients:
            answer = client.get(reverse(name, kwargs=addresses.get(name)))
            said = b"".join(answer)
            if answer.status_code == 200 and not answer["Content-Type"].startswith(("text/html", "application/json")):
                if answer["Content-Type"].startswith("text/csv"):
                    found.add(name)
                    cells = [cell for row in csv.reader(io.StringIO(said.decode("utf-8-sig"))) for cell in row]
                    live += [(name, cell) for cell in cells if cell.startswith(RUNS) and not is_a_number(cell)]
                    marked |= marks.shown_in(said.decode())

    assert found == FILES
    assert live == []
    assert "people.Participant.family_name" in marked, "or nothing was tried"


def is_a_number(cell: str) -> bool:
    return cell.lstrip("+-").replace(" ", "").replace(".", "").isdigit()
