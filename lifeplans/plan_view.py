"""A plan gathered for reading: what each page shows, in a number of queries that does not grow with the plan."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch
from django.utils.safestring import SafeString

from lifeplans import goal_help, wheel
from lifeplans.balance import Balance, weigh
from lifeplans.goods import SENTENCES, Good
from lifeplans.models import Answer, Author, Goal, GoodRating, LifePlan, PlanVersion, Setback, Step, Strength
from people.models import User

NOW = "now"
TABS: dict[str, tuple[str, list[str]]] = {
    NOW: ("All open", [Goal.Status.PROPOSED, Goal.Status.AGREED, Goal.Status.PAUSED]),
    "to-agree": ("To agree", [Goal.Status.PROPOSED]),
    "working-on": ("Working on", [Goal.Status.AGREED]),
    "paused": ("Paused", [Goal.Status.PAUSED]),
    "achieved": ("Achieved", [Goal.Status.ACHIEVED]),
    "dropped": ("Dropped", [Goal.Status.DROPPED]),
}
COLOURS = {
    Goal.Status.PROPOSED: "yellow",
    Goal.Status.AGREED: "blue",
    Goal.Status.PAUSED: "orange",
    Goal.Status.ACHIEVED: "green",
    Goal.Status.DROPPED: "grey",
}
MARKS: dict[str, str] = {Answer.AGREE: "yes", Answer.DISAGREE: "no", Answer.COULD_NOT_ANSWER: "unsure"}
STEP_COLOURS = {
    Step.Status.TO_DO: "grey",
    Step.Status.DOING: "blue",
    Step.Status.DONE: "green",
    Step.Status.CANNOT_YET: "orange",
    Step.Status.NOT_NEEDED: "grey",
}


@dataclass(frozen=True)
class AnswerLine:
    """What one author says to a goal."""

    author: str
    name: str
    answer: str
    words: str
    at: datetime | None
    noted_by: str  # who wrote it down, where that is someone else
    waits: bool = False  # said by a way in that waits to be confirmed

    @property
    def mark(self) -> str:
        return MARKS.get(self.answer, "waiting")

    @property
    def says(self) -> str:
        return Answer(self.answer).label if self.answer else "Has not answered yet"


@dataclass(frozen=True)
class StepLine:
    step: Step
    colour: str
    late: bool

    def for_person_to_do(self, goal: Goal) -> bool:
        return goal.status == Goal.Status.AGREED and self.step.is_undone and self.step.who == Step.Who.PARTICIPANT


@dataclass(frozen=True)
class GoalCard:
    """One goal with all that is shown beside it."""

    goal: Goal
    colour: str
    answers: list[AnswerLine]
    steps: list[StepLine]
    setbacks: list[Setback]
    late: bool
    own_words: bool  # the viewer may change the wording
    in_persons_words: bool
    lines: list[goal_help.Line] = field(default_factory=list)  # money and help
    acts: list[tuple[str, str]] = field(default_factory=list)  # a label and an address
    moved: str = ""  # how the good it serves has moved
    can_move: bool = False  # another goal of the same state stands before it

    @property
    def done(self) -> int:
        return sum(line.step.status == Step.Status.DONE for line in self.steps)

    @property
    def needed(self) -> int:
        return sum(line.step.status != Step.Status.NOT_NEEDED for line in self.steps)

    @property
    def waits_for_person(self) -> bool:
        return self.goal.status == Goal.Status.PROPOSED and not self.goal.participant_said

    @property
    def person_can_drop(self) -> bool:
        return self.goal.is_open and self.in_persons_words and self.goal.requirement_id is None

    @property
    def person_can_change(self) -> bool:
        return self.goal.status in (Goal.Status.AGREED, Goal.Status.PAUSED) or self.own_words or self.person_can_drop

    @property
    def lacks_step(self) -> bool:
        return self.goal.status == Goal.Status.AGREED and self.needed == 0


@dataclass(frozen=True)
class GoodLine:
    number: int
    good: Good
    sentence: str
    rating: GoodRating | None


@dataclass(frozen=True)
class PlanPage:
    plan: LifePlan
    cards: list[GoalCard]
    counts: Counter[str]
    balance: Balance
    goods: list[GoodLine]
    picture: SafeString | None
    rings: list[dict[str, Any]]
    setbacks: list[Setback]
    versions: list[PlanVersion]

    def tabs(self, show: str) -> list[dict[str, Any]]:
        return [
            {"text": text, "href": f"?show={key}#goals", "current": key == show, "count": self.count(statuses)}
            for key, (text, statuses) in TABS.items()
        ]

    def count(self, statuses: list[Any]) -> int:
        return sum(self.counts[status] for status in statuses)

    def of(self, show: str) -> list[GoalCard]:
        """The goals of a tab, those that wait for an answer first."""
        statuses = TABS[show][1]
        return sorted(
            (card for card in self.cards if card.goal.status in statuses), key=lambda c: statuses.index(c.goal.status)
        )

    @property
    def can_be_agreed(self) -> bool:
        agreed = [card for card in self.cards if card.goal.status == Goal.Status.AGREED]
        return bool(agreed) and not any(card.lacks_step for card in agreed)

    @property
    def done_goals(self) -> list[GoalCard]:
        return [card for card in self.cards if card.goal.status == Goal.Status.ACHIEVED]

    def next_for_person(self) -> dict[str, Any]:
        """The one thing for the person to do: answer, then their own next step, then a first goal."""
        waiting = next((card for card in self.cards if card.waits_for_person), None)
        if waiting:
            return {"kind": "answer", "card": waiting}
        lines = [(line, card) for card in self.cards for line in card.steps if line.for_person_to_do(card.goal)]
        if lines:
            line, card = min(lines, key=lambda pair: (pair[0].step.due_on or date.max, pair[0].step.pk))
            return {"kind": "step", "line": line, "card": card}
        return {"kind": "goal" if not any(card.goal.is_open for card in self.cards) else ""}


def build(*, plan: LifePlan, viewer: User, today: date) -> PlanPage:
    setbacks = list(plan.setbacks.select_related("goal", "recorded_by").order_by("-happened_on", "-pk"))
    goals = list(loaded_goals(plan))
    lines, moved = goal_help.lines_of(goals), goal_help.moved(plan)
    first = {goal.status: goal.pk for goal in reversed(goals)}
    ratings = list(plan.ratings.latest_of_each().with_trend())
    return PlanPage(
        plan=plan,
        cards=[
            replace(
                card(goal, viewer=viewer, today=today, setbacks=setbacks),
                can_move=first[goal.status] != goal.pk,
                lines=lines[goal.pk],
                moved=moved.get(goal.good, ""),
            )
            for goal in goals
        ],
        counts=Counter(goal.status for goal in goals),
        balance=weigh(goals),
        goods=good_lines(ratings),
        picture=wheel.draw(ratings) if ratings else None,
        rings=ring_lines(plan),
        setbacks=setbacks,
        versions=list(plan.versions.newest_first().defer("snapshot").select_related("made_by")),
    )


def loaded_goals(plan: LifePlan) -> Any:
    return (
        plan.goals.in_order()
        .select_related("requirement", "proposed_by", "participant_said_by", "practitioner_said_by")
        .prefetch_related(Prefetch("steps", Step.objects.in_order()))
    )


def card(goal: Goal, *, viewer: User, today: date, setbacks: list[Setback]) -> GoalCard:
    return GoalCard(
        goal=goal,
        colour=COLOURS[Goal.Status(goal.status)],
        answers=[answer_line(goal, author) for author in Author],
        steps=[step_line(step, goal, today) for step in goal.steps.all()],
        setbacks=[setback for setback in setbacks if setback.goal_id == goal.pk],
        late=goal.is_late(today),
        own_words=goal.status in (Goal.Status.PROPOSED, Goal.Status.AGREED) and goal.words_can_be_edited_by(viewer),
        in_persons_words=goal.words_of == Author.PARTICIPANT,
    )


def answer_line(goal: Goal, author: Author) -> AnswerLine:
    person, by = goal.plan.participant, getattr(goal, f"{author.lower()}_said_by")
    theirs = author == Author.PARTICIPANT
    return AnswerLine(
        author=author,
        name=person.called if theirs else (by.name if by else "Practitioner"),
        answer=goal.said(author),
        words=getattr(goal, f"{author.lower()}_words"),
        at=getattr(goal, f"{author.lower()}_said_at"),
        noted_by=by.name if theirs and by and by.pk != person.user_id else "",
        waits=theirs and goal.participant_waits_for_id is not None,
    )


def step_line(step: Step, goal: Goal, today: date) -> StepLine:
    late = bool(step.is_undone and step.due_on and step.due_on < today and goal.status == Goal.Status.AGREED)
    return StepLine(step=step, colour=STEP_COLOURS[Step.Status(step.status)], late=late)


def good_lines(ratings: list[GoodRating]) -> list[GoodLine]:
    rated = {rating.good: rating for rating in ratings}
    return [GoodLine(n, good, SENTENCES[good], rated.get(good)) for n, good in enumerate(Good, start=1)]


def ring_lines(plan: LifePlan) -> list[dict[str, Any]]:
    kept = list(plan.strengths.kept().order_by("pk"))
    return [
        {"ring": ring, "label": ring.label, "strengths": [s for s in kept if s.ring == ring]} for ring in Strength.Ring
    ]
