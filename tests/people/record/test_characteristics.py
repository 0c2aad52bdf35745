"""What a person says of themselves: asked by whoever leads the case, and read by them and the person alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from common.postgres.actor import acting_as
from people.models import AccessEvent, AccessGrant, Assignment, Characteristics
from people.record import characteristics
from people.record.forms.characteristics import CharacteristicsForm
from tests.conftest import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
EMPTY = dict.fromkeys(CharacteristicsForm.base_fields, "")


@pytest.fixture
def say(participant, officer):
    def said(today=TODAY, **answers) -> Characteristics:
        new = {**EMPTY, **answers}
        return characteristics.say(participant=participant, answers=new, by=officer, today=today)

    return said


@pytest.fixture
def page(participant) -> str:
    return reverse("people:characteristics-change", args=[participant.ref])


def details_of(client, person) -> str:
    return client.get(reverse("people:person-details", args=[person.ref])).content.decode()


def test_the_practitioner_writes_what_the_person_says_and_reads_it(participant, officer, client_as, page):
    client = client_as(officer)
    assert "Not asked yet. Nobody else sees the answers" in details_of(client, participant)

    sent = client.post(page, {"sex": "MALE", "ethnicity": "OTHER_WHITE", "ethnicity_words": "Cornish"})
    assert sent.status_code == 302

    read = details_of(client, participant)
    assert "Any other White background: Cornish" in read
    assert "No answer yet" in read
    assert Characteristics.objects.get().written_by == officer


def test_the_person_answers_on_their_own_page_and_may_take_an_answer_away(participant, client_as):
    client, url = client_as(participant.user), reverse("people:my-characteristics")
    assert "You do not have to answer any of these." in client.get(url).content.decode()

    client.post(url, {"religion": "SIKH", "orientation": "PREFER_NOT"}, follow=True)
    row = Characteristics.objects.get()
    assert (row.religion, row.orientation, row.written_by) == ("SIKH", "PREFER_NOT", participant.user)

    client.post(url, {"religion": "", "orientation": "PREFER_NOT"})
    row.refresh_from_db()
    assert (row.religion, row.orientation) == ("", "PREFER_NOT")
    assert Characteristics.history.count() == 2


def test_a_manager_who_does_not_lead_the_case_neither_reads_nor_asks(participant, manager, client_as, page, say):
    say(religion="SIKH")
    client = client_as(manager)

    assert "What they say of themselves" not in details_of(client, participant)
    assert client.get(page).status_code == 403
    assert client.post(page, {"religion": "HINDU"}).status_code == 403
    assert Characteristics.objects.get().religion == "SIKH"


def test_the_table_itself_hides_them_and_they_follow_whoever_leads(participant, officer, manager, second, say):
    say(sex="MALE")

    def seen_by(user) -> int:
        with acting_as(user.pk), connection.cursor() as cursor:
            cursor.execute("select (select count(*) from people_characteristics)"
                           " + (select count(*) from people_historicalcharacteristics)")  # fmt: skip
            return cursor.fetchone()[0]

    assert [seen_by(user) for user in (officer, participant.user, manager)] == [2, 2, 0]
    Assignment.objects.update(practitioner=second)
    assert [seen_by(user) for user in (officer, second)] == [0, 0]  # the new lead has no access to the record yet
    AccessGrant.objects.filter(user=officer).update(user=second)
    assert seen_by(second) == 2
    assert Characteristics.objects.visible_to(second).count() == 1
    assert not Characteristics.objects.visible_to(officer).exists()


def test_words_stay_only_with_the_answer_that_asks_for_them(officer, client_as, page):
    client = client_as(officer)
    client.post(page, {"gender": "OTHER", "gender_words": "Agender"})
    assert Characteristics.objects.get().gender_words == "Agender"

    client.post(page, {"gender": "MAN", "gender_words": "Agender"})
    assert Characteristics.objects.get().gender_words == ""


def test_a_yes_about_care_or_the_forces_joins_the_cohort_and_a_no_takes_nobody_out(participant, say):
    say(care_leaver="YES", veteran="PREFER_NOT")
    participant.refresh_from_db()
    assert participant.cohort_tags == ["CARE_LEAVER"]

    say(care_leaver="NO")
    participant.refresh_from_db()
    assert participant.cohort_tags == ["CARE_LEAVER"]


def test_what_was_said_of_a_pregnancy_is_asked_again_when_it_must_be_over(officer, client_as, page, say):
    say(pregnancy="PREGNANT", today=TODAY - timedelta(days=280))
    row = say(pregnancy="PREGNANT", religion="NONE")  # another answer leaves its day
    assert row.pregnancy_said_on == TODAY - timedelta(days=280)
    assert "Ask again" not in client_as(officer).get(page).content.decode()

    Characteristics.objects.update(pregnancy_said_on=TODAY - timedelta(days=281))
    assert "Ask again" in client_as(officer).get(page).content.decode()
    assert say(pregnancy="NO").pregnancy_said_on is None


def test_the_look_is_recorded(participant, officer, client_as, page):
    client_as(officer).get(page)

    assert AccessEvent.objects.filter(participants__contains=[participant.pk]).exists()


@pytest.mark.parametrize(
    ("sex", "gender", "only"),
    [
        ("", "", ""), ("PREFER_NOT", "WOMAN", ""), ("", "WOMAN", ""), ("FEMALE", "", "WOMEN"),
        ("FEMALE", "WOMAN", "WOMEN"), ("FEMALE", "PREFER_NOT", "WOMEN"), ("FEMALE", "MAN", ""), ("MALE", "WOMAN", ""),
        ("MALE", "NON_BINARY", ""), ("MALE", "OTHER", ""), ("MALE", "MAN", "MEN"), ("MALE", "", "MEN"),
    ],
)  # fmt: skip
def test_what_they_say_decides_which_services_can_take_them(participant, say, sex, gender, only):
    say(sex=sex, gender=gender)

    assert characteristics.only_taken_with(participant) == only
