"""Who can see a record and why; keeping people out of it; opening one in an emergency."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from common import places
from common.postgres.actor import SYSTEM, acting_as
from common.submitting import done, press
from people.access import access_log, emergency, restrictions
from people.access.abilities import Can, actor, get_person, only
from people.models import AccessGrant, Exclusion, Participant, Restriction
from people.record.forms.restrictions import EmergencyForm, ExclusionForm, ListForm, RestrictionForm
from people.record.person_page import person_page

A_PAGE = 100


@only(Can.SEE_CASELOAD)
def person_access(request: HttpRequest, ref: UUID) -> HttpResponse:
    person = get_person(request, ref)
    access_grants = AccessGrant.objects.current().filter(participant=person)
    exclusions = Exclusion.objects.current().filter(participant=person)
    opened = AccessGrant.objects.filter(participant=person, why=AccessGrant.Why.BREAK_GLASS)
    context = {
        "emergencies": opened.select_related("user", "marked_seen_by").order_by("-starts_at", "-pk")[:A_PAGE],
        "access_grants": access_grants.select_related("user", "team").order_by("why", "pk"),
        "exclusions": exclusions.select_related("user", "set_by").order_by("pk"),
        "restriction": _restriction(person),
    }
    return person_page(request, "people/person_access.html", {"person": person, "tab": "workers", **context})


def _restriction(person: Participant) -> Restriction | None:
    restricted = Restriction.objects.current().filter(participant=person)
    return restricted.select_related("set_by").prefetch_related("list__user").first()


@only(Can.LIMIT_ACCESS)
def exclusion_new(request: HttpRequest, ref: UUID) -> HttpResponse:
    person, now = get_person(request, ref, to=Can.LIMIT_ACCESS), timezone.now()
    form = ExclusionForm(request.POST or None, today=timezone.localdate(now))
    if request.method == "POST" and done(
        form, lambda **new: restrictions.exclude(participant=person, by=actor(request), now=now, **new)
    ):
        messages.success(request, f"{form.cleaned_data['user'].name} cannot see this record from now on.")
        return redirect("people:person-access", person.ref)
    return person_page(request, "people/exclusion_new.html", {"person": person, "tab": "workers", "form": form})


@only(Can.LIMIT_ACCESS)
def restriction_new(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Restrict a record to a list of users, or change the list of one that is restricted."""
    person, now = get_person(request, ref, to=Can.LIMIT_ACCESS), timezone.now()
    restriction, today, by = _restriction(person), timezone.localdate(now), actor(request)
    listed = [row.user_id for row in restriction.list.all()] if restriction else []
    kind = ListForm if restriction else RestrictionForm
    form = kind(request.POST or None, today=today, person=person, initial={"users": listed} if restriction else None)

    def act(**new: object) -> None:
        if restriction:
            restrictions.change_list(restriction=restriction, by=by, now=now, **new)  # type: ignore[arg-type]
        else:
            restrictions.restrict(participant=person, by=by, now=now, **new)  # type: ignore[arg-type]

    if request.method == "POST" and done(form, act):
        messages.success(request, "Only those on the list can see this record now.")
        return redirect("people:person-access", person.ref)
    context = {"person": person, "tab": "workers", "form": form, "restriction": restriction}
    return person_page(request, "people/restriction_new.html", context)


@only(Can.LIMIT_ACCESS)
@require_POST
def exclusion_lift(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    person, now = get_person(request, ref, to=Can.LIMIT_ACCESS), timezone.now()
    limit = get_object_or_404(Exclusion.objects.current().filter(participant=person), pk=pk)
    restrictions.lift(limit=limit, now=now, by=actor(request))
    messages.success(request, "They are no longer kept out.")
    return redirect("people:person-access", person.ref)


@only(Can.LIMIT_ACCESS)
@require_POST
def restriction_lift(request: HttpRequest, ref: UUID) -> HttpResponse:
    person, now = get_person(request, ref, to=Can.LIMIT_ACCESS), timezone.now()
    limit = get_object_or_404(Restriction.objects.current().filter(participant=person))
    restrictions.lift(limit=limit, now=now, by=actor(request))
    messages.success(request, "The record is no longer restricted.")
    return redirect("people:person-access", person.ref)


@only(Can.OPEN_IN_EMERGENCY)
def emergency_open(request: HttpRequest) -> HttpResponse:
    """Open another team's record for two hours, with a reason."""
    form = EmergencyForm(request.POST or None)
    made: list[emergency.Opened] = []

    def act(crn: str, reason: str) -> None:
        emergency.count_try(actor(request))
        try:
            made.append(emergency.open_in_emergency(crn=crn, reason=reason, by=actor(request), now=timezone.now()))
        except emergency.NotOpened as refusal:
            access_log.kept_from(request, [refusal.person.pk])
            raise

    if request.method == "POST" and done(form, act):
        access_log.opened(request, made[0].person, changes=False)
        messages.success(request, made[0].said)
        return redirect(places.url_of("person", made[0].person.ref))
    return render(request, "people/emergency.html", {"form": form})


@only(Can.SEE_CASELOAD)
def emergency_list(request: HttpRequest) -> HttpResponse:
    """Show emergency access that waits for this user to look at it."""
    user, today = actor(request), timezone.localdate()
    with acting_as(SYSTEM):  # an area's managers do not see whom nobody leads
        mine = Participant.objects.ids_led_by(user, today)
        rows = list(emergency.to_look_at(user=user, mine=mine, today=today)[:A_PAGE])
        known = set(mine)
    access_log.listed(request, [row.participant_id for row in rows if row.participant_id in known])
    return render(request, "people/emergency_list.html", {"rows": rows, "known": known})


@only(Can.SEE_CASELOAD)
@require_POST
def emergency_seen(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = actor(request), timezone.now()
    with acting_as(SYSTEM):
        mine = Participant.objects.ids_led_by(user, timezone.localdate(now))
        waiting = emergency.to_look_at(user=user, mine=mine, today=timezone.localdate(now))
        grant = get_object_or_404(waiting, pk=pk)
    return press(
        request,
        lambda: emergency.mark_seen(grant=grant, by=user, now=now),
        said="Marked as seen. It stays in the list of who has looked.",
        to=places.url_of("home"),
    )
