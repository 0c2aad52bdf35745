"""Add one person: who may, for whom, and what is said of someone who may be here already."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection
from django.urls import reverse

from people.models import AccessEvent, Assignment, Message, OtherName, Participant, Sentence
from people.record import adding, handovers
from tests.conftest import NOW, TODAY
from tests.threads import as_we_are

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
HELD = "The team that holds a possible match has been asked"
BORN = date(2004, 3, 9)  # as the fixtures' people are


def text(answer) -> str:
    return answer.content.decode()


def typed(**said) -> dict[str, str]:
    usual = {
        "given_name": "Robin", "family_name": "Newcome", "date_of_birth-day": "2", "date_of_birth-month": "4",
        "date_of_birth-year": "1991", "crn": "X300001", "risk_band": "MEDIUM",
    }  # fmt: skip
    return {**usual, **said}


@pytest.fixture
def send(officer, client_as):
    def posted(by=None, **said):
        by = by or officer
        return client_as(by).post(reverse("people:person-new"), {"practitioner": by.pk, **typed(**said)})

    return posted


def newcomer() -> Participant:
    return Participant.objects.get(crn="X300001")


def test_a_practitioner_adds_someone_whom_they_lead_from_then_on(send, officer):
    answer = send(phone="07700 900123", prison_number="A1234BC")

    person = newcomer()
    assert answer.url == reverse("people:person-details", args=[person.ref])
    assert (person.name, person.date_of_birth, str(person.phone)) == (
        "Robin Newcome",
        date(1991, 4, 2),
        "+447700900123",
    )
    assert (person.delivery_unit.name, person.prison_number, person.joined_on) == ("Northbridge", "A1234BC", TODAY)
    assert handovers.lead_of(person, TODAY) == officer
    assert person.history.get().history_user == officer
    assert AccessEvent.objects.filter(kind="CHANGE", participants=[person.pk]).exists()


def test_the_sentence_is_on_the_record(send):
    send(**{
        "kind": "COMMUNITY", "starts_on-day": "1", "starts_on-month": "5", "starts_on-year": "2026", "length": "12",
        "unit": "month",
    })  # fmt: skip

    sentence = Sentence.objects.get(participant=newcomer())
    assert (sentence.kind, sentence.starts_on, sentence.ends_on) == ("COMMUNITY", date(2026, 5, 1), date(2027, 4, 30))


def test_one_name_is_enough(send):
    send(given_name="", family_name="Sukarti")

    assert (newcomer().given_name, newcomer().family_name) == ("", "Sukarti")


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"family_name": " "}, "Enter the family name."),
        ({"crn": ""}, "Enter the CRN."),
        ({"crn": "X30000"}, "Enter a CRN: one letter and six numbers"),
        ({"prison_number": "A0000AA"}, "A number of zeros is nobody"),
        ({"risk_band": ""}, "Choose the risk."),
        ({"practitioner": ""}, "Choose who leads the case."),
        ({"date_of_birth-year": "2027"}, "must be in the past"),
        ({"date_of_birth-year": "1899"}, "1900"),
        ({"date_of_birth-day": "29", "date_of_birth-month": "2"}, "has no day 29"),
        ({"date_of_birth-year": "2019"}, "is 7 years old. Check it."),
        ({"length": "6"}, "Choose the kind of sentence, or leave its days empty."),
        ({"kind": "CUSTODY"}, "Enter the first day of the sentence."),
        ({"kind": "CUSTODY", "starts_on-day": "1", "starts_on-month": "5", "starts_on-year": "2026", "length": "6",
          "unit": "month", "release_on-day": "1", "release_on-month": "4", "release_on-year": "2026"},
         "A release date cannot be before the sentence starts."),
        ({"phone": "12"}, "phone"),
    ],
)  # fmt: skip
def test_bad_input_is_told_and_nobody_is_added(said, says, send):
    page = text(send(**said))

    assert says in page
    assert 'value="Newcome"' in page or "family_name" in said
    assert not Participant.objects.exists()


def test_a_manager_may_leave_the_practitioner_open_and_the_person_is_nobodys(send, manager):
    answer = send(by=manager, practitioner="", delivery_unit=str(manager.current_memberships[0].team.delivery_unit_id))

    assert answer.status_code == 302
    assert handovers.lead_of(newcomer(), TODAY) is None
    assert Participant.objects.visible_to(manager).filter(pk=newcomer().pk).exists()


def test_a_managers_form_begins_with_nobody_and_a_practitioners_with_themselves(client_as, manager, officer):
    ticked = {}
    for user in (manager, officer):
        form = client_as(user).get(reverse("people:person-new")).context["form"]
        offered = dict(form.fields["practitioner"].widget.choices)
        ticked[user.name] = (form["practitioner"].value(), "" in offered)
    assert ticked == {manager.name: (None, True), officer.name: (officer.pk, False)}


def test_a_manager_who_leaves_practitioner_and_area_open_is_asked_for_the_area(send, manager):
    assert "Choose the area" in text(send(by=manager, practitioner=""))


def test_nobody_gives_a_new_person_to_another_team(officer, other_officer, team):
    with pytest.raises(adding.NotYourTeam):
        adding.add_person(
            given_name="Robin", family_name="Newcome", date_of_birth=BORN, crn="X300001", risk_band="LOW",
            practitioner=other_officer, by=officer, today=TODAY, now=NOW,
        )  # fmt: skip


def test_a_number_of_someone_whom_one_sees_leads_to_them(participant, send):
    page = text(send(crn="X100001"))

    assert "Someone has this number already." in page
    assert reverse("people:person-details", args=[participant.ref]).removesuffix("details/") in page
    assert "Ashworth, Jordan" in page
    assert "Nothing" not in page
    assert Participant.objects.count() == 1


def test_a_number_of_someone_whom_one_does_not_see_is_said_of_nobody(other_participant, other_officer, send):
    page = text(send(crn="X100002"))

    assert HELD in page
    assert "Elsewhere" not in page
    assert "X100002" not in page.replace('value="X100002"', "")
    told = Message.objects.get(user=other_officer)
    assert "Olive Officer wanted to add X100002" in told.body
    assert AccessEvent.objects.filter(kind="REFUSED", participants=[other_participant.pk]).exists()
    assert Participant.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "alike"),
    [
        ({"given_name": "Jordan", "family_name": "Ashworth"}, True),
        ({"given_name": "Jordon", "family_name": "Ashwerth"}, True),
        ({"given_name": "Ashworth", "family_name": "Jordan"}, True),
        ({"given_name": "Jordan Lee", "family_name": "Ashworth-Hall"}, True),
        ({"given_name": "Jordan", "family_name": "Married"}, True),
        (
            {"given_name": "Jordan", "family_name": "Ashworth", "date_of_birth-day": "3", "date_of_birth-month": "9"},
            True,
        ),
        ({"given_name": "Jordan", "family_name": "Ashworth", "date_of_birth-day": "10"}, False),
        ({"given_name": "Robin", "family_name": "Newcome"}, False),
        ({"given_name": "Jay", "family_name": "Formerly"}, True),
    ],
)
def test_a_similar_name_with_the_same_or_a_swapped_birth_date_is_asked_about(said, alike, participant, send):
    OtherName.objects.create(participant=participant, kind="FORMER", given_name="J", family_name="Formerly")
    said = {"date_of_birth-day": "9", "date_of_birth-month": "3", "date_of_birth-year": "2004", **said}
    answer = send(**said)

    assert (answer.status_code == 200) == alike
    if alike:
        page = text(answer)
        assert "May be the same person" in page
        assert "Someone here may be the same person." in page
        assert send(**said, not_same="on").status_code == 302
    assert Participant.objects.count() == 2


def test_a_similar_person_whom_one_does_not_see_is_asked_about_unnamed_and_may_be_added_all_the_same(
    other_participant, other_officer, send
):
    said = {
        "given_name": "Casey", "family_name": "Elsewhere", "date_of_birth-day": "9", "date_of_birth-month": "3",
        "date_of_birth-year": "2004",
    }  # fmt: skip
    page = text(send(**said))

    assert HELD in page
    assert "X100002" not in page
    assert Message.objects.filter(user=other_officer).count() == 1
    assert send(**said, not_same="on").status_code == 302
    assert Message.objects.filter(user=other_officer).count() == 1  # once a day


def test_a_record_that_was_merged_leads_to_the_one_that_stayed(participant, other_participant, send):
    Participant.objects.filter(pk=other_participant.pk).update(merged_into=participant, left_on=TODAY)

    page = text(send(crn="X100002"))

    assert "Someone has this number already." in page
    assert "Ashworth, Jordan" in page


def test_while_one_types_those_whom_one_sees_are_shown_and_nobody_is_asked(
    participant, other_participant, officer, client_as
):
    client, where = client_as(officer), reverse("people:person-new-matches")
    born = {"date_of_birth-day": "9", "date_of_birth-month": "3", "date_of_birth-year": "2004"}

    assert "Ashworth, Jordan" in text(client.get(where, {"family_name": "Ashworth", **born}))
    assert "Ashworth, Jordan" in text(client.get(where, {"crn": "X100001"}))
    assert text(client.get(where, {"family_name": "Elsewhere", **born})).strip() == ""
    assert text(client.get(where, {"crn": "X100002"})).strip() == ""
    assert text(client.get(where, {"family_name": "Ashworth", "date_of_birth-day": "99"})).strip() == ""
    assert text(client.get(where)).strip() == ""
    assert not Message.objects.filter(subject__contains="same person").exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_add_the_same_person_at_once_one_does_and_the_other_is_told_as_far_as_they_may_know(
    officer, other_officer, client_as
):
    both = Barrier(2)
    clients = {user: client_as(user) for user in (officer, other_officer)}

    def send(user) -> str:
        client = clients[user]
        form = {"practitioner": user.pk, **typed()}
        both.wait()
        answer = client.post(reverse("people:person-new"), form)
        connection.close()
        return text(answer) if answer.status_code == 200 else ""

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(as_we_are(send), [officer, other_officer]))

    assert Participant.objects.count() == 1
    assert Assignment.objects.count() == 1
    assert sorted(bool(answer) for answer in answers) == [False, True]
    (refused,) = filter(None, answers)
    assert HELD in refused
    assert "on record" not in refused
