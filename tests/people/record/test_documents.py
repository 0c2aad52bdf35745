"""Files from outside: proved, made clean, sealed, and given back only as something to take away."""

from __future__ import annotations

import io
import re
import time
import zlib
from unittest import mock

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from PIL import Image

from common.errors import RuleBroken
from common.postgres.actor import acting_as
from people.models import AccessEvent, Document, Participant, User
from people.record import cleaning, documents, files
from tests.conftest import NOW
from tests.people.files import a_jpeg, a_pdf, a_picture, a_png


@pytest.fixture
def add(participant, officer):
    def added(name: str = "letter.png", data: bytes | None = None, kind: str = "LETTER") -> Document:
        return documents.add_document(
            participant=participant, kind=kind, title="A letter", name=name, data=data or a_png(), by=officer, now=NOW
        )

    return added


def huge_png() -> bytes:
    """20,000 × 20,000 pixels in a few kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    head = (20_000).to_bytes(4) * 2 + bytes([1, 0, 0, 0, 0])
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(2501 * 20_000), 9))
        + chunk(b"IEND", b"")
    )


WRONG = {
    "an SVG": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
    "an SVG named as a picture": ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
    "a program named as a PDF": ("a.pdf.exe", b"MZ\x90"),
    "a web page named as a PDF": ("a.pdf", b"<html><script>alert(1)</script></html>"),
    "a PDF that is a web page too": ("a.pdf", b"%PDF-1.7\n<html><script>alert(1)</script></html>\n" + a_pdf()),
    "a PDF with a web page behind it": ("a.pdf", a_pdf() + b"\n<script>alert(1)</script>"),
    "a picture that is a PDF too": ("a.jpg", a_jpeg() + a_pdf()),
    "a picture with a script in it": ("a.jpg", a_jpeg(comment=b"<script>alert(1)</script>")),
    "a JPEG named as a PNG": ("a.png", a_jpeg()),
    "half a picture": ("a.png", a_png()[:60]),
    "a picture of 20,000 by 20,000": ("a.png", huge_png()),
    "a picture of more than 25 megapixels": ("a.png", a_picture((5000, 5001))),
    "no PDF at all": ("a.pdf", b"%PDF-1.7\nnothing"),
    "a file of 11 MB": ("a.png", a_png() + bytes(11 * 1024 * 1024)),
    "a zip": ("a.zip", b"PK\x03\x04"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_file_is_refused_quickly_with_a_sentence(what, add):
    name, data = WRONG[what]
    began = time.monotonic()

    with pytest.raises(files.WrongFile, match=r"^[A-Z].*\.$"):
        add(name, data)

    assert time.monotonic() - began < 2
    assert not Document.objects.exists()


def numbered(*objects: bytes) -> bytes:
    """A PDF of these objects, from 1 on, written by hand."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    start = b"<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, len(out))
    return bytes(out) + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n%s" % (size, table, start)


CATALOG, ONE_PAGE = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]%s>>"


def bomb(megabytes: int = 4000) -> bytes:
    """A few kilobytes that unpack, twice, to four gigabytes."""
    packer = zlib.compressobj(1)
    head = packer.compress(b"")
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = zlib.compress(head + block * megabytes)
    stream = b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n%s\nendstream" % (len(packed), packed)
    return numbered(CATALOG, ONE_PAGE, PAGE % b"/Contents 4 0 R", stream)


def many_kids() -> bytes:
    return numbered(CATALOG, b"<</Type/Pages/Kids[%s]/Count 300000>>" % (b"3 0 R " * 300_000), PAGE % b"")


@pytest.mark.parametrize("hostile", [bomb, many_kids])
def test_a_pdf_that_asks_for_too_much_is_stopped(hostile, add, monkeypatch):
    monkeypatch.setattr(cleaning, "SECONDS", 1)
    monkeypatch.setattr(cleaning, "MEMORY", 256 * 1024 * 1024)
    data, began = hostile(), time.monotonic()

    with pytest.raises(files.WrongFile, match="Open it, print it to a new PDF"):
        add("a.pdf", data)

    assert time.monotonic() - began < 5


