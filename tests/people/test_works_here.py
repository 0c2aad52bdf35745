"""An account says whether it is of someone who works here, whatever is done to it and to its roles."""

from __future__ import annotations

import pytest

from common.postgres.actor import as_service
from people.models import Membership, Role, User
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db


def works_here(account: User) -> bool:
    return User.objects.filter(pk=account.pk).staff().exists()


@pytest.fixture
def account():
    return User.objects.create_user("someone@example.test", name="Someone")


def give(account: User, role: Role, **more) -> Membership:
    return Membership.objects.create(user=account, role=role, starts_on=TODAY, **more)


def test_an_account_with_no_role_yet_is_staffs(account):
    assert works_here(account)


def test_a_participants_account_is_not_staffs(account):
    give(account, Role.PARTICIPANT)

    assert not works_here(account)


@pytest.mark.parametrize("first", [Role.PARTICIPANT, Role.VOLUNTEER])
def test_a_participant_who_works_here_too_is_staff(first, account):
    for role in (first, Role.VOLUNTEER if first == Role.PARTICIPANT else Role.PARTICIPANT):
        give(account, role)

    assert works_here(account)


def test_a_role_that_has_ended_counts_still(account):
    give(account, Role.PARTICIPANT)
    give(account, Role.VOLUNTEER, ends_on=TODAY)

    assert works_here(account)


def test_it_follows_a_role_that_is_deleted_changed_or_given_to_another_account(account, officer):
    of_participant, of_volunteer = give(account, Role.PARTICIPANT), give(account, Role.VOLUNTEER)

    with as_service():
        of_volunteer.delete()
        assert not works_here(account)
        Membership.objects.filter(pk=of_participant.pk).update(role=Role.VOLUNTEER)
        assert works_here(account)
        Membership.objects.filter(pk=of_participant.pk).update(role=Role.PARTICIPANT)
        assert not works_here(account)
        Membership.objects.filter(pk=of_participant.pk).update(user=officer)
        assert works_here(account)
        assert works_here(officer)


def test_an_account_that_was_read_before_and_is_saved_again_does_not_undo_it(account):
    give(account, Role.PARTICIPANT)
    assert account.works_here  # as it was read

    account.name = "Someone Else"
    account.save()

    assert not works_here(account)


def test_the_service_does_not_work_here_even_where_it_is_saved_again(account):
    service = User.objects.service()
    service.works_here = True
    service.save()

    assert not works_here(service)
