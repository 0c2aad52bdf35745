"""Teams, as an administrator keeps them."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from common.submitting import done
from people.access.abilities import Can, actor, only
from people.administration import accounts
from people.administration.forms import TeamForm
from people.caseload import reallocation
from people.models import Membership, Team, Transfer

PAGE = 25


@only(Can.MANAGE_ACCOUNTS)
def team_list(request: HttpRequest) -> HttpResponse:
    there = Membership.objects.current(timezone.localdate()).filter(team=OuterRef("pk"), user__is_active=True)
    counted = there.order_by().values("team").annotate(count=Count("user", distinct=True)).values("count")
    teams = Team.objects.annotate(people=Coalesce(Subquery(counted), 0)).select_related("delivery_unit", "prison")
    page = Paginator(teams.order_by("name"), PAGE).get_page(request.GET.get("page"))
    return render(request, "people/team_list.html", {"page_obj": page})


@only(Can.MANAGE_ACCOUNTS)
def team_detail(request: HttpRequest, pk: int) -> HttpResponse:
    team = get_object_or_404(Team.objects.select_related("delivery_unit", "prison"), pk=pk)
    today = timezone.localdate()
    there = Membership.objects.filter(team=team).select_related("user")
    page = Paginator(there.current(today).order_by("user__name", "pk"), PAGE).get_page(request.GET.get("page"))
    planned = reallocation.planned_for(user=actor(request), today=today)
    context = {
        "team": team,
        "page_obj": page,
        "later": there.filter(starts_on__gt=today).order_by("starts_on", "pk"),
        "planned": planned & Transfer.objects.touching_teams([team.pk], today),
    }
    return render(request, "people/team_detail.html", context)


@only(Can.MANAGE_ACCOUNTS)
def team_new(request: HttpRequest) -> HttpResponse:
    form = TeamForm(request.POST or None)
    if request.method == "POST" and done(form, lambda **given: accounts.create_team(by=actor(request), **given)):
        messages.success(request, "The team is there. Now give people a role in it.")
        return redirect("people:team-list")
    return render(request, "people/team_new.html", {"form": form})
