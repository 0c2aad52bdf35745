"""The staff pages are wired: what is posted is done, what is wrong is said, what was typed is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from people import services
from people.models import AccessEvent, CircleMember, Enrolment, Participant, Programme
from people.programmes import enrolment
from tests.conftest import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
NASTY = ["\x00", "x" * 20_000, "<script>alert(1)</script>", "{{7*7}}", "\u202eevil", "' or 1=1 --"]


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def at(participant):
    return lambda name, *more: reverse(f"people:{name}", args=[participant.ref, *more])


def day(name: str, on) -> dict[str, str]:
    return {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}


def test_details_show_who_they_are_and_what_the_court_ordered(participant, officer, client_as, at):
    client = client_as(officer)
    pages = {
        "person-details": ("Jordan", "X100001", "9 March 2004 (age 22)"),
        "person-sentence": ("Custody, 26 weeks", "3 May 2026"),
        "person-workers": ("Olive Officer", "Who has led the case"),
    }

    for page, expected in pages.items():
        shown = text(client.get(at(page)))
        for words in expected:
            assert words in shown


def test_each_look_at_details_is_written_down(participant, officer, client_as, at):
    client_as(officer).get(at("person-details"))

    event = AccessEvent.objects.get()
    assert (event.kind, event.user, event.participants, event.page) == (
        "PERSON", officer, [participant.pk], "people:person-details",
    )  # fmt: skip


def test_contact_details_are_changed(participant, officer, client_as, at):
    new = {
        "preferred_name": "Jord",
        "phone": "07400 123 456",
        "email": "",
        "address": "1 Mill St\r\nHuddersfield HD1 2AB",
    }
    answer = client_as(officer).post(at("contact-change"), {**new, "outcode": ""})

    participant.refresh_from_db()
    assert answer["Location"] == at("person-details")
    assert (str(participant.phone), participant.outcode) == ("+447400123456", "HD1")
    assert participant.address == "1 Mill St, Huddersfield HD1 2AB"


def test_a_wrong_phone_is_said_and_everything_typed_is_kept(participant, officer, client_as, at):
    answer = client_as(officer).post(at("contact-change"), {"preferred_name": "Jord", "phone": "123", "outcode": "HD1"})

    assert answer.status_code == 200
    assert "Enter a phone number" in text(answer)
    assert 'value="123"' in text(answer)
    assert 'value="Jord"' in text(answer)


def test_a_rule_that_says_no_is_shown_in_its_own_words(participant, make_participant, officer, client_as, at):
    seen = make_participant("Sam", "Seen", "X100066", officer, phone="+447700900066")
    answer = client_as(officer).post(at("contact-change"), {"phone": str(seen.phone)})

    assert answer.status_code == 200
    assert "Someone else signs in with this phone number" in text(answer)


@pytest.mark.parametrize("typed", NASTY, ids=range(len(NASTY)))
def test_nothing_typed_breaks_a_page_about_a_person(typed, participant, officer, manager, client_as, at):
    fields = [
        "preferred_name",
        "phone",
        "email",
        "address",
        "outcode",
        "reason",
        "practitioner",
        "user",
        "relationship",
    ]
    fields += ["programme", "released_on-day", "released_on-month", "released_on-year"]
    data = dict.fromkeys(fields, typed)
    client = client_as(officer)

    for name in ("contact-change", "lead-change", "release-record", "circle-add", "enrolment-new"):
        answer = client.post(at(name), data)
        assert answer.status_code in (200, 302), name
        assert "<script>alert(1)" not in text(answer)
    assert client.get(at("person-details")).status_code == 200


@pytest.mark.parametrize("typed", NASTY[1:], ids=range(len(NASTY) - 1))
def test_nothing_typed_breaks_the_list(typed, officer, client_as):
    names = ["q", "whose", "area", "risk", "where", "release", "tag", "sort", "page"]

    for name in names:
        answer = client_as(officer).get(reverse("people:participant-list"), {name: typed})
        assert answer.status_code == 200, name
        assert "<script>alert(1)" not in text(answer)


def test_handing_over_moves_the_case_and_the_page_leads_where_one_still_sees(
    participant, officer, other_officer, client_as, at
):
    answer = client_as(officer).post(at("lead-change"), {"practitioner": other_officer.pk})

    assert answer["Location"] == reverse("people:participant-list")
    assert Participant.objects.visible_to(other_officer).filter(pk=participant.pk).exists()


def test_a_case_cannot_be_handed_to_someone_who_is_no_practitioner(participant, officer, volunteer, client_as, at):
    answer = client_as(officer).post(at("lead-change"), {"practitioner": volunteer.pk})

    assert answer.status_code == 200
    assert "Choose one of the answers listed" in text(answer)


def test_a_release_is_recorded(participant, prison, officer, client_as, at):
    participant.prison, participant.whereabouts = prison, "PRISON"
    participant.save()

    client_as(officer).post(at("release-record"), day("released_on", TODAY))

    participant.refresh_from_db()
    assert not participant.in_custody
    assert participant.sentences.get().release_on == TODAY


def test_the_portal_is_opened_by_a_button(officer, unit, client_as):
    person = Participant.objects.create(
        given_name="New", family_name="Face", crn="X300001", date_of_birth=TODAY - timedelta(days=9000),
        delivery_unit=unit, risk_band="LOW", joined_on=TODAY, phone="+447700900777",
    )  # fmt: skip
    services.assign(participant=person, practitioner=officer, today=TODAY, now=NOW, by=officer)

    client_as(officer).post(reverse("people:portal-open", args=[person.ref]))

    person.refresh_from_db()
    assert str(person.user.phone) == "+447700900777"


def test_the_rules_are_shown_before_and_kept_after(participant, officer, make_programme, client_as, at):
    programme = make_programme(AGE={"youngest": 18, "oldest": 25})
    client = client_as(officer)

    before = client.get(at("enrolment-new"), {"programme": programme.pk})
    answer = client.post(at("enrolment-new"), {"programme": programme.pk})
    after = client.get(answer["Location"])

    reason = "Age 22 on 1 June 2026; this programme is for 18 to 25."
    assert reason in text(before)
    assert not AccessEvent.objects.filter(kind="CHANGE").exclude(user=officer).exists()
    assert Enrolment.objects.get().state == "ENROLLED"
    assert reason in text(after)


def test_a_manager_overrides_on_the_page(participant, officer, manager, make_programme, client_as, at):
    refused = enrolment.enrol(
        participant=participant,
        programme=make_programme(AGE={"youngest": 10, "oldest": 11}),
        by=officer,
        today=TODAY,
        now=NOW,
    )

    empty = client_as(manager).post(at("enrolment-override", refused.pk), {"reason": ""})
    client_as(manager).post(at("enrolment-override", refused.pk), {"reason": "Needs it most."})

    refused.refresh_from_db()
    assert empty.status_code == 200
    assert (refused.state, refused.overridden_by) == ("ENROLLED", manager)
    assert "Needs it most." in text(client_as(officer).get(at("person-sentence")))


def test_an_enrolment_ends_with_a_reason(participant, officer, make_programme, client_as, at):
    on_it = enrolment.enrol(participant=participant, programme=make_programme(), by=officer, today=TODAY, now=NOW)

    client_as(officer).post(at("enrolment-end", on_it.pk), {"reason": "Moved away."})

    on_it.refresh_from_db()
    assert (on_it.state, on_it.end_reason) == ("ENDED", "Moved away.")


def test_an_enrolment_of_someone_else_is_not_reached_through_this_person(
    participant, other_participant, officer, manager, make_programme, client_as, at
):
    theirs = enrolment.enrol(
        participant=other_participant, programme=make_programme(), by=officer, today=TODAY, now=NOW
    )

    assert client_as(manager).post(at("enrolment-end", theirs.pk), {"reason": "No."}).status_code == 404


def test_a_programme_is_set_up_with_its_rules(manager, unit, prison, client_as):
    form = {
        "name": "Leaving Preston", "about": "A small fund.", "money_model": "ALLOCATED", "allocation": "£2,000",
        "shorter_than": "12", "youngest": "18", "oldest": "25", "highest_risk": "MEDIUM", "tag": "IOM",
        "prison": prison.pk, "areas": [unit.pk], "owning_areas": [unit.pk],
    }  # fmt: skip

    answer = client_as(manager).post(reverse("people:programme-new"), form)

    programme = Programme.objects.get()
    assert answer.status_code == 302
    assert (programme.allocation, programme.code) == (200_000, "leaving-preston")
    assert programme.rules.get(kind="SENTENCE_UNDER").days == 365
    assert set(programme.rules.values_list("kind", flat=True)) == {
        "RISK", "SENTENCE_UNDER", "AGE", "COHORT", "PRISON", "AREA",
    }  # fmt: skip
    page = text(client_as(manager).get(reverse("people:programme-detail", args=[programme.pk])))
    assert "A sentence under 12 months" in page
    assert "Aged 18 to 25" in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"youngest": "18"}, "Give both ages, or neither."),
        ({"youngest": "30", "oldest": "20"}, "The oldest age cannot be below the youngest."),
        ({"money_model": "ALLOCATED"}, "Enter the sum each person has from the start."),
        ({"money_model": "ALLOCATED", "allocation": "1e400"}, "Enter an amount in pounds"),
        ({"name": ""}, "Enter a name."),
        ({"owning_areas": []}, "Choose the areas that own it."),
        ({"name": "??"}, "Give the programme a name with letters or numbers in it."),
    ],
)
def test_a_programme_that_cannot_be_is_said_so(fields, said, manager, unit, client_as):
    usual = {"name": "P", "money_model": "DISCRETIONARY", "highest_risk": "MEDIUM", "owning_areas": [unit.pk]}
    form = {**usual, **fields}

    answer = client_as(manager).post(reverse("people:programme-new"), form)

    assert answer.status_code == 200
    assert said in text(answer)
    assert not Programme.objects.exists()


def test_pressing_twice_brings_someone_into_the_circle_once(participant, volunteer, officer, client_as, at):
    form = {
        "user": volunteer.pk,
        "relationship": "VOLUNTEER",
        "_idempotency_key": "6d1c1d9e-0b0f-4c52-b8f4-3a5f6f1f7a10",
    }
    client = client_as(officer)

    answers = [client.post(at("circle-add"), form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert participant.circle.count() == 1


def test_a_place_in_the_circle_that_ends_the_day_it_began_is_in_the_history_alone(
    member, participant, officer, client_as, at
):
    answer = client_as(officer).post(at("circle-end", member.pk), follow=True)

    assert "sees nothing from now on" in text(answer)
    assert not CircleMember.objects.filter(participant=participant).exists()
    assert CircleMember.history.filter(id=member.pk).latest().history_user == officer


def test_a_place_in_the_circle_is_ended(member, participant, officer, client_as, at):
    CircleMember.objects.update(starts_on=TODAY - timedelta(days=1))
    client_as(officer).post(at("circle-end", member.pk))
    page = text(client_as(officer).get(at("person-circle")))

    assert not participant.circle.current(TODAY).exists()
    assert "Before" in page


def test_a_form_that_comes_back_was_a_look_and_no_change(participant, officer, client_as):
    at = reverse("people:contact-change", args=[participant.ref])
    client = client_as(officer)

    client.post(at, {"email": "no address"})
    client.post(at, {"preferred_name": "Jo", "phone": str(participant.phone), "email": participant.email})

    assert list(AccessEvent.objects.order_by("pk").values_list("kind", flat=True)) == [
        AccessEvent.Kind.PERSON,
        AccessEvent.Kind.CHANGE,
    ]
