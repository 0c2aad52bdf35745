"""What funders promise, on which terms; whose money is spent first; and what becomes of it when its day is over."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from budgets import corrections, exceptions, ledger, pots, services
from budgets.book_items import of_the_books
from budgets.commands import new_key
from budgets.models import Account, Correction, Fund, Funder, Pot, Transaction
from budgets.spending import Order
from budgets.verification import differences
from common.errors import RuleBroken
from common.postgres.actor import acting_as
from people.models import Characteristics, DeliveryUnit, Message
from tests.attacks.canaries import as_owner, without_triggers
from tests.budgets.conftest import money_of
from tests.budgets.test_views_books import day, text
from tests.conftest import NOW, TODAY
from tests.money import put_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_fund(make_fund):
    """A fund of a programme that gives no sum first, with nothing in it."""
    return make_fund("open", "DISCRETIONARY", 0)


@pytest.fixture
def give(manager):
    """Money in a fund: `give(fund, "Council", 100_00, youngest=18, oldest=25)`."""

    def make(fund: Fund, name: str, amount: int, **terms) -> Pot:
        funder, _ = Funder.objects.get_or_create(name=terms.pop("funder", name))
        put_in(fund, funder, amount, by=manager, **{"called": name, **terms})
        return Pot.objects.get(fund=fund, called=name)

    return make


@pytest.fixture
def asked(make_budget, make_request, participant, manager):
    """Approves a request of the person on a fund that gives no sum, and says whose money was set aside."""

    def make(fund: Fund, amount: int, **over) -> dict[str, int]:
        budget = getattr(participant, "of_this_test", None) or make_budget(participant, fund)
        participant.of_this_test = budget
        spend = make_request(amount, budget=budget, **over)
        services.approve_request(spend=spend, reason="Yes.", by=manager, now=NOW, key=new_key())
        moved = spend.transactions.get(kind="COMMIT").entries.filter(amount__gt=0)
        return dict(moved.values_list("account__pot__called", "amount"))

    return make


def test_the_narrowest_goes_first_then_what_ends_soonest_then_the_oldest(open_fund, give, asked):
    give(open_fund, "New", 100_00)
    give(open_fund, "Old", 100_00, now=NOW - timedelta(days=90))
    give(open_fund, "For homes", 100_00, purposes=["HOME"])
    give(open_fund, "Homes of the young", 100_00, purposes=["HOME"], youngest=18, oldest=99)
    give(open_fund, "Soon", 100_00, use_by=TODAY + timedelta(days=9), if_unspent="BACK")
    give(open_fund, "Sooner", 100_00, use_by=TODAY + timedelta(days=8), if_unspent="BACK")

    assert asked(open_fund, 500_00) == {
        "Homes of the young": 100_00, "Sooner": 100_00, "Soon": 100_00, "For homes": 100_00, "Old": 100_00,
    }  # fmt: skip
    assert differences() == []


def test_of_two_that_are_equal_each_gives_in_proportion_and_an_odd_penny_is_borne_by_who_has_given_least(
    open_fund, give, asked, manager
):
    give(open_fund, "Council", 100_01)
    give(open_fund, "Health", 100_01)
    assert asked(open_fund, 1) == {"Council": 1}
    put_in(open_fund, Funder.objects.get(name="Council"), 1, by=manager)  # as much there as Health has, and one given
    assert asked(open_fund, 1) == {"Health": 1}


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        ({"youngest": 60, "oldest": 90}, "is for people aged 60 to 90"),
        ({"tag": "VETERAN"}, "is for a group they are not in"),
        ({"for_whom": "WOMEN"}, "is not for them"),
        ({"purposes": ["WORK", "TRAVEL"]}, "is for something else"),
    ],
)
def test_money_is_not_spent_against_its_terms_and_the_answer_says_why(terms, why, open_fund, give, asked):
    give(open_fund, "Free", 10_00)
    give(open_fund, "Tied", 100_00, **terms)
    with pytest.raises(ledger.NotEnough) as refusal:
        asked(open_fund, 50_00)
    assert str(refusal.value) == f"There is only £10 for this. More is there, but £100 of Tied {why}."


def test_money_for_one_area_is_spent_there_alone(open_fund, give, asked, participant):
    here = participant.delivery_unit
    other = DeliveryUnit.objects.create(code="ELSE", name="Elsewhere", region=here.region)
    give(open_fund, "There", 10_00, areas=[other])
    give(open_fund, "Here", 10_00, areas=[here, other])
    assert asked(open_fund, 5_00) == {"Here": 5_00}
    with pytest.raises(ledger.NotEnough, match="£10 of There is for another area"):
        asked(open_fund, 6_00)


def test_money_for_women_is_spent_on_a_woman_who_said_so(open_fund, give, asked, participant, officer):
    give(open_fund, "Women’s money", 10_00, for_whom="WOMEN")
    Characteristics.objects.create(participant=participant, sex="FEMALE", said_on=TODAY, written_by=officer)
    assert asked(open_fund, 5_00) == {"Women’s money": 5_00}


@pytest.mark.parametrize(("after", "spent"), [(0, True), (1, False)])
def test_money_is_set_aside_on_its_last_day_and_not_after_it(after, spent, open_fund, give, make_budget, participant):
    give(open_fund, "Soon", 10_00, use_by=TODAY, if_unspent="BACK")
    order = Order(open_fund, TODAY + timedelta(days=after), purpose="HOME", person=participant)
    assert (not order.refused) == spent


def test_money_that_is_carried_forward_lasts_a_year_more(open_fund):
    def last(use_by, if_unspent="CARRY"):
        return Pot(use_by=use_by, if_unspent=if_unspent).last_day

    assert last(date(2027, 3, 31)) == date(2028, 3, 31)
    assert last(date(2028, 2, 29)) == date(2029, 2, 28)
    assert last(date(2027, 3, 31), "BACK") == date(2027, 3, 31)
    assert last(None) is None


def test_a_sum_comes_out_of_what_is_for_anything(make_fund, give, make_budget, participant):
    fund = make_fund("sum", allocation=500_00)
    give(fund, "Free", 900_00)
    give(fund, "For work", 900_00, purposes=["WORK"])
    budget = make_budget(participant, fund)
    of = budget.accounts.filter(kind="BUDGET").values_list("pot__called", "balance")
    assert list(of) == [("Free", 500_00)]


def test_money_for_this_alone_takes_the_place_of_as_much_of_their_sum(
    make_fund, give, make_budget, participant, make_request, manager
):
    fund = make_fund("sum", allocation=500_00)
    give(fund, "Free", 900_00)
    give(fund, "For homes", 120_00, purposes=["HOME"])
    budget = make_budget(participant, fund)
    spend = make_request(200_00, budget=budget)
    services.approve_request(spend=spend, reason="Yes.", by=manager, now=NOW, key=new_key())

    moved = spend.transactions.get(kind="COMMIT").entries.filter(amount__gt=0)
    assert dict(moved.values_list("account__pot__called", "amount")) == {"Free": 80_00, "For homes": 120_00}
    budget = money_of(budget)
    assert (budget.available, budget.committed, budget.total) == (300_00, 200_00, 500_00)
    assert Account.objects.get(kind="POT", pot__called="Free").balance == 520_00
    assert differences() == []


def test_money_for_this_alone_pays_no_more_than_their_sum_has(
    make_fund, give, make_budget, participant, make_request, manager
):
    fund = make_fund("sum", allocation=100_00)
    give(fund, "Free", 900_00)
    give(fund, "For homes", 900_00, purposes=["HOME"])
    budget = make_budget(participant, fund)
    first, second = (make_request(60_00, what, budget=budget) for what in ("A bed", "A table"))
    services.approve_request(spend=first, reason="Yes.", by=manager, now=NOW, key=new_key())
    with pytest.raises(ledger.NotEnough, match="only £40 left"):
        services.approve_request(spend=second, reason="Yes.", by=manager, now=NOW, key=new_key())


@pytest.fixture
def sum_and_homes(make_fund, give, make_budget, make_request, participant, manager):
    """A sum of £500, and £120 of a request of £200 out of money that is for homes alone."""
    fund = make_fund("sum", allocation=500_00)
    give(fund, "Free", 900_00)
    give(fund, "For homes", 120_00, purposes=["HOME"])
    spend = make_request(200_00, budget=make_budget(participant, fund))
    return services.approve_request(spend=spend, reason="Yes.", by=manager, now=NOW, key=new_key())


def theirs(commitment) -> dict[str, int]:
    of = commitment.spend.budget.accounts.filter(kind="BUDGET", balance__gt=0)
    return dict(of.values_list("pot__called", "balance"))


def test_money_for_this_alone_that_is_not_needed_goes_back_and_other_money_takes_its_place(
    sum_and_homes, manager, payer, make_request
):
    services.release_commitment(commitment=sum_and_homes, by=payer, now=NOW, key=new_key())
    assert theirs(sum_and_homes) == {"Free": 500_00}
    assert Account.objects.get(kind="POT", pot__called="For homes").balance == 120_00
    clothes = make_request(500_00, "Clothes for work", budget=sum_and_homes.spend.budget, purpose="CLOTHING")
    services.approve_request(spend=clothes, reason="Yes.", by=manager, now=NOW, key=new_key())
    assert differences() == []


def test_what_is_left_over_of_it_goes_back_too(sum_and_homes, payer):
    services.record_payment(
        commitment=sum_and_homes, amount=90_00, payee="Shop", paid_on=TODAY, by=payer, now=NOW, key=new_key()
    )
    assert theirs(sum_and_homes) == {"Free": 410_00}
    assert Account.objects.get(kind="POT", pot__called="For homes").balance == 30_00
    assert differences() == []


def test_what_was_paid_back_of_it_goes_back_too(sum_and_homes, manager, payer):
    services.record_payment(
        commitment=sum_and_homes, amount=200_00, payee="Shop", paid_on=TODAY, by=payer, now=NOW, key=new_key()
    )
    back = corrections.ask_refund(
        spend=sum_and_homes.spend, amount=200_00, happened_on=TODAY, reason="Shut.", by=payer, now=NOW, key=new_key()
    )
    corrections.agree(correction=back, by=manager, now=NOW, key=new_key())
    assert theirs(sum_and_homes) == {"Free": 500_00}
    assert differences() == []


def test_where_there_is_no_other_money_it_stays_and_serves_for_the_same_again(
    sum_and_homes, manager, payer, make_request
):
    free = Pot.objects.get(called="Free")
    rest = corrections.ask_withdrawal(
        pot=free, amount=Pot.objects.with_balance().get(pk=free.pk).balance, happened_on=TODAY, reason="Theirs.",
        by=manager, now=NOW, key=new_key(),
    )  # fmt: skip
    corrections.agree(correction=rest, by=payer, now=NOW, key=new_key())
    services.release_commitment(commitment=sum_and_homes, by=payer, now=NOW, key=new_key())
    assert theirs(sum_and_homes) == {"Free": 380_00, "For homes": 120_00}
    again = make_request(450_00, "A bed", budget=sum_and_homes.spend.budget)
    services.approve_request(spend=again, reason="Yes.", by=manager, now=NOW, key=new_key())
    assert theirs(sum_and_homes) == {"Free": 50_00}


def test_money_that_is_carried_forward_stays_in_budgets_for_its_year(make_fund, give, make_budget, participant):
    fund = make_fund("sum", allocation=500_00)
    give(fund, "Carried", 500_00, use_by=TODAY)
    make_budget(participant, fund)
    assert pots.end_use(now=NOW + timedelta(days=365)) == 0
    assert pots.end_use(now=NOW + timedelta(days=366)) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_contributions_with_one_reference_at_once_one_is_entered(fund, manager):
    from tests.budgets.test_services import run_together

    pot = Pot.objects.first()

    def enter(nth):
        try:
            return corrections.ask_contribution(
                pot=pot, amount=5_00, happened_on=TODAY, reference="BACS 17", by=manager, now=NOW, key=new_key()
            )
        except corrections.SameReference:
            return None

    assert [bool(each) for each in run_together(4, enter)].count(True) == 1
    assert Correction.objects.waiting().count() == 1


def test_what_comes_back_comes_back_to_the_last_that_was_spent(open_fund, give, asked, manager, payer, participant):
    give(open_fund, "Free", 100_00)
    give(open_fund, "For homes", 60_00, purposes=["HOME"])
    asked(open_fund, 100_00)
    commitment = participant.of_this_test.requests.get().commitment
    services.record_payment(
        commitment=commitment, amount=70_00, payee="Shop", paid_on=TODAY, by=payer, now=NOW, key=new_key()
    )
    left = {pot.called: pot.balance for pot in open_fund.pots.with_balance()}
    assert left == {"Free": 90_00, "For homes": 0}

    back = corrections.ask_refund(
        spend=commitment.spend, amount=15_00, happened_on=TODAY, reason="Cheaper.", by=payer, now=NOW, key=new_key()
    )
    corrections.agree(correction=back, by=manager, now=NOW, key=new_key())
    left = {pot.called: pot.balance for pot in open_fund.pots.with_balance()}
    assert left == {"Free": 100_00, "For homes": 5_00}


def test_money_that_should_have_been_used_leaves_budgets_and_other_money_takes_its_place(
    make_fund, give, make_budget, participant, manager
):
    fund = make_fund("sum", allocation=500_00)
    give(fund, "Ends", 500_00, use_by=TODAY, if_unspent="BACK")
    budget = make_budget(participant, fund)
    give(fund, "Stays", 300_00)
    assert pots.end_use(now=NOW) == 0
    assert pots.end_use(now=NOW + timedelta(days=1)) == 1

    assert dict(budget.accounts.filter(kind="BUDGET").values_list("pot__called", "balance")) == {
        "Ends": 0, "Stays": 300_00,
    }  # fmt: skip
    assert Message.objects.filter(participant=participant, body__startswith=pots.LESS).count() == 1
    assert pots.end_use(now=NOW + timedelta(days=2)) == 0
    assert differences() == []


def test_a_contribution_is_there_once_a_second_person_agrees(open_fund, manager, payer):
    funder = Funder.objects.create(name="Trust")
    pot = pots.open_pot(
        fund=open_fund, funder=funder, called="Trust 2026", pledged=100_00, by=manager, now=NOW, key=new_key()
    )
    came = {"pot": pot, "amount": 40_00, "happened_on": TODAY, "by": manager, "now": NOW}
    asked = corrections.ask_contribution(reference="BACS 17", key=new_key(), **came)
    assert Pot.objects.with_received().get(pk=pot.pk).received == 0
    assert "Trust 2026" in of_the_books(user=payer, today=TODAY)[0].reason
    with pytest.raises(corrections.SamePerson):
        corrections.agree(correction=asked, by=manager, now=NOW, key=new_key())
    corrections.agree(correction=asked, by=payer, now=NOW, key=new_key())
    assert Pot.objects.with_received().get(pk=pot.pk).received == 40_00
    for reference in ("BACS 17", " bacs-17 "):
        with pytest.raises(corrections.SameReference, match="£40 of this funder"):
            corrections.ask_contribution(reference=reference, key=new_key(), **came)
    corrections.ask_contribution(reference="BACS 18", key=new_key(), **came)


def test_a_reference_can_be_used_again_once_what_had_it_is_reversed(open_fund, give, manager, payer, make_user, team):
    pot = give(open_fund, "Trust", 100_00)
    first = Correction.objects.get(pot=pot)
    wrong = corrections.ask_reversal(wrong=first.posted, reason="Twice.", by=payer, now=NOW, key=new_key())
    third = make_user("Thea Third", "MANAGER", team)
    corrections.agree(correction=wrong, by=third, now=NOW, key=new_key())
    about = {"pot": pot, "amount": 5_00, "happened_on": TODAY, "reference": first.reference, "by": payer}
    assert corrections.ask_contribution(**about, now=NOW, key=new_key())


def test_money_that_came_after_the_day_it_was_to_be_used_by_is_not_entered(open_fund, give, manager):
    pot = give(open_fund, "Ends", 1_00, use_by=TODAY, if_unspent="BACK")
    later = NOW + timedelta(days=1)
    with pytest.raises(services.NotThatDay, match="enter it as money of its own"):
        corrections.ask_contribution(
            pot=pot, amount=1_00, happened_on=TODAY + timedelta(days=1), reference="Late", by=manager, now=later,
            key=new_key(),
        )  # fmt: skip


def test_two_pots_of_a_fund_have_two_names(open_fund, give, manager):
    give(open_fund, "Trust", 1_00)
    with pytest.raises(RuleBroken, match="has this name already"):
        give(open_fund, "Trust", 1_00, pledged=2_00)


def test_nobody_changes_the_terms_on_which_money_was_given(open_fund, give, manager, fay):
    pot = give(open_fund, "Trust", 1_00)
    for user in (manager, fay):
        with acting_as(user.pk), transaction.atomic():
            assert Pot.objects.filter(pk=pot.pk).update(purposes=["WORK"]) == 0
        with pytest.raises(DatabaseError, match="terms of money"), acting_as(user.pk), transaction.atomic():
            pot.areas.add(DeliveryUnit.objects.first())


def test_money_comes_in_by_two_in_the_database_too(open_fund, give, manager):
    pot = give(open_fund, "Trust", 1_00)
    alone = "select budgets_post('k', 'h', now(), null, null, null, null, '{CONTRIBUTE}', array[%s]::bigint[], '{500}')"
    with (
        pytest.raises(DatabaseError, match="has no record"),
        acting_as(manager.pk),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(alone + "; set constraints all immediate", [pot.pk])


def test_the_night_finds_money_that_one_person_put_in_and_money_spent_against_its_terms(open_fund, give, asked):
    pot = give(open_fund, "Trust", 100_00)
    asked(open_fund, 10_00)
    assert differences() == []
    with as_owner():
        without_triggers(Correction)
        without_triggers(Pot)
        Correction.objects.filter(pot=pot).update(state="ASKED", posted=None, answered_by=None, answered_at=None)
        Pot.objects.filter(pk=pot.pk).update(purposes=["WORK"])
    made = Transaction.objects.get(kind="CONTRIBUTE", entries__account__pot=pot)
    aside = Transaction.objects.get(kind="COMMIT")
    assert differences() == [
        f"Transaction {made.pk} (CONTRIBUTE) was not agreed by two people.",
        f"Transaction {aside.pk} sets aside money of Trust against its terms.",
    ]


def test_what_was_promised_and_did_not_come_and_what_was_not_used_is_on_the_list_of_finance(
    open_fund, give, asked, manager, fay
):
    give(open_fund, "Promised", 40_00, pledged=100_00, expected_on=TODAY)
    give(open_fund, "Ends", 50_00, use_by=date(2026, 7, 31), if_unspent="BACK")
    asked(open_fund, 60_00)  # what was spent is none of theirs to see, and changes nothing of what came in
    assert Pot.objects.get(called="Promised").accounts.get(kind="POT").balance == 30_00

    def said(today):
        with acting_as(fay.pk):
            found = of_the_books(user=fay, today=today)
        return [item.reason for item in found if "accounts" not in item.reason]

    assert said(TODAY) == []
    late = "£60 of Promised, promised by 1 June 2026, has not come."
    assert said(TODAY + timedelta(days=1)) == [late]
    give(open_fund, "Ends too", 30_00, use_by=date(2026, 7, 31), if_unspent="BACK")
    assert said(TODAY + timedelta(days=1)) == [late, "£30 of Ends too is to be set aside by 31 July 2026."]
    assert said(date(2026, 8, 1)) == [late, "£30 of Ends too was to be used by 31 July 2026. Give it back."]


@pytest.fixture
def fay(make_user):
    return make_user("Fay Finance", "FINANCE")


def test_finance_enters_a_promise_and_money_and_another_agrees(open_fund, fay, make_user, client_as):
    finn = make_user("Finn Finance", "FINANCE")
    typed = {
        "new_funder": "Health board", "funder": "", "called": "Women’s money", "pledged": "£6,000", "for_whom": "WOMEN",
        "youngest": "18", "oldest": "25", "purposes": ["WORK"], "if_unspent": "BACK",
        **day("use_by", TODAY + timedelta(days=200)),
    }  # fmt: skip
    page = client_as(fay).post(reverse("budgets:pot-new", args=[open_fund.pk]), typed, follow=True)
    assert "There is no money in it yet" in text(page)
    assert "Aged 18 to 25" in text(page)
    pot = Pot.objects.get()
    came = {"amount": "4,000", "reference": "HB 1", "reason": "", **day("happened_on", TODAY)}
    page = client_as(fay).post(reverse("budgets:pot-contribute", args=[open_fund.pk, pot.pk]), came, follow=True)
    assert "once a second person has agreed" in text(page)
    entered = Correction.objects.get()
    where = reverse("budgets:correction", args=[entered.pk])
    assert "Someone else has to answer" in text(client_as(fay).get(where))
    other = client_as(finn)
    assert "Women only" in text(other.get(where))
    other.post(reverse("budgets:correction-agree", args=[entered.pk]))
    page = text(other.get(reverse("budgets:fund-detail", args=[open_fund.pk])))
    assert "£2,000 to come" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"funder": "", "new_funder": ""}, "Choose a funder from the list, or type the name of a new one"),
        ({"youngest": "18", "oldest": ""}, "Give both ages, or neither."),
        ({"youngest": "30", "oldest": "20"}, "The oldest age cannot be below the youngest."),
        ({"pledged": "0.005"}, "amount in pounds using numbers"),
        ({"pledged": "-5"}, "more than zero"),
        ({"called": "Council"}, "has this name already"),
        ({"use_by-day": "31", "use_by-month": "3", "use_by-year": "2099", "if_unspent": ""}, "becomes of what is left"),
    ],
)
def test_a_promise_that_cannot_be_says_why_and_keeps_what_was_typed(typed, said, fund, fay, client_as):
    sent = {"new_funder": "Trust", "funder": "", "called": "New money", "pledged": "5", "if_unspent": "BACK", **typed}
    page = client_as(fay).post(reverse("budgets:pot-new", args=[fund.pk]), sent)
    assert page.status_code == 200
    assert said in text(page)
    assert sent["called"] in page.content.decode()
    assert Pot.objects.count() == 2


def test_verify_ledger_is_content_with_money_on_terms(open_fund, give, asked):
    give(open_fund, "For homes", 100_00, purposes=["HOME"])
    asked(open_fund, 10_00)
    call_command("verify_ledger")


def test_money_that_is_late_or_over_is_an_exception_with_what_is_missing_or_left(open_fund, give, fay):
    give(open_fund, "Promised", 40_00, pledged=100_00, expected_on=TODAY)
    give(open_fund, "Ends", 50_00, use_by=date(2026, 7, 31), if_unspent="BACK")

    def said(today):
        with acting_as(fay.pk):
            return [(row.said, row.many, row.pence, row.since) for row in exceptions.rows(today)]

    late = ("Money that was promised and has not come", 1, 60_00, TODAY)
    assert said(TODAY) == []
    assert said(date(2026, 7, 31)) == [late]
    assert said(date(2026, 8, 1)) == [
        late, ("Money whose time is over and that was not given back", 1, 50_00, date(2026, 7, 31)),
    ]  # fmt: skip
