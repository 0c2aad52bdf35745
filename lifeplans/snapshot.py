"""How a plan reads now, as plain words that can be kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from common.days import in_words
from lifeplans import goal_help
from lifeplans.models import Author, Goal, LifePlan, Step, Strength

KEPT = [Goal.Status.AGREED, Goal.Status.PAUSED, Goal.Status.ACHIEVED]


def take(plan: LifePlan) -> dict[str, Any]:
    """Return all that the plan says: what both sides agreed, and what they did not."""
    rows = plan.goals.exclude(status=Goal.Status.DROPPED).in_order().prefetch_related("steps")
    goals = list(rows.select_related("requirement", "participant_said_by", "practitioner_said_by"))
    lines, moved = goal_help.lines_of(goals), goal_help.moved(plan)

    def words(goal: Goal) -> dict[str, Any]:
        more = {"help": [line.in_words() for line in lines[goal.pk]], "moved": moved.get(goal.good, "")}
        return goal_words(goal) | more

    return {
        "called": plan.participant.called,
        "story": plan.story,
        "gives_back": plan.gives_back,
        "goods": [rating_words(rating) for rating in plan.ratings.latest_of_each().order_by("-importance", "good")],
        "strengths": strength_words(plan),
        "goals": [words(goal) for goal in goals if goal.status in KEPT],
        "not_agreed": [words(goal) for goal in goals if goal.status == Goal.Status.PROPOSED and goal.is_disputed],
    }


def rating_words(rating: Any) -> dict[str, Any]:
    return {
        "good": rating.get_good_display(),
        "importance": rating.importance,
        "satisfaction": rating.satisfaction,
        "rated_on": day(rating.rated_on),
    }


def strength_words(plan: LifePlan) -> list[dict[str, Any]]:
    kept = list(plan.strengths.kept().order_by("pk"))
    return [
        {
            "ring": ring.label,
            "things": [{"text": s.text, "whose": whose(plan, s.words_of)} for s in kept if s.ring == ring],
        }
        for ring in Strength.Ring
    ]


def goal_words(goal: Goal) -> dict[str, Any]:
    return {
        "title": goal.title,
        "why": goal.why,
        "whose": whose(goal.plan, goal.words_of),
        "good": goal.get_good_display() if goal.good else "",
        "need": goal.get_need_display() if goal.need else "",
        "risk_note": goal.risk_note,
        "requirement": str(goal.requirement) if goal.requirement else "",
        "gives_back": goal.gives_back,
        "state": goal.get_status_display(),
        "target": day(goal.target_date),
        "achieved": day(goal.achieved_on),
        "how_it_helped": goal.how_it_helped,
        "participant": answer_words(goal, Author.PARTICIPANT),
        "practitioner": answer_words(goal, Author.PRACTITIONER),
        "steps": [step_words(step, goal.plan) for step in sorted(goal.steps.all(), key=lambda s: (s.position, s.pk))],
    }


def answer_words(goal: Goal, author: Author) -> dict[str, str]:
    name = author.lower()
    at = getattr(goal, f"{name}_said_at")
    by = getattr(goal, f"{name}_said_by")
    return {
        "answer": getattr(goal, f"get_{name}_said_display")() if goal.said(author) else "",
        "words": getattr(goal, f"{name}_words"),
        "on": day(timezone.localdate(at)) if at else "",
        "by": by.name if by else "",
        "taken_down": "yes" if by and author == Author.PARTICIPANT and by.pk != goal.plan.participant.user_id else "",
    }


def whose(plan: LifePlan, author: str) -> str:
    return f"{plan.participant.called}’s own words" if author == Author.PARTICIPANT else "the practitioner’s words"


def doer(step: Step, plan: LifePlan) -> str:
    """Return who does a step; a person is called by the name they go by."""
    return plan.participant.called if step.who == Step.Who.PARTICIPANT else step.doer


def step_words(step: Step, plan: LifePlan) -> dict[str, str]:
    return {
        "text": step.text,
        "who": doer(step, plan),
        "due": day(step.due_on),
        "state": step.get_status_display(),
        "done": day(step.done_on),
    }


def day(value: date | None) -> str:
    return in_words(value) if value else ""
