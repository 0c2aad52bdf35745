"""Each promise of the tables for accounts and hand-overs, broken through the ORM."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from people.models import AccountEvent, Invitation, Transfer, TransferPerson
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def invitation(officer, **fields) -> Invitation:
    given = {
        "email": "new@test.example", "name": "Nell", "role": "VOLUNTEER", "digest": "d", "invited_by": officer,
        "invited_at": NOW, "expires_at": NOW + 7 * DAY,
    }  # fmt: skip
    return Invitation(**{**given, **fields})


def transfer(officer, manager, **fields) -> Transfer:
    given = {
        "from_user": officer, "to_user": manager, "starts_on": TODAY, "note": "Hello", "people_count": 1,
        "planned_by": manager, "planned_at": NOW, "agreed_by": manager, "agreed_at": NOW,
    }  # fmt: skip
    return Transfer(**{**given, **fields})


BROKEN = {
    "invitation_email_is_in_small_letters": lambda o, m: invitation(o, email="New@test.example"),
    "invitation_ends_after_it_starts": lambda o, m: invitation(o, expires_at=NOW),
    "a_used_invitation_made_an_account": lambda o, m: invitation(o, accepted_at=NOW),
    "an_invitation_is_used_or_withdrawn_not_both": lambda o, m: invitation(
        o, accepted_at=NOW, account=m, withdrawn_at=NOW, withdrawn_by=o
    ),
    "a_withdrawn_invitation_says_by_whom": lambda o, m: invitation(o, withdrawn_at=NOW),
    "a_suspension_gives_a_reason": lambda o, m: AccountEvent(account=o, kind="SUSPENDED", at=NOW, by=m),
    "a_caseload_goes_to_someone_else": lambda o, m: transfer(o, o),
    "a_transfer_is_done_or_cancelled_not_both": lambda o, m: transfer(
        o, m, done_at=NOW, cancelled_at=NOW, cancelled_by=m
    ),
    "a_transfer_is_agreed_to_before_it_is_done": lambda o, m: transfer(
        o, m, done_at=NOW, agreed_by=None, agreed_at=None
    ),
    "a_cancelled_transfer_says_by_whom": lambda o, m: transfer(o, m, cancelled_at=NOW),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_database_keeps(name, officer, manager):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        BROKEN[name](officer, manager).save()


def test_one_invitation_waits_at_an_address(officer):
    invitation(officer).save()

    with pytest.raises(IntegrityError, match="one_waiting_invitation_an_address"), transaction.atomic():
        invitation(officer, digest="e").save()


def test_a_person_is_in_a_hand_over_once_and_is_never_taken_out(officer, manager, participant):
    made = transfer(officer, manager)
    made.save()
    TransferPerson.objects.create(transfer=made, participant=participant)

    with pytest.raises(IntegrityError, match="a_person_once_in_a_transfer"), transaction.atomic():
        TransferPerson.objects.create(transfer=made, participant=participant)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        made.people.all().delete()
