"""Every act on money is done once for its key, and gives its first answer again."""

from __future__ import annotations

import inspect
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.forms.models import model_to_dict

from budgets import appeals, bank_statements, corrections, ending, pay_orders, pay_runs, pots, services
from budgets.commands import KeyReused, NoKey, new_key
from budgets.models import BankEntry, Command, Entry, Funder, Payment, Pot, SpendRequest, Transaction
from budgets.verification import differences
from people.models import Enrolment
from tests.budgets.paying import PAY_ON, statement
from tests.budgets.test_services import a_referral
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db
UNSEEN = {"_join", "_give_again", "_replace"}  # see tests/casework/test_merged_budgets.py and test_pots.py
COMMANDS = {
    name: act
    for module in (services, appeals, corrections, ending, pots, pay_orders, pay_runs, bank_statements)
    for name, act in inspect.getmembers(module, inspect.isfunction)
    if act.__module__ == module.__name__ and "key" in str(inspect.signature(act, follow_wrapped=False))
    and hasattr(act, "__wrapped__") and name not in UNSEEN
}  # fmt: skip


@pytest.fixture
def set_aside(make_request, manager):
    def make(what: str = "A deposit"):
        spend = make_request(300_00, what)
        return services.approve_request(spend=spend, reason="Yes.", by=manager, now=NOW, key=new_key())

    return make


@pytest.fixture
def asked(set_aside, manager, payer):
    """What each command is asked, and something else to ask with the same key."""

    def of(name: str):
        return {
            "ask_contribution": contribution, "open_pot": promise, "open_budget": opening, "ask": sending,
            "ask_small": small, "withdraw": waiting_of_them,
            "approve_request": deciding, "refuse_request": deciding, "buy_through": buying,
            "record_payment": paying, "release_commitment": releasing, "ask_reversal": reversal,
            "ask_refund": refund, "ask_write_off": write_off, "ask_return": giving_back, "ask_more": giving_back,
            "ask_withdrawal": withdrawal, "agree": agreeing, "refuse": refusing, "take_back": taking_back,
            "end_budget": ends, "appeal": looking_again, "order_payment": ordering, "cancel_order": cancelling,
            "record_failure": failing, "draft_run": drafting, "read_statement": reading,
            "match": matching,
        }[name]  # fmt: skip

    return of


@pytest.fixture
def world(
    budget, fund, goal, participant, other_participant, make_request, set_aside, manager, payer, officer, make_user,
    team, checked, order, draft_run, send, ours, read, fay, finn,
):  # fmt: skip
    third = make_user("Thea Third", "MANAGER", team)
    return SimpleNamespace(**{**locals(), "third": third})


def contribution(world):
    given = {"amount": 5_00, "happened_on": TODAY, "reference": "HB 1", "by": world.manager}
    return {"pot": Pot.objects.filter(fund=world.fund).first(), **given}, {"reference": "HB 2"}


def promise(world):
    given = {"called": "Women’s money", "pledged": 5_00, "purposes": ["WORK"], "areas": [world.team.delivery_unit]}
    return {"fund": world.fund, "funder": Funder.objects.first(), **given, "by": world.manager}, {"purposes": []}


def opening(world):
    enrolment = Enrolment.objects.create(
        participant=world.other_participant, programme=world.fund.programme, state="ENROLLED", asked_on=TODAY,
        asked_by=world.manager, starts_on=TODAY,
    )  # fmt: skip
    return {"enrolment": enrolment, "today": TODAY, "by": world.manager}, {"today": TODAY + timedelta(days=1)}


def sending(world):
    me = world.participant.user
    draft = services.start_request(budget=world.budget, goal=world.goal, without_money="-", by=me)
    about = {"what": "A coat", "amount": 30_00, "purpose": "CLOTHING", "for_whom": "ME", "why": "Cold."}
    return {"spend": draft, "by": me, **about}, {"amount": 31_00}


def small(world):
    about = {"what": "A bus ticket", "amount": 10_00, "about_from": 0, "purpose": "TRAVEL", "thing": "BUS", "why": ""}
    given = {"budget": world.budget, "goal": world.goal, "by": world.participant.user}
    return {**given, **about}, {"amount": 9_00}


def waiting_of_them(world):
    return {"spend": world.make_request(20_00), "by": world.participant.user}, {"by": world.manager}


def deciding(world):
    return {"spend": world.make_request(20_00), "reason": "As asked.", "by": world.manager}, {"reason": "Another."}


def buying(world):
    own, other = (a_referral(person, world.officer) for person in (world.participant, world.other_participant))
    return {"commitment": world.set_aside(), "referral": own, "by": world.manager}, {"referral": other}


def paying(world):
    given = {"amount": 100_00, "payee": "Shop", "invoice": "A1", "paid_on": TODAY, "last": False, "by": world.payer}
    return {"commitment": world.set_aside(), **given}, {"payee": "Another shop"}


