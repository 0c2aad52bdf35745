"""How much help people have in the story, who stays on a programme all the same, and payments that were looked at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

from budgets import interests, recovery, spot_checks
from budgets.models import Payment, Recovery, SpotCheck
from common.postgres.actor import as_service
from people.models import EligibilityReview, Enrolment, TierDecision
from people.programmes import asked_again, tiers
from sampledata.demo.schedule import Schedule
from sampledata.demo.someone import worker_of
from sampledata.demo.staff import Staff

MORE = "Three missed meetings in a month, and a flat that may be lost. Once a week for now, by phone too."
LESS = "Has worked since spring and has not missed a meeting. Once a month is enough, and she says so herself."
NOT_YET = "The hearing about the flat is next week. Look at it after that."
STAYS = (
    "The sentence is over, and the deposit is promised. To stop with the keys in sight would cost more than it saves."
)
FOUND = "The bill is on the file, and the coat was at the meeting. The sum is the price on the ticket."
NOT_SHOWN = "There is no bill, and the shop says that it was brought back the next day."
SETTLED = "She had it changed for a smaller size and had the bill at home. I have seen both."
WHY = "The course was left after a week, and half of what was paid came back to them."
TRIED = "Asked in May and in June; offered to carry it over to the next course. They would rather pay it back."
SAYS = "I should have said so at once. Five a week is fine, I have work now."


def drawn(payment: Payment) -> int:
    """The same on every machine, as the service's own number is not."""
    return payment.pk * 37 % 100


def schedule(schedule: Schedule, staff: Staff) -> None:
    story = Helping(staff, schedule.last)
    schedule.put(schedule.start + timedelta(days=90), 15.5, partial(story.propose, 0, "INTENSIVE", MORE))
    schedule.put(schedule.start + timedelta(days=92), 15.5, story.agree)
    late: list[tuple[int, Callable[[date, datetime], None]]] = [
        (9, partial(story.propose, 0, "PREVENTION", LESS)), (8, story.refuse),
        (3, partial(story.propose, 1, "INTENSIVE", MORE)),
        (6, story.pay_back), (5, story.agree_to_pay_back),
    ]  # fmt: skip
    for days, act in late:
        schedule.put(schedule.last - timedelta(days=days), 15.5, act)
    days = (schedule.last - schedule.start).days
    for number in range(2, days + 1, 2):
        day = schedule.start + timedelta(days=number)
        schedule.put(day, 3.5, lambda today, at: asked_again.look_again(today=today, now=at))
        schedule.put(day, 15.6, story.let_stay)
    for number in range(6, days + 1, 7):
        day = schedule.start + timedelta(days=number)
        schedule.put(day, 3.5, as_service()(lambda today, at: spot_checks.pick(now=at, draw=drawn)))
        schedule.put(day, 15.7, story.look_at_payments)


class Helping:
    def __init__(self, staff: Staff, last: date) -> None:
        self.staff, self.last = staff, last
        self.manager, self.payer = staff.managers["DEMO-NB"], staff.payers["DEMO-NB"]

    def propose(self, number: int, tier: str, why: str, today: date, now: datetime) -> None:
        rows = Enrolment.objects.enrolled().filter(programme=self.staff.programmes["gate"]).order_by("pk")
        enrolment = rows[number]
        tiers.propose(
            enrolment=enrolment, tier=tier, why=why, review_on=self.last + timedelta(days=40),
            by=worker_of(enrolment.budget, today), today=today, now=now,
        )  # fmt: skip

    def agree(self, today: date, now: datetime) -> None:
        tiers.agree(decision=TierDecision.objects.get(state="ASKED"), by=self.manager, now=now)

    def refuse(self, today: date, now: datetime) -> None:
        tiers.refuse(decision=TierDecision.objects.get(state="ASKED"), answer=NOT_YET, by=self.manager, now=now)

    def let_stay(self, today: date, now: datetime) -> None:
        """A week after it was found; what is newer waits still when the story ends."""
        if today > self.last - timedelta(days=14):
            return
        waits = EligibilityReview.objects.open().filter(found_at__lt=now - timedelta(days=7))
        for review in waits.exclude(enrolment__asked_by=self.manager):
            asked_again.let_stay(review=review, reason=STAYS, seen=review.said, by=self.manager, now=now)

    def look_at_payments(self, today: date, now: datetime) -> None:
        """Whoever leads the person looks; one thing was wrong once, and was settled. The newest wait still."""
        if today > self.last - timedelta(days=35):
            return
        rows = SpotCheck.objects.filter(state="OPEN", picked_at__lt=now - timedelta(days=6)).order_by("pk")
        for check in rows.select_related("payment__commitment__spend__budget__enrolment__participant"):
            worker = worker_of(check.payment.commitment.spend.budget, today)
            person = check.payment.commitment.spend.person.pk
            if worker.pk in spot_checks.had_a_part(check) | interests.knowing({person}).get(person, set()):
                continue
            wrong = not SpotCheck.objects.exclude(settled="").exists()
            spot_checks.find(check=check, wrong=wrong, found=NOT_SHOWN if wrong else FOUND, by=worker, now=now)
            if wrong:
                spot_checks.settle(check=check, settled=SETTLED, by=worker, now=now)

    def pay_back(self, today: date, now: datetime) -> None:
        """Someone left a course, and pays a part back."""
        rows = SpotCheck.objects.filter(payment__amount__gte=60_00, payment__reversed_at=None).order_by("-pk")
        for check in rows.select_related("payment__commitment__spend__budget__enrolment__participant"):
            spend = check.payment.commitment.spend
            if spend.purpose in ("LEARNING", "WORK", "ACTIVITY") and recovery.still_paid(spend) >= 60_00:
                recovery.propose(
                    spend=spend, amount=30_00, each=5_00, every="WEEK", first_on=today + timedelta(days=7), why=WHY,
                    tried=TRIED, person_said=SAYS, by=self.manager, now=now,
                )  # fmt: skip
                return

    def agree_to_pay_back(self, today: date, now: datetime) -> None:
        for row in Recovery.objects.filter(state="PROPOSED"):
            recovery.agree(recovery=row, by=self.payer, now=now)
