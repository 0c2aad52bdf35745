"""The plan to read and to print: as agreed on a day, or as it stands now. For both authors."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from lifeplans import snapshot
from lifeplans.models import LifePlan, PlanVersion
from lifeplans.views.shared import my_plan_or_404, staff_plan, staff_url, version_in
from people.access.abilities import Can, only
from people.record.person_page import person_page


@only(Can.WRITE_PLAN)
def version_detail(request: HttpRequest, ref: UUID, number: int) -> HttpResponse:
    """The agreed plan as it read then."""
    plan = staff_plan(request, ref)
    version = version_in(request, plan, number)
    context = {"person": plan.participant, "tab": "plan", "version": version, "read": version.snapshot}
    return person_page(request, "lifeplans/staff/version.html", context)


@only(Can.WRITE_PLAN)
def version_print(request: HttpRequest, ref: UUID, number: int) -> HttpResponse:
    """The same on paper."""
    plan = staff_plan(request, ref)
    version = version_in(request, plan, number)
    return printed_plan(request, plan, version=version, back=staff_url(plan))


@only(Can.WRITE_PLAN)
def plan_print(request: HttpRequest, ref: UUID) -> HttpResponse:
    """The plan as it stands today, on paper."""
    plan = staff_plan(request, ref)
    return printed_plan(request, plan, version=None, back=staff_url(plan))


@only(Can.USE_PORTAL)
def my_version(request: HttpRequest, number: int) -> HttpResponse:
    """The person's own agreed plan."""
    plan = my_plan_or_404(request)
    return printed_plan(request, plan, version=version_in(request, plan, number), back=reverse("lifeplans:my-plan"))


@only(Can.USE_PORTAL)
def my_plan_print(request: HttpRequest) -> HttpResponse:
    """The person's own plan as it stands today."""
    return printed_plan(request, my_plan_or_404(request), version=None, back=reverse("lifeplans:my-plan"))


def printed_plan(request: HttpRequest, plan: LifePlan, *, version: PlanVersion | None, back: str) -> HttpResponse:
    context: dict[str, Any] = {
        "person": plan.participant,
        "version": version,
        "read": version.snapshot if version else snapshot.take(plan),
        "today": timezone.localdate(),
        "back": back,
    }
    return render(request, "lifeplans/printed_plan.html", context)
