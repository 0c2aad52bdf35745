"""What a person reads of their money: its story, its picture, and a statement that equals the ledger."""

from __future__ import annotations

import pytest
from django.urls import reverse

from budgets import corrections, panels, person_statement, services, story
from budgets.about import about
from budgets.commands import new_key
from budgets.models import Budget, Funder, PanelCase, SpendRequest
from tests.budgets.conftest import money_of
from tests.conftest import NOW, TODAY
from tests.money import put_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def approve(manager):
    def make(spend, **said):
        return services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key(), **said)

    return make


@pytest.fixture
def pay(payer):
    def make(commitment, pence: int, **over):
        about_it = {"paid_on": TODAY, "payee": "Shop", "by": payer, "now": NOW, "key": new_key(), **over}
        return services.record_payment(commitment=commitment, amount=pence, **about_it)

    return make


def told(spend) -> list[tuple[str, str, str]]:
    spend = SpendRequest.objects.with_person().get(pk=spend.pk)
    case = PanelCase.objects.filter(spend=spend).first()
    return [(part.called, part.said, part.stands) for part in story.of(spend, case)]


ASKED = ("You asked", "31 May 2026", "done")
LATER = [("It is bought", "", "later"), ("It is yours", "", "later")]


def test_the_story_follows_a_request_until_it_is_theirs(make_request, approve, pay, officer):
    spend = make_request(100_00)
    assert told(spend) == [ASKED, ("Someone decides", "by 10 June 2026", "now"), *LATER]
    line = approve(spend, granted=60_00)
    yes = ("The answer was yes to £60", "1 June 2026", "done")
    yours = ("It is yours", "", "later")
    assert told(spend) == [ASKED, yes, ("It is being bought", "your worker finds who sells it", "now"), yours]
    services.name_payee(commitment=line, payee="Mill Shoes", by=officer)
    assert told(spend) == [ASKED, yes, ("It is being bought", "from Mill Shoes", "now"), yours]
    pay(line, 60_00)
    assert told(spend) == [ASKED, yes, ("It was bought", "", "done"), ("It is yours", "paid on 1 June 2026", "done")]


def test_the_story_ends_where_it_ends(make_request, approve, manager, payer, participant):
    refused, gone, unneeded = make_request(5_00), make_request(6_00), make_request(7_00)
    services.refuse_request(spend=refused, reason="No", by=manager, now=NOW, key=new_key())
    services.withdraw(spend=gone, by=participant.user, now=NOW, key=new_key())
    services.release_commitment(commitment=approve(unneeded), by=payer, now=NOW, key=new_key())
    assert told(refused) == [ASKED, ("The answer was no", "1 June 2026", "done")]
    assert told(gone) == [ASKED, ("You took it back", "", "done")]
    assert told(unneeded)[2:] == [("The money went back", "", "done")]


def test_the_story_says_that_a_panel_decides(make_request, fund, rule, manager, make_user):
    rule(fund, manager_limit=10_00, panel_quorum=2, panel_lived=False)
    for name in ("One", "Two"):
        said = {"lived_experience": False, "starts_on": TODAY, "by": manager, "now": NOW}
        panels.add(programme=fund.programme, user=make_user(name, "PANEL"), **said)
    spend = make_request(100_00)
    panels.send(spend=spend, what="A thing", goal="A goal", why="So.", by=manager, now=NOW)
    assert told(spend)[1] == ("A panel decides", "by 10 June 2026", "now")


