"""The drift score: the SQL and its twin agree, days are local, and time away does not count."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engagement import contact_pattern, services
from engagement.contact_pattern import Band, ContactPattern, drift_score, surprise
from engagement.models import Contact
from people.models import Sentence
from people.record import custody
from tests.conftest import NOW, TODAY, service_account

LONDON = ZoneInfo("Europe/London")
DAY = timedelta(days=1)


def call(participant, officer, day: date, hour: int = 12, **fields) -> Contact:
    at = datetime(day.year, day.month, day.day, hour, tzinfo=LONDON)
    return Contact.objects.create(
        participant=participant, kind="CALL", by=officer, at=at, logged_at=NOW, **{"meaningful": True, **fields}
    )


def expected(person, today: date, contact_days: set[date], away: set[date], every: int) -> tuple:
    """The same answer, worked out a day at a time."""
    start = max(person.joined_on, today - timedelta(days=contact_pattern.HISTORY_DAYS))
    touched = {day for day in contact_days if start <= day <= today}
    last = max(touched, default=None)
    contacts = len({day for day in touched if day > start} - away)
    history = span(start, last or start) - away
    silence = span(last or start, today) - away
    score = drift_score(every_days=every, contacts=contacts, history_days=len(history), silent_days=len(silence))
    return contacts, len(history), len(silence), last, round(score, 9)


def span(first: date, last: date) -> set[date]:
    return {first + timedelta(days=n) for n in range(1, (last - first).days + 1)}


def asked(person, today: date) -> ContactPattern:
    return contact_pattern.of([person.pk], today=today)[person.pk]


def shown(row: ContactPattern) -> tuple:
    return row.contacts, row.history_days, row.silent_days, row.last_on, round(row.score, 9)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_sql_and_a_day_by_day_count_agree(participant, officer, data):
    Contact.objects.all().delete()
    participant.planned_absences.all().delete()
    Sentence.objects.filter(participant=participant).delete()
    days = st.integers(0, 420).map(lambda ago: TODAY - timedelta(days=ago))
    participant.joined_on = data.draw(days)
    participant.save()
    called = data.draw(st.lists(days, max_size=15))
    for day in called:
        call(participant, officer, day, hour=data.draw(st.sampled_from([0, 9, 23])))
    away: set[date] = set()
    first, length = data.draw(days), data.draw(st.integers(0, 40))
    last = min(first + timedelta(days=length), TODAY - DAY)
    if first <= last:
        services.plan_absence(
            participant=participant, starts_on=first, ends_on=last, reason="HOLIDAY", by=officer, now=NOW
        )
        away |= {first} | span(first, last)
    inside, released = sorted(data.draw(st.tuples(days, days)))
    Sentence.objects.create(
        participant=participant,
        kind="CUSTODY",
        starts_on=inside,
        length_days=400,
        ends_on=inside + timedelta(days=400),
        release_on=released,
    )
    away |= {inside + timedelta(days=n) for n in range((released - inside).days)}
    every = data.draw(st.integers(1, 90))
    services.set_contact_plan(participant=participant, every_days=every, by=officer, today=TODAY)

    assert shown(asked(participant, TODAY)) == expected(participant, TODAY, set(called), away, every)


@given(every=st.integers(1, 90), contacts=st.integers(0, 400), history=st.integers(0, 365), silent=st.integers(0, 2000))
def test_a_longer_silence_is_never_less_alarming(every, contacts, history, silent):
    known = {"every_days": every, "contacts": contacts, "history_days": history}

    assert drift_score(**known, silent_days=silent + 1) > drift_score(**known, silent_days=silent) >= 0
    assert 0 <= math.exp(-surprise(**known, silent_days=silent)) <= 1


@given(every=st.integers(1, 90), contacts=st.integers(0, 50), history=st.integers(0, 365), silent=st.integers(1, 200))
def test_the_closed_form_is_the_one_in_the_design(every, contacts, history, silent):
    a, b = 3, 3 * every
    chance = ((b + history) / (b + history + silent)) ** (a + contacts)

    score = drift_score(every_days=every, contacts=contacts, history_days=history, silent_days=silent)

    assert score == pytest.approx(-math.log(chance) + silent / 16)


def test_a_new_person_starts_from_the_plan(participant):
    participant.joined_on = TODAY
    participant.save()

    row = asked(participant, TODAY)

    assert (row.every_days, row.usual_days, row.silent_days, row.last_on) == (14, 14, 0, None)
    assert row.band == Band.STEADY


@pytest.mark.parametrize(("band", "every"), [("LOW", 28), ("MEDIUM", 14), ("HIGH", 7), ("VERY_HIGH", 7)])
def test_the_risk_band_sets_the_interval_unless_the_plan_does(participant, officer, band, every):
    participant.risk_band = band
    participant.save()
    assert asked(participant, TODAY).every_days == every

    services.set_contact_plan(participant=participant, every_days=3, by=officer, today=TODAY)

    assert asked(participant, TODAY).every_days == 3


@pytest.mark.parametrize(
    ("last", "today", "silent"),
    [
        (datetime(2026, 3, 28, 23, 59, tzinfo=LONDON), date(2026, 3, 29), 1),  # clocks go forward in the night
        (datetime(2026, 3, 29, 0, 1, tzinfo=LONDON), date(2026, 3, 30), 1),
        (datetime(2026, 10, 24, 23, 59, tzinfo=LONDON), date(2026, 10, 25), 1),  # clocks go back
        (datetime(2026, 10, 25, 0, 1, tzinfo=LONDON), date(2026, 10, 25), 0),
        (datetime(2026, 6, 1, 0, 1, tzinfo=LONDON), date(2026, 6, 2), 1),  # 31 May in UTC
        (datetime(2026, 6, 1, 23, 59, tzinfo=LONDON), date(2026, 6, 2), 1),
    ],
)
def test_days_are_counted_by_the_local_calendar(participant, officer, last, today, silent):
    participant.joined_on = date(2026, 1, 1)
    participant.save()
    Sentence.objects.filter(participant=participant).delete()
    Contact.objects.create(participant=participant, kind="CALL", by=officer, at=last, logged_at=last)

    assert asked(participant, today).silent_days == silent


def test_three_contacts_on_one_day_are_one_day_of_contact(participant, officer):
    for hour in (9, 12, 16):
        call(participant, officer, TODAY - 5 * DAY, hour)

    assert asked(participant, TODAY).contacts == 1


def test_a_call_nobody_answered_does_not_end_a_silence(participant, officer):
    call(participant, officer, TODAY - 20 * DAY)
    call(participant, officer, TODAY - 1 * DAY, meaningful=False)

    assert asked(participant, TODAY).silent_days == 20


@pytest.mark.parametrize(
    ("outcome", "counts"),
    [
        ("COMPLIED", True),
        ("DID_NOT_COMPLY", True),
        ("SENT_HOME_BEHAVIOUR", True),
        ("SENT_HOME_SERVICE", True),
        ("UNACCEPTABLE_ABSENCE", False),
        ("FAILED_TO_ATTEND", False),
    ],
)
def test_turning_up_is_contact_however_it_went(participant, meet, outcome, counts):
    meet(3 * DAY, outcome)

    assert (asked(participant, TODAY).silent_days == 3) is counts


def test_nobody_is_asked_about_while_in_custody_or_away(participant, officer):
    assert participant.pk in contact_pattern.of([participant.pk], today=TODAY)

    services.plan_absence(
        participant=participant, starts_on=TODAY, ends_on=TODAY, reason="HOLIDAY", by=officer, now=NOW
    )

    assert contact_pattern.of([participant.pk], today=TODAY) == {}
    assert participant.pk in contact_pattern.of([participant.pk], today=TODAY + DAY)
    Sentence.objects.filter(participant=participant).update(release_on=TODAY + 2 * DAY)
    assert contact_pattern.of([participant.pk], today=TODAY + DAY) == {}
    assert participant.pk in contact_pattern.of([participant.pk], today=TODAY + 2 * DAY)


def test_someone_who_left_is_not_asked_about(participant):
    participant.left_on = TODAY
    participant.save()

    assert contact_pattern.everyone(today=TODAY) == []
    assert len(contact_pattern.everyone(today=TODAY - DAY)) == 1


def test_a_community_sentence_takes_no_days_away(participant, officer):
    Sentence.objects.filter(participant=participant).update(
        kind="COMMUNITY", release_on=None, starts_on=TODAY - 40 * DAY, ends_on=TODAY + 40 * DAY
    )
    call(participant, officer, TODAY - 20 * DAY)

    assert asked(participant, TODAY).silent_days == 20


def test_custody_without_a_release_date_lasts_until_the_sentence_ends(participant):
    Sentence.objects.filter(participant=participant).update(release_on=None, ends_on=TODAY - DAY)

    assert asked(participant, TODAY).silent_days == 1
    assert contact_pattern.of([participant.pk], today=TODAY - DAY) == {}


def test_nobody_is_asked_about_in_a_prison_before_a_release_is_on_record(participant, other_participant):
    from people.models import Prison

    participant.prison, participant.whereabouts = Prison.objects.create(code="PNI", name="Preston"), "PRISON"
    participant.save()
    assert contact_pattern.of([participant.pk], today=TODAY) == {}, "whatever day the sentence has for the release"

    custody.release(participant=participant, released_on=TODAY, by=service_account(), today=TODAY)

    assert contact_pattern.of([participant.pk], today=TODAY - DAY) == {}
    assert participant.pk in contact_pattern.of([participant.pk], today=TODAY)


def test_time_inside_by_a_recall_or_a_remand_is_not_silence_and_the_time_between_is(participant):
    Sentence.objects.filter(participant=participant).delete()

    def silent() -> int:
        return contact_pattern.of([participant.pk], today=TODAY)[participant.pk].silent_days

    before = silent()
    who = {"participant": participant, "by": service_account(), "today": TODAY, "now": NOW}
    custody.record(kind="REMANDED", happened_on=TODAY - 30 * DAY, **who)
    assert contact_pattern.of([participant.pk], today=TODAY) == {}
    custody.record(kind="RELEASED", happened_on=TODAY - 20 * DAY, **who)
    assert silent() == before - 10


def test_someone_who_joins_tomorrow_is_not_asked_about_today(participant):
    participant.joined_on = TODAY + DAY
    participant.save()

    assert contact_pattern.everyone(today=TODAY) == []


def test_each_person_has_their_own_contacts_and_days_away(participant, other_participant, officer, other_officer):
    Sentence.objects.all().delete()
    call(participant, officer, TODAY - 30 * DAY), call(participant, officer, TODAY - 10 * DAY)
    call(other_participant, other_officer, TODAY - 3 * DAY)
    services.plan_absence(
        participant=other_participant, starts_on=TODAY - 8 * DAY, ends_on=TODAY - 5 * DAY, reason="HOLIDAY",
        by=other_officer, now=NOW,
    )  # fmt: skip

    both = contact_pattern.of([participant.pk, other_participant.pk], today=TODAY)

    assert [(row.contacts, row.silent_days) for row in (both[participant.pk], both[other_participant.pk])] == [
        (2, 10),
        (1, 3),
    ]
    assert set(contact_pattern.of([participant.pk], today=TODAY)) == {participant.pk}
    assert asked(participant, TODAY) == both[participant.pk]
    assert contact_pattern.of([], today=TODAY) == {}
    assert contact_pattern.everyone(today=TODAY) == sorted(both.values(), key=lambda row: -row.score)


def test_a_meeting_counts_for_the_one_who_came_to_it_alone(participant, other_participant, meet):
    Sentence.objects.all().delete()
    meet(9 * DAY, "COMPLIED"), meet(3 * DAY, "COMPLIED")

    assert (asked(participant, TODAY).contacts, asked(participant, TODAY).silent_days) == (2, 3)
    assert asked(other_participant, TODAY).last_on is None


@pytest.mark.parametrize(("ago", "last"), [(365, TODAY - 365 * DAY), (366, None)])
def test_a_pattern_looks_back_a_year(participant, officer, ago, last):
    participant.joined_on = TODAY - 800 * DAY
    participant.save()
    call(participant, officer, TODAY - ago * DAY, hour=0)

    assert asked(participant, TODAY).last_on == last


def test_a_meeting_a_year_ago_is_the_last_contact_too(participant, meet):
    participant.joined_on = TODAY - 800 * DAY
    participant.save()
    meet(365 * DAY, "COMPLIED")

    assert asked(participant, TODAY).last_on == TODAY - 365 * DAY


def test_a_score_that_is_just_enough_is_among_those_asked_for(participant):
    Sentence.objects.all().delete()
    score = asked(participant, TODAY).score

    assert [row.participant_id for row in contact_pattern.everyone(today=TODAY, at_least=score)] == [participant.pk]
    assert contact_pattern.everyone(today=TODAY, at_least=score + 0.001) == []


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (0.0, Band.STEADY),
        (3.09, Band.STEADY),
        (3.1, Band.WATCH),
        (4.39, Band.WATCH),
        (4.4, Band.ALERT),
        (9.0, Band.ALERT),
    ],
)
def test_a_score_at_a_threshold_is_over_it(score, band, settings):
    settings.DRIFT_WATCH, settings.DRIFT_ALERT = 3.1, 4.4

    assert contact_pattern.band(score) == band


def known(**fields) -> ContactPattern:
    usual = {
        "participant_id": 1, "every_days": 14, "contacts": 9, "history_days": 90, "silent_days": 30,
        "last_on": TODAY - 30 * DAY,
    }  # fmt: skip
    row = {**usual, **fields}
    score = drift_score(**{name: row[name] for name in ("every_days", "contacts", "history_days", "silent_days")})
    return ContactPattern(**row, score=score)


def test_the_chance_is_that_of_the_silence_and_not_of_the_score():
    row = known()

    assert row.chance == pytest.approx(((3 * 14 + 90) / (3 * 14 + 90 + 30)) ** (3 + 9))


@pytest.mark.parametrize(
    ("fields", "usual"), [({}, 11), ({"contacts": 0, "history_days": 0}, 14), ({"contacts": 400, "every_days": 1}, 1)]
)
def test_the_usual_days_weigh_the_plan_with_the_person(fields, usual):
    assert known(**fields).usual_days == usual


def test_a_habit_is_spoken_of_once_there_is_one():
    assert known(contacts=3).reason == "Silent 30 days; the plan says every 14. Last in touch 2 May."
    assert known(contacts=4).reason.startswith("Silent 30 days; usually ")
    assert known(silent_days=0, last_on=TODAY, contacts=1).reason == "In touch 1 Jun; the plan says every 14."
    assert known(silent_days=0, last_on=None).reason == "No contact yet. The plan asks for one every 14 days."


def test_the_reason_says_the_days_and_the_last_contact():
    assert known().reason == "Silent 30 days; usually 11. Last in touch 2 May."
    assert known(silent_days=1, last_on=TODAY - DAY).reason == "Silent 1 day; usually 11. Last in touch 31 May."
    assert known(silent_days=182, last_on=TODAY - 182 * DAY).reason.endswith("Last in touch 1 Dec 2025.")
    never = known(contacts=0, history_days=0, last_on=None).reason
    assert never == "No contact yet in 30 days. The plan asks for one every 14 days."


def test_the_chance_is_said_only_where_it_says_something():
    assert known().why.endswith("is silent this long about 9 times in 100.")
    assert known(contacts=1).why == "", "after one contact"
    assert known(silent_days=0, last_on=TODAY).why == "", "after no days"
    assert known(silent_days=2, last_on=TODAY - 2 * DAY).why == "", "above one in ten"


def test_the_reason_is_in_plain_words(participant, officer):
    for ago in range(19, 80, 6):
        call(participant, officer, TODAY - ago * DAY)
    Sentence.objects.filter(participant=participant).delete()

    assert asked(participant, TODAY).reason == "Silent 19 days; usually 8. Last in touch 13 May."


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (1.0, "about 100 times in 100"),
        (0.031, "about 3 times in 100"),
        (0.02, "about 2 times in 100"),
        (0.0149, "about once in 100"),
        (0.0051, "about once in 100"),
        (0.003, "about 3 times in 1,000"),
        (0.002, "about 2 times in 1,000"),
        (0.001, "about once in 1,000"),
        (0.0001, "less than once in 1,000"),
    ],
)
def test_chances_are_said_as_people_say_them(chance, words):
    assert contact_pattern.in_words(chance) == words
