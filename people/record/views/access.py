"""Who can see a record and why; keeping people out of it; opening one in an emergency."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from common import places
from common.submitting import done
from people.access import access_log, restrictions
from people.access.abilities import Can, actor, get_person, only
from people.models import AccessGrant, Exclusion, Participant, Restriction
from people.record.forms.restrictions import EmergencyForm, ExclusionForm, ListForm, RestrictionForm
from people.record.person_page import person_page


@only(Can.SEE_CASELOAD)
def person_access(request: HttpRequest, ref: UUID) -> HttpResponse:
    person = get_person(request, ref)
    access_grants = AccessGrant.objects.current().filter(participant=person)
    exclusions = Exclusion.objects.current().filter(participant=person)
    context = {
        "access_grants": access_grants.select_related("user", "team").order_by("why", "pk"),
        "exclusions": exclusions.select_related("user", "set_by").order_by("pk"),
        "restriction": _restriction(person),
    }
    return person_page(request, "people/person_access.html", {"person": person, "tab": "details", **context})


def _restriction(person: Participant) -> Restriction | None:
    restricted = Restriction.objects.current().filter(participant=person)
    return restricted.select_related("set_by").prefetch_related("list__user").first()


@only(Can.LIMIT_ACCESS)
def exclusion_new(request: HttpRequest, ref: UUID) -> HttpResponse:
    person, now = get_person(request, ref), timezone.now()
    form = ExclusionForm(request.POST or None, today=timezone.localdate(now))
    if request.method == "POST" and done(
        form, lambda **new: restrictions.exclude(participant=person, by=actor(request), now=now, **new)
    ):
        messages.success(request, f"{form.cleaned_data['user'].name} cannot see this record from now on.")
        return redirect("people:person-access", person.ref)
    return person_page(request, "people/exclusion_new.html", {"person": person, "tab": "details", "form": form})


@only(Can.LIMIT_ACCESS)
def restriction_new(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Restrict a record to a list of users, or change the list of one that is restricted."""
    person, now = get_person(request, ref), timezone.now()
    restriction, today, by = _restriction(person), timezone.localdate(now), actor(request)
    listed = [row.user_id for row in restriction.list.all()] if restriction else []
    kind = ListForm if restriction else RestrictionForm
    form = kind(request.POST or None, today=today, person=person, initial={"users": listed} if restriction else None)

    def act(**new: object) -> None:
        if restriction:
            restrictions.change_list(restriction=restriction, by=by, **new)  # type: ignore[arg-type]
        else:
            restrictions.restrict(participant=person, by=by, now=now, **new)  # type: ignore[arg-type]

    if request.method == "POST" and done(form, act):
        messages.success(request, "Only those on the list can see this record now.")
        return redirect("people:person-access", person.ref)
    context = {"person": person, "tab": "details", "form": form, "restriction": restriction}
    return person_page(request, "people/restriction_new.html", context)


@only(Can.LIMIT_ACCESS)
@require_POST
def exclusion_lift(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    person, now = get_person(request, ref), timezone.now()
    limit = get_object_or_404(Exclusion.objects.current().filter(participant=person), pk=pk)
    restrictions.lift(limit=limit, now=now, by=actor(request))
    messages.success(request, "They are no longer kept out.")
    return redirect("people:person-access", person.ref)


@only(Can.LIMIT_ACCESS)
@require_POST
def restriction_lift(request: HttpRequest, ref: UUID) -> HttpResponse:
    person, now = get_person(request, ref), timezone.now()
    limit = get_object_or_404(Restriction.objects.current().filter(participant=person))
    restrictions.lift(limit=limit, now=now, by=actor(request))
    messages.success(request, "The record is no longer restricted.")
    return redirect("people:person-access", person.ref)


@only(Can.OPEN_IN_EMERGENCY)
def emergency(request: HttpRequest) -> HttpResponse:
    """Open another team's record for two hours, with a reason."""
    form = EmergencyForm(request.POST or None)
    opened: list[Participant] = []

    def act(crn: str, reason: str) -> None:
        restrictions.count_try(actor(request))
        try:
            opened.append(restrictions.open_in_emergency(crn=crn, reason=reason, by=actor(request), now=timezone.now()))
        except restrictions.NotOpened as refusal:
            access_log.kept_from(request, [refusal.person.pk])
            raise

    if request.method == "POST" and done(form, act):
        access_log.opened(request, opened[0])
        messages.success(request, "You can see this record for two hours. Whoever leads the case has been told.")
        return redirect(places.url_of("person", opened[0].ref))
    return render(request, "people/emergency.html", {"form": form})
