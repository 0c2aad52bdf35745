"""Roles that see people need a second person's yes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from common.errors import RuleBroken
from common.postgres.actor import acting_as
from people import work_items
from people.administration import invitations, role_requests
from people.administration.role_requests import ACTS, NotWaiting, NotYours
from people.models import AccountEvent, Invitation, Membership, Message, Role, RoleRequest, User
from people.models.accounts import NEED_A_SECOND
from tests.conftest import NOW, TODAY
from tests.states import cells, outcome_of
from tests.worklists import waiting

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SAID = "This role was answered already. It says: {}."
OVER = {
    "AGREED": (NotWaiting, SAID.format("agreed")), "DECLINED": (NotWaiting, SAID.format("declined")),
    "WITHDRAWN": (NotWaiting, SAID.format("taken back")),
}  # fmt: skip
TABLE = {
    "agree": {"WAITING": "AGREED", **OVER},
    "decline": {"WAITING": "DECLINED", **OVER},
    "withdraw": {"WAITING": "WITHDRAWN", **OVER},
}


@pytest.fixture
def give(officer, administrator, team):
    def ask(role="MANAGER", team=team, account=officer, by=administrator, starts_on=TODAY) -> RoleRequest:
        return role_requests.give_role(
            account=account, role=Role(role), team=team, starts_on=starts_on, ends_on=None, by=by, today=TODAY, now=NOW
        )

    return ask


@pytest.fixture
def asked(give) -> RoleRequest:
    return give()


def agree(request: RoleRequest, by, on=TODAY) -> RoleRequest:
    return role_requests.agree(request=request, by=by, today=on, now=NOW)


def holds(user, role: str, team=None) -> bool:
    return Membership.objects.current(TODAY).filter(user=user, role=role, team=team).exists()


def test_the_table_has_every_act_and_every_state():
    assert set(TABLE) == set(ACTS)
    assert all(set(row) == set(RoleRequest.State) for row in TABLE.values())


@cells(TABLE)
def test_each_act_on_a_role_goes_as_the_table_says(act, state, expected, asked, second, manager):
    acts = {
        "agree": lambda by: agree(asked, by),
        "decline": lambda by: role_requests.decline(request=asked, reason="Not here", by=by, now=NOW),
        "withdraw": lambda by: role_requests.withdraw(request=asked, by=by, now=NOW),
    }
    before = {"AGREED": "agree", "DECLINED": "decline", "WITHDRAWN": "withdraw"}.get(state)
    if before:
        acts[before](second)

    found = outcome_of(lambda: acts[act](manager), lambda: RoleRequest.objects.get(pk=asked.pk).state, expected)

    assert found == expected


# --- Which roles wait ------------------------------------------------------------------------------


def test_all_roles_wait_but_those_that_see_nobody_by_themselves():
    assert set(Role) - set(NEED_A_SECOND) == {
        Role.PARTICIPANT, Role.VOLUNTEER, Role.COMMISSIONER, Role.FUNDER,
    }  # fmt: skip


def test_a_role_that_sees_people_begins_with_the_second_yes(asked, officer, team, second):
    assert not holds(officer, "MANAGER", team)

    agree(asked, second)

    assert holds(officer, "MANAGER", team)
    event = officer.events.get(kind=AccountEvent.Kind.ROLE_GIVEN)
    assert event.what.endswith("; Sena Second agreed")
    assert event.by == asked.asked_by


def test_a_role_that_sees_nobody_begins_at_once(give, officer):
    assert isinstance(give("COMMISSIONER", None), Membership)
    assert holds(officer, "COMMISSIONER")


def test_what_would_be_refused_is_refused_before_anyone_is_asked(give, officer, team):
    with pytest.raises(role_requests.RuleBroken, match="hold this role there"):
        give("PRACTITIONER", team)

    assert not RoleRequest.objects.exists()


def test_one_is_asked_once_for_the_same_role(asked, give):
    with pytest.raises(role_requests.RuleBroken, match="waits for a second person already"):
        give()


def test_a_yes_that_comes_late_counts_from_that_day(give, officer, team, second):
    agree(give(), second, on=TODAY + 3 * DAY)

    assert officer.memberships.get(role="MANAGER").starts_on == TODAY + 3 * DAY


def test_a_move_waits_and_then_moves(officer, administrator, second, team, other_team):
    role = Membership.objects.get(user=officer)
    asked = role_requests.move(membership=role, team=other_team, on=TODAY, by=administrator, today=TODAY, now=NOW)
    assert holds(officer, "PRACTITIONER", team)

    agree(asked, second)

    assert holds(officer, "PRACTITIONER", other_team)
    assert not holds(officer, "PRACTITIONER", team)


# --- Who says yes ----------------------------------------------------------------------------------


def test_nobody_gives_a_role_alone(asked, administrator, officer, second):
    for by in (administrator, officer):
        for act in (agree, lambda request, by: role_requests.decline(request=request, reason="No", by=by, now=NOW)):
            with pytest.raises(NotYours):
                act(asked, by)
    with pytest.raises(IntegrityError, match="nobody_gives_a_role_alone"), transaction.atomic():
        RoleRequest.objects.filter(pk=asked.pk).update(state="AGREED", answered_by=administrator, answered_at=NOW)


@pytest.mark.parametrize(("who", "status"), [("second", 200), ("manager", 200), ("payer", 200), ("other_manager", 404)])
def test_another_administrator_or_a_manager_of_the_team_answers(
    who, status, asked, make_user, other_team, client_as, request
):
    user = make_user("Otto Other", "MANAGER", other_team) if who == "other_manager" else request.getfixturevalue(who)

    assert client_as(user).get(reverse("people:role-request", args=[asked.pk])).status_code == status


def test_a_role_is_on_the_list_of_the_teams_managers_and_on_the_accounts_page(
    asked, manager, second, administrator, client_as
):
    [line] = [item for item in waiting(work_items, manager) if item.kind == "Role"]
    assert line.url == reverse("people:role-request", args=[asked.pk])
    assert "Ada Administrator asks that they are Team manager, Northbridge team" in line.reason

    assert str(line.url) in client_as(second).get("/administration/accounts/").content.decode()
    assert str(line.url) not in client_as(administrator).get("/administration/accounts/").content.decode()


def test_a_manager_is_not_asked_about_their_own_role(give, manager, team):
    asked = give("PRACTITIONER", account=manager)

    assert [item for item in waiting(work_items, manager) if item.kind == "Role"] == []
    with pytest.raises(NotYours):
        agree(asked, manager)


def test_the_teams_managers_and_the_officer_are_told_and_nobody_who_knows(
    asked, manager, payer, second, administrator, make_user
):
    dpo = make_user("Dora Officer", "DATA_PROTECTION")
    agree(asked, second)

    told = Message.objects.filter(subject="Someone has a new role")
    assert set(told.values_list("address", flat=True)) == {manager.email, payer.email, dpo.email}
    assert all("Ada Administrator asked for it and Sena Second agreed" in each.body for each in told)


def test_only_who_can_open_the_page_is_sent_a_link_to_it(asked, manager, second, make_user, client_as):
    dpo = make_user("Dora Officer", "DATA_PROTECTION")
    agree(asked, second)
    page = reverse("people:role-request", args=[asked.pk])

    told = {each.address: page in each.body for each in Message.objects.filter(subject="Someone has a new role")}

    assert (told[manager.email], told[dpo.email]) == (True, False)
    assert client_as(manager).get(page).status_code == 200
    assert client_as(dpo).get(page).status_code == 403


def test_who_asked_hears_why_it_was_declined(asked, manager, administrator, client_as):
    client_as(manager).post(reverse("people:role-request", args=[asked.pk]), {"answer": "NO", "reason": "Not mine"})

    assert Message.objects.get(address=administrator.email).body == (
        "Mona Manager said no to Olive Officer as Team manager, Northbridge team: Not mine"
    )


def test_a_no_needs_its_reason_and_keeps_what_was_typed(asked, manager, client_as):
    page = client_as(manager).post(reverse("people:role-request", args=[asked.pk]), {"answer": "NO"})

    assert "Say why not." in page.content.decode()
    asked.refresh_from_db()
    assert asked.state == "WAITING"


def test_whoever_asked_reads_that_it_waits_and_takes_it_back(asked, administrator, client_as):
    client = client_as(administrator)
    assert "It waits for another administrator, or a manager of Northbridge team" in (
        client.get(reverse("people:role-request", args=[asked.pk])).content.decode()
    )

    client.post(reverse("people:role-withdraw", args=[asked.pk]), {"go": "1"})

    asked.refresh_from_db()
    assert (asked.state, asked.answered_by) == ("WITHDRAWN", administrator)


# --- Invitations -----------------------------------------------------------------------------------


@pytest.fixture
def invited(administrator, team) -> RoleRequest:
    return role_requests.invite(
        email="nell@test.example", name="Nell New", role=Role.MANAGER, team=team, by=administrator, now=NOW
    )


def test_no_link_goes_out_before_the_second_yes(invited, second):
    assert not Message.objects.filter(address="nell@test.example").exists()
    assert not Invitation.objects.usable(NOW).exists()
    with pytest.raises(invitations.CannotInvite, match="second person"):
        invitations.send_again(invitation=invited.invitation, by=second, now=NOW)

    agree(invited, second)

    assert Message.objects.filter(address="nell@test.example").count() == 1
    assert Invitation.objects.usable(NOW).exists()


def test_a_declined_invitation_is_withdrawn(invited, second):
    role_requests.decline(request=invited, reason="Who is that?", by=second, now=NOW)

    assert Invitation.objects.get().withdrawn_by == second


def test_an_invitation_that_is_withdrawn_waits_for_nobody(invited, administrator, second):
    invitations.withdraw_invitation(invitation=invited.invitation, by=administrator, now=NOW)

    assert not RoleRequest.objects.to_answer_by(second).exists()


def test_the_first_two_administrators_need_nobody_and_it_is_recorded_who_invited_them(db):
    link = invitations.invite_first_administrator(email="first@test.example", name="First", now=NOW)
    invitation = invitations.of_link(token=link.rstrip("/").rpartition("/")[2], now=NOW)

    account = invitations.accept(invitation=invitation, password="four words to keep", today=TODAY, now=NOW)

    assert account.events.get().what == "Invited by The service as administrator"


def test_the_web_writes_no_answer(asked, second):
    with acting_as(second.pk), transaction.atomic():
        assert RoleRequest.objects.filter(pk=asked.pk).update(answer="Yes") == 0


# --- An account that was closed by its owner -------------------------------------------------------


def test_a_closed_account_begins_anew(officer, administrator, client_as):
    from people.access import sign_in_changes
    from people.administration import accounts

    change = sign_in_changes.record(account=officer, kind="PASSWORD", what="It was changed", by=officer, now=NOW)
    sign_in_changes.dispute(change=change, now=NOW)
    page = client_as(administrator).get("/administration/accounts/").content.decode()
    assert "Closed because a change was not theirs" in page

    officer.refresh_from_db()
    accounts.restore(account=officer, by=administrator, now=NOW)

    officer.refresh_from_db()
    change.refresh_from_db()
    assert (officer.is_active, officer.has_usable_password(), change.state) == (True, False, "REFUSED")
    assert sign_in_changes.denied() == []
    assert "Choose a new password" in Message.objects.filter(address=officer.email).latest("pk").body


def test_nothing_is_agreed_to_for_a_suspended_account_nor_for_who_is_no_administrator_any_more(
    give, officer, administrator, manager
):
    request = give()
    User.objects.filter(pk=officer.pk).update(is_active=False)
    with pytest.raises(RuleBroken, match="Open it again first"):
        agree(request, manager)
    User.objects.filter(pk=officer.pk).update(is_active=True)
    Membership.objects.filter(user=administrator).update(ends_on=TODAY - DAY, starts_on=TODAY - 2 * DAY)
    with pytest.raises(RuleBroken, match="no administrator any more"):
        agree(request, manager)
    assert not holds(officer, "MANAGER")
