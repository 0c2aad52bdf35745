"""A server process known by its id and by a path in its command line, since ids are used again."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

_children: dict[int, subprocess.Popen[bytes]] = {}  # kept, so that none is collected (and warned of) while it runs


def launch(command: list[str | Path], log: Path, **options: object) -> int:
    """Start a server that outlives us, its output in a log file."""
    with log.open("ab") as output:
        child = subprocess.Popen(  # type: ignore[call-overload]
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, **options
        )
    _children[child.pid] = child
    return int(child.pid)


def is_running(pid: int, word: Path) -> bool:
    """Whether the process runs and names this path: not a zombie, and not another with the same id."""
    if pid in _children:
        _children[pid].poll()
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(word) in words


def stop(pid: int, word: Path, sign: signal.Signals, *, patience: float) -> None:
    """Ask it to stop, and end it if it does not."""
    for number, seconds in ((sign, patience), (signal.SIGKILL, 5.0)):
        if not is_running(pid, word):
            return
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        if wait_until(lambda: not is_running(pid, word), seconds):
            return


def wait_until(question: Callable[[], bool], seconds: float) -> bool:
    """Ask again and again, soon at first, until the answer is yes or the time is up."""
    end, pause = time.monotonic() + seconds, 0.02
    while not question():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
        pause = min(pause * 1.5, 0.25)
    return True
