"""Who is using the embedded servers: a count kept by the kernel in file locks, so that it stays right after kill -9."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Users:
    """Each user process holds a shared lock for its life; whoever can take it alone is the last one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lock: int | None = None

    @contextmanager
    def one_at_a_time(self) -> Iterator[None]:
        """Starting and stopping take turns across processes."""
        handle = self._open("start.lock")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def join(self) -> None:
        with self.one_at_a_time():
            self.lock = self._open("users.lock")
            fcntl.flock(self.lock, fcntl.LOCK_SH)

    def is_alone(self) -> bool:
        """Whether nobody but us uses them. Nobody comes or goes meanwhile."""
        with self.one_at_a_time():
            alone = self.leave()
            self.lock = self._open("users.lock")
            fcntl.flock(self.lock, fcntl.LOCK_SH)
            return alone

    def leave(self) -> bool:
        """Let go, and say whether nobody is left. Call inside one_at_a_time()."""
        if self.lock is not None:
            os.close(self.lock)
            self.lock = None
        handle = self._open("users.lock")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            return True
        finally:
            os.close(handle)

    def _open(self, name: str) -> int:
        return os.open(self.folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
