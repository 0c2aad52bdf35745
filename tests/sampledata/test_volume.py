"""A made-up caseload is like one that was entered: seen by the right people, in balance, and the same for one seed."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from budgets.models import AccountingPeriod, Entry, SpendRequest, Transaction
from budgets.verification import differences
from engagement.models import Alert, Appointment, Contact
from lifeplans.models import Goal, LifePlan, Step
from people import services
from people.models import (
    AccessEvent,
    AccessGrant,
    Assignment,
    Document,
    Membership,
    Message,
    Participant,
    Requirement,
    Sentence,
)
from providers.models import Referral, Service
from sampledata.volume.sql import Ground
from tests.attacks.canaries import as_owner
from tests.conftest import NOW, TODAY, service_account

pytestmark = pytest.mark.django_db
PEOPLE = 60


def fill(**asked: Any) -> None:
    """As the owner, whom the command needs."""
    with as_owner():
        call_command("volume", **asked)


@pytest.fixture
def grown(settings):
    settings.DEMO = True
    said = StringIO()
    fill(people=PEOPLE, contacts=5, stdout=said)
    return said.getvalue()


def test_there_is_one_of_everything_for_each_person(grown):
    assert Participant.objects.count() == PEOPLE
    assert Contact.objects.count() == 5 * PEOPLE
    assert LifePlan.objects.count() == PEOPLE
    assert (Goal.objects.count(), Step.objects.count()) == (2 * PEOPLE, 6 * PEOPLE)
    assert Message.objects.filter(state="SENT").count() == Message.objects.count() == 2 * PEOPLE
    assert Sentence.objects.count() >= PEOPLE
    assert Requirement.objects.exists()
    assert Appointment.objects.filter(outcome="").exists()
    assert all(person.history.count() == 1 for person in Participant.objects.all())
    assert "60 people" in grown
    assert "In all" in grown


def test_the_money_balances(grown):
    assert Entry.objects.exists()
    assert differences() == []


def test_sight_is_what_the_services_would_have_written(grown):
    person = Participant.objects.filter(user__isnull=False).first()
    lead = Assignment.objects.get(participant=person).practitioner
    grown_rows = set(AccessGrant.objects.filter(participant=person).values_list("user", "team", "level", "why"))
    with as_owner():
        AccessGrant.objects.filter(participant=person).delete()
    Assignment.objects.filter(participant=person).delete()

    services.assign(participant=person, practitioner=lead, today=TODAY, now=NOW, by=service_account())
    services.open_portal(participant=person, today=TODAY, now=NOW, by=service_account())

    assert set(AccessGrant.objects.filter(participant=person).values_list("user", "team", "level", "why")) == grown_rows


def test_what_grew_would_pass_every_check_a_person_meets(grown):
    for model in (Participant, Sentence, LifePlan, Goal, Step, Appointment, Contact, Assignment):
        for row in model.objects.all()[:10]:
            row.full_clean(exclude=["phone", "office"])


def test_one_seed_makes_the_same_people_and_growing_again_makes_others(grown, settings):
    first = list(Participant.objects.order_by("pk").values_list("given_name", "family_name", "crn", "date_of_birth"))

    fill(people=PEOPLE, contacts=0, stdout=StringIO())
    assert Participant.objects.count() == 2 * PEOPLE
    assert differences() == []

    assert sorted(row[2] for row in first) == sorted(expected_crns())
    assert len({row[1] for row in first}) < PEOPLE  # surnames repeat


def expected_crns() -> list[str]:
    places = [(k * 7368787 + 104729) % 26_000_000 for k in range(1, PEOPLE + 1)]
    return [f"{chr(65 + place // 1_000_000)}{place % 1_000_000:06}" for place in places]


def test_it_refuses_beside_people_who_may_be_real(participant, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="--yes-really"):
        fill(people=5)
    fill(people=5, contacts=1, yes_really=True, stdout=StringIO())
    assert Participant.objects.count() == 6


def test_only_the_owner_fills_the_tables(settings):
    settings.DEMO = True
    with pytest.raises(CommandError, match="DATABASE_ROLE"):
        call_command("volume", people=5)


@pytest.mark.parametrize("asked", [{"people": 0}, {"people": 5, "contacts": -1}, {"people": 5, "seed": -1}])
def test_it_refuses_what_makes_no_sense(asked, db):
    with pytest.raises(CommandError, match="Ask for"):
        call_command("volume", **asked)


def test_the_owner_puts_keys_and_indexes_aside_and_makes_them_again(settings):
    settings.DEMO = True
    asked = """select conname || pg_get_constraintdef(oid) from pg_constraint
               where conrelid = 'engagement_contact'::regclass
               union select pg_get_indexdef(indexrelid) from pg_index where indrelid = 'engagement_contact'::regclass"""
    with connection.cursor() as cursor:
        cursor.execute(asked)
        before = set(cursor.fetchall())
        cursor.execute("set local role none")
        call_command("volume", people=3, contacts=1, stdout=StringIO())
        cursor.execute(asked)
        assert set(cursor.fetchall()) == before


def test_everything_that_a_page_lists_is_there(grown):
    assert AccessEvent.objects.count() == 8 * PEOPLE
    assert Alert.objects.exists()  # of sixty people chance may leave one kind of them out
    assert SpendRequest.objects.exists()
    assert Referral.objects.exists()
    assert Service.objects.filter(external_id__startswith="grown").count() == 12
    assert {document.content[:4] for document in Document.objects.all()} == {b"%PDF"}
    roles = Membership.objects.filter(user__email__endswith="@grown.example").values_list("role", flat=True)
    assert set(roles) == {
        "PRACTITIONER", "MANAGER", "PARTICIPANT", "COMMISSIONER", "ADMINISTRATOR", "DATA_PROTECTION",
    }  # fmt: skip


def test_one_team_of_many_is_wide():
    ground = Ground(250_000, 40, 1, TODAY, NOW)
    assert (ground.practitioners, ground.wide, ground.teams) == (5_000, 400, 461)
    assert Ground(60, 5, 1, TODAY, NOW).wide == 0


def test_it_grows_beside_a_year_that_is_closed(settings, make_user):
    settings.DEMO = True
    fay, finn = make_user("Fay Finance", "FINANCE"), make_user("Finn Finance", "FINANCE")
    next_begins, state = date(2026, 4, 1), AccountingPeriod.State
    AccountingPeriod.objects.all().delete()
    AccountingPeriod.objects.bulk_create(
        [
            AccountingPeriod(
                starts_on=date(2025, 4, 1), ends_on=next_begins - timedelta(days=1), state=state.CLOSED,
                opened_at=NOW, closing_asked_by=fay, closing_asked_at=NOW, closed_by=finn, closed_at=NOW,
            ),
            AccountingPeriod(starts_on=next_begins, ends_on=date(2099, 3, 31), state=state.OPEN, opened_at=NOW),
        ]
    )  # fmt: skip

    fill(people=PEOPLE, contacts=0, stdout=StringIO())

    assert Transaction.objects.order_by("dated")[0].dated == next_begins
    assert differences() == []
