"""The person's own plan, on a phone: their story, what matters, what helps, what they give."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from common.submitting import form_page, press
from lifeplans import plan_view, services, wheel
from lifeplans.forms import portal as forms
from lifeplans.goods import SENTENCES, Good
from lifeplans.models import GoodRating, LifePlan
from lifeplans.views.shared import my_plan_or_404, strength_in
from people.access.abilities import Can, actor, only, own_record

ACT = "lifeplans/portal/act.html"


@only(Can.USE_PORTAL)
def my_plan(request: HttpRequest) -> HttpResponse:
    """My goals in my words, and the one thing to do next."""
    person = own_record(request)
    plans = LifePlan.objects.visible_to(actor(request)).select_related("participant")
    plan = plans.filter(participant=person).first()
    if plan is None:
        return render(request, "lifeplans/portal/no_plan.html", {"person": person})
    built = plan_view.build(plan=plan, viewer=actor(request), today=timezone.localdate())
    context = {
        "person": person,
        "plan": plan,
        "page": built,
        "cards": built.of(plan_view.NOW),
        "next": built.next_for_person(),
    }
    return render(request, "lifeplans/portal/my_plan.html", context)


@only(Can.USE_PORTAL)
@require_POST
def my_plan_start(request: HttpRequest) -> HttpResponse:
    """Start my plan myself."""
    person = own_record(request)
    services.start_plan(participant=person, by=actor(request), today=timezone.localdate())
    return redirect("lifeplans:my-plan")


@only(Can.USE_PORTAL)
def my_story(request: HttpRequest) -> HttpResponse:
    """My story so far."""
    plan = my_plan_or_404(request)
    form = forms.MyStoryForm(request.POST or None, initial={"story": plan.story})
    return form_page(
        request, form=form, said="Your story is saved.", to=home(), template=ACT, context=act_page("My story", "Save"),
        act=lambda **typed: services.write_own_words(plan=plan, by=actor(request), **typed),
    )  # fmt: skip


@only(Can.USE_PORTAL)
def my_giving(request: HttpRequest) -> HttpResponse:
    """What I will give back."""
    plan = my_plan_or_404(request)
    form = forms.MyGivingForm(request.POST or None, initial={"gives_back": plan.gives_back})
    return form_page(
        request, form=form, said="Saved.", to=home(), template=ACT, context=act_page("What I will give back", "Save"),
        act=lambda **typed: services.write_own_words(plan=plan, by=actor(request), **typed),
    )  # fmt: skip


@only(Can.USE_PORTAL)
def my_goods(request: HttpRequest) -> HttpResponse:
    """What matters to me."""
    plan = my_plan_or_404(request)
    ratings = list(plan.ratings.latest_of_each().with_trend())
    lines = [(line, forms.shown(line.rating)) for line in plan_view.good_lines(ratings)]
    return render(
        request, "lifeplans/portal/my_goods.html", {"lines": lines, "picture": wheel.draw(ratings) if ratings else None}
    )


@only(Can.USE_PORTAL)
def my_good(request: HttpRequest, name: str) -> HttpResponse:
    """One good, two questions; saved at once, then the next that was not answered today."""
    if name not in Good.values:
        raise Http404
    good, plan, today = Good(name), my_plan_or_404(request), timezone.localdate()
    last = plan.ratings.latest_of_each().filter(good=good).first()
    form = forms.MyRatingForm(request.POST or None, initial=forms.last_answers(last))
    done = plan.ratings.filter(rated_on=today).exclude(good=good).count()
    context = {"good": good, "sentence": SENTENCES[good], "done": done, "total": len(Good)}
    return form_page(
        request, form=form, said="Saved.", to=lambda _: after(plan, good), context=context,
        template="lifeplans/portal/my_good.html",
        act=lambda **_: services.rate_goods(
            plan=plan, by=actor(request), today=today,
            ratings={good: (form.cleaned_data["importance"], form.cleaned_data["satisfaction"])},
        ),
    )  # fmt: skip


def after(plan: LifePlan, good: Good) -> str:
    """The next good that was not rated today, else the whole list."""
    today = timezone.localdate()
    rated = set(GoodRating.objects.filter(plan=plan, rated_on=today).values_list("good", flat=True))
    order = list(Good)
    following = [g for g in order[order.index(good) + 1 :] if g not in rated]
    return reverse("lifeplans:my-good", args=[following[0]]) if following else reverse("lifeplans:my-goods")


@only(Can.USE_PORTAL)
def my_strengths(request: HttpRequest) -> HttpResponse:
    """Who and what helps me, in four rings, with a form to add more."""
    plan = my_plan_or_404(request)
    form = forms.MyStrengthForm(request.POST or None)
    context: dict[str, Any] = {"rings": plan_view.ring_lines(plan), "viewer_id": actor(request).pk}
    return form_page(
        request, form=form, said="Added.", to=reverse("lifeplans:my-strengths"), context=context,
        template="lifeplans/portal/my_strengths.html",
        act=lambda **typed: services.add_strength(
            plan=plan, by=actor(request), today=timezone.localdate(), **typed
        ),
    )  # fmt: skip


@only(Can.USE_PORTAL)
@require_POST
def my_strength_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it off my list."""
    plan = my_plan_or_404(request)
    strength = strength_in(request, plan, pk)
    return press(
        request,
        act=lambda: services.remove_strength(strength=strength, by=actor(request), today=timezone.localdate()),
        said="Taken off your list.",
        to=reverse("lifeplans:my-strengths"),
    )


def home() -> str:
    return reverse("lifeplans:my-plan")


def act_page(heading: str, button: str, **more: Any) -> dict[str, Any]:
    return {"heading": heading, "button": button, **more}
