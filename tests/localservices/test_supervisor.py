"""Programs run as one: forwarded, mended, and none left behind."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from localservices import supervisor
from localservices.supervisor import GaveUp, Supervisor

WAIT = "import time; time.sleep(600)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {WAIT!r}]); print('two', flush=True); {WAIT}"


@pytest.fixture
def group() -> Iterator[Supervisor]:
    group = Supervisor()
    yield group
    group.stop()


def start(group: Supervisor, code: str, name: str = "child") -> int:
    group.start(name, [sys.executable, "-c", code])
    return pid(group)


def pid(group: Supervisor) -> int:
    assert group.all[-1].process
    return group.all[-1].process.pid


def members(of: int) -> list[int]:
    """The processes of a group that are not ghosts."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _parent, leader = path.read_text().rsplit(")", 1)[1].split()[:3]
        except OSError:
            continue
        if int(leader) == of and state != "Z":
            found.append(int(path.parent.name))
    return found


def until(question: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if question():
            return True
        time.sleep(0.02)
    return False


def test_what_a_program_prints_is_forwarded_with_its_name(
    group: Supervisor, capsys: pytest.CaptureFixture[str]
) -> None:
    start(group, "print('hello')", "web")

    assert until(lambda: capsys.readouterr().out == "web    | hello\n")


def test_a_program_that_falls_is_started_again(group: Supervisor) -> None:
    first = start(group, WAIT)

    os.kill(first, signal.SIGKILL)
    assert until(group.all[0].exited)
    group.restart_exited()

    assert pid(group) != first
    assert members(pid(group)) == [pid(group)]


def test_a_program_that_keeps_falling_is_given_up_with_a_sentence(
    group: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "RESTARTS", 2)
    start(group, "raise SystemExit(3)", "worker")

    def restart_for_ever() -> None:
        while True:
            until(group.all[0].exited)
            group.restart_exited()

    with pytest.raises(GaveUp, match=r"worker stopped 3 times in a minute \(last exit code 3\)"):
        restart_for_ever()


def test_stopping_leaves_no_program_and_no_child_of_one(group: Supervisor) -> None:
    heads = [start(group, WAIT), start(group, PARENT)]
    assert until(lambda: len(members(heads[1])) == 2)

    group.stop()

    assert not any(members(head) for head in heads)


def test_a_program_deaf_to_being_asked_is_ended(
    group: Supervisor, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(supervisor, "PATIENCE", 0.3)
    head = start(group, DEAF)
    assert until(lambda: "deaf" in capsys.readouterr().out)

    group.stop()

    assert not members(head)


def test_a_fallen_program_is_not_started_again_while_stopping(group: Supervisor) -> None:
    first = start(group, WAIT)

    group.stop()
    group.restart_exited()

    assert pid(group) == first
