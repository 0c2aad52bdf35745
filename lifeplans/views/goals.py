"""Goals, as the practitioner works on them with the person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from common import places
from common.submitting import form_page, press
from lifeplans import services
from lifeplans.forms import staff as forms
from lifeplans.models import Author, Goal, LifePlan
from lifeplans.views.plan import ACT, act_page, bound
from lifeplans.views.shared import goal_in, staff_plan, staff_url
from people.access.abilities import Can, actor, only
from people.record.person_page import person_page

ASKED_AGAIN = "New words need a new yes from the other side."
NOT_ERASED = "A setback pauses a goal. It erases nothing."


def found(request: HttpRequest, ref: UUID, pk: int) -> tuple[LifePlan, Goal]:
    life_plan = staff_plan(request, ref, to=Can.WRITE_PLAN)
    return life_plan, goal_in(request, life_plan, pk)


@only(Can.WRITE_PLAN)
def goal_propose(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Put a goal into the plan, in the person's words or one's own."""
    life_plan, now = staff_plan(request, ref, to=Can.WRITE_PLAN), timezone.now()
    form = bound(forms.ProposeForm, request, life_plan)
    return form_page(
        request, form=form, said="The goal is in the plan. The other side is asked what they think.",
        to=lambda goal: staff_url(life_plan, goal), template=ACT, draw=person_page,
        context=act_page(life_plan, "Add a goal", "Add this goal", with_goal_starters=True),
        act=lambda **typed: services.propose_goal(
            plan=life_plan, by=actor(request), today=timezone.localdate(now), now=now, **typed
        ),
    )  # fmt: skip


@only(Can.WRITE_PLAN)
def goal_change_words(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    """Change the wording, where the words are one's own."""
    (life_plan, goal), now = found(request, ref, pk), timezone.now()
    form = bound(forms.GoalWordsForm, request, life_plan, initial={"title": goal.title, "why": goal.why})
    return form_page(
        request, form=form, said="The words are changed. The other side is asked again.",
        to=lambda goal: staff_url(life_plan, goal), template=ACT, draw=person_page,
        context=act_page(life_plan, "Change the words", "Save", goal=goal, lead=ASKED_AGAIN),
        act=lambda **typed: services.edit_goal_words(
            goal=goal, by=actor(request), today=timezone.localdate(now), now=now, **typed
        ),
    )  # fmt: skip


@only(Can.WRITE_PLAN)
def goal_links(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    """The good a goal brings, the need and risk it touches, what the court asked, by when."""
    (life_plan, goal), now = found(request, ref, pk), timezone.now()
    names = ["good", "need", "risk_note", "requirement", "gives_back", "target_date"]
    form = bound(forms.LinksForm, request, life_plan, initial={name: getattr(goal, name) for name in names})
    return form_page(
        request, form=form, said="Saved.", to=lambda goal: staff_url(life_plan, goal),
        template=ACT, draw=person_page,
        context=act_page(life_plan, "Good, risk and date", "Save", goal=goal),
        act=lambda **typed: services.link_goal(
            goal=goal, by=actor(request), today=timezone.localdate(now), now=now, **typed
        ),
    )  # fmt: skip


@only(Can.WRITE_PLAN)
def goal_say(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    """Answer for oneself, or write down the answer the person gave face to face."""
    (life_plan, goal), now = found(request, ref, pk), timezone.now()
    initial = {"author": request.GET.get("author", Author.PRACTITIONER)}
    form = bound(forms.SayForm, request, life_plan, initial=initial)
    return form_page(
        request, form=form, said="The answer is recorded.", to=lambda goal: staff_url(life_plan, goal),
        template=ACT, draw=person_page,
        context=act_page(life_plan, "Record an answer to this goal", "Record the answer", goal=goal),
        act=lambda **typed: services.say(
            goal=goal, by=actor(request), today=timezone.localdate(now), now=now, **typed
        ),
    )  # fmt: skip


@only(Can.WRITE_PLAN)
@require_POST
def goal_agree(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    """Say yes in one press, with the need it touches; from the home page, go back there."""
    (life_plan, goal), now = found(request, ref, pk), timezone.now()
    form: Any = bound(forms.AgreeForm, request, life_plan)
    if not form.is_valid():
        messages.error(request, "Choose the need from the list.")
        return redirect("lifeplans:goal-say", ref, pk)
    return press(
        request,
        act=lambda: services.agree_goal(
            goal=goal, by=actor(request), today=timezone.localdate(now), now=now, **form.cleaned_data
        ),
        said="You agreed to the goal.",
        to=places.url_of("home") if request.POST.get("from") == "home" else staff_url(life_plan, goal),
    )


@only(Can.WRITE_PLAN)
def goal_pause(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    """Stop for now after a setback."""
    (life_plan, goal), today = found(request, ref, pk), timezone.localdate()
    form = bound(forms.HappenedForm, request, life_plan, initial={"happened_on": today})
    return form_page(
        request, form=form, said="The goal is paused. What was done stays done.",
        to=lambda goal: staff_url(life_plan, goal), template=ACT, draw=person_page,
        context=act_page(life_plan, "Pause this goal", "Pause it", goal=goal, lead=NOT_ERASED),
        act=lambda **typed: services.pause_goal(goal=goal, by=actor(request), today=today, **typed),
    )  # fmt: skip


@only(Can.WRITE_PLAN)
@require_POST
def goal_resume(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    """Take it up again."""
    life_plan, goal = found(request, ref, pk)
    return press(
        request,
        act=lambda: services.resume_goal(goal=goal, by=actor(request), today=timezone.localdate()),
        said="The goal is being worked on again.",
        to=staff_url(life_plan, goal),
    )


@only(Can.WRITE_PLAN)
def goal_achieve(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    """The person did it."""
    life_plan, goal = found(request, ref, pk)
    form = bound(forms.AchieveForm, request, life_plan)
    return form_page(
        request, form=form, said=f"Achieved. Well done, {life_plan.participant.called}.",
        to=lambda goal: staff_url(life_plan, goal), template=ACT, draw=person_page,
        context=act_page(life_plan, "Goal achieved", "Mark as achieved", goal=goal),
        act=lambda **typed: services.achieve_goal(
            goal=goal, by=actor(request), today=timezone.localdate(), **typed
        ),
    )  # fmt: skip


@only(Can.WRITE_PLAN)
def goal_drop(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    """Let the goal go, with the reason."""
    life_plan, goal = found(request, ref, pk)
    form = bound(forms.DropForm, request, life_plan)
    return form_page(
        request, form=form, said="The goal is dropped. It stays in the record.",
        to=lambda goal: staff_url(life_plan, goal), template=ACT, draw=person_page,
        context=act_page(life_plan, "Drop this goal", "Drop it", goal=goal, variant="warning"),
        act=lambda **typed: services.drop_goal(goal=goal, by=actor(request), today=timezone.localdate(), **typed),
    )  # fmt: skip


@only(Can.WRITE_PLAN)
@require_POST
def goal_up(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    """Put it before the one above."""
    life_plan, goal = found(request, ref, pk)
    return press(
        request,
        act=lambda: services.move_goal_up(goal=goal, by=actor(request)),
        said="Moved up.",
        to=staff_url(life_plan, goal),
    )
