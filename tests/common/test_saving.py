"""Saving: what the database and what a field refuses, in words, and nothing kept of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.errors import RuleBroken
from common.saving import save_all, save_or_refuse
from engagement.models import Alert
from people.models import Team
from tests.conftest import NOW, TODAY, service_account

pytestmark = pytest.mark.django_db


def test_an_empty_text_where_one_is_needed_is_refused_and_not_kept():
    with pytest.raises(RuleBroken, match="Fill in the name"):
        save_or_refuse(Team(name=""), by=service_account())

    assert not Team.objects.filter(name="").exists()


def test_what_a_validator_refuses_is_refused_in_its_words(officer):
    officer.email = "not an address"
    with pytest.raises(RuleBroken, match="valid email address"):
        save_or_refuse(officer, "email", by=service_account())

    officer.refresh_from_db()
    assert officer.email != "not an address"


def test_a_field_that_is_not_saved_is_not_looked_at(officer):
    officer.email, officer.name = "not an address", "Olive Other"

    save_or_refuse(officer, "name", by=service_account())

    officer.refresh_from_db()
    assert officer.name == "Olive Other"


def test_a_number_kept_for_examples_is_kept(participant):
    participant.phone = "+447700900123"

    assert str(save_or_refuse(participant, "phone", by=service_account()).phone) == "+447700900123"


def test_what_must_be_there_once_is_said_in_the_fields_own_words(team):
    with pytest.raises(RuleBroken, match="Another team has this name"):
        save_or_refuse(Team(name=team.name), by=service_account())


def test_a_field_without_words_of_its_own_still_makes_a_sentence(participant, other_participant):
    participant.ref = other_participant.ref

    with pytest.raises(RuleBroken, match="already exists") as refusal:
        save_or_refuse(participant, "ref", by=service_account())

    assert "%(" not in str(refusal.value)


def test_many_rows_are_saved_in_one_statement_and_no_other_field_of_theirs(participant, other_participant, officer):
    alerts = [
        Alert.objects.create(
            participant=person, raised_at=NOW, kinds=["DRIFT"], facts=["a"], reasons=["It was."], due_on=TODAY,
            next_step="Call.",
        )
        for person in (participant, other_participant)
    ]  # fmt: skip
    for number, alert in enumerate(alerts):
        alert.owner, alert.facts, alert.score = officer, ["a", f'"b{number}"'], 3.25 + number
        alert.escalated_at = NOW + timedelta(microseconds=number + 1)
        alert.silent_since, alert.next_step = TODAY, "Not to be saved."

    with CaptureQueriesContext(connection) as asked:
        save_all(alerts, ["owner", "facts", "score", "escalated_at", "silent_since"])

    assert len(asked) == 1
    for number, saved in enumerate(Alert.objects.order_by("pk")):
        assert (saved.owner, saved.facts, saved.score) == (officer, ["a", f'"b{number}"'], 3.25 + number)
        assert saved.escalated_at == NOW + timedelta(microseconds=number + 1)
        assert (saved.silent_since, saved.next_step, saved.reasons) == (TODAY, "Call.", ["It was."])


def test_a_row_that_is_not_among_them_is_left_alone_and_none_is_no_statement(participant, other_participant):
    participant.given_name = other_participant.given_name = "New"

    with CaptureQueriesContext(connection) as asked:
        save_all([], ["given_name"])
    assert len(asked) == 0
    save_all([participant], ["given_name"])

    participant.refresh_from_db(), other_participant.refresh_from_db()
    assert participant.given_name == "New"
    assert other_participant.given_name != "New"
