"""The books and corrections, as their users go through the pages."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from budgets import periods, services
from budgets.commands import new_key
from budgets.models import Account, AccountingPeriod, Correction, Pot, Transaction
from tests.budgets.conftest import money_of
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db


def day(name: str, on: date) -> dict[str, int]:
    return {f"{name}-day": on.day, f"{name}-month": on.month, f"{name}-year": on.year}


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def fay(make_user):
    return make_user("Fay Finance", "FINANCE")


@pytest.fixture
def finn(make_user):
    return make_user("Finn Finance", "FINANCE")


@pytest.fixture
def third(make_user, team):
    return make_user("Thea Third", "MANAGER", team)


@pytest.fixture
def payment(make_request, manager, payer):
    spend = make_request(300_00)
    set_aside = services.approve_request(spend=spend, reason="Yes.", by=manager, now=NOW, key=new_key())
    return services.record_payment(
        commitment=set_aside, amount=300_00, payee="Shop", paid_on=TODAY, by=payer, now=NOW, key=new_key()
    )


def of(payment) -> str:
    return reverse("budgets:request-detail", args=[payment.commitment.spend_id])


def test_a_refund_is_asked_for_by_one_manager_and_agreed_to_by_another(
    budget, payment, manager, third, participant, client_as
):
    spend = payment.commitment.spend
    asks, agrees = client_as(manager), client_as(third)
    form = reverse("budgets:request-refund", args=[spend.pk])
    assert "Money came back" in text(asks.get(form))
    typed = {"amount": "£12.50", "reason": "A smaller size was cheaper.", **day("happened_on", TODAY)}
    assert asks.post(form, typed).url == of(payment)
    correction = Correction.objects.latest("pk")
    page = reverse("budgets:correction", args=[correction.pk])
    assert "Agree, and put it right" not in text(asks.get(page))
    assert "Agree, and put it right" in text(agrees.get(page))
    agrees.post(reverse("budgets:correction-agree", args=[correction.pk]))
    assert (money_of(budget).paid, money_of(budget).available) == (287_50, 1_712_50)
    assert "A smaller size was cheaper." in text(asks.get(of(payment)))
    assert "A smaller size was cheaper." in text(client_as(participant.user).get(reverse("budgets:my-pennies")))


def test_what_was_typed_is_kept_where_the_sum_is_too_much(payment, manager, client_as):
    form = reverse("budgets:request-write-off", args=[payment.commitment.spend_id])
    page = text(client_as(manager).post(form, {"amount": "300.01", "reason": "It is lost."}))
    assert "Only £300 was paid for this." in page
    assert "It is lost." in page
    assert "300.01" in page
    assert not Correction.objects.waiting().exists()


@pytest.mark.parametrize("typed", ["0.005", "-1", "1e12", "sixty", ""])
def test_a_sum_that_is_none_says_so(typed, payment, manager, client_as):
    form = reverse("budgets:request-refund", args=[payment.commitment.spend_id])
    answer = client_as(manager).post(form, {"amount": typed, "reason": "Back.", **day("happened_on", TODAY)})
    assert answer.status_code == 200
    assert "There is a problem" in text(answer)
    assert not Correction.objects.waiting().exists()


def test_who_asked_and_agrees_all_the_same_is_told_who_may(payment, manager, client_as):
    client = client_as(manager)
    client.post(
        reverse("budgets:request-move-wrong", args=[payment.commitment.spend_id, payment.transaction_id]),
        {"reason": "The wrong shop."},
    )
    correction = Correction.objects.latest("pk")
    answer = client.post(reverse("budgets:correction-agree", args=[correction.pk]), follow=True)
    assert "Someone other than who asked has to answer." in text(answer)
    correction.refresh_from_db()
    assert correction.state == "ASKED"
    assert "You took it back" in text(
        client.post(reverse("budgets:correction-take-back", args=[correction.pk]), follow=True)
    )


def test_a_refusal_needs_its_reason(payment, manager, third, client_as):
    client_as(manager).post(
        reverse("budgets:request-move-wrong", args=[payment.commitment.spend_id, payment.transaction_id]),
        {"reason": "The wrong shop."},
    )
    correction = Correction.objects.latest("pk")
    refuse = reverse("budgets:correction-refuse", args=[correction.pk])
    assert "There is a problem" in text(client_as(third).post(refuse, {"reason": " "}))
    client_as(third).post(refuse, {"reason": "It was the right one."})
    correction.refresh_from_db()
    assert (correction.state, correction.answer) == ("REFUSED", "It was the right one.")


def test_a_double_press_on_agree_posts_once(payment, manager, third, client_as):
    client_as(manager).post(
        reverse("budgets:request-move-wrong", args=[payment.commitment.spend_id, payment.transaction_id]),
        {"reason": "The wrong shop."},
    )
    correction = Correction.objects.latest("pk")
    key = {"_idempotency_key": new_key()}
    for _ in range(2):
        client_as(third).post(reverse("budgets:correction-agree", args=[correction.pk]), key)
    assert Transaction.objects.filter(kind="REVERSE").count() == 1


def test_finance_puts_money_in_and_a_second_one_agrees_that_it_was_wrong(fund, fay, finn, client_as):
    health = Pot.objects.get(funder__name="Health")
    before = Account.objects.get(kind="POT", pot=health).balance
    came = {"amount": "24,000", "reference": "HB 17/B", "reason": "", **day("happened_on", TODAY)}
    client_as(finn).post(reverse("budgets:pot-contribute", args=[fund.pk, health.pk]), came)
    entered = Correction.objects.latest("pk")
    page = client_as(fay).get(reverse("budgets:correction", args=[entered.pk]))
    assert "HB 17/B" in text(page)
    client_as(fay).post(reverse("budgets:correction-agree", args=[entered.pk]))
    made = Transaction.objects.order_by("-pk").first()
    assert (made.by, made.correction) == (fay, entered)
    other = client_as(finn)
    other.post(reverse("budgets:fund-move-wrong", args=[fund.pk, made.pk]), {"reason": "Typed twice."})
    correction = Correction.objects.latest("pk")
    assert "You recorded what is put right" in text(
        client_as(fay).get(reverse("budgets:correction", args=[correction.pk]))
    )
    assert Account.objects.get(kind="POT", pot=health).balance == before + 24_000_00


def test_money_goes_back_to_its_funder_by_two_finance_officers(fund, fay, finn, client_as):
    pot = Pot.objects.get(fund=fund, funder__name="Health")
    typed = {"amount": "1000", "reason": "Their year ends.", **day("happened_on", TODAY)}
    client_as(fay).post(reverse("budgets:pot-withdraw", args=[fund.pk, pot.pk]), typed)
    correction = Correction.objects.latest("pk")
    assert "Their year ends." in text(client_as(finn).get(reverse("budgets:books")))
    client_as(finn).post(reverse("budgets:correction-agree", args=[correction.pk]))
    assert Transaction.objects.get(kind="WITHDRAW").by == finn
    assert "Given back to a funder" in text(client_as(fay).get(reverse("budgets:fund-detail", args=[fund.pk])))


def test_a_finance_officer_sees_no_correction_of_a_person(payment, manager, fay, client_as):
    client_as(manager).post(
        reverse("budgets:request-move-wrong", args=[payment.commitment.spend_id, payment.transaction_id]),
        {"reason": "The wrong shop."},
    )
    correction = Correction.objects.latest("pk")
    for name in ("correction", "correction-agree"):
        address = reverse(f"budgets:{name}", args=[correction.pk])
        ask = client_as(fay).post if name.endswith("agree") else client_as(fay).get
        assert ask(address).status_code == 404
    assert "The wrong shop." not in text(client_as(fay).get(reverse("budgets:books")))


def test_two_finance_officers_open_the_next_accounts_and_close_the_last(fay, finn, client_as):
    AccountingPeriod.objects.all().delete()
    over = AccountingPeriod.objects.create(
        starts_on=date(2024, 4, 1), ends_on=date(2025, 3, 31), state="OPEN", opened_at=NOW
    )
    one, two = client_as(fay), client_as(finn)
    one.post(reverse("budgets:period-open"), day("ends_on", date(2027, 3, 31)))
    asked = AccountingPeriod.objects.get(state="OPENING")
    assert "Agree to open" not in text(one.get(reverse("budgets:books")))
    assert "Agree to open" in text(two.get(reverse("budgets:books")))
    two.post(reverse("budgets:period-agree", args=[asked.pk]))
    one.post(reverse("budgets:period-close", args=[over.pk]))
    assert "Someone other than who asked" in text(
        one.post(reverse("budgets:period-agree-to-close", args=[over.pk]), follow=True)
    )
    two.post(reverse("budgets:period-agree-to-close", args=[over.pk]))
    over.refresh_from_db()
    assert over.state == "CLOSED"
    page = text(one.get(reverse("budgets:books")))
    assert "by Fay Finance and Finn Finance" in page


def test_accounts_of_a_day_before_they_begin_are_refused_and_the_day_is_kept(fay, client_as):
    page = text(client_as(fay).post(reverse("budgets:period-open"), day("ends_on", date(2020, 1, 31))))
    assert f"It begins on {periods.next_starts_on():%-d %B %Y}." in page
    assert 'value="2020"' in page
