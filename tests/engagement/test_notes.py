"""Words found in notes, of the people one works with and of no one else."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection, transaction
from django.utils import timezone

from common.postgres.actor import acting_as
from engagement.models import Contact
from people.models import AccessEvent
from tests.conftest import NOW

URL = "/notes/"


def test_words_are_found_in_notes_of_contacts_and_meetings_newest_first(touch, meet, officer, client_as):
    touch(timedelta(days=2), note="Wants to paint again.")
    meet(timedelta(days=9), "COMPLIED", note="Brought a PAINTING along.")

    page = client_as(officer).get(URL, {"words": "paint"}).text

    assert "<mark>paint</mark> again." in page
    assert "Brought a <mark>PAINT</mark>ING along." in page
    assert page.index("again") < page.index("along")
    assert "2 notes" in page


def test_nobody_elses_notes_are_found(touch, other_participant, other_officer, officer, client_as):
    touch(timedelta(days=2), note="Secret words.", person=other_participant, by=other_officer)

    assert "No note has these words" in client_as(officer).get(URL, {"words": "secret"}).text


def test_each_person_found_is_written_down(touch, officer, participant, client_as):
    touch(timedelta(days=2), note="Wants to paint again.")

    client_as(officer).get(URL, {"words": "paint"})

    assert AccessEvent.objects.get(user=officer).participants == [participant.pk]


def test_signs_are_looked_for_as_they_stand(touch, officer, client_as):
    touch(timedelta(days=2), note="Is 100 percent sure. <b>Bold</b>")
    client = client_as(officer)

    assert "No note has these words" in client.get(URL, {"words": "100%"}).text
    assert "<mark>&lt;b&gt;</mark>Bold" in client.get(URL, {"words": "<b>"}).text


def test_two_letters_are_too_few(officer, client_as, db):
    assert "Enter at least three letters." in client_as(officer).get(URL, {"words": "ab"}).text


def test_a_search_that_found_a_page_of_them_goes_on_from_the_last(touch, officer, client_as):
    for day in range(1, 31):
        touch(timedelta(days=day), note=f"Painted, day {day}.")
    client = client_as(officer)

    first = client.get(URL, {"words": "painted"}).text
    further = unescape(re.search(r'href="(\?words=painted[^"]+)"', first)[1])
    second = client.get(URL + further).text

    days = [re.findall(r"</mark>, day (\d+)\.", page) for page in (first, second)]
    assert days == [[str(day) for day in range(1, 26)], [str(day) for day in range(26, 31)]]
    assert "There are no older ones." in second


def test_notes_of_one_moment_are_never_parted_by_a_page(touch, meet, officer, client_as):
    for number in range(30):
        touch(timedelta(days=4), note=f"Painted, wall {number}.")
    touch(timedelta(days=300), note="Painted long ago.")
    client = client_as(officer)

    first = client.get(URL, {"words": "painted"}).text
    further = unescape(re.search(r'href="(\?words=painted[^"]+)"', first)[1])

    assert len(re.findall(r"wall \d+", first)) == 30
    assert "long ago" in client.get(URL + further).text


def test_a_search_stops_once_it_has_read_enough_and_goes_on_from_there(touch, officer, participant, client_as):
    touch(timedelta(days=300), note="Sculpted once.")
    dull = {"participant": participant, "kind": "CALL", "by": officer, "logged_at": NOW, "note": "Said hello."}
    Contact.objects.bulk_create(Contact(at=timezone.now() - timedelta(minutes=n), **dull) for n in range(10_001))
    client = client_as(officer)

    first = client.get(URL, {"words": "sculpted"}).text
    assert "No note since then has these words" in first
    further = unescape(re.search(r'href="(\?words=sculpted[^"]+)"', first)[1])
    assert "once." in client.get(URL + further).text


@pytest.mark.parametrize("before", ["", "yesterday", "2026-01-01", "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59Z"])
def test_a_moment_that_is_none_begins_with_the_newest(before, touch, officer, client_as):
    touch(timedelta(days=2), note="Wants to paint again.")

    assert "again" in client_as(officer).get(URL, {"words": "paint", "before": before}).text


def test_no_statement_gives_away_a_note_of_someone_who_is_not_seen(touch, participant, other_officer, db):
    touch(timedelta(days=2), note="Wants to paint again.")
    for actor in (other_officer.pk, None, participant.user.pk):
        with transaction.atomic(), acting_as(actor), connection.cursor() as cursor:
            cursor.execute("select keys from engagement_find_notes('sculpt', null, 25)")
            assert cursor.fetchone()[0] == []
    with transaction.atomic(), acting_as(other_officer.pk), connection.cursor() as cursor:
        cursor.execute("select keys from engagement_find_notes('paint', null, 25)")
        assert cursor.fetchone()[0] == []
