"""The books in the story: a year that closes, a sum typed twice, money that came back, and someone who leaves."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from budgets import corrections, periods, readers
from budgets.commands import new_key
from budgets.models import AccountingPeriod, Funder, Payment, Pot, Transaction
from people.models import Enrolment, User
from people.programmes.enrolment import end_enrolment
from sampledata.demo.schedule import Schedule
from sampledata.demo.staff import Staff, put_in

TYPED_TWICE = "Typed twice. The board’s letter of this month names the sum once."
CAME_BACK = "The smaller size was cheaper. The shop gave the difference back in cash, and it is in the safe."
LOST = "The shop closed before it sent anything, and its number is dead. The police have the details."
MOVED = "Has moved to live with family in another county. The team there takes over."


def begin(*, today: date, now: datetime) -> None:
    """The first accounts are those of the year in which the story begins."""
    AccountingPeriod.objects.all().delete()
    periods.begin(now=now, today=today)


def schedule(schedule: Schedule, staff: Staff) -> None:
    story = Books(staff)
    ends_on = periods.year_of(schedule.start)[1]
    for day, act in [
        (schedule.start + timedelta(days=7), story.name_reader),
        (schedule.start + timedelta(days=8), story.type_twice),
        (schedule.start + timedelta(days=10), story.see_it),
        (schedule.start + timedelta(days=11), story.agree),
        (ends_on - timedelta(days=24), story.ask_to_open),
        (ends_on - timedelta(days=23), story.open),
        (ends_on + timedelta(days=60), story.ask_to_close),
        (ends_on + timedelta(days=62), story.close),
        (schedule.start + timedelta(days=230), story.money_comes_back),
        (schedule.start + timedelta(days=232), story.agree),
        (schedule.start + timedelta(days=290), story.someone_leaves),
        (schedule.last - timedelta(days=1), story.something_is_lost),
    ]:
        schedule.put(day, 10.5, act)


class Books:
    def __init__(self, staff: Staff) -> None:
        self.staff = staff
        self.amara, self.fergus = (User.objects.get(email=f"{who}@demo.example") for who in ("amara", "fergus"))
        self.waiting: corrections.Correction | None = None
        self.second = self.fergus

    def name_reader(self, today: date, now: datetime) -> None:
        funder = Funder.objects.get(name="Police and crime commissioner")
        frances = User.objects.get(email="frances@demo.example")
        readers.add(funder=funder, user=frances, starts_on=today, by=self.amara, now=now)

    def type_twice(self, today: date, now: datetime) -> None:
        pot = Pot.objects.get(called="Health board", fund=self.staff.programmes["youth"].fund)
        given = {"amount": 24_000_00, "happened_on": today, "reference": "Letter of this month"}
        put_in(pot, now=now, by=self.staff.managers["DEMO-NB"], second=self.fergus, **given)
        self.wrong = Transaction.objects.filter(kind="CONTRIBUTE").latest("pk")

    def see_it(self, today: date, now: datetime) -> None:
        self.waiting, self.second = corrections.ask_reversal(
            wrong=self.wrong, reason=TYPED_TWICE, by=self.fergus, now=now, key=new_key()
        ), self.amara  # fmt: skip

    def agree(self, today: date, now: datetime) -> None:
        if self.waiting:
            corrections.agree(correction=self.waiting, by=self.second, now=now, key=new_key())
            self.waiting = None

    def ask_to_open(self, today: date, now: datetime) -> None:
        periods.ask_to_open(ends_on=periods.year_of(periods.next_starts_on())[1], by=self.amara, now=now)

    def open(self, today: date, now: datetime) -> None:
        asked = AccountingPeriod.objects.get(state=AccountingPeriod.State.OPENING)
        periods.agree_to_open(period=asked, by=self.fergus, now=now)

    def ask_to_close(self, today: date, now: datetime) -> None:
        over = AccountingPeriod.objects.get(ends_on__lt=today)
        periods.ask_to_close(period=over, by=self.fergus, today=today, now=now)

    def close(self, today: date, now: datetime) -> None:
        over = AccountingPeriod.objects.get(state=AccountingPeriod.State.CLOSING)
        periods.agree_to_close(period=over, by=self.amara, now=now)

    def money_comes_back(self, today: date, now: datetime) -> None:
        payment = self._payment(first=True)
        if payment is None:
            return
        self.second = payment.commitment.spend.decided_by or self.amara
        self.waiting = corrections.ask_refund(
            spend=payment.commitment.spend, amount=min(payment.amount, 12_50), happened_on=today - timedelta(days=1),
            reason=CAME_BACK, by=payment.recorded_by, now=now, key=new_key(),
        )  # fmt: skip

    def something_is_lost(self, today: date, now: datetime) -> None:
        """Asked for yesterday; the other manager has not answered."""
        payment = self._payment(first=False)
        if payment:
            corrections.ask_write_off(
                spend=payment.commitment.spend, amount=payment.amount, reason=LOST, by=payment.recorded_by, now=now,
                key=new_key(),
            )  # fmt: skip

    def _payment(self, *, first: bool) -> Payment | None:
        """Of the first manager's team, to a shop: the oldest, or the newest."""
        of_team = Payment.objects.filter(recorded_by=self.staff.payers["DEMO-NB"], commitment__referral=None)
        of_team = of_team.order_by("pk" if first else "-pk")
        return of_team.select_related("commitment__spend__budget", "commitment__spend__decided_by").first()

    def someone_leaves(self, today: date, now: datetime) -> None:
        """The last to join the programme that gives a sum, and who has not used it all."""
        rows = Enrolment.objects.enrolled().filter(programme=self.staff.programmes["youth"])
        leaving = rows.select_related("participant").order_by("-pk").first()
        if leaving:
            worker = leaving.participant.assignments.order_by("-pk").first()
            by = worker.practitioner if worker else self.staff.managers["DEMO-NB"]
            end_enrolment(enrolment=leaving, reason=MOVED, by=by, today=today, now=now)
