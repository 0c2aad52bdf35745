"""Every list page asks the database the same number of questions with ten rows as with a hundred."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from budgets.models import Fund, Funder
from engagement import services as touch
from people import services as people
from people.administration import accounts, invitations
from people.messaging import message_queue
from people.models import AccessEvent, Programme, User
from providers import directory
from tests.attacks.canaries import as_owner
from tests.budgets.conftest import budget, fund, goal, make_budget, make_fund, make_goal, make_programme, make_request  # noqa: F401
from tests.conftest import NOW, TODAY
from tests.providers.conftest import make_referral, make_service, outcodes, provider, region, service  # noqa: F401

HOUR = timedelta(hours=1)
PAGES = {
    "/": ["officer", "manager"],
    "/people/": ["officer"],
    "/people/?q=row": ["officer"],
    "/people/export.csv": ["officer"],
    "/notes/?words=said": ["officer"],
    "/outbox/": ["manager"],
    "/team/": ["manager"],
    "/administration/accounts/": ["administrator"],
    "/administration/teams/": ["administrator"],
    "/administration/invitations/": ["administrator"],
    "TEAM/": ["administrator"],
    "/requests/": ["manager"],
    "/requests/?state=ALL": ["officer"],
    "/funds/": ["manager"],
    "/programmes/": ["manager"],
    "/providers/": ["manager"],
    "/services/?q=service&outcode=PR1": ["officer"],
    "/services/unmet/": ["commissioner"],
    "/circle/": ["volunteer"],
    "/me/who-looked/": ["participant"],
    "/me/money/": ["participant"],
    "/me/money/every-penny/": ["participant"],
    "/me/meetings/": ["participant"],
    "/me/services/": ["participant"],
    "PERSON/services/": ["officer"],
    "PERSON/money/": ["officer"],
    "PERSON/meetings/": ["officer"],
    "/api/people/": ["officer"],
}


@pytest.fixture
def add_rows(request, participant, officer, manager, administrator, volunteer, team):
    """Add rows numbered `first` to `last` to every list there is."""
    make = {name: request.getfixturevalue(name) for name in (
        "make_participant", "make_goal", "make_request", "make_service", "make_referral",
    )}  # fmt: skip
    now = timezone.now()

    def of_another_person(n: int) -> None:
        person = make["make_participant"]("P", f"Row{n}", f"X30{n + 100:04}", officer)
        make["make_goal"](person, f"I will do {n}")
        meeting_of(person, n)
        people.add_to_circle(
            participant=person, user=volunteer, relationship="VOLUNTEER", today=TODAY, now=NOW, by=officer
        )

    def meeting_of(person, n: int) -> None:
        start = now - HOUR * (2 + n)
        touch.log_contact(participant=person, kind="CALL", by=officer, at=start, now=now, note=f"They said {n}.")
        touch.arrange(
            participant=person, with_user=officer, kind="OFFICE", starts_at=start, ends_at=start + HOUR, by=officer,
            now=start - HOUR, place="12 High Street",
        )  # fmt: skip

    def of_the_person(n: int) -> None:
        meeting_of(participant, n)
        make["make_request"](1_00, f"Thing {n}")
        make["make_referral"](service=make["make_service"](f"Service {n}"))
        message_queue.tell_participant(participant=participant, body="Hello", key=f"row{n}", now=NOW)
        looker = User.objects.create_user(email=f"l{n}@test.example", name=f"Looker {n}")
        AccessEvent.objects.create(
            at=now, user=looker, roles="", kind="PERSON", page="x", participants=[participant.pk]
        )

    def of_nobody(n: int) -> None:
        directory.add_provider(name=f"Provider {n}", by=None, today=TODAY, size="MICRO", sector="CHARITY")
        directory.note_unmet_need(by=officer, today=TODAY, need="EMPLOYMENT", words=f"words {n}")
        programme = Programme.objects.create(code=f"row{n}", name=f"Row {n}", money_model="APPLICATION")
        Fund.objects.create(programme=programme)
        Funder.objects.create(name=f"Funder {n}")

    def of_staff(n: int) -> None:
        worker = User.objects.create_user(email=f"w{n}@test.example", name=f"A{n} Worker")
        people.join(user=worker, role="PRACTITIONER", team=team, today=TODAY, by=officer)
        accounts.create_team(name=f"Team {n}", kind="PROBATION", delivery_unit=team.delivery_unit, by=officer)
        invitations.invite(
            email=f"i{n}@test.example", name="Nell", role="VOLUNTEER", team=None, by=administrator, now=NOW - HOUR
        )

    def add(first: int, last: int) -> None:
        for n in range(first, last):
            of_another_person(n), of_the_person(n), of_nobody(n), of_staff(n)
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("analyze")  # else an earlier test's empty tables are all that Postgres knows of

    return add


def test_every_list_costs_the_same_for_ten_rows_as_for_a_hundred(
    add_rows, participant, officer, manager, administrator, team, volunteer, commissioner, client_as
):
    users = {
        "officer": officer, "manager": manager, "volunteer": volunteer, "commissioner": commissioner,
        "participant": participant.user, "administrator": administrator,
    }  # fmt: skip
    visits = [
        (
            client_as(users[role]),
            role,
            url.replace("PERSON", f"/people/{participant.ref}").replace("TEAM", f"/administration/teams/{team.pk}"),
        )
        for url, roles in PAGES.items()
        for role in roles
    ]
    add_rows(0, 10)
    ten = {(role, url): cost(client, url) for client, role, url in visits}
    add_rows(10, 100)
    hundred = {(role, url): cost(client, url) for client, role, url in visits}

    assert hundred == ten
    assert hundred["officer", "/"] <= 40
    assert hundred["manager", "/"] <= 37


def cost(client, url: str) -> int:
    """How many statements a page takes, but for those that only mark a transaction (a test is inside one already)."""
    b"".join(client.get(url))
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(url)
        assert answer.status_code == 200, url
        b"".join(answer)
    marks = ("SAVEPOINT", "RELEASE", "select set_config", "set local role")
    return len([query for query in seen if not query["sql"].startswith(marks)])
