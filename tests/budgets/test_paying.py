"""Payments by bank: ordered by one, run by two others, paid once the bank says so, and put right where it came back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from budgets import (
    bank_statements,
    corrections,
    ending,
    interests,
    pay_orders,
    pay_runs,
    payee_accounts,
    services,
    to_watch,
)
from budgets.commands import new_key
from budgets.corrections import Correction
from budgets.forms.paying import PayeeAccountForm
from budgets.models import BankEntry, BankStatement, PayeeAccount, Payment, PayOrder, PayRun
from budgets.pay_items import items as pay_items
from budgets.verification import differences
from budgets.work_items import items
from common.errors import RuleBroken
from common.postgres.actor import acting_as
from people.access import sign_in_changes
from people.access.whom import whom
from people.models import Message
from providers import directory
from tests.budgets.conftest import money_of
from tests.budgets.paying import CHECKED, PAY_ON, details, statement
from tests.conftest import NOW, TODAY
from tests.providers.conftest import make_referral, make_service, outcodes, provider, referral, service  # noqa: F401
from tests.providers.test_states_referral import WAY_TO, acts  # noqa: F401
from tests.states import cells, outcome_of

pytestmark = pytest.mark.django_db


def now_of(row):
    return type(row).objects.get(pk=row.pk)


def lines(user) -> list[str]:
    return [item.reason for item in items(user=user, whom=whom(user, TODAY), today=TODAY, now=NOW)]


def put_right(world, made) -> None:
    """Two people say that the payment was recorded wrongly."""
    wrong = now_of(made).payment.transaction
    asked = corrections.ask_reversal(wrong=wrong, reason="Twice.", by=world.manager, now=NOW, key=new_key())
    corrections.agree(correction=asked, by=world.finn, now=NOW, key=new_key())


def of_finance(user, today=TODAY) -> list[str]:
    with acting_as(user.pk), transaction.atomic():
        return [item.reason for item in pay_items(user, today)]


def test_a_payment_by_bank_is_paid_once_the_statement_says_so(world, budget):
    world.checked()
    made = world.order(world.set_aside(), invoice="1043")
    run = world.send(made)
    left = money_of(budget)
    assert (left.committed, left.paid) == (100_00, 0)  # it is not paid because a file was taken

    world.read(statement((f"HARBOUR LETTINGS {made.reference}", "-100.00")))

    left = money_of(budget)
    assert (left.committed, left.paid) == (0, 100_00)
    payment = Payment.objects.get()
    assert (payment.payee, payment.invoice, payment.paid_on) == ("Harbour Lettings", "1043", date(2026, 6, 3))
    assert payment.recorded_by == world.payer
    assert (now_of(made).state, now_of(run).state) == ("PAID", "DONE")
    assert list(differences()) == []


def test_one_sum_for_the_whole_run_pays_all_that_is_in_it(world, budget):
    world.checked()
    first, second = world.order(world.set_aside()), world.order(world.set_aside(40_00), 40_00)
    run = world.send(first, second)
    world.read(statement((f"BACS {run.reference}", "-140.00")))
    assert money_of(budget).paid == 140_00
    assert {now_of(each).state for each in (first, second)} == {"PAID"}


def test_a_sum_for_the_run_that_is_another_pays_nothing_and_is_looked_at(world, budget):
    world.checked()
    run = world.send(world.order(world.set_aside()))
    world.read(statement((f"BACS {run.reference}", "-99.00")))
    assert money_of(budget).paid == 0
    entry = BankEntry.objects.get()
    assert (entry.outcome, entry.problem) == ("OPEN", f"{run.reference} is of £100, and this line of £99.")
    assert "1 line of the bank that nobody knows." in of_finance(world.fay)


def test_the_same_file_twice_changes_nothing_and_its_lines_in_another_file_neither(world, budget):
    world.checked()
    made = world.order(world.set_aside())
    world.send(made)
    text = statement((made.reference, "-100.00"))
    first = world.read(text)
    assert world.read(text, name="again.csv") == first
    again = world.read(text.rstrip("\n"), name="other-bytes.csv")
    assert again != first
    assert again.entries.count() == 0
    assert (Payment.objects.count(), BankEntry.objects.count(), money_of(budget).paid) == (1, 1, 100_00)


def test_two_lines_alike_in_one_file_are_two_and_the_second_is_looked_at(world, budget):
    world.checked()
    made = world.order(world.set_aside())
    world.send(made)
    world.read(statement((made.reference, "-100.00"), (made.reference, "-100.00")))
    assert money_of(budget).paid == 100_00
    assert [each.outcome for each in BankEntry.objects.order_by("pk")] == ["PAID", "OPEN"]
    assert BankEntry.objects.get(outcome="OPEN").problem == f"{made.reference} says: paid. It may have been paid twice."


def test_what_comes_back_before_it_was_paid_is_set_aside_still_and_with_who_pays_again(world, budget):
    world.checked()
    made = world.order(world.set_aside())
    world.send(made)
    with acting_as(world.fay.pk):
        pay_orders.record_failure(pay_order=made, code="5", answered_on=TODAY, by=world.fay, now=NOW, key=new_key())
    assert (now_of(made).state, now_of(made).reason) == ("FAILED", "There is no such account")
    assert money_of(budget).committed == 100_00
    assert PayeeAccount.objects.get().state == "ENDED"
    assert any("The bank sent it back: There is no such account." in line for line in lines(world.payer))


def test_what_comes_back_after_it_was_paid_is_reversed_and_set_aside_again(world, budget):
    world.checked()
    made = world.order(world.set_aside())
    world.send(made)
    world.read(statement((made.reference, "-100.00")))
    world.read(statement((f"UNPAID {made.reference}", "100.00"), opening=900_00), name="next.csv")
    left = money_of(budget)
    assert (left.committed, left.paid) == (100_00, 0)
    assert now_of(made).state == "FAILED"
    put_right = Correction.objects.get(kind="WRONG")
    assert (put_right.state, put_right.answered_by) == ("DONE", world.fay)
    assert list(differences()) == []
    again = world.order(made.commitment)  # it can be paid anew
    assert again.state == "READY"


def test_a_part_that_is_the_last_lets_the_rest_go_once_it_is_paid(world, budget):
    world.checked()
    made = world.order(world.set_aside(), 60_00)
    world.send(made)
    assert money_of(budget).committed == 100_00
    world.read(statement((made.reference, "-60.00")))
    left = money_of(budget)
    assert (left.committed, left.paid, left.available) == (0, 60_00, 1_940_00)


def test_while_it_is_on_its_way_nothing_else_is_done_with_the_money(world, participant):
    world.checked()
    commitment = world.set_aside()
    made = world.order(commitment)
    pay = {"commitment": commitment, "by": world.payer, "now": NOW, "key": new_key()}
    for act in (
        lambda: services.record_payment(amount=1_00, payee="A shop", paid_on=TODAY, **pay),
        lambda: services.release_commitment(**pay),
        lambda: services.name_payee(commitment=commitment, payee="Another", by=world.payer),
        lambda: pay_orders.order_payment(amount=1_00, **{**pay, "key": new_key()}),
    ):
        with pytest.raises(services.OnItsWay, match="on its way"):
            act()
    assert not any("deposit" in line for line in lines(world.payer))
    assert "1 payment waits for a pay run: £100." in of_finance(world.fay)
    with acting_as(world.payer.pk):
        pay_orders.cancel_order(pay_order=made, by=world.payer, now=NOW, key=new_key())
    assert any("is to be paid to Harbour Lettings" in line for line in lines(world.payer))


def test_who_asked_or_decided_orders_no_payment_nor_who_has_to_do_with_the_payee(world, officer):
    world.checked()
    commitment = world.set_aside()
    with pytest.raises(services.OwnRequest):
        world.order(commitment, by=world.manager)
    interests.say(by=world.payer, payee="HARBOUR-lettings", how="My brother owns it.", now=NOW)
    with pytest.raises(interests.HasAnInterest):
        world.order(commitment)


def test_without_checked_details_nothing_is_ordered(world):
    with pytest.raises(pay_orders.NoAccount, match="no checked bank details"):
        world.order(world.set_aside())


@pytest.mark.parametrize("invoice", ["1043", "10 43", "10-43"])
def test_an_invoice_is_ordered_and_paid_once_however_it_is_paid(invoice, world):
    world.checked()
    services.record_payment(
        commitment=world.set_aside(), amount=100_00, payee="harbour lettings", invoice="1043", paid_on=TODAY,
        by=world.payer, now=NOW, key=new_key(),
    )  # fmt: skip
    with pytest.raises(RuleBroken, match="paid or ordered already"):
        world.order(world.set_aside(), invoice=invoice)
    world.order(world.set_aside(), invoice="9")
    with pytest.raises(RuleBroken, match="paid or ordered already"):
        world.order(world.set_aside(), invoice=" 9 ")


def test_new_details_take_the_place_of_others_after_three_days_and_the_payee_is_told(world, officer):
    directory.add_provider(name="Harbour Lettings", email="office@harbour.example", by=officer, today=TODAY)
    world.checked()
    made = world.order(world.set_aside())
    second = world.checked(number="99999999")
    assert second.usable_from == TODAY + timedelta(days=3)
    assert [each.state for each in PayeeAccount.objects.order_by("pk")] == ["ENDED", "CHECKED"]
    told = Message.objects.get(address="office@harbour.example")
    assert "the account ending 9999 from 4 June 2026 on" in told.body
    assert "1234" not in told.body
    with pytest.raises(pay_runs.NothingToPay):
        world.draft(made)
    assert world.draft(made, now=NOW + timedelta(days=3), pay_on=date(2026, 6, 8)).orders.get() == made


def test_details_are_not_changed_while_a_payment_to_those_before_is_with_the_bank(world):
    world.checked()
    world.send(world.order(world.set_aside()))
    with pytest.raises(payee_accounts.OnItsWay):
        world.checked(number="99999999")


@pytest.mark.parametrize(
    ("name_check", "refused"), [("SAME", False), ("CLOSE", False), ("CANNOT", False), ("OTHER", True)]
)
def test_where_the_bank_says_another_name_they_are_not_used(name_check, refused, world):
    entered = payee_accounts.enter(**details(), by=world.fay)
    said = {**CHECKED, "name_check": name_check, "by": world.finn, "now": NOW}
    if refused:
        with pytest.raises(payee_accounts.AnothersName):
            payee_accounts.check(account=entered, **said)
    else:
        assert payee_accounts.check(account=entered, **said).state == "CHECKED"


def test_one_account_of_two_names_is_seen_and_one_of_ours_is_refused(world):
    first = world.checked()
    second = payee_accounts.enter(**details("Quay Rooms"), by=world.fay)
    assert payee_accounts.same_number(second) == [first]
    assert payee_accounts.same_number(first) == [second]
    with pytest.raises(payee_accounts.OurOwnAccount):
        payee_accounts.enter(**details("Us", "87654321", "309999"), by=world.fay)


def test_the_numbers_are_encrypted_in_the_table_and_its_history(world):
    from django.db import connection

    world.checked()
    with connection.cursor() as cursor:
        for table in ("payeeaccount", "historicalpayeeaccount", "payingaccount"):
            cursor.execute(f"select row_to_json(a)::text from budgets_{table} a")  # noqa: S608 - one of three
            said = " ".join(text for (text,) in cursor.fetchall())
            assert said
            assert "12345678" not in said
            assert "87654321" not in said


def test_who_drafted_a_run_or_ordered_a_payment_in_it_does_not_approve_it(world, make_user, team):
    world.checked()
    both = make_user("Bo Both", "FINANCE")
    from people.models import Membership

    Membership.objects.create(user=both, role="MANAGER", team=team, starts_on=TODAY - timedelta(days=9))
    run = world.draft(world.order(world.set_aside(), by=both))
    for user in (world.fay, both):
        with acting_as(user.pk), pytest.raises((pay_runs.SamePerson, pay_orders.HadAPart)):
            pay_runs.approve(run=run, by=user, now=NOW)
        with acting_as(user.pk), pytest.raises(DatabaseError), transaction.atomic():
            PayRun.objects.filter(pk=run.pk).update(state="APPROVED", approved_by=user, approved_at=NOW)
    assert any("waits for you to approve it" in line for line in of_finance(world.finn))
    assert not any("approve" in line for line in of_finance(world.fay))


def test_what_who_approves_has_to_do_with_or_what_is_used_no_longer_is_not_approved(world):
    account = world.checked()
    run = world.draft(world.order(world.set_aside()))
    said = interests.say(by=world.finn, payee="Harbour Lettings", how="My sister", now=NOW)
    with pytest.raises(interests.HasAnInterest):
        pay_runs.approve(run=run, by=world.finn, now=NOW)
    interests.end(interest=said, by=world.finn, now=NOW)
    payee_accounts.end(account=account, why="Closed", by=world.fay, now=NOW)
    with pytest.raises(pay_runs.NothingToPay):
        pay_runs.approve(run=run, by=world.finn, now=NOW)


def test_finance_neither_approves_nor_drafts_what_a_relative_asked_for(world, officer):
    world.checked()
    run = world.draft(world.order(world.set_aside(by=officer)))
    assert any("waits for you to approve it" in line for line in of_finance(world.finn))
    interests.say(by=world.finn, colleague=officer, how="My sister", now=NOW)
    with pytest.raises(interests.HasAnInterest):
        pay_runs.approve(run=run, by=world.finn, now=NOW)
    assert any("waits for a second finance officer, and there is none" in line for line in of_finance(world.finn))
    interests.say(by=officer, colleague=world.payer, how="A cousin", now=NOW)
    with pytest.raises(interests.HasAnInterest):
        world.order(world.set_aside(by=officer))


@pytest.mark.parametrize("day", [date(2026, 5, 31), date(2026, 6, 6), date(2026, 8, 31)])
def test_a_run_is_for_a_working_day_that_is_to_come(day, world):
    world.checked()
    made = world.order(world.set_aside())
    with pytest.raises(pay_runs.NotThatDay):
        world.draft(made, pay_on=day)


def test_bacs_takes_three_working_days_and_another_file_does_not(world):
    world.checked()
    run = world.draft(world.order(world.set_aside()), pay_on=date(2026, 6, 2))
    pay_runs.approve(run=run, by=world.finn, now=NOW)
    with pytest.raises(pay_runs.NotThatDay, match="3 June 2026 at the soonest"):
        pay_runs.take_file(run=run, kind="bacs-csv", by=world.fay, now=NOW)
    with pytest.raises(pay_runs.NotInThatState, match="Choose one of the kinds"):
        pay_runs.take_file(run=run, kind="word", by=world.fay, now=NOW)
    sent = pay_runs.take_file(run=run, kind="pain001", by=world.fay, now=NOW)
    name, data = pay_runs.file_of(sent)
    assert name == f"{run.reference}.xml"
    assert pay_runs.file_of(now_of(sent)) == (name, data)


def test_a_run_the_bank_did_not_get_is_cancelled_by_another_than_who_took_the_file(world):
    world.checked()
    made = world.order(world.set_aside())
    run = world.send(made)
    with acting_as(world.fay.pk), pytest.raises(pay_runs.SamePerson):
        pay_runs.cancel(run=run, why="Lost", by=world.fay, now=NOW)
    with acting_as(world.finn.pk):
        pay_runs.cancel(run=run, why="The portal refused it", by=world.finn, now=NOW)
    assert now_of(made).state == "READY"
    world.read(statement((made.reference, "-100.00")))  # and yet it paid
    assert BankEntry.objects.get().outcome == "OPEN"
    assert Payment.objects.count() == 0


def test_a_run_that_the_bank_answered_for_is_not_cancelled(world):
    world.checked()
    first, second = world.order(world.set_aside()), world.order(world.set_aside(40_00), 40_00)
    run = world.send(first, second)
    world.read(statement((first.reference, "-100.00")))
    with pytest.raises(pay_runs.NotInThatState, match="has answered for some"):
        pay_runs.cancel(run=run, why="x", by=world.finn, now=NOW)


def test_an_interest_said_after_it_was_ordered_does_not_stop_what_the_bank_paid(world, budget):
    world.checked()
    made = world.order(world.set_aside())
    world.send(made)
    interests.say(by=world.payer, participant=budget.enrolment.participant, how="We met since", now=NOW)
    world.read(statement((made.reference, "-100.00")))
    assert money_of(budget).paid == 100_00


def test_the_person_and_the_provider_are_told_and_the_provider_without_a_name(
    world, participant, officer, referral, acts  # noqa: F811
):  # fmt: skip
    commitment = world.set_aside(payee="")
    for act in WAY_TO["DELIVERED"]:
        acts[act](referral)
    sells = referral.service.provider
    services.buy_through(commitment=commitment, referral=referral, by=officer, now=NOW, key=new_key())
    world.checked(payee=sells.name)
    made = world.order(commitment, invoice="77")
    assert (made.payee, made.provider) == (sells.name, sells)
    world.send(made)
    world.read(statement((made.reference, "-100.00")))
    told = Message.objects.get(dedupe_key=f"remittance:{made.pk}")
    assert "£100 on 3 June 2026, for your invoice 77" in told.body
    assert participant.called not in told.body
    assert Message.objects.filter(dedupe_key=f"pay-order:{made.pk}", participant=participant).exists()


@pytest.mark.parametrize("address", ["rent@harbour.example", ""])
def test_a_landlord_is_told_where_their_address_is_known(world, participant, address):
    world.checked(remit_to=address)
    made = world.order(world.set_aside(), invoice="77")
    world.send(made)
    world.read(statement((made.reference, "-100.00")))

    told = Message.objects.filter(dedupe_key=f"remittance:{made.pk}")
    assert [each.address for each in told] == ([address] if address else [])
    assert not any(participant.called in each.body for each in told)


def test_whoever_was_told_before_is_told_that_the_bank_details_changed(world):
    world.checked(remit_to="rent@harbour.example")
    world.checked(remit_to="thief@else.example", number="87654321")

    told = Message.objects.get(subject="Your bank details were changed")
    assert told.address == "rent@harbour.example"


def test_the_address_is_entered_with_the_details_and_is_not_asked_of_the_persons_own(world, payer, client_as):
    page = client_as(payer).get(reverse("budgets:commitment-account", args=[world.set_aside().pk])).text
    assert "to write to when they are paid" in page
    assert "remit_to" not in PayeeAccountForm(payee="Own account", own=True).fields
    account = world.checked(remit_to="rent@harbour.example")
    shown = client_as(world.finn).get(reverse("budgets:payee-account", args=[account.pk])).text
    assert "rent@harbour.example" in shown
    with pytest.raises(DatabaseError), transaction.atomic(), acting_as(world.finn.pk):
        type(account).objects.filter(pk=account.pk).update(remit_to="mine@else.example")


def test_nobody_writes_another_way_than_the_acts(world, officer):
    """As the web's login, with statements of one's own."""
    account = world.checked()
    commitment = world.set_aside()
    made = world.order(commitment)
    run = world.draft(made)
    entered = payee_accounts.enter(**details("Quay Rooms", "11112222"), by=world.fay)
    tried = {
        world.fay: [
            lambda: PayOrder.objects.filter(pk=made.pk).update(amount=1_00),
            lambda: PayOrder.objects.filter(pk=made.pk).update(payee="Me"),
            lambda: PayOrder.objects.filter(pk=made.pk).update(account=entered),
            lambda: PayOrder.objects.filter(pk=made.pk).update(state="PAID", answered_on=TODAY),
            lambda: PayOrder.objects.filter(pk=made.pk).update(state="FAILED", reason="x", answered_on=TODAY),
            lambda: PayRun.objects.filter(pk=run.pk).update(state="SENT", sent_by=world.fay, sent_as="x"),
            lambda: PayRun.objects.filter(pk=run.pk).update(
                state="APPROVED", approved_by=world.finn, approved_at=NOW
            ),
            lambda: PayeeAccount.objects.filter(pk=account.pk).update(account_number="00000000"),
            lambda: PayeeAccount.objects.filter(pk=entered.pk).update(
                state="CHECKED", checked_by=world.fay, checked_at=NOW, usable_from=TODAY, **CHECKED
            ),
        ],
        world.payer: [
            lambda: PayOrder.objects.filter(pk=made.pk).update(state="TAKEN_BACK", run=None, account=None),
            lambda: PayOrder.objects.create(
                commitment=commitment, fund=made.fund, payee="Me", amount=1_00, last=True, ordered_by=world.manager,
                ordered_at=NOW,
            ),
        ],
        world.manager: [
            lambda: PayOrder.objects.create(
                commitment=world.other, fund=made.fund, payee="Me", amount=1_00, last=True, ordered_by=world.manager,
                ordered_at=NOW,
            ),
        ],
    }  # fmt: skip
    world.other = world.set_aside()
    for user, ways in tried.items():
        for act in ways:
            with acting_as(user.pk), pytest.raises((DatabaseError, TypeError)), transaction.atomic():
                act()
    with acting_as(officer.pk), transaction.atomic():
        assert PayeeAccount.objects.count() == PayRun.objects.count() == BankStatement.objects.count() == 0
    assert now_of(made).state == "IN_RUN"


def test_money_on_its_way_is_not_paid_past_the_act_either(world):
    from budgets import ledger
    from budgets.commands import Command
    from budgets.ledger import Kind, Move

    world.checked()
    commitment = world.set_aside()
    world.order(commitment)
    spend = commitment.spend
    pot = spend.transactions.get(kind="COMMIT").entries.filter(amount__gt=0).first().account.pot_id
    command = Command(new_key(), "x", world.payer, NOW)
    with acting_as(world.payer.pk), pytest.raises(DatabaseError, match="on its way"), transaction.atomic():
        ledger.post(command, [Move(Kind.RELEASE, {pot: 1_00})], budget=spend.budget, spend=spend)


RUN_GONE = "Someone else has changed this pay run. It says: "
REFUSED = {
    state: (pay_runs.NotInThatState, f"{RUN_GONE}{PayRun.State(state).label.lower()}.") for state in PayRun.State
}
RUNS = {
    "approve": {"TO_APPROVE": "APPROVED", **{s: REFUSED[s] for s in ("APPROVED", "SENT", "DONE", "CANCELLED")}},
    "cancel": {
        "TO_APPROVE": "CANCELLED", "APPROVED": "CANCELLED", "SENT": "CANCELLED",
        **{s: REFUSED[s] for s in ("DONE", "CANCELLED")},
    },
    "take_file": {
        "APPROVED": "SENT", **{s: REFUSED[s] for s in ("TO_APPROVE", "SENT", "DONE", "CANCELLED")},
    },
}  # fmt: skip


@cells(RUNS)
def test_each_act_on_a_run_goes_as_the_table_says(act, state, expected, world):
    world.checked()
    made = world.order(world.set_aside())
    run = world.draft(made)
    does = {
        "approve": lambda: pay_runs.approve(run=run, by=world.finn, now=NOW),
        "cancel": lambda: pay_runs.cancel(run=run, why="x", by=world.finn, now=NOW),
        "take_file": lambda: pay_runs.take_file(run=run, kind="bacs-csv", by=world.fay, now=NOW),
    }
    for before in {"APPROVED": ["approve"], "SENT": ["approve", "take_file"], "CANCELLED": ["cancel"]}.get(state, []):
        does[before]()
    if state == "DONE":
        does["approve"]()
        does["take_file"]()
        world.read(statement((made.reference, "-100.00")))
    assert outcome_of(does[act], lambda: now_of(run).state, expected) == expected


ORDER_GONE = "This payment cannot be changed so. It says: "
GONE = {s: (pay_orders.NotInThatState, f"{ORDER_GONE}{PayOrder.State(s).label.lower()}.") for s in PayOrder.State}
ORDERS = {
    "cancel_order": {
        "READY": "TAKEN_BACK",
        **{s: GONE[s] for s in ("IN_RUN", "PAID", "FAILED", "TAKEN_BACK", "PUT_RIGHT")},
    },
    "record_failure": {
        "IN_RUN": "FAILED",
        **{s: GONE[s] for s in ("READY", "PAID", "FAILED", "TAKEN_BACK", "PUT_RIGHT")},
    },
}


@cells(ORDERS)
def test_each_act_on_a_payment_goes_as_the_table_says(act, state, expected, world):
    world.checked()
    made = world.order(world.set_aside())
    said = {"pay_order": made, "now": NOW}
    does = {
        "cancel_order": lambda: pay_orders.cancel_order(by=world.payer, key=new_key(), **said),
        "record_failure": lambda: pay_orders.record_failure(
            by=world.fay, code="B", answered_on=TODAY, key=new_key(), **said
        ),
    }
    if state in ("IN_RUN", "PAID", "FAILED", "PUT_RIGHT"):
        world.send(made)
    if state in ("PAID", "PUT_RIGHT"):
        world.read(statement((made.reference, "-100.00")))
    if state == "PUT_RIGHT":
        put_right(world, made)
    if state in ("FAILED", "TAKEN_BACK"):
        does["record_failure" if state == "FAILED" else "cancel_order"]()
    assert outcome_of(does[act], lambda: now_of(made).state, expected) == expected


ACCOUNT_GONE = "Someone else has answered this. These bank details say: "
OVER = {
    s: (payee_accounts.NotInThatState, f"{ACCOUNT_GONE}{PayeeAccount.State(s).label.lower()}.")
    for s in PayeeAccount.State
}
ACCOUNTS = {
    "check": {"TO_CHECK": "CHECKED", **{s: OVER[s] for s in ("CHECKED", "REFUSED", "ENDED")}},
    "refuse": {"TO_CHECK": "REFUSED", **{s: OVER[s] for s in ("CHECKED", "REFUSED", "ENDED")}},
    "end": {"CHECKED": "ENDED", **{s: OVER[s] for s in ("TO_CHECK", "REFUSED", "ENDED")}},
}


@cells(ACCOUNTS)
def test_each_act_on_bank_details_goes_as_the_table_says(act, state, expected, world):
    account = payee_accounts.enter(**details(), by=world.fay)
    does = {
        "check": lambda: payee_accounts.check(account=account, **CHECKED, by=world.finn, now=NOW),
        "refuse": lambda: payee_accounts.refuse(account=account, why="x", by=world.finn, now=NOW),
        "end": lambda: payee_accounts.end(account=account, why="x", by=world.finn, now=NOW),
    }
    for before in {"CHECKED": ["check"], "REFUSED": ["refuse"], "ENDED": ["check", "end"]}.get(state, []):
        does[before]()
    assert outcome_of(does[act], lambda: now_of(account).state, expected) == expected


def test_the_tables_have_every_act_and_every_state():
    for table, of_module, states in (
        (RUNS, pay_runs.ACTS, PayRun.State), (ORDERS, pay_orders.ACTS, PayOrder.State),
        (ACCOUNTS, payee_accounts.ACTS, PayeeAccount.State),
    ):  # fmt: skip
        assert set(table) == set(of_module)
        assert all(set(row) == set(states.values) for row in table.values())


def test_each_state_that_waits_is_on_a_list_of_finance(world):
    world.checked()
    payee_accounts.enter(**details("Quay Rooms", "11112222"), by=world.fay)
    assert "Bank details of Quay Rooms are to be checked." in of_finance(world.finn)
    assert not any("Quay" in line for line in of_finance(world.fay))
    run = world.send(world.order(world.set_aside()))
    assert not any(run.reference in line for line in of_finance(world.fay))
    late = of_finance(world.fay, PAY_ON + timedelta(days=3))
    assert any(f"{run.reference}, £100, was to be there on 3 June 2026, and no statement says so" in x for x in late)
    world.finn.memberships.update(ends_on=TODAY - timedelta(days=1))
    second = world.draft(world.order(world.set_aside(40_00), 40_00))
    assert any(second.reference in line and "there is none" in line for line in of_finance(world.fay))
    assert any("Quay" in line and "there is no second" in line for line in of_finance(world.fay))


# --- what was tried ---------------------------------------------------------------------------------


def test_a_payment_of_a_run_that_has_not_gone_to_the_bank_does_not_come_back(world):
    world.checked()
    made = world.order(world.set_aside())
    run = world.draft(made)
    said = {"pay_order": made, "code": "5", "answered_on": TODAY, "by": world.fay, "now": NOW}
    for _ in range(2):
        with pytest.raises(pay_orders.NotInThatState, match="Cancel its run"):
            pay_orders.record_failure(**said, key=new_key())
        if run.state == "TO_APPROVE":
            run = pay_runs.approve(run=run, by=world.finn, now=NOW)
    world.read(statement((f"RETURN {made.reference}", "100.00")))
    assert now_of(made).state == "IN_RUN"


def test_whoever_took_the_file_takes_no_payment_out_of_the_run_past_the_pages(world):
    world.checked()
    made = world.order(world.set_aside())
    run = world.send(made)
    with acting_as(world.fay.pk), pytest.raises(DatabaseError), transaction.atomic():
        PayOrder.objects.filter(run=run).update(state="READY", run=None, account=None)


def test_a_bank_that_names_the_run_beside_each_payment_is_understood(world, budget):
    world.checked()
    first, second = world.order(world.set_aside()), world.order(world.set_aside(40_00), 40_00)
    run = world.send(first, second)
    world.read(statement(
        (f"{run.reference} {first.reference}", "-100.00"), (f"{second.reference} {run.reference}", "-40.00")
    ))  # fmt: skip
    assert money_of(budget).paid == 140_00
    assert now_of(run).state == "DONE"


def test_a_line_without_a_reference_is_said_to_be_a_payment_by_a_person(world, budget):
    world.checked()
    made = world.order(world.set_aside())
    world.send(made)
    world.read(statement(("HARBOUR LETTINGS", "-100.00"), ("SOMEONE ELSE", "-7.00")))
    line, other = BankEntry.objects.order_by("pk")
    assert list(bank_statements.could_be(line)) == [made]
    assert list(bank_statements.could_be(other)) == []
    with acting_as(world.fay.pk), pytest.raises(bank_statements.CannotRead):
        bank_statements.match(entry=other, pay_order=made, by=world.fay, now=NOW, key=new_key())
    with acting_as(world.fay.pk):
        bank_statements.match(entry=line, pay_order=made, by=world.fay, now=NOW, key=new_key())
    assert (now_of(line).outcome, money_of(budget).paid) == ("PAID", 100_00)
    with acting_as(world.fay.pk), pytest.raises(bank_statements.CannotRead, match="This line says: payment made"):
        bank_statements.match(entry=line, pay_order=made, by=world.fay, now=NOW, key=new_key())


def test_an_invoice_that_is_on_its_way_is_not_paid_by_hand(world):
    world.checked()
    world.order(world.set_aside(), invoice="77")
    with pytest.raises(RuleBroken, match="is recorded already"):
        services.record_payment(
            commitment=world.set_aside(), amount=1_00, payee="HARBOUR lettings", invoice="7-7", paid_on=TODAY,
            by=world.payer, now=NOW, key=new_key(),
        )  # fmt: skip


def test_one_line_that_cannot_be_followed_does_not_stop_the_others(world, budget):
    world.checked()
    first, second = world.order(world.set_aside(), invoice="1"), world.order(world.set_aside(40_00), 40_00)
    world.send(first, second)
    Payment.objects.update()
    spend = world.set_aside(5_00, "Another shop").spend
    paid = services.record_payment(
        commitment=spend.commitment, amount=5_00, payee="Another shop", paid_on=TODAY, by=world.payer, now=NOW,
        key=new_key(),
    )  # fmt: skip
    Payment.objects.filter(pk=paid.pk).update(payee="Harbour Lettings", invoice="1")  # as if it had slipped past
    world.read(statement((first.reference, "-100.00"), (second.reference, "-40.00")))
    assert [each.outcome for each in BankEntry.objects.order_by("pk")] == ["OPEN", "PAID"]
    assert "recorded already" in BankEntry.objects.order_by("pk")[0].problem
    assert money_of(budget).paid == 45_00


def test_a_payment_that_two_people_put_right_can_be_ordered_again_and_a_late_return_is_looked_at(world, budget):
    world.checked()
    made = world.order(world.set_aside(), invoice="5")
    world.send(made)
    world.read(statement((made.reference, "-100.00")))
    put_right(world, made)
    assert now_of(made).state == "PUT_RIGHT"
    assert to_watch.rows(world.manager, NOW) == []  # the bank sent nothing back
    assert not any("The bank sent it back" in line for line in lines(world.payer))
    world.order(made.commitment, invoice="5")
    world.read(statement((f"RETURN {made.reference}", "100.00"), opening=900_00), name="late")
    assert BankEntry.objects.get(pence=100_00).problem == f"{made.reference} says: recorded wrongly, and put right."


def test_whoever_ordered_it_does_not_say_that_it_came_back(world):
    world.checked()
    made = world.order(world.set_aside())
    world.send(made)
    world.read(statement((made.reference, "-100.00")))
    PayOrder.objects.filter(pk=made.pk).update(ordered_by=world.fay)
    world.read(statement((f"RETURN {made.reference}", "100.00"), opening=900_00), name="b")
    assert "someone else says that it came back" in BankEntry.objects.get(pence=100_00).problem


def test_what_the_person_denies_is_not_paid_by_bank(world, participant):
    change = participant.sign_in_changes.earliest("pk")
    sign_in_changes.confirm(change=change, by=world.manager, now=NOW - timedelta(days=9))
    world.checked()
    drafted, waits = world.order(world.set_aside()), world.order(world.set_aside(40_00), 40_00)
    run = world.draft(drafted)
    sign_in_changes.dispute(change=change, now=NOW)
    assert now_of(waits).state == "TAKEN_BACK"
    with acting_as(world.finn.pk), pytest.raises(pay_orders.HadAPart, match="may not have been asked for"):
        pay_runs.approve(run=run, by=world.finn, now=NOW)
    assert any("It may not have been" in line for line in lines(world.payer))
    sign_in_changes.confirm(change=change, by=world.manager, now=NOW)
    with acting_as(world.finn.pk):
        assert pay_runs.approve(run=run, by=world.finn, now=NOW).state == "APPROVED"


def test_a_run_of_many_is_approved_in_as_many_statements_as_one_of_few(world, django_assert_max_num_queries):
    world.checked()
    run = world.draft(*(world.order(world.set_aside(1_00 + nth), 1_00 + nth) for nth in range(12)))
    with acting_as(world.finn.pk), django_assert_max_num_queries(24):
        pay_runs.approve(run=run, by=world.finn, now=NOW)


def test_details_of_a_persons_own_account_come_from_their_request_alone(world, participant, other_participant):
    own = f"Own account of {participant.crn}"
    with pytest.raises(payee_accounts.NotFromHere):
        payee_accounts.enter(**details(own), by=world.fay)
    first = payee_accounts.enter(**details(own), participant=participant, by=world.payer)
    payee_accounts.check(account=first, **CHECKED, by=world.finn, now=NOW)
    for whose in (None, other_participant):
        with pytest.raises(payee_accounts.NotFromHere):
            payee_accounts.enter(**details(own.upper(), "11112222"), participant=whose, by=world.fay)
        with acting_as(world.fay.pk), pytest.raises(DatabaseError), transaction.atomic():
            PayeeAccount.objects.create(
                payee=own, account_name="x", sort_code="200000", account_number="11112222", ends_with="2222",
                came_by="x", asked_by=world.fay, asked_at=NOW, participant=whose,
            )  # fmt: skip


def test_the_three_days_hold_in_the_database_too(world):
    world.checked()
    entered = payee_accounts.enter(**details(number="99999999"), by=world.fay)
    PayeeAccount.objects.filter(state="CHECKED").update(state="ENDED", ended_by=world.fay, ended_at=NOW, why="x")
    told = {"state": "CHECKED", "checked_by": world.finn, "checked_at": NOW, **CHECKED}
    with acting_as(world.finn.pk), pytest.raises(DatabaseError), transaction.atomic():
        PayeeAccount.objects.filter(pk=entered.pk).update(usable_from=TODAY, **told)
    with acting_as(world.finn.pk), transaction.atomic():
        PayeeAccount.objects.filter(pk=entered.pk).update(usable_from=TODAY + timedelta(days=3), **told)


def test_a_payment_is_ordered_to_whom_the_money_is_for_in_the_database_too(world):
    commitment = world.set_aside()
    order = {"commitment": commitment, "fund": commitment.spend.budget.fund, "amount": 1_00, "last": True}
    told = {"ordered_by": world.payer, "ordered_at": NOW}
    with acting_as(world.payer.pk), pytest.raises(DatabaseError), transaction.atomic():
        PayOrder.objects.create(**order, payee="Mallory", **told)
    services.put_on_hold(commitment=commitment, why="x", by=world.payer, now=NOW)
    with acting_as(world.payer.pk), pytest.raises(DatabaseError), transaction.atomic():
        PayOrder.objects.create(**order, payee="harbour-lettings", **told)
    services.take_off_hold(commitment=commitment, by=world.payer)
    with acting_as(world.payer.pk), transaction.atomic():
        PayOrder.objects.create(**order, payee="harbour-lettings", **told)


def test_a_run_that_nobody_may_approve_is_on_every_finance_officers_list(world):
    world.checked()
    made = world.order(world.set_aside())
    run = world.draft(made)
    PayOrder.objects.filter(pk=made.pk).update(ordered_by=world.finn)
    for user in (world.fay, world.finn):
        assert any(run.reference in line and "there is none" in line for line in of_finance(user))


def test_before_a_record_is_erased_what_waits_for_a_run_is_taken_back_and_what_is_with_the_bank_is_waited_for(
    world, participant, budget
):
    world.checked()
    made = world.order(world.set_aside())
    world.send(made)
    with pytest.raises(services.OnItsWay), transaction.atomic():
        ending.settle(participant, NOW)
    world.read(statement((made.reference, "-100.00")))
    waits = world.order(world.set_aside(40_00), 40_00)
    ending.settle(participant, NOW)
    assert now_of(waits).state == "TAKEN_BACK"
    assert (money_of(budget).committed, money_of(budget).available) == (0, 0)
