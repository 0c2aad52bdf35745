"""Asking, deciding, buying and paying."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from budgets import deciding, ledger, services
from budgets.commands import new_key
from budgets.models import Account, Commitment, Payment, SpendRequest, Transaction
from budgets.verification import differences
from common.errors import RuleBroken
from common.postgres.actor import acting_as
from people import services as people_services
from people.access import sign_in_changes
from people.models import Message, User
from tests.budgets.conftest import money_of
from tests.budgets.moves import pay
from tests.conftest import NOW, TODAY
from tests.money import put_in
from tests.threads import as_we_are


def test_an_allocated_budget_holds_the_sum_from_the_start_and_the_person_is_told(budget, participant):
    assert budget.available == 2_000_00
    message = Message.objects.get(participant=participant)
    assert "£" not in message.body


def test_a_discretionary_budget_holds_nothing_until_a_request_is_approved(make_fund, make_budget, participant):
    fund = make_fund("enabling", "DISCRETIONARY", 0, council=500_00)

    budget = make_budget(participant, fund)

    assert budget.total == 0


def test_an_approved_request_to_a_discretionary_fund_gets_its_own_allocation(
    make_fund, make_budget, make_request, participant, manager
):
    budget = make_budget(participant, make_fund("enabling", "DISCRETIONARY", 0, council=500_00))

    services.approve_request(
        spend=make_request(120_00, budget=budget), reason="Yes", by=manager, now=NOW, key=new_key()
    )

    assert (money_of(budget).available, money_of(budget).committed) == (0, 120_00)


def test_what_a_discretionary_request_did_not_need_returns_to_the_fund(
    make_fund, make_budget, make_request, participant, manager, payer
):
    budget = make_budget(participant, make_fund("enabling", "DISCRETIONARY", 0, council=500_00))
    commitment = services.approve_request(
        spend=make_request(120_00, budget=budget), reason="Yes", by=manager, now=NOW, key=new_key()
    )

    services.record_payment(
        commitment=commitment, amount=80_00, payee="Shop", paid_on=NOW.date(), by=payer, now=NOW, key="p"
    )

    assert Account.objects.get(kind="POT", pot__fund=budget.fund).balance == 420_00
    assert money_of(budget).paid == 80_00
    assert differences() == []


def test_asking_for_a_penny_more_than_is_left_is_refused_with_the_sum(make_request):
    with pytest.raises(ledger.NotEnough, match="£2,000 left"):
        make_request(2_000_01)


def test_approving_sets_the_money_aside_and_tells_the_person_without_saying_how_much(
    make_request, budget, manager, participant
):
    spend = make_request(100_00)

    services.approve_request(spend=spend, reason="It keeps a roof over you.", by=manager, now=NOW, key=new_key())

    assert money_of(budget).available == 1_900_00
    assert money_of(budget).committed == 100_00
    assert "£" not in Message.objects.get(dedupe_key=f"request:{spend.pk}:answer").body


def test_approving_more_than_is_left_by_then_is_refused_and_nothing_changes(make_request, budget, manager):
    first, second = make_request(1_500_00, "One"), make_request(600_00, "Two")
    services.approve_request(spend=first, reason="Yes", by=manager, now=NOW, key=new_key())

    with pytest.raises(ledger.NotEnough, match="only £500 left"):
        services.approve_request(spend=second, reason="Yes", by=manager, now=NOW, key=new_key())

    second.refresh_from_db()
    assert second.state == "ASKED"


def test_nobody_approves_what_they_asked_for(make_request, manager):
    spend = make_request(50_00, by=manager)

    with pytest.raises(services.OwnRequest):
        services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())


def test_the_database_too_refuses_a_decision_by_the_one_who_asked(make_request, participant):
    spend = make_request(50_00)

    with pytest.raises(IntegrityError, match="nobody_decides_their_own_request"), transaction.atomic():
        SpendRequest.objects.filter(pk=spend.pk).update(
            state="REFUSED", reason="No", decided_by=participant.user, decided_at=NOW
        )


@pytest.mark.parametrize("hand", ["started_by", "asked_by", "decided_by"])
def test_nobody_pays_who_asked_or_decided(make_request, manager, officer, participant, make_user, team, hand):
    spend = make_request(50_00, by=officer)
    commitment = services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())
    spend = commitment.spend
    spend.started_by = participant.user  # three people had a part
    spend.save()

    with pytest.raises(services.OwnRequest, match="three people"):
        services.record_payment(
            commitment=commitment, amount=50_00, payee="Shop", paid_on=TODAY, by=getattr(spend, hand), now=NOW, key="p"
        )
    assert not commitment.payments.exists()


@pytest.mark.parametrize("hand", ["started_by", "asked_by", "decided_by"])
def test_the_database_too_refuses_a_payment_by_who_asked_or_decided(make_request, manager, officer, participant, hand):
    commitment = services.approve_request(
        spend=make_request(50_00, by=officer), reason="Yes", by=manager, now=NOW, key=new_key()
    )
    spend = commitment.spend
    spend.started_by = participant.user
    spend.save()
    by = getattr(spend, hand)

    with pytest.raises(IntegrityError, match="three people"), transaction.atomic():
        pay(spend, 50_00, by)
    with pytest.raises(IntegrityError, match="three people"), transaction.atomic():
        Payment.objects.create(
            commitment=commitment, amount=50_00, payee="Shop", paid_on=TODAY, recorded_by=by, recorded_at=NOW,
            transaction=Transaction.objects.get(kind="COMMIT"),
        )  # fmt: skip


def test_the_database_refuses_a_decision_that_is_moved_to_who_paid(make_request, manager, payer):
    commitment = services.approve_request(spend=make_request(50_00), reason="Yes", by=manager, now=NOW, key=new_key())
    pay(commitment.spend, 50_00, payer)
    spend = SpendRequest.objects.filter(pk=commitment.spend_id)

    for change in ({"decided_by": payer}, {"asked_by": payer}, {"started_by": payer}, {"started_by": manager}):
        with pytest.raises(IntegrityError, match="three people"), transaction.atomic():
            spend.update(**change)


def test_a_request_is_decided_once(make_request, manager):
    spend = make_request(50_00)
    services.refuse_request(spend=spend, reason="Try the food bank first.", by=manager, now=NOW, key=new_key())

    with pytest.raises(services.AlreadyDecided, match="refused"):
        services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())


def test_a_refusal_needs_reasons(make_request, manager):
    with pytest.raises(RuleBroken, match="reasons"):
        services.refuse_request(spend=make_request(50_00), reason="", by=manager, now=NOW, key=new_key())


def test_a_goal_of_someone_else_cannot_be_spent_on(budget, make_goal, other_participant, participant):
    with pytest.raises(services.NotThisPersonsGoal):
        services.start_request(budget=budget, goal=make_goal(other_participant), without_money="-", by=participant.user)


def test_paying_more_than_was_set_aside_is_refused(make_request, manager, payer):
    commitment = services.approve_request(spend=make_request(100_00), reason="Yes", by=manager, now=NOW, key=new_key())

    with pytest.raises(ledger.NotEnough, match="£100"):
        services.record_payment(
            commitment=commitment, amount=100_01, payee="X", paid_on=NOW.date(), by=payer, now=NOW, key="p"
        )


def test_money_is_paid_to_somebody(make_request, manager, budget, payer):
    commitment = services.approve_request(spend=make_request(100_00), reason="Yes", by=manager, now=NOW, key=new_key())

    with pytest.raises(RuleBroken, match="Fill in the payee"):
        services.record_payment(
            commitment=commitment, amount=50_00, payee="", paid_on=NOW.date(), by=payer, now=NOW, key="p"
        )

    assert not commitment.payments.exists()


def test_an_invoice_is_paid_once(make_request, manager, payer):
    one = services.approve_request(spend=make_request(10_00, "One"), reason="Yes", by=manager, now=NOW, key=new_key())
    two = services.approve_request(spend=make_request(10_00, "Two"), reason="Yes", by=manager, now=NOW, key=new_key())
    paid = {"payee": "Shop", "invoice": "A1", "paid_on": NOW.date(), "by": payer, "now": NOW, "amount": 10_00}
    services.record_payment(commitment=one, key="p1", **paid)

    with pytest.raises(RuleBroken, match="recorded already"):
        services.record_payment(commitment=two, key="p2", **paid)


def test_part_payments_leave_the_rest_set_aside(make_request, budget, manager, payer):
    commitment = services.approve_request(spend=make_request(90_00), reason="Yes", by=manager, now=NOW, key=new_key())

    services.record_payment(
        commitment=commitment, amount=30_00, payee="Shop", paid_on=NOW.date(), by=payer, now=NOW, key="p", last=False
    )

    assert (money_of(budget).paid, money_of(budget).committed) == (30_00, 60_00)
    assert differences() == []


def test_money_let_go_returns_to_the_budget(make_request, budget, manager):
    commitment = services.approve_request(spend=make_request(90_00), reason="Yes", by=manager, now=NOW, key=new_key())

    assert services.release_commitment(commitment=commitment, by=manager, now=NOW, key=new_key()) == commitment

    assert money_of(budget).available == 2_000_00
    assert differences() == []


def run_together(count, act):
    """Each act in its own thread and connection, all starting at once; gives what each returned or raised."""
    barrier = threading.Barrier(count)

    def one(number):
        barrier.wait()
        try:
            return act(number)
        except RuleBroken as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(as_we_are(one), range(count)))


@pytest.mark.django_db(transaction=True)
def test_many_approvals_at_once_never_overspend(make_request, budget, manager):
    requests = [make_request(600_00, f"Thing {n}") for n in range(8)]

    answers = run_together(
        8, lambda n: services.approve_request(spend=requests[n], reason="Yes", by=manager, now=NOW, key=new_key())
    )

    assert sum(isinstance(a, Commitment) for a in answers) == 3
    assert sum(isinstance(a, ledger.NotEnough) for a in answers) == 5
    assert money_of(budget).available == 200_00
    assert differences() == []


@pytest.mark.django_db(transaction=True)
def test_two_managers_deciding_one_request_at_once_decide_it_once(make_request, budget, manager, make_user, team):
    spend, other = make_request(100_00), make_user("Molly Manager", "MANAGER", team)

    answers = run_together(
        2, lambda n: services.approve_request(spend=spend, reason="Yes", by=[manager, other][n], now=NOW, key=new_key())
    )

    assert sum(isinstance(a, services.AlreadyDecided) for a in answers) == 1
    assert money_of(budget).committed == 100_00


# --- What each act keeps, and what is refused ------------------------------------------------------


@pytest.fixture
def approve(make_request, manager):
    def yes(amount: int = 100_00, what: str = "A deposit", **over) -> Commitment:
        spend = make_request(amount, what, **over)
        return services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())

    return yes


@pytest.fixture
def paid_by(payer):
    def paid(commitment, amount: int, **more):
        usual = {"payee": "Shop", "paid_on": NOW.date(), "by": payer, "now": NOW, "key": f"{commitment.pk}:{amount}"}
        return services.record_payment(commitment=commitment, amount=amount, **{**usual, **more})

    return paid


@pytest.fixture
def referral(participant, officer):
    return a_referral(participant, officer)


def a_referral(person, officer):
    from providers import directory
    from providers import services as referrals

    provider = directory.add_provider(name=f"House {person.pk}", by=officer, today=TODAY)
    service = directory.add_service(
        provider=provider, name="Talk", needs=["HEALTH"], charge="FREE", by=officer, today=TODAY
    )
    return referrals.refer(
        participant=person, service=service, need="HEALTH", reason="x", by=officer, today=TODAY, now=NOW
    )


def test_a_contribution_is_kept_with_its_funder(make_fund, manager):
    from budgets.models import Funder, Pot

    fund = make_fund("empty", "DISCRETIONARY", 0)
    funder = Funder.objects.create(name="Trust")

    made = put_in(fund, funder, 7_00, by=manager)

    assert (made.kind, made.by, made.at, made.dated) == ("CONTRIBUTE", manager, NOW, TODAY)
    assert Pot.objects.with_balance().get(fund=fund, funder=funder).balance == 7_00


def test_a_budget_is_opened_once_with_its_day_and_its_sum(make_fund, make_programme, participant, manager):
    from people.models import Enrolment

    fund = make_fund("youth", council=5_000_00)
    enrolment = Enrolment.objects.create(
        participant=participant, programme=fund.programme, state="ENROLLED", asked_on=TODAY, asked_by=manager,
        starts_on=TODAY,
    )  # fmt: skip
    budgets = [
        services.open_budget(enrolment=enrolment, by=manager, today=TODAY, now=NOW, key=new_key()) for _ in range(2)
    ]

    assert budgets[0] == budgets[1]
    assert (budgets[0].opened_on, budgets[0].fund, money_of(budgets[0]).total) == (TODAY, fund, 2_000_00)
    assert Message.objects.filter(dedupe_key=f"budget:{budgets[0].pk}").count() == 1


def test_a_person_is_not_told_of_a_sum_that_there_is_not(make_fund, make_budget, participant):
    make_budget(participant, make_fund("enabling", "DISCRETIONARY", 0, council=500_00))

    assert not Message.objects.filter(participant=participant).exists()


def ended(budget):
    type(budget.enrolment).objects.filter(pk=budget.enrolment_id).update(
        state="ENDED", ends_on=TODAY, end_reason="Moved away."
    )
    budget.enrolment.refresh_from_db()
    return budget


def test_nothing_is_opened_or_asked_for_once_the_enrolment_has_ended(budget, goal, participant, manager):
    over = ended(budget)

    with pytest.raises(services.NotEnrolled, match="Enrol this person"):
        services.open_budget(enrolment=over.enrolment, by=manager, today=TODAY, now=NOW, key=new_key())
    with pytest.raises(services.NotEnrolled, match="This budget has ended"):
        services.start_request(budget=over, goal=goal, without_money="-", by=participant.user)


def test_the_person_alone_says_that_they_have_seen_the_sum_and_the_first_time_is_kept(budget, participant, manager):
    with pytest.raises(services.NotTheirSum):
        services.see_sum(budget=budget, by=manager, now=NOW)
    for now in (NOW, NOW + timedelta(days=1)):
        services.see_sum(budget=budget, by=participant.user, now=now)

    budget.refresh_from_db()
    assert budget.sum_seen_at == NOW


def test_a_draft_is_one_a_person_and_a_budget_and_is_written_over(budget, goal, make_goal, participant, officer):
    def draft(by, words: str, to=goal) -> SpendRequest:
        return services.start_request(budget=budget, goal=to, without_money=words, by=by)

    first, hers = draft(participant.user, "My aunt"), draft(officer, "The church")
    again = draft(participant.user, "My uncle", make_goal(participant, "I will sing"))

    first.refresh_from_db()
    assert (again, first.without_money, first.goal.title) == (first, "My uncle", "I will sing")
    assert (hers.started_by, hers.without_money, hers.budget, first.state) == (officer, "The church", budget, "DRAFT")
    assert SpendRequest.objects.count() == 2


def test_a_draft_for_another_budget_or_one_that_was_sent_is_not_written_over(
    budget, goal, make_fund, make_budget, make_request, participant
):
    sent = make_request(5_00)
    other = make_budget(participant, make_fund("enabling", "DISCRETIONARY", 0, council=500_00))
    one, two = (
        services.start_request(budget=b, goal=goal, without_money="-", by=participant.user) for b in (budget, other)
    )

    sent.refresh_from_db()
    assert len({sent.pk, one.pk, two.pk}) == 3
    assert (sent.state, two.budget) == ("ASKED", other)


def test_a_request_keeps_all_that_was_said_and_is_sent_once(budget, goal, participant):
    draft = services.start_request(budget=budget, goal=goal, without_money="My aunt", by=participant.user)
    said = {"what": "A bed", "amount": 90_00, "purpose": "HOME", "for_whom": "FAMILY", "why": "To sleep."}

    sent = services.ask(spend=draft, **said, by=participant.user, now=NOW, key=new_key())

    draft.refresh_from_db()
    assert (sent, {name: getattr(draft, name) for name in said}) == (draft, said)
    assert (draft.state, draft.asked_by, draft.asked_at) == ("ASKED", participant.user, NOW)
    with pytest.raises(services.AlreadyDecided, match="sent this already"):
        services.ask(spend=draft, **said, by=participant.user, now=NOW, key=new_key())


def test_all_that_is_left_may_be_asked_for_and_from_a_fund_without_sums_more_than_there_is_yet(
    make_request, make_fund, make_budget, participant
):
    assert make_request(2_000_00).amount == 2_000_00
    without = make_budget(participant, make_fund("enabling", "DISCRETIONARY", 0, council=500_00))

    assert make_request(50_00, budget=without).state == "ASKED"


def test_a_request_is_taken_back_by_those_whose_it_is_while_it_waits(make_request, participant, officer, manager):
    mine, asked_for_me = make_request(5_00), make_request(6_00, "Two", by=officer)
    with pytest.raises(services.NotTheirRequest):
        services.withdraw(spend=mine, by=manager, now=NOW, key=new_key())
    assert services.withdraw(spend=asked_for_me, by=officer, now=NOW, key=new_key()).state == "WITHDRAWN"
    theirs = make_request(7_00, "Three", by=officer)
    services.withdraw(spend=theirs, by=participant.user, now=NOW, key=new_key())
    services.withdraw(spend=mine, by=participant.user, now=NOW, key=new_key())

    for spend in (mine, asked_for_me, theirs):
        spend.refresh_from_db()
        assert spend.state == "WITHDRAWN"


def test_what_was_approved_or_taken_back_is_not_taken_back(approve, make_request, participant, manager):
    commitment = approve(5_00)
    with pytest.raises(services.AlreadyDecided, match="approved"):
        services.withdraw(spend=commitment.spend, by=participant.user, now=NOW, key=new_key())
    gone = services.withdraw(spend=make_request(6_00, "Two"), by=participant.user, now=NOW, key=new_key())

    with pytest.raises(services.AlreadyDecided, match="taken back"):
        services.approve_request(spend=gone, reason="Yes", by=manager, now=NOW, key=new_key())


def test_a_decision_is_kept_with_who_when_and_why(approve, make_request, budget, manager, participant):
    commitment = approve(100_00)
    refused = services.refuse_request(spend=make_request(5_00, "Two"), reason="No", by=manager, now=NOW, key=new_key())

    kept = commitment.spend
    for spend, state, reason in ((kept, "APPROVED", "Yes"), (refused, "REFUSED", "No")):
        spend.refresh_from_db()
        assert (spend.state, spend.reason, spend.decided_by, spend.decided_at) == (state, reason, manager, NOW)
        assert Message.objects.get(dedupe_key=f"request:{spend.pk}:answer").participant == participant
    assert (commitment.amount, commitment.closed_at, Commitment.objects.get()) == (100_00, None, commitment)


def test_nobody_decides_a_request_that_they_started_and_another_sent(budget, goal, officer, manager):
    draft = services.start_request(budget=budget, goal=goal, without_money="-", by=manager)
    services.ask(
        spend=draft,
        what="A bed",
        amount=5_00,
        purpose="HOME",
        for_whom="ME",
        why="x",
        by=officer,
        now=NOW,
        key=new_key(),
    )

    with pytest.raises(services.OwnRequest):
        services.refuse_request(spend=draft, reason="No", by=manager, now=NOW, key=new_key())


def test_money_is_tied_to_a_referral_of_the_same_person_alone(
    approve, referral, participant, other_participant, other_officer, manager
):
    commitment = approve()
    with pytest.raises(services.NotThisPersonsGoal, match="own referrals"):
        services.buy_through(
            commitment=commitment,
            referral=a_referral(other_participant, other_officer),
            by=manager,
            now=NOW,
            key=new_key(),
        )

    tied = services.buy_through(commitment=commitment, referral=referral, by=manager, now=NOW, key=new_key())

    commitment.refresh_from_db()
    assert (tied, commitment.referral) == (commitment, referral)


def test_money_that_is_paid_or_given_back_is_tied_to_nothing_and_given_back_no_more(
    approve, paid_by, referral, manager, budget
):
    commitment = approve()
    paid_by(commitment, 100_00)

    with pytest.raises(services.AlreadyDecided):
        services.buy_through(commitment=commitment, referral=referral, by=manager, now=NOW, key=new_key())
    with pytest.raises(services.AlreadyDecided):
        services.release_commitment(commitment=commitment, by=manager, now=NOW, key=new_key())
    with pytest.raises(services.AlreadyDecided):
        paid_by(commitment, 1, key="again")
    assert money_of(budget).paid == 100_00


def test_nothing_is_paid_through_a_referral_before_it_is_delivered(approve, paid_by, referral, manager):
    from providers import services as referrals

    commitment = services.buy_through(commitment=approve(), referral=referral, by=manager, now=NOW, key=new_key())
    with pytest.raises(services.NotDelivered):
        paid_by(commitment, 100_00)
    referrals.accept(referral=referral, today=TODAY, now=NOW, name="Ann")
    with pytest.raises(services.NotDelivered):
        paid_by(commitment, 100_00)
    referrals.mark_delivered(referral=referral, delivered_on=TODAY, today=TODAY, now=NOW)

    assert paid_by(commitment, 100_00).amount == 100_00


def test_a_payment_is_kept_with_all_that_was_said_of_it(approve, paid_by, payer):
    commitment = approve()

    made = paid_by(commitment, 60_00, payee="Landlord", invoice="A7")

    made.refresh_from_db()
    assert (made.commitment, made.amount, made.payee, made.invoice) == (commitment, 60_00, "Landlord", "A7")
    assert (made.paid_on, made.recorded_by, made.recorded_at) == (NOW.date(), payer, NOW)
    commitment.refresh_from_db()
    assert (commitment.closed_at, commitment.closed_by) == (NOW, payer)


def test_a_commitment_stays_open_until_the_last_payment_or_the_last_penny(approve, paid_by, budget):
    commitment = approve(100_00)
    paid_by(commitment, 60_00, last=False)
    commitment.refresh_from_db()
    assert commitment.closed_at is None
    with pytest.raises(ledger.NotEnough, match="Only £40 of what was set aside is left"):
        paid_by(commitment, 40_01)

    paid_by(commitment, 40_00, last=False)

    commitment.refresh_from_db()
    assert commitment.closed_at == NOW
    assert (money_of(budget).paid, money_of(budget).committed) == (100_00, 0)


def test_a_payment_of_nothing_is_refused(approve, paid_by):
    with pytest.raises(RuleBroken, match="more than zero"):
        paid_by(approve(), 0)


def test_what_is_left_of_part_payments_goes_back_when_it_is_not_needed(approve, paid_by, budget, manager):
    commitment = approve(90_00)
    paid_by(commitment, 30_00, last=False)

    services.release_commitment(commitment=commitment, by=manager, now=NOW, key=new_key())

    commitment.refresh_from_db()
    assert (commitment.closed_at, commitment.closed_by) == (NOW, manager)
    assert (money_of(budget).paid, money_of(budget).committed, money_of(budget).available) == (30_00, 0, 1_970_00)
    assert differences() == []


@pytest.mark.django_db(transaction=True)
def test_the_same_payment_sent_by_two_requests_at_once_is_made_once(approve, paid_by, budget):
    commitment = approve(100_00)

    answers = run_together(2, lambda n: paid_by(commitment, 30_00, last=False, key="once", invoice="A7"))

    assert answers[0] == answers[1]
    assert Payment.objects.count() == 1
    assert money_of(budget).paid == 30_00
    assert differences() == []


# --- Who signs in, and who gave them the way to ---------------------------------------------------


@pytest.fixture
def letter(participant, officer):
    """A code letter that the officer alone gave."""
    from people.sign_in import code_letters

    code_letters.give(participant=participant, by=officer, now=NOW)
    return participant.sign_in_changes.get(kind="LETTER")


@pytest.fixture
def waiting(budget, goal, participant, letter) -> SpendRequest:
    """What someone asked for who came in by that letter."""
    participant.user.unconfirmed_way = letter
    draft = services.start_request(budget=budget, goal=goal, without_money="No", by=participant.user)
    return services.ask(
        spend=draft,
        what="A deposit",
        amount=50_00,
        purpose="HOME",
        for_whom="ME",
        why="So",
        by=participant.user,
        now=NOW,
        key=new_key(),
    )


def test_what_is_asked_for_by_a_way_in_that_waits_is_kept_and_not_decided(waiting, manager, letter):
    assert (waiting.state, waiting.waits_for) == ("ASKED", letter)
    assert waiting not in SpendRequest.objects.to_decide()
    for act in (services.approve_request, services.refuse_request):
        with pytest.raises(services.NotKnownWhoAsks):
            act(spend=waiting, reason="Yes", by=manager, now=NOW, key=new_key())


def test_the_database_decides_nothing_while_it_waits(waiting, manager):
    with pytest.raises(IntegrityError, match="no_decision_while"), transaction.atomic():
        SpendRequest.objects.filter(pk=waiting.pk).update(
            state="REFUSED", reason="No", decided_by=manager, decided_at=NOW
        )


def test_once_it_is_them_it_is_decided_like_any_other(waiting, letter, manager, payer):
    sign_in_changes.confirm(change=letter, by=payer, now=NOW)

    waiting.refresh_from_db()
    assert waiting.waits_for is None
    assert services.approve_request(spend=waiting, reason="Yes", by=manager, now=NOW, key=new_key()).amount == 50_00


def test_once_it_is_not_them_it_is_taken_back(waiting, letter, manager):
    sign_in_changes.refuse(change=letter, by=manager, now=NOW)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.waits_for) == ("WITHDRAWN", None)


@pytest.mark.parametrize(("answer", "seen"), [("confirm", True), ("refuse", False)])
def test_a_sum_is_seen_once_it_is_known_by_whom(budget, participant, letter, manager, answer, seen):
    participant.user.unconfirmed_way = letter
    services.see_sum(budget=budget, by=participant.user, now=NOW)
    budget.refresh_from_db()
    assert budget.sum_seen_waits_for == letter

    getattr(sign_in_changes, answer)(change=letter, by=manager, now=NOW)

    budget.refresh_from_db()
    assert (budget.sum_seen_at is not None, budget.sum_seen_waits_for) == (seen, None)


def test_the_web_cannot_let_go_of_what_waits(waiting, manager):
    with acting_as(manager.pk), pytest.raises(ProgrammingError, match="does not go that way"), transaction.atomic():
        SpendRequest.objects.filter(pk=waiting.pk).update(waits_for=None)


@pytest.mark.parametrize(("days", "may"), [(90, False), (91, True)])
def test_whoever_gave_a_way_in_neither_decides_nor_pays_for_ninety_days(
    make_request, participant, manager, payer, days, may
):
    from people.sign_in import code_letters

    when = NOW - timedelta(days=days)
    code_letters.give(participant=participant, by=manager, now=when)
    code_letters.give(participant=participant, by=payer, now=when)
    acts = [
        lambda by: services.approve_request(
            spend=make_request(50_00, by.name), reason="Yes", by=by, now=NOW, key=new_key()
        )
    ]

    for act in acts:
        if may:
            made = act(manager)
            services.record_payment(
                commitment=made, amount=50_00, payee="Shop", paid_on=TODAY, by=payer, now=NOW, key="p"
            )
        else:
            with pytest.raises(deciding.GaveAWayIn, match="in the last 90 days"):
                act(manager)


def test_whoever_gave_a_way_in_does_not_pay_what_another_decided(make_request, participant, manager, payer):
    from people.sign_in import code_letters

    made = services.approve_request(spend=make_request(50_00), reason="Yes", by=manager, now=NOW, key=new_key())
    code_letters.give(participant=participant, by=payer, now=NOW)

    with pytest.raises(deciding.GaveAWayIn):
        services.record_payment(commitment=made, amount=50_00, payee="Shop", paid_on=TODAY, by=payer, now=NOW, key="p")


def test_what_was_asked_by_a_way_in_that_its_owner_denies_waits_again(
    make_request, participant, officer, manager, payer
):
    """It had been confirmed by mistake; the request was approved and paid like any other."""
    sign_in_changes.confirm(change=participant.sign_in_changes.earliest("pk"), by=manager, now=NOW - timedelta(days=9))
    move = people_services.change_contact
    move(
        participant=participant, preferred_name="", phone="+447700900777", email="", address="", outcode="PR1",
        by=officer, now=NOW - timedelta(days=3),
    )  # fmt: skip
    change = participant.sign_in_changes.latest("pk")
    sign_in_changes.confirm(change=change, by=payer, now=NOW - timedelta(days=2))
    spend = make_request()

    sign_in_changes.dispute(change=change, now=NOW)
    with pytest.raises(services.NotKnownWhoAsks):
        services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())
    sign_in_changes.refuse(change=change, by=manager, now=NOW)

    spend.refresh_from_db()
    assert (spend.state, spend.waits_for) == ("WITHDRAWN", None)


@pytest.mark.parametrize("act", ["ask", "see_sum"])
@pytest.mark.parametrize(("answer", "after"), [("confirm", None), ("refuse", "stopped")])
def test_what_is_said_as_its_way_in_is_answered_is_not_lost(
    act, answer, after, budget, goal, participant, letter, manager
):
    """The page had read that it waits; it was confirmed before the request was kept, which waited for ever."""
    by = User.objects.get(pk=participant.user_id)
    by.unconfirmed_way = letter
    draft = services.start_request(budget=budget, goal=goal, without_money="x", by=by)
    getattr(sign_in_changes, answer)(change=letter, by=manager, now=NOW)
    asked = {"what": "x", "amount": 1_00, "purpose": "HOME", "for_whom": "ME", "why": "x", "by": by, "now": NOW}

    def say():
        return (
            services.ask(spend=draft, **asked, key=new_key())
            if act == "ask"
            else services.see_sum(budget=budget, by=by, now=NOW)
        )

    if after == "stopped":
        with pytest.raises(sign_in_changes.WasStopped):
            say()
    else:
        say()
        draft.refresh_from_db()
        budget.refresh_from_db()
        assert (draft.waits_for, budget.sum_seen_waits_for) == (None, None)


def test_by_a_way_in_that_waits_nothing_is_taken_back_and_no_goal_dropped(make_request, goal, participant, letter):
    from lifeplans import services as plans

    spend, by = make_request(), User.objects.get(pk=participant.user_id)
    by.unconfirmed_way = letter

    for act in (
        lambda: services.withdraw(spend=spend, by=by, now=NOW, key=new_key()),
        lambda: plans.drop_goal(goal=goal, reason="x", by=by, today=TODAY),
        lambda: plans.achieve_goal(goal=goal, by=by, today=TODAY),
    ):
        with pytest.raises(sign_in_changes.NotWithThis, match="has confirmed that it is you"):
            act()


def test_whoever_asked_does_not_give_the_money_back_alone(budget, goal, manager, payer):
    draft = services.start_request(budget=budget, goal=goal, without_money="x", by=manager)
    asked = services.ask(
        spend=draft,
        what="x",
        amount=10_00,
        purpose="HOME",
        for_whom="ME",
        why="x",
        by=manager,
        now=NOW,
        key=new_key(),
    )
    aside = services.approve_request(spend=asked, reason="ok", by=payer, now=NOW, key=new_key())

    with pytest.raises(services.OwnRequest):
        services.release_commitment(commitment=aside, by=manager, now=NOW, key=new_key())
    assert services.release_commitment(commitment=aside, by=payer, now=NOW, key=new_key()).closed_at
