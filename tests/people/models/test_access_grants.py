"""Which grants let a user see someone, and when; and whom an exclusion or a restriction stands before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from people.access import restrictions
from people.models import AccessGrant, Allowed, Exclusion, Level, Restriction
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
SECOND = timedelta(seconds=1)
WHY = {"reason": "They are cousins.", "message": "Ring Mona."}


@pytest.fixture
def grant(participant, volunteer):
    return AccessGrant.objects.create(
        participant=participant, user=volunteer, level=Level.CONTACT, why="CIRCLE", starts_at=NOW, ends_at=NOW + SECOND
    )


@pytest.fixture
def limits(participant, officer, manager):
    """An exclusion and a restriction, both from now on for one second."""
    one = restrictions.exclude(participant=participant, user=officer, by=manager, now=NOW, **WHY)
    two = restrictions.restrict(participant=participant, users=[officer], by=manager, now=NOW, **WHY)
    for limit in (one, two):
        restrictions.lift(limit=limit, now=NOW + SECOND, by=officer)
    return one, two


@pytest.mark.parametrize(
    ("at", "counts"), [(NOW - SECOND, False), (NOW, True), (NOW + SECOND / 2, True), (NOW + SECOND, False)]
)
def test_a_grant_counts_from_its_first_moment_until_its_last(grant, at, counts):
    assert AccessGrant.objects.current(at).filter(pk=grant.pk).exists() is counts


@pytest.mark.parametrize(
    ("at", "counts"), [(NOW - SECOND, False), (NOW, True), (NOW + SECOND / 2, True), (NOW + SECOND, False)]
)
def test_an_exclusion_or_a_restriction_stands_from_its_first_moment_until_its_last(limits, at, counts):
    assert [model.objects.current(at).exists() for model in (Exclusion, Restriction)] == [counts, counts]


def test_what_has_no_end_counts_on(participant, officer, manager):
    restrictions.exclude(participant=participant, user=officer, by=manager, now=NOW, **WHY)

    assert Exclusion.objects.current(NOW + 9000 * SECOND).exists()
    assert AccessGrant.objects.current(NOW + 9000 * SECOND).of(officer).exists()


def test_without_a_time_now_is_meant(grant, limits):
    assert AccessGrant.objects.current().filter(pk=grant.pk).exists()
    assert Exclusion.objects.current().exists()
    AccessGrant.objects.filter(pk=grant.pk).update(starts_at=NOW + SECOND / 2)

    assert not AccessGrant.objects.current().filter(pk=grant.pk).exists()


def test_a_grant_is_ones_own_or_ones_teams(grant, participant, officer, manager, other_officer, volunteer):
    assert set(AccessGrant.objects.of(volunteer)) == {grant}
    assert set(AccessGrant.objects.of(manager).values_list("why", flat=True)) == {"TEAM"}
    assert set(AccessGrant.objects.of(officer).values_list("why", flat=True)) == {"ASSIGNED", "TEAM"}
    assert not AccessGrant.objects.of(other_officer).exists()


def test_an_account_that_is_closed_sees_nobody(grant, volunteer):
    volunteer.is_active = False

    assert not AccessGrant.objects.of(volunteer).exists()


@pytest.mark.parametrize(("level", "enough"), [(Level.NAME, True), (Level.CONTACT, True), (Level.FULL, False)])
def test_a_grant_is_enough_for_its_own_level_and_those_below(grant, level, enough):
    assert AccessGrant.objects.at_least(level).filter(pk=grant.pk).exists() is enough


def test_only_a_grant_of_everything_that_counts_now_is_full(grant, participant, officer, volunteer):
    assert AccessGrant.objects.seen_by(officer).filter(participant=participant).exists()
    assert not AccessGrant.objects.seen_by(volunteer).exists()

    AccessGrant.objects.of(officer).update(starts_at=NOW + SECOND)

    assert not AccessGrant.objects.seen_by(officer).exists()


def test_an_exclusion_keeps_out_the_one_it_names(participant, officer, manager):
    restrictions.exclude(participant=participant, user=officer, by=manager, now=NOW, **WHY)

    assert not AccessGrant.objects.seen_by(officer).exists()
    assert AccessGrant.objects.seen_by(manager).exists()


def test_a_restriction_keeps_out_who_is_not_on_its_list(participant, other_participant, officer, manager):
    restrictions.restrict(participant=participant, users=[], by=manager, now=NOW, **WHY)
    restrictions.restrict(participant=other_participant, users=[officer], by=manager, now=NOW, **WHY)

    assert not AccessGrant.objects.seen_by(officer).exists(), "a list of someone else's restriction does not help"
    assert AccessGrant.objects.seen_by(manager).exists()
    assert AccessGrant.objects.seen_by(participant.user).exists(), "nobody is kept from their own record"


def test_what_limits_access_is_seen_with_the_person(limits, participant, manager, other_officer):
    models = (Exclusion, Restriction, Allowed)

    assert [model.objects.visible_to(manager).exists() for model in models] == [True] * 3
    assert [model.objects.visible_to(other_officer).exists() for model in models] == [False] * 3
