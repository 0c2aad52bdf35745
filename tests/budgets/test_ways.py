"""Ways of taking money: who proposes, decides and signs; what licence and law forbid; and what becomes of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, ProgrammingError, transaction
from django.urls import reverse
from django.utils import timezone

from budgets import (
    agreements,
    cash,
    corrections,
    ending,
    interests,
    pay_orders,
    payee_accounts,
    receipts,
    rules,
    services,
    way_items,
    ways,
    work_items,
)
from budgets.agreements import ACTS, NotInThatState, NotThatWay, OwnProposal
from budgets.cash import LAWS, CashForbidden
from budgets.commands import new_key
from budgets.in_hand import in_hand
from budgets.models import CASH, Commitment, Funder, Law, Payment, Pot, Receipt, Way, WayAgreement
from budgets.receipts import MoreThanInHand, NotTheirReceipt
from common.errors import RuleBroken
from common.postgres.actor import acting_as
from people.access.whom import whom
from people.models import LicenceCondition, LicencePolicy, Message, Requirement, SignInChange, User
from people.record import documents, licence_policies, licences
from tests.budgets.paying import CHECKED, details
from tests.conftest import NOW, TODAY
from tests.money import put_in
from tests.people.record.test_documents import a_jpeg
from tests.states import cells, outcome_of
from tests.worklists import waiting

pytestmark = pytest.mark.django_db

WEEK = timedelta(weeks=1)
WORDS = dict(WayAgreement.State.choices)
ELSE = {
    state: (NotInThatState, f"This agreement cannot be changed so. It says: {words.lower()}.")
    for state, words in WORDS.items()
}
TABLE = {
    "agree": ELSE | {"WITH_SENIOR": "TO_SIGN"},
    "refuse": ELSE | {"WITH_SENIOR": "REFUSED"},
    "sign": ELSE | {"TO_SIGN": "IN_FORCE"},
    "decline": ELSE | {"TO_SIGN": "DECLINED"},
    "take_back": ELSE | {"WITH_SENIOR": "TAKEN_BACK", "TO_SIGN": "TAKEN_BACK"},
    "stop": ELSE | {"IN_FORCE": "STOPPED"},
    "check": ELSE | {"IN_FORCE": "IN_FORCE"},
}
WAY_TO = {
    "WITH_SENIOR": [], "TO_SIGN": ["agree"], "IN_FORCE": ["agree", "sign"], "REFUSED": ["refuse"],
    "DECLINED": ["agree", "decline"], "TAKEN_BACK": ["take_back"], "STOPPED": ["agree", "sign", "stop"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def licence(participant, officer):
    """The person is on licence, with no condition that touches money yet. `licence("cash-limit", "£50")` adds one."""
    licence_policies.load(LicencePolicy.objects, LicenceCondition.objects)
    custody = participant.sentences.get()
    conditions = licences.policy_for(custody).conditions
    licences.issue(sentence=custody, chosen={conditions.get(code="report"): "Northbridge, Mondays"}, by=officer)

    def add(code: str, details: str = ""):
        return licences.add_condition(
            sentence=custody, condition=conditions.get(code=code), details=details, starts_on=TODAY, why="So.",
            by=officer,
        )  # fmt: skip

    return add


@pytest.fixture
def propose(budget, officer):
    def make(way: str = Way.DIRECT, **terms):
        who = {"name": "Aunt May", "agreed_on": TODAY} if way in ("NOMINEE", "THIRD_PARTY", "PROVIDER") else {}
        asked = {"budget": budget, "way": way, "why": "They want to pay for it themselves.", "by": officer, "now": NOW}
        return agreements.propose(**{**asked, **who, **terms})

    return make


@pytest.fixture
def acts(participant, manager, officer):
    answer = {"by": manager, "now": NOW, "reason": "They have kept to every agreement."}
    return {
        "agree": lambda row: agreements.agree(agreement=row, **answer),
        "refuse": lambda row: agreements.refuse(agreement=row, **answer),
        "sign": lambda row: agreements.sign(agreement=row, by=participant.user, now=NOW),
        "decline": lambda row: agreements.decline(agreement=row, why="Too much paper.", by=participant.user, now=NOW),
        "take_back": lambda row: agreements.take_back(agreement=row, why="Not needed.", by=officer, now=NOW),
        "stop": lambda row: agreements.stop(agreement=row, why="It is done.", by=officer, now=NOW),
        "check": lambda row: agreements.check(
            agreement=row, seen=0, all_well=True, note="All spent.", by=officer, now=NOW
        ),
    }


@pytest.fixture
def in_force(propose, acts):
    """A way that is agreed and signed."""

    def make(way: str = Way.DIRECT, **terms):
        row = propose(way, **terms)
        for act in ["agree", "sign"] if way in CASH else ["sign"]:
            acts[act](row)
        row.refresh_from_db()
        assert row.state == "IN_FORCE"
        return row

    return make


@pytest.fixture
def handed(make_request, participant, manager, payer, in_force, goal, budget):
    """Money of a request that was handed over: `handed(60_00)` pays all of it, `handed(60_00, 20_00)` a part."""

    def make(amount: int = 60_00, now: int | None = None, way: str = Way.DIRECT, paid_on: date = TODAY):
        if not WayAgreement.objects.in_force().filter(budget=budget, way=way).exists():
            in_force(way)
        spend = asked(budget, goal, participant, amount, way)
        set_aside = services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())
        services.record_payment(
            commitment=set_aside, amount=now or amount, paid_on=paid_on, by=payer, now=NOW + (paid_on - TODAY),
            key=new_key(), last=now is None,
        )  # fmt: skip
        return spend

    return make


def asked(budget, goal, person, amount: int, way: str):
    draft = services.start_request(budget=budget, goal=goal, without_money="No", by=person.user)
    return services.ask(
        spend=draft, what="Swimming", amount=amount, purpose="ACTIVITY", for_whom="ME", why="To stay well.", way=way,
        by=person.user, now=NOW, key=new_key(),
    )  # fmt: skip


def show(spend, amount: int, by, **over):
    about = {"what": "A swim", "shop": "The baths", "bought_on": TODAY, "now": NOW}
    return receipts.show(spend=spend, amount=amount, by=by, **{**about, **over})


# --- who says yes, in which order -------------------------------------------------------------------


@cells(TABLE)
def test_every_act_in_every_state(act, state, expected, propose, acts):
    row = propose()
    for step in WAY_TO[state]:
        acts[step](row)
    assert WayAgreement.objects.get().state == state

    assert outcome_of(lambda: acts[act](row), lambda: WayAgreement.objects.get().state, expected) == expected


def test_the_table_has_every_act_and_state():
    assert set(TABLE) == set(ACTS)
    assert all(set(row) == set(WayAgreement.State) for row in TABLE.values())


@pytest.mark.parametrize("way", Way.values)
def test_money_in_hand_waits_for_a_manager_and_other_ways_for_a_signature(way, propose):
    assert propose(way).state == ("WITH_SENIOR" if way in CASH else "TO_SIGN")


def test_whoever_proposed_it_does_not_decide(propose, budget, manager):
    row = propose(by=manager)

    with pytest.raises(OwnProposal, match="Someone else has to decide"):
        agreements.agree(agreement=row, reason="Yes", by=manager, now=NOW)


def test_no_cash_counts_without_a_managers_yes_whatever_writes_it(propose):
    row = propose()

    with pytest.raises(IntegrityError, match="cash_has_a_seniors_yes"), transaction.atomic():
        WayAgreement.objects.filter(pk=row.pk).update(state="TO_SIGN")


@pytest.mark.parametrize(
    "change",
    [
        {"state": "TO_SIGN", "reason": "Yes", "decided_at": NOW},
        {"state": "IN_FORCE", "signed_how": "PORTAL", "signed_at": NOW, "next_check_on": TODAY},
        {"weekly": 5},
        {"barred": ["So"]},
    ],
)
def test_a_worker_alone_leads_it_nowhere_past_the_services(change, propose, officer):
    row = propose()
    who = {"decided_by": officer} if "decided_at" in change else {"signed_by": officer} if "signed_at" in change else {}

    with pytest.raises((ProgrammingError, IntegrityError)), transaction.atomic(), acting_as(officer.pk):
        WayAgreement.objects.filter(pk=row.pk).update(**change, **who)


def test_only_a_signed_paper_or_the_person_signs(propose, acts, officer, participant, make_participant):
    row = propose(Way.NOTIONAL)

    with pytest.raises(agreements.NotTheirs, match="signed paper"):
        agreements.sign(agreement=row, by=officer, now=NOW)
    assert acts["sign"](row).signed_how == "PORTAL"


def test_a_new_version_takes_the_place_of_the_one_before_once_it_is_signed(in_force, propose, acts):
    first = in_force(Way.THIRD_PARTY)
    second = propose(Way.THIRD_PARTY, fee=9_99)
    first.refresh_from_db()
    assert (second.version, first.state) == (2, "IN_FORCE")

    acts["sign"](second)

    first.refresh_from_db()
    assert (first.state, first.ended_why) == ("STOPPED", "Version 2 took its place.")
    assert WayAgreement.objects.in_force().get().fee == 9_99


def test_two_proposals_of_one_way_are_refused_in_words(propose):
    propose()

    with pytest.raises(Exception, match="waits already"):
        propose()


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"way": Way.NOMINEE, "name": ""}, "Say who looks after the money"),
        ({"way": Way.NOMINEE, "agreed_on": None}, "Ask them first"),
        ({"way": Way.DIRECT, "second_way": Way.DIRECT}, "Choose another way"),
        ({"way": Way.DIRECT, "second_way": Way.CARD}, "Choose another way"),
    ],
)
def test_terms_that_make_no_sense_are_refused(terms, said, propose):
    with pytest.raises(NotThatWay, match=said):
        propose(**terms)


def test_a_programme_may_allow_some_ways_only(propose, budget, manager):
    rules.change(
        programme=budget.enrolment.programme, starts_on=TODAY, why="So.", by=manager, today=TODAY, now=NOW,
        allocation=2_000_00, ways=[Way.CARD], four_options=True,
    )  # fmt: skip

    assert propose(Way.NOTIONAL).way == "NOTIONAL"
    assert propose(Way.CARD).way == "CARD"
    with pytest.raises(rules.AgainstRules, match="do not allow that way"):
        propose(Way.DIRECT)


def test_scotlands_four_options_name_each_way_and_the_mix():
    assert ways.for_staff(Way.DIRECT, four_options=True) == "Option 1: Direct payment"
    assert ways.for_staff(Way.PROVIDER, four_options=True) == "Option 2: Provider-managed"
    assert ways.mixed([], four_options=True) == "Option 3: Notional: the service pays"
    assert ways.mixed(["DIRECT", "PROVIDER"], four_options=True).startswith("Option 4: a mix")
    assert ways.mixed(["DIRECT"]) == "Direct payment"


# --- what forbids it ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "details", "barred"),
    [
        ("no-gambling", "", set()),
        ("payslips", "", set()),
        ("asset-limit", "£500", set()),
        ("cash-limit", "£500", set()),
        ("cash-limit", "£49.99", {"CARD", "DIRECT"}),
        ("cash-limit", "a little", {"CARD", "DIRECT"}),
        ("no-transfers", "", {"NOMINEE", "THIRD_PARTY"}),
        ("bank-details", "", {"CARD", "DIRECT"}),
    ],
)
def test_each_licence_condition_about_money_stops_the_ways_it_is_about(code, details, barred, licence, participant):
    licence(code, details)

    found = {way for way in Way if cash.bars(participant, way, TODAY, in_hand=50_00)}

    assert found == barred
    for way in barred:
        assert "The licence says" in cash.bars(participant, way, TODAY, in_hand=50_00)[0]


def test_a_condition_nobody_has_thought_of_stops_all_cash(licence, participant):
    issued = licence("no-gambling")
    LicenceCondition.objects.filter(pk=issued.condition_id).update(code="no-crypto")

    assert {way for way in Way if cash.bars(participant, way, TODAY)} == set(CASH)


def test_an_account_that_the_practitioner_knows_is_no_breach(licence, propose):
    licence("bank-details")

    with pytest.raises(CashForbidden, match="has the details"):
        propose()
    assert propose(account_told=True).state == "WITH_SENIOR"


def test_a_licence_that_is_not_on_the_record_is_asked_for(participant, propose):
    participant.licence_conditions.all().delete()

    with pytest.raises(CashForbidden, match="not on the record yet"):
        propose()
    assert propose(Way.THIRD_PARTY).state == "TO_SIGN"


@pytest.mark.parametrize("law", Law.values)
def test_a_funders_law_bars_cash_under_its_orders_and_names_itself(law, participant, fund, manager):
    pot = Pot.objects.first()
    Requirement.objects.create(sentence=participant.sentences.get(), kind="DRUG")

    found = {way for way in Way if cash.bars(participant, way, TODAY, pots=[Pot(called="Care", law=law)])}

    assert found == set(CASH) - ({"NOMINEE"} if law == Law.CARE_WALES else set())
    assert LAWS[law].source in " ".join(cash.bars(participant, "DIRECT", TODAY, pots=[Pot(called="Care", law=law)]))
    assert not cash.bars(participant, "DIRECT", TODAY, pots=[pot])


def test_an_order_that_is_over_bars_nothing(participant):
    Requirement.objects.create(sentence=participant.sentences.get(), kind="ALCOHOL", state="DONE")

    assert not cash.bars(participant, "DIRECT", TODAY, pots=[Pot(called="Care", law=Law.CARE_ENGLAND)])


def test_the_strictest_of_the_pots_stops_the_approval(in_force, budget, fund, goal, participant, manager):
    """Of the pots that would pay, one is care money: it is for this alone, so it is spent first."""
    in_force()
    Requirement.objects.create(sentence=participant.sentences.get(), kind="DRUG")
    care = Funder.objects.create(name="Care")
    put_in(fund, care, 30_00, by=manager, called="Care", purposes=["ACTIVITY"], law=Law.CARE_ENGLAND)
    spend = asked(budget, goal, participant, 60_00, Way.DIRECT)

    with pytest.raises(CashForbidden, match="Care is care money in england"):
        services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())
    spend.refresh_from_db()
    assert (spend.state, Commitment.objects.count()) == ("ASKED", 0)


def test_nothing_is_handed_over_once_the_licence_forbids_it(handed, licence, payer, client_as, manager):
    spend = handed(60_00, 20_00)
    licence("cash-limit", "£25")

    with pytest.raises(CashForbidden, match=r"they would have £60"):
        services.record_payment(
            commitment=spend.commitment, amount=40_00, paid_on=TODAY, by=payer, now=NOW, key=new_key()
        )
    assert Payment.objects.count() == 1


def test_a_night_finds_what_is_forbidden_since_and_tells_the_worker(handed, licence, officer):
    handed()
    assert agreements.look_again(now=NOW) == 0
    licence("bank-details")

    assert agreements.look_again(now=NOW) == 1
    assert agreements.look_again(now=NOW) == 0
    (item,) = [each for each in lists(officer) if "any more" in each.reason]
    assert (item.action, item.urgency) == ("Look", 30)


# --- what is handed over ------------------------------------------------------------------------------


def test_a_request_takes_only_a_way_that_is_signed(budget, goal, participant, propose):
    propose(Way.THIRD_PARTY)

    with pytest.raises(NotThatWay, match="not agreed and signed"):
        asked(budget, goal, participant, 60_00, Way.THIRD_PARTY)


def test_it_is_paid_to_whom_the_agreement_names_and_names_no_person(handed, participant):
    handed(way=Way.NOMINEE)
    handed(way=Way.DIRECT)

    payees = dict(Payment.objects.values_list("way", "payee"))

    assert payees == {"NOMINEE": "Aunt May", "DIRECT": f"Own account of {participant.crn}"}


def test_what_was_shown_came_back_or_was_lost_is_in_hand_no_more(handed, budget, participant, manager, payer):
    spend = handed(60_00)
    assert in_hand([budget]) == {(budget.pk, "DIRECT"): 60_00}
    show(spend, 25_00, participant.user)
    asks = {"spend": spend, "amount": 15_00, "reason": "Not needed", "by": manager, "now": NOW}
    back = corrections.ask_refund(**asks, happened_on=TODAY, key=new_key())
    corrections.agree(correction=back, by=payer, now=NOW, key=new_key())
    assert in_hand([budget]) == {(budget.pk, "DIRECT"): 20_00}
    lost = corrections.ask_write_off(**asks, key=new_key())
    corrections.agree(correction=lost, by=payer, now=NOW, key=new_key())

    assert in_hand([budget]) == {(budget.pk, "DIRECT"): 5_00}
    assert receipts.left_of(spend) == 5_00


def test_what_the_service_paid_is_in_nobodys_hand(budget, goal, participant, manager, payer):
    spend = asked(budget, goal, participant, 60_00, Way.NOTIONAL)
    set_aside = services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())
    services.record_payment(
        commitment=set_aside, amount=60_00, payee="Shop", paid_on=TODAY, by=payer, now=NOW, key=new_key()
    )

    assert in_hand([budget]) == {}
    assert receipts.line_of(spend) is None
    with pytest.raises(MoreThanInHand, match="Nothing was handed over"):
        show(spend, 1_00, participant.user)


def test_no_more_is_shown_than_was_handed_over_and_no_day_before_it(handed, participant):
    spend = handed(60_00)
    show(spend, 60_00, participant.user)

    with pytest.raises(MoreThanInHand, match="£0 of what was handed over is left"):
        show(spend, 1, participant.user)
    with pytest.raises(services.NotThatDay, match="The money came on 1 June 2026"):
        show(handed(10_00), 1_00, participant.user, bought_on=TODAY - timedelta(days=1))
    with pytest.raises(services.NotThatDay, match="Enter today or a day before it"):
        show(handed(10_00), 1_00, participant.user, bought_on=TODAY + timedelta(days=1))


# --- bought with their own money, and paid back --------------------------------------------------


@pytest.fixture
def bought_first(in_force, budget, goal, participant, manager):
    """Swimming of £60 that was approved, with a way in force; nothing was handed over."""
    in_force(Way.DIRECT)
    spend = asked(budget, goal, participant, 60_00, Way.DIRECT)
    services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())
    return spend


def test_what_they_bought_with_their_own_money_is_paid_back(bought_first, participant, payer, budget, client_as):
    assert receipts.line_of(bought_first).may_buy_first == 60_00
    show(bought_first, 34_00, participant.user)
    line = receipts.line_of(bought_first)
    assert (line.handed, line.in_hand, line.owed, line.may_buy_first) == (0, 0, 34_00, 26_00)
    says = [each.reason for each in waiting(work_items, payer)]
    assert any("£34 that they spent on Swimming is to be paid back" in said for said in says)
    page = client_as(payer).get(reverse("budgets:pay", args=[bought_first.commitment.pk])).content.decode()
    assert 'value="34.00"' in page
    assert "<strong>£34</strong> is to be paid back" in page
    services.record_payment(
        commitment=bought_first.commitment, amount=34_00, paid_on=TODAY, by=payer, now=NOW, key=new_key()
    )

    line = receipts.line_of(bought_first)
    assert (line.handed, line.in_hand, line.owed, line.may_buy_first) == (34_00, 0, 0, 0)
    assert in_hand([budget]) == {}


def test_no_more_is_paid_back_than_is_set_aside_and_nothing_from_before_the_budget(bought_first, participant, budget):
    show(bought_first, 60_00, participant.user, bought_on=budget.opened_on)
    with pytest.raises(MoreThanInHand, match="Only £0 more can be paid back"):
        show(bought_first, 1, participant.user)
    receipts.strike(receipt=bought_first.commitment.receipts.get(), by=participant.user, now=NOW)
    with pytest.raises(services.NotThatDay, match="The money for this began on"):
        show(bought_first, 1_00, participant.user, bought_on=budget.opened_on - timedelta(days=1))


def test_what_was_handed_over_is_shown_first_and_then_what_they_bought_themselves(
    bought_first, participant, payer, budget
):
    services.record_payment(
        commitment=bought_first.commitment, amount=20_00, paid_on=TODAY, by=payer, now=NOW, key=new_key(), last=False
    )
    show(bought_first, 50_00, participant.user)

    line = receipts.line_of(bought_first)
    assert (line.handed, line.in_hand, line.owed, line.may_buy_first) == (20_00, 0, 30_00, 10_00)


@pytest.mark.parametrize("ends", ["the way", "the budget"])
def test_what_is_owed_is_paid_back_after_the_way_has_ended(
    bought_first, participant, officer, manager, payer, budget, client_as, ends
):
    show(bought_first, 34_00, participant.user)
    if ends == "the way":
        agreement = WayAgreement.objects.in_force().get(way=Way.DIRECT)
        agreements.stop(agreement=agreement, why="The account was closed.", by=officer, now=NOW)
    else:
        ending.end_budget(budget=budget, by=manager, now=NOW, key=new_key())
    set_aside = Commitment.objects.get()
    assert set_aside.way == Way.NOTIONAL
    says = [each.reason for each in waiting(work_items, payer)]
    assert says == ["£34 that they spent on Swimming is to be paid back. The way that was agreed has ended."]
    assert not any("bought yet" in each.reason for each in waiting(work_items, officer))
    with pytest.raises(services.Owing, match="£34 of it is to be paid back"):
        services.release_commitment(commitment=set_aside, by=payer, now=NOW, key=new_key())
    page = client_as(payer).get(reverse("budgets:pay", args=[set_aside.pk])).content.decode()
    assert 'value="34.00"' in page
    assert f"Paid back to {participant.crn}" in page
    pay = {"commitment": set_aside, "paid_on": TODAY, "by": payer, "now": NOW}
    with pytest.raises(services.Owing, match="£34 of it is to be paid back"):
        services.record_payment(**pay, amount=34_00, payee=participant.name, key=new_key())
    with pytest.raises(services.Owing, match="say that more is paid later"):
        services.record_payment(**pay, amount=20_00, payee="", key=new_key())
    made = services.record_payment(**pay, amount=34_00, payee="", key=new_key())

    assert (made.payee, made.way) == (f"Paid back to {participant.crn}", Way.DIRECT)
    assert in_hand([budget]) == {}
    assert Commitment.objects.get().closed_at


def test_it_is_paid_back_to_them_where_another_looks_after_it_now(
    bought_first, in_force, participant, officer, payer, client_as, checked
):
    """The way that took its place pays a trusted third party; the person is owed all the same, and the shop nothing."""
    show(bought_first, 34_00, participant.user)
    in_force(Way.THIRD_PARTY)
    agreements.take_another_way(commitment=bought_first.commitment, way=Way.THIRD_PARTY, by=officer)
    set_aside = Commitment.objects.get()
    Commitment.objects.update(payee="Mill Sports")
    checked(payee="Mill Sports")
    page = client_as(payer).get(reverse("budgets:pay", args=[set_aside.pk])).content.decode()
    assert "It is paid back to" in page
    assert "In the next pay run" not in page
    with pytest.raises(services.Owing, match="by card, cash or cheque"):
        pay_orders.order_payment(commitment=set_aside, amount=34_00, by=payer, now=NOW, key=new_key())
    made = services.record_payment(
        commitment=set_aside, amount=34_00, paid_on=TODAY, by=payer, now=NOW, key=new_key(), last=False
    )
    assert (made.payee, made.way) == (f"Paid back to {participant.crn}", Way.DIRECT)
    rest = services.record_payment(commitment=set_aside, amount=26_00, paid_on=TODAY, by=payer, now=NOW, key=new_key())
    assert rest.way == Way.THIRD_PARTY


def test_money_that_goes_to_someone_they_trust_is_not_bought_first(in_force, budget, goal, participant, manager):
    in_force(Way.NOMINEE)
    spend = asked(budget, goal, participant, 60_00, Way.NOMINEE)
    services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())

    assert receipts.line_of(spend) is None


@pytest.mark.parametrize("stops", ["hold", "order", "licence", "refund", "repeating"])
def test_nobody_is_told_to_buy_what_may_not_be_paid_back(
    stops, bought_first, participant, officer, manager, payer, finn, monkeypatch
):
    set_aside = bought_first.commitment
    if stops == "hold":
        services.put_on_hold(commitment=set_aside, why="Ask first.", by=officer, now=NOW)
    elif stops == "order":
        agreement = WayAgreement.objects.in_force().get(way=Way.DIRECT)
        about = details(payee=agreements.payee_of(agreement), participant=participant)
        payee_accounts.check(account=payee_accounts.enter(**about, by=officer), **CHECKED, by=finn, now=NOW)
        pay_orders.order_payment(commitment=set_aside, amount=20_00, by=payer, now=NOW, key=new_key())
    elif stops == "licence":
        monkeypatch.setattr(agreements, "barred", lambda *_, **__: ["No cash."])
    elif stops == "repeating":
        type(bought_first).objects.filter(pk=bought_first.pk).update(every="WEEK", times=4)
    else:
        services.record_payment(
            commitment=set_aside, amount=20_00, paid_on=TODAY, by=payer, now=NOW, key=new_key(), last=False
        )
        asks = {"spend": bought_first, "amount": 15_00, "reason": "Not needed", "by": manager, "now": NOW}
        back = corrections.ask_refund(**asks, happened_on=TODAY, key=new_key())
        corrections.agree(correction=back, by=payer, now=NOW, key=new_key())
    line = receipts.line_of(type(bought_first).objects.get(pk=bought_first.pk))

    assert line is None or line.may_buy_first == 0


def test_one_receipt_that_is_sent_twice_is_owed_once(bought_first, participant, officer):
    first = show(bought_first, 20_00, participant.user)
    for by in (participant.user, officer):
        with pytest.raises(receipts.ShownAlready):
            show(bought_first, 20_00, by)
    show(bought_first, 20_00, participant.user, what="A second swim")
    receipts.strike(receipt=first, by=participant.user, now=NOW)
    show(bought_first, 20_00, participant.user)

    assert receipts.line_of(bought_first).owed == 40_00


def test_no_more_than_is_owed_is_paid_back_so(bought_first, participant, officer, payer):
    show(bought_first, 34_00, participant.user)
    agreement = WayAgreement.objects.in_force().get(way=Way.DIRECT)
    agreements.stop(agreement=agreement, why="The account was closed.", by=officer, now=NOW)

    with pytest.raises(RuleBroken):
        services.record_payment(
            commitment=Commitment.objects.get(), amount=34_01, payee="", paid_on=TODAY, by=payer, now=NOW, key=new_key()
        )
    assert not Payment.objects.exists()


def test_of_what_waits_for_an_answer_nothing_is_shown(budget, goal, participant, client_as):
    spend = asked(budget, goal, participant, 60_00, Way.NOTIONAL)

    assert receipts.line_of(spend) is None
    assert client_as(participant.user).get(reverse("budgets:my-request", args=[spend.pk])).status_code == 200


def test_nothing_is_bought_first_once_the_way_has_stopped(bought_first, participant, officer):
    agreement = WayAgreement.objects.in_force().get(way=Way.DIRECT)
    agreements.stop(agreement=agreement, why="The account was closed.", by=officer, now=NOW)

    assert receipts.line_of(bought_first) is None
    with pytest.raises(MoreThanInHand, match="agree first how you take the money"):
        show(bought_first, 1_00, participant.user)


def test_the_person_and_their_worker_read_what_is_to_be_paid_back(bought_first, participant, officer, client_as):
    theirs, ours = reverse("budgets:my-request", args=[bought_first.pk]), f"/requests/{bought_first.pk}/"
    person, worker = client_as(participant.user), client_as(officer)
    assert "Did you buy it with your own money?" in person.get(theirs).content.decode()
    assert "Up to £60 is paid back to you" in person.get(f"/me/requests/{bought_first.pk}/receipts/").content.decode()
    assert "They may buy it with their own money first" in worker.get(ours).content.decode()
    bought = {"amount": "12.50", "what": "Goggles", "shop": "The baths"}
    bought |= {"bought_on": TODAY.isoformat()}
    assert person.post(f"/me/requests/{bought_first.pk}/receipts/", bought).status_code == 302
    assert "You spent £12.50 of your own. It is being paid back to you." in person.get(theirs).content.decode()
    assert "<strong>£12.50</strong> that they spent is to be paid back" in worker.get(ours).content.decode()


def test_a_mistake_is_struck_stays_to_be_read_and_counts_no_more(handed, participant, officer):
    spend = handed(60_00)
    theirs, ours = show(spend, 20_00, participant.user), show(spend, 30_00, officer)

    with pytest.raises(NotTheirReceipt):
        receipts.strike(receipt=ours, by=participant.user, now=NOW)
    receipts.strike(receipt=theirs, by=participant.user, now=NOW)
    receipts.strike(receipt=theirs, by=officer, now=NOW + WEEK)

    theirs.refresh_from_db()
    assert (theirs.struck_by, theirs.struck_at) == (participant.user, NOW)
    assert receipts.left_of(spend) == 30_00


def test_a_picture_of_the_receipt_goes_on_their_file_and_they_can_read_it(handed, participant):
    kept = show(handed(), 5_00, participant.user, picture=("till.jpg", a_jpeg())).picture

    assert (kept.participant, kept.title, kept.shared_with_person) == (participant, "Receipt: A swim", True)


# --- the end of a way ----------------------------------------------------------------------------------


def test_stopping_pays_what_is_owed_another_way_and_tells_the_person(handed, officer, payer, participant):
    spend = handed(60_00, 20_00)
    row = WayAgreement.objects.get()

    agreements.stop(agreement=row, why="The bank sent it back.", failed=True, by=officer, now=NOW)

    spend.commitment.refresh_from_db()
    assert spend.commitment.way == Way.NOTIONAL
    told = Message.objects.filter(dedupe_key=f"agreement:{row.pk}:ended").get()
    assert told.body.startswith("Some money could not reach you in the usual way.")
    services.record_payment(
        commitment=spend.commitment, amount=40_00, payee="The baths", paid_on=TODAY, by=payer, now=NOW, key=new_key()
    )
    assert [each.reason for each in lists(officer)] == [
        "£20 was handed over, and that way stopped. It is shown, or comes back."
    ]
    show(spend, 20_00, officer)
    assert lists(officer) == []


def test_the_second_way_is_taken_where_it_is_signed_itself(handed, in_force, officer):
    in_force(Way.THIRD_PARTY)
    row = in_force(Way.DIRECT, second_way=Way.THIRD_PARTY)
    spend = handed(60_00, 20_00)

    agreements.stop(agreement=row, why="Lost", failed=True, by=officer, now=NOW)

    assert Commitment.objects.get(spend=spend).way == Way.THIRD_PARTY


def test_the_ways_of_a_budget_end_with_it(handed, propose, budget, manager):
    handed(60_00, 20_00)
    propose(Way.CARD)

    ending.follow_enrolment(budget.enrolment, manager, NOW)

    assert dict(WayAgreement.objects.values_list("way", "state")) == {"DIRECT": "STOPPED", "CARD": "TAKEN_BACK"}
    assert Commitment.objects.get().way == Way.NOTIONAL


def test_what_is_set_aside_may_be_taken_another_way_that_is_signed(handed, in_force, officer):
    in_force(Way.THIRD_PARTY)
    spend = handed(60_00, 20_00)

    agreements.take_another_way(commitment=spend.commitment, way=Way.THIRD_PARTY, by=officer)
    assert Commitment.objects.get().way == Way.THIRD_PARTY
    with pytest.raises(NotThatWay, match="agreed and signed"):
        agreements.take_another_way(commitment=spend.commitment, way=Way.CARD, by=officer)


# --- on whose list it is ---------------------------------------------------------------------------------


def lists(user, weeks: int = 0) -> list:
    today = TODAY + weeks * WEEK
    return list(way_items.items(user=user, whom=whom(user, today), today=today))


def test_a_proposal_is_on_the_other_managers_list_alone(propose, manager, payer, officer):
    propose(by=manager)

    assert lists(manager) == []
    assert [each.action for each in lists(payer)] == ["Decide"]
    assert lists(officer) == []


def test_where_there_is_no_other_manager_it_stays_on_theirs_and_says_so(propose, manager):
    propose(by=manager)

    assert "nobody in your team may decide it" in lists(manager)[0].reason


def test_what_is_not_signed_in_a_week_is_on_the_workers_list(propose, acts, officer):
    row = propose()
    acts["agree"](row)

    assert lists(officer) == []
    assert lists(officer, weeks=1)[0].reason.startswith("Has not signed yet")


def test_the_next_look_is_due_after_as_many_weeks_as_were_agreed(in_force, acts, officer):
    row = in_force(check_weeks=3)

    assert lists(officer, weeks=2) == []
    assert lists(officer, weeks=3)[0].reason.startswith("Look at what became of the money")
    acts["check"](row)
    assert WayAgreement.objects.get().next_check_on == TODAY + 3 * WEEK


@pytest.mark.parametrize(("amount", "noticed"), [(80_00, False), (80_01, True)])
def test_more_than_so_many_weeks_worth_is_noticed(amount, noticed, in_force, handed, officer):
    in_force(weekly=10_00, most_weeks=8)
    handed(amount)

    assert any("nothing was shown for" in each.reason for each in lists(officer)) is noticed


@pytest.mark.parametrize(("weeks", "noticed"), [(8, False), (9, True)])
def test_money_that_is_older_than_so_many_weeks_is_noticed(weeks, noticed, in_force, handed, officer):
    in_force(most_weeks=8, check_weeks=26)
    handed()

    assert any("nothing was shown for" in each.reason for each in lists(officer, weeks=weeks)) is noticed


# --- the pages -------------------------------------------------------------------------------------------


def test_from_a_proposal_to_a_receipt_in_the_pages(client_as, officer, manager, payer, participant, budget, goal):
    base = f"/people/{participant.ref}"
    terms = {"most_weeks": "8", "check_weeks": "8", "second_way": "NOTIONAL", "why": "They pay for it themselves."}
    worker, senior, person = client_as(officer), client_as(manager), client_as(participant.user)
    assert "Direct payment" in worker.get(f"{base}/money/{budget.pk}/ways/").content.decode()
    assert worker.post(f"{base}/money/{budget.pk}/ways/DIRECT/", terms).status_code == 302
    row = WayAgreement.objects.get()
    assert person.get(f"/me/ways/{row.pk}/").status_code == 404
    assert "Your decision" not in worker.get(f"{base}/ways/{row.pk}/").content.decode()
    assert "Your decision" in senior.get(f"{base}/ways/{row.pk}/").content.decode()
    assert senior.post(f"{base}/ways/{row.pk}/agree/", {"reason": "It goes well."}).status_code == 302
    assert "Something to read and sign" in person.get("/me/money/").content.decode()
    assert person.post(f"/me/ways/{row.pk}/sign/").status_code == 302
    assert WayAgreement.objects.get().state == "IN_FORCE"
    spend = asked(budget, goal, participant, 60_00, Way.DIRECT)
    assert senior.post(f"/requests/{spend.pk}/approve/", {"reason": "Yes"}).status_code == 302
    page = client_as(payer).get(f"/commitments/{spend.commitment.pk}/pay/").content.decode()
    assert f"Own account of {participant.crn}" in page
    assert 'name="payee"' not in page
    today, now = timezone.localdate(), timezone.now()
    services.record_payment(commitment=spend.commitment, amount=60_00, paid_on=today, by=payer, now=now, key=new_key())
    assert "£60 is left to show" in person.get(f"/me/requests/{spend.pk}/").content.decode()
    show(spend, 60_00, participant.user, bought_on=today, now=now)
    page = worker.get(f"/requests/{spend.pk}/").content.decode()
    assert "all of it was shown, or came back" in page
    assert "Take out" in page


def test_an_approval_is_stopped_in_words_on_the_page(in_force, licence, budget, goal, participant, manager, client_as):
    in_force()
    spend = asked(budget, goal, participant, 60_00, Way.DIRECT)
    licence("cash-limit", "£25")
    client = client_as(manager)

    page = client.get(f"/requests/{spend.pk}/").content.decode()
    answer = client.post(f"/requests/{spend.pk}/approve/", {"reason": "Yes"})

    assert "It cannot be approved as it is asked" in page
    assert "Approve and set the money aside" not in page
    assert "they would have £60" in answer.content.decode()
    assert Commitment.objects.count() == 0


def test_the_words_sent_fit_how_the_person_gets_in(make_participant, make_budget, make_fund, officer):
    inside = make_participant("No", "Account", "X700701", lead=officer)
    type(inside).objects.filter(pk=inside.pk).update(user=None)
    inside.refresh_from_db()
    fund = make_fund("plain", council=5_000_00)
    make_budget(inside, fund)

    assert (
        "Ask your worker to show you." in Message.objects.get(participant=inside, dedupe_key__startswith="budget:").body
    )


def test_a_contribution_keeps_its_law(fund, manager):
    from budgets import pots

    made = pots.open_pot(
        fund=fund, funder=Funder.objects.first(), called="Care", pledged=1_00, law=Law.CARE_ENGLAND, by=manager,
        now=NOW, key=new_key(),
    )  # fmt: skip

    assert Pot.objects.get(pk=made.pk).law == "CARE_ENGLAND"


def test_each_act_of_the_pages_reaches_the_database_as_who_is_signed_in(
    client_as, officer, participant, handed, in_force, propose
):
    worker, person = client_as(officer), client_as(participant.user)
    in_force(Way.THIRD_PARTY)
    spend = handed(60_00, 20_00)
    row, base = WayAgreement.objects.get(way=Way.DIRECT), f"/people/{participant.ref}/ways"
    looked = {"seen": "20", "all_well": "yes", "note": "It is all there."}
    assert worker.post(f"{base}/{row.pk}/check/", looked).status_code == 302
    bought = {"amount": "5", "what": "A swim", "shop": "Baths", "bought_on": TODAY.isoformat()}
    bought |= {"bought_on_0": "1", "bought_on_1": "6", "bought_on_2": "2026"}
    picture = SimpleUploadedFile("till.jpg", a_jpeg(), "image/jpeg")
    assert person.post(f"/me/requests/{spend.pk}/receipts/", bought | {"picture": picture}).status_code == 302
    assert worker.post(f"/requests/{spend.pk}/receipts/new/", bought).status_code == 302
    theirs, ours = Receipt.objects.order_by("pk")
    assert (theirs.by, ours.by, theirs.picture.added_by) == (participant.user, officer, participant.user)
    page = person.get(f"/me/requests/{spend.pk}/").content.decode()
    assert page.count("Take out<") == 1  # a colleague's is not theirs to take out
    assert person.post(f"/me/requests/{spend.pk}/receipts/{ours.pk}/strike/").status_code == 302
    assert person.post(f"/me/requests/{spend.pk}/receipts/{theirs.pk}/strike/").status_code == 302
    assert [each.struck_by for each in Receipt.objects.order_by("pk")] == [participant.user, None]
    assert worker.post(f"/requests/{spend.pk}/receipts/{ours.pk}/strike/").status_code == 302
    assert worker.post(f"/requests/{spend.pk}/way/", {"way": Way.THIRD_PARTY}).status_code == 302
    assert worker.post(f"/requests/{spend.pk}/way/", {"way": Way.DIRECT}).status_code == 302
    stopped = {"failed": "yes", "why": "The bank sent it back."}
    assert worker.post(f"{base}/{row.pk}/stop/", stopped).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.failed, row.ended_by) == ("STOPPED", True, officer)
    assert Commitment.objects.get().way == Way.NOTIONAL
    provider = propose(Way.PROVIDER)
    signed = SimpleUploadedFile("signed.jpg", a_jpeg(), "image/jpeg")
    assert worker.post(f"{base}/{provider.pk}/sign/", {"file": signed}).status_code == 302
    provider.refresh_from_db()
    assert (provider.state, provider.signed_how, provider.signed_by) == ("IN_FORCE", "BY_HAND", officer)
    assert person.get(f"/me/ways/{provider.pk}/").status_code == 200
    free = propose(Way.NOTIONAL)
    assert person.post(f"/me/ways/{free.pk}/decline/", {"why": "No need."}).status_code == 302
    again = propose(Way.NOTIONAL)
    assert worker.post(f"{base}/{again.pk}/take-back/", {"why": "Asked twice."}).status_code == 302
    assert sorted(WayAgreement.objects.filter(way=Way.NOTIONAL).values_list("state", flat=True)) == [
        "DECLINED", "TAKEN_BACK",
    ]  # fmt: skip


# --- what an attacker would try ------------------------------------------------------------------------


def test_the_limit_is_of_the_person_and_not_of_one_way(handed, in_force, licence):
    in_force(Way.CARD)
    handed(60_00, way=Way.DIRECT)
    licence("cash-limit", "£100")

    with pytest.raises(CashForbidden, match="they would have £110"):
        handed(50_00, way=Way.CARD)


def test_receipts_of_two_ways_take_off_what_was_handed_over_first(handed, in_force, officer, payer, budget):
    in_force(Way.THIRD_PARTY)
    spend = handed(100_00, 60_00)
    agreements.take_another_way(commitment=spend.commitment, way=Way.THIRD_PARTY, by=officer)
    services.record_payment(commitment=spend.commitment, amount=40_00, paid_on=TODAY, by=payer, now=NOW, key=new_key())
    show(spend, 70_00, officer)

    assert in_hand([budget]) == {(budget.pk, "THIRD_PARTY"): 30_00}
    with pytest.raises(MoreThanInHand):
        show(spend, 30_01, officer)


def test_what_was_shown_stays_shown_where_its_payment_is_recorded_anew(
    handed, officer, manager, make_user, team, payer
):
    spend = handed(60_00)
    show(spend, 20_00, officer)
    third = make_user("Tia Third", "MANAGER", team)
    about = {"wrong": spend.commitment.payments.get().transaction, "reason": "Wrong day", "by": manager, "now": NOW}
    wrong = corrections.ask_reversal(**about, key=new_key())
    corrections.agree(correction=wrong, by=third, now=NOW, key=new_key())
    line = receipts.line_of(spend)
    assert (line.handed, line.in_hand, line.owed, line.may_buy_first) == (0, 0, 0, 0)
    spend.commitment.refresh_from_db()
    services.record_payment(commitment=spend.commitment, amount=60_00, paid_on=TODAY, by=payer, now=NOW, key=new_key())

    assert receipts.left_of(spend) == 40_00
    assert len(receipts.line_of(spend).receipts) == 1


def test_what_came_back_of_the_services_own_payment_is_not_taken_off(handed, officer, manager, payer, budget):
    spend = handed(100_00, 60_00)
    agreements.take_another_way(commitment=spend.commitment, way=Way.NOTIONAL, by=officer)
    services.record_payment(
        commitment=spend.commitment, amount=40_00, payee="Baths", paid_on=TODAY, by=payer, now=NOW, key=new_key()
    )
    about = {"spend": spend, "amount": 40_00, "reason": "Shut", "by": manager, "now": NOW}
    back = corrections.ask_refund(**about, happened_on=TODAY, key=new_key())
    corrections.agree(correction=back, by=payer, now=NOW, key=new_key())

    assert in_hand([budget]) == {(budget.pk, "DIRECT"): 60_00}


def test_a_way_that_stopped_before_the_answer_leaves_the_service_to_pay(
    in_force, budget, goal, participant, manager, officer
):
    row = in_force()
    spend = asked(budget, goal, participant, 60_00, Way.DIRECT)
    agreements.stop(agreement=row, why="Lost", by=officer, now=NOW)

    set_aside = services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())

    assert (spend.way, set_aside.way) == (Way.DIRECT, Way.NOTIONAL)


def test_whoever_signed_on_paper_is_told(in_force, propose, officer, participant):
    row = propose(Way.NOTIONAL)
    signed = documents.add_document(
        participant=participant, kind="LETTER", title="Signed", name="a.jpg", data=a_jpeg(), by=officer, now=NOW
    )

    agreements.sign(agreement=row, by=officer, now=NOW, signed_document=signed)

    assert "Was it not you?" in Message.objects.get(dedupe_key=f"agreement:{row.pk}:signed").body


def test_in_the_database_a_worker_signs_with_a_paper_of_that_person_alone(propose, officer):
    row = propose(Way.NOTIONAL)
    signed = {"state": "IN_FORCE", "signed_by": officer, "signed_at": NOW, "next_check_on": TODAY}

    for how in ("PORTAL", "BY_HAND"):
        with pytest.raises(ProgrammingError, match="does not go that way"), transaction.atomic(), acting_as(officer.pk):
            WayAgreement.objects.filter(pk=row.pk).update(**signed, signed_how=how)


def test_what_is_to_be_handed_over_is_on_the_payers_list(in_force, budget, goal, participant, manager, payer, officer):
    in_force()
    spend = asked(budget, goal, participant, 60_00, Way.DIRECT)
    services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())

    assert [each.reason for each in waiting(work_items, payer)] == [
        "£60 for Swimming is to be handed over: “It is paid to my own account”."
    ]
    assert waiting(work_items, manager) == []
    assert not any("bought" in each.reason for each in waiting(work_items, officer))


def test_something_to_ask_is_looked_at_in_a_week(in_force, officer):
    row = in_force()
    agreements.check(agreement=row, seen=5_00, all_well=False, note="Where is the rest?", by=officer, now=NOW)

    assert [each.reason for each in lists(officer, weeks=1)] == [
        "Look at what became of the money: “It is paid to my own account”."
    ]


def test_the_person_stops_a_way_themselves_and_their_worker_reads_why(in_force, participant, officer, client_as):
    row = in_force(Way.THIRD_PARTY)
    me = client_as(participant.user)
    assert f"/me/ways/{row.pk}/stop/" in me.get(f"/me/ways/{row.pk}/").content.decode()
    assert "There is a problem" in me.post(f"/me/ways/{row.pk}/stop/", {"why": ""}).content.decode()

    me.post(f"/me/ways/{row.pk}/stop/", {"why": "I fell out with them."})

    row.refresh_from_db()
    assert (row.state, row.ended_by, row.ended_why) == ("STOPPED", participant.user, "I fell out with them.")
    WayAgreement.objects.filter(pk=row.pk).update(ended_at=NOW)  # the page goes by the clock
    said = [each.reason for each in lists(officer, weeks=1)]
    assert len(said) == 1
    assert "They do not want it any more" in said[0]
    assert lists(officer, weeks=2) == []
    assert "STOPPED" not in me.post(f"/me/ways/{row.pk}/stop/", {"why": "Again."}).content.decode()
    row.refresh_from_db()
    assert row.ended_why == "I fell out with them."


def test_a_newer_version_that_takes_the_place_of_a_way_is_no_stop(propose, participant, officer):
    for _ in range(2):
        agreements.sign(agreement=propose(Way.THIRD_PARTY), by=participant.user, now=NOW)
    assert sorted(WayAgreement.objects.values_list("state", flat=True)) == ["IN_FORCE", "STOPPED"]
    assert not any("any more" in each.reason for each in lists(officer, weeks=1))


@pytest.mark.parametrize("act", ["refuse", "decline"])
def test_a_no_is_on_the_workers_list_for_two_weeks(act, propose, acts, officer):
    row = propose() if act == "refuse" else propose(Way.NOTIONAL)
    acts[act](row)

    assert len(lists(officer, weeks=1)) == 1
    assert lists(officer, weeks=2) == []


def test_a_manager_who_knows_the_person_has_no_proposal_to_decide(propose, participant, manager, payer):
    propose()
    interests.say(participant=participant, how="A cousin", by=payer, now=NOW)

    assert [each.action for each in lists(manager)] == ["Decide"]
    assert lists(payer) == []


def test_nor_does_a_relative_of_who_proposed_it(propose, officer, manager, payer):
    row = propose()
    interests.say(colleague=officer, how="A sister", by=payer, now=NOW)

    assert [each.action for each in lists(manager)] == ["Decide"]
    assert lists(payer) == []
    with pytest.raises(interests.HasAnInterest):
        agreements.refuse(agreement=row, reason="No", by=payer, now=NOW)


def test_nothing_is_proposed_or_signed_once_the_budget_has_ended(propose, budget, manager, participant):
    row = propose(Way.NOTIONAL)
    type(budget).objects.filter(pk=budget.pk).update(ended_on=TODAY)

    with pytest.raises(NotThatWay, match="has ended"):
        agreements.sign(agreement=row, by=participant.user, now=NOW)
    with pytest.raises(NotThatWay, match="has ended"):
        propose(Way.THIRD_PARTY)


def test_what_was_signed_by_a_way_in_that_the_person_denies_hands_nothing_over(
    handed, officer, payer, participant, monkeypatch
):
    spend = handed(60_00, 20_00)
    row = WayAgreement.objects.get()
    everything = SignInChange.objects.none()
    monkeypatch.setattr(type(everything), "denying", lambda self, by, at: User.objects.filter(pk=participant.user_id))

    with pytest.raises(CashForbidden, match="They deny the way in"):
        agreements.refuse_without(spend, Way.DIRECT, TODAY, amount=40_00)
    assert agreements.look_again(now=NOW) == 1
    row.refresh_from_db()
    assert row.barred == ["They deny the way in by which this was signed. Stop it, and let them sign anew."]
