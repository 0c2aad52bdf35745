"""Files that are small on the wire and vast when opened, or one kind of thing that looks like another."""

from __future__ import annotations

import io
import zipfile
import zlib
from functools import cache

from tests.attacks.full import FULL
from tests.people.files import a_jpeg, a_pdf, a_png

VAST = 1 << 30 if FULL else 1 << 28  # bytes that it opens to


@cache
def zip_bomb(name: str = "xl/worksheets/sheet1.xml") -> bytes:
    """A gigabyte of nothing in a megabyte."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bomb, bomb.open(name, "w") as inside:
        for _ in range(VAST >> 24):
            inside.write(bytes(1 << 24))
    return buffer.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)


def a_png_of(*chunks: bytes, author: int = 20_000) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join([chunk(b"IHDR", author.to_bytes(4) * 2 + bytes([1, 0, 0, 0, 0])), *chunks])


@cache
def packed(size: int) -> bytes:
    """So many bytes of nothing, deflated."""
    press = zlib.compressobj(9)
    return b"".join(press.compress(bytes(1 << 20)) for _ in range(size >> 20)) + press.flush()


def huge_png() -> bytes:
    """20,000 × 20,000 pixels in a few kilobytes."""
    return a_png_of(chunk(b"IDAT", packed(50 << 20)), chunk(b"IEND", b""))


def wordy_png() -> bytes:
    """A small picture with half a gigabyte of packed words in it."""
    words = chunk(b"zTXt", b"Comment\0\0" + packed(VAST >> 1))
    return a_png_of(words, chunk(b"IDAT", zlib.compress(bytes(20))), chunk(b"IEND", b""), author=4)


def pdf_bomb() -> bytes:
    """A PDF whose objects are packed in one stream that opens to a gigabyte."""
    data = packed(VAST)
    objects = (
        b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n",
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n",
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 5 0 R >>\nendobj\n",
        b"4 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream\nendobj\n"
        % (len(data), data),
        b"5 0 obj\n<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (len(data), data),
    )
    out, places = b"%PDF-1.5\n", []
    for body in objects:
        places.append(len(out))
        out += body
    table = bytes(4) + b"".join(b"\1" + place.to_bytes(3) for place in places) + b"\2" + (4).to_bytes(3)
    start = len(out)
    return out + (
        b"7 0 obj\n<< /Type /XRef /Size 7 /W [1 3 0] /Root 1 0 R /Length %d >>\nstream\n%s\nendstream\nendobj\n"
        b"startxref\n%d\n%%%%EOF\n" % (len(table), table, start)
    )


def files() -> dict[str, bytes]:
    """Every one of them, by the name that it is sent under."""
    page = b"<html><script>alert(1)</script></html>"
    picture = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    return {
        "bomb.xlsx": zip_bomb(), "bomb.csv": zip_bomb(), "bomb.json": zip_bomb(), "bomb.pdf": pdf_bomb(),
        "bomb.csv.gz": b"\x1f\x8b\x08" + packed(VAST >> 4), "huge.png": huge_png(), "wordy.png": wordy_png(),
        "page.pdf": b"%PDF-1.7\n" + page + a_pdf(), "after.pdf": a_pdf() + page, "both.jpg": a_jpeg() + a_pdf(),
        "drawing.svg": picture, "drawing.png": picture, "letter.pdf.exe": b"MZ\x90" + a_pdf(), "letter.exe": b"MZ\x90",
        "letter.html": page, "letter.png\x00.html": a_png(), "../../letter.php": b"<?php system($_GET[0]);",
    }  # fmt: skip
