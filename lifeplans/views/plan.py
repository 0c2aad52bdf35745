"""The plan of one person, as the practitioner works on it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from common.submitting import back, form_page, press
from lifeplans import goal_help, goal_starters, plan_view, services
from lifeplans.forms import staff as forms
from lifeplans.models import LifePlan, Setback
from lifeplans.views.shared import staff_plan, staff_url, strength_in
from people.access.abilities import Can, actor, get_person, only
from people.record.person_page import person_page

ACT = "lifeplans/staff/act.html"
ASSETS_FIRST = "Look for what is already there before anything is bought."
PART_OF_THE_WAY = "Setbacks are part of the way. This pauses nothing."


@only(Can.WRITE_PLAN)
def plan(request: HttpRequest, ref: UUID) -> HttpResponse:
    """The heart of the file: goals, whose words they are, what good and what risk, and who agrees."""
    person = get_person(request, ref)
    context: dict[str, Any] = {"person": person, "tab": "plan"}
    life_plan = (
        LifePlan.objects.visible_to(actor(request)).select_related("participant").filter(participant=person).first()
    )
    if life_plan is None:
        return person_page(request, "lifeplans/staff/no_plan.html", context)
    show = request.GET.get("show", plan_view.NOW)
    show = show if show in plan_view.TABS else plan_view.NOW
    built = plan_view.build(plan=life_plan, viewer=actor(request), today=timezone.localdate())
    cards = [replace(card, acts=goal_help.acts_of(card.goal, actor(request))) for card in built.of(show)]
    context |= {"page": built, "show": show, "cards": cards, "goal_tabs": built.tabs(show)}
    return person_page(request, "lifeplans/staff/plan.html", context)


@only(Can.WRITE_PLAN)
@require_POST
def plan_start(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Open the plan, and begin with what matters."""
    person = get_person(request, ref, to=Can.WRITE_PLAN)
    started = services.start_plan(participant=person, by=actor(request), today=timezone.localdate())
    return press(request, act=lambda: None, said="The plan is started. Begin with what matters.", to=staff_url(started))


@only(Can.WRITE_PLAN)
@require_POST
def plan_agree(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Keep the plan as it reads now."""
    life_plan, now = staff_plan(request, ref, to=Can.WRITE_PLAN), timezone.now()
    return press(
        request,
        act=lambda: services.agree_plan(plan=life_plan, by=actor(request), today=timezone.localdate(now), now=now),
        said="The plan is kept as a new version. You can print it for them.",
        to=staff_url(life_plan) + "#versions",
    )


@only(Can.WRITE_PLAN)
def plan_words(request: HttpRequest, ref: UUID) -> HttpResponse:
    """The person's story and what they will give back, written down as they say it."""
    life_plan = staff_plan(request, ref, to=Can.WRITE_PLAN)
    typed = {"story": life_plan.story, "gives_back": life_plan.gives_back}
    form = bound(forms.OwnWordsForm, request, life_plan, initial=typed)
    return form_page(
        request, form=form, said="Saved.", to=staff_url(life_plan),
        template=ACT, draw=person_page,
        act=lambda **typed: services.write_own_words(plan=life_plan, by=actor(request), **typed),
        context=act_page(life_plan, "Their own words", "Save", lead="Write it as they say it. They can change it too."),
    )  # fmt: skip


@only(Can.WRITE_PLAN)
def goods_rate(request: HttpRequest, ref: UUID) -> HttpResponse:
    """What matters to the person, and how content they are with it now."""
    life_plan = staff_plan(request, ref, to=Can.WRITE_PLAN)
    form = bound(forms.RateForm, request, life_plan, initial=last_ratings(life_plan))
    return form_page(
        request, form=form, said="What matters is saved.", to=staff_url(life_plan),
        template="lifeplans/staff/goods_rate.html", draw=person_page,
        context=act_page(life_plan, "What matters", "Save"),
        act=lambda **_: services.rate_goods(
            plan=life_plan, ratings=form.ratings, by=actor(request), today=timezone.localdate()
        ),
    )  # fmt: skip


def last_ratings(life_plan: LifePlan) -> dict[str, int]:
    latest = life_plan.ratings.latest_of_each()
    importance = {f"{rating.good}_importance": rating.importance for rating in latest}
    return importance | {f"{rating.good}_satisfaction": rating.satisfaction for rating in latest}


@only(Can.WRITE_PLAN)
def strength_add(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Who or what already helps."""
    life_plan = staff_plan(request, ref, to=Can.WRITE_PLAN)
    form = bound(forms.StrengthForm, request, life_plan)
    return form_page(
        request, form=form, said="Added to their strengths.", to=staff_url(life_plan) + "#strengths",
        template=ACT, draw=person_page,
        context=act_page(life_plan, "Add a strength", "Add", lead=ASSETS_FIRST),
        act=lambda **typed: services.add_strength(
            plan=life_plan, by=actor(request), today=timezone.localdate(), **typed
        ),
    )  # fmt: skip


@only(Can.WRITE_PLAN)
@require_POST
def strength_remove(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    """Take a strength off the list."""
    life_plan = staff_plan(request, ref, to=Can.WRITE_PLAN)
    strength = strength_in(request, life_plan, pk)
    return press(
        request,
        act=lambda: services.remove_strength(strength=strength, by=actor(request), today=timezone.localdate()),
        said="Taken off the list. It stays in the record.",
        to=staff_url(life_plan) + "#strengths",
    )


@only(Can.WRITE_PLAN)
def setback_add(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Something went wrong; nothing that was done is lost."""
    life_plan, today = staff_plan(request, ref, to=Can.WRITE_PLAN), timezone.localdate()
    form = bound(forms.SetbackForm, request, life_plan, initial={"happened_on": today})
    return form_page(
        request, form=form, said="The setback is recorded. What was done stays done.",
        to=staff_url(life_plan) + "#setbacks", template=ACT, draw=person_page,
        context=act_page(life_plan, "Record a setback", "Record it", lead=PART_OF_THE_WAY),
        act=lambda **typed: services.record_setback(plan=life_plan, by=actor(request), today=today, **typed),
    )  # fmt: skip


@only(Can.WRITE_PLAN)
@require_POST
def setback_seen(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    """Whoever works with the person has read what they wrote."""
    life_plan = staff_plan(request, ref, to=Can.WRITE_PLAN)
    setback = get_object_or_404(Setback.objects.visible_to(actor(request)), plan=life_plan, pk=pk)
    return press(
        request,
        act=lambda: services.see_setback(setback=setback, by=actor(request), today=timezone.localdate()),
        said="Marked as read.",
        to=back(request, staff_url(life_plan) + "#setbacks"),
    )


def bound(form: type[forms.PlanForm], request: HttpRequest, life_plan: LifePlan, **kwargs: Any) -> Any:
    """The form for this plan and this day, holding what was typed."""
    return form(request.POST or None, plan=life_plan, today=timezone.localdate(), **kwargs)


def act_page(life_plan: LifePlan, heading: str, button: str, **more: Any) -> dict[str, Any]:
    return {
        "person": life_plan.participant,
        "tab": "plan",
        "plan": life_plan,
        "heading": heading,
        "button": button,
        "goal_starters": goal_starters.by_need() if more.pop("with_goal_starters", False) else None,
        **more,
    }
