"""A list whose SQL is written once says the same as one that is written each time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from common.days import midnight
from common.postgres.compiled import NotCompilable, compiled_once
from common.postgres.functions import IsOneOf
from people.models import Assignment, Participant

TODAY = date(2026, 6, 1)


@dataclass(frozen=True)
class Those:
    ids: list[int] | None
    others: list[int]

    def are(self, path: str) -> Q:
        return Q() if self.ids is None else Q(IsOneOf(F(path), RawSQL("%s::bigint[]", [self.ids])))


@compiled_once
def joined(*, those: Those, since: date):
    return Participant.objects.filter(those.are("pk"), joined_on__gte=since - timedelta(days=7)).order_by("pk")


@compiled_once
def led(*, user: int, today: date):
    """With whom they lead."""
    return Assignment.objects.current(today).filter(practitioner=user).select_related("participant").order_by("pk")


@compiled_once
def made(*, today: date, now: datetime):
    first, day_of_now = midnight(today - timedelta(days=3)), timezone.localdate(now)
    later = now + timedelta(hours=5)
    return Participant.objects.filter(Q(joined_on=day_of_now)).annotate(
        first=RawSQL("%s::timestamptz", [first]), later=RawSQL("%s::timestamptz", [later])
    )


def test_each_call_asks_with_its_own_values(make_participant):
    old = make_participant("Ann", "Old", "A000001", joined_on=TODAY - timedelta(days=30))
    new = make_participant("Ben", "New", "A000002", joined_on=TODAY)
    everyone = Those([old.pk, new.pk], [])
    assert joined(those=everyone, since=TODAY) == [new]
    assert joined(those=everyone, since=TODAY - timedelta(days=23)) == [old, new]
    assert joined(those=Those([old.pk], []), since=TODAY - timedelta(days=23)) == [old]
    assert joined(those=Those([], []), since=TODAY) == []


def test_what_is_none_makes_another_question(make_participant):
    person = make_participant("Ann", "New", "A000001", joined_on=TODAY)
    assert joined(those=Those([], []), since=TODAY) == []
    assert joined(those=Those(None, []), since=TODAY) == [person]


def test_rows_come_with_what_is_joined_to_them(participant, officer, other_officer, django_assert_num_queries):
    led(user=other_officer.pk, today=TODAY)
    with django_assert_num_queries(1):
        assert [row.participant.name for row in led(user=officer.pk, today=TODAY)] == [participant.name]
    assert led(user=other_officer.pk, today=TODAY) == []


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 27), date(2027, 1, 2), date(2028, 2, 29)])
def test_days_and_midnights_are_worked_out_from_each_calls_own(make_participant, day):
    make_participant("Ann", "New", "A000001", joined_on=day)
    now = datetime(day.year, day.month, day.day, 0, 30, tzinfo=UTC)
    (found,) = made(today=day, now=now)
    assert found.first == midnight(day - timedelta(days=3))  # an hour apart in summer
    assert found.later == now + timedelta(hours=5)


def test_a_question_with_a_time_of_its_own_is_refused(db):
    ask = compiled_once(lambda *, ids: Participant.objects.filter(pk=ids, joined_on__lt=timezone.localdate()))
    with pytest.raises(NotCompilable, match="none of its values"):
        ask(ids=1)


def test_a_value_that_is_not_asked_for_is_refused(db):
    ask = compiled_once(lambda *, user, today: Participant.objects.filter(pk=user))
    with pytest.raises(NotCompilable, match="does not ask for today"):
        ask(user=1, today=TODAY)


def test_a_day_worked_out_in_another_way_than_by_adding_days_is_refused(db):
    ask = compiled_once(lambda *, today: Participant.objects.filter(joined_on=today.replace(day=1)))
    with pytest.raises(NotCompilable, match="another way"):
        ask(today=TODAY)


def test_a_moment_made_of_a_day_is_refused_where_it_is_not_midnight(db):
    def at_nine(*, today):
        return Participant.objects.filter(custody_events__recorded_at__gte=midnight(today) + timedelta(hours=9))

    with pytest.raises(NotCompilable, match="of the day today"):
        compiled_once(at_nine)(today=TODAY)
