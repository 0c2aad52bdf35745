"""Files from outside: each is opened to check its kind and written anew, so that nothing unknown is kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from common.errors import RuleBroken
from people.record import cleaning, pdfs, pictures, scanning

MOST_BYTES = 10 * 1024 * 1024
HEAD = 1024
ROOT = Path(__file__).resolve().parents[2]
PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
KINDS = {"pdf": PDF, "png": PNG, "jpg": JPEG, "jpeg": JPEG}
STRANGE = (b"<html", b"<script", b"<!doctype", b"<svg", b"<?php")


class WrongFile(RuleBroken):
    pass


def proved(name: str, data: bytes, *, is_photo: bool = False) -> tuple[str, bytes]:
    """Return its kind and its clean bytes, or refuse with a sentence that says what to do.

    `is_photo`: of a face, kept as a small JPEG.
    """
    if len(data) > MOST_BYTES:
        raise WrongFile("The file must be smaller than 10 MB.")
    kind = KINDS.get(name.rpartition(".")[2].lower())
    if kind is None:
        raise WrongFile("The file must be a PDF, a JPEG or a PNG. Save it as one of these and try again.")
    if is_photo and kind == PDF:
        raise WrongFile("A photo must be a JPEG or a PNG.")
    if kind == PDF:
        _plain_pdf(data)
    else:
        _plain_picture(data)
    scanning.scan(data)
    if is_photo:
        return JPEG, _cleaned("photo", data)
    return kind, _cleaned(kind.rpartition("/")[2], data)


def _plain_picture(data: bytes) -> None:
    if any(mark in data.lower() for mark in STRANGE) or b"%PDF-" in data:
        raise WrongFile("This picture has something else hidden in it. Take the photo again, or send another.")


def _plain_pdf(data: bytes) -> None:
    tail = data[data.rfind(b"%%EOF") + 5 :] if b"%%EOF" in data else b""
    if not data.startswith(b"%PDF-") or any(mark in (data[:HEAD] + tail).lower() for mark in STRANGE):
        raise WrongFile("This is not a plain PDF. Open it, print it to a new PDF, and send that.")


def _cleaned(kind: str, data: bytes) -> bytes:
    """The file written anew. A process of its own reads it (people/record/cleaning.py), which may crash alone."""
    cannot = pdfs.CANNOT if kind == "pdf" else pictures.CANNOT
    asked = [sys.executable, "-m", "people.record.cleaning", kind, str(cleaning.MEMORY), str(cleaning.SECONDS)]
    try:
        done = subprocess.run(  # noqa: S603 - this Python, these words, and none of our settings
            asked, input=data, capture_output=True, cwd=ROOT, env={}, timeout=cleaning.SECONDS * 2, check=False
        )
    except subprocess.TimeoutExpired as problem:
        raise WrongFile(cannot) from problem
    if done.returncode:
        raise WrongFile(done.stderr.decode() if done.returncode == cleaning.REFUSED else cannot)
    return done.stdout