@pytest.mark.parametrize(("name", "data"), [("a.pdf", a_pdf()), ("a.png", a_png()), ("a.jpeg", a_jpeg())])
def test_a_file_is_made_clean_by_a_process_of_its_own_with_nothing_of_ours_told(name, data, monkeypatch):
    asked = mock.Mock(return_value=mock.Mock(returncode=0, stdout=b"clean"))
    monkeypatch.setattr(files.subprocess, "run", asked)

    assert files.proved(name, data)[1] == b"clean"
    assert asked.call_args.kwargs["env"] == {}


def test_a_pdf_with_a_password_is_refused(add):
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(a_pdf())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))

    with pytest.raises(files.WrongFile, match="password"):
        add("a.pdf", out.getvalue())


def test_a_pdf_keeps_its_page_and_nothing_that_acts(add):
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('Secret')")
    names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=["x", script]))

    clean = bytes(add("a.pdf", a_pdf(OpenAction=script, AA=pikepdf.Dictionary(O=script), Names=names)).content)

    with pikepdf.open(io.BytesIO(clean)) as pdf:
        assert b"A letter" in pdf.pages[0].Contents.read_bytes()
        assert not {"/OpenAction", "/AA", "/Names", "/AcroForm", "/Metadata"} & set(pdf.Root.keys())
        shown = b"".join(bytes(repr(each), "utf8") for each in pdf.objects)
    assert not re.search(rb"JavaScript|Secret", shown + clean)


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_picture_keeps_its_pixels_and_nothing_else(form, add):
    where = Image.Exif()
    where[0x010E] = "Secret place"
    data = a_picture(form=form, exif=where)
    assert b"Secret place" in data

    kept = bytes(add(f"a.{form.lower()}", data).content)

    assert b"Secret place" not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert (picture.size, picture.format) == ((40, 30), form)


def test_a_photo_is_small_and_takes_the_place_of_the_one_before(add, participant):
    first = add("me.png", a_picture((900, 600)), "PHOTO")
    second = add("me.jpg", a_jpeg(), "PHOTO")

    first.refresh_from_db()
    assert documents.photo_of(participant) == second
    assert first.removed_at is not None
    assert Image.open(io.BytesIO(second.content)).size == (240, 240)


def test_the_bytes_are_sealed_in_the_table(add):
    document = add()

    with connection.cursor() as cursor:
        cursor.execute("select content from people_document where id = %s", [document.pk])
        stored = bytes(cursor.fetchone()[0])
    assert b"PNG" not in stored
    assert bytes(Document.objects.get().content).startswith(b"\x89PNG")


def test_it_is_given_back_as_something_that_runs_nothing(add, participant, officer, client_as):
    document = add()

    answer = client_as(officer).get(reverse("people:document-open", args=[participant.ref, document.pk]))

    assert answer["Content-Disposition"] == f'attachment; filename="document-{document.pk}.png"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"


def test_what_is_removed_stays_in_the_history_and_cannot_be_opened(add, participant, officer, client_as):
    document, client = add(), client_as(officer)
    client.post(reverse("people:document-remove", args=[participant.ref, document.pk]))

    document.refresh_from_db()
    assert (document.removed_by, document.history.count()) == (officer, 2)
    assert client.get(reverse("people:document-open", args=[participant.ref, document.pk])).status_code == 404
    assert (
        "Removed from the file" in client.get(reverse("people:document-list", args=[participant.ref])).content.decode()
    )


def test_a_person_sends_a_photo_of_a_letter(participant, client_as):
    client = client_as(participant.user)
    photo = SimpleUploadedFile("IMG_1.JPG", a_jpeg(), content_type="image/jpeg")

    client.post(reverse("people:my-documents"), {"title": "From the college", "file": photo})

    document = Document.objects.get()
    assert (document.kind, document.added_by) == ("EVIDENCE", participant.user)
    assert "From the college" in client.get(reverse("people:my-documents")).content.decode()


def test_a_person_reads_what_staff_share_and_nothing_else_of_theirs(add, participant, officer, client_as):
    kept, client, staff = add(), client_as(participant.user), client_as(officer)
    url = reverse("people:document-add", args=[participant.ref])
    file = SimpleUploadedFile("a.png", a_png())
    staff.post(url, {"kind": "LETTER", "title": "An offer", "file": file, "shared_with_person": "on"})
    shared = Document.objects.exclude(pk=kept.pk).get()

    page = client.get(reverse("people:my-documents")).text
    codes = [client.get(reverse("people:my-document", args=[row.pk])).status_code for row in (kept, shared)]

    assert f"{participant.called} may see this" in staff.get(url).text
    assert "An offer" in page
    assert "A letter" not in page
    assert codes == [404, 200]


