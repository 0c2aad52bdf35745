"""The officer's audit: found by anything, told with case numbers alone, its own use written down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from people.access.access_history import page_in_words
from people.models import AccessEvent, AccessGrant, AccessReview, User
from people.rights import audit_chain, unusual
from people.tasks import find_unusual_use
from tests.conftest import NOW, TODAY

NIGHT = NOW.replace(hour=22)  # 11pm in London


@pytest.fixture
def event(participant, officer):
    def made(
        *, at=NOW, user=officer, kind="PERSON", people=None, why="ASSIGNED", page="person-overview"
    ) -> AccessEvent:
        return AccessEvent.objects.create(at=at, user=user, roles="PRACTITIONER", kind=kind, page=page, why=why,
                                   participants=people or [participant.pk], request_id="r")  # fmt: skip

    return made


def rows(client, **asked) -> int:
    return len(client.get(reverse("people:audit"), asked).context["rows"])


def test_the_search_finds_by_viewer_person_kind_page_and_days(
    event, dpo, client_as, participant, other_participant, other_officer, noon
):
    event()
    event(user=other_officer, kind="REFUSED", people=[other_participant.pk], page="people:person-details")
    event(at=NOW - timedelta(days=40))
    client = client_as(dpo)

    assert rows(client, viewer="olive") == 1
    assert rows(client, crn=other_participant.crn.lower()) == 1
    assert rows(client, kind="REFUSED") == 1
    assert rows(client, page_name="details") == 1
    assert rows(client, **{"since-day": "1", "since-month": "4", "since-year": "2026", "viewer": "olive"}) == 2


def test_the_page_tells_no_name_of_a_person(event, dpo, client_as, participant, noon):
    event()

    page = client_as(dpo).get(reverse("people:audit")).content.decode()

    assert participant.crn in page
    assert "Ashworth" not in page


def test_opening_a_persons_audit_is_itself_a_look_that_they_see(event, dpo, client_as, participant, noon):
    client_as(dpo).get(reverse("people:audit"), {"crn": participant.crn})

    found = AccessEvent.objects.get(user=dpo)
    assert (found.kind, found.participants, found.why) == ("AUDIT", [participant.pk], "RIGHTS")
    page = client_as(participant.user).get(reverse("people:my-access-log")).content.decode()
    assert "checked who had looked at your record, because they look after people" in " ".join(page.split())


def test_emergency_access_is_red(event, dpo, client_as, noon):
    event(why="BREAK_GLASS")

    page = client_as(dpo).get(reverse("people:audit")).content.decode()

    assert '<strong class="govuk-tag govuk-tag--red">Emergency access</strong>' in page


def test_emergency_access_says_the_reason_that_was_typed(
    event, dpo, client_as, participant, other_officer, noon, agreed
):
    for days, reason in ((9, "An older one"), (0, "At the door, <b>in tears</b>")):
        start = NOW - timedelta(days=days, minutes=30)
        AccessGrant.objects.create(
            participant=participant, user=other_officer, level=3, why="BREAK_GLASS", reason=reason, starts_at=start,
            ends_at=start + timedelta(hours=2),
        )  # fmt: skip
    event(user=other_officer, why="BREAK_GLASS"), event(why="ASSIGNED")
    client = client_as(dpo)

    rows = client.get(reverse("people:audit")).context["rows"]
    assert {row.event.why: row.reason for row in rows} == {
        "BREAK_GLASS": "At the door, <b>in tears</b>",
        "ASSIGNED": "",
    }
    assert "At the door, &lt;b&gt;in tears" in client.get(reverse("people:audit")).text
    assert "At the door, <b>in tears</b>" in client.get(reverse("people:audit-export") + agreed()).text


def test_the_export_is_safe_for_a_spreadsheet_and_recorded(event, dpo, client_as, make_user, team, noon, agreed):
    sly = make_user("Sly", "PRACTITIONER", team)
    sly.name = "=HYPERLINK(1)"
    sly.save()
    event(user=sly)

    text = client_as(dpo).get(reverse("people:audit-export") + agreed()).content.decode()

    assert "'=HYPERLINK(1)" in text
    assert AccessEvent.objects.filter(user=dpo, kind="AUDIT", page="people:audit-export").exists()


def test_a_person_reads_why_each_could_look(event, participant, client_as, noon):
    event(), event(why="TEAM", kind="LIST"), event(why="BREAK_GLASS", kind="CHANGE")

    page = " ".join(client_as(participant.user).get(reverse("people:my-access-log")).content.decode().split())

    for words in ("because they are your practitioner", "because they work in the team", "in an emergency"):
        assert words in page


def kinds(user) -> dict[str, str]:
    return {line.kind.name: line.figures for line in unusual.lines(today=TODAY) if line.viewer_id == user.pk}


def test_ordinary_use_is_not_unusual(event, officer):
    event(at=NOW), event(at=NOW - timedelta(days=3))  # a Monday and a Friday at noon

    assert kinds(officer) == {}


def test_many_people_in_a_day_against_the_viewers_own_usual(event, officer):
    for number in range(100, 141):
        event(people=[number])
    assert kinds(officer) == {"BULK": "41 people; usually 0 a day"}

    for day in (3, 4, 5):
        for number in range(20):
            event(at=NOW - timedelta(days=day), people=[number + 500])
    assert kinds(officer) == {}  # 41 is not three times 20


def test_a_new_account_that_opens_records_at_once(event, officer):
    event(at=NOW)
    for hours, opened in (
        (-1, {}),
        (25, {}),
        (23, {"NEW_ACCOUNT": "within a day of the account being made; 1 opened"}),
    ):
        User.objects.filter(pk=officer.pk).update(created_at=NOW - timedelta(hours=hours))
        cache.clear()
        assert kinds(officer) == opened


def test_the_viewers_own_family_name(event, officer, participant):
    officer.name = "Sam Ashworth"
    officer.save()
    event()

    assert kinds(officer) == {"FAMILY": "X100001: the same family name, phone or e-mail"}


def test_after_hours_and_weekends_from_a_few_looks_on(event, officer, other_officer, settings):
    for _ in range(settings.LATE_ACCESS - 1):
        event(at=NIGHT), event(user=other_officer, at=NOW - timedelta(days=1))
    assert (kinds(officer), kinds(other_officer)) == ({}, {})

    event(at=NIGHT), event(user=other_officer, at=NOW - timedelta(days=1))
    assert kinds(officer) == {"AFTER_HOURS": "5 looks, from 23:00 to 23:00"}
    assert kinds(other_officer) == {"AFTER_HOURS": "5 looks, from 12:00 to 12:00, on a weekend"}


def test_a_bank_holiday_is_after_hours_in_the_nation_that_keeps_it(event, officer, settings):
    for _ in range(settings.LATE_ACCESS):
        event(at=NOW - timedelta(days=7))  # the Spring bank holiday
    assert kinds(officer) == {"AFTER_HOURS": "5 looks, from 12:00 to 12:00, on a bank holiday"}

    easter_monday = NOW - timedelta(days=56)
    for _ in range(settings.LATE_ACCESS):
        event(at=easter_monday)
    settings.NATION = "SCOTLAND"
    day = easter_monday.date()
    assert [line.day for line in unusual.lines(today=day + timedelta(days=1))] == []
    settings.NATION = "ENGLAND_AND_WALES"
    cache.clear()
    assert [line.day for line in unusual.lines(today=day + timedelta(days=1))] == [day]


def test_sealed_days_are_worked_out_once_and_today_each_time(event, officer, django_assert_num_queries):
    cache.clear()
    event(at=NOW - timedelta(days=1), why="BREAK_GLASS")
    audit_chain.add_checkpoints(today=TODAY, now=NOW)
    first = kinds(officer)
    event(at=NOW, why="BREAK_GLASS")

    with django_assert_num_queries(3 + len([*unusual.MORE])):  # marks, the head, today's, and those of higher floors
        found = [line.day for line in unusual.lines(today=TODAY)]

    assert first == {"EMERGENCY": "1 people, without being in their team"}
    assert found == [TODAY, TODAY - timedelta(days=1)]


def test_what_the_tick_found_of_today_is_shown_with_its_hour(event, officer, other_officer, dpo, client_as, noon):
    cache.clear()
    event(at=NOW, why="BREAK_GLASS")
    find_unusual_use()
    event(at=NOW, why="BREAK_GLASS", user=other_officer)

    def page() -> tuple[set[str], bool]:
        answer = client_as(dpo).get(reverse("people:audit-unusual"))
        lines = {line.viewer for line, _ in answer.context["open"]}
        return lines, "Of today, what was looked at by 12:00 is here." in answer.content.decode()

    assert page() == ({officer.name}, True)
    kept = cache.get(unusual._place("today", TODAY))
    assert kept
    assert officer.name not in kept

    find_unusual_use()
    assert page() == ({officer.name, other_officer.name}, True)
    cache.clear()
    assert page() == ({officer.name, other_officer.name}, False)


def test_what_was_found_of_yesterday_is_not_shown_as_todays(event, officer, dpo, client_as, noon):
    cache.clear()
    event(at=NOW, why="BREAK_GLASS")
    find_unusual_use()

    assert unusual.kept_of_today(TODAY)
    assert unusual.kept_of_today(TODAY + timedelta(days=1)) is None


def test_many_refusals(event, officer, settings):
    for _ in range(settings.MANY_REFUSALS - 1):
        event(kind="REFUSED")
    assert kinds(officer) == {}

    event(kind="REFUSED")
    assert kinds(officer) == {"REFUSALS": "5 refusals"}


def test_a_line_is_marked_as_looked_into_with_a_note(event, officer, dpo, client_as, noon):
    for _ in range(5):
        event(at=NIGHT - timedelta(days=1))
    client, page = client_as(dpo), reverse("people:audit-unusual")
    (line,) = [line for line in unusual.lines(today=TODAY) if line.viewer_id == officer.pk]

    client.post(page, {"line": line.key, "note": ""})
    assert not AccessReview.objects.exists()
    client.post(page, {"line": line.key, "note": "On call that night"})

    mark = AccessReview.objects.get()
    assert (mark.viewer, mark.day, mark.by) == (officer, line.day, dpo)
    assert "On call that night" in client.get(page).content.decode()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("engagement:appointment-outcome", "Meeting outcome"),
        ("people:person-details", "Person details"),
        ("home", "Home"),
        ("", ""),
    ],
)
def test_a_page_is_named_in_words(name, said):
    assert page_in_words(name) == said
