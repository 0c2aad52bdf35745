"""The people around a person: staff bring them in, the person says what they may see."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from common.submitting import done
from people import services
from people.access.abilities import Can, actor, get_person, only
from people.models import CircleContact, CircleMember
from people.record.forms.person import CircleForm
from people.record.person_page import person_page


@only(Can.SEE_CASELOAD)
def person_circle(request: HttpRequest, ref: UUID) -> HttpResponse:
    person, today = get_person(request, ref), timezone.localdate()
    members = CircleMember.objects.filter(participant=person).select_related("user").order_by("-starts_on", "-pk")
    context = {
        "members": members.current(today),
        "before": members.ended(today),
        "others": CircleContact.objects.current(today).filter(participant=person).order_by("name", "pk"),
        "lead": person.assignments.current(today).select_related("practitioner").first(),
    }
    return person_page(request, "people/person_circle.html", {"person": person, "tab": "circle", **context})


@only(Can.SHARE_WITH_CIRCLE)
def circle_add(request: HttpRequest, ref: UUID) -> HttpResponse:
    person, now = get_person(request, ref, to=Can.SHARE_WITH_CIRCLE), timezone.now()
    today = timezone.localdate(now)
    form = CircleForm(request.POST or None, person=person, today=today)

    if request.method == "POST" and done(
        form, lambda **new: services.add_to_circle(participant=person, today=today, now=now, by=actor(request), **new)
    ):
        messages.success(request, f"They see the name alone until {person.called} agrees to more.")
        return redirect("people:person-circle", person.ref)
    return person_page(request, "people/circle_add.html", {"person": person, "tab": "circle", "form": form})


@only(Can.SHARE_WITH_CIRCLE)
@require_POST
def circle_end(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    person, now = get_person(request, ref, to=Can.SHARE_WITH_CIRCLE), timezone.now()
    today = timezone.localdate(now)
    members = CircleMember.objects.current(today).filter(participant=person).select_related("user", "participant")
    member = get_object_or_404(members, pk=pk)
    services.leave_circle(member=member, today=today, now=now, by=actor(request))
    messages.success(request, f"{member.user.name} is no longer in the circle, and sees nothing from now on.")
    return redirect("people:person-circle", person.ref)
