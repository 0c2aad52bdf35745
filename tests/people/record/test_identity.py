"""Who a person is: corrected with history and a reason; other names; birth dates that are asked about."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from common.errors import RuleBroken
from people import services
from people.models import OtherName, Participant
from people.record import identity
from people.record.births import doubt_about
from tests.conftest import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def correct(participant, officer):
    def done(**said) -> Participant:
        usual = {
            "given_name": "Jordan", "family_name": "Ashworth", "date_of_birth": participant.date_of_birth,
            "cohort_tags": [], "was_theirs": False, "why": "Misspelt in the file",
        }  # fmt: skip
        return identity.correct(participant=participant, by=officer, **{**usual, **said})

    return done


def typed(**said) -> dict[str, str]:
    usual = {
        "given_name": "Jordan", "family_name": "Ashworth", "date_of_birth-day": "9", "date_of_birth-month": "3",
        "date_of_birth-year": "2004", "why": "Misspelt",
    }  # fmt: skip
    return {**usual, **said}


def test_a_correction_says_what_was_who_changed_it_and_why(participant, officer, correct):
    correct(family_name="Ashwood", date_of_birth=date(2004, 3, 19), cohort_tags=["VETERAN"])

    (correction,) = identity.corrections_of(participant)
    assert (correction.by, correction.why) == (officer, "Misspelt in the file")
    assert [what for what, _, _ in correction.parts] == ["Name", "Date of birth", "Cohort"]
    assert correction.parts[0] == ("Name", "Jordan Ashworth", "Jordan Ashwood")
    assert correction.parts[2] == ("Cohort", "None", "Veteran")


def test_a_change_of_anything_else_is_no_correction_of_who_they_are(participant, officer):
    services.change_contact(
        participant=participant, preferred_name="Jord", phone="", email="jordan@test.example", address="1 Mill Street",
        outcode="", by=officer, now=NOW,
    )  # fmt: skip

    assert identity.corrections_of(participant) == []


def test_a_form_that_changes_nothing_is_told_so(correct):
    with pytest.raises(identity.NothingIsDifferent):
        correct()


def test_a_name_that_was_theirs_stays_as_a_former_name_and_a_mistake_does_not(participant, correct):
    correct(family_name="Hall")
    assert not OtherName.objects.exists()

    correct(family_name="Ashworth-Hall", was_theirs=True)
    name = OtherName.objects.get()
    assert (name.name, name.kind) == ("Jordan Hall", "FORMER")

    correct(family_name="Hall", was_theirs=True)  # back again: it is the name on the record, not another one
    assert [name.name for name in OtherName.objects.all()] == ["Jordan Ashworth-Hall"]


def test_their_own_account_is_called_as_they_are(participant, officer, correct):
    user = services.open_portal(participant=participant, by=officer, today=TODAY, now=NOW)
    correct(given_name="", family_name="Sukarti")

    user.refresh_from_db()
    participant.refresh_from_db()
    assert (user.name, participant.name, participant.called) == ("Sukarti", "Sukarti", "Sukarti")


def test_another_name_is_added_once_and_is_not_the_one_on_the_record(participant, officer):
    new = {"participant": participant, "kind": "ALIAS", "by": officer}
    first = identity.add_name(given_name="Jay", family_name="Ash", **new)
    assert identity.add_name(given_name="Jay", family_name="Ash", **new).pk == first.pk

    with pytest.raises(RuleBroken, match="on the record already"):
        identity.add_name(given_name="Jordan", family_name="Ashworth", **new)


def test_a_person_with_300_names_has_no_more_and_the_pages_stay_short(participant, officer, client_as):
    OtherName.objects.bulk_create(
        OtherName(participant=participant, kind="ALIAS", given_name="Jay", family_name=f"Name{n:03}")
        for n in range(300)
    )
    with pytest.raises(identity.TooManyNames):
        identity.add_name(participant=participant, kind="ALIAS", given_name="", family_name="One", by=officer)

    client = client_as(officer)
    page = text(client.get(reverse("people:person-details", args=[participant.ref])))
    assert "There are more." in page
    assert page.count("Name0") == 6  # in the header and on the page
    assert text(client.get(reverse("people:other-names", args=[participant.ref]))).count("Take away") >= 300


def test_a_name_is_taken_away_with_a_reason_that_the_history_keeps(participant, officer, client_as):
    name = identity.add_name(participant=participant, kind="ALIAS", given_name="Jay", family_name="Ash", by=officer)
    client, where = client_as(officer), reverse("people:other-name-remove", args=[participant.ref, name.pk])

    assert "Enter why" in text(client.post(where, {"why": ""}))
    client.post(where, {"why": "That is their brother"})

    assert not OtherName.objects.exists()
    gone = OtherName.history.first()
    assert (gone.history_type, gone.history_change_reason, gone.history_user) == ("-", "That is their brother", officer)
    assert client.post(where, {"why": "Again"}).status_code == 404


def test_the_page_corrects_shows_the_correction_and_the_header_has_the_other_name(participant, officer, client_as):
    client, where = client_as(officer), reverse("people:identity-change", args=[participant.ref])

    assert "What was corrected before" not in text(client.get(where))
    answer = client.post(where, typed(family_name="Hall", was_theirs="on", why="Married in May"))

    assert answer.status_code == 302
    page = text(client.get(where))
    assert "Married in May" in page
    header = text(client.get(reverse("people:person-details", args=[participant.ref])))
    assert "Jordan Hall" in header
    assert "Also:" in header
    assert "Jordan Ashworth" in header


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({"family_name": " "}, "Enter the family name."),
        ({"why": ""}, "Enter why it is changed."),
        ({"why": "x" * 101}, "100 characters"),
        ({"family_name": "x" * 101}, "100 characters"),
        ({"date_of_birth-year": "2030"}, "must be in the past"),
        ({"date_of_birth-year": "1899"}, "1900"),
        ({"date_of_birth-day": "29", "date_of_birth-month": "2", "date_of_birth-year": "2005"}, "has no day 29"),
        ({"date_of_birth-year": "2022"}, "is 4 years old. Check it. If it is right, tick this."),
        ({"date_of_birth-day": "1", "date_of_birth-month": "1", "date_of_birth-year": "1900"}, "nobody knew the day"),
        ({}, "Nothing here is different"),
    ],
)
def test_bad_input_is_told_what_is_wrong_and_changes_nothing(said, answer, participant, officer, client_as):
    before = participant.history.count()
    page = client_as(officer).post(reverse("people:identity-change", args=[participant.ref]), typed(**said))

    assert page.status_code == 200
    assert answer in text(page)
    assert participant.history.count() == before


def test_a_leap_day_and_a_doubtful_birth_that_is_ticked_are_taken(participant, officer, client_as):
    client, where = client_as(officer), reverse("people:identity-change", args=[participant.ref])
    leap = {"date_of_birth-day": "29", "date_of_birth-month": "2", "date_of_birth-year": "2004"}
    child = {"date_of_birth-year": "2012", "birth_is_right": "on"}

    assert client.post(where, typed(**leap)).status_code == 302
    assert client.post(where, typed(**child)).status_code == 302

    participant.refresh_from_db()
    assert participant.date_of_birth == date(2012, 3, 9)


def test_one_name_is_enough(participant, officer, client_as):
    client, where = client_as(officer), reverse("people:identity-change", args=[participant.ref])
    client.post(where, typed(given_name="", family_name="Sukarti"))

    participant.refresh_from_db()
    assert (participant.given_name, participant.family_name) == ("", "Sukarti")
    assert "Sukarti" in text(client.get(reverse("people:participant-list"), {"q": "sukarti", "whose": "all"}))


@pytest.mark.parametrize(
    ("born", "doubted"),
    [
        (date(1900, 1, 1), True), (date(1970, 1, 1), True), (date(1970, 1, 2), False), (date(1926, 5, 31), False),
        (date(1925, 5, 31), True), (date(2009, 6, 1), False), (date(2009, 6, 2), True), (date(2004, 2, 29), False),
    ],
)  # fmt: skip
def test_a_birth_is_doubted_where_it_stands_in_for_none_or_makes_a_child_or_someone_too_old(born, doubted):
    assert bool(doubt_about(born, TODAY)) == doubted
