"""A person's copy: everything held, others' words only where the officer let them stay, sealed, gone after 30 days."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pikepdf
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from engagement import services as touch
from people import services
from people.models import AccessEvent, SubjectAccess, SubjectPassage
from people.record import documents
from people.rights import bundles, copies
from people.rights.wording import words_of
from tests.conftest import NOW, TODAY, service_account
from tests.people.files import a_png

KEEP, OUT = SubjectPassage.Answer.KEEP, SubjectPassage.Answer.TAKE_OUT


@pytest.fixture
def noted(participant, officer):
    touch.log_contact(participant=participant, by=officer, at=NOW - timedelta(days=2), kind="CALL", now=NOW,
                      note="His sister Sheila says he drinks.")  # fmt: skip
    services.change_contact(participant=participant, preferred_name="Jord", phone="+447700900001", email="",
                            address="9 New Road", outcode="PR1", by=officer, now=NOW)  # fmt: skip
    documents.add_document(participant=participant, kind="LETTER", title="A letter about Sheila", name="a.png",
                           data=a_png(), by=officer, now=NOW)  # fmt: skip
    return participant


@pytest.fixture
def access(noted, dpo):
    return bundles.open_access(participant=noted, asked_on=TODAY, by=dpo, now=NOW)


def answer_all(access, dpo, answer=KEEP):
    for passage in access.passages.filter(answer=""):
        bundles.answer(passage=passage, answer=answer, by=dpo, now=NOW)


def opened(data: bytes) -> tuple[set[str], dict, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        return set(bundle.namelist()), json.loads(bundle.read("everything.json")), bundle.read("everything.pdf")


def test_nothing_is_given_before_each_passage_is_answered(access, dpo):
    assert {p.place for p in access.passages.all()} == {"engagement.Contact.note", "people.Document.title"}
    with pytest.raises(bundles.StillToAnswer, match="2 passages"):
        bundles.make(access=access, by=dpo, now=NOW)


def test_a_passage_written_since_has_to_be_answered_too(access, dpo, officer):
    answer_all(access, dpo)
    touch.log_contact(participant=access.participant, by=officer, at=NOW, kind="CALL", note="New words", now=NOW)

    with pytest.raises(bundles.StillToAnswer, match="1 passage has"):
        bundles.make(access=access, by=dpo, now=NOW)


def test_what_is_kept_is_there_and_what_is_taken_out_is_nowhere(access, dpo):
    answer_all(access, dpo)
    names, data, _ = opened(bundles.make(access=access, by=dpo, now=NOW))
    assert "Sheila says he drinks" in json.dumps(data)
    assert any(name.startswith("documents/document-") for name in names)

    for passage in access.passages.all():
        bundles.answer(passage=passage, answer=OUT, by=dpo, now=NOW)
    names, data, pdf = opened(bundles.make(access=access, by=dpo, now=NOW))
    assert "Sheila" not in json.dumps(data)
    assert copies.TAKEN_OUT in json.dumps(data)
    assert not any(name.startswith("documents/") for name in names)


def test_each_answer_is_kept_with_who_and_when(access, dpo):
    passage = access.passages.first()
    for answer in (KEEP, OUT):
        bundles.answer(passage=passage, answer=answer, by=dpo, now=NOW)

    told = passage.history.order_by("history_id").values_list("answer", "answered_by", "answered_at")
    assert list(told) == [("KEEP", dpo.pk, NOW), ("TAKE_OUT", dpo.pk, NOW)]


def test_the_copy_tells_what_the_record_said_before(access, dpo):
    answer_all(access, dpo)
    _, data, _ = opened(bundles.make(access=access, by=dpo, now=NOW))

    tables = {table["table"]: table for section in data["sections"] for table in section["tables"]}
    assert tables["people.Participant"]["rows"][0]["address"] == "9 New Road"
    assert "" in {row["address"] for row in tables["people.Participant"]["earlier_versions"]}
    assert tables["people.User"]["rows"][0].get("password") is None


def test_the_paper_can_be_opened_and_has_numbered_pages(access, dpo):
    answer_all(access, dpo)
    _, _, pdf = opened(bundles.make(access=access, by=dpo, now=NOW))

    with pikepdf.open(io.BytesIO(pdf)) as pdf:
        assert len(pdf.pages) >= 1
        assert [round(float(length)) for length in pdf.pages[0].mediabox[2:]] == [595, 842]


def test_the_bundle_is_sealed_and_goes_after_thirty_days(access, dpo):
    answer_all(access, dpo)
    bundles.make(access=access, by=dpo, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("select bundle from people_subjectaccess")
        assert not bytes(cursor.fetchone()[0]).startswith(b"PK")

    assert bundles.expire(now=NOW + timedelta(days=30), by=service_account()) == 0
    assert bundles.expire(now=NOW + timedelta(days=30, seconds=1), by=service_account()) == 1
    with pytest.raises(bundles.AlreadyGone):
        bundles.opened(access=SubjectAccess.objects.get())


def test_the_officer_makes_a_bundle_by_the_pages_alone(noted, dpo, client_as, agreed):
    client = client_as(dpo)
    made = client.post(reverse("people:data-request-new"), {
        "crn": noted.crn.lower(), "asked_on-day": "1", "asked_on-month": "6", "asked_on-year": "2026",
    })  # fmt: skip
    for passage in SubjectPassage.objects.all():
        client.post(made.url, {"passage": passage.pk, "answer": "TAKE_OUT"})
    client.post(f"{made.url}make/")
    access = SubjectAccess.objects.get()
    answer = client.get(f"{made.url}bundle.zip{agreed('COPY', access=access)}")

    assert answer["Content-Disposition"] == f'attachment; filename="{noted.crn}.zip"'
    assert opened(answer.content)[1]["about"] == noted.crn
    assert set(AccessEvent.objects.at(noted.pk).values_list("kind", flat=True)) == {"AUDIT", "EXPORT"}


def test_many_passages_are_decided_at_once_with_who_wrote_them_and_when(noted, dpo, client_as):
    client = client_as(dpo)
    made = client.post(reverse("people:data-request-new"), {
        "crn": noted.crn, "asked_on-day": "1", "asked_on-month": "6", "asked_on-year": "2026",
    })  # fmt: skip
    keys = list(SubjectPassage.objects.values_list("pk", flat=True))
    page = client.get(made.url).content.decode()
    none = client.post(made.url, {"answer": "KEEP", "_idempotency_key": "x"}, follow=True)
    of_another = client.post(made.url, {"passage": [keys[0], 10**9], "answer": "KEEP"}, follow=True)
    assert set(SubjectPassage.objects.values_list("answer", flat=True)) == {""}

    client.post(made.url, {"passage": keys, "answer": "KEEP"})

    assert "Olive Officer" in page
    assert "Tick the passages" in none.content.decode()
    assert "Tick the passages" in of_another.content.decode()
    assert set(SubjectPassage.objects.values_list("answer", "answered_by")) == {("KEEP", dpo.pk)}


def test_the_command_makes_one_too(noted, dpo, officer, tmp_path):
    with pytest.raises(CommandError, match="no answer"):
        call_command("subject_access", noted.crn, "--out", str(tmp_path), "--by", dpo.email)
    with pytest.raises(CommandError, match="officer"):
        call_command("subject_access", noted.crn, "--out", str(tmp_path), "--by", officer.email)

    call_command("subject_access", noted.crn, "--out", str(tmp_path), "--by", dpo.email, "--rest", "take-out")

    (file,) = tmp_path.iterdir()
    assert opened(file.read_bytes())[1]["about"] == noted.crn
    assert file.stat().st_mode & 0o077 == 0


def test_lists_within_lists_are_told_in_words():
    """A version of a plan is kept as lists of goals with lists of steps."""
    told = words_of([{"title": "A home", "steps": [{"text": "Ring", "done": True}], "none": None}])

    assert told == "title: A home\nsteps: text: Ring\ndone: Yes"
