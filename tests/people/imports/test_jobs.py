"""An import from the file to its undoing: in parts, once each, in the background where it is large."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from engagement import services as touch
from people import services
from people.imports import jobs, tasks, undoing
from people.imports.encodings import Reading
from people.imports.jobs import ACTS, NotNow, State
from people.imports.uploads import answer, discard, save_upload
from people.models import AccessEvent, AccessGrant, CaseloadUpload, ImportedPerson, Participant, Requirement, Sentence
from people.record import handovers, identity
from tests.conftest import NOW, TODAY, service_account
from tests.people.files import a_file, load
from tests.people.imports.test_page import send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
HEAD = "crn,name,dob,risk,area,practitioner,sentence,sentence start,requirements,prison\n"


def line(n: int, **more: str) -> str:
    cells = {"practitioner": "", "sentence": "", "start": "", "requirements": "", "prison": "", **more}
    return f"X7{n:05},Given Family{n},1/2/{1950 + n % 50},low,Northbridge,{','.join(cells.values())}\n"


def lines(count: int, first: int = 0) -> str:
    return HEAD + "".join(line(n) for n in range(first, first + count))


def text(answer_) -> str:
    return answer_.content.decode()


@pytest.fixture
def client(manager, unit, client_as):
    return client_as(manager)


@pytest.fixture
def sent(manager, unit):
    def made(content: str, by=manager) -> CaseloadUpload:
        upload = save_upload(name="Caseload May.csv", readings=[Reading("utf-8", content)], by=by, now=NOW)
        jobs.check(upload, now=NOW)
        upload.refresh_from_db()
        return upload

    return made


def imported(upload: CaseloadUpload, **more) -> CaseloadUpload:
    jobs.start(upload, all_or_nothing=False)
    jobs.carry_on(upload.pk, now=NOW)
    upload.refresh_from_db()
    return upload


def undone(upload: CaseloadUpload, by=None) -> CaseloadUpload:
    jobs.start_undo(upload, by=by or upload.uploaded_by, now=NOW)
    jobs.carry_on_undoing(upload.pk, now=NOW)
    upload.refresh_from_db()
    return upload


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("act", list(ACTS))
def test_every_act_begins_in_the_states_of_the_table_and_in_no_other(act, state, sent, manager):
    upload = sent(lines(1))
    CaseloadUpload.objects.filter(pk=upload.pk).update(state=state, finished_at=NOW)
    upload.refresh_from_db()
    does = {
        "start": lambda: jobs.start(upload, all_or_nothing=False),
        "undo": lambda: jobs.start_undo(upload, by=manager, now=NOW),
        "discard": lambda: discard(upload=upload),
        "answer": lambda: answer(upload=upload, answers={"same": "yes"}),
    }[act]

    if state in ACTS[act].begins_in:
        does()
        assert not CaseloadUpload.objects.filter(pk=upload.pk, state=state).exists() or act == "answer"
    else:
        with pytest.raises(NotNow):
            does()
        assert CaseloadUpload.objects.get(pk=upload.pk).state == state


def test_a_large_file_is_checked_imported_and_undone_by_a_worker_with_its_name_and_how_far_it_is(
    client, manager, monkeypatch, django_capture_on_commit_callbacks
):
    woken: list[tuple[str, int]] = []
    for name in ("check_caseload", "import_caseload", "undo_caseload"):
        monkeypatch.setattr(getattr(tasks, name), "delay", lambda pk, name=name: woken.append((name, pk)))
    monkeypatch.setattr(jobs, "SMALL", 3)
    monkeypatch.setattr(jobs, "PART", 2)
    with django_capture_on_commit_callbacks(execute=True):
        where = send(client, lines(5), "Caseload May.csv")["Location"]
    upload = CaseloadUpload.objects.get()
    assert woken == [("check_caseload", upload.pk)]
    page = text(client.get(where))
    assert "Being read" in page
    assert "Caseload May.csv" in page

    tasks.check_caseload(upload.pk)
    assert "What the file would do" in text(client.get(where))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(where, {"lines": "all"})
    assert woken[-1] == ("import_caseload", upload.pk)
    upload.refresh_from_db()
    assert jobs._import_part(upload, _good(upload)[:2], at=0, now=NOW)
    page = text(client.get(where))
    assert "2 of the 5 lines that can be used" in page
    assert '<progress class="kit-import-progress"' in page
    assert 'max="5"' in page
    assert 'value="2"' in page
    assert "hx-get" in text(client.get(where, headers={"HX-Request": "true"}))

    tasks.import_caseload(upload.pk)  # goes on where the other left off
    assert Participant.objects.count() == 5
    assert client.get(where, headers={"HX-Request": "true"})["HX-Redirect"] == where
    assert "Done: 5 made, 0 changed, 0 unchanged, 0 left out" in text(client.get(where))
    asked = text(client.get(reverse("people:import-undo", args=[upload.pk])))
    assert "5 people were made by it." in asked
    assert "Nobody has worked on the record of anyone whom it made." in asked
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("people:import-undo", args=[upload.pk]))
    assert woken[-1] == ("undo_caseload", upload.pk)
    tasks.undo_caseload(upload.pk)
    page = text(client.get(where))
    assert "Undone" in page
    assert "Before it was undone: 5 made" in page
    assert "Undone: 5 of 5 people. Nobody was kept." in page
    assert not Participant.objects.current(TODAY).exists()


def _good(upload: CaseloadUpload):
    from people.imports.lines import read_text

    return read_text(upload.text, today=TODAY).good


def test_a_part_that_another_worker_did_is_not_done_again(sent):
    upload = sent(lines(4))
    jobs.start(upload, all_or_nothing=False)
    upload.refresh_from_db()
    good = _good(upload)

    assert jobs._import_part(upload, good[:2], at=0, now=NOW)
    assert not jobs._import_part(upload, good[:2], at=0, now=NOW)
    assert Participant.objects.count() == 2


def test_what_a_worker_left_off_is_gone_on_with_and_what_one_works_on_is_not(sent):
    upload = sent(lines(2))
    jobs.start(upload, all_or_nothing=False)
    assert jobs.left_off(now=NOW) == []

    CaseloadUpload.objects.update(moved_at=NOW - timedelta(minutes=11))
    assert jobs.left_off(now=NOW) == [upload.pk]
    tasks.finish_imports()
    assert Participant.objects.count() == 2
    assert jobs.left_off(now=NOW + timedelta(days=1)) == []


def test_what_it_says_of_people_goes_once_it_is_imported_and_all_of_it_after_thirty_days(sent):
    upload = sent(lines(2))
    assert len(upload.report["sample"]) == 2
    upload = imported(upload)
    assert (upload.text, upload.state, upload.report["sample"]) == ("", "DONE", [])
    assert upload.report["changes"] == []

    assert jobs.throw_away(now=NOW + timedelta(days=30)) == 0
    assert jobs.throw_away(now=NOW + timedelta(days=31)) == 3
    assert Participant.objects.count() == 2


def test_a_file_that_nobody_answers_goes_after_a_day(sent):
    sent(lines(2))

    assert jobs.throw_away(now=NOW + timedelta(hours=23)) == 0
    assert jobs.throw_away(now=NOW + timedelta(hours=25)) == 1


def test_undoing_takes_out_who_was_made_so_that_the_right_file_can_be_sent(sent, officer, manager):
    content = HEAD + line(1, practitioner=officer.email, sentence="26 weeks custody", start="1/5/2026", prison="")
    upload = imported(sent(content))
    person = Participant.objects.get()
    assert Participant.objects.visible_to(officer).exists()

    upload = undone(upload)

    person.refresh_from_db()
    assert (upload.state, person.left_on, person.name, person.whereabouts) == (
        "UNDONE", TODAY, "Import undone", "COMMUNITY",
    )  # fmt: skip
    assert not person.crn.startswith("X7")
    assert not AccessGrant.objects.filter(participant=person, ends_at=None).exists()
    assert handovers.lead_of(person, TODAY) is None
    assert person.custody_events.get().struck_why
    again = sent(content)
    assert again.report["questions"] == []
    assert imported(again).made == 1


@pytest.mark.parametrize(
    ("touched", "why"),
    [
        ("details", "a change of the details"),
        ("contact", "contacts"),
        ("lead", "who leads the case"),
        ("portal", "their own pages"),
        ("sentence", "a change of the sentence"),
        ("name", "other names"),
    ],
)
def test_whoever_was_used_since_is_kept_and_listed(touched, why, sent, officer, manager, client):
    content = (
        HEAD + line(1, practitioner=officer.email, sentence="community order 12 months", start="1/5/2026") + line(2)
    )
    upload = imported(sent(content))
    person = Participant.objects.get(crn="X700001")
    {
        "details": lambda: services.change_contact(
            participant=person, preferred_name="Al", phone="", email="", address="", outcode="", by=officer, now=NOW
        ),
        "contact": lambda: touch.log_contact(
            participant=person, kind="CALL", by=officer, at=NOW - timedelta(hours=1), now=NOW, note="Rang"
        ),
        "lead": lambda: services.assign(participant=person, practitioner=manager, by=manager, today=TODAY, now=NOW),
        "portal": lambda: services.open_portal(participant=person, by=officer, today=TODAY, now=NOW),
        "sentence": lambda: _longer(person),
        "name": lambda: identity.add_name(
            participant=person, kind="ALIAS", given_name="", family_name="Al", by=officer
        ),
    }[touched]()

    upload = undone(upload)

    rows = {row.participant.crn: row for row in ImportedPerson.objects.select_related("participant")}
    assert why in rows["X700001"].kept
    assert not rows["X700001"].undone
    person.refresh_from_db()
    assert (person.left_on, person.crn) == (None, "X700001")
    assert Participant.objects.exclude(pk=person.pk).get().left_on == TODAY
    page = text(client.get(reverse("people:import-preview", args=[upload.pk])))
    assert "Not undone, since somebody has changed it" in page
    assert "X700001" in page


def test_whoever_the_file_left_to_nobody_and_a_manager_gave_away_is_kept_and_counted(sent, officer, manager, client):
    """The page said 7 where there were 8, and that somebody had added messages."""
    upload = imported(sent(HEAD + line(1) + line(2)))
    given = Participant.objects.get(crn="X700001")
    services.assign(participant=given, practitioner=officer, by=manager, today=TODAY, now=NOW)
    AccessGrant.objects.filter(participant=given, user=None).update(ends_at=NOW)  # the team is another one

    where = reverse("people:import-undo", args=[upload.pk])
    assert "1 of those whom it made stay" in text(client.get(where))
    client.post(where)

    assert ImportedPerson.objects.get(participant=given).kept == (
        "Somebody has worked on the record since: who leads the case."
    )
    page = text(client.get(reverse("people:import-preview", args=[upload.pk])))
    assert "Undone: 1 of 2 people. 1 kept." in page
    assert "1 in all." in page
    assert client.get(where).status_code == 302


def test_what_was_used_since_is_found_for_a_hundred_in_as_many_queries_as_for_one(sent, django_assert_num_queries):
    upload = imported(sent(lines(40)))
    rows = list(upload.people.all())
    with CaptureQueriesContext(connection) as one:
        undoing.used_since(rows[:1])
    with django_assert_num_queries(len(one)):
        undoing.used_since(rows)


def _longer(person: Participant) -> None:
    sentence = Sentence.objects.get(participant=person)
    sentence.ends_on += timedelta(days=30)
    sentence.save()


def test_undoing_puts_back_what_was_changed_but_not_what_was_changed_since(officer, prison):
    load(a_file({}))
    person = Participant.objects.get()
    before = (person.family_name, person.risk_band, person.phone, person.sentences.get().release_on)
    other = {
        "family_name": "Ashworth", "risk_band": "low", "release_date": "9/6/2026", "requirements": "residence",
        "prison": "community",
    }  # fmt: skip
    upload = load(a_file(other)).upload
    person.refresh_from_db()
    assert (person.family_name, person.in_custody, Requirement.objects.count()) == ("Ashworth", False, 1)
    Participant.objects.filter(pk=person.pk).update(risk_band="HIGH")

    undone(upload)

    person.refresh_from_db()
    assert (person.family_name, person.risk_band) == (before[0], "HIGH")
    assert (person.phone, person.sentences.get().release_on, person.in_custody) == (before[2], before[3], True)
    row = ImportedPerson.objects.get(upload=upload)
    assert not Requirement.objects.exists(), row.kept + str(row.before)
    assert row.kept.startswith("Changed since, and kept: ")
    assert "risk band" in row.kept
    assert person.history.filter(history_change_reason="The import was undone.").exists()


def test_undoing_gives_the_case_back_to_whoever_led_it(officer, manager, prison):
    load(a_file({}))
    upload = load(a_file({"practitioner": manager.email})).upload
    person = Participant.objects.get()
    assert handovers.lead_of(person, TODAY) == manager

    undone(upload)

    assert handovers.lead_of(person, TODAY) == officer


def test_after_thirty_days_and_twice_nothing_is_undone(sent, manager):
    upload = imported(sent(lines(1)))
    with pytest.raises(NotNow, match="thirty days"):
        jobs.start_undo(upload, by=manager, now=NOW + timedelta(days=31))
    undone(upload)
    with pytest.raises(NotNow, match="once"):
        undone(upload)


def test_nobody_undoes_anothers_import(sent, payer, client_as):
    upload = imported(sent(lines(1)))
    client = client_as(payer)

    assert client.post(reverse("people:import-undo", args=[upload.pk])).status_code == 404
    assert client.get(reverse("people:import-preview", args=[upload.pk])).status_code == 404
    upload.refresh_from_db()
    assert upload.state == "DONE"


def test_every_look_and_change_of_a_worker_is_in_the_access_log(sent, manager, make_participant, officer):
    known = make_participant("Ann", "Lee", "X700001", officer, date_of_birth=date(1951, 2, 1))
    imported(sent(HEAD + line(2) + "X700001,Ann Lea,1/2/1951,high,Northbridge,,,,,\n"))

    events = {event.kind: event for event in AccessEvent.objects.filter(page="people:import-preview")}
    assert events["LIST"].participants == [known.pk]
    made = Participant.objects.get(crn="X700002")
    changed = {pk for event in AccessEvent.objects.filter(kind="CHANGE") for pk in event.participants}
    assert changed == {known.pk, made.pk}
    assert all(event.user == manager for event in events.values())


def test_someone_who_came_between_the_check_and_the_import_is_left_out(sent, make_participant, officer):
    upload = sent(lines(2))
    make_participant("Given", "Family1", "X100001", officer, date_of_birth=date(1951, 2, 1))

    upload = imported(upload)

    assert (upload.made, upload.refused) == (1, 1)
    assert "may be X100001" in str(upload.report["problems"])


def test_for_all_or_nothing_what_came_between_undoes_the_rest(sent, make_participant, officer):
    upload = sent(lines(2))
    make_participant("Given", "Family1", "X100001", officer, date_of_birth=date(1951, 2, 1))

    jobs.start(upload, all_or_nothing=True)
    jobs.carry_on(upload.pk, now=NOW)

    upload.refresh_from_db()
    assert upload.state == "UNDONE"
    assert list(Participant.objects.current(TODAY).values_list("crn", flat=True)) == ["X100001"]


def test_the_service_undoes_by_command(sent, capsys):
    from django.core.management import CommandError, call_command

    upload = imported(sent(lines(2), by=service_account()))
    call_command("undo_import")
    assert f"{upload.pk}: Caseload May.csv" in capsys.readouterr().out
    call_command("undo_import", upload.pk)
    assert "2 undone, 0 kept" in capsys.readouterr().out
    with pytest.raises(CommandError, match="once"):
        call_command("undo_import", upload.pk)
    with pytest.raises(CommandError, match="no import 999999"):
        call_command("undo_import", 999999)


@pytest.mark.django_db(transaction=True)
def test_a_worker_acts_in_transactions_of_its_own(manager, unit):
    """Outside one nobody acts, and nothing is seen."""
    upload = save_upload(name="a.csv", readings=[Reading("utf-8", lines(3))], by=manager, now=NOW)
    tasks.check_caseload(upload.pk)
    upload.refresh_from_db()
    assert upload.state == "CHECKED"
    jobs.start(upload, all_or_nothing=False)
    tasks.import_caseload(upload.pk)
    assert Participant.objects.count() == 3
    upload.refresh_from_db()
    jobs.start_undo(upload, by=manager, now=NOW)
    tasks.undo_caseload(upload.pk)
    upload.refresh_from_db()
    assert upload.state == "UNDONE"
    tasks.finish_imports()
