"""How the suite goes on where a worker ends in a test."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.early import pytest_xdist_make_scheduler


class Node:
    """A worker, as pytest-xdist's scheduler sees it."""

    def __init__(self, name: str) -> None:
        self.gateway, self.sent, self.ended = SimpleNamespace(id=name), [], False
        self.shutting_down = False

    def send_runtest_some(self, indexes: list[int]) -> None:
        assert indexes, "a worker that is given nothing answers nothing, and is waited for"
        self.sent += indexes

    def shutdown(self) -> None:
        self.shutting_down = True


@pytest.fixture
def scheduler():
    option = SimpleNamespace(loadscopereorder=False)
    config = SimpleNamespace(getvalue=lambda name: ["popen", "popen"], option=option)
    return pytest_xdist_make_scheduler(config, None)


def test_a_test_that_a_worker_ended_in_is_named_and_neither_it_nor_what_was_done_is_run_again(scheduler):
    names = [f"tests/test_some.py::test_{letter}" for letter in "abcdefgh"]
    one, other = Node("gw0"), Node("gw1")
    for node in (one, other):
        scheduler.add_node(node)
        scheduler.add_node_collection(node, names)
    scheduler.schedule()
    first, second = one.sent[:2]
    scheduler.mark_test_complete(one, first)
    before = list(other.sent)

    assert scheduler.remove_node(one) == names[second]
    while pending := [index for index in other.sent if not scheduler.assigned_work[other][names[index]][names[index]]]:
        scheduler.mark_test_complete(other, pending[0])
    assert set(before) <= set(other.sent)
    assert not {first, second} & set(other.sent)
    assert {first, second, *other.sent} == set(range(len(names)))
    assert scheduler.tests_finished
