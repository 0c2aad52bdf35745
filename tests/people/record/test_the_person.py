"""Addresses, safe contact, ways of taking things in, and risk: the rules, and what follows from them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from common.errors import RuleBroken
from engagement import reminders
from engagement import services as touch
from lifeplans import services as plans
from people import work_items
from people.messaging import message_queue
from people.models import Address, Message, Participant, RiskAssessment, SafeContact
from people.record import person_services, risk
from tests.conftest import NOW, TODAY, service_account
from tests.worklists import waiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
DAY = timedelta(days=1)
LOW = {f"to_{group}": "LOW" for group in ("children", "public", "known_adult", "staff", "prisoners")}
SECRET = "Do not ring in the evening: zebracanary answers."


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def at(participant):
    return lambda name, *more: reverse(f"people:{name}", args=[participant.ref, *more])


@pytest.fixture
def assess(participant, officer):
    def made(**said) -> RiskAssessment:
        usual = {**LOW, "assessed_on": TODAY, "review_by": TODAY + 90 * DAY, "source": "OASYS", "overall": "LOW"}
        return risk.assess(participant=participant, by=officer, today=TODAY, now=NOW, **{**usual, **said})

    return made


@pytest.fixture
def live_at(participant):
    def moved(kind="MAIN", lines="1 Mill Street", on=TODAY, **more) -> Address:
        return person_services.add_address(
            participant=participant,
            kind=kind,
            lines=lines,
            postcode="HD1 2AB",
            starts_on=on,
            today=TODAY,
            by=service_account(),
            **more,
        )

    return moved


def test_the_main_address_stands_on_the_record_and_ends_the_one_before(participant, live_at):
    first = live_at(on=TODAY - 30 * DAY)
    live_at(lines="2 Quay Road")

    first.refresh_from_db()
    participant.refresh_from_db()
    assert (first.ends_on, first.ended_on) == (TODAY - DAY, TODAY)
    assert (participant.address, participant.outcode) == ("2 Quay Road, HD1 2AB", "HD1")


def test_an_address_of_another_kind_leaves_the_main_one(participant, live_at):
    live_at()
    live_at("CURFEW", "9 Other Street")

    participant.refresh_from_db()
    assert participant.address == "1 Mill Street, HD1 2AB"
    assert Address.objects.current(TODAY).count() == 2


def test_leaving_the_main_address_takes_it_off_the_record(participant, live_at):
    person_services.end_address(address=live_at(on=TODAY - DAY), left_on=TODAY, today=TODAY, by=service_account())

    participant.refresh_from_db()
    assert (participant.address, participant.outcode) == ("", "")


def test_an_address_before_a_later_one_is_refused(live_at):
    live_at()

    with pytest.raises(person_services.NotThatDay, match="later address"):
        live_at(on=TODAY - DAY)


def test_an_address_of_earlier_years_leaves_the_one_now(participant, live_at):
    now = live_at()
    live_at(lines="7 Old Road", on=TODAY - 900 * DAY, left_on=TODAY - 30 * DAY)

    now.refresh_from_db()
    participant.refresh_from_db()
    assert now.ends_on is None
    assert participant.address == "1 Mill Street, HD1 2AB"


def test_nobody_has_a_main_address_before_they_live_there_or_leaves_it_before_they_do(live_at):
    with pytest.raises(person_services.NotThatDay, match="move in"):
        live_at(on=TODAY + DAY)
    with pytest.raises(person_services.NotThatDay, match="left"):
        person_services.end_address(address=live_at(), left_on=TODAY + DAY, today=TODAY, by=service_account())


def test_an_address_put_right_the_same_day_takes_the_place_of_the_one_before(participant, live_at):
    live_at(lines="1 Mil Street")
    live_at(lines="1 Mill Street")

    assert [str(row) for row in participant.addresses.all()] == ["1 Mill Street, HD1 2AB"]


def test_nobody_leaves_an_address_on_the_day_they_come_to_it(live_at):
    with pytest.raises(person_services.NotThatDay, match="comes after the first day"):
        live_at(on=TODAY - DAY, left_on=TODAY - DAY)

    assert live_at(on=TODAY - DAY, left_on=TODAY).ends_on == TODAY - DAY


def test_an_address_overtaken_by_a_caseload_file_is_shown_as_before(participant, officer, live_at, client_as, at):
    live_at(lines="1 Old Street")
    Participant.objects.filter(pk=participant.pk).update(address="5 New Street")

    now, before = text(client_as(officer).get(at("person-details"))).split("Addresses before")

    assert "5 New Street" in now
    assert "1 Old Street" not in now
    assert "1 Old Street" in before


@pytest.mark.parametrize("typed", ["", "hd1 2ab", "HD12AB"])
def test_a_postcode_has_one_spelling(typed, participant, officer, client_as, at):
    day = {"starts_on-day": "1", "starts_on-month": "6", "starts_on-year": "2026"}

    answer = client_as(officer).post(
        at("address-new"), {"kind": "MAIN", "lines": "1 Mill St", "postcode": typed, **day}
    )

    assert answer.status_code == 302
    assert Address.objects.get().postcode == ("HD1 2AB" if typed else "")


def test_a_postcode_that_is_none_is_said_so(participant, officer, client_as, at):
    answer = client_as(officer).post(at("address-new"), {"kind": "MAIN", "lines": "1 Mill St", "postcode": "HD1"})

    assert "Enter a whole postcode" in text(answer)


def test_a_safe_contact_note_is_sealed_in_the_table_and_in_its_history(participant, officer):
    person_services.note_safe_contact(participant=participant, note=SECRET, by=officer, today=TODAY)

    with connection.cursor() as cursor:
        cursor.execute("select note from people_safecontact union all select note from people_historicalsafecontact")
        kept = [note for (note,) in cursor.fetchall()]
    assert len(kept) == 2
    assert not any("zebracanary" in note for note in kept)
    assert SafeContact.objects.get().note == SECRET


def test_staff_are_warned_on_every_page_about_the_person_and_read_why_on_the_details(
    participant, officer, client_as, at
):
    client = client_as(officer)
    before = text(client.get(at("person-circle")))
    person_services.note_safe_contact(participant=participant, note=SECRET, by=officer, today=TODAY)

    assert "Safe contact" not in before
    assert "Safe contact" in text(client.get(at("person-circle")))
    assert "zebracanary" in text(client.get(at("person-details")))


def test_the_person_and_the_circle_never_read_a_safe_contact_note(participant, officer, member, volunteer, client_as):
    person_services.note_safe_contact(participant=participant, note=SECRET, by=officer, today=TODAY)

    assert SafeContact.objects.visible_to(officer).exists()
    assert not SafeContact.objects.visible_to(participant.user).exists()
    assert not SafeContact.objects.visible_to(volunteer).exists()
    me = client_as(participant.user)
    for page in ("/me/", "/me/circle/", "/me/court/", "/me/meetings/", "/me/who-looked/"):
        assert "zebracanary" not in text(me.get(page)), page
    circle = client_as(volunteer)
    for page in ("/circle/", f"/circle/{participant.ref}/"):
        assert "zebracanary" not in text(circle.get(page, follow=True)), page


def communicate(participant, *needs, **said) -> Participant:
    usual = {"language": "", "interpreter_needed": False, "communication_note": "", "readiness": ""}
    return person_services.change_communication(
        participant=participant, communication=needs, by=service_account(), **{**usual, **said}
    )


def test_someone_who_asked_for_short_texts_gets_them(participant):
    long = "We have answered what you asked for. Sign in to read the answer at https://good.example/me/ when you can."

    usual = message_queue.tell_participant(participant=participant, body=long, key="a", now=NOW)
    person = communicate(participant, "SHORT_TEXTS")
    short = message_queue.tell_participant(participant=person, body=long, key="b", now=NOW)
    own = message_queue.tell_participant(participant=person, body=long, short="Answered.", key="c", now=NOW)

    assert usual.body == long
    assert short.body == "We have answered what you asked for. https://good.example/me/"
    assert own.body == "Answered."


def test_a_short_reminder_says_when_and_how_to_say_no(participant, officer):
    meeting = touch.arrange(
        participant=communicate(participant, "SHORT_TEXTS"),
        with_user=officer,
        kind="OFFICE",
        place="Room 2",
        starts_at=NOW + timedelta(hours=20),
        ends_at=NOW + timedelta(hours=21),
        by=officer,
        now=NOW - DAY,
    )

    assert (
        reminders.remind(appointment=meeting, now=NOW).body
        == "Meeting on Tue 2 June at 8am. Cannot come? Say so in your pages."
    )


def test_an_interpreter_needs_a_language(participant):
    with pytest.raises(RuleBroken, match="Enter the language"):
        communicate(participant, interpreter_needed=True)


def test_a_plan_is_printed_large_for_who_needs_it(participant, officer, client_as):
    plans.start_plan(participant=participant, by=officer, today=TODAY)
    me, large = client_as(participant.user), []
    for needs in ([], ["LARGE_PRINT"], ["EASY_READ"], ["BSL"]):
        communicate(participant, *needs)
        large.append("kit-large-print" in text(me.get("/me/plan/print/")))

    assert large == [False, True, True, False]


def test_how_they_take_things_in_is_saved_on_the_page_and_shown(participant, officer, client_as, at):
    form = {"language": "Polish", "interpreter_needed": "on", "communication": ["BSL", "ADHD"], "readiness": "THINKING"}

    client_as(officer).post(at("communication-change"), form)
    page = text(client_as(officer).get(at("person-details")))

    for words in ("Polish interpreter", "British Sign Language", "I am thinking about making changes"):
        assert words in page


def test_the_risk_band_follows_the_newest_assessment(participant, assess):
    assess(overall="HIGH", to_public="HIGH")
    assess(assessed_on=TODAY - 30 * DAY, overall="LOW")  # found in an older file: it does not count

    participant.refresh_from_db()
    assert participant.risk_band == "HIGH"


def test_the_overall_risk_is_never_below_the_risk_to_a_group(assess):
    with pytest.raises(risk.NotAnAssessment, match="Very high"):
        assess(to_children="VERY_HIGH", overall="MEDIUM")


def test_an_assessment_is_never_changed_or_deleted(assess):
    row = assess()
    row.overall = "HIGH"

    with pytest.raises(DatabaseError), transaction.atomic():
        row.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


@pytest.mark.parametrize(
    "wrong",
    [
        {"review_by": TODAY},
        {"mappa_level": 2},
        {"needs_found": ["DRUGS"], "needs_ruled_out": ["DRUGS"]},
        {"overall": "PURPLE"},
    ],
)
def test_an_assessment_that_cannot_be_is_refused(wrong, assess):
    with pytest.raises(Exception, match=r"review|MAPPA|need|PURPLE"):
        assess(**wrong)
    assert not RiskAssessment.objects.exists()


def test_an_overdue_review_waits_on_the_home_list_until_it_is_done(participant, officer, assess):
    assess(assessed_on=TODAY - 100 * DAY, review_by=TODAY - DAY)
    waits = [(item.kind, item.person.crn) for item in waiting(work_items, officer)]
    assess()

    assert waits == [("Risk", participant.crn)]
    assert waiting(work_items, officer) == []


def test_a_new_assessment_starts_from_the_last_and_is_shown(participant, officer, assess, client_as, at):
    assess(needs_found=["DRUGS"], overall="MEDIUM", to_public="MEDIUM", assessed_on=TODAY - DAY)
    client = client_as(officer)
    form = client.get(at("risk-new")).context["form"]
    dates = {"assessed_on": TODAY, "review_by": TODAY + 60 * DAY}
    days = {f"{name}-{part}": getattr(on, part) for name, on in dates.items() for part in ("day", "month", "year")}
    new = {**LOW, **days, "source": "POLICE", "overall": "HIGH", "to_public": "HIGH", "mappa_level": 2,
           "mappa_category": 1, "need_ALCOHOL": "FOUND", "need_DRUGS": "RULED_OUT"}  # fmt: skip

    answer = client.post(at("risk-new"), new)
    page = text(client.get(at("person-risk")))

    assert (form.initial["need_DRUGS"], form.initial["overall"]) == ("FOUND", "MEDIUM")
    assert answer["Location"] == at("person-risk")
    newest = RiskAssessment.objects.newest_first().first()
    assert (newest.mappa, newest.needs_found, newest.needs_ruled_out) == ("Level 2, category 1", ["ALCOHOL"], ["DRUGS"])
    assert "Level 2, category 1" in page
    assert "Not under MAPPA" in page


@pytest.mark.parametrize(("category", "level", "taken"), [(3, 1, False), (3, 2, True), (1, 1, True)])
def test_category_3_is_not_managed_at_level_1(category, level, taken, participant, officer, client_as, at):
    dates = {"assessed_on": TODAY, "review_by": TODAY + 60 * DAY}
    days = {f"{name}-{part}": getattr(on, part) for name, on in dates.items() for part in ("day", "month", "year")}
    sent = {**LOW, **days, "source": "POLICE", "overall": "HIGH", "mappa_level": level, "mappa_category": category}
    answer = client_as(officer).post(at("risk-new"), sent)
    assert RiskAssessment.objects.exists() == taken
    assert taken or "Category 3 is managed at level 2 or 3." in text(answer)


def test_each_number_is_checked_on_the_page_and_what_was_typed_is_kept(participant, officer, client_as, at):
    answer = client_as(officer).post(at("numbers-change"), {"pnc": "54/18147X", "cro": "265416/21G"})
    saved = client_as(officer).post(at("numbers-change"), {"pnc": "54/18147W", "cro": "265416/21G"})

    participant.refresh_from_db()
    assert "does not fit" in text(answer)
    assert 'value="54/18147X"' in text(answer)
    assert saved.status_code == 302
    assert (participant.pnc, participant.cro) == ("1954/0018147W", "265416/21G")


# --- The safe-contact note is taken away by an act of its own ------------------------------------------


@pytest.fixture
def noted(participant, officer):
    return person_services.note_safe_contact(participant=participant, note=SECRET, by=officer, today=TODAY)


def test_an_emptied_box_takes_no_note_away(noted, participant, officer, client_as, at):
    page = client_as(officer).post(at("safe-contact"), {"note": ""})

    assert "Enter what to mind" in text(page)
    with pytest.raises(person_services.NoteIsEmpty):
        person_services.note_safe_contact(participant=participant, note="", by=officer, today=TODAY)
    assert SafeContact.objects.get().note == SECRET


def test_it_is_taken_away_with_a_reason_that_the_history_keeps_encrypted(noted, participant, officer, client_as, at):
    client_as(officer).post(at("safe-contact-remove"), {"reason": "zebracanary has moved out"})

    assert not SafeContact.objects.exists()
    assert [row.note for row in SafeContact.history.order_by("history_id")] == [
        SECRET, "Taken away: zebracanary has moved out", "Taken away: zebracanary has moved out",
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("select string_agg(note, ' ') from people_historicalsafecontact")
        assert "zebracanary" not in cursor.fetchone()[0]


def test_whoever_leads_the_case_is_told_that_it_is_gone(noted, participant, officer, manager, client_as, at):
    client_as(manager).post(at("safe-contact-remove"), {"reason": "Safe now"})

    [told] = Message.objects.filter(address=officer.email)
    assert "Mona Manager has taken away the safe-contact note" in told.body
    assert "Safe now" not in told.body


def test_a_second_press_says_that_it_is_gone(noted, officer, client_as, at):
    client = client_as(officer)
    client.post(at("safe-contact-remove"), {"reason": "Safe now"})

    assert "no safe-contact note any more" in text(client.post(at("safe-contact-remove"), {"reason": "Safe now"}))
