"""Demo only: a page of roles to enter as."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from common.postgres.actor import as_service
from people.models import User
from people.sign_in.second_factor import ENTERED
from sampledata.demo.ways_in import ways_in


@login_not_required
@as_service()
def enter(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demo's people, without a password. There is no such page with real people."""
    if not settings.DEMO:
        raise Http404
    if request.method == "POST":
        way = next((w for w in ways_in() if w.email == request.POST.get("as")), None)
        if way is None:
            raise Http404
        user = get_object_or_404(User, email=way.email)
        logout(request)
        login(request, user, backend="people.sign_in.backends.AccountBackend")
        request.session[ENTERED] = True  # one press, no second factor: see `people.sign_in.second_factor.must_set_up`
        UserSession.objects.create_from_request(request)
        return redirect("home")
    return render(request, "sampledata/enter.html", {"ways": ways_in()})