def test_a_statement_equals_the_ledger_to_the_penny(budget, make_request, approve, pay, payer, manager, participant):
    line = approve(make_request(100_00, "Boots"))
    pay(line, 33_33, last=False)
    pay(line, 40_00)
    services.release_commitment(commitment=approve(make_request(7_77, "A coat")), by=payer, now=NOW, key=new_key())
    back = corrections.ask_refund(
        spend=line.spend, amount=3_33, happened_on=TODAY, reason="Too dear.", by=payer, now=NOW, key=new_key()
    )
    corrections.agree(correction=back, by=manager, now=NOW, key=new_key())
    ((_, found),) = person_statement.lines([budget])
    assert [(each.said, each.what, each.pence, each.left) for each in found] == [
        ("You got", "", 2_000_00, 2_000_00),
        ("Kept for", "Boots", 100_00, 1_900_00),
        ("Paid for", "Boots", 33_33, 1_900_00),
        ("Paid for", "Boots", 40_00, 1_900_00),
        ("Not needed for", "Boots", 26_67, 1_926_67),
        ("Kept for", "A coat", 7_77, 1_918_90),
        ("Not needed for", "A coat", 7_77, 1_926_67),
        ("Came back from", "Boots", 3_33, 1_930_00),
    ]
    assert found[-1].left == money_of(budget).available


def test_money_that_only_takes_the_place_of_other_money_is_no_move_of_theirs(
    fund, budget, make_request, approve, manager, client_as, participant
):
    trust = Funder.objects.create(name="Trust")
    put_in(fund, trust, 50_00, by=manager, called="For homes", purposes=["HOME"])
    approve(make_request(40_00, "A bed"))
    ((_, found),) = person_statement.lines([budget])
    assert [(each.said, each.pence) for each in found] == [("You got", 2_000_00), ("Kept for", 40_00)]
    page = client_as(participant.user).get(reverse("budgets:my-statement")).content.decode()
    assert "Went back" not in page


def test_what_a_fund_gives_for_one_thing_is_told_as_got_and_kept(
    make_fund, make_budget, participant, make_request, approve
):
    budget = make_budget(participant, make_fund("gate", "DISCRETIONARY", 0, council=900_00))
    approve(make_request(40_00, "A bed", budget=budget))
    ((_, found),) = person_statement.lines([budget])
    assert [(each.said, each.pence, each.left) for each in found] == [("You got", 40_00, 40_00), ("Kept for", 40_00, 0)]


def test_what_goes_back_to_the_fund_is_told_with_its_sum(budget, manager, payer, client_as, participant):
    asked = {"budget": budget, "amount": 100_00, "reason": "Not needed.", "now": NOW}
    back = corrections.ask_return(**asked, by=payer, key=new_key())
    corrections.agree(correction=back, by=manager, now=NOW, key=new_key())
    for name in ("my-statement", "my-pennies"):
        page = client_as(participant.user).get(reverse(f"budgets:{name}")).content.decode()
        assert "Went back to the fund" in page
        assert "£100" in page


def test_the_picture_shows_all_of_the_sum_and_no_more(budget, make_request, approve, pay):
    def parts():
        theirs = Budget.objects.with_money().select_related("enrolment__programme").get(pk=budget.pk)
        picture = about([theirs], NOW)[0].picture
        return dict(picture.table.rows) if picture else None

    assert parts() is None
    pay(approve(make_request(100_00)), 60_00, last=False)
    make_request(500_00, "More")
    assert parts() == {"Paid": "£60", "Kept": "£40", "Asked for": "£500", "Left": "£1,400"}
    make_request(1_900_00, "Most")
    assert parts() == {"Paid": "£60", "Kept": "£40", "Asked for": "£1,900"}


def test_both_print_the_same_statement(budget, make_request, approve, client_as, participant, officer, other_officer):
    approve(make_request(100_00, "Boots"))
    own = client_as(participant.user).get(reverse("budgets:my-statement")).content.decode()
    where = reverse("budgets:statement", args=[participant.ref, budget.pk])
    staff = client_as(officer).get(where).content.decode()
    for page in (own, staff):
        assert "Boots" in page
        assert "£1,900" in page
    assert client_as(other_officer).get(where).status_code == 404


def test_my_pages_show_the_story_and_the_picture(budget, make_request, approve, client_as, participant):
    spend = make_request(100_00, "Boots")
    approve(spend)
    client = client_as(participant.user)
    page = client.get(reverse("budgets:my-request", args=[spend.pk])).content.decode()
    assert "It is being bought" in page
    money = client.get(reverse("budgets:my-money")).content.decode()
    assert "Where the money is" in money
