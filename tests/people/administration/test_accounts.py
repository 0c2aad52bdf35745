"""What an administrator does to accounts and teams: what is allowed, what is refused, and what is kept of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from common.errors import RuleBroken
from people.administration import accounts
from people.models import AccountEvent, Membership, Message, RoleRequest, Team, User
from tests.conftest import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
DAY = timedelta(days=1)


def at(name: str, *args: int) -> str:
    return reverse(f"people:{name}", args=args)


def day(name: str, on) -> dict[str, str]:
    return {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}


def role_of(user) -> Membership:
    return Membership.objects.get(user=user)


@pytest.fixture
def give(officer, administrator):
    def act(role="VOLUNTEER", team=None, starts_on=TODAY, ends_on=None, account=officer, by=administrator):
        return accounts.give_role(
            account=account, role=role, team=team, starts_on=starts_on, ends_on=ends_on, by=by, today=TODAY, now=NOW
        )

    return act


@pytest.fixture
def end(officer, administrator):
    def act(last_day, membership=None, by=administrator):
        accounts.end_role(
            membership=membership or role_of(officer), last_day=last_day, by=by, today=TODAY, now=NOW
        )  # fmt: skip

    return act


@pytest.fixture
def move(officer, administrator):
    def act(team, on=TODAY, membership=None):
        return accounts.move(
            membership=membership or role_of(officer), team=team, on=on, by=administrator, today=TODAY, now=NOW
        )

    return act


# --- Roles ----------------------------------------------------------------------------------------
def test_a_role_is_given_from_a_day_until_a_day(give, officer):
    give(starts_on=TODAY + 2 * DAY, ends_on=TODAY + 9 * DAY)

    role = officer.memberships.filter(role="VOLUNTEER")
    assert [role.current(TODAY + n * DAY).exists() for n in (1, 2, 9, 10)] == [False, True, True, False]


def test_a_role_in_a_team_needs_the_team(administrator, officer, client_as):
    answer = client_as(administrator).post(at("role-give", officer.pk), {"role": "MANAGER", **day("starts_on", TODAY)})

    assert "Choose the team this person works in." in answer.content.decode()
    assert Membership.objects.filter(user=officer).count() == 1


def test_a_role_never_starts_in_the_past(give):
    with pytest.raises(accounts.NotThatDay):
        give(starts_on=TODAY - DAY)


def test_the_same_role_is_not_held_twice_at_once(give, team):
    with pytest.raises(accounts.AlreadyHeld):
        give(role="PRACTITIONER", team=team, starts_on=TODAY + 30 * DAY)


def test_no_administrator_makes_a_participant(give, administrator, officer, client_as):
    with pytest.raises(accounts.NotForThisAccount):
        give(role="PARTICIPANT")

    offered = client_as(administrator).get(at("role-give", officer.pk)).content.decode()
    assert 'value="PARTICIPANT"' not in offered
    assert 'value="ADMINISTRATOR"' in offered


def test_nobody_gives_themselves_a_role_ends_their_own_or_suspends_themselves(give, end, administrator):
    own = role_of(administrator)
    acts = [
        lambda: give(account=administrator, by=administrator),
        lambda: end(TODAY, membership=own),
        lambda: accounts.suspend(account=administrator, reason="Rest", by=administrator, now=NOW),
        lambda: accounts.restore(account=administrator, by=administrator, now=NOW),
    ]

    for act in acts:
        with pytest.raises(accounts.OwnAccount, match="Ask another administrator"):
            act()
    assert role_of(administrator) == own


def test_ones_own_page_offers_nothing_to_change_and_the_form_is_refused(administrator, client_as):
    client = client_as(administrator)

    page = client.get(at("account-detail", administrator.pk)).content.decode()
    sent = client.post(at("role-give", administrator.pk), {"role": "COMMISSIONER", **day("starts_on", TODAY)})

    assert "Suspend" not in page.replace("moves and suspensions", "")
    assert "You cannot change your own account" in sent.content.decode()
    assert role_of(administrator).role == "ADMINISTRATOR"


def test_a_role_ends_at_once_by_giving_yesterday(end, officer, client_as):
    client = client_as(officer)

    end(TODAY - DAY)

    assert client.get("/people/").status_code == 403


def test_a_role_may_run_to_the_end_of_a_day(end, officer):
    end(TODAY + 3 * DAY)

    assert role_of(officer).ends_on == TODAY + 3 * DAY
    assert Membership.objects.current(TODAY + 3 * DAY).filter(user=officer).exists()


def test_a_role_that_never_began_is_taken_away_and_its_history_stays(give, end):
    later = give(starts_on=TODAY + 5 * DAY)

    end(TODAY, membership=later)

    assert not Membership.objects.filter(pk=later.pk).exists()
    assert list(Membership.history.filter(id=later.pk).values_list("history_type", flat=True)) == ["-", "+"]


def test_no_role_ends_further_back_than_yesterday(end):
    with pytest.raises(accounts.NotThatDay):
        end(TODAY - 2 * DAY)


def test_a_move_ends_here_the_day_before_it_begins_there(move, officer, other_team, team):
    move(other_team, on=TODAY + 7 * DAY)

    here, there = Membership.objects.filter(user=officer).order_by("starts_on")
    assert (here.team, here.ends_on) == (team, TODAY + 6 * DAY)
    assert (there.team, there.starts_on, there.role, there.ends_on) == (
        other_team, TODAY + 7 * DAY, "PRACTITIONER", None,
    )  # fmt: skip


def test_a_move_keeps_the_day_on_which_the_role_ends(move, give, team, other_team):
    role = give(role="MANAGER", team=team, ends_on=TODAY + 30 * DAY)

    assert move(other_team, on=TODAY + 7 * DAY, membership=role).ends_on == TODAY + 30 * DAY


def test_a_move_on_the_first_day_leaves_only_the_new_team(move, give, team, other_team):
    role = give(role="MANAGER", team=team)

    after = move(other_team, membership=role)

    assert Membership.objects.filter(user=role.user, role="MANAGER").get() == after


def test_nobody_moves_to_where_they_are_or_back_in_time(move, team, other_team):
    with pytest.raises(accounts.AlreadyHeld):
        move(team)
    with pytest.raises(accounts.NotThatDay):
        move(other_team, on=TODAY - DAY)


# --- Suspension -----------------------------------------------------------------------------------
def suspend(user, by):
    accounts.suspend(account=user, reason="Lost a phone", by=by, now=NOW)


def test_a_suspended_account_is_out_at_the_very_next_request(officer, administrator, client_as):
    client = client_as(officer)
    before = client.get("/people/").status_code

    client_as(administrator).post(at("account-suspend", officer.pk), {"reason": "Lost a phone"})
    after = client.get("/people/")

    assert before == 200
    assert (after.status_code, after["Location"][:16]) == (302, "/accounts/login/")


def test_a_session_from_before_does_not_come_back_when_the_account_does(officer, administrator, client_as):
    client = client_as(officer)
    client.get("/people/")

    suspend(officer, administrator)
    accounts.restore(account=officer, by=administrator, now=NOW)

    assert client.get("/people/").status_code == 302
    assert client_as(User.objects.get(pk=officer.pk)).get("/people/").status_code == 200


def test_a_suspended_account_cannot_sign_in(officer, administrator, client):
    suspend(officer, administrator)

    client.post("/accounts/login/", {"login": officer.email, "password": "a long pass phrase"})

    assert "_auth_user_id" not in client.session


def test_a_suspension_needs_a_reason(officer, administrator, client_as):
    client_as(administrator).post(at("account-suspend", officer.pk), {"reason": " "})

    officer.refresh_from_db()
    assert officer.is_active


def test_a_suspended_account_is_restored_on_its_page(officer, administrator, client_as):
    suspend(officer, administrator)

    client_as(administrator).post(at("account-restore", officer.pk))

    officer.refresh_from_db()
    assert officer.is_active


# --- What is kept ---------------------------------------------------------------------------------
def test_each_act_is_kept_with_who_did_it_and_shown(give, end, move, officer, administrator, other_team, client_as):
    end(TODAY, membership=give())
    move(other_team, membership=Membership.objects.get(user=officer, role="PRACTITIONER"))
    suspend(officer, administrator)
    accounts.restore(account=officer, by=administrator, now=NOW)

    events = AccountEvent.objects.filter(account=officer, by=administrator).order_by("pk")
    assert list(events.values_list("kind", flat=True)) == ["ROLE_GIVEN", "ROLE_ENDED", "MOVED", "SUSPENDED", "RESTORED"]
    page = client_as(administrator).get(at("account-detail", officer.pk)).content.decode()
    for words in (
        "Volunteer, from 1 June 2026",
        "to Faraway team, from 1 June 2026",
        "Lost a phone",
        "Ada Administrator",
    ):
        assert words in page


def test_what_was_done_can_be_neither_changed_nor_removed(officer, administrator):
    suspend(officer, administrator)

    for act in (lambda rows: rows.update(reason="None"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act(AccountEvent.objects.all())


# --- Pages ----------------------------------------------------------------------------------------
def listed(client, **asked: str) -> str:
    return client.get(at("account-list"), asked).content.decode()


@pytest.mark.usefixtures("officer", "other_officer")
def test_accounts_are_found_by_name_by_e_mail_and_by_what_they_hold(manager, administrator, team, client_as):
    client = client_as(administrator)
    User.objects.create_user(email="bare@test.example", name="Bare Account")
    suspend(manager, administrator)
    names = ("Olive", "Mona", "Stan", "Bare")

    found = {
        asked: [name for name in names if name in listed(client, **dict([asked]))]
        for asked in [("q", "olive"), ("q", "STRANGER@test"), ("role", "MANAGER"), ("team", str(team.pk)),
                      ("state", "suspended"), ("state", "none")]
    }  # fmt: skip

    assert list(found.values()) == [["Olive"], ["Stan"], ["Mona"], ["Olive", "Mona"], ["Mona"], ["Bare"]]


def test_participants_accounts_are_neither_listed_nor_opened_nor_changed(participant, administrator, client_as):
    client = client_as(administrator)

    assert "Ashworth" not in listed(client)
    for name in ("account-detail", "role-give", "account-suspend"):
        assert client.get(at(name, participant.user.pk)).status_code == 404
    with pytest.raises(accounts.NotForThisAccount):
        suspend(participant.user, administrator)


def test_a_volunteer_who_is_a_participant_too_shows_as_a_volunteer_alone(participant, administrator, give, client_as):
    Membership.objects.create(user=participant.user, role="VOLUNTEER", starts_on=TODAY)

    page = client_as(administrator).get(at("account-detail", participant.user.pk)).content.decode()

    assert "Volunteer" in page
    assert "Participant" not in page


def test_a_page_of_accounts_holds_twenty_five(administrator, make_user, client_as):
    for n in range(26):
        make_user(f"Member {n:02}", "VOLUNTEER")

    page = listed(client_as(administrator))

    assert page.count("@test.example") == 25
    assert "page=2" in page


def test_an_account_shows_its_roles_now_later_and_past(give, officer, administrator, other_team, client_as):
    give(role="MANAGER", team=other_team, starts_on=TODAY + 5 * DAY)
    Membership.objects.create(
        user=officer, role="COMMISSIONER", starts_on=TODAY - 90 * DAY, ends_on=TODAY - 30 * DAY
    )  # fmt: skip

    page = client_as(administrator).get(at("account-detail", officer.pk)).content.decode()

    states = [page.index(f"{state}</strong>") for state in ("Now", "Later", "Past")]
    assert states == sorted(states)
    assert "Never" in page  # signed in


def test_a_team_is_created_and_shows_who_works_there(administrator, officer, unit, client_as):
    client = client_as(administrator)

    client.post(at("team-new"), {"name": "Harbour team", "kind": "PROBATION", "delivery_unit": unit.pk})

    team = Team.objects.get(name="Harbour team")
    assert team.delivery_unit == unit
    assert "Nobody works here today" in client.get(at("team-detail", team.pk)).content.decode()
    assert "Olive Officer" in client.get(at("team-detail", role_of(officer).team_id)).content.decode()


def test_two_teams_never_have_one_name(administrator, team, client_as):
    page = client_as(administrator).post(at("team-new"), {"name": "northbridge TEAM", "kind": "PROBATION"})

    assert "There is a team of this name already" in page.content.decode()


def test_the_pages_for_ending_and_moving_do_it(officer, administrator, second, other_team, client_as):
    client, role = client_as(administrator), role_of(officer)

    client.post(at("role-move", officer.pk, role.pk), {"team": other_team.pk, **day("on", TODAY)})
    asked = RoleRequest.objects.get(account=officer)
    assert not Membership.objects.filter(user=officer, team=other_team).exists()
    client_as(second).post(at("role-request", asked.pk), {"answer": "YES"})
    moved = Membership.objects.get(user=officer, team=other_team)
    client.post(at("role-end", officer.pk, moved.pk), day("last_day", TODAY + DAY))

    moved.refresh_from_db()
    assert moved.ends_on == TODAY + DAY


def test_a_role_is_only_reached_through_its_own_account(officer, manager, administrator, client_as):
    assert client_as(administrator).get(at("role-end", manager.pk, role_of(officer).pk)).status_code == 404


@pytest.mark.parametrize(
    ("role", "kind"),
    [("PROVIDER", "PROBATION"), ("SCHEME", "PROVIDER"), ("PRACTITIONER", "SCHEME"), ("MANAGER", "PROVIDER")],
)
def test_a_role_that_sees_with_its_team_is_held_only_in_a_team_of_its_kind(role, kind, make_user):
    """Else a provider's worker would be shown a probation team's people, and a practitioner nobody."""

    from people.models import Team

    with pytest.raises(RuleBroken, match="not held in a team of that kind"):
        make_user("Mia Misfit", role, Team.objects.create(name="A team", kind=kind))


def test_ending_a_role_never_makes_it_longer(administrator, officer, team):
    """A last day four years on ended nothing: it gave the role anew, with no second person's yes."""
    row = Membership.objects.create(user=officer, role="MANAGER", team=team, starts_on=TODAY, ends_on=TODAY + DAY)

    with pytest.raises(accounts.NotThatDay, match="Give the role anew"):
        accounts.end_role(membership=row, last_day=TODAY + timedelta(days=1400), by=administrator, today=TODAY, now=NOW)
    row.refresh_from_db()
    assert row.ends_on == TODAY + DAY


def test_an_account_that_is_open_again_is_told_to_those_who_answer(administrator, officer, manager, make_user):
    data_protection = make_user("Dilys Protector", "DATA_PROTECTION")
    accounts.suspend(account=officer, reason="Left.", by=administrator, now=NOW)

    accounts.restore(account=officer, by=administrator, now=NOW)

    told = Message.objects.filter(subject="An account is open again").values_list("address", flat=True)
    assert set(told) == {manager.email, data_protection.email}
