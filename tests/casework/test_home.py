"""The home list, the front page and the overview."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework import work_list
from common.idempotency import FIELD
from people.models import AccessEvent
from tests.budgets.conftest import budget, fund, goal, make_budget, make_fund, make_goal, make_programme, make_request  # noqa: F401


def queries(client, url):
    """How many statements a page takes, but for those that only mark a transaction (a test is inside one already)."""
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    marks = ("SAVEPOINT", "RELEASE", "select set_config", "set local role")
    return len([query for query in seen if not query["sql"].startswith(marks)])


def test_a_request_waits_on_the_managers_home_list_with_its_reason(make_request, manager, client_as):  # noqa: F811
    make_request(64_00, "Work boots")

    page = client_as(manager).get("/").content.decode()

    assert "Asked for £64 for Work boots" in page
    assert "Jordan Ashworth" in page


def test_a_request_is_decided_from_the_home_list(make_request, manager, client_as):  # noqa: F811
    spend = make_request(64_00, "Work boots")

    client_as(manager).post(f"/requests/{spend.pk}/approve/", {"reason": "Yes.", FIELD: str(uuid4())})

    spend.refresh_from_db()
    assert spend.state == "APPROVED"


def test_nothing_of_other_peoples_is_on_the_list(make_request, other_officer, client_as):  # noqa: F811
    make_request()

    assert "Nothing waits for you" in client_as(other_officer).get("/").content.decode()


def test_a_number_that_was_cut_says_that_there_may_be_more(make_request, manager, client_as, monkeypatch):  # noqa: F811
    for n in range(3):
        make_request(10_00, f"Boots {n}")
    client = client_as(manager)
    page = client.get("/?kind=Request").text
    assert '<span class="kit-count">1</span>' in page, "one row a person"
    assert all(f"Boots {n}" in page for n in range(3))

    monkeypatch.setattr(work_list, "SHOWN", 0)
    assert "1 more, less urgent" in client.get("/?kind=Request").text
    monkeypatch.setattr(work_list, "MOST", 3)
    page = client.get("/?kind=Request").text

    assert "At least 1 more, less urgent" in page
    assert '<span class="kit-count">1+</span>' in page


def test_a_kind_that_is_not_there_shows_everything(make_request, manager, client_as):  # noqa: F811
    make_request(64_00, "Work boots")

    assert "Work boots" in client_as(manager).get("/?kind=Nonsense").content.decode()


def test_the_home_list_records_each_person_it_shows(make_request, manager, client_as, participant):  # noqa: F811
    make_request()

    client_as(manager).get("/")

    event = AccessEvent.objects.at(participant.pk).get(kind="LIST")
    assert (event.user, event.page) == (manager, "home")


def test_the_overview_asks_no_more_than_51_questions(participant, officer, make_request, manager, client_as):  # noqa: F811
    make_request()

    assert queries(client_as(officer), f"/people/{participant.ref}/") <= 51


def test_opening_a_record_is_recorded_and_a_refusal_too(participant, officer, other_officer, client_as):
    client_as(officer).get(f"/people/{participant.ref}/")
    client_as(other_officer).get(f"/people/{participant.ref}/")

    assert list(AccessEvent.objects.at(participant.pk).order_by("pk").values_list("kind", "user")) == [
        ("PERSON", officer.pk),
        ("REFUSED", other_officer.pk),
    ]


def test_the_front_page_shows_the_sum_before_anything_else_until_it_was_seen(budget, participant, client_as):  # noqa: F811
    client = client_as(participant.user)
    before = client.get("/me/").content.decode()

    money = client.get("/me/money/").content.decode()
    budget.refresh_from_db()
    unseen = budget.sum_seen_at
    client.post(f"/me/money/{budget.pk}/seen/")

    assert "£2,000" in before
    assert before.index("£2,000") < before.index("What you can do next")
    assert "OK, I have seen it" in money
    assert unseen is None, "reading the page says nothing"
    budget.refresh_from_db()
    assert budget.sum_seen_at is not None
    assert "OK, I have seen it" not in client.get("/me/money/").content.decode()


@pytest.mark.parametrize(
    ("who", "leads_to"),
    [("volunteer", "/circle/"), ("commissioner", "/reports/money/"), ("administrator", "/first-days/")],
)
def test_each_role_lands_where_its_work_is(who, leads_to, request, client_as):
    answer = client_as(request.getfixturevalue(who)).get("/")

    assert answer["Location"] == leads_to


def test_an_account_with_no_role_is_told_what_to_do(db, client_as):
    from people.models import User

    user = User.objects.create_user(email="new@test.example", name="New")

    answer = client_as(user).get("/", follow=True)

    assert "Ask your administrator" in answer.content.decode()


def test_home_leads_to_all_alerts_for_whoever_closes_them(officer, administrator, client_as):
    assert "/alerts/" in client_as(officer).get("/").content.decode()
    assert "/alerts/" not in client_as(administrator).get("/", follow=True).content.decode()
