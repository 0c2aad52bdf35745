"""Who may open each page of the money floor."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from budgets.commands import new_key
from tests.budgets.test_services import a_referral
from tests.conftest import NOW, TODAY
from tests.lifeplans.page_access import MINE, MINE_ANY, MINE_POST, STAFF, STAFF_POST
from tests.money import put_in

MANAGER = {role: 403 for role in STAFF} | {"MANAGER": 200, None: 302}
MANAGER_POST = MANAGER | {"MANAGER": 405}
FUND = MANAGER | {"FINANCE": 200}
BOOKS = FUND | {"MANAGER": 403}
BOOKS_POST = BOOKS | {"FINANCE": 405}

PANEL = {role: 403 for role in STAFF} | {"PANEL": 200, None: 302}
PANEL_POST = PANEL | {"PANEL": 405}

ROWS: dict[str, dict[str | None, int]] = {
    "budgets:fund-list": FUND,
    "budgets:fund-detail": FUND,
    "budgets:pot-new": FUND,
    "budgets:rules-change": MANAGER,
    "budgets:pot-contribute": FUND,
    "budgets:pot-withdraw": FUND,
    "budgets:fund-move-wrong": FUND,
    "budgets:books": FUND,
    "budgets:period-open": BOOKS,
    **{f"budgets:period-{act}": BOOKS_POST for act in ("agree", "cancel", "close", "leave-open", "agree-to-close")},
    "budgets:difference": BOOKS,
    **{
        f"budgets:{name}": BOOKS
        for name in (
            "exceptions",
            "pay-runs",
            "pay-run-new",
            "pay-run",
            "pay-run-cancel",
            "pay-run-file",
            "pay-order-failed",
            "paying-account-new",
            "payee-accounts",
            "payee-account-new",
            "payee-account",
            "payee-account-end",
            "bank",
            "bank-statement",
            "bank-entry",
            "bank-entry-match",
        )
    },
    **{f"budgets:{name}": BOOKS_POST for name in ("pay-run-approve", "pay-run-take", "paying-account-close")},
    "budgets:funder-readers": BOOKS,
    "budgets:funder-reader-end": BOOKS_POST,
    "budgets:remittances": {role: 403 for role in STAFF} | {"PROVIDER": 200, None: 302},
    "budgets:commitment-account": MANAGER,
    "budgets:hold": STAFF,
    "budgets:part": STAFF,
    "budgets:part-wrong": STAFF,
    "budgets:off-hold": STAFF_POST,
    "budgets:go-on": STAFF,
    "budgets:order-take-back": MANAGER_POST,
    "budgets:correction": MANAGER | {"FINANCE": 404},
    **{f"budgets:correction-{act}": MANAGER_POST | {"FINANCE": 405} for act in ("agree", "refuse", "take-back")},
    "budgets:request-refund": MANAGER,
    "budgets:request-write-off": MANAGER,
    "budgets:request-move-wrong": MANAGER,
    "budgets:budget-return": MANAGER,
    "budgets:budget-more": MANAGER,
    "budgets:judge": STAFF,
    "budgets:judgement-appeal": STAFF,
    "budgets:request-list": STAFF | {"OTHER_PRACTITIONER": 200},
    "budgets:request-detail": STAFF,
    "budgets:watch": MANAGER,
    "budgets:request-approve": MANAGER_POST,
    "budgets:request-refuse": MANAGER_POST,
    "budgets:panel": PANEL,
    "budgets:panel-case": PANEL,
    "budgets:panel-question": PANEL,
    "budgets:panel-answer": MANAGER,
    "budgets:panel-aside": PANEL_POST,
    "budgets:panel-deny": PANEL_POST,
    "budgets:panel-send": MANAGER,
    "budgets:panel-minutes": MANAGER,
    "budgets:panel-look": MANAGER,
    "budgets:panel-members": MANAGER,
    "budgets:panel-leave": MANAGER_POST,
    "budgets:request-question": MANAGER,
    "budgets:request-answer": STAFF,
    "budgets:request-appeal": STAFF,
    "budgets:request-helped": STAFF,
    "budgets:request-price": STAFF,
    "budgets:spot-check": STAFF,
    "budgets:invoice-new": STAFF,
    "budgets:our-invoice": {role: 403 for role in STAFF} | {"PROVIDER": 404, None: 302},
    "budgets:our-part": {role: 403 for role in STAFF} | {"PROVIDER": 404, None: 302},
    "budgets:invoice-refuse": STAFF,
    "budgets:recovery-new": MANAGER,
    "budgets:recovery": MANAGER,
    "budgets:recovery-agree": MANAGER_POST,
    "budgets:recovery-refuse": MANAGER,
    "budgets:recovery-stop": MANAGER,
    "budgets:ask-small": MINE,
    "budgets:my-helped": MINE,
    "budgets:my-answer": MINE,
    "budgets:my-query": MINE,
    "budgets:my-appeal": MINE,
    "budgets:payee": STAFF,
    "budgets:buy": STAFF,
    "budgets:buy-through": STAFF,
    "budgets:pay": MANAGER,
    "budgets:commitment-release": MANAGER_POST,
    "budgets:person-money": STAFF,
    "budgets:budget-open": MANAGER,
    "budgets:budget-ask-first": MANAGER_POST,
    "budgets:request-begin": {role: 302 if status == 200 else status for role, status in STAFF.items()},
    "budgets:request-new": STAFF,
    "budgets:my-interests": STAFF | {"OTHER_PRACTITIONER": 200, "FINANCE": 200, "PANEL": 200},
    "budgets:colleague-interest": STAFF | {"OTHER_PRACTITIONER": 200, "FINANCE": 200, "PANEL": 200},
    "budgets:person-interests": STAFF,
    "budgets:interest-end": STAFF_POST | {"FINANCE": 405, "PANEL": 405},
    "budgets:way-list": STAFF,
    "budgets:way-new": STAFF,
    "budgets:way": STAFF,
    "budgets:way-agree": MANAGER_POST,
    "budgets:way-refuse": MANAGER_POST,
    **{f"budgets:way-{act}": STAFF for act in ("sign", "decline", "take-back", "stop", "check")},
    "budgets:another-way": STAFF,
    "budgets:receipt-new": STAFF,
    "budgets:receipt-strike": STAFF_POST,
    "budgets:my-way": MINE,
    "budgets:sign-way": MINE_POST,
    "budgets:decline-way": MINE,
    "budgets:stop-way": MINE,
    "budgets:my-judgement-appeal": MINE,
    "budgets:show-receipt": MINE,
    "budgets:strike-receipt": MINE_POST,
    "budgets:my-money": MINE_ANY,
    "budgets:my-pennies": MINE_ANY,
    "budgets:my-statement": MINE_ANY,
    "budgets:statement": STAFF,
    "budgets:ask-first": MINE,
    "budgets:my-ask": {role: 302 if status == 200 else status for role, status in MINE_ANY.items()},
    "budgets:ask": MINE,
    "budgets:my-request": MINE,
    "budgets:take-back": MINE_POST,
    "budgets:sum-seen": MINE_POST,
}


def kwargs(world: Any) -> dict[str, dict[str, Any]]:
    """A person with a budget, a draft, a request that was approved, and so a commitment."""
    from budgets import agreements, corrections, interests, judgements, panels, questions, rules, services
    from budgets.models import (
        AccountingPeriod,
        BankEntry,
        BankStatement,
        Fund,
        Funder,
        Invoice,
        LedgerDifference,
        PanelVote,
        PayeeAccount,
        PayingAccount,
        PayOrder,
        PayRun,
        Recovery,
        SpotCheck,
        Transaction,
    )
    from lifeplans import services as plans
    from people.models import Enrolment, Membership, Programme, User

    person, manager = world.participant, world.manager
    a_service = a_referral(world.other_participant, world.other_officer).service
    programme = Programme.objects.create(code="access", name="Access", money_model="ALLOCATED", allocation=500_00)
    programme.owning_areas.add(person.delivery_unit)
    fund = Fund.objects.create(programme=programme)
    funder = Funder.objects.create(name="Council of access")
    put_in(fund, funder, 900_00, by=manager)
    enrolment = Enrolment.objects.create(
        participant=person, programme=programme, state="ENROLLED", asked_on=TODAY, asked_by=manager, starts_on=TODAY
    )
    budget = services.open_budget(enrolment=enrolment, by=manager, today=TODAY, now=NOW, key=new_key())
    plan = plans.start_plan(participant=person, by=person.user, today=TODAY)
    goal = plans.propose_goal(plan=plan, title="I will have a bike", good="LIFE", by=person.user, today=TODAY, now=NOW)
    asked = {"what": "A bike", "amount": 90_00, "purpose": "TRAVEL", "for_whom": "ME", "why": "To get to work."}
    draft = services.start_request(budget=budget, goal=goal, without_money="-", by=person.user)
    spend = services.ask(spend=draft, by=person.user, now=NOW, **asked, key=new_key())
    set_aside = services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())
    payer = User.objects.create_user(email="payer@pays.example", name="Pia Payer")
    payment = services.record_payment(
        commitment=set_aside, amount=1, payee="Shop", paid_on=TODAY, last=False, by=payer, now=NOW, key=new_key()
    )
    services.name_payee(commitment=set_aside, payee="Shop", by=manager)
    draft = services.start_request(budget=budget, goal=goal, without_money="-", by=person.user)
    waits = services.ask(spend=draft, by=person.user, now=NOW, **asked, key=new_key())
    question = questions.ask(spend=waits, text="Which one?", by=manager, now=NOW)
    rules.change(
        programme=programme, starts_on=TODAY, manager_limit=95_00, panel_quorum=2, panel_lived=False, why="So.",
        by=manager, today=TODAY, now=NOW,
    )  # fmt: skip
    second = User.objects.create_user(email="second@panel.example", name="Sid Second")
    Membership.objects.create(user=second, role="PANEL", starts_on=TODAY - timedelta(days=1))
    members = [world.panel, second]
    for user in members:
        said = {"lived_experience": False, "starts_on": TODAY, "by": manager, "now": NOW}
        member = panels.add(programme=programme, user=user, **said)
    draft = services.start_request(budget=budget, goal=goal, without_money="-", by=person.user)
    above = services.ask(spend=draft, by=person.user, now=NOW, **{**asked, "amount": 96_00}, key=new_key())
    case = panels.send(spend=above, what="A bike", goal="Work", why="It is far.", by=manager, now=NOW)
    panel_question = panels.ask(case=case, text="Which one?", by=second, now=NOW)
    vote = PanelVote.objects.create(
        case=case, member=second, amount=1_00, reason="x", by=manager, at=NOW, denied_at=NOW
    )
    draft = services.start_request(budget=budget, goal=goal, without_money="-", by=person.user)
    asked = {"by": manager, "now": NOW, "key": new_key(), "reason": "Not needed."}
    correction = corrections.ask_return(budget=budget, amount=1_00, **asked)
    contribution = Transaction.objects.get(kind="CONTRIBUTE", entries__account__pot__fund=fund)
    period = AccountingPeriod.objects.get()
    ours = PayingAccount.objects.create(
        name="Our fund", sort_code="309999", account_number="87654321", ends_with="4321", added_by=manager, added_at=NOW
    )
    read = {"read_by": manager, "read_at": NOW, "starts_on": TODAY, "ends_on": TODAY}
    statement = BankStatement.objects.create(account=ours, file_name="june.csv", file_hash="x", **read)
    entry = BankEntry.objects.create(
        statement=statement, account=ours, key="x", booked_on=TODAY, pence=-1, said="A line", outcome="OPEN"
    )
    details = {"account_name": "Shop", "sort_code": "200000", "account_number": "12345678", "ends_with": "5678"}
    to_check = PayeeAccount.objects.create(payee="Shop", **details, came_by="x", asked_by=manager, asked_at=NOW)
    run = PayRun.objects.create(account=ours, pay_on=TODAY, drafted_by=manager, drafted_at=NOW)
    sent = PayRun.objects.create(
        account=ours, pay_on=TODAY, drafted_by=manager, drafted_at=NOW, state="SENT", approved_by=world.officer,
        approved_at=NOW, sent_by=world.officer, sent_at=NOW, sent_as="bacs-csv",
    )  # fmt: skip
    order = PayOrder.objects.create(
        commitment=set_aside, fund=fund, payee="Shop", amount=1, last=False, ordered_by=manager, ordered_at=NOW,
        state="IN_RUN", run=run, account=to_check,
    )  # fmt: skip
    bill = Invoice.objects.create(commitment=set_aside, number="7", amount=1, by=manager, at=NOW)
    picked = SpotCheck.objects.create(payment=payment, why="Picked by chance.", picked_at=NOW)
    terms = {"why": "-", "tried": "-", "person_said": "-", "every": "WEEK", "first_on": TODAY}
    back = Recovery.objects.create(spend=spend, amount=1, each=1, asked_by=world.officer, asked_at=NOW, **terms)
    found = LedgerDifference.objects.create(said="Transaction 4 has no entries.", found_at=NOW)
    terms = {"name": "A bank", "agreed_on": TODAY, "why": "They asked.", "by": manager, "now": NOW}
    agreement = agreements.propose(budget=budget, way="THIRD_PARTY", **terms)
    judgement = judgements.judge(enrolment=enrolment, shown=False, evidence="-", by=manager, now=NOW)
    interest = interests.say(participant=person, how="A cousin", by=world.officer, now=NOW)
    on_way = {"ref": person.ref, "pk": agreement.pk}
    on_person, on_spend, on_commitment = {"ref": person.ref}, {"pk": spend.pk}, {"pk": set_aside.pk}
    return {
        "budgets:fund-detail": {"pk": fund.pk},
        "budgets:pot-new": {"pk": fund.pk},
        "budgets:funder-readers": {"pk": funder.pk},
        "budgets:funder-reader-end": {"pk": funder.pk, "reader": 1},
        "budgets:rules-change": {"pk": fund.pk},
        "budgets:pot-contribute": {"pk": fund.pk, "pot": fund.pots.get().pk},
        **{
            f"budgets:{name}": on_spend
            for name in (
                "request-detail",
                "request-approve",
                "request-refuse",
                "my-request",
                "take-back",
                "request-question",
                "request-appeal",
                "my-appeal",
                "request-helped",
                "request-price",
                "recovery-new",
                "my-helped",
                "my-query",
            )
        },
        **{f"budgets:{name}": {"pk": waits.pk, "question": question.pk} for name in ("request-answer", "my-answer")},
        **{f"budgets:panel-{act}": {"pk": case.pk} for act in ("case", "aside", "question")},
        "budgets:panel-answer": {"pk": above.pk, "question": panel_question.pk},
        "budgets:panel-deny": {"pk": vote.pk},
        "budgets:panel-look": {"pk": above.pk, "vote": vote.pk},
        **{f"budgets:panel-{act}": {"pk": above.pk} for act in ("send", "minutes")},
        "budgets:panel-members": {"pk": fund.pk},
        "budgets:panel-leave": {"pk": fund.pk, "member": member.pk},
        **{
            f"budgets:{name}": on_commitment
            for name in (
                "buy-through",
                "pay",
                "commitment-release",
                "payee",
                "commitment-account",
                "hold",
                "part",
                "part-wrong",
                "invoice-new",
                "off-hold",
                "go-on",
            )
        },
        "budgets:buy": {**on_commitment, "service": a_service.pk},
        "budgets:pot-withdraw": {"pk": fund.pk, "pot": fund.pots.get().pk},
        "budgets:fund-move-wrong": {"pk": fund.pk, "move": contribution.pk},
        **{
            f"budgets:period-{act}": {"pk": period.pk}
            for act in ("agree", "cancel", "close", "leave-open", "agree-to-close")
        },
        "budgets:difference": {"pk": found.pk},
        **{f"budgets:pay-run{act}": {"pk": run.pk} for act in ("", "-approve", "-cancel")},
        "budgets:pay-run-take": {"pk": run.pk, "kind": "bacs-csv"},
        "budgets:pay-run-file": {"pk": sent.pk},
        "budgets:pay-order-failed": {"pk": order.pk},
        "budgets:paying-account-close": {"pk": ours.pk},
        **{f"budgets:payee-account{act}": {"pk": to_check.pk} for act in ("", "-end")},
        "budgets:bank-statement": {"pk": statement.pk},
        "budgets:bank-entry": {"pk": entry.pk},
        "budgets:bank-entry-match": {"pk": entry.pk},
        "budgets:order-take-back": {**on_commitment, "order": order.pk},
        **{f"budgets:correction{act}": {"pk": correction.pk} for act in ("", "-agree", "-refuse", "-take-back")},
        "budgets:request-refund": on_spend,
        "budgets:request-write-off": on_spend,
        "budgets:request-move-wrong": {**on_spend, "move": spend.transactions.get(kind="COMMIT").pk},
        **{
            f"budgets:{name}": {**on_person, "budget": budget.pk}
            for name in ("budget-return", "budget-more", "judge", "statement")
        },
        "budgets:person-interests": on_person,
        "budgets:interest-end": {"pk": interest.pk},
        "budgets:way-list": {**on_person, "budget": budget.pk},
        "budgets:way-new": {**on_person, "budget": budget.pk, "way": "PROVIDER"},
        "budgets:way": on_way,
        **{
            f"budgets:way-{act}": on_way for act in ("agree", "refuse", "sign", "decline", "take-back", "stop", "check")
        },
        **{f"budgets:{name}": on_spend for name in ("another-way", "receipt-new", "show-receipt")},
        **{f"budgets:{name}": {**on_spend, "receipt": 1} for name in ("strike-receipt", "receipt-strike")},
        **{f"budgets:{name}": {"pk": agreement.pk} for name in ("my-way", "sign-way", "decline-way", "stop-way")},
        "budgets:judgement-appeal": {**on_person, "pk": judgement.pk},
        "budgets:my-judgement-appeal": {"pk": judgement.pk},
        "budgets:person-money": on_person,
        **{f"budgets:budget-{act}": {**on_person, "enrolment": enrolment.pk} for act in ("open", "ask-first")},
        "budgets:request-begin": on_person,
        "budgets:request-new": {**on_person, "budget": budget.pk},
        "budgets:ask-first": {"budget": budget.pk},
        "budgets:ask-small": {"budget": budget.pk},
        "budgets:spot-check": {"pk": picked.pk},
        "budgets:our-invoice": {"reference": "REF0"},
        "budgets:our-part": {"reference": "REF0"},
        "budgets:invoice-refuse": {"pk": set_aside.pk, "invoice": bill.pk},
        **{f"budgets:recovery{act}": {"pk": back.pk} for act in ("", "-agree", "-refuse", "-stop")},
        "budgets:sum-seen": {"pk": budget.pk},
        "budgets:ask": {"pk": draft.pk},
    }
