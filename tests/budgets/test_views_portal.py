"""A person's own pages about money: the sum first, what could help without money, then asking and the answer."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from budgets import services
from budgets.about import about
from budgets.commands import new_key
from budgets.models import Budget, Purpose, SpendRequest
from lifeplans import services as plans
from people.programmes.enrolment import end_enrolment
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db

ASK = {"what": "A bus pass", "amount": "£45.50", "purpose": "TRAVEL", "for_whom": "ME", "why": "To get to work."}


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def me(client_as, participant):
    client = client_as(participant.user)

    def send(name: str, *args: object, data: dict | None = None):
        url = reverse(f"budgets:{name}", args=args)
        return client.get(url) if data is None else client.post(url, data, follow=True)

    return send


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def draft(budget, goal, participant) -> SpendRequest:
    return services.start_request(budget=budget, goal=goal, without_money="My aunt asked.", by=participant.user)


def test_my_money_says_the_sum_and_asks_whether_it_was_seen(me, budget):
    page = words(me("my-money"))

    assert "£2,000" in page
    assert "OK, I have seen it" in page


def test_my_money_says_there_is_none_yet(me):
    assert "You do not have a budget yet" in words(me("my-money"))


def test_my_money_names_no_sum_where_the_fund_gives_none_first(me, make_fund, make_budget, participant):
    make_budget(participant, make_fund("enabling", "DISCRETIONARY", 0, council=500_00))

    page = words(me("my-money"))

    assert "There is a fund that can help with your goals" in page
    assert "£" not in page


def test_my_money_lists_what_i_sent_and_not_what_i_am_writing(me, make_request, draft):
    sent = make_request(what="Sent")
    services.start_request(budget=sent.budget, goal=sent.goal, without_money="No", by=sent.asked_by)

    assert list(me("my-money").context["requests"]) == [sent]


def test_my_money_shows_a_budget_no_longer_once_the_programme_ended(me, budget, manager):
    end_enrolment(enrolment=budget.enrolment, reason="Moved", by=manager, today=TODAY, now=NOW)

    assert me("my-money").context["budgets"] == []


def test_sum_seen_is_written_down_once(me, budget):
    page = me("sum-seen", budget.pk, data={})

    assert "Thank you. We know you have seen it." in words(page)
    assert Budget.objects.get(pk=budget.pk).sum_seen_at == NOW
    assert "OK, I have seen it" not in words(me("my-money"))


def test_looking_alone_writes_nothing_down(me, budget):
    me("my-money")

    assert Budget.objects.get(pk=budget.pk).sum_seen_at is None


def test_sum_seen_of_someone_else_is_not_found(me, make_budget, other_participant, fund):
    assert me("sum-seen", make_budget(other_participant, fund).pk, data={}).status_code == 404


def test_every_penny_is_told_with_what_it_was_for(me, make_request, manager, payer):
    commitment = services.approve_request(spend=make_request(100_00), reason="Yes", by=manager, now=NOW, key=new_key())
    services.record_payment(
        commitment=commitment, amount=30_00, payee="Shop", paid_on=TODAY, by=payer, now=NOW, key="p"
    )

    moves = [(move.said, move.pence) for move in me("my-pennies").context["moves"]]

    told = [("Not needed for", 70_00), ("Paid for", 30_00), ("Kept for", 100_00), ("You got", 2_000_00)]
    assert moves == told  # the newest first
    page = me("my-pennies")
    assert "A deposit" in words(page)
    assert page.content.decode().count(f"/me/requests/{commitment.spend_id}/") == 3  # all but what they got


def test_what_it_is_for_is_told_by_kind_the_most_first(me, make_request, manager, payer, budget):
    for pence, purpose in ((10_00, "TRAVEL"), (100_00, "HOME"), (20_00, "TRAVEL"), (5_00, "WORK")):
        spend = make_request(pence)
        SpendRequest.objects.filter(pk=spend.pk).update(purpose=purpose)
        made = services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())
        if purpose == "WORK":
            services.release_commitment(commitment=made, by=payer, now=NOW, key=new_key())

    assert "What it is for" in words(me("my-money"))
    assert about([Budget.objects.with_money().get(pk=budget.pk)], NOW)[0].on_what == [
        (Purpose.HOME.label, 100_00), (Purpose.TRAVEL.label, 30_00),
    ]  # fmt: skip


def test_every_penny_is_mine_alone(me, budget, make_budget, other_participant, fund):
    make_budget(other_participant, fund)

    assert [move.pence for move in me("my-pennies").context["moves"]] == [budget.total]


def test_ask_first_reminds_me_of_what_i_have(me, budget, goal, participant):
    plans.add_strength(plan=goal.plan, ring="FAMILY", text="My aunt has a van", by=participant.user, today=TODAY)

    assert "My aunt has a van" in words(me("ask-first", budget.pk))


def test_ask_first_leads_on_to_the_second_page(me, budget, goal):
    page = me("ask-first", budget.pk, data={"goal": goal.pk, "without_money": "My aunt asked."})

    draft = SpendRequest.objects.get()
    assert (draft.state, draft.goal, draft.without_money) == ("DRAFT", goal, "My aunt asked.")
    assert page.redirect_chain == [(reverse("budgets:ask", args=[draft.pk]), 302)]


def test_ask_first_brings_back_what_i_began(me, draft, budget):
    assert "My aunt asked." in words(me("ask-first", budget.pk))


def test_ask_first_again_goes_on_with_the_same_draft(me, draft, budget, goal):
    me("ask-first", budget.pk, data={"goal": goal.pk, "without_money": "A new answer"})

    assert SpendRequest.objects.get().without_money == "A new answer"


def test_ask_first_needs_a_goal_and_an_answer(me, budget, goal):
    page = me("ask-first", budget.pk, data={"goal": "", "without_money": ""})

    assert "There is a problem" in words(page)
    assert not SpendRequest.objects.exists()


def test_ask_first_without_a_goal_leads_to_the_plan(me, budget):
    assert "You need a goal first" in words(me("ask-first", budget.pk))


def test_ask_sends_it_and_says_what_comes_next(me, draft):
    page = me("ask", draft.pk, data=ASK)

    draft.refresh_from_db()
    assert (draft.state, draft.amount, draft.why, draft.asked_at) == ("ASKED", 45_50, "To get to work.", NOW)
    assert "Sent. We will tell you when there is an answer." in words(page)


@pytest.mark.parametrize("name", ASK)
def test_ask_asks_every_question_and_keeps_what_was_typed(name, me, draft):
    page = me("ask", draft.pk, data={**ASK, name: ""})

    draft.refresh_from_db()
    assert draft.state == "DRAFT"
    assert "There is a problem" in words(page)
    assert name == "what" or "A bus pass" in words(page)


def test_ask_for_more_than_is_left_says_how_much_is(me, draft):
    assert "You have £2,000 left. Ask for that much or less." in words(
        me("ask", draft.pk, data={**ASK, "amount": "2001"})
    )


def test_ask_twice_says_that_it_was_sent(me, draft):
    me("ask", draft.pk, data=ASK)

    assert "You have sent this already." in words(me("ask", draft.pk, data=ASK))


def test_what_someone_else_began_for_me_is_not_mine_to_send(me, budget, goal, officer):
    theirs = services.start_request(budget=budget, goal=goal, without_money="No", by=officer)

    assert me("ask", theirs.pk).status_code == 404


@pytest.mark.parametrize(
    ("act", "said"),
    [(None, "Someone who did not ask for it will decide"), ("approve_request", "We said yes to £100"),
     ("refuse_request", "The answer is no")],
)  # fmt: skip
def test_my_request_tells_the_answer_with_its_reasons(act, said, me, make_request, manager):
    spend = make_request(100_00)
    if act:
        getattr(services, act)(spend=spend, reason="Because of Monday", by=manager, now=NOW, key=new_key())

    page = words(me("my-request", spend.pk))

    assert said in page
    assert ("Because of Monday" in page) == bool(act)
    assert ("I do not want this any more" in page) == (act is None)


def test_take_back_withdraws_it(me, make_request):
    spend = make_request()

    page = me("take-back", spend.pk, data={})

    spend.refresh_from_db()
    assert spend.state == "WITHDRAWN"
    assert "You took it back." in words(page)


def test_take_back_of_what_is_answered_says_so_and_changes_nothing(me, make_request, manager):
    spend = make_request()
    services.refuse_request(spend=spend, reason="No", by=manager, now=NOW, key=new_key())

    page = me("take-back", spend.pk, data={})

    assert "This request is not waiting for an answer. It says: refused." in words(page)


@pytest.mark.parametrize("name", ["my-request", "take-back", "ask"])
def test_what_someone_else_asked_for_is_not_there(name, make_request, client_as, other_participant):
    url = reverse(f"budgets:{name}", args=[make_request().pk])
    client = client_as(other_participant.user)

    answer = client.post(url, {}) if name == "take-back" else client.get(url)

    assert answer.status_code == 404
