"""One picture made clean: only in the process of people/record/cleaning.py, which may use so much and no more."""

from __future__ import annotations

import io
import warnings
from typing import Any

from PIL import Image, ImageOps

from common.errors import RuleBroken

MOST_PIXELS = 25_000_000  # a phone's usual photo; a larger one is refused before any of it is decoded
MOST_SIDE = 15_000
PHOTO_SIDE = 240
TOO_LARGE = "The picture is too large. Make it smaller, or take the photo again with less detail."
CANNOT = "The picture cannot be opened. Open it on your own machine, save it again, and send that."


def jpeg(data: bytes) -> bytes:
    """Return the pixels alone, without the place, the camera or any text."""
    return _written(_opened(data, "JPEG").convert("RGB"), "JPEG", quality=88)


def png(data: bytes) -> bytes:
    """The same, with what is clear left clear."""
    picture = _opened(data, "PNG")
    is_clear = "A" in picture.getbands() or "transparency" in picture.info
    return _written(picture.convert("RGBA" if is_clear else "RGB"), "PNG")


def photo(data: bytes) -> bytes:
    """A small JPEG of a face."""
    picture = _opened(data, "JPEG", "PNG").convert("RGB")
    return _written(ImageOps.fit(picture, (PHOTO_SIDE, PHOTO_SIDE)), "JPEG", quality=80)


def _opened(data: bytes, *formats: str) -> Image.Image:
    """The picture, the right way up."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=formats)
            if picture.width * picture.height > MOST_PIXELS or max(picture.size) > MOST_SIDE:
                raise RuleBroken(TOO_LARGE)
            picture.load()
            ImageOps.exif_transpose(picture, in_place=True)
            return picture
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as problem:
        raise RuleBroken(TOO_LARGE) from problem
    except (OSError, SyntaxError, ValueError, MemoryError, EOFError) as problem:
        raise RuleBroken(CANNOT) from problem


def _written(picture: Image.Image, form: str, **how: Any) -> bytes:
    picture.info = {}
    out = io.BytesIO()
    picture.save(out, form, **how)
    return out.getvalue()
