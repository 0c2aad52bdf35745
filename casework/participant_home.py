"""The participant's front page: a new sum first, then what is next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from budgets import helped
from budgets.models import Budget, Question, SpendRequest, WayAgreement
from engagement.models import Appointment
from lifeplans.models import Goal, Step
from lifeplans.models.authors import Author
from people.models import Participant
from people.record import custody

AN_ANSWER_STAYS = timedelta(days=14)  # or until they have read it


@dataclass(frozen=True)
class ParticipantHome:
    leaves_on: date | None  # prison
    new_sum: Budget | None
    budgets: list[Budget]
    next_meeting: Appointment | None
    to_answer: int
    next_steps: list[Step]
    answered: list[SpendRequest]
    to_sign: list[WayAgreement]  # about how they take their money
    did_it_help: list[SpendRequest]  # what was bought lately
    questions: list[Question]  # about what they asked for


def page(*, person: Participant, today: date, now: datetime) -> ParticipantHome:
    """Everything the front page says, in a constant number of queries."""
    budgets = list(
        Budget.objects.of(person).open().with_money().select_related("enrolment__programme").order_by("opened_on")
    )
    return ParticipantHome(
        leaves_on=custody.leaves_on(person, today),
        new_sum=next((b for b in budgets if b.gives_sum_first and b.sum_seen_at is None), None),
        budgets=budgets,
        next_meeting=Appointment.objects.upcoming(now).filter(participant=person).order_by("starts_at").first(),
        to_answer=Goal.objects.in_plan_of(person.pk).waiting_for(Author.PARTICIPANT).count(),
        next_steps=list(
            Step.objects.in_plan_of(person.pk).undone().filter(who="PARTICIPANT").select_related("goal").in_order()[:3]
        ),
        answered=list(
            SpendRequest.objects.filter(
                budget__in=budgets,
                state__in=["APPROVED", "REFUSED"],
                decided_at__gt=now - AN_ANSWER_STAYS,
                answer_read_at=None,
            ).order_by("-decided_at")[:1]
        ),
        did_it_help=list(helped.to_ask(person, now)[:1]),
        questions=list(
            Question.objects.of_deciders()
            .filter(spend__budget__in=budgets, spend__state="ASKED")
            .select_related("spend")
        ),
        to_sign=list(WayAgreement.objects.filter(budget__in=budgets, state="TO_SIGN").order_by("asked_at")),
    )
