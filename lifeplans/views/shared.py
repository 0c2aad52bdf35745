"""What the pages of this floor share: fetching within one person's plan, and where its pages are."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from lifeplans.models import Goal, LifePlan, PlanVersion, Step, Strength
from lifeplans.plan_view import TABS
from people.access.abilities import Can, actor, get_person, own_record
from people.models import Participant


def staff_plan(request: HttpRequest, ref: UUID, *, to: Can | None = None) -> LifePlan:
    """The plan of a person the practitioner may see, to read or to write; the look is recorded."""
    return plan_of(request, get_person(request, ref, to=to))


def my_plan_or_404(request: HttpRequest) -> LifePlan:
    return plan_of(request, own_record(request))


def plan_of(request: HttpRequest, person: Participant) -> LifePlan:
    plans = LifePlan.objects.visible_to(actor(request)).select_related("participant")
    plan: LifePlan = get_object_or_404(plans, participant=person)
    return plan


def goal_in(request: HttpRequest, plan: LifePlan, pk: int) -> Goal:
    goals = Goal.objects.visible_to(actor(request)).in_plan_of(plan.participant_id)
    goal: Goal = get_object_or_404(goals.select_related("plan__participant"), pk=pk)
    return goal


def step_in(request: HttpRequest, plan: LifePlan, pk: int) -> Step:
    steps = Step.objects.visible_to(actor(request)).in_plan_of(plan.participant_id)
    step: Step = get_object_or_404(steps.select_related("goal__plan__participant"), pk=pk)
    return step


def strength_in(request: HttpRequest, plan: LifePlan, pk: int) -> Strength:
    strengths = Strength.objects.visible_to(actor(request)).in_plan_of(plan.participant_id)
    strength: Strength = get_object_or_404(strengths, pk=pk)
    return strength


def version_in(request: HttpRequest, plan: LifePlan, number: int) -> PlanVersion:
    versions = PlanVersion.objects.visible_to(actor(request)).select_related("made_by")
    version: PlanVersion = get_object_or_404(versions, plan=plan, number=number)
    return version


def staff_url(plan: LifePlan, goal: Goal | None = None) -> str:
    """The plan page, at the goal that was acted on and in a list that still shows it."""
    page = reverse("lifeplans:plan", args=[plan.participant.ref])
    if goal is None:
        return page
    show = "" if goal.is_open else f"?show={tab_of(goal)}"
    return f"{page}{show}#goal-{goal.pk}"


def tab_of(goal: Goal) -> str:
    return next(key for key, (_, statuses) in TABS.items() if goal.status in statuses)


def goal_url(goal: Goal) -> str:
    return reverse("lifeplans:my-goal", args=[goal.pk])
