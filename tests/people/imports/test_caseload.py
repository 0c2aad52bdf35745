"""A caseload file: what it makes and what it changes."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from people import services
from people.imports.jobs import NotNow
from people.models import AccessGrant, Assignment, Participant, Sentence
from tests.conftest import TODAY
from tests.people.files import a_file, load

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _places(officer, prison):
    """Northbridge, its officer, and one prison."""


def test_a_line_becomes_a_person_with_all_that_hangs_on_them(officer, manager, other_officer):
    plan = load(a_file({}))

    person = Participant.objects.get(crn="X123456")
    sentence = person.sentences.get()
    assert plan.lines[-1] == "people: 1 read, 1 created, 0 changed, 0 unchanged, 0 refused"
    assert (person.name, person.called, person.date_of_birth) == ("Jordan O'Neill-Ashworth", "Jord", date(2004, 3, 9))
    assert (str(person.phone), person.email, person.outcode) == ("+447400123456", "jord@test.example", "HD1")
    assert (person.prison.code, person.prison_number, person.joined_on) == ("PNI", "A1234BC", TODAY)
    assert person.cohort_tags == ["CARE_LEAVER", "IOM"]
    assert (sentence.kind, sentence.length_days, sentence.ends_on) == ("CUSTODY", 182, date(2026, 8, 31))
    assert sentence.release_on == date(2026, 6, 2)
    assert person.assignments.get().practitioner == officer
    assert [Participant.objects.visible_to(user).exists() for user in (officer, manager, other_officer)] == [
        True, True, False,
    ]  # fmt: skip


def test_what_is_made_in_bulk_has_history():
    load(a_file({"requirements": "drug treatment"}))

    person = Participant.objects.get(crn="X123456")
    sentence = person.sentences.get()
    kept = [person, sentence, sentence.requirements.get(), person.assignments.get()]
    assert [row.history.get().history_type for row in kept] == ["+"] * 4


def test_the_same_file_twice_changes_nothing():
    text = a_file(
        {},
        {
            "crn": "X123457",
            "family_name": "Two",
            "prison_number": "",
            "requirements": "unpaid work: 120 hours; residence",
        },
    )
    load(text)
    history = Participant.history.count(), Sentence.history.count(), Assignment.history.count()

    plan = load(text)

    assert plan.lines[-1] == "people: 2 read, 0 created, 0 changed, 2 unchanged, 0 refused"
    assert (Participant.history.count(), Sentence.history.count(), Assignment.history.count()) == history


def test_a_change_is_made_and_kept_in_history():
    load(a_file({}))

    plan = load(a_file({"family_name": "Ashworth", "risk_band": "low", "release_date": "9/6/2026"}))

    person = Participant.objects.get(crn="X123456")
    assert (len(plan.changed), plan.changed[0].words) == (1, "family name, risk band, sentence")
    assert (person.name, person.risk_band) == ("Jordan Ashworth", "LOW")
    assert person.sentences.get().release_on == date(2026, 6, 9)
    assert person.history.count() == 2
    assert person.history.latest().family_name == "Ashworth"


def test_an_empty_cell_leaves_what_is_on_record():
    load(a_file({}))

    plan = load(a_file(dict.fromkeys(["phone", "address", "tags", "prison", "sentence", "sentence_start"], "")))

    assert plan.unchanged == 1
    assert str(Participant.objects.get(crn="X123456").phone) == "+447400123456"


def test_the_word_community_clears_the_prison():
    load(a_file({}))

    load(a_file({"prison": "community"}))

    assert not Participant.objects.get(crn="X123456").in_custody


def test_a_changed_practitioner_is_a_hand_over(officer, other_officer):
    load(a_file({}))

    load(a_file({"practitioner": "stan.stranger@test.example"}))

    assert Participant.objects.visible_to(other_officer).exists()
    assert not Participant.objects.visible_to(officer).exists()


def test_a_new_sentence_is_added_beside_the_old():
    load(a_file({}))

    load(a_file({"sentence": "12 months community order", "sentence_start": "1/9/2026", "release_date": ""}))

    assert set(Sentence.objects.values_list("kind", "length_days")) == {("CUSTODY", 182), ("COMMUNITY", 365)}


def test_a_reworded_requirement_is_changed_and_one_left_out_stays():
    first = "unpaid work: 120 hours; residence at 3 Mill St"
    order = {"sentence": "12 months community order", "release_date": ""}
    load(a_file({**order, "requirements": first}))

    load(a_file({**order, "requirements": "unpaid work: 100 hours"}))

    kept = Participant.objects.get(crn="X123456").sentences.get().requirements
    said = set(kept.values_list("kind", "detail", "ordered"))
    assert said == {("UNPAID_WORK", "", 100), ("RESIDENCE", "at 3 Mill St", None)}
    assert kept.get(kind="UNPAID_WORK").flexible


def test_where_someone_signs_in_follows_the_file(participant):
    load(a_file({"crn": participant.crn, "phone": "07400 999888", "practitioner": ""}))

    participant.user.refresh_from_db()
    assert str(participant.user.phone) == "+447400999888"
    assert participant.user.name == "Jordan O'Neill-Ashworth"


def test_good_lines_are_kept_and_bad_ones_listed():
    plan = load(
        a_file(
            {}, {"crn": "nonsense", "prison_number": ""}, {"crn": "X999999", "prison_number": "", "risk_band": "purple"}
        )
    )

    assert plan.lines == [
        "Line 3, crn: Enter a CRN: one letter and six numbers, like X123456.",
        "Line 4, risk_band: Write low, medium, high or very high.",
        "people: 3 read, 1 created, 0 changed, 0 unchanged, 2 refused",
    ]
    assert Participant.objects.count() == 1


def test_all_or_nothing_keeps_nothing():
    with pytest.raises(NotNow, match="1 of 2 lines"):
        load(a_file({}, {"crn": "nonsense", "prison_number": ""}), all_or_nothing=True)

    assert not Participant.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_file(django_assert_max_num_queries):
    def lines(letter: str, count: int, **more: str) -> str:
        each = {"prison_number": "", **more}
        return a_file(*[{"crn": f"{letter}{n:06}", "family_name": f"{letter}{n}", **each} for n in range(count)])

    load(lines("P", 1))
    with CaptureQueriesContext(connection) as few:
        load(lines("Q", 5, requirements="residence"))
    with django_assert_max_num_queries(len(few)):
        load(lines("R", 95, requirements="residence"))


def test_the_command_prints_what_it_did(tmp_path, capsys):
    path = tmp_path / "case load.csv"
    path.write_text(a_file({}, {"crn": "bad", "prison_number": ""}))

    call_command("import_caseload", path)

    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("Line 3, crn:")
    assert out[-1] == "people: 2 read, 1 created, 0 changed, 0 unchanged, 1 refused"


def test_the_command_can_keep_nothing_or_only_look(tmp_path, capsys):
    path = tmp_path / "caseload.csv"
    path.write_text(a_file({}, {"crn": "bad", "prison_number": ""}))

    call_command("import_caseload", path, "--preview")
    with pytest.raises(CommandError, match="Nothing was kept"):
        call_command("import_caseload", path, "--all-or-nothing")

    assert "Line 3, crn:" in capsys.readouterr().out
    assert not Participant.objects.exists()


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_the_command_refuses_what_is_no_file(tmp_path, name):
    with pytest.raises(CommandError, match="There is no file|is a folder"):
        call_command("import_caseload", tmp_path / name)


def test_a_practitioner_who_holds_two_roles_in_a_team_is_given_people_once(officer, team):
    services.join(user=officer, role="MANAGER", team=team, today=TODAY, by=officer)

    load(a_file({}), all_or_nothing=True)

    assert AccessGrant.objects.filter(participant__crn="X123456", why="TEAM").count() == 1
