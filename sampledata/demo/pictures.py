"""Pictures that people in the story take."""

from __future__ import annotations

from io import BytesIO
from textwrap import wrap

from PIL import Image, ImageDraw

from common.money import pounds


def price_tag(what: str, pence: int) -> bytes:
    """A photo (JPEG) of a price in a shop window."""
    image = Image.new("RGB", (640, 400), "#f3efe4")
    draw = ImageDraw.Draw(image)
    draw.rectangle((30, 30, 610, 370), fill="white", outline="#555555", width=3)
    for number, line in enumerate(wrap(what, 34)):
        draw.text((60, 60 + 36 * number), line, fill="#222222", font_size=30)
    draw.text((60, 250), pounds(pence), fill="#8a1c1c", font_size=80)
    out = BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
