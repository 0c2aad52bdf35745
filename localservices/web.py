"""The web server: `python -m localservices.web [ADDRESS:PORT | DOOR]`. A door is the number of a socket that listens.

Waitress gathers each request, and sends each answer, in one loop that never waits. A thread takes a request only once
it is whole, so a client who sends or reads a letter at a time keeps nobody waiting. TLS ends at the proxy in front.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from waitress import serve

from localservices.supervisor import die_with_parent
from rehab.wsgi import application

THREADS = 4  # each with a connection of its own to the database
CONNECTIONS = 1000  # to one process, slow ones included
HEAD = 32 * 1024  # bytes: more than any browser sends
QUIET_SECONDS = 30  # before a connection on which nothing moves is closed
FALLS = 10  # in a minute, and we give up
READ = 2 * settings.LARGEST_BODY  # bytes: up to here who sent too much is told so on a page of ours


def door_of(words: str) -> socket.socket:
    if words.isdigit():
        return socket.socket(fileno=int(words))
    host, _, port = words.rpartition(":")
    return socket.create_server((host, int(port)), backlog=1024)


def answer(door: socket.socket) -> None:
    """Until told to stop; what was begun then has five seconds more."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a queue of one is no news
    door.setblocking(False)
    serve(
        application, sockets=[door], threads=THREADS, connection_limit=CONNECTIONS, channel_timeout=QUIET_SECONDS,
        max_request_header_size=HEAD, max_request_body_size=READ, asyncore_use_poll=True, ident=None,
        clear_untrusted_proxy_headers=False, _quiet=True,
    )  # fmt: skip  # which proxies to believe is TRUSTED_PROXIES


def supervise(many: int, door: socket.socket) -> None:
    """So many processes on one door, and another for each that falls over, until told to stop or too many have."""
    with_us = die_with_parent()
    born: set[int] = set()
    falls: deque[float] = deque(maxlen=FALLS)
    try:
        while True:
            while len(born) < many:
                born.add(_fork(door, with_us))
            born.discard(os.wait()[0])
            falls.append(time.monotonic())
            if len(falls) == FALLS and falls[-1] - falls[0] < 60:
                raise SystemExit("The web server falls over again and again.")
            time.sleep(0.5)
    finally:
        _end(born)


def _fork(door: socket.socket, with_us: Callable[[], None] | None) -> int:
    """Fork a child that answers requests. It exits whatever happens, and never runs the parent's code."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        if with_us:
            with_us()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to every process; the parent tells this one
        answer(door)
        code = 0
    except BaseException:
        logging.getLogger(__name__).exception("a web process fell over")
    finally:
        os._exit(code)


def _end(born: set[int]) -> None:
    for pid in born:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    for pid in born:
        with suppress(ChildProcessError):
            os.waitpid(pid, 0)


def stop(*_: object) -> None:
    """Stop once: a second signal would interrupt the orderly stop."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise SystemExit(0)


def main(words: str = "127.0.0.1:8000") -> None:
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    supervise(int(os.environ.get("WEB_WORKERS") or 2), door_of(words))


if __name__ == "__main__":
    main(*sys.argv[1:])
