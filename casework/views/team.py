"""The manager's page: who in the team carries what, and which caseloads are about to change hands."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from casework import team as work
from common.rows import Pages
from people.access import unallocated
from people.access.abilities import Can, actor, only
from people.caseload import reallocation
from people.models import RiskBand, User

PAGE = 25


@only(Can.SEE_TEAM)
def team(request: HttpRequest) -> HttpResponse:
    """Counts only: no person is named here, so no look is noted."""
    user, now = actor(request), timezone.now()
    today = timezone.localdate(now)
    members = work.members(user=user, today=today)
    page = Pages(members, PAGE, shown=User.objects.order_by("name", "pk")).get_page(request.GET.get("page"))
    loads = work.loads(user=user, members=page, today=today, now=now)
    context = {
        "page_obj": page,
        "loads": loads,
        "total": work.total(loads),
        "bands": [RiskBand(band).label for band in work.BANDS],
        "teams": [membership.team for membership in user.acting if membership.team],
        "nobodys": unallocated.shown_to(user, today).count(),
        "planned": reallocation.planned_for(user=user, today=today),
    }
    return render(request, "casework/team.html", context)
