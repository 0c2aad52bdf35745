"""The person's own goals: add, say what I think, change my words, tick my steps, stop for now, done."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from common.submitting import form_page, press
from lifeplans import goal_help, plan_view, services
from lifeplans.forms import portal as forms
from lifeplans.models import Author, Goal, LifePlan, Step
from lifeplans.views.my_plan import ACT, act_page, home
from lifeplans.views.shared import goal_in, goal_url, my_plan_or_404, step_in
from people.access import sign_in_changes
from people.access.abilities import Can, actor, only


def mine(request: HttpRequest, pk: int) -> tuple[LifePlan, Goal]:
    plan = my_plan_or_404(request)
    return plan, goal_in(request, plan, pk)


@only(Can.USE_PORTAL)
def my_goal(request: HttpRequest, pk: int) -> HttpResponse:
    """One goal: whose words, who agrees, what is next."""
    plan, goal = mine(request, pk)
    loaded = plan_view.loaded_goals(plan).get(pk=goal.pk)
    setbacks = list(plan.setbacks.filter(goal=goal).select_related("recorded_by").order_by("-happened_on", "-pk"))
    card = plan_view.card(loaded, viewer=actor(request), today=timezone.localdate(), setbacks=setbacks)
    card = replace(card, lines=goal_help.lines_of([loaded])[goal.pk], moved=goal_help.moved(plan).get(goal.good, ""))
    acts = goal_help.own_acts_of(loaded)
    waits = goal.status == Goal.Status.PROPOSED and not goal.said(Author.PARTICIPANT)
    context = {"card": card, "goal": loaded, "waits": waits, "acts": acts}
    if goal.participant_waits_for_id:
        context["waits_for_team"] = sign_in_changes.who_confirms(plan.participant)
    return render(request, "lifeplans/portal/my_goal.html", context)


@only(Can.USE_PORTAL)
def my_goal_add(request: HttpRequest) -> HttpResponse:
    """Something I want."""
    plan, now = my_plan_or_404(request), timezone.now()
    form = forms.MyGoalForm(request.POST or None)
    said = "Your goal is in your plan. Your practitioner will say what they think."
    return form_page(
        request, form=form, said=sign_in_changes.said(actor(request), plan.participant, said), to=goal_url,
        template=ACT, context=act_page("Something I want", "Add my goal"),
        act=lambda **_: services.propose_goal(
            plan=plan, by=actor(request), today=timezone.localdate(now), now=now, **form.goal(timezone.localdate(now))
        ),
    )  # fmt: skip


@only(Can.USE_PORTAL)
def my_goal_words(request: HttpRequest, pk: int) -> HttpResponse:
    """Change my own words."""
    (_, goal), now = mine(request, pk), timezone.now()
    form = forms.MyWordsForm(request.POST or None, initial={"title": goal.title, "why": goal.why})
    lead = "When you change the words, your practitioner is asked again if they agree."
    return form_page(
        request, form=form, to=goal_url, template=ACT,
        said=sign_in_changes.said(actor(request), goal.plan.participant, "Your words are changed."),
        context=act_page("Change my words", "Save my words", goal=goal, lead=lead),
        act=lambda **typed: services.edit_goal_words(
            goal=goal, by=actor(request), today=timezone.localdate(now), now=now, **typed
        ),
    )  # fmt: skip


@only(Can.USE_PORTAL)
def my_goal_say(request: HttpRequest, pk: int) -> HttpResponse:
    """Yes, no, or not sure: in my words."""
    (_, goal), now = mine(request, pk), timezone.now()
    form = forms.MyAnswerForm(request.POST or None)
    return form_page(
        request, form=form, to=goal_url, template=ACT,
        said=sign_in_changes.said(actor(request), goal.plan.participant, "Thank you. Your answer is saved."),
        context=act_page("What do I think?", "Send my answer", goal=goal),
        act=lambda **typed: services.say(
            goal=goal, by=actor(request), today=timezone.localdate(now), now=now, **typed
        ),
    )  # fmt: skip


@only(Can.USE_PORTAL)
def my_goal_achieve(request: HttpRequest, pk: int) -> HttpResponse:
    """I did it."""
    _, goal = mine(request, pk)
    form = forms.MyAchieveForm(request.POST or None)
    return form_page(
        request, form=form, said="You did it. Well done.", to=goal_url, template=ACT,
        context=act_page("I did it", "I did it", goal=goal),
        act=lambda **typed: services.achieve_goal(
            goal=goal, by=actor(request), today=timezone.localdate(), **typed
        ),
    )  # fmt: skip


@only(Can.USE_PORTAL)
def my_goal_pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Something went wrong: stop for now."""
    (_, goal), today = mine(request, pk), timezone.localdate()
    form = forms.MyPauseForm(request.POST or None)
    lead = "That is OK. It happens to most people. What you have done still counts."
    return form_page(
        request, form=form, said="This goal is paused. You can start again when you are ready.", to=goal_url,
        template=ACT, context=act_page("Stop for now", "Stop for now", goal=goal, lead=lead),
        act=lambda **typed: services.pause_goal(
            goal=goal, by=actor(request), today=today, happened_on=today, **typed
        ),
    )  # fmt: skip


@only(Can.USE_PORTAL)
@require_POST
def my_goal_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Start again."""
    _, goal = mine(request, pk)
    return press(
        request,
        act=lambda: services.resume_goal(goal=goal, by=actor(request), today=timezone.localdate()),
        said="Good. You are working on this goal again.",
        to=goal_url(goal),
    )


@only(Can.USE_PORTAL)
def my_goal_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """I do not want this any more."""
    _, goal = mine(request, pk)
    form = forms.MyDropForm(request.POST or None)
    return form_page(
        request, form=form, said="This goal is put away.", to=home(), template=ACT,
        context=act_page("I do not want this now", "Put this goal away", goal=goal),
        act=lambda **typed: services.drop_goal(goal=goal, by=actor(request), today=timezone.localdate(), **typed),
    )  # fmt: skip


@only(Can.USE_PORTAL)
def my_step_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Something I will do."""
    _, goal = mine(request, pk)
    form = forms.MyStepForm(request.POST or None)
    step: dict[str, Any] = {"goal": goal, "by": actor(request), "who": Step.Who.PARTICIPANT}
    return form_page(
        request, form=form, said="Your step is added.", to=goal_url(goal), template=ACT,
        context=act_page("A step I will take", "Add my step", goal=goal),
        act=lambda **typed: services.add_step(**step, today=timezone.localdate(), **typed),
    )  # fmt: skip


@only(Can.USE_PORTAL)
@require_POST
def my_step_set(request: HttpRequest, pk: int) -> HttpResponse:
    """I did this step, or I did not after all."""
    plan = my_plan_or_404(request)
    step = step_in(request, plan, pk)
    done = request.POST.get("done") == "yes"
    status = Step.Status.DONE if done else Step.Status.TO_DO
    return press(
        request,
        act=lambda: services.set_step(step=step, status=status, by=actor(request), today=timezone.localdate()),
        said="Well done. That step is done." if done else "That step is back on your list.",
        to=home() if request.POST.get("from") == "plan" else goal_url(step.goal),
    )
