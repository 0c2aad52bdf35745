"""One PDF made clean, within bounds: `python -m people.record.pdfs MEMORY SECONDS` reads it and writes the clean one.

A few kilobytes can ask for gigabytes, or nest so deep that the library that reads them falls over, so this is a process
of its own, which may use so much memory and time and no more. It knows nothing of Django, of settings, or of anyone.
"""

from __future__ import annotations

import io
import resource
import sys

import pikepdf

MEMORY = 768 * 1024 * 1024  # bytes of address space, the program itself included
SECONDS = 10  # of work
REFUSED = 3  # how it ends where the sentence it says is fit to be shown
MOST_PAGES = 500
ACTIVE = ["/AcroForm", "/Collection", "/Names", "/PieceInfo", "/Outlines"]  # scripts and files inside hang on /Names
CANNOT = "The PDF cannot be opened. Open it, print it to a new PDF, and send that."
BROKEN = (
    pikepdf.PdfError, ValueError, TypeError, RuntimeError, KeyError, AttributeError, MemoryError, RecursionError,
    OverflowError,
)  # fmt: skip


class Refused(Exception):
    """The sentence for whoever sent the file."""


def clean(data: bytes) -> bytes:
    """Return the pages alone: no script, form, attached file or active link, and no author's name."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) > MOST_PAGES or not len(pdf.pages):
                raise Refused(f"A PDF must have between 1 and {MOST_PAGES} pages. Send it in parts.")
            _disarm(pdf)
            out = io.BytesIO()
            pdf.save(out, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    except pikepdf.PasswordError as problem:
        raise Refused("This PDF has a password. Save it without one and try again.") from problem
    except BROKEN as problem:
        raise Refused(CANNOT) from problem
    return out.getvalue()


def _disarm(pdf: pikepdf.Pdf) -> None:
    _drop(pdf.Root, *ACTIVE)
    _drop(pdf.trailer, "/Info")
    for page in pdf.pages:
        _drop(page.obj, "/Annots", "/PieceInfo", "/B")
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
            _drop(item, "/Metadata", "/AA", "/OpenAction")
    pdf.remove_unreferenced_resources()


def _drop(holder: pikepdf.Object, *names: str) -> None:
    for name in names:
        if name in holder:
            del holder[name]


def _keep_within(memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file at all


def main() -> None:
    _keep_within(*map(int, sys.argv[1:]))
    try:
        made = clean(sys.stdin.buffer.read())
    except Refused as refusal:
        sys.stderr.write(str(refusal))
        raise SystemExit(REFUSED) from None
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
