"""Ways of taking money in the story: a direct payment that ends, an aunt who looks after some, a card to decide on."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from budgets import agreements, corrections, interests, receipts
from budgets import services as money
from budgets.commands import new_key
from budgets.models import Budget, SpendRequest, Way, WayAgreement
from people.models import User
from sampledata.demo.schedule import Schedule
from sampledata.demo.someone import account_of, goals_of, someone, worker_of
from sampledata.demo.staff import Staff

WHY = "Plans the week alone by now, and has paid the rent on time since spring. Wants to pay for this, as anyone would."
SENIOR = "Has met every agreement for half a year. The sum is small, and each step of it can be seen."
ENDS = "Goes with a friend whose pass takes two now, so the money is not needed any more. It went well."
AUNT = "Money goes quickly when it is there. An aunt put it by for the driving test, and that worked."
ALONE = "She is ill, and I can do it myself by now. The service can pay for it as before."
CARD = "Cannot open an account yet: there are no papers. A card would do until they come."
CARDLESS = "Would like the college to look after it, so that nothing has to be paid ahead."
SEEN = "Looked at two receipts and the bank’s page on the phone together. All of it went on swimming."


def schedule(schedule: Schedule, staff: Staff) -> None:
    story = Taking(staff)
    for days, act in [
        (236, story.propose),
        (238, story.agree),
        (239, story.sign),
        (241, story.ask),
        (244, story.approve),
        (247, story.pay_ahead),
        (255, story.show),
        (262, story.show_more),
        (270, story.ask_goggles),
        (272, story.approve_goggles),
        (274, story.buy_goggles),
        (279, story.pay_goggles_back),
        (303, story.check),
        (318, story.stop),
        (320, story.rest_comes_back),
        (321, story.agree_it_came),
        (120, story.choir),
        (250, story.aunt),
        (252, story.aunt_agreed),
        (253, story.aunt_signed),
    ]:
        schedule.put(schedule.start + timedelta(days=days), 13.5, act)
    schedule.put(schedule.last - timedelta(days=6), 13.5, story.do_it_alone)
    schedule.put(schedule.last - timedelta(days=3), 13.5, story.card)
    schedule.put(schedule.last - timedelta(days=2), 13.5, story.to_read)


class Taking:
    def __init__(self, staff: Staff) -> None:
        self.manager, self.payer = staff.managers["DEMO-NB"], staff.payers["DEMO-NB"]
        self.someone = partial(someone, staff.programmes["youth"], self.manager)
        self.agreement: WayAgreement | None = None
        self.aunts: WayAgreement | None = None
        self.spend: SpendRequest | None = None
        self.goggles: SpendRequest | None = None
        self.back: Any = None

    def propose(self, today: date, now: datetime) -> None:
        budget = self.someone(4_800, today)
        if budget:
            self.agreement = self._propose(budget, Way.DIRECT, WHY, now, weekly=4_00, account_told=True)

    def agree(self, today: date, now: datetime) -> None:
        if self.agreement:
            agreements.agree(agreement=self.agreement, reason=SENIOR, by=self.manager, now=now)

    def sign(self, today: date, now: datetime) -> None:
        if self.agreement:
            agreements.sign(agreement=self.agreement, by=account_of(self.agreement.budget), now=now)

    def ask(self, today: date, now: datetime) -> None:
        if self.agreement is None:
            return
        budget, me = self.agreement.budget, account_of(self.agreement.budget)
        goal = goals_of(budget).first()
        if goal is None:
            return
        without = "My brother came along twice. He works in the evenings now."
        draft = money.start_request(budget=budget, goal=goal, without_money=without, by=me)
        self.spend = money.ask(
            spend=draft, what="Swimming, twelve weeks", amount=48_00, purpose="ACTIVITY", for_whom="ME", way=Way.DIRECT,
            why="I sleep when I swim. When I sleep I turn up.", because=["GOING_WELL"], by=me, now=now, key=new_key(),
        )  # fmt: skip

    def approve(self, today: date, now: datetime) -> None:
        if self.spend:
            reason = "Good for sleep, and it costs little. You pay for it yourself, as we agreed."
            money.approve_request(spend=self.spend, reason=reason, by=self.manager, now=now, key=new_key())

    def pay_ahead(self, today: date, now: datetime) -> None:
        if self.spend:
            money.record_payment(
                commitment=self.spend.commitment, amount=48_00, invoice="Direct payment", paid_on=today, by=self.payer,
                now=now, key=new_key(),
            )  # fmt: skip

    def show(self, today: date, now: datetime) -> None:
        self._show(16_00, "Four swims", today, now)

    def show_more(self, today: date, now: datetime) -> None:
        self._show(20_00, "Five swims", today, now)

    def _show(self, amount: int, what: str, today: date, now: datetime) -> None:
        if self.spend:
            receipts.show(
                spend=self.spend, amount=amount, what=what, shop="Northbridge Baths", bought_on=today,
                by=account_of(self.spend.budget), now=now,
            )  # fmt: skip

    def ask_goggles(self, today: date, now: datetime) -> None:
        """Asked for, approved, bought with their own money, shown, and paid back."""
        if self.spend is None:
            return
        me = account_of(self.spend.budget)
        draft = money.start_request(
            budget=self.spend.budget, goal=self.spend.goal, without_money="None to borrow.", by=me
        )
        self.goggles = money.ask(
            spend=draft, what="Goggles and a lock", amount=16_00, purpose="ACTIVITY", for_whom="ME", way=Way.DIRECT,
            why="The old ones leak, and the lockers need one.", because=["GOING_WELL"], by=me, now=now, key=new_key(),
        )  # fmt: skip

    def approve_goggles(self, today: date, now: datetime) -> None:
        if self.goggles and self.goggles.state == SpendRequest.State.ASKED:
            reason = "Yes. Buy them, keep the receipt, and we pay you back."
            money.approve_request(spend=self.goggles, reason=reason, by=self.manager, now=now, key=new_key())

    def buy_goggles(self, today: date, now: datetime) -> None:
        if self.goggles:
            receipts.show(
                spend=self.goggles, amount=14_50, what="Goggles and a lock", shop="Sports shop, Mill Street",
                bought_on=today, by=account_of(self.goggles.budget), now=now,
            )  # fmt: skip

    def pay_goggles_back(self, today: date, now: datetime) -> None:
        if self.goggles:
            money.record_payment(
                commitment=self.goggles.commitment, amount=14_50, invoice="Paid back", paid_on=today, by=self.payer,
                now=now, key=new_key(),
            )  # fmt: skip

    def check(self, today: date, now: datetime) -> None:
        if self.agreement:
            agreements.check(
                agreement=self.agreement, seen=12_00, all_well=True, note=SEEN, now=now,
                by=worker_of(self.agreement.budget, today),
            )  # fmt: skip

    def stop(self, today: date, now: datetime) -> None:
        if self.agreement:
            worker = worker_of(self.agreement.budget, today)
            agreements.stop(agreement=self.agreement, why=ENDS, by=worker, now=now)

    def rest_comes_back(self, today: date, now: datetime) -> None:
        if self.spend:
            self.back = corrections.ask_refund(
                spend=self.spend, amount=12_00, happened_on=today,
                reason="What was left of it, from their own account.", by=self.payer, now=now, key=new_key(),
            )  # fmt: skip

    def agree_it_came(self, today: date, now: datetime) -> None:
        if self.back:
            corrections.agree(correction=self.back, by=self.manager, now=now, key=new_key())

    def choir(self, today: date, now: datetime) -> None:
        """Two who handle money say whom and what they know outside work."""
        budget, priya = self.someone(0, today), User.objects.get(email="priya@demo.example")
        if budget:
            person = budget.enrolment.participant
            interests.say(participant=person, how="I sing in one choir with the mother.", by=priya, now=now)
        tom = User.objects.get(email="tom@demo.example")
        interests.say(colleague=tom, how="Our children are in one class. We share the way there.", by=priya, now=now)
        interests.say(payee="Northbridge Cycles", how="My brother owns it.", by=self.manager, now=now)

    def aunt(self, today: date, now: datetime) -> None:
        budget = self.someone(5_000, today)
        if budget:
            who = {"name": "Their aunt, Rosemary", "contact": "07700 900555", "agreed_on": today}
            self.aunts = self._propose(budget, Way.NOMINEE, AUNT, now, **who)

    def aunt_agreed(self, today: date, now: datetime) -> None:
        if self.aunts:
            agreements.agree(agreement=self.aunts, reason="A good way to begin.", by=self.manager, now=now)

    def aunt_signed(self, today: date, now: datetime) -> None:
        if self.aunts:
            agreements.sign(agreement=self.aunts, by=account_of(self.aunts.budget), now=now)

    def do_it_alone(self, today: date, now: datetime) -> None:
        """The person stops it themselves; their worker reads why."""
        if self.aunts:
            agreements.stop(agreement=self.aunts, why=ALONE, by=account_of(self.aunts.budget), now=now)

    def card(self, today: date, now: datetime) -> None:
        """It waits for a manager when the story ends."""
        budget = self.someone(1_000, today)
        if budget:
            self._propose(budget, Way.CARD, CARD, now, account_told=True)

    def to_read(self, today: date, now: datetime) -> None:
        """The first person in the story has something to read and sign."""
        budget = Budget.objects.filter(enrolment__participant__crn="X700000", ended_on=None).first()
        if budget is None:
            budget = self.someone(1_000, today)
        if budget:
            who = {"name": "Northbridge College", "contact": "Student services, 01632 960111", "agreed_on": today}
            self._propose(budget, Way.THIRD_PARTY, CARDLESS, now, **who)

    def _propose(self, budget: Budget, way: str, why: str, now: datetime, **terms: Any) -> WayAgreement:
        worker = worker_of(budget, now.date())
        return agreements.propose(budget=budget, way=way, why=why, by=worker, now=now, **terms)
