"""Caseload files to test with: Jordan's line, and others that differ from it in what they name."""

from __future__ import annotations

import csv
import io
from io import BytesIO

import pikepdf
from PIL import Image

from people.imports import jobs
from people.imports.caseload import plan_caseload
from people.imports.encodings import Reading
from people.imports.uploads import save_upload
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
    """Import the file as the command does. Returns what it would do before, and as the command says it (`lines`)."""
    by = service_account()
    text = text.encode(errors="replace").decode()  # as no file holds half a surrogate pair
    upload = save_upload(name="caseload.csv", readings=[Reading("utf-8", text)], by=by, now=NOW)
    plan = plan_caseload(text, by=by, today=TODAY)
    jobs.check(upload, now=NOW)
    jobs.start(upload, all_or_nothing=all_or_nothing)
    jobs.carry_on(upload.pk, now=NOW)
    upload.refresh_from_db()
    plan.lines = [
        *(
            [f"Columns we do not know, left out: {', '.join(upload.report['ignored'])}."]
            * bool(upload.report["ignored"])
        ),
        *upload.report["notes"],
        *(f"Line {line}, {column}: {said}" for line, column, said in upload.report["problems"]),
        f"people: {upload.report['read']} read, {upload.made} created, {upload.changed} changed, "
        f"{upload.unchanged} unchanged, {upload.refused} refused",
    ]
    plan.upload = upload
    return plan


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
