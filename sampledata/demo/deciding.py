"""Decisions in the story: a panel that gives less, one that votes still, a question, a no that is looked at again, and
what was asked for with about how much."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from budgets import appeals, panels, prices, questions
from budgets import services as money
from budgets.commands import new_key
from budgets.models import USUAL, Budget, PanelVote, SmallThing, SpendRequest
from people.models import User
from sampledata.demo.pictures import price_tag
from sampledata.demo.schedule import Schedule
from sampledata.demo.someone import account_of, goals_of, someone, worker_of
from sampledata.demo.staff import PANEL, Staff

# By the goal that it is for: what, and why.
BEGINNINGS = {
    "I will start my own valeting round": (
        "A pressure washer and a vacuum", "Eleven people asked me last month. I fetch the water in a bucket."
    ),
    "I will learn to drive a forklift": (
        "The forklift course, with the second ticket", "The warehouse takes people who have both tickets."
    ),
    "I will make music again": (
        "A used laptop and a microphone", "The studio lets me in at night. I write on my phone, and lose half of it."
    ),
    "I will get my reading up": (
        "Reading lessons for a year", "The class is full until next autumn, and the letters do not wait."
    ),
}  # fmt: skip
VOTES = [
    (760_00, "This is how I began myself. It paid for itself in a year."),
    (760_00, "Somebody waits at the end of it. That is the best sign there is."),
    (560_00, "Begin with the part that is needed first, and see how it goes."),
    (560_00, "Used, or shared with others, would do for a part of it."),
]
VAN, VAN_WHY = (
    "Driving lessons and the test",
    "The last bus goes at four. With a licence I could be there, and be back.",
)
VAN_GOALS = ("I will see my daughter every week", "I will learn to drive a forklift")
VAN_VOTES = [(640_00, "It opens more doors than one."), (400_00, "Twelve lessons first. Then look again.")]
LAPTOP_WHY = "The library is beside the flats. With one of my own I can write and apply at home."
LAPTOP_GOALS = ("I will stay away from the flats", "I will get my reading up", "I will make music again")
PHONE_WHY = "Every letter says to sign in with a phone. Mine has buttons."
PHONE_GOALS = ("I will sort out what I owe", "I will get a place of my own")
BOOTS_WHY = "Nobody is let on the site without them, and the agency has none in my size."
BOOTS_NO = "The site lends boots to whoever starts. Ask the foreman on the first day."
BOOTS_AGAIN = "I asked him. They stopped lending them in spring, and he wrote it on a card for me."
BOOTS_YES = "The card from the site settles it. The first shift is on Monday, so this cannot wait."
COAT_WHY = "I start at six in the morning, and wait for the first bus in what I have."
BEDDING_WHY = "The room has a bed and nothing on it."
PANEL_ASKS = "Is there a place to keep it at night, and water?"
PANEL_IS_TOLD = "Yes to both: there is a shed with a tap behind the house, and the landlord writes that it may be used."
VAN_ASKS = "Does the school take payment lesson by lesson? Then less would do to begin with."
ASKS = "Does the college lend laptops? Ask at the desk on the ground floor, and tell me what they say."
NO = "The rules leave a telephone to the job centre. Ask there first, and tell us how it went."
AGAIN = "I asked there twice. They lend one for two weeks, and it has no camera, so I cannot sign in anywhere."


def schedule(schedule: Schedule, staff: Staff) -> None:
    story = Deciding(staff)
    for days, act in [
        (200, story.ask_for_beginning), (203, story.send_beginning), (204, story.panel_asks), (205, story.vote_first),
        (206, story.vote_rest), (214, story.pay_beginning),
    ]:  # fmt: skip
        schedule.put(schedule.start + timedelta(days=days), 14.5, act)
    for days, act in [
        (150, story.ask_for_boots), (153, story.refuse_boots), (155, story.boots_again), (160, story.approve_boots),
    ]:  # fmt: skip
        schedule.put(schedule.start + timedelta(days=days), 14.5, act)
    for days, act in [
        (5, story.ask_for_van), (4, story.send_van), (3, story.vote_van), (2, story.take_down_van),
        (1, story.deny_van), (1, story.panel_asks_of_van), (3, story.ask_for_laptop),
        (2, story.ask_about_laptop), (6, story.ask_for_phone), (3, story.refuse_phone), (2, story.look_again),
        (4, story.ask_for_coat), (3, story.find_price_of_coat), (2, story.ask_for_bedding), (1, story.ask_for_ticket),
    ]:  # fmt: skip
        schedule.put(schedule.last - timedelta(days=days), 14.5, act)


class Deciding:
    def __init__(self, staff: Staff) -> None:
        self.manager, self.payer = staff.managers["DEMO-NB"], staff.payers["DEMO-NB"]
        self.someone = partial(someone, staff.programmes["youth"], self.manager)
        self.panel = [User.objects.get(email=f"{login}@demo.example") for login in PANEL]
        self.said: dict[str, SpendRequest] = {}
        self.taken_down: PanelVote | None = None

    # --- a panel that gives less than was asked for --------------------------------------------------

    def ask_for_beginning(self, today: date, now: datetime) -> None:
        for title, (what, why) in BEGINNINGS.items():
            if "first" not in self.said and self.someone(760_00, today, titles=[title]):
                self._ask("first", what, 760_00, "ENTERPRISE" if "own" in title else "WORK", why, today, now, [title])

    def send_beginning(self, today: date, now: datetime) -> None:
        self._send("first", "To have work of my own", now)

    def panel_asks(self, today: date, now: datetime) -> None:
        if "first" in self.said:
            case = self.said["first"].panel_case
            asked = panels.ask(case=case, text=PANEL_ASKS, by=self.panel[0], now=now)
            panels.answer_question(question=asked, answer=PANEL_IS_TOLD, by=self.payer, now=now)

    def vote_first(self, today: date, now: datetime) -> None:
        self._vote("first", self.panel[1:3], VOTES[1:3], now)

    def vote_rest(self, today: date, now: datetime) -> None:
        self._vote("first", [self.panel[0], self.panel[3]], [VOTES[0], VOTES[3]], now)

    def pay_beginning(self, today: date, now: datetime) -> None:
        spend = self.said.get("first")
        if spend:
            spend.refresh_from_db()
            money.record_payment(
                commitment=spend.commitment, amount=spend.granted or 0, payee="Northbridge Traders", invoice="NT-2207",
                paid_on=today, by=self.payer, now=now, key=new_key(),
            )  # fmt: skip

    # --- a no that another manager looked at again, and said yes -------------------------------------

    def ask_for_boots(self, today: date, now: datetime) -> None:
        self._ask("boots", "Boots with steel toes", 84_00, "CLOTHING", BOOTS_WHY, today, now, ())

    def refuse_boots(self, today: date, now: datetime) -> None:
        if "boots" in self.said:
            money.refuse_request(spend=self.said["boots"], reason=BOOTS_NO, by=self.manager, now=now, key=new_key())

    def boots_again(self, today: date, now: datetime) -> None:
        if "boots" in self.said:
            spend = self.said["boots"]
            again = appeals.appeal(spend=spend, why=BOOTS_AGAIN, by=account_of(spend.budget), now=now, key=new_key())
            self.said["boots again"] = again

    def approve_boots(self, today: date, now: datetime) -> None:
        if "boots again" in self.said:
            again = self.said["boots again"]
            money.approve_request(spend=again, reason=BOOTS_YES, by=self.payer, now=now, key=new_key())

    # --- what waits when the story ends --------------------------------------------------------------

    def ask_for_van(self, today: date, now: datetime) -> None:
        self._ask("van", VAN, 640_00, "WORK", VAN_WHY, today, now, VAN_GOALS)

    def send_van(self, today: date, now: datetime) -> None:
        self._send("van", "To be there for the people who matter", now)

    def vote_van(self, today: date, now: datetime) -> None:
        self._vote("van", self.panel[1:3], VAN_VOTES, now)

    def take_down_van(self, today: date, now: datetime) -> None:
        """A vote of a meeting, from its minutes; its member says the next day that it was not so."""
        if "van" in self.said:
            said: dict[str, Any] = {"case": self.said["van"].panel_case, "by": self.payer, "now": now}
            minutes = panels.keep_minutes(name="minutes.jpg", data=price_tag("Minutes of the panel", 640_00), **said)
            self.taken_down = panels.take_down(
                member=self.panel[3], amount=640_00, reason="It is worth it.", minutes=minutes, **said
            )

    def deny_van(self, today: date, now: datetime) -> None:
        if self.taken_down:
            panels.deny(vote=self.taken_down, by=self.panel[3], now=now)

    def panel_asks_of_van(self, today: date, now: datetime) -> None:
        """It waits for an answer when the story ends."""
        if "van" in self.said:
            panels.ask(case=self.said["van"].panel_case, text=VAN_ASKS, by=self.panel[0], now=now)

    def ask_for_laptop(self, today: date, now: datetime) -> None:
        self._ask("laptop", "A used laptop", 180_00, "LEARNING", LAPTOP_WHY, today, now, LAPTOP_GOALS)

    def ask_about_laptop(self, today: date, now: datetime) -> None:
        if "laptop" in self.said:
            questions.ask(spend=self.said["laptop"], text=ASKS, by=self.manager, now=now)

    def ask_for_phone(self, today: date, now: datetime) -> None:
        self._ask("phone", "A phone that can sign in", 110_00, "CONNECTION", PHONE_WHY, today, now, PHONE_GOALS)

    def refuse_phone(self, today: date, now: datetime) -> None:
        if "phone" in self.said:
            money.refuse_request(spend=self.said["phone"], reason=NO, by=self.manager, now=now, key=new_key())

    def look_again(self, today: date, now: datetime) -> None:
        """It waits for the second manager."""
        if "phone" in self.said:
            spend = self.said["phone"]
            appeals.appeal(spend=spend, why=AGAIN, by=account_of(spend.budget), now=now, key=new_key())

    def ask_for_coat(self, today: date, now: datetime) -> None:
        """They know about how much it costs."""
        self._ask("coat", "A warm coat that keeps the rain out", 50_00, "CLOTHING", COAT_WHY, today, now, (), 20_00)

    def find_price_of_coat(self, today: date, now: datetime) -> None:
        if "coat" in self.said:
            spend = self.said["coat"]
            quote = ("coat.jpg", price_tag(spend.what, 39_99))
            prices.find_price(spend=spend, price=39_99, quote=quote, by=worker_of(spend.budget, today), now=now)

    def ask_for_bedding(self, today: date, now: datetime) -> None:
        self._ask_small(SmallThing.BEDDING, BEDDING_WHY, today, now)

    def ask_for_ticket(self, today: date, now: datetime) -> None:
        self._ask_small(SmallThing.BUS, "", today, now)

    def _ask_small(self, thing: SmallThing, why: str, today: date, now: datetime) -> None:
        """In three presses."""
        usual = USUAL[thing]
        budget = self.someone(usual.at_most, today)
        if budget:
            money.ask_small(
                budget=budget, goal=goals_of(budget)[0], thing=thing.value, what=thing.label, why=why,
                purpose=usual.purpose.value, amount=usual.at_most, about_from=usual.at_least, by=account_of(budget),
                now=now, key=new_key(),
            )  # fmt: skip

    def _ask(
        self, name: str, what: str, pence: int, purpose: str, why: str, today: date, now: datetime,
        titles: Sequence[str], about_from: int | None = None,
    ) -> None:  # fmt: skip
        budget: Budget | None = self.someone(pence, today, titles=titles) or self.someone(pence, today)
        if budget is None:
            return
        me = account_of(budget)
        without = "My worker and I asked round. Nobody has one to lend."
        goal = goals_of(budget, titles).first() or goals_of(budget)[0]
        draft = money.start_request(budget=budget, goal=goal, without_money=without, by=me)
        about: dict[str, Any] = {"what": what, "amount": pence, "purpose": purpose, "for_whom": "ME", "why": why}
        about["about_from"] = about_from
        quote = ("price.jpg", price_tag(what, pence)) if pence >= 500_00 else None
        self.said[name] = money.ask(spend=draft, quote=quote, by=me, now=now, key=new_key(), **about)

    def _send(self, name: str, goal: str, now: datetime) -> None:
        if name in self.said:
            spend = self.said[name]
            panels.send(spend=spend, what=spend.what, goal=goal, why=spend.why, by=self.manager, now=now)

    def _vote(self, name: str, members: list[User], votes: list[tuple[int, str]], now: datetime) -> None:
        if name in self.said:
            for member, (pence, reason) in zip(members, votes, strict=True):
                panels.vote(case=self.said[name].panel_case, amount=pence, reason=reason, by=member, now=now)
