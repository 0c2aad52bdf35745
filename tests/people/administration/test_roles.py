"""One account, several roles: it acts as one at a time, and what it does is written down as that."""

from __future__ import annotations

import pytest
from django.urls import reverse

from people import services
from people.access.abilities import Can, can
from people.models import AccessEvent, Membership, User
from tests.conftest import TODAY, service_account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
SWITCH = reverse("people:role-switch")


@pytest.fixture
def both(officer, team):
    """Olive is a practitioner, and stands in as the team's manager."""
    services.join(user=officer, role="MANAGER", team=team, today=TODAY, by=officer)
    return officer


def role_of(user, role: str) -> Membership:
    return Membership.objects.get(user=user, role=role)


def switch(client, user, role: str):
    return client.post(SWITCH, {"role": role_of(user, role).pk})


def test_outside_a_request_every_role_held_today_counts(both):
    assert both.roles == {"PRACTITIONER", "MANAGER"}


def test_in_a_request_one_acts_as_a_practitioner_until_one_chooses_otherwise(both, client_as):
    client = client_as(both)

    first = client.get("/funds/").status_code
    switched = switch(client, both, "MANAGER")
    then = client.get("/funds/").status_code

    assert (first, switched.status_code, then) == (403, 302, 200)


def test_the_other_role_is_put_down_when_one_is_taken_up(make_user, team, client_as):
    user = make_user("Ana Both", "ADMINISTRATOR")
    services.join(user=user, role="PRACTITIONER", team=team, today=TODAY, by=service_account())
    client = client_as(user)

    before = [client.get(page).status_code for page in ("/people/", "/administration/accounts/")]
    switch(client, user, "ADMINISTRATOR")
    after = [client.get(page).status_code for page in ("/people/", "/administration/accounts/")]

    assert (before, after) == ([200, 403], [403, 200])


def test_only_the_people_of_the_team_one_acts_in_are_seen(both, other_team, other_participant, participant, client_as):
    services.join(user=both, role="PRACTITIONER", team=other_team, today=TODAY, by=service_account())
    client = client_as(both)
    there = reverse("people:person-details", args=[other_participant.ref])

    before = client.get(there).status_code
    client.post(SWITCH, {"role": Membership.objects.get(user=both, team=other_team).pk})

    assert (before, client.get(there).status_code) == (404, 200)


def test_the_header_offers_a_change_only_to_who_holds_more_than_one(both, manager, client_as):
    assert "Acting as practitioner" in client_as(both).get("/").content.decode()
    assert "Acting as" not in client_as(manager).get("/").content.decode()


def test_a_look_says_the_role_acted_as_and_no_other(both, participant, client_as):
    client = client_as(both)
    details = reverse("people:person-details", args=[participant.ref])

    client.get(details)
    switch(client, both, "MANAGER")
    client.get(details)

    assert list(AccessEvent.objects.order_by("pk").values_list("roles", flat=True)) == ["PRACTITIONER", "MANAGER"]


def test_a_role_that_ended_meanwhile_falls_back_to_the_usual_one(both, client_as):
    client = client_as(both)
    switch(client, both, "MANAGER")
    Membership.objects.filter(user=both, role="MANAGER").update(starts_on="2026-01-01", ends_on="2026-05-31")

    assert client.get("/funds/").status_code == 403
    assert client.get("/people/").status_code == 200


def test_nobody_acts_as_what_they_do_not_hold(both, manager, client_as):
    client = client_as(both)

    said = client.post(SWITCH, {"role": role_of(manager, "MANAGER").pk}).content.decode()

    assert "You do not hold that role today" in said
    assert client.get("/funds/").status_code == 403


def test_a_choice_in_the_session_that_is_no_number_is_no_choice(both, client_as):
    client = client_as(both)
    session = client.session
    session["acts_as"] = "MANAGER"
    session.save()

    assert client.get("/people/").status_code == 200


def test_changing_what_one_acts_as_changes_the_sessions_key(both, client_as):
    client = client_as(both)
    before = client.session.session_key

    switch(client, both, "MANAGER")

    assert client.session.session_key != before


def test_a_fresh_account_in_a_request_holds_what_it_was_given(both):
    user = User.objects.get(pk=both.pk)
    user.acts_as = role_of(both, "MANAGER").pk

    assert can(user, Can.DECIDE_REQUEST)
    assert user.roles == {"MANAGER"}


def test_the_database_too_counts_only_the_role_acted_as(both, other_team, participant, other_participant, client_as):
    """A query of the second team's page that forgot the rule would find only that team's people."""
    from common.postgres.actor import acting_as
    from people.models import Participant

    there = services.join(user=both, role="PRACTITIONER", team=other_team, today=TODAY, by=service_account())
    here = role_of(both, "MANAGER")

    def found(role: int | None) -> set[int]:
        with acting_as(both.pk, role):
            return set(Participant.objects.values_list("pk", flat=True))

    own = {participant.pk}  # assigned by name, whichever role is worn
    assert (found(here.pk), found(there.pk), found(None)) == (
        own,
        own | {other_participant.pk},
        own | {other_participant.pk},
    )


def test_a_request_tells_the_database_the_role(both, participant, client_as, monkeypatch):
    from common.postgres import actor
    from people.caseload.views import people as pages

    told = []
    monkeypatch.setattr(pages, "restricted_count", lambda user: told.append(actor.current()) or 0)
    client = client_as(both)
    client.get("/people/?whose=all")
    switch(client, both, "MANAGER")
    client.get("/people/?whose=all")

    assert told == [f"{both.pk}/{role_of(both, role).pk}" for role in ("PRACTITIONER", "MANAGER")]


def test_an_account_may_be_a_practitioner_and_a_data_protection_officer(officer, client_as):
    services.join(user=officer, role="DATA_PROTECTION", today=TODAY, by=officer)

    assert client_as(officer).get("/people/").status_code == 200
