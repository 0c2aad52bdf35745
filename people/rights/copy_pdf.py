"""The copy to read: an A4 PDF with headings, plain words and page numbers."""

from __future__ import annotations

from datetime import date

from common.days import in_words
from common.pdf import Pdf
from people.rights.copies import Row, Section

ABOUT = (
    "This is a copy of everything we hold about you, on the day below. Each part starts with a heading. Where a "
    "record was changed, what it said before stands under it. Words by or about other people may have been taken out; "
    "where that was done, it says so. The file everything.json beside this one holds the same for a computer to read."
)


def draw(*, crn: str, called: str, sections: list[Section], today: date) -> bytes:
    pdf = Pdf(f"Everything we hold about {crn}")
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


def _draw_row(pdf: Pdf, row: Row) -> None:
    """One record: a line for each field that has anything in it."""
    told = [f"{label}: {words}" for _, label, _, words in row if words]
    pdf.line("\n".join(told), gap=3)