def test_staff_share_what_is_on_the_file_already_and_stop_sharing_it(add, participant, officer, client_as):
    document, client, staff = add(), client_as(participant.user), client_as(officer)
    share = reverse("people:document-share", args=[participant.ref, document.pk])
    mine = reverse("people:my-document", args=[document.pk])

    told = staff.post(share, {"shared": "1"}, follow=True).text
    assert f"{participant.called} can read it on their own pages now." in told
    assert client.get(mine).status_code == 200
    staff.post(share, {})
    assert client.get(mine).status_code == 404

    past = document.history.order_by("history_id").values_list("shared_with_person", "history_user")
    assert list(past)[1:] == [(True, officer.pk), (False, officer.pk)]
    assert AccessEvent.objects.filter(kind="CHANGE", page="people:document-share", user=officer).count() == 2


def test_what_the_person_sent_is_theirs_whatever_staff_choose(participant, officer):
    sent = documents.add_document(
        participant=participant, kind="EVIDENCE", title="x", name="a.png", data=a_png(), by=participant.user, now=NOW
    )

    with pytest.raises(RuleBroken, match="sent this document themselves"):
        documents.share_document(document=sent, shared=False, by=officer)


def test_the_database_keeps_from_the_person_what_is_not_shared_with_them(add, participant, officer):
    kept, shared, photo = add(), add(), add("me.png", kind="PHOTO")
    documents.share_document(document=shared, shared=True, by=officer)
    with acting_as(participant.user_id):
        mine = documents.add_document(
            participant=participant,
            kind="EVIDENCE",
            title="x",
            name="a.png",
            data=a_png(),
            by=participant.user,
            now=NOW,
        )
    everything = {kept.pk, shared.pk, photo.pk, mine.pk}

    def read_by(user: User) -> tuple[set[int], set[int]]:
        with acting_as(user.pk), connection.cursor() as cursor:
            cursor.execute("select id from people_document")
            rows = {pk for (pk,) in cursor.fetchall()}
            cursor.execute("select id from people_historicaldocument")
            return rows, {pk for (pk,) in cursor.fetchall()}

    assert read_by(participant.user) == ({shared.pk, mine.pk}, {shared.pk, mine.pk})
    assert read_by(officer) == (everything, everything)
    with acting_as(participant.user_id), connection.cursor() as cursor:
        cursor.execute("update people_document set shared_with_person = true where id = %s", [kept.pk])
        assert cursor.rowcount == 0


@pytest.mark.parametrize("what", ["a web page named as a PDF", "half a picture", "a PDF with a web page behind it"])
def test_the_page_says_what_is_wrong_with_a_file(what, participant, client_as):
    name, data = WRONG[what]

    answer = client_as(participant.user).post(
        reverse("people:my-documents"), {"title": "x", "file": SimpleUploadedFile(name, data)}
    )

    assert answer.status_code == 200
    assert "govuk-error-summary" in answer.content.decode()


def test_the_header_shows_the_photo(add, participant, officer, client_as):
    add("me.png", a_png(), "PHOTO")

    page = client_as(officer).get(reverse("people:person-details", args=[participant.ref])).content.decode()

    assert 'src="data:image/jpeg;base64,' in page


def test_a_picture_of_25_megapixels_is_taken(add):
    with Image.open(io.BytesIO(bytes(add("a.png", a_picture((5000, 5000))).content))) as picture:
        assert picture.size == (5000, 5000)


def test_a_picture_that_asks_for_more_memory_than_there_is_is_refused(add, monkeypatch):
    monkeypatch.setattr(cleaning, "MEMORY", 128 * 1024 * 1024)

    with pytest.raises(files.WrongFile, match="save it again"):
        add("a.png", a_picture((5000, 5000)))


def test_a_file_is_made_clean_before_the_file_of_the_person_is_locked(add, monkeypatch):
    order = []
    clean, lock = files.proved, type(Participant.objects).lock
    monkeypatch.setattr(files, "proved", lambda *args, **how: order.append("clean") or clean(*args, **how))
    monkeypatch.setattr(type(Participant.objects), "lock", lambda *args: order.append("lock") or lock(*args))

    add()

    assert order == ["clean", "lock"]