def looking_again(world):
    refused = services.refuse_request(
        spend=world.make_request(20_00), reason="No.", by=world.manager, now=NOW, key=new_key()
    )
    return {"spend": refused, "why": "It is needed.", "by": world.participant.user}, {"why": "I need it."}


def releasing(world):
    return {"commitment": world.set_aside(), "by": world.manager}, {"by": world.payer}


def paid(world) -> Payment:
    given, _ = paying(world)
    return services.record_payment(**given, now=NOW, key=new_key())


def reversal(world):
    return {"wrong": paid(world).transaction, "reason": "Wrong.", "by": world.manager}, {"reason": "Another."}


def refund(world):
    about = {"amount": 5_00, "happened_on": TODAY, "reason": "Back.", "by": world.manager}
    return {"spend": paid(world).commitment.spend, **about}, {"happened_on": TODAY - timedelta(days=1)}


def write_off(world):
    about = {"amount": 5_00, "reason": "Lost.", "by": world.manager}
    return {"spend": paid(world).commitment.spend, **about}, {"amount": 6_00}


def giving_back(world):
    return {"budget": world.budget, "amount": 5_00, "reason": "Not needed.", "by": world.manager}, {"amount": 6_00}


def withdrawal(world):
    pot = Pot.objects.filter(fund=world.fund).first()
    about = {"amount": 5_00, "happened_on": TODAY, "reason": "Back.", "by": world.manager}
    return {"pot": pot, **about}, {"amount": 6_00}


def corrected(world):
    given, _ = refund(world)
    return corrections.ask_refund(**given, now=NOW, key=new_key())


def agreeing(world):
    return {"correction": corrected(world), "by": world.third}, {"by": world.payer}


def refusing(world):
    return {"correction": corrected(world), "answer": "No.", "by": world.third}, {"answer": "Never."}


def taking_back(world):
    return {"correction": corrected(world), "by": world.manager}, {"by": world.third}


def ends(world):
    return {"budget": world.budget, "by": world.officer}, {"by": world.manager}


def ordered(world):
    world.checked(payee="Shop")
    named = services.name_payee(commitment=world.set_aside(), payee="Shop", by=world.officer)
    return world.order(named)


def ordering(world):
    world.checked(payee="Shop")
    named = services.name_payee(commitment=world.set_aside(), payee="Shop", by=world.officer)
    return {"commitment": named, "amount": 5_00, "invoice": "A1", "by": world.payer}, {"invoice": "A2"}


def cancelling(world):
    return {"pay_order": ordered(world), "by": world.payer}, {"by": world.manager}


def failing(world):
    made = ordered(world)
    world.send(made)
    return {"pay_order": made, "code": "5", "answered_on": TODAY, "by": world.fay}, {"code": "B"}


def drafting(world):
    about = {"account": world.ours, "pay_on": PAY_ON, "orders": [ordered(world).pk]}
    return {**about, "by": world.fay}, {"by": world.finn}


def reading(world):
    made = ordered(world)
    world.send(made)
    text = statement((made.reference, "-100.00"))
    return {"account": world.ours, "name": "x", "data": text.encode(), "by": world.fay}, {"data": b"other"}


def matching(world):
    made = ordered(world)
    world.send(made)
    world.read(statement(("SHOP", "-100.00")))
    return {"entry": BankEntry.objects.get(), "pay_order": made, "by": world.fay}, {"by": world.finn}


def all_there_is() -> list:
    rows = [list(model.objects.order_by("pk").values_list()) for model in (Transaction, Entry, Payment, Command)]
    return [*rows, [model_to_dict(spend) for spend in SpendRequest.objects.order_by("pk")]]


def test_every_command_is_tried(asked):
    assert [asked(name) for name in COMMANDS]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_done_once_for_its_key_and_gives_its_first_answer_again(name, world, asked):
    """In one test, since what a command needs takes longer than itself."""
    given, other = asked(name)(world)
    act, key, before = COMMANDS[name], new_key(), all_there_is()
    with pytest.raises(NoKey, match="Load it again"):
        act(**given, now=NOW, key="")
    assert all_there_is() == before

    first = act(**given, now=NOW, key=key)
    after = all_there_is()
    assert act(**given, now=NOW + timedelta(days=400), key=key) == first
    assert all_there_is() == after
    with pytest.raises(KeyReused, match="used for something else"):
        act(**{**given, **other}, now=NOW, key=key)
    assert all_there_is() == after
    assert differences() == []


def test_a_key_of_one_act_does_no_other(world, asked):
    given, _ = deciding(world)
    key = new_key()
    services.refuse_request(**given, now=NOW, key=key)
    with pytest.raises(KeyReused):
        services.approve_request(**given, now=NOW, key=key)
