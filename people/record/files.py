"""Files from outside: each is opened to check its kind and written anew, so that nothing unknown is kept."""

from __future__ import annotations

import io
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from common.errors import RuleBroken
from people.record import pdfs

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000  # a phone's largest photo; refused before a single one is decoded
MOST_SIDE = 15_000
PHOTO_SIDE = 240
HEAD = 1024
ROOT = Path(__file__).resolve().parents[2]
KINDS = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg"}
TOO_LARGE = "The picture is too large. Make it smaller, or take the photo again with less detail."
STRANGE = (b"<html", b"<script", b"<!doctype", b"<svg", b"<?php")


class WrongFile(RuleBroken):
    pass


def proved(name: str, data: bytes) -> tuple[str, bytes]:
    """Return its kind and its clean bytes, or refuse with a sentence that says what to do."""
    if len(data) > MOST_BYTES:
        raise WrongFile("The file must be smaller than 10 MB.")
    kind = KINDS.get(name.rpartition(".")[2].lower())
    if kind is None:
        raise WrongFile("The file must be a PDF, a JPEG or a PNG. Save it as one of these and try again.")
    if kind == KINDS["pdf"]:
        return kind, clean_pdf(data)
    return kind, clean_picture(data, kind)


def photo(data: bytes) -> bytes:
    """A small JPEG of a face."""
    picture = _opened(data, ["JPEG", "PNG"])
    picture = ImageOps.fit(ImageOps.exif_transpose(picture).convert("RGB"), (PHOTO_SIDE, PHOTO_SIDE))
    return _written(picture, "JPEG", quality=80)


def clean_picture(data: bytes, kind: str) -> bytes:
    """Return the pixels alone, without the place, the camera or any text."""
    wanted = "JPEG" if kind == KINDS["jpg"] else "PNG"
    if any(mark in data.lower() for mark in STRANGE) or b"%PDF-" in data:
        raise WrongFile("This picture has something else hidden in it. Take the photo again, or send another.")
    picture = ImageOps.exif_transpose(_opened(data, [wanted]))
    if wanted == "JPEG":
        return _written(picture.convert("RGB"), "JPEG", quality=88)
    return _written(
        picture.convert("RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB"), "PNG"
    )


def _opened(data: bytes, formats: list[str]) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=formats)
            if picture.width * picture.height > MOST_PIXELS or max(picture.size) > MOST_SIDE:
                raise WrongFile(TOO_LARGE)
            picture.load()
            return picture
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as problem:
        raise WrongFile(TOO_LARGE) from problem
    except (OSError, SyntaxError, ValueError, MemoryError, EOFError) as problem:
        raise WrongFile(
            "The picture cannot be opened. Open it on your own machine, save it again, and send that."
        ) from problem


def _written(picture: Image.Image, form: str, **how: Any) -> bytes:
    picture.info = {}
    out = io.BytesIO()
    picture.save(out, form, **how)
    return out.getvalue()


def clean_pdf(data: bytes) -> bytes:
    """Return the pages alone. A process of its own reads them (people/record/pdfs.py), which may crash alone."""
    tail = data[data.rfind(b"%%EOF") + 5 :] if b"%%EOF" in data else b""
    if not data.startswith(b"%PDF-") or any(mark in (data[:HEAD] + tail).lower() for mark in STRANGE):
        raise WrongFile("This is not a plain PDF. Open it, print it to a new PDF, and send that.")
    asked = [sys.executable, "-m", "people.record.pdfs", str(pdfs.MEMORY), str(pdfs.SECONDS)]
    try:
        done = subprocess.run(  # noqa: S603 - this Python, these words, and none of our settings
            asked, input=data, capture_output=True, cwd=ROOT, env={}, timeout=pdfs.SECONDS * 2, check=False
        )
    except subprocess.TimeoutExpired as problem:
        raise WrongFile(pdfs.CANNOT) from problem
    if done.returncode:
        raise WrongFile(done.stderr.decode() if done.returncode == pdfs.REFUSED else pdfs.CANNOT)
    return done.stdout
