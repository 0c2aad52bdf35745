"""What is arranged, moved or called off is told at once, or the page says that it was not; and when they can meet."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from common.days import read_day, read_time
from common.errors import RuleBroken
from engagement import services, slots, telling, work_items
from engagement.forms import appointment_initial, unusual
from engagement.models import Appointment
from engagement.telling import How
from people.messaging import message_queue
from people.models import Message, Participant, Sentence
from people.record import person_services
from tests.conftest import NOW, TODAY
from tests.engagement.conftest import DAY, HOUR
from tests.worklists import waiting

pytestmark = pytest.mark.django_db
SOON = NOW + 3 * DAY
EVENING = datetime(2026, 6, 1, 21, 30, tzinfo=UTC)  # 10:30pm in Britain
LONDON = ZoneInfo("Europe/London")
QUIET = (time(21), time(8))


@pytest.fixture
def arrange(participant, officer):
    def make(at=SOON, how=How.SEND, **more) -> Appointment:
        usual = {"kind": "OFFICE", "place": "Oak Street", "now": NOW, "with_user": officer, "by": officer}
        return services.arrange(participant=participant, starts_at=at, ends_at=at + HOUR, how=how, **{**usual, **more})

    return make


def bodies() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("body", flat=True))


def test_a_meeting_is_told_at_once_without_where_and_why(arrange):
    meeting = arrange()

    assert bodies() == [
        "Good Lives: you have a meeting on Thu 4 June at midday. If you cannot come, say so in your pages."
    ]
    assert meeting.told_at == NOW
    assert telling.in_a_sentence(meeting.sent, how=How.SEND) == "The text message to 07700 900001 is on its way."


def test_one_that_is_moved_takes_back_what_was_not_sent_and_says_the_new_time(arrange, officer):
    meeting = arrange()
    at = SOON + DAY
    services.reschedule(
        appointment=meeting, starts_at=at, ends_at=at + HOUR, asked_by="SERVICE", why="A clash", by=officer, now=NOW,
        how=How.SEND,
    )  # fmt: skip

    assert Message.objects.earliest("pk").state == "WITHDRAWN"
    assert bodies()[1].startswith("Good Lives: your meeting on Thu 4 June at midday is moved. It is now on Fri 5 June")


def test_one_that_is_called_off_is_told_too(arrange, officer):
    off = services.call_off(appointment=arrange(), asked_by="SERVICE", why="Ill", by=officer, now=NOW, how=How.SEND)

    assert bodies()[-1] == "Good Lives: your meeting on Thu 4 June at midday is called off."
    assert off.told_at == NOW


@pytest.mark.parametrize("how", [How.LATER, How.SEND])
def test_what_was_not_told_is_on_the_list_until_someone_tells_them(arrange, officer, participant, how):
    if how == How.SEND:
        participant.phone = participant.email = ""
        participant.save()
    meeting = arrange(how=how)
    assert telling.in_a_sentence(meeting.sent, how=how) == "Not sent: tell them."

    [line] = [item for item in waiting(work_items, officer) if item.kind == "Tell them"]
    assert line.reason == "A meeting on Thu 4 June at midday is arranged, and they do not know yet."
    services.note_told(appointment=meeting, by=officer, now=NOW)
    assert not [item for item in waiting(work_items, officer) if item.kind == "Tell them"]


def test_a_message_that_could_not_be_sent_puts_it_back_on_the_list(arrange, officer):
    meeting = arrange()
    message = meeting.sent
    message.state = "PARKED"
    message.save()
    message_queue.parked(message, now=NOW)

    meeting.refresh_from_db()
    assert meeting.told_at is None


def test_behind_a_safe_contact_note_nothing_is_sent_unless_it_is_chosen(participant, officer):
    assert telling.usual(participant, officer) == How.SEND
    person_services.note_safe_contact(participant=participant, note="Not in the evening", by=officer, today=TODAY)
    assert telling.usual(participant, officer) == ""


def test_at_night_it_waits_for_the_morning_and_the_page_says_so(arrange, settings):
    settings.QUIET_HOURS = QUIET
    meeting = arrange(now=EVENING)

    assert timezone.localtime(meeting.sent.not_before) == datetime(2026, 6, 2, 8, tzinfo=LONDON)
    assert meeting.told_at == EVENING
    assert telling.in_a_sentence(meeting.sent, how=How.SEND).endswith("goes at 8am.")


@pytest.mark.parametrize(
    ("hour", "allowed", "goes", "known"), [(9, False, 8, False), (9, True, 22, True), (11, False, 8, True)]
)
def test_a_change_before_ten_next_morning_goes_at_night_only_where_that_was_allowed(
    arrange, participant, settings, hour, allowed, goes, known
):
    settings.QUIET_HOURS = QUIET
    participant.night_ok = allowed
    participant.save()
    meeting = arrange(at=datetime(2026, 6, 2, hour, tzinfo=LONDON), now=EVENING)

    assert timezone.localtime(meeting.sent.not_before).hour == goes
    assert (meeting.told_at is not None) == known
    said = telling.in_a_sentence(meeting.sent, how=How.SEND, known=known)
    assert ("ring them" in said) == (not known)


def test_what_would_come_after_the_meeting_is_not_sent(arrange, settings):
    settings.QUIET_HOURS = QUIET
    meeting = arrange(at=datetime(2026, 6, 2, 7, 30, tzinfo=LONDON), now=EVENING)

    assert (meeting.sent, meeting.told_at) == (None, None)


@pytest.mark.parametrize(
    ("kind", "where", "says"),
    [
        ("PHONE", {"place": "Oak Street"}, "A call has no place"),
        ("VIDEO", {"office": True}, "A call has no place"),
        ("OFFICE", {}, "Choose the office"),
        ("INITIAL", {}, "Choose the office"),
        ("HOME", {}, "Say where they live"),
        ("PHONE", {}, ""),
        ("VIDEO", {"place": "A link"}, ""),
        ("CUSTODY", {}, ""),
    ],
)
def test_each_kind_of_meeting_has_the_place_it_needs(arrange, participant, kind, where, says):
    from people.models import Office

    if "office" in where:
        where = {"office": Office.objects.create(code="1", name="Oak Street", region=participant.delivery_unit.region)}
    where = {"place": "", **where}
    if says:
        with pytest.raises(RuleBroken, match=says):
            arrange(kind=kind, **where)
    else:
        assert arrange(kind=kind, **where).kind == kind


def test_a_home_visit_is_at_their_home(arrange, participant):
    participant.address = "1 Mill Street, HD1 2AB"
    participant.save()

    assert arrange(kind="HOME", place="").place == "1 Mill Street, HD1 2AB"


@pytest.mark.parametrize(
    ("day", "at", "says"),
    [
        (date(2026, 6, 4), time(14, 30), ""), (date(2026, 6, 4), time(2, 30), "2:30am at night?"),
        (date(2026, 12, 25), time(14, 30), "That is Christmas Day."),
        (date(2026, 6, 6), time(3), "3am at night? That is a Saturday."),
        (date(2027, 3, 28), time(1, 30), "The clocks skip that time"),
        (date(2026, 6, 4), time(20, 30), "8:30pm in the evening?"),
    ],
)  # fmt: skip
def test_an_unusual_time_is_asked_about(day, at, says):
    assert unusual(day, at).startswith(says)
    assert bool(unusual(day, at)) == bool(says)


def test_ten_is_a_time_and_twenty_six_a_year():
    assert read_time("10") == time(10)
    assert read_time("24") is None
    within = {"called": "The day", "earliest": date(1900, 1, 1), "latest": date(2100, 1, 1)}
    assert read_day(("4", "6", "26"), **within) == date(2026, 6, 4)
    assert read_day(("4", "6", "90"), **within) == date(1990, 6, 4)


def form(on: date, **more) -> dict:
    parts = {"day-day": on.day, "day-month": on.month, "day-year": on.year}
    return {"kind": "OFFICE", "place": "Oak Street", "at": "10", "minutes": "30", "how": "KNOW", **parts, **more}


def weekday(days: int) -> date:
    day = timezone.localdate() + timedelta(days=days)
    while day.weekday() != 2 or unusual(day, time(10)):
        day += timedelta(days=1)
    return day


def test_the_page_asks_about_a_night_and_takes_it_when_ticked(participant, officer, client_as):
    client, url = client_as(officer), reverse("engagement:appointment-new", args=[participant.ref])
    night = form(weekday(7), at="2:30am", with_user=officer.pk)
    asked = client.post(url, night).content.decode()
    assert "2:30am at night? If that is right, tick this." in asked
    assert 'value="2:30am"' in asked
    assert not Appointment.objects.exists()

    assert client.post(url, {**night, "sure": "on"}).status_code == 302
    assert Appointment.objects.exists()


def test_the_page_promises_nothing_for_the_past_and_refuses_far_away(participant, officer, client_as):
    client, url = client_as(officer), reverse("engagement:appointment-new", args=[participant.ref])
    past = client.post(url, form(weekday(-14), with_user=officer.pk), follow=True).content.decode()
    assert "Recorded as a meeting that has begun." in past
    assert "on its way" not in past
    far = client.post(url, form(date(2099, 6, 3), with_user=officer.pk)).content.decode()
    assert "or earlier" in far


def test_two_people_at_one_hour_are_warned_of(participant, make_participant, officer, client_as):
    other, client = make_participant("Robin", "Right", "X100009", officer), client_as(officer)
    for person in (participant, other):
        url = reverse("engagement:appointment-new", args=[person.ref])
        page = client.post(url, form(weekday(7), with_user=officer.pk), follow=True).content.decode()
        assert ("has another meeting at that time" in page) == (person == other)


def test_calling_off_offers_a_new_day_and_strikes_a_mistake(participant, officer, client_as, arrange):
    client = client_as(officer)
    later = timezone.now() + 9 * DAY
    first, second, third = (arrange(at=later + n * HOUR, now=timezone.now(), how=How.KNOW) for n in range(3))

    def off(meeting, **typed):
        return client.post(
            reverse("engagement:appointment-off", args=[meeting.pk]), {"why": "Ill", "minutes": "30", **typed}
        )

    assert "Choose who calls it off" in off(first).content.decode()
    assert "Choose how they hear of it." in off(first, asked_by="SERVICE").content.decode()
    off(first, asked_by="SERVICE", how="LATER")
    off(second, **{**form(weekday(20)), "asked_by": "PERSON", "how": "KNOW"})
    off(third, asked_by="MISTAKE")
    found = {meeting.pk: meeting.outcome for meeting in Appointment.objects.all()}
    assert [found[meeting.pk] for meeting in (first, second, third)] == ["CALLED_OFF", "RESCHEDULED", "MISTAKE"]
    assert Appointment.objects.get(replaces=second).told_at


def test_after_an_outcome_the_next_meeting_is_arranged_in_the_same_press(participant, officer, client_as, arrange):
    meeting = arrange(at=timezone.now() - HOUR, now=timezone.now() - DAY, how=How.KNOW)
    client, url = client_as(officer), reverse("engagement:appointment-outcome", args=[meeting.pk])
    page = client.get(url).content.decode()
    [slot, *_] = slots.free_slots(person=participant, user=officer, now=timezone.now())
    assert slot.isoformat() in page

    said = client.post(url, {"outcome": "COMPLIED", "next_at": slot.isoformat()}, follow=True).content.decode()
    new = Appointment.objects.get(starts_at=slot)
    assert (new.kind, new.place, new.told_at is not None) == ("OFFICE", "Oak Street", True)
    assert "is on its way" in said
    assert "next_at" not in client.get(url).content.decode(), "one is arranged"


def test_the_first_meeting_after_a_release_is_proposed_for_its_day_and_outside(
    participant, officer, arrange, client_as
):
    """A meeting in prison was proposed for days after the release, and made it look safe."""
    out_on = timezone.localdate() + timedelta(days=7)
    Participant.objects.update(whereabouts="PRISON")
    Sentence.objects.update(release_on=out_on, ends_on=out_on + timedelta(days=90))
    participant.refresh_from_db()
    meeting = arrange(at=timezone.now() - HOUR, now=timezone.now() - DAY, how=How.KNOW, kind="CUSTODY", place="Visits")

    usual = appointment_initial(person=participant, viewer=officer, now=timezone.now())
    working = out_on + timedelta(days={5: 2, 6: 1}.get(out_on.weekday(), 0))
    assert (usual["kind"], usual["day"]) == ("INITIAL", working)
    assert "place" not in usual
    page = client_as(officer).get(reverse("engagement:appointment-outcome", args=[meeting.pk]))
    assert "next_at" not in page.context["form"].fields, "not one in prison"

    Participant.objects.update(whereabouts="COMMUNITY")
    participant.refresh_from_db()
    assert "kind" not in appointment_initial(person=participant, viewer=officer, now=timezone.now())


@pytest.mark.parametrize(
    ("kind", "where", "offered"),
    [
        ("PHONE", "PRISON", True), ("VIDEO", "PRISON", True), ("CUSTODY", "PRISON", True), ("OFFICE", "PRISON", False),
        ("CUSTODY", "COMMUNITY", False), ("OFFICE", "COMMUNITY", True), ("PHONE", "COMMUNITY", True),
    ],
)  # fmt: skip
def test_the_next_meeting_is_of_a_kind_that_can_be_held_where_they_are(
    kind, where, offered, participant, officer, arrange, client_as
):
    Sentence.objects.update(release_on=None)
    place = "" if kind == "PHONE" else "There"
    meeting = arrange(at=timezone.now() - HOUR, now=timezone.now() - DAY, how=How.KNOW, kind=kind, place=place)
    Participant.objects.update(whereabouts=where)
    participant.refresh_from_db()

    page = client_as(officer).get(reverse("engagement:appointment-outcome", args=[meeting.pk]))
    usual = appointment_initial(person=participant, viewer=officer, now=timezone.now())
    assert ("next_at" in page.context["form"].fields) == offered
    assert (usual.get("kind") == kind) == offered


def test_a_slot_is_in_their_rhythm_at_their_hour_where_both_are_free(participant, officer, arrange, make_participant):
    arrange(at=NOW - DAY, how=How.KNOW)  # Sunday at midday; the rhythm of medium risk is fourteen days
    [slot, then] = slots.free_slots(person=participant, user=officer, now=NOW)
    assert timezone.localtime(slot) == datetime(2026, 6, 15, 12, tzinfo=LONDON)
    assert timezone.localtime(then).date() == date(2026, 6, 16)

    other = make_participant("Robin", "Right", "X100009", officer)
    services.arrange(
        participant=other, with_user=officer, kind="PHONE", starts_at=slot, ends_at=slot + HOUR, by=officer, now=NOW
    )
    services.plan_absence(
        participant=participant, starts_on=date(2026, 6, 16), ends_on=date(2026, 6, 18), reason="HOLIDAY", by=officer,
        now=NOW,
    )  # fmt: skip
    [slot, then] = slots.free_slots(person=participant, user=officer, now=NOW)
    assert timezone.localtime(slot) == datetime(2026, 6, 15, 11, 30, tzinfo=LONDON)
    assert timezone.localtime(then).date() == date(2026, 6, 19)


def test_a_slot_costs_as_many_questions_for_a_full_diary(
    participant, officer, make_participant, django_assert_max_num_queries
):
    for number in range(6):
        other = make_participant(f"P{number}", "Full", f"X1000{number + 10}", officer)
        services.arrange(
            participant=other, with_user=officer, kind="PHONE", starts_at=NOW + 14 * DAY + number * HOUR,
            ends_at=NOW + 14 * DAY + number * HOUR + HOUR, by=officer, now=NOW,
        )  # fmt: skip
    with django_assert_max_num_queries(4):
        assert slots.free_slots(person=participant, user=officer, now=NOW)
