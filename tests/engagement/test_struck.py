"""A contact that was recorded wrongly is corrected by its author, or struck; its words are seen by those who must."""

from __future__ import annotations

import pytest
from django.db import connection
from django.urls import reverse

from common.errors import RuleBroken
from common.postgres.actor import acting_as
from engagement import contact_pattern, notes, services
from engagement.models import Contact, StruckNote
from tests.conftest import NOW, TODAY
from tests.engagement.conftest import DAY

pytestmark = pytest.mark.django_db
SECRET = "Said that Mick is back in Leeds"


@pytest.fixture
def contact(touch) -> Contact:
    return touch(DAY, note=SECRET)


def strike(contact, by, struck_as="ERROR", **more):
    return services.strike_contact(contact=contact, struck_as=struck_as, why="Wrong file", by=by, now=NOW, **more)


def text(client, person) -> str:
    return client.get(reverse("engagement:meetings", args=[person.ref])).content.decode()


def test_its_author_corrects_it_with_a_reason_and_the_history_keeps_what_it_said(
    contact, officer, participant, client_as
):
    client, url = client_as(officer), reverse("engagement:contact-correct", args=[contact.pk])
    shown = client.get(url).content.decode()
    assert SECRET in shown
    typed = {"kind": "CALL", "meaningful": "yes", "note": "Said that Mick moved", "soon": "DAY", "at": "12pm",
             "day-day": "31", "day-month": "5", "day-year": "2026", "why": "Misheard"}  # fmt: skip
    assert client.post(url, typed).status_code == 302

    contact.refresh_from_db()
    assert (contact.note, contact.corrected_why, contact.at) == ("Said that Mick moved", "Misheard", NOW - DAY)
    assert [row.note for row in Contact.history.order_by("history_id")] == [SECRET, "Said that Mick moved"]
    assert Contact.history.latest("history_id").history_change_reason == "Misheard"
    assert "Misheard" in text(client, participant)


def test_nobody_else_corrects_it(contact, manager, client_as):
    url = reverse("engagement:contact-correct", args=[contact.pk])
    assert client_as(manager).get(url).status_code == 403
    with pytest.raises(RuleBroken, match="Olive Officer wrote this"):
        services.correct_contact(
            contact=contact, kind="CALL", at=contact.at, note="x", meaningful=True, sensitive=False, why="y",
            by=manager, now=NOW,
        )  # fmt: skip


@pytest.fixture
def colleague(make_user, team):
    return make_user("Cleo Colleague", "PRACTITIONER", team)


def test_one_in_error_loses_its_words_and_counts_no_more(contact, officer, manager, colleague, participant, client_as):
    assert contact_pattern.of([participant.pk], today=TODAY)[participant.pk].last_on == TODAY - DAY
    client = client_as(officer)
    answer = client.post(
        reverse("engagement:contact-strike", args=[contact.pk]), {"struck_as": "ERROR", "why": "Wrong file"}
    )
    assert answer.status_code == 302

    contact.refresh_from_db()
    assert (contact.note, contact.meaningful, contact.struck_by) == ("", False, officer)
    assert contact_pattern.of([participant.pk], today=TODAY)[participant.pk].last_on is None
    assert [SECRET in text(client_as(user), participant) for user in (officer, manager, colleague)] == [
        True, True, False,
    ]  # fmt: skip
    assert "Struck by Olive Officer: Wrong file" in text(client_as(colleague), participant)
    with acting_as(officer.pk):
        assert notes.search(user=officer, words="Mick", before=None).found == []


def test_the_table_shows_its_words_to_managers_and_its_author_alone(contact, officer, manager, colleague, participant):
    strike(contact, officer)

    def seen_by(user) -> int:
        with acting_as(user.pk), connection.cursor() as cursor:
            cursor.execute("select count(*) from engagement_strucknote")
            return cursor.fetchone()[0]

    assert [seen_by(user) for user in (officer, manager, colleague, participant.user)] == [1, 1, 0, 0]
    with connection.cursor() as cursor:
        cursor.execute("select note from engagement_strucknote")
        assert "Mick" not in cursor.fetchone()[0]


def test_one_about_the_wrong_person_goes_to_the_right_one(contact, officer, participant, make_participant, client_as):
    right = make_participant("Robin", "Right", "X100009", officer)
    client, url = client_as(officer), reverse("engagement:contact-strike", args=[contact.pk])
    missing = client.post(url, {"struck_as": "WRONG_PERSON", "why": "Wrong file"}).content.decode()
    assert "Choose whom it is about." in missing
    nobody = client.post(url, {"struck_as": "WRONG_PERSON", "why": "Wrong file", "right_person": "X999999"})
    assert "You see nobody with this CRN" in nobody.content.decode()
    client.post(url, {"struck_as": "WRONG_PERSON", "why": "Wrong file", "right_person": "x100009"})

    moved = Contact.objects.get(participant=right)
    assert (moved.note, moved.at, moved.by) == (SECRET, contact.at, officer)
    assert not StruckNote.objects.exists()
    assert SECRET not in text(client, participant)


def test_a_manager_strikes_what_another_wrote_and_a_colleague_does_not(contact, manager, colleague, client_as):
    url = reverse("engagement:contact-strike", args=[contact.pk])
    assert client_as(colleague).get(url).status_code == 403
    with pytest.raises(RuleBroken, match="or a manager"):
        strike(contact, colleague)

    assert client_as(manager).post(url, {"struck_as": "ERROR", "why": "Not so"}).status_code == 302
    assert StruckNote.objects.get().written_by.name == "Olive Officer"
    assert client_as(manager).get(url).status_code == 404, "once"
    with pytest.raises(RuleBroken, match="struck already"):
        strike(contact, manager)
