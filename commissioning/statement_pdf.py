"""A funder's statement on a page to print: the same lines as on the screen and in the file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from budgets.models import Funder
from commissioning.statements import Statement
from common.days import in_words
from common.money import pounds
from common.pdf import Pdf, printable

TOO_FEW = "Too few people have had some of this money yet to say what became of it."
SUMS_UP = (
    "What was there at the start and what was put in, less what was given back and paid, is what is set aside and not "
    "used yet at the end, to the penny. “Other” is what went to purposes of fewer than five people."
)


def draw(funder: Funder, found: Statement | None, lines: Sequence[tuple[str, int]], today: date) -> bytes:
    title = f"Statement for {funder.name}"
    pdf = Pdf(title)
    pdf.line(title, size=20, bold=True, gap=3)
    if found is None:
        pdf.line("Nothing has moved yet.")
    else:
        since = f"From {in_words(found.first_day)}" if found.first_day else "Since the start"
        pdf.line(f"{since}, up to {in_words(found.last_day)}. Made on {in_words(today)}.", gap=4)
        _table(pdf, lines)
        pdf.line(TOO_FEW if found.purposes is None else SUMS_UP)
    return bytes(pdf.output())


def _table(pdf: Pdf, lines: Sequence[tuple[str, int]]) -> None:
    pdf.set_font("body", "", 10)
    with pdf.table(col_widths=(70, 30), text_align=("LEFT", "RIGHT")) as table:
        for name, pence in [("What", None), *lines]:
            row = table.row()
            row.cell(printable(name))
            row.cell("Pounds" if pence is None else pounds(pence))
    pdf.ln(4)
