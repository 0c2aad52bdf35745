"""Run several programs together: forward their output, restart those that exit, stop all at once."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import IO

RESTARTS = 4  # in any WINDOW seconds
WINDOW = 60.0
PATIENCE = 12.0  # seconds to finish what is in hand before being ended
_printing = threading.Lock()


class GaveUp(Exception):
    """A program keeps falling over."""


def say(line: str, *, of: str = "") -> None:
    """Print one line whole, even while others print; a terminal that has gone away is no reason to fall over."""
    with _printing:
        try:
            sys.stdout.write(f"{of:<7}| {line}\n" if of else f"{line}\n")
            sys.stdout.flush()
        except OSError:
            pass


@dataclass
class SupervisedProcess:
    name: str
    command: list[str]
    env: dict[str, str]
    files: list[int] = field(default_factory=list)  # open files handed on, such as a listening socket
    process: subprocess.Popen[str] | None = None
    falls: list[float] = field(default_factory=list)
    log: threading.Thread | None = None

    def start(self) -> None:
        # A process group of its own: Ctrl-C reaches us alone, and we stop it in good order.
        self.process = subprocess.Popen(
            self.command,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            pass_fds=self.files,
            preexec_fn=die_with_parent(),
        )
        self.log = threading.Thread(target=self._forward, args=[self.process.stdout], daemon=True)
        self.log.start()

    def exited(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def restart(self) -> None:
        now = time.monotonic()
        self.falls = [at for at in self.falls if now - at < WINDOW] + [now]
        code = self.process.returncode if self.process else None
        self.signal(signal.SIGKILL)  # what it left behind in its group
        self.end()
        if len(self.falls) > RESTARTS:
            raise GaveUp(f"{self.name} stopped {len(self.falls)} times in a minute (last exit code {code}).")
        say(f"stopped with exit code {code}; starting it again", of=self.name)
        time.sleep(min(len(self.falls) - 1, 5))
        self.start()

    def signal(self, number: signal.Signals, *, group: bool = True) -> None:
        """To the whole group, or to its head alone, which then tells the others in good order."""
        if self.process is None:
            return
        try:
            (os.killpg if group else os.kill)(self.process.pid, number)
        except ProcessLookupError:
            return

    def end(self) -> None:
        """Wait until it has gone and all it said has been forwarded."""
        if self.process and self.log:
            self.process.wait()
            self.log.join(timeout=2)

    def _forward(self, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                say(line.rstrip("\n"), of=self.name)


class Supervisor:
    def __init__(self) -> None:
        self.all: list[SupervisedProcess] = []
        self.stopping = False

    def start(self, name: str, command: list[str], files: Sequence[int] = (), **env: str) -> None:
        child = SupervisedProcess(name, command, os.environ | env, list(files))
        self.all.append(child)
        child.start()

    def restart_exited(self) -> None:
        """Start again what has fallen over."""
        for child in self.all:
            if not self.stopping and child.exited():
                child.restart()

    def stop(self) -> None:
        """Ask all to finish, then end what has not; nothing is left."""
        self.stopping = True
        for child in self.all:
            if not child.exited():
                child.signal(signal.SIGTERM, group=False)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and not all(child.exited() for child in self.all):
            time.sleep(0.05)
        for child in self.all:
            child.signal(signal.SIGKILL)
            child.end()


def die_with_parent() -> Callable[[], None] | None:
    """Have the kernel end the child if we are killed outright (Linux)."""
    if not sys.platform.startswith("linux"):
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def ask() -> None:
        prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if os.getppid() != parent:
            os._exit(0)

    return ask
