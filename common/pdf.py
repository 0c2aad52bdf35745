"""An A4 page with our letters, headings and page numbers."""

from __future__ import annotations

import re

from django.conf import settings
from fpdf import FPDF
from fpdf.enums import XPos, YPos

FONTS = settings.BASE_DIR / "static" / "built" / "fonts"
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class Pdf(FPDF):
    def __init__(self, title: str) -> None:
        super().__init__(format="A4")
        self.add_font("body", "", FONTS / "DejaVuSans.ttf")
        self.add_font("body", "B", FONTS / "DejaVuSans-Bold.ttf")
        self.set_title(title)
        self.set_lang("en-GB")
        self.set_margins(20, 20)
        self.set_auto_page_break(True, margin=22)
        self.add_page()

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("body", "", 9)
        self.cell(0, 6, f"Page {self.page_no()} of {{nb}}", align="C")

    def line(self, text: str, *, size: float = 10, bold: bool = False, gap: float = 1) -> None:  # type: ignore[override]
        self.set_font("body", "B" if bold else "", size)
        self.multi_cell(0, size * 0.5, printable(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(gap)

    def heading(self, text: str) -> None:
        if self.get_y() > self.eph - 20:
            self.add_page()
        self.start_section(printable(text))
        self.ln(4)
        self.line(text, size=15, bold=True, gap=2)


def printable(text: str) -> str:
    return UNPRINTABLE.sub(" ", text)
