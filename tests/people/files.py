"""Caseload files to test with: Jordan's line, and others that differ from it in what they name."""

from __future__ import annotations

import csv
import io
from io import BytesIO

import pikepdf
from PIL import Image

from people.imports.caseload import import_caseload, plan_caseload
from tests.conftest import NOW, TODAY, service_account

HEAD = (
    "crn,given_name,family_name,date_of_birth,risk_band,area,practitioner,phone,address,sentence,sentence_start,"
    "release_date,requirements,tags,prison,prison_number,preferred_name,email"
)
JORDAN = {
    "crn": "x123456", "given_name": "Jordan", "family_name": "O'Neill-Ashworth", "date_of_birth": "9/3/2004",
    "risk_band": "Medium", "area": "northbridge", "practitioner": "Olive.Officer@test.example", "phone": "07400 123456",
    "address": "14 Mill Street, Huddersfield, HD1 2AB", "sentence": "26 weeks custody", "sentence_start": "2026-03-03",
    "release_date": "2 June 2026", "requirements": "", "tags": "IOM; care leaver", "prison": "HMP Preston",
    "prison_number": "a1234bc", "preferred_name": "Jord", "email": "Jord@Test.example",
}  # fmt: skip


def a_file(*people: dict[str, str], delimiter: str = ",") -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(JORDAN), delimiter=delimiter, extrasaction="ignore")
    writer.writeheader()
    writer.writerows({**JORDAN, **person} for person in people)
    return out.getvalue()


def load(text: str, *, all_or_nothing: bool = False):
    return import_caseload(text, all_or_nothing=all_or_nothing, by=service_account(), today=TODAY, now=NOW)[0]


def faults(**cells: str) -> list[str]:
    return [str(problem) for problem in plan_caseload(a_file(cells), by=service_account(), today=TODAY).problems]


def a_picture(size: tuple[int, int] = (40, 30), form: str = "PNG", **how: object) -> bytes:
    """A picture of one colour."""
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, form, **how)
    return out.getvalue()


def a_png() -> bytes:
    return a_picture()


def a_jpeg(**how: object) -> bytes:
    return a_picture(form="JPEG", **how)


def a_pdf(words: str = "A letter", **root: object) -> bytes:
    """A page with words on it; `root` is put into its catalogue."""
    out = BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        page.Contents = pdf.make_stream(f"BT /F1 12 Tf 72 700 Td ({words}) Tj ET".encode())
        for name, value in root.items():
            pdf.Root[f"/{name}"] = value
        pdf.docinfo["/Author"] = "Someone Secret"
        pdf.save(out)
    return out.getvalue()
