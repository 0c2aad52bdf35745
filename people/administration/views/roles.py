"""The page on which an account with several roles chooses one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from common import places
from people.access.abilities import actor
from people.administration import roles


def role_switch(request: HttpRequest) -> HttpResponse:
    """Choose one of the roles held today."""
    memberships = actor(request).current_memberships
    if request.method == "POST":
        chosen = next((m for m in memberships if str(m.pk) == request.POST.get("role")), None)
        if chosen is not None:
            roles.choose(request, chosen)
            messages.success(request, f"You act as {chosen.in_words} now.")
            return redirect(places.url_of("home"))
        messages.error(request, "You do not hold that role today. Choose one of those listed.")
    return render(request, "people/role_switch.html", {"roles": memberships, "acting_now": actor(request).acting})
