"""Steps, as the practitioner works on them."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from common.submitting import form_page, press
from lifeplans import services
from lifeplans.forms import staff as forms
from lifeplans.models import Step
from lifeplans.views.plan import ACT, act_page, bound
from lifeplans.views.shared import goal_in, staff_plan, staff_url, step_in
from people.access.abilities import Can, actor, only
from people.record.person_page import person_page


@only(Can.WRITE_PLAN)
def step_add(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    """What, who, by when."""
    life_plan = staff_plan(request, ref, to=Can.WRITE_PLAN)
    goal = goal_in(request, life_plan, pk)
    form = bound(forms.AddStepForm, request, life_plan)
    return form_page(
        request, form=form, said="The step is added.", to=staff_url(life_plan, goal),
        template=ACT, draw=person_page,
        context=act_page(life_plan, "Add a step", "Add this step", goal=goal),
        act=lambda **typed: services.add_step(goal=goal, by=actor(request), today=timezone.localdate(), **typed),
    )  # fmt: skip


@only(Can.WRITE_PLAN)
def step_edit(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    """Change a step's words, who does it, or when."""
    life_plan = staff_plan(request, ref, to=Can.WRITE_PLAN)
    step = step_in(request, life_plan, pk)
    initial = {name: getattr(step, name) for name in ("text", "who", "who_name", "due_on")}
    form = bound(forms.StepForm, request, life_plan, initial=initial)
    return form_page(
        request, form=form, said="The step is changed.", to=staff_url(life_plan, step.goal),
        template=ACT, draw=person_page,
        context=act_page(life_plan, "Change a step", "Save", goal=step.goal),
        act=lambda **typed: services.edit_step(step=step, by=actor(request), **typed),
    )  # fmt: skip


@only(Can.WRITE_PLAN)
@require_POST
def step_set(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    """Say how a step is going."""
    life_plan = staff_plan(request, ref, to=Can.WRITE_PLAN)
    step = step_in(request, life_plan, pk)
    status = request.POST.get("status", "")
    if status not in Step.Status.values:
        raise Http404
    return press(
        request,
        act=lambda: services.set_step(step=step, status=status, by=actor(request), today=timezone.localdate()),
        said=f"The step is marked: {Step.Status(status).label.lower()}.",
        to=staff_url(life_plan, step.goal),
    )
