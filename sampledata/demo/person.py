"""One person's year, act by act, through the services everyone else uses."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

from budgets import helped, judgements
from budgets import services as money
from budgets.commands import new_key
from budgets.models import Budget, Commitment, Judgement, SpendRequest
from engagement import services as touch
from engagement.alerts import close_alert, keep_trying
from engagement.models import Alert, Appointment, Outcome
from lifeplans import services as plans
from lifeplans.models import Goal, LifePlan, Step
from lifeplans.models.authors import Author
from people import services as people
from people.access import sign_in_changes
from people.models import DeliveryUnit, Enrolment, Group, Participant, Prison, Relationship, Requirement, Sentence, User
from people.programmes import enrolment
from people.record import custody
from providers import services as referring
from providers.models import Service
from sampledata.demo import words
from sampledata.demo.file import File
from sampledata.demo.people import Life
from sampledata.demo.schedule import Schedule, moment, working_day
from sampledata.demo.staff import Staff

FIRST = "jordan@demo.example"  # the first person can be entered as


class Person:
    """Holds what one person's acts need of each other; every act is given the day and the moment."""

    def __init__(
        self, life: Life, *, staff: Staff, area: DeliveryUnit, schedule: Schedule, helpers: list[Service]
    ) -> None:
        self.life, self.staff, self.schedule, self.helpers = life, staff, schedule, helpers
        self.area = area
        self.dice = life.dice
        self.every_days = life.every_days
        self.last_note = ""
        workers = staff.practitioners[life.area]
        self.worker: User = workers[0] if life.number == 0 else workers[life.number // 3 % 2]
        self.manager = staff.managers[life.area]
        self.payer = staff.payers[life.area]
        self.goals_told = self.dice.sample(words.GOALS, 3)
        self.person: Participant
        self.plan: LifePlan
        self.budget: Budget | None = None

    def begin(self) -> None:
        self._put(self.life.joins, 9.5, self.join)

    def _put(self, day: int, hour: float, act: object) -> None:
        self.schedule.put(working_day(self.schedule.start + timedelta(days=day)), hour, act)  # type: ignore[arg-type]

    def _later(self, today: date, days: int, hour: float, act: object) -> None:
        self.schedule.put(working_day(today + timedelta(days=days)), hour, act)  # type: ignore[arg-type]

    # --- Joining ---------------------------------------------------------------------------------
    def join(self, today: date, now: datetime) -> None:
        life = self.life
        released = self.schedule.start + timedelta(days=life.leaves_prison) if life.leaves_prison else None
        self.person = Participant.objects.create(
            given_name=life.given,
            family_name=life.family,
            preferred_name=life.preferred,
            date_of_birth=life.born,
            crn=life.crn,
            prison_number=life.prison_number,
            phone=life.phone,
            email=FIRST if life.number == 0 else "",
            outcode=life.outcode,
            address=life.street,
            delivery_unit=self.area,
            risk_band=life.risk,
            joined_on=today,
            cohort_tags=["IOM"]
            if life.programme == "gate"
            else self.dice.choice([[], [], ["CARE_LEAVER"], ["VETERAN"]]),
        )
        sentence = self._sentence(today, released)
        prison = Prison.objects.get(code="DEMO") if released else None
        custody.begin(participant=self.person, sentence=sentence, prison=prison, by=self.manager, today=today, now=now)
        people.assign(participant=self.person, practitioner=self.worker, by=self.manager, today=today, now=now)
        people.open_portal(participant=self.person, by=self.worker, today=today, now=now)
        self._later(today, 1, 9, self.confirm_ways_in)
        self.person.refresh_from_db()
        touch.set_contact_plan(participant=self.person, every_days=life.every_days, by=self.worker, today=today)
        self._later(today, 1, 10, self.enrol)
        self._later(today, 90, 10, self.meet_less)
        self._later(today, 4, 10, self.write_plan)
        if released:
            self.schedule.put(released, 8, self.leave_prison)
        self._meet_first(today, now)
        self.file = File(self)
        self.file.begin(today, now)

    def confirm_ways_in(self, today: date, now: datetime) -> None:
        """A second member of staff knows that it is the person who signs in."""
        for change in self.me.sign_in_changes.open().filter(through=None):
            sign_in_changes.confirm(change=change, by=self.manager, now=now)

    def _sentence(self, today: date, released: date | None) -> Sentence:
        starts = (released - timedelta(days=self.life.sentence_days // 2)) if released else today - timedelta(days=14)
        sentence = Sentence.objects.create(
            participant=self.person,
            kind="CUSTODY" if released else "COMMUNITY",
            starts_on=starts,
            length_days=self.life.sentence_days,
            # Supervision goes on for a year from release (sentences of under two years).
            ends_on=released + timedelta(days=364) if released else starts + timedelta(days=self.life.sentence_days),
            release_on=released,
        )
        kinds = ["SUPERVISION"] if released else self.dice.sample(["UNPAID_WORK", "REHABILITATION", "ALCOHOL"], 2)
        for kind in kinds:
            Requirement.objects.create(
                sentence=sentence,
                kind=kind,
                flexible=True,
                ordered={"UNPAID_WORK": 80, "REHABILITATION": 20}.get(kind),
                state="IN_PROGRESS" if kind in ("SUPERVISION", "ALCOHOL") else "NOT_STARTED",
            )
        return sentence

    def leave_prison(self, today: date, now: datetime) -> None:
        self.person.refresh_from_db()
        self.file.leave_prison(today, now)
        self.person.refresh_from_db()

    def enrol(self, today: date, now: datetime) -> None:
        programme = self.staff.programmes[self.life.programme]
        found = enrolment.enrol(participant=self.person, programme=programme, by=self.worker, today=today, now=now)
        if found.state == found.State.NOT_ELIGIBLE:
            reason = "Close to the line, and the plan is strong. The panel agreed."
            found = enrolment.override(enrolment=found, by=self.manager, reason=reason, today=today, now=now)
        self.budget = money.open_budget(enrolment=found, by=self.manager, today=today, now=now, key=new_key())
        if self.life.number % 5 or not self.life.number:
            self._later(today, 3, 19, self.see_money)
        if self.life.programme == "start" and self.life.number % 9 != 4:
            self._later(today, 12, 15, self.judge)
        if self.life.number % 8 == 3:
            self.schedule.put(self.schedule.last - timedelta(days=self.dice.randrange(1, 9)), 20, partial(self.ask, 3))
        for number in range(self.life.asks):
            self._later(today, 25 + number * 45 + self.dice.randrange(20), 20, partial(self.ask, number))

    @property
    def me(self) -> User:
        """The person's own account, which is opened as they join."""
        assert self.person.user
        return self.person.user

    def see_money(self, today: date, now: datetime) -> None:
        if self.budget:
            money.see_sum(budget=self.budget, by=self.me, now=now)

    # --- The plan --------------------------------------------------------------------------------
    def write_plan(self, today: date, now: datetime) -> None:
        me, worker = self.person.user, self.worker
        assert me
        self.plan = plans.start_plan(participant=self.person, by=worker, today=today)
        plans.write_own_words(
            plan=self.plan,
            by=me,
            story=words.STORIES[self.life.number % len(words.STORIES)],
            gives_back=words.GIVES[self.life.number * 5 % len(words.GIVES)],
        )
        plans.rate_goods(plan=self.plan, ratings=self._ratings(0), by=me, today=today)
        for ring, text in self.dice.sample(words.STRENGTHS, 3):
            plans.add_strength(plan=self.plan, ring=ring, text=text, by=me, today=today)
        for told in self.goals_told[:2]:
            self._propose(told, by=me, today=today, now=now)
        self._propose(self.goals_told[2], by=worker, today=today, now=now)
        self._later(today, 7, 11, self.agree)
        if self.life.number % 3 == 0:
            self._later(today, 90, 11, self.rate_again)
        if self.life.has_volunteer:
            self._later(today, 14, 12, self.match_volunteer)
        if self.life.has_setback:
            self._later(today, 60 + self.dice.randrange(40), 13, self.set_back)

    def _propose(self, told: tuple[str, ...], *, by: User, today: date, now: datetime) -> None:
        title, good, need, why, *_ = told
        plans.propose_goal(
            plan=self.plan,
            title=title,
            why=why,
            good=good,
            need=need,
            by=by,
            today=today,
            now=now,
            target_date=today + timedelta(days=120),
        )

    def _ratings(self, better: int) -> dict[str, tuple[int, int]]:
        goods = [
            "LIFE",
            "KNOWLEDGE",
            "WORK",
            "PLAY",
            "AGENCY",
            "INNER_PEACE",
            "RELATEDNESS",
            "COMMUNITY",
            "SPIRITUALITY",
            "PLEASURE",
            "CREATIVITY",
        ]
        rated = goods if self.life.number % 3 == 0 else self.dice.sample(goods, 5)
        return {good: (self.dice.randint(5, 10), min(10, self.dice.randint(1, 6) + better)) for good in rated}

    def agree(self, today: date, now: datetime) -> None:
        """Face to face: each says yes, one goal is left open now and then, and the plan is kept as it reads."""
        assert self.person.user
        goals = list(self.plan.goals.order_by("position"))
        for goal, told in zip(goals, self.goals_told, strict=True):
            other = self.worker if goal.words_of == Author.PARTICIPANT else self.person.user
            if goal is goals[-1] and self.life.number % 4 == 1:
                plans.say(
                    goal=goal,
                    answer="DISAGREE",
                    words="Not now. One thing at a time.",
                    by=self.person.user,
                    today=today,
                    now=now,
                )
                continue
            if goal is goals[-1] and self.life.number % 4 == 2:
                continue
            plans.say(goal=goal, answer="AGREE", by=other, today=today, now=now)
            for number, text in enumerate(told[4:6] if goal is goals[0] else told[4:5]):
                plans.add_step(
                    goal=goal,
                    text=text,
                    who=Step.Who.PARTICIPANT,
                    by=self.worker,
                    today=today,
                    due_on=today + timedelta(days=30 + 45 * number),
                )
        plans.agree_plan(plan=self.plan, by=self.worker, today=today, now=now)
        self._later(today, 80, 15, self.step_forward)

    def rate_again(self, today: date, now: datetime) -> None:
        assert self.person.user
        plans.rate_goods(plan=self.plan, ratings=self._ratings(2), by=self.person.user, today=today)

    def step_forward(self, today: date, now: datetime) -> None:
        """A month on: most steps that are due get done, by whoever does them, and now and then a goal is reached."""
        assert self.person.user
        mine = list(self.plan.goals.filter(status=Goal.Status.AGREED).order_by("position"))
        for step in Step.objects.filter(goal__in=[goal.pk for goal in mine], status="TO_DO").order_by("pk"):
            if step.due_on and step.due_on <= today + timedelta(days=25) and self.dice.random() < 0.9:
                own = step.who == Step.Who.PARTICIPANT
                plans.set_step(step=step, status="DONE", by=self.person.user if own else self.worker, today=today)
        for goal in mine:
            self._ask_about(goal, today)
        if not self._silent(today):
            self._later(today, 80, 15, self.step_forward)

    def _ask_about(self, goal: Goal, today: date) -> None:
        """Where every step is done, the goal is reached, or there is one more thing to do; now and then nobody asks."""
        steps = list(goal.steps.exclude(status="NOT_NEEDED"))
        if not steps or any(step.status != "DONE" for step in steps):
            return
        roll = self.dice.random()
        if roll < 0.55:
            helped = next(told[7] for told in words.GOALS if told[0] == goal.title)
            plans.achieve_goal(goal=goal, by=self.worker, today=today, how_it_helped=helped)
        elif roll < 0.9:
            longer = words.LONGER[len(steps) % len(words.LONGER)]
            plans.add_step(
                goal=goal, text=f"Keep it going for {longer}", who=Step.Who.PARTICIPANT, by=self.worker, today=today,
                due_on=today + timedelta(days=40),
            )  # fmt: skip

    def set_back(self, today: date, now: datetime) -> None:
        goal = self.plan.goals.filter(status=Goal.Status.AGREED).order_by("position").first()
        if goal:
            note = next(told[6] for told in words.GOALS if told[0] == goal.title)
            plans.pause_goal(goal=goal, note=note, happened_on=today - timedelta(days=1), by=self.worker, today=today)
            self._later(today, 21, 14, partial(self.pick_up, goal))

    def pick_up(self, goal: Goal, today: date, now: datetime) -> None:
        if self.dice.random() < 0.8:
            plans.resume_goal(goal=goal, by=self.worker, today=today)

    # --- Money -----------------------------------------------------------------------------------
    def ask(self, number: int, today: date, now: datetime) -> None:
        self.person.refresh_from_db()
        goal, asked = self._what_would_help()
        if goal is None or not self.budget or self._silent(today) or self.person.in_custody:
            return
        self.budget.refresh_from_db(fields=["ended_on"])
        newest = self.budget.enrolment.judgements.newest()
        judged = self.life.programme != "start" or (newest and newest.shown)
        if self.budget.ended_on or not judged:
            return
        assert self.person.user
        what, pence, purpose, need, why, without = next(ask for ask in words.ASKS if ask[0] == asked)
        draft = money.start_request(budget=self.budget, goal=goal, without_money=without, by=self.person.user)
        spend = money.ask(
            spend=draft,
            what=what,
            amount=pence,
            purpose=purpose,
            for_whom="ME",
            why=why,
            payee=words.SOLD_BY.get(what, ""),
            by=self.person.user,
            now=now,
            key=new_key(),
        )
        self._later(today, 3 + self.dice.randrange(6), 16, partial(self.decide, spend, need))

    def judge(self, today: date, now: datetime) -> None:
        """Their worker writes down what shows commitment: without it a fund like this gives nothing.

        Now and then it is not yet; the person asks that someone else looks, and a manager sees more.
        """
        if self.budget and self.life.number % 7 == 3:
            no = judgements.judge(
                enrolment=self.budget.enrolment, shown=False, evidence=words.NOT_YET, by=self.worker, now=now
            )
            self._later(today, 6, 15, partial(self.ask_to_look_again, no))
        elif self.budget:
            evidence = words.SHOWED[self.life.number % len(words.SHOWED)]
            judgements.judge(enrolment=self.budget.enrolment, shown=True, evidence=evidence, by=self.worker, now=now)

    def ask_to_look_again(self, no: Judgement, today: date, now: datetime) -> None:
        self.person.refresh_from_db()
        enrolment = no.enrolment
        enrolment.refresh_from_db()
        if self.person.user and enrolment.state == Enrolment.State.ENROLLED:
            judgements.appeal(judgement=no, why=words.LOOK_AGAIN, by=self.person.user, now=now)
            self._later(today, 5, 15, partial(self.judge_again, enrolment))

    def judge_again(self, enrolment: Enrolment, today: date, now: datetime) -> None:
        judgements.judge(enrolment=enrolment, shown=True, evidence=words.SEEN_AGAIN, by=self.manager, now=now)

    def _what_would_help(self) -> tuple[Goal | None, str]:
        """The first thing that serves an agreed goal and was not asked for yet."""
        before = set(SpendRequest.objects.filter(budget=self.budget).values_list("what", flat=True))
        for goal in self.plan.goals.filter(status=Goal.Status.AGREED).order_by("position"):
            for what in words.SERVES[goal.title]:
                if what not in before:
                    return goal, what
        return None, ""

    def decide(self, spend: SpendRequest, need: str, today: date, now: datetime) -> None:
        if (self.schedule.last - today).days < 6:
            return  # still waiting when the story ends
        spend.refresh_from_db()
        if spend.decided_by_rule_id:
            self._buy(spend, spend.commitment, need, today, now)
        if spend.state != SpendRequest.State.ASKED:
            return  # a rule decided, or the budget has ended since
        if self.dice.random() < 0.12 and self.life.number:
            money.refuse_request(
                spend=spend, reason=self.dice.choice(words.REFUSALS), by=self.manager, now=now, key=new_key()
            )
            return
        set_aside = money.approve_request(
            spend=spend,
            reason=self.dice.choice(words.APPROVALS),
            by=self.manager,
            now=now,
            key=new_key(),
        )
        self._buy(spend, set_aside, need, today, now)

    def _buy(self, spend: SpendRequest, set_aside: Commitment, need: str, today: date, now: datetime) -> None:
        word = words.GIVEN_BY_SERVICES.get(spend.what)
        fitting = [service for service in self.helpers if word and word in service.name.lower()]
        if fitting:
            referral = referring.refer(
                participant=self.person,
                service=self.dice.choice(fitting),
                need=need,
                goal=spend.goal,
                price=spend.amount,
                by=self.worker,
                reason=f"{spend.what}, towards a goal in the plan.",
                told="Wants to start soon. Please ring in the afternoon.",
                shares=["AREA", "PHONE"],
                today=today,
                now=now,
            )
            money.buy_through(commitment=set_aside, referral=referral, by=self.worker, now=now, key=new_key())
            self._later(today, 3, 11, partial(self.provider_answers, set_aside, referral))
        else:
            self._later(today, 6, 12, partial(self.pay, set_aside, ""))

    def provider_answers(self, set_aside: object, referral: object, today: date, now: datetime) -> None:
        referring.accept(referral=referral, name="Front desk", today=today, now=now)  # type: ignore[arg-type]
        self._later(today, 14 + self.dice.randrange(20), 11, partial(self.provider_delivers, set_aside, referral))

    def provider_delivers(self, set_aside: object, referral: object, today: date, now: datetime) -> None:
        referring.mark_delivered(referral=referral, delivered_on=today, note="Went well.", today=today, now=now)  # type: ignore[arg-type]
        self._later(today, 5, 15, partial(self.pay, set_aside, referral.service.provider.name))  # type: ignore[attr-defined]

    def pay(self, set_aside: object, payee: str, today: date, now: datetime) -> None:
        commitment = money.Commitment.objects.get(pk=set_aside.pk)  # type: ignore[attr-defined]
        if commitment.closed_at or commitment.on_hold_at:  # paid ahead, or with a bill; or that is to be cleared up
            return
        amount = commitment.amount if self.dice.random() < 0.8 else commitment.amount * 9 // 10
        money.record_payment(
            commitment=commitment,
            amount=amount,
            payee=payee or commitment.payee or "Paid by card at the shop",
            invoice=f"INV{commitment.pk:04d}",
            paid_on=today,
            by=self.payer,
            now=now,
            key=f"demo:pay:{commitment.pk}",
        )
        self._later(today, 9, 18, partial(self.say_helped, commitment))

    def say_helped(self, commitment: Commitment, today: date, now: datetime) -> None:
        """Four in five say so on their own pages."""
        answer, said = words.HELPED[commitment.pk % len(words.HELPED)]
        if answer and self.person.user and not self._silent(today) and helped.was_bought(commitment.spend):
            helped.say(spend=commitment.spend, answer=answer, words=said, by=self.person.user, now=now)

    # --- Keeping in touch ------------------------------------------------------------------------
    def _silent(self, today: date) -> bool:
        day = (today - self.schedule.start).days
        life = self.life
        return life.drifts is not None and day >= life.drifts and (life.returns is None or day < life.returns)

    def _meet_first(self, today: date, now: datetime) -> None:
        self._arrange(working_day(today + timedelta(days=3)), "CUSTODY" if self.person.in_custody else "INITIAL", now)

    def _arrange(self, day: date, kind: str, now: datetime) -> None:
        hour = self._free_hour(day)
        starts = moment(day, hour)
        meeting = touch.arrange(
            participant=self.person,
            with_user=self.worker,
            kind=kind,
            starts_at=starts,
            ends_at=starts + timedelta(minutes=30),
            place=self._place(kind),
            by=self.worker,
            now=now,
        )
        self.schedule.put(day, hour + 1, partial(self.how_it_went, meeting))

    def _free_hour(self, day: date) -> float:
        """Their usual hour, or the next at which the worker meets nobody else."""
        hours = [9 + (self.life.number * 3 + later) % 16 / 2 for later in range(16)]
        meets = Appointment.objects.filter(with_user=self.worker, starts_at__date=day).values_list(
            "starts_at", flat=True
        )
        taken = set(meets)
        return next((hour for hour in hours if moment(day, hour) not in taken), hours[0])

    def _place(self, kind: str) -> str:
        """A call has no place; a home visit is at their home."""
        self.person.refresh_from_db()
        places = {"CUSTODY": "Prison visits hall", "HOME": self.person.address, "PHONE": ""}
        return places.get(kind, "1 Station Road")

    def meet_less(self, today: date, now: datetime) -> None:
        """Once things go well, meetings grow further apart, and the plan says so."""
        self.every_days = self.life.every_days * 2
        touch.set_contact_plan(participant=self.person, every_days=self.every_days, by=self.worker, today=today)

    def how_it_went(self, meeting: Appointment, today: date, now: datetime) -> None:
        forgotten = (self.schedule.last - today).days < 4 and self.life.number % 3 == 0
        if not forgotten:
            outcome, reason = self._outcome(today)
            meeting = touch.record_outcome(
                appointment=meeting,
                outcome=outcome,
                absence_reason=reason,
                by=self.worker,
                now=now,
                enforcement="LETTER" if outcome in (Outcome.UNACCEPTABLE_ABSENCE, Outcome.FAILED_TO_ATTEND) else "",
                note=self._note(meeting) if outcome == Outcome.COMPLIED else "",
            )
            if outcome == Outcome.COMPLIED:
                self._close_alert(today, now)
            elif meeting.enforcement and self.dice.random() < 0.9:
                self._later(today, 2, 15, partial(self.send_letter, meeting))
            self._try_again(today, now)
        gap = self.every_days + self.dice.randrange(-2, 3)
        self._arrange(
            working_day(today + timedelta(days=max(3, gap))),
            "CUSTODY" if self._inside(today) else self.dice.choice(["OFFICE", "OFFICE", "PHONE", "HOME"]),
            now,
        )

    def _note(self, meeting: Appointment) -> str:
        """What was said, as fits the kind of meeting; never twice in a row."""
        fitting = [note for note in words.NOTES.get(meeting.kind, words.NOTES["OFFICE"]) if note != self.last_note]
        self.last_note = self.dice.choice(fitting or [self.last_note])
        return self.last_note

    def _inside(self, today: date) -> bool:
        day = (today - self.schedule.start).days
        return self.life.leaves_prison is not None and day + self.life.every_days < self.life.leaves_prison

    def _outcome(self, today: date) -> tuple[Outcome, str]:
        if self._silent(today):
            recent = (self.schedule.last - today).days < 5  # evidence may still come
            return Outcome.FAILED_TO_ATTEND if recent else Outcome.UNACCEPTABLE_ABSENCE, ""
        roll = self.dice.random()
        if roll < 0.86:
            return Outcome.COMPLIED, ""
        return (Outcome.ACCEPTABLE_ABSENCE, "MEDICAL") if roll < 0.95 else (Outcome.UNACCEPTABLE_ABSENCE, "")

    def send_letter(self, meeting: Appointment, today: date, now: datetime) -> None:
        touch.enforce(appointment=meeting, by=self.worker, today=today, now=now)

    def _try_again(self, today: date, now: datetime) -> None:
        """Nobody answered: the alert says what is tried next."""
        for alert in Alert.objects.open().filter(participant=self.person):
            keep_trying(
                alert=alert, note="Rang twice and left a message.", by=self.worker, today=today, now=now,
                what_next=self.dice.choice(words.NEXT_TRIES), next_on=working_day(today + timedelta(days=5)),
            )  # fmt: skip

    def _close_alert(self, today: date, now: datetime) -> None:
        for alert in Alert.objects.open().filter(participant=self.person):
            close_alert(
                alert=alert,
                outcome="BACK_IN_TOUCH",
                note="Came in today. We talked about what got in the way.",
                by=self.worker,
                today=today,
                now=now,
            )

    # --- The circle ------------------------------------------------------------------------------
    def match_volunteer(self, today: date, now: datetime) -> None:
        volunteers = self.staff.volunteers
        volunteer = volunteers[0] if self.life.number == 0 else volunteers[self.life.number % len(volunteers)]
        member = people.add_to_circle(
            participant=self.person,
            user=volunteer,
            relationship=Relationship.VOLUNTEER,
            by=self.worker,
            today=today,
            now=now,
        )
        people.share(
            member=member,
            by=self.me,
            groups=[Group.MEETINGS, Group.GOALS] if self.life.number % 2 == 0 else [Group.CONTACT],
            today=today,
        )
        self._later(today, 10, 17, partial(self.see_volunteer, volunteer))

    def see_volunteer(self, volunteer: User, today: date, now: datetime) -> None:
        self.person.refresh_from_db()
        if not self._silent(today) and not self.person.in_custody:
            touch.log_meeting(
                participant=self.person,
                by=volunteer,
                at=now - timedelta(hours=2),
                note=words.OF_VOLUNTEERS[(self.life.number + today.toordinal() // 21) % len(words.OF_VOLUNTEERS)],
                today=today,
                now=now,
            )
        self._later(today, 21, 17, partial(self.see_volunteer, volunteer))
