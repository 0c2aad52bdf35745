"""The copy to read: an A4 PDF with headings, plain words and page numbers."""

from __future__ import annotations

import re
from datetime import date

from django.conf import settings
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from common.days import in_words
from people.rights.copies import Row, Section

FONTS = settings.BASE_DIR / "static" / "built" / "fonts"
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069]")
ABOUT = (
    "This is a copy of everything we hold about you, on the day below. Each part starts with a heading. Where a "
    "record was changed, what it said before stands under it. Words by or about other people may have been taken out; "
    "where that was done, it says so. The file everything.json beside this one holds the same for a computer to read."
)


class CopyPdf(FPDF):
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


def draw(*, crn: str, called: str, sections: list[Section], today: date) -> bytes:
    pdf = CopyPdf(f"Everything we hold about {crn}")
    pdf.line(f"Everything we hold about {called}", size=20, bold=True, gap=3)
    pdf.line(f"Case number {crn}. Made on {in_words(today)}.", gap=3)
    pdf.line(ABOUT, gap=2)
    for section in sections:
        pdf.heading(section.title)
        for part in section.parts:
            if len(section.parts) > 1:
                pdf.line(part.what[:1].upper() + part.what[1:], size=12, bold=True)
            for row in part.rows.values():
                _draw_row(pdf, row)
            if part.earlier:
                pdf.line("What it said before", size=10, bold=True)
            for row in part.earlier:
                _draw_row(pdf, row)
    return bytes(pdf.output())


def _draw_row(pdf: CopyPdf, row: Row) -> None:
    """One record: a line for each field that has anything in it."""
    told = [f"{label}: {words}" for _, label, _, words in row if words]
    pdf.line("\n".join(told), gap=3)
