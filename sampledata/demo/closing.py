"""Money of the story that ends: what goes back to its funder and what is carried on, a bill that is credited, a course
that is paid ahead, and talks that someone chose from the directory."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import QuerySet

from budgets import corrections, invoices, pots
from budgets import services as money
from budgets.commands import new_key
from budgets.models import Commitment, Invoice, PayOrder, Pot, SpendRequest
from people.models import User
from providers.models import Referral, Service
from sampledata.demo.pictures import price_tag
from sampledata.demo.schedule import Schedule
from sampledata.demo.someone import account_of, goals_of, someone, worker_of
from sampledata.demo.staff import Staff, give

WINTER, HOMES = "Police and crime commissioner, winter fares", "City council, a first home"
BACK = "The winter is over. Their letter says that what is left in April goes back to them."
BILL, CREDIT, CREDITED = "NS-118", "NS-118/C", 8_00
AHEAD = "The college keeps a place for whoever has paid by the first day, and for nobody else."
TALKS = "Talking therapy"
TALKS_WHY = "I sleep three hours, and the rest I lie and count. My worker says four talks are enough to begin with."
TALKS_YES = "It serves the goal, it costs what the list says, and there is no wait worth the name."


def schedule(schedule: Schedule, staff: Staff) -> None:
    story = Closing(staff, schedule.start)
    for days, act in [
        (6, story.more_money), (151, story.night), (160, story.ask_to_give_back), (161, story.agree),
        (301, story.night),
    ]:  # fmt: skip
        schedule.put(schedule.start + timedelta(days=days), 11.5, act)
    for days in range(120, 330):  # until something is there for it
        schedule.put(schedule.start + timedelta(days=days), 12.5, story.bill_and_credit)
        schedule.put(schedule.start + timedelta(days=days), 12.6, story.pay_ahead)
    for days, act in [(18, story.ask_for_talks), (15, story.approve_talks)]:
        schedule.put(schedule.last - timedelta(days=days), 11.5, act)


class Closing:
    def __init__(self, staff: Staff, start: date) -> None:
        self.staff, self.start = staff, start
        self.manager, self.payer = staff.managers["DEMO-NB"], staff.payers["DEMO-NB"]
        self.someone = partial(someone, staff.programmes["youth"], self.manager)
        self.amara, self.fergus = (User.objects.get(email=f"{who}@demo.example") for who in ("amara", "fergus"))
        self.asked: corrections.Correction | None = None
        self.billed: Invoice | None = None
        self.ahead = False
        self.talks: SpendRequest | None = None

    def more_money(self, today: date, now: datetime) -> None:
        """For fares until the winter is over, and for homes until autumn; of these the rest may be carried on."""
        fund = self.staff.programmes["gate"].fund
        about: dict[str, Any] = {"by": self.manager, "today": today, "now": now}
        give(
            fund, "Police and crime commissioner", 600_00, called=WINTER, reference="PCC/W/1", purposes=["TRAVEL"],
            use_by=self.start + timedelta(days=150), if_unspent="BACK", **about,
        )  # fmt: skip
        give(
            fund, "City council", 2_000_00, called=HOMES, reference="CC/H/1", purposes=["HOME"],
            use_by=self.start + timedelta(days=300), if_unspent="CARRY", **about,
        )  # fmt: skip

    def night(self, today: date, now: datetime) -> None:
        pots.end_use(now=now)

    def ask_to_give_back(self, today: date, now: datetime) -> None:
        pot = Pot.objects.with_balance().select_related("fund").get(called=WINTER)
        if pot.balance:
            self.asked = corrections.ask_withdrawal(
                pot=pot, amount=pot.balance, happened_on=today, reason=BACK, by=self.amara, now=now, key=new_key()
            )

    def agree(self, today: date, now: datetime) -> None:
        if self.asked:
            corrections.agree(correction=self.asked, by=self.fergus, now=now, key=new_key())

    # --- a bill that was too much -------------------------------------------------------------------

    def bill_and_credit(self, today: date, now: datetime) -> None:
        """A bill one day, what was too much of it credited the next, and the rest paid the day after."""
        if self.billed is None:
            self._bill(today, now)
        elif not self.billed.credit_notes.exists():
            self._enter(self.billed.commitment, CREDIT, CREDITED, today, now, credits=self.billed)
        elif (line := Commitment.objects.get(pk=self.billed.commitment_id)).remaining > CREDITED:
            money.record_payment(
                commitment=line, amount=line.remaining - CREDITED, payee=line.payee, invoice=BILL, paid_on=today,
                by=self.payer, now=now, key=new_key(),
            )  # fmt: skip

    def _bill(self, today: date, now: datetime) -> None:
        lines = self._lines().exclude(payee="").filter(referral=None, invoices=None, remaining__gte=30_00)
        if line := lines.first():
            self.billed = self._enter(line, BILL, line.remaining, today, now)

    def _enter(
        self, line: Commitment, number: str, pence: int, today: date, now: datetime, credits: Invoice | None = None
    ) -> Invoice:
        picture = ("bill.jpg", price_tag("Credit note: once less" if credits else line.spend.what, pence))
        by = worker_of(line.spend.budget, today)
        return invoices.enter(
            commitment=line, number=number, amount=pence, credits=credits, picture=picture, by=by, now=now
        )

    # --- paid before it was given -------------------------------------------------------------------

    def pay_ahead(self, today: date, now: datetime) -> None:
        """A course that was said yes to, and that has not begun."""
        if self.ahead:
            return
        accepted = Referral.State.ACCEPTED
        rows = self._lines().filter(referral__state=accepted, referral__service__needs__contains=["EMPLOYMENT"])
        if line := rows.select_related("referral__service__provider").first():
            assert line.referral
            self.ahead = True
            money.record_payment(
                commitment=line, amount=line.remaining, payee=line.referral.service.provider.name, advance=AHEAD,
                invoice=f"A-{line.pk}", paid_on=today, by=self.payer, now=now, key=new_key(),
            )  # fmt: skip

    def _lines(self) -> QuerySet[Commitment]:
        """Open lines of this team's that the service pays for, with no payment on its way."""
        rows = Commitment.objects.open().filter(way="NOTIONAL", on_hold_at=None, spend__every="")
        rows = rows.filter(spend__decided_by=self.manager).exclude(pay_orders__state__in=PayOrder.OPEN)
        return rows.select_related("spend__budget__enrolment__participant").order_by("pk")

    # --- what someone chose from the directory ------------------------------------------------------

    def ask_for_talks(self, today: date, now: datetime) -> None:
        service = Service.objects.get(name=TALKS)
        budget = self.someone(180_00, today)
        if budget:
            me = account_of(budget)
            draft = money.start_request(
                budget=budget, goal=goals_of(budget)[0], without_money="The doctor has a list until spring.", by=me
            )
            self.talks = money.ask(
                spend=draft, what="Four talks about sleep", amount=4 * (service.price or 0), purpose="COUNSELLING",
                for_whom="ME", why=TALKS_WHY, because=["NO_WAIT"], service=service, by=me, now=now, key=new_key(),
            )  # fmt: skip

    def approve_talks(self, today: date, now: datetime) -> None:
        """It is on the worker's list when the story ends, with what they chose first."""
        if self.talks and self.talks.state == SpendRequest.State.ASKED:
            money.approve_request(spend=self.talks, reason=TALKS_YES, by=self.manager, now=now, key=new_key())
