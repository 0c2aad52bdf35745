"""A dated row counts from its first day to its last, and there is one CHECK for it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps

from common.dated import DAY, LAST_DAY
from common.errors import RuleBroken
from common.saving import save_or_refuse
from people.models import AccessGrant, CircleContact, Supervision
from tests.attacks.canaries import as_owner
from tests.conftest import TODAY, service_account


@pytest.fixture
def contact(participant):
    """Counts from today to the day after tomorrow."""
    return save_or_refuse(
        CircleContact(participant=participant, name="Rose", related="Aunt", starts_on=TODAY, ends_on=TODAY + 2 * DAY),
        by=service_account(),
    )


@pytest.mark.parametrize(
    ("after", "current", "not_ended", "ended"),
    [(-1, 0, 1, 0), (0, 1, 1, 0), (2, 1, 1, 0), (3, 0, 0, 1)],
    ids=["the day before", "the first day", "the last day", "the day after"],
)
def test_the_first_and_the_last_day_count(contact, after, current, not_ended, ended):
    day = TODAY + after * DAY
    rows = CircleContact.objects.all()

    counts = [rows.current(day).count(), rows.not_ended(day).count(), rows.ended(day).count()]
    assert (counts, contact.has_ended(day)) == ([current, not_ended, ended], bool(ended))
    assert contact.ended_on == TODAY + 3 * DAY


def test_without_a_last_day_it_counts_until_further_notice(contact):
    contact.ends_on = None
    save_or_refuse(contact, "ends_on", by=service_account())

    assert CircleContact.objects.current(TODAY + 9999 * DAY).exists()
    assert contact.ended_on is None
    assert not contact.has_ended(TODAY + 9999 * DAY)


def test_ended_from_a_day_on_it_counts_to_the_day_before(contact, officer):
    contact.note = "Moved"
    contact.end_before(TODAY + DAY, "note", by=officer)

    contact.refresh_from_db()
    assert (contact.ends_on, contact.note) == (TODAY, "Moved")
    assert contact.history.latest().history_user == officer


@pytest.mark.parametrize("before", [0, 1])
def test_left_without_a_day_it_is_deleted_and_its_history_says_by_whom(contact, officer, before):
    key = contact.pk
    contact.end_before(TODAY - before * DAY, by=officer)

    assert not CircleContact.objects.exists()
    last = CircleContact.history.filter(id=key).latest()
    assert (last.history_type, last.history_user) == ("-", officer)


def test_the_last_day_is_not_before_the_first(contact):
    contact.ends_on = TODAY - DAY
    with pytest.raises(RuleBroken, match=r"The last day cannot be before the first\."):
        save_or_refuse(contact, "ends_on", by=service_account())


def test_two_that_share_one_day_are_refused(participant, officer, other_officer):
    by = service_account()
    first = {"participant": participant, "supervisor": officer, "starts_on": TODAY, "ends_on": TODAY + DAY}
    save_or_refuse(Supervision(**first), by=by)
    second = {**first, "supervisor": other_officer, "starts_on": TODAY + DAY, "ends_on": None}

    with pytest.raises(RuleBroken, match="Someone else is the prison supervisor"):
        save_or_refuse(Supervision(**second), by=by)
    save_or_refuse(Supervision(**{**second, "starts_on": TODAY + 2 * DAY}), by=by)


def test_a_moment_that_ends_does_not_count_itself(participant, officer):
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    with as_owner():
        AccessGrant.objects.all().delete()
    AccessGrant.objects.create(
        participant=participant,
        user=officer,
        level=3,
        why="ASSIGNED",
        starts_at=noon,
        ends_at=noon + timedelta(hours=1),
    )

    moments = [noon - timedelta(seconds=1), noon, noon + timedelta(minutes=59), noon + timedelta(hours=1)]
    assert [AccessGrant.objects.current(at).count() for at in moments] == [0, 1, 1, 0]


def test_every_model_with_a_first_and_a_last_day_has_the_check():
    models = [model for model in apps.get_models() if not model.__name__.startswith("Historical")]
    dated = [model for model in models if {"starts_on", "ends_on"} <= {field.name for field in model._meta.fields}]
    without = [
        model._meta.label
        for model in dated
        if LAST_DAY.name % {"class": model._meta.model_name} not in {check.name for check in model._meta.constraints}
    ]

    assert len(dated) == 17
    assert without == []
