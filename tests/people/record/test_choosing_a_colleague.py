"""One colleague of thousands: those near by are offered, and any other is found by name or work e-mail."""

from __future__ import annotations

import re

import pytest

from people.models import Assignment, Exclusion, Team


@pytest.fixture
def lead_page(participant, unit):
    return f"/people/{participant.ref}/details/hand-over/"


def lead_of(participant):
    return Assignment.objects.filter(participant=participant, ends_on=None).get().practitioner


def offered(page: str) -> list[str]:
    radios = re.findall(r'type="radio"[^>]*>\s*<label[^>]*>\s*(.*?)\s*</label>', page)
    return [re.sub(r"<[^>]+>", "", label) for label in radios]


@pytest.fixture
def elsewhere(make_user, unit):
    """A practitioner of a team far away."""
    return make_user("Ingrid Larsen", "PRACTITIONER", Team.objects.create(name="Coast team", delivery_unit=unit))


def test_those_of_the_same_team_are_offered_and_nobody_else(
    lead_page, manager, make_user, officer, team, elsewhere, client_as
):
    near = make_user("Nia Near", "PRACTITIONER", team)

    page = client_as(manager).get(lead_page).text

    assert f"{near.name}, {team.name}" in offered(page)
    assert elsewhere.name not in page
    assert officer.name not in "".join(offered(page))  # they lead the case already


@pytest.mark.parametrize("words", ["larsen", "Ingrid Larsen", "INGRID.LARSEN@test.example"])
def test_one_who_fits_what_was_typed_is_taken(words, lead_page, participant, manager, elsewhere, client_as):
    client_as(manager).post(lead_page, {"practitioner": "", "practitioner-words": words})

    assert lead_of(participant) == elsewhere


def test_of_several_one_is_chosen_and_what_was_typed_stays(
    lead_page, participant, officer, manager, make_user, elsewhere, client_as
):
    other = make_user("Lars Larsen", "PRACTITIONER", elsewhere.current_memberships[0].team)
    client = client_as(manager)

    page = client.post(lead_page, {"practitioner-words": "larsen"}).text

    assert "Choose which of these you mean." in page
    assert 'value="larsen"' in page
    assert offered(page) == [f"{user.name}, Coast team" for user in (elsewhere, other)]
    assert lead_of(participant) == officer

    client.post(lead_page, {"practitioner": other.pk, "practitioner-words": "larsen"})
    assert lead_of(participant) == other


def test_a_choice_that_does_not_fit_what_was_typed_is_asked_again(
    lead_page, participant, officer, manager, make_user, team, elsewhere, client_as
):
    near = make_user("Nia Near", "PRACTITIONER", team)

    page = client_as(manager).post(lead_page, {"practitioner": near.pk, "practitioner-words": "larsen"}).text

    assert "Choose which of these you mean." in page
    assert lead_of(participant) == officer


def test_nobody_who_fits_and_nothing_at_all_are_said_plainly(lead_page, manager, client_as):
    client = client_as(manager)

    assert "Nothing fits “Zzz”." in client.post(lead_page, {"practitioner-words": "Zzz"}).text
    assert "Choose the new practitioner." in client.post(lead_page, {"practitioner-words": " "}).text


def test_more_than_a_page_can_offer_says_so(lead_page, manager, make_user, elsewhere, client_as):
    team = elsewhere.current_memberships[0].team
    for number in range(14):
        make_user(f"Sam Same{number:02}", "PRACTITIONER", team)

    page = client_as(manager).post(lead_page, {"practitioner-words": "same"}).text

    assert "More than 12 fit “same”." in page
    assert len(offered(page)) == 12


def test_an_account_that_may_not_be_chosen_is_not_found(lead_page, participant, officer, manager, volunteer, client_as):
    elsewhere = {"practitioner": volunteer.pk, "practitioner-words": volunteer.name}

    assert "Nothing fits" in client_as(manager).post(lead_page, elsewhere).text
    assert (
        "Choose one of the answers listed." in client_as(manager).post(lead_page, {"practitioner": volunteer.pk}).text
    )
    assert lead_of(participant) == officer


def test_whoever_is_kept_out_is_found_by_name(participant, manager, elsewhere, client_as):
    form = {"user-words": "Larsen", "reason": "They are cousins.", "message": "Ring the team."}

    client_as(manager).post(f"/people/{participant.ref}/access/keep-out/", form)

    assert Exclusion.objects.get(participant=participant).user == elsewhere


def test_a_choice_of_several_is_there_again_where_another_answer_is_wrong(participant, manager, make_user, client_as):
    team = Team.objects.create(name="Coast team", delivery_unit=participant.delivery_unit)
    one, other = (make_user(f"{name} Larsen", "PRACTITIONER", team) for name in ("Ingrid", "Lars"))
    form = {"user": other.pk, "user-words": "larsen", "reason": "", "message": "Ring the team."}

    page = client_as(manager).post(f"/people/{participant.ref}/access/keep-out/", form).text

    assert offered(page) == [f"{user.name}, Coast team" for user in (one, other)]
    assert re.search(rf'value="{other.pk}"[^>]*checked', page)


def test_whoever_leads_the_case_is_offered_in_a_team_however_large(participant, officer, make_user, team, client_as):
    for number in range(22):
        make_user(f"Aaron Able{number:02}", "PRACTITIONER", team)
    people = members_of_release(participant, officer)

    assert len(people) == 21
    assert people[0].startswith(officer.name)


def members_of_release(participant, officer) -> list[str]:
    from people.record.forms.sentences import CustodyHandoverForm
    from tests.conftest import TODAY

    form = CustodyHandoverForm(today=TODAY, expected=None, lead=officer)
    return [str(label) for _, label in form.fields["to"].widget.choices]
