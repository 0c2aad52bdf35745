"""Payments by bank in the story: a run that the bank paid, a payment that came back, and a run that waits for a second
finance officer. The bank's statement is read as its file would be."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

from budgets import bank_statements, pay_orders, pay_runs, payee_accounts
from budgets import services as money
from budgets.commands import new_key
from budgets.models import BankStatement, Commitment, PayeeAccount, PayOrder, PayRun
from people.models import User
from sampledata.demo.schedule import Act, Schedule, working_day
from sampledata.demo.someone import account_of, goals_of, someone
from sampledata.demo.staff import Staff

LETTINGS, WORKWEAR, LEISURE = "Harbour Lettings", "Quayside Workwear", "Riverside Leisure"
DETAILS = {
    LETTINGS: ("Harbour Lettings Ltd", "204514", "70318842", "Mrs Calder, at the office"),
    WORKWEAR: ("Quayside Workwear", "110722", "00462219", "the counter"),
    LEISURE: ("Riverside Leisure Trust", "309118", "55120936", "Dev, in accounts"),
}
NEW_DETAILS = ("Quayside Workwear", "110722", "00731158")
BOUGHT = {
    "room": (
        LETTINGS, 320_00, "HOME", "I will get a place of my own", "First month and deposit for a room",
        "The room is mine on the first if I can pay. It is four streets from my work.", "HL-318",
    ),
    "boots": (
        WORKWEAR, 64_00, "CLOTHING", "I will learn to drive a forklift", "Steel toe boots and a warm coat",
        "They will not let me in the yard in trainers.", "20931",
    ),
    "swimming": (
        LEISURE, 45_00, "CONNECTION", "I will see my daughter every week", "Swimming on Saturdays, for three months",
        "It is the one hour she asks for all week.", "RL 77",
    ),
}  # fmt: skip
OPENING = 48_211_60  # pence on the account before the statement's first line


def schedule(schedule: Schedule, staff: Staff) -> None:
    story = Paying(staff)
    acts: list[tuple[int, Act]] = [
        (40, story.enter), (39, story.check), (38, partial(story.buy, "room")), (38, partial(story.buy, "boots")),
        (36, story.draft), (35, story.approve), (34, story.take), (31, story.bank_pays), (29, story.bank_sends_back),
        (2, story.new_details), (6, partial(story.buy, "swimming")), (1, story.draft),
    ]  # fmt: skip
    for days, act in acts:
        schedule.put(working_day(schedule.last - timedelta(days=days)), 13.5, act)


class Paying:
    def __init__(self, staff: Staff) -> None:
        self.manager, self.payer = staff.managers["DEMO-NB"], staff.payers["DEMO-NB"]
        self.someone = partial(someone, staff.programmes["youth"], self.manager)
        self.amara, self.fergus = (User.objects.get(email=f"{who}@demo.example") for who in ("amara", "fergus"))
        self.run: PayRun | None = None

    def enter(self, today: date, now: datetime) -> None:
        self.ours = pay_runs.add_account(
            name="Northshire Enabling Fund", sort_code="601212", account_number="31926819", by=self.amara, now=now
        )
        for payee, (name, sort_code, number, _) in DETAILS.items():
            self._enter(payee, name, sort_code, number, "On their invoice", now)

    def _enter(self, payee: str, name: str, sort_code: str, number: str, came_by: str, now: datetime) -> None:
        payee_accounts.enter(
            payee=payee, account_name=name, sort_code=sort_code, account_number=number, came_by=came_by, by=self.amara,
            now=now,
        )  # fmt: skip

    def check(self, today: date, now: datetime) -> None:
        for account in PayeeAccount.objects.filter(state="TO_CHECK").order_by("pk"):
            said = {"channel": "RANG", "spoke_to": DETAILS[account.payee][3], "name_check": "SAME"}
            payee_accounts.check(account=account, **said, by=self.fergus, now=now)

    def buy(self, name: str, today: date, now: datetime) -> None:
        """Asked for, agreed to and ordered within a day: someone waits for it."""
        payee, pence, purpose, title, what, why, invoice = BOUGHT[name]
        budget = self.someone(pence, today, titles=[title]) or self.someone(pence, today)
        if budget is None:
            return
        me, goal = account_of(budget), goals_of(budget, [title]).first() or goals_of(budget)[0]
        draft = money.start_request(
            budget=budget, goal=goal, without_money="We asked at the church and the hostel. They had none.", by=me
        )
        spend = money.ask(
            spend=draft, what=what, amount=pence, purpose=purpose, for_whom="ME", why=why, payee=payee, by=me, now=now,
            key=new_key(),
        )  # fmt: skip
        set_aside = money.approve_request(
            spend=spend, reason="It fits the goal, and the price is fair.", by=self.manager, now=now, key=new_key()
        )
        self._order(set_aside, invoice, now)

    def _order(self, set_aside: Commitment, invoice: str, now: datetime) -> None:
        pay_orders.order_payment(
            commitment=set_aside, amount=set_aside.amount, invoice=invoice, by=self.payer, now=now, key=new_key()
        )

    def draft(self, today: date, now: datetime) -> None:
        waiting = [each.pk for each in pay_runs.ready().payable(today)]
        if waiting:
            self.run = pay_runs.draft_run(
                account=self.ours, pay_on=pay_runs.first_bacs_day(today + timedelta(days=1)), orders=waiting,
                by=self.amara, now=now, key=new_key(),
            )  # fmt: skip

    def approve(self, today: date, now: datetime) -> None:
        if self.run:
            self.run = pay_runs.approve(run=self.run, by=self.fergus, now=now)

    def take(self, today: date, now: datetime) -> None:
        if self.run:
            pay_runs.take_file(run=self.run, kind="pain001", by=self.fergus, now=now)

    def bank_pays(self, today: date, now: datetime) -> None:
        if self.run:
            pence = sum(self.run.orders.values_list("amount", flat=True))
            self._read([(f"BULK CREDIT {self.run.reference}", -pence)], OPENING, today, now)

    def bank_sends_back(self, today: date, now: datetime) -> None:
        """The shop's account is closed; and a line that is no payment of ours is noted."""
        boots = PayOrder.objects.filter(run=self.run, payee=WORKWEAR).first()
        if self.run and boots:
            before = OPENING - sum(self.run.orders.values_list("amount", flat=True))
            lines = [(f"ARUCS RETURN {boots.reference}", boots.amount), ("ACCOUNT FEE", -6_50)]
            statement = self._read(lines, before, today, now, code="B")
            fee = statement.entries.get(outcome="OPEN")
            bank_statements.note(entry=fee, note="The bank’s fee of the month.", by=self.amara, now=now)

    def _read(
        self, lines: list[tuple[str, int]], opening: int, today: date, now: datetime, code: str = ""
    ) -> BankStatement:
        rows, balance = ["Date,Description,Amount,Balance,Reason"], opening
        for said, pence in lines:
            balance += pence
            reason = code if "RETURN" in said else ""
            rows.append(f"{today:%d/%m/%Y},{said},{pence / 100:.2f},{balance / 100:.2f},{reason}")
        return bank_statements.read_statement(
            account=self.ours, name=f"statement-{today:%Y-%m-%d}.csv", data="\n".join(rows).encode(), by=self.amara,
            now=now, key=new_key(),
        )  # fmt: skip

    def new_details(self, today: date, now: datetime) -> None:
        """They wait for the second officer."""
        self._enter(WORKWEAR, *NEW_DETAILS, "A letter on their paper, after we rang", now)
