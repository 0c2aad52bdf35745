"""A web worker whose threads never wait for a slow client.

gunicorn's threads read a request while it arrives, so that a few clients sending a letter at a time take every thread.
Here the worker's one loop reads, never waiting, until a request is whole; only then is a thread given it.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import Any

from django.conf import settings
from gunicorn.http import get_parser
from gunicorn.workers.gthread import TConn, ThreadWorker

MOST_HEAD = 32 * 1024  # bytes: more than any browser sends
IN_MEMORY = 128 * 1024  # bytes of a request; what is over waits in a file
HEAD_SECONDS = 20.0
WHOLE_SECONDS = 300.0  # the largest file of ours over a poor line
GOODBYE_SECONDS = 2.0
END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,12})[ \t]*(?=\r\n|$)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
WAITS = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)


class Caller(TConn):
    """A client's connection, and what has arrived of its next request; the parser reads that, not the network."""

    def __init__(self, cfg: Any, sock: socket.socket, client: Any, server: Any) -> None:
        super().__init__(cfg, sock, client, server)
        self.initialized = self.data_ready = True
        self.parser = get_parser(cfg, self, client)
        self.leaving = False
        self.arrived = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed with the connection
        self.begin()

    def begin(self) -> None:
        self.arrived.seek(0)
        self.arrived.truncate()
        self.head, self.size, self.began = bytearray(), 0, time.monotonic()
        self.needed: int | None = None  # bytes of head and body, once the head is here
        self.cut = False  # the rest of it is not read, so that nothing can be asked after it

    @property
    def is_whole(self) -> bool:
        return self.needed is not None and self.size >= self.needed

    def add(self, data: bytes) -> None:
        self.arrived.write(data)
        self.size += len(data)
        if self.needed is None:
            self.head += data
            self._look_for_the_end()
        self.cut = self.cut or (self.needed is not None and self.size > self.needed)

    def _look_for_the_end(self) -> None:
        end = self.head.find(END)
        if end < 0:
            if len(self.head) > MOST_HEAD:
                self.needed, self.cut = 0, True
            return
        head = bytes(self.head[:end])
        found = LENGTH.search(head)
        length = int(found[1]) if found else 0
        self.cut = length > settings.LARGEST_BODY or bool(CHUNKED.search(head))
        self.needed = end + len(END) + (0 if self.cut else length)
        if not self.is_whole and WAITS.search(head):
            self.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    def recv(self, size: int) -> bytes:
        """For the parser. Nothing is what it reads of a body that we do not take."""
        return self.arrived.read(size)

    def is_late(self, now: float, *, stopping: bool) -> bool:
        patience = WHOLE_SECONDS if self.needed else HEAD_SECONDS
        return now - self.began > (GOODBYE_SECONDS if self.leaving or stopping else patience)

    def close(self, graceful: bool = False) -> None:
        self.arrived.close()
        super().close()


class PatientWorker(ThreadWorker):
    """gunicorn's gthread worker, with requests gathered before a thread takes them. TLS ends at the proxy in front."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.callers: set[Caller] = set()  # those we read from: a request is coming, or they are leaving

    def accept(self, listener: socket.socket) -> None:
        try:
            sock, client = listener.accept()
        except OSError:
            return  # another worker was quicker, or the client has gone
        self.nr_conns += 1
        self.read_from(Caller(self.cfg, sock, client, listener.getsockname()))

    def read_from(self, caller: Caller) -> None:
        caller.sock.setblocking(False)
        self.callers.add(caller)
        self.poller.register(caller.sock, selectors.EVENT_READ, partial(self.on_arrival, caller))

    def on_arrival(self, caller: Caller, sock: socket.socket) -> None:
        try:
            data = sock.recv(64 * 1024)
            if data and not caller.leaving:
                caller.add(data)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.drop(caller)
        elif caller.is_whole and not caller.leaving:
            self.stop_reading(caller)
            caller.arrived.seek(0)
            self.enqueue_req(caller)

    def on_client_socket_readable(self, conn: Caller, client: socket.socket) -> None:
        """The next request of a connection that was kept."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        conn.begin()
        self.read_from(conn)

    def handle_request(self, req: Any, conn: Caller) -> bool:
        if conn.cut:
            req.force_close()
        return bool(super().handle_request(req, conn))

    def finish_request(self, conn: Caller, fs: Future[Any]) -> None:
        if fs.cancelled() or fs.exception() or not fs.result():
            self.see_off(conn)
        else:
            super().finish_request(conn, fs)

    def see_off(self, caller: Caller) -> None:
        """End the answer, and read on for a moment: closing at once could cut the end of it off."""
        caller.leaving, caller.began = True, time.monotonic()
        try:
            caller.sock.shutdown(socket.SHUT_WR)
            self.read_from(caller)
        except (OSError, ValueError):  # gone, or closed already
            self.drop(caller)

    def murder_pending(self) -> None:
        """Drop who has taken too long. gunicorn asks for it at least once a second."""
        now = time.monotonic()
        for caller in [caller for caller in self.callers if caller.is_late(now, stopping=not self.alive)]:
            self.drop(caller)

    def drop(self, caller: Caller) -> None:
        self.stop_reading(caller)
        self.nr_conns -= 1
        caller.close()

    def stop_reading(self, caller: Caller) -> None:
        self.callers.discard(caller)
        with suppress(OSError, KeyError, ValueError):  # closed already
            self.poller.unregister(caller.sock)
