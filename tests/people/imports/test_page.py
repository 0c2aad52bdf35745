"""The import page: see first, then say yes; the browser is believed in nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from people.access import emergency, restrictions
from people.imports import encodings, uploads
from people.models import AccessEvent, AccessGrant, Assignment, CaseloadUpload, Message, Participant
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
PAGE = "/import/"
GOOD = "crn,name,date_of_birth,risk_band,area\nX700001,Al Green,1/2/1990,low,Northbridge\n"
MIXED = GOOD + "nonsense,=Bad Line,1/2/1990,low,Northbridge\n"


def send(client, content: str | bytes, name: str = "caseload.csv"):
    data = content if isinstance(content, bytes) else content.encode()
    return client.post(PAGE, {"file": SimpleUploadedFile(name, data)})


@pytest.fixture
def client(manager, unit, client_as):
    return client_as(manager)


def test_an_upload_shows_what_it_would_do_and_changes_nothing(client):
    answer = send(client, MIXED)
    page = client.get(answer["Location"]).content.decode()

    assert answer.status_code == 302
    assert "Al Green" in page
    assert "Enter a CRN: one letter and six numbers" in page
    assert not Participant.objects.exists()


def test_the_page_reads_what_the_command_reads_and_says_what_it_left_out(client):
    """A title above the headings, and a character that nobody sees."""
    answer = send(client, "sep=;\nA caseload\ncrn;name;dob;risk;area\nX700001;A\u200bl Green;1/2/1990;low;T1\n")
    page = client.get(answer["Location"]).content.decode()

    assert answer.status_code == 302
    assert "Al Green" in page
    assert "Line 4, name: characters that cannot be seen were left out." in page


def test_good_lines_are_kept_the_file_goes_and_the_change_is_written_down(client):
    where = send(client, MIXED)["Location"]

    answer = client.post(where, {"lines": "good"}, follow=True)

    assert "1 made, 0 changed, 0 unchanged, 1 left out" in answer.content.decode()
    assert Participant.objects.get().crn == "X700001"
    assert CaseloadUpload.objects.get().text == ""
    assert AccessEvent.objects.get(kind="CHANGE").participants == [Participant.objects.get().pk]


def test_a_file_with_a_bad_line_is_asked_about_on_its_page(client):
    page = client.get(send(client, MIXED)["Location"]).content.decode()

    radios = [tag for tag in re.findall(r"<input[^>]*>", page) if 'name="lines"' in tag]
    assert {re.search(r'value="(\w+)"', tag)[1] for tag in radios if 'type="radio"' in tag} == {"good", "all"}


def test_all_or_nothing_keeps_nothing_and_says_so(client):
    where = send(client, MIXED)["Location"]

    answer = client.post(where, {"lines": "all"})

    assert answer.status_code == 200
    assert "Nothing was kept: 1 of 2 lines have something wrong." in answer.content.decode()
    assert not Participant.objects.exists()
    assert CaseloadUpload.objects.exists()


def test_no_answer_is_asked_for_again(client):
    where = send(client, MIXED)["Location"]

    answer = client.post(where, {})

    assert answer.status_code == 200
    assert not Participant.objects.exists()


def test_the_file_is_read_again_at_the_answer(client, unit):
    where = send(client, GOOD)["Location"]
    unit.name, unit.code = "Renamed", "T2"
    unit.save()

    answer = client.post(where, {"lines": "all"}, follow=True)

    assert "There is no delivery unit" in answer.content.decode()
    assert "0 made" in answer.content.decode()
    assert not Participant.objects.exists()


def test_a_file_can_be_thrown_away(client):
    where = send(client, GOOD)["Location"]

    client.post(where, {"discard": "1"})

    assert not CaseloadUpload.objects.exists()
    assert not Participant.objects.exists()


def test_the_same_file_again_has_nothing_to_do(client, officer):
    led = GOOD.replace("area\n", "practitioner\n").replace("Northbridge", officer.email)
    client.post(send(client, led)["Location"], {"lines": "all"})

    page = client.get(send(client, led)["Location"]).content.decode()

    assert Participant.objects.count() == 1
    assert "every line is on record already" in page


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"PK\x03\x04 a workbook", "caseload.csv", "This spreadsheet cannot be read."),
        (b"%PDF-1.7", "caseload.csv", "PDF"),
        (b"", "caseload.csv", "The file is empty"),
        (b" \n", "caseload.csv", "The file is empty"),
        (b"a,b\n1,2\n", "caseload.csv", "The first line has no column crn"),
        (b"crn,n\x00ame\n", "caseload.csv", "not text that can be read"),
        (b'crn,name,date_of_birth,risk_band\nX1,"open', "caseload.csv", "quotation marks on line 2"),
    ],
)
def test_a_wrong_file_is_said_in_one_sentence(content, name, said, client):
    answer = send(client, content, name)

    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not CaseloadUpload.objects.exists()


def test_no_file_is_said(client):
    assert "Choose a CSV or XLSX file." in client.post(PAGE, {}).content.decode()


def test_utf_16_is_welcome(client):
    assert send(client, GOOD.encode("utf-16")).status_code == 302


def test_a_file_too_long_for_a_page_is_refused(client, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_LINES", 0)

    assert "more than 0 people" in send(client, GOOD).content.decode()


def test_the_problems_can_be_taken_away_safely(client):
    where = send(client, GOOD + "=1+1,A B,1/2/1990,low,=HYPERLINK(1)\n")["Location"]

    file = client.get(f"{where}problems.csv").content.decode("utf-8-sig")

    assert '3,crn,"Enter a CRN: one letter' in file
    assert "\n=" not in file


def test_an_upload_left_lying_goes_with_the_next_one(manager, administrator):
    good = encodings.readings(GOOD.encode())
    old = uploads.save_upload(name="a", readings=good, by=administrator, now=NOW - timedelta(days=2))

    new = uploads.save_upload(name="b", readings=good, by=manager, now=NOW)

    assert list(CaseloadUpload.objects.all()) == [new]
    assert old.pk != new.pk


HEAD = "crn,name,date_of_birth,risk_band,area,practitioner,phone,email,prison_number\n"


def moving(crn: str, practitioner, number: str = "") -> str:
    """A line that would take the person over: their lead, and where they sign in."""
    mine = f"{practitioner.email},07700 900999,mine@test.example"
    return f"{HEAD}{crn},Taken Over,1/2/1990,low,Northbridge,{mine},{number}\n"


def kept(person) -> tuple:
    person.refresh_from_db()
    person.user.refresh_from_db()
    lead = Assignment.objects.get(participant=person, ends_on=None).practitioner
    return person.name, str(person.phone), person.email, person.user.phone, person.user.email, lead


@pytest.mark.parametrize("who", ["manager", "administrator"])
@pytest.mark.parametrize("number", ["crn", "prison_number"])
def test_a_line_of_someone_unseen_changes_nothing_and_tells_nothing(
    number, who, other_participant, officer, client_as, request
):
    Participant.objects.filter(pk=other_participant.pk).update(prison_number="A1234BC")
    client, before = client_as(request.getfixturevalue(who)), kept(other_participant)
    crn = other_participant.crn if number == "crn" else "X700009"

    where = send(client, moving(crn, officer, "A1234BC" if number == "prison_number" else ""))["Location"]
    page = client.get(where).text
    client.post(where, {"lines": "good"})

    assert "This line was left out; the team that holds it has been told." in page
    told = Message.objects.get(subject="Someone else may work with the same person")
    lead = Assignment.objects.get(participant=other_participant, ends_on=None).practitioner
    assert (told.user, other_participant.crn in told.body) == (lead, True)
    assert "What changes" not in page
    assert kept(other_participant) == before
    assert Participant.objects.count() == 1
    events = AccessEvent.objects.all()
    assert {(event.kind, *event.participants) for event in events} == {("REFUSED", other_participant.pk)}


def test_a_restricted_person_is_as_unseen_as_any(participant, officer, manager, make_user, team, client):
    boss = make_user("Bea Boss", "MANAGER", team)
    why = {"reason": "Known to staff.", "message": "Ring Bea."}
    restrictions.restrict(participant=participant, users=[officer], by=boss, now=NOW, **why)

    page = client.get(send(client, moving(participant.crn, manager))["Location"]).text

    assert "the team that holds it has been told" in page


def test_of_a_person_on_record_the_lead_and_the_sign_in_stay(participant, other_officer, client):
    before, access_grants = kept(participant), set(AccessGrant.objects.values_list("pk", flat=True))
    where = send(client, moving(participant.crn, other_officer))["Location"]

    page = client.get(where).text
    client.post(where, {"lines": "all"})

    assert "their practitioner, phone and e-mail stay as they are" in page
    assert kept(participant)[1:] == before[1:]
    assert participant.name == "Taken Over"
    assert set(AccessGrant.objects.values_list("pk", flat=True)) == access_grants
    assert set(AccessEvent.objects.values_list("kind", flat=True)) == {"LIST", "CHANGE"}


def test_an_administrator_still_makes_new_people(administrator, officer, client_as):
    client = client_as(administrator)

    client.post(send(client, moving("X700001", officer))["Location"], {"lines": "all"})

    assert Assignment.objects.get(participant__crn="X700001").practitioner == officer


def test_an_emergency_lets_no_file_change_the_record(participant, officer, make_user, other_team, client_as):
    """Sight in an emergency is for reading. The file wrote name, date of birth, risk and address."""
    far = make_user("Faye Far", "MANAGER", other_team)
    emergency.open_in_emergency(crn=participant.crn, reason="x", by=far, now=timezone.now())
    client, before = client_as(far), kept(participant)

    where = send(client, moving(participant.crn, officer))["Location"]
    client.post(where, {"lines": "good"})

    assert kept(participant) == before
