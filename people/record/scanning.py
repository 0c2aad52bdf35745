"""Ask a virus scanner about a file, where there is one: ClamAV's daemon, over TCP (the setting CLAMAV).

It is the INSTREAM command of `clamd`: the file in pieces, each after its length in four bytes, and four zeros to end.
"""

from __future__ import annotations

import logging
import socket
import struct

from django.conf import settings

from common.errors import RuleBroken

PIECE = 64 * 1024  # bytes
SECONDS = 10
LONGEST = 4096  # bytes of an answer
CLEAN, FOUND = "stream: OK", "FOUND"
NOT_NOW = "Files cannot be checked for viruses just now, so nothing was saved. Try again in a few minutes."
HARMFUL = "Our virus check found something harmful in this file, so it was not kept. Send another, or ask for help."

log = logging.getLogger(__name__)


def scan(data: bytes) -> None:
    """Raise RuleBroken where the scanner finds something, or cannot be asked. Nothing where none is set."""
    if not settings.CLAMAV:
        return
    answer = _asked(data)
    if answer == CLEAN:
        return
    log.warning("a file was not kept: %s", answer or "the scanner gave no answer")
    raise RuleBroken(HARMFUL if answer.endswith(FOUND) else NOT_NOW)


def is_there() -> bool:
    """Whether the scanner answers."""
    try:
        with _line() as line:
            line.sendall(b"zPING\0")
            return _answer(line) == "PONG"
    except OSError:
        return False


def _asked(data: bytes) -> str:
    """What it says of the file; nothing where it is away or breaks off."""
    try:
        with _line() as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(data), PIECE):
                piece = data[start : start + PIECE]
                line.sendall(struct.pack("!L", len(piece)) + piece)
            line.sendall(struct.pack("!L", 0))
            return _answer(line)
    except OSError:
        return ""


def _line() -> socket.socket:
    assert settings.CLAMAV
    return socket.create_connection(settings.CLAMAV, timeout=SECONDS)


def _answer(line: socket.socket) -> str:
    said = b""
    while len(said) < LONGEST and not said.endswith(b"\0"):
        more = line.recv(LONGEST)
        if not more:
            break
        said += more
    return said.rstrip(b"\0").decode("utf-8", "replace")
