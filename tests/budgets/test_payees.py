"""Who is to be paid: named once, looked at before the decision, and on the payers' list with nothing typed again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from budgets import checks, interests, matches, services
from budgets.commands import new_key
from budgets.models import Commitment, Payment, SpendRequest
from budgets.work_items import items
from people.access.whom import whom
from providers.models import Referral, Service
from tests.budgets.test_views_books import day
from tests.conftest import NOW, TODAY
from tests.providers.conftest import make_service, outcodes, provider  # noqa: F401

pytestmark = pytest.mark.django_db
THEMSELVES = "It would be paid to the person themselves: that goes in a way that is agreed, on their money page."


@pytest.fixture
def ask(budget, goal, participant):
    def make(payee: str = "Harbour Lettings", amount: int = 100_00, by=None, **over) -> SpendRequest:
        by = by or participant.user
        draft = services.start_request(budget=budget, goal=goal, without_money="No", by=by)
        asked = {"what": "A deposit", "purpose": "HOME", "for_whom": "ME", "why": "To stay.", "payee": payee, **over}
        return services.ask(spend=draft, amount=amount, by=by, now=NOW - timedelta(days=1), key=new_key(), **asked)

    return make


def approve(spend, by):
    return services.approve_request(spend=spend, reason="Yes", by=by, now=NOW, key=new_key())


def said_of_payee(spend, by) -> tuple[str, str]:
    found = checks.with_facts(SpendRequest.objects.filter(pk=spend.pk).with_rules(TODAY), by=by.pk, now=NOW).get()
    return next((each.result, each.said) for each in checks.checks_of(found, found.rules) if each.about == "Paid to")


def lines(user) -> list[str]:
    return [item.reason for item in items(user=user, whom=whom(user, TODAY), today=TODAY, now=NOW)]


def test_who_is_named_with_the_request_is_on_the_list_of_who_pays_once_it_is_approved(ask, manager, payer, officer):
    made = approve(ask(), manager)
    assert made.payee == "Harbour Lettings"
    assert "£100 for A deposit is to be paid to Harbour Lettings." in lines(payer)
    assert not any("Harbour" in line or "bought yet" in line for line in lines(officer))
    assert not any("Harbour" in line for line in lines(manager))


def test_where_nobody_is_named_the_worker_does_and_then_it_is_on_the_list_of_who_pays(ask, manager, payer, officer):
    made = approve(ask(""), manager)
    assert any("Nothing has been bought yet" in line for line in lines(officer))
    assert not any("deposit" in line for line in lines(payer))
    services.name_payee(commitment=made, payee="Harbour Lettings", by=officer)
    assert not any("bought yet" in line for line in lines(officer))
    assert "£100 for A deposit is to be paid to Harbour Lettings." in lines(payer)


def test_what_nobody_else_may_pay_is_on_the_deciders_list_and_says_so(ask, manager, payer):
    payer.memberships.update(ends_on=TODAY - timedelta(days=1))
    approve(ask(), manager)
    assert any("to be paid to Harbour Lettings, and nobody in your team may" in line for line in lines(manager))


@pytest.mark.parametrize(
    ("payee", "result", "said"),
    [
        ("", "WELL", "Nobody is named yet"), ("Harbour Lettings", "WELL", "is named"),
        ("mona  MANAGER", "STOP", "You have to do with"), ("Given Interest Ltd", "STOP", "You have to do with"),
    ],
)  # fmt: skip
def test_the_payee_is_checked_against_who_decides(payee, result, said, ask, manager):
    interests.say(by=manager, payee="Given interest, LTD.", how="My brother owns it.", now=NOW)
    found = said_of_payee(ask(payee), manager)
    assert found[0] == result
    assert said in found[1]


@pytest.mark.parametrize("payee", ["Mona Manager", "My Brother"])
def test_nobody_decides_for_a_payee_that_they_have_to_do_with(payee, ask, manager, payer):
    interests.say(by=manager, payee="My brother", how="He is.", now=NOW)
    spend = ask(payee)
    for act in (services.approve_request, services.refuse_request):
        with pytest.raises(interests.HasAnInterest, match="Someone else decides|someone else decides"):
            act(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())
    approve(spend, payer)


def test_nobody_pays_themselves(ask, manager, payer):
    made = approve(ask("Petra Payer"), manager)
    paying = {"commitment": made, "amount": 5_00, "paid_on": TODAY, "by": payer, "now": NOW}
    with pytest.raises(interests.HasAnInterest):
        services.record_payment(**paying, payee="petra-payer", key=new_key())


def test_a_payee_who_asks_is_new_or_named_for_many_is_looked_at(
    ask, manager, payer, participant, make_participant, officer, make_budget, fund, make_goal
):
    asks = participant.user.name
    assert said_of_payee(ask(asks), manager) == ("MIND", THEMSELVES)
    assert said_of_payee(ask("Big Shop", 120_00), manager)[0] == "WELL"
    new = ask("Big Shop", 120_01)
    assert said_of_payee(new, manager) == ("MIND", "Big Shop was never paid before. Look at the bill.")
    made = approve(ask("big-shop", 10_00), manager)
    services.record_payment(
        commitment=made, amount=10_00, payee="BIG SHOP", paid_on=TODAY, by=payer, now=NOW, key=new_key()
    )
    assert said_of_payee(new, manager) == ("WELL", "Big Shop is named.")
    for number in range(4):
        other = make_participant("Other", f"Person{number}", f"X2007{number}0", lead=officer)
        theirs = {"budget": make_budget(other, fund), "goal": make_goal(other, by=officer)}
        draft = services.start_request(**theirs, without_money="No", by=officer)
        services.ask(
            spend=draft, what="A bed", amount=5_00, purpose="HOME", for_whom="ME", why="x", payee="Big Shop",
            by=officer, now=NOW, key=new_key(),
        )  # fmt: skip
    assert said_of_payee(new, manager) == ("MIND", "Big Shop is named for 5 people in the last 29 days.")


def test_from_approved_to_paid_takes_two_presses_where_it_is_known_who_sells_it(
    ask, manager, payer, client_as, officer
):
    approve(ask(), manager)
    client = client_as(payer)
    made = SpendRequest.objects.get().commitment
    where = reverse("budgets:pay", args=[made.pk])  # the first press: on the list
    form = client.get(where).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    typed |= {"invoice": "", "amount": "100", **day("paid_on", typed.pop("paid_on"))}
    page = client.post(where, typed)  # the second
    assert page.status_code == 302
    paid = Payment.objects.get()
    assert (paid.amount, paid.payee, paid.recorded_by) == (100_00, "Harbour Lettings", payer)


def test_a_worker_names_the_payee_on_a_page_and_a_stale_one_is_not_overwritten(ask, manager, officer, client_as):
    made = approve(ask(""), manager)
    client, where = client_as(officer), reverse("budgets:payee", args=[made.pk])
    assert "Enter who is to be paid" in client.post(where, {"payee": ""}).content.decode()
    page = client.post(where, {"payee": "Harbour Lettings"}, follow=True).content.decode()
    assert "To be paid to" in page
    assert "as was named after the decision" in page
    assert made.history.latest().history_user == officer


# --- services that could give it -------------------------------------------------------------------


@pytest.fixture
def offered(make_service, participant, outcodes):  # noqa: F811
    """Services for health: free, dear, cheap, and one for another need."""
    return {
        "free": make_service("Talk", charge="FREE", price=None, price_unit="", needs=["HEALTH"]),
        "dear": make_service("Retreat", charge="PRICED", price=900_00, price_unit="SESSION", needs=["HEALTH"]),
        "cheap": make_service("Swim", charge="PRICED", price=20_00, price_unit="SESSION", needs=["HEALTH"]),
        "other": make_service("Bricks", charge="FREE", price=None, price_unit="", needs=["EMPLOYMENT"]),
    }


def test_services_for_the_goals_need_that_cost_no_more_are_offered(ask, goal, manager, offered):
    goal.need = "HEALTH"
    goal.save()
    made = approve(ask("", 100_00), manager)
    found = {each.name for each in matches.best(made, TODAY)}
    assert found == {"Talk", "Swim"}


def test_at_most_three_are_offered_and_none_without_a_need(ask, goal, manager, make_service):  # noqa: F811
    for nth in range(5):
        make_service(f"Talk {nth}", charge="FREE", price=None, price_unit="", needs=["HEALTH"])
    made = approve(ask(""), manager)
    assert matches.best(made, TODAY) == []
    goal.need = "HEALTH"
    goal.save()
    made.refresh_from_db()
    assert len(matches.best(Commitment.objects.get(pk=made.pk), TODAY)) == 3


def test_one_page_refers_and_lets_the_money_pay(ask, goal, manager, officer, offered, client_as):
    goal.need = "HEALTH"
    goal.save()
    made = approve(ask("", 100_00), manager)
    client = client_as(officer)
    detail = client.get(reverse("budgets:request-detail", args=[made.spend_id])).content.decode()
    assert "Who could give it" in detail
    where = reverse("budgets:buy", args=[made.pk, offered["cheap"].pk])
    form = client.get(where).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields if name != "shares"} | {"agreed": "on"}
    page = client.post(where, typed, follow=True).content.decode()
    assert "The money now pays for that." in page
    sent = Referral.objects.get()
    made.refresh_from_db()
    assert (made.referral, sent.price, sent.goal, sent.need) == (sent, 20_00, goal, "HEALTH")  # as listed
    assert "Who could give it" not in page
    assert Service.objects.get(pk=sent.service_id).name == "Swim"


@pytest.mark.parametrize("name", ["Jordan Ashworth", "jordan  ASHWORTH", "Jay Ashworth"])
def test_money_in_the_persons_own_hands_needs_a_way_that_is_agreed(make_request, manager, payer, participant, name):
    participant.preferred_name = "Jay"
    participant.save()
    spend = make_request()
    made = services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())
    with pytest.raises(services.NotSoHandedOver, match="propose it on their money page"):
        services.name_payee(commitment=made, payee=name, by=manager)
    with pytest.raises(services.NotSoHandedOver):
        services.record_payment(
            commitment=made, amount=1_00, paid_on=TODAY, payee=name, by=payer, now=NOW, key=new_key()
        )


def test_what_the_person_chose_from_the_directory_is_first_of_who_could_give_it(
    ask,
    make_service,  # noqa: F811
    manager,
    participant,
    officer,
    client_as,  # noqa: F811
):
    others = [
        make_service(f"Near {n}", needs=["ACCOMMODATION"], charge="FREE", price=None, price_unit="") for n in range(4)
    ]
    chosen = make_service("The one", needs=["FINANCES"], price=999_00)
    made = approve(ask("", service=chosen), manager)

    found = matches.best(made, TODAY)

    assert [each.name for each in found] == ["The one", *(each.name for each in others[:2])]
    page = client_as(officer).get(reverse("budgets:request-detail", args=[made.spend_id])).content.decode()
    assert "Chosen from the directory" in page
    page = client_as(participant.user).get(reverse("budgets:my-request", args=[made.spend_id])).content.decode()
    assert "You chose" in page
    Service.objects.filter(pk=chosen.pk).update(status="INACTIVE")
    assert "The one" not in [each.name for each in matches.best(made, TODAY)]


def test_services_near_by_are_offered_while_asking_and_another_number_is_refused(
    budget,
    goal,
    participant,
    make_service,  # noqa: F811
    client_as,  # noqa: F811
):
    near, draft = (
        make_service("The one"),
        services.start_request(budget=budget, goal=goal, without_money="No", by=participant.user),
    )
    client, where = client_as(participant.user), reverse("budgets:ask", args=[draft.pk])
    assert "The one, " in client.get(where).content.decode()
    typed = {"what": "A course", "amount": "20", "purpose": "HOME", "for_whom": "ME", "why": "To stay."}
    page = client.post(where, typed | {"service": "999999"}).content.decode()
    assert "There is a problem" in page
    client.post(where, typed | {"service": near.pk})
    assert SpendRequest.objects.get(pk=draft.pk).service == near
