"""One PDF made clean: only in the process of people/record/cleaning.py, which may use so much and no more."""

from __future__ import annotations

import io

import pikepdf

from common.errors import RuleBroken

MOST_PAGES = 500
ACTIVE = ["/AcroForm", "/Collection", "/Names", "/PieceInfo", "/Outlines"]  # scripts and files inside hang on /Names
CANNOT = "The PDF cannot be opened. Open it, print it to a new PDF, and send that."
BROKEN = (
    pikepdf.PdfError, ValueError, TypeError, RuntimeError, KeyError, AttributeError, MemoryError, RecursionError,
    OverflowError,
)  # fmt: skip


def clean(data: bytes) -> bytes:
    """Return the pages alone: no script, form, attached file or active link, and no author's name."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) > MOST_PAGES or not len(pdf.pages):
                raise RuleBroken(f"A PDF must have between 1 and {MOST_PAGES} pages. Send it in parts.")
            _disarm(pdf)
            out = io.BytesIO()
            pdf.save(out, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    except pikepdf.PasswordError as problem:
        raise RuleBroken("This PDF has a password. Save it without one and try again.") from problem
    except BROKEN as problem:
        raise RuleBroken(CANNOT) from problem
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
