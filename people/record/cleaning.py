"""One file made clean, within bounds: `python -m people.record.cleaning KIND MEMORY SECONDS` reads it, and writes it.

A few kilobytes can ask for gigabytes, or nest so deep that the library that reads them falls over, so this is a process
of its own, which may use so much memory and time and no more, and which lets every other process go first. It knows
nothing of Django, of settings, or of anyone.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Callable

from common.errors import RuleBroken
from people.record import pdfs, pictures

KINDS: dict[str, Callable[[bytes], bytes]] = {
    "pdf": pdfs.clean, "jpeg": pictures.jpeg, "png": pictures.png, "photo": pictures.photo,
}  # fmt: skip
MEMORY = 768 * 1024 * 1024  # bytes of address space, the program itself included
SECONDS = 10  # of work
REFUSED = 3  # how it ends where the sentence it says is fit to be shown
LAST_IN_LINE = 10  # how far it stands back for others (nice)


def _keep_within(memory: int, seconds: int) -> None:
    os.nice(LAST_IN_LINE)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file at all


def main() -> None:
    kind, *bounds = sys.argv[1:]
    _keep_within(*map(int, bounds))
    try:
        made = KINDS[kind](sys.stdin.buffer.read())
    except RuleBroken as refusal:
        sys.stderr.write(str(refusal))
        raise SystemExit(REFUSED) from None
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
