"""How much help people have in the story, who stays on a programme all the same, and payments that were looked at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

from django.db.models import QuerySet

from budgets import interests, invoices, part_deliveries, recovery, rules, spot_checks
from budgets import services as money
from budgets.commands import new_key
from budgets.models import Budget, Commitment, Payment, PayOrder, Recovery, SpendRequest, SpotCheck
from common.postgres.actor import as_service
from people.models import EligibilityReview, Enrolment, TierDecision
from people.programmes import asked_again, tiers
from sampledata.demo.pictures import price_tag
from sampledata.demo.schedule import Schedule
from sampledata.demo.someone import goals_of, worker_of
from sampledata.demo.staff import Staff

MORE = "Three missed meetings in a month, and a flat that may be lost. Once a week for now, by phone too."
LESS = "Has worked since spring and has not missed a meeting. Once a month is enough, they say so too."
NOT_YET = "The hearing about the flat is next week. Look at it after that."
STAYS = (
    "The sentence is over, and the deposit is promised. To stop with the keys in sight would cost more than it saves."
)
FOUND = "The bill is on the file, and its sum is what was agreed. They told me how it went."
NOT_SHOWN = "There is no bill on the file, and the sum is not the one on the price list."
SETTLED = "They sent the bill again. It has one session more, which was given, and the list is from last year."
WHY = "The course was left after a week, and half of what was paid came back to them."
TRIED = "Asked in May and in June; offered to carry it over to the next course. They would rather pay it back."
SAYS = "I should have said so at once. Five a week is fine, I have work now."


# What a worker draws on the discretionary fund for: what, pence, kind, why, who is paid.
DRAWN = [
    (
        "A coach ticket to the new hostel", 18_40, "TRAVEL",
        "The place is held until six, and there is the fare for half the way.", "Northern Coaches",
    ),
    (
        "A birth certificate", 12_50, "CONNECTION",
        "No bank opens an account without it, and no agency pays without one.", "General Register Office",
    ),
    (
        "Three nights of food", 24_00, "HOME",
        "The first money comes on Friday. The food bank opens on Thursday.", "Corner Stores",
    ),
]  # fmt: skip
LET = "A worker at the gate at six in the morning cannot wait for an answer about a bus fare."
PART = "The first third of it"
ON_HOLD = "The bill says eight lessons, and there were six. The school looks it up."


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
        (6, story.pay_back), (5, story.agree_to_pay_back), (2, story.a_part_came),
    ]  # fmt: skip
    for days, act in late:
        schedule.put(schedule.last - timedelta(days=days), 15.5, act)
    schedule.put(schedule.start + timedelta(days=30), 9.5, story.let_workers_draw)
    for number, drawn_on in enumerate(DRAWN):
        first = schedule.start + timedelta(days=100 + 60 * number)
        schedule.put(first, 15.2, partial(story.draw_on_fund, number))
        schedule.put(first + timedelta(days=1), 15.2, partial(story.pay_drawn, drawn_on))
    schedule.put(schedule.last - timedelta(days=4), 15.2, story.bill)
    schedule.put(schedule.last - timedelta(days=2), 15.2, story.hold)
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

    def let_workers_draw(self, today: date, now: datetime) -> None:
        rules.change(
            programme=self.staff.programmes["gate"], starts_on=today, worker_limit=30_00, why=LET,
            by=self.manager, today=today, now=now,
        )  # fmt: skip

    def draw_on_fund(self, number: int, today: date, now: datetime) -> None:
        """A worker asks for someone who has just come out: within their small limit the rule says yes."""
        what, pence, purpose, why, payee = DRAWN[number]
        rows = Budget.objects.open().filter(enrolment__programme=self.staff.programmes["gate"])
        rows = rows.filter(enrolment__participant__plan__goals__status="AGREED").distinct().order_by("pk")
        budget = rows[number % rows.count()] if rows else None
        if budget is None:
            return
        worker, goal = worker_of(budget, today), goals_of(budget)[0]
        draft = money.start_request(
            budget=budget, goal=goal, without_money="There was nobody to ask at that hour.", by=worker
        )
        spend = money.ask(
            spend=draft, what=what, amount=pence, purpose=purpose, for_whom="ME", why=why, payee=payee, by=worker,
            now=now, key=new_key(),
        )  # fmt: skip
        if spend.state == SpendRequest.State.ASKED:  # a licence, say, is something to look at
            money.approve_request(spend=spend, reason=LET, by=self.manager, now=now, key=new_key())

    def pay_drawn(self, drawn_on: tuple[str, int, str, str, str], today: date, now: datetime) -> None:
        what, pence, _, _, payee = drawn_on
        for line in Commitment.objects.open().filter(spend__what=what):
            money.record_payment(
                commitment=line, amount=pence, payee=payee, invoice=f"R-{line.pk}", paid_on=today, by=self.payer,
                now=now, key=new_key(),
            )  # fmt: skip

    def _named(self) -> QuerySet[Commitment]:
        """Open lines of this team that someone is named for, and that are bought without a referral."""
        rows = Commitment.objects.open().exclude(payee="").filter(referral=None, on_hold_at=None, way="NOTIONAL")
        rows = rows.exclude(pay_orders__state__in=PayOrder.OPEN).select_related("spend__budget__enrolment__participant")
        return rows.order_by("pk")

    def bill(self, today: date, now: datetime) -> None:
        """A worker takes a picture of the bill."""
        if line := self._named().first():
            picture = ("bill.jpg", price_tag(line.spend.what, line.remaining))
            invoices.enter(
                commitment=line, number="4711-26", amount=line.remaining, picture=picture,
                by=worker_of(line.spend.budget, today), now=now,
            )  # fmt: skip

    def hold(self, today: date, now: datetime) -> None:
        if line := self._named().filter(invoices=None).first():
            money.put_on_hold(commitment=line, why=ON_HOLD, by=worker_of(line.spend.budget, today), now=now)

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

    def a_part_came(self, today: date, now: datetime) -> None:
        """Of something that a provider has accepted; the rest is still to come, and the part waits to be paid."""
        rows = Commitment.objects.filter(closed_at=None, referral__state="ACCEPTED", spend__every="").order_by("pk")
        if found := rows.select_related("spend__budget__enrolment__participant").first():
            part_deliveries.say(
                commitment=found, amount=found.amount // 3, what=PART, by=worker_of(found.spend.budget, today), now=now
            )

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
