"""Lists that someone keeps under a name of their own."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from common.submitting import press
from people.access.abilities import Can, actor, only
from people.caseload import filters
from people.caseload.forms.listing import PeopleFilter, SaveFilterForm
from people.models import SavedFilter


@only(Can.SEE_CASELOAD)
@require_POST
def filter_save(request: HttpRequest) -> HttpResponse:
    """Keep what the list shows now; the list's own answers come along with the name."""
    form, asked = SaveFilterForm(request.POST), PeopleFilter(request.POST).asked
    if not form.is_valid():
        messages.error(request, f"The list is not saved. {form.errors['name'][0]}")
        return redirect("people:participant-list")
    name, people = form.cleaned_data["name"], reverse("people:participant-list")
    return press(
        request,
        lambda: filters.save_filter(user=actor(request), name=name, asked=asked, now=timezone.now()),
        said=f"“{name}” is saved. It is above the list whenever you come back.",
        to=f"{people}?{filters.query_of(asked)}",
    )


@only(Can.SEE_CASELOAD)
@require_POST
def filter_remove(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(SavedFilter, pk=pk, user=actor(request)).delete()
    messages.success(request, "The saved list is removed. Nobody in it has changed.")
    return redirect("people:participant-list")
