"""Words found in notes, of the people one works with and of no one else."""

from __future__ import annotations

from datetime import timedelta

from people.models import AccessEvent

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
