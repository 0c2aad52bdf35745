"""For the staff of a scheme: who is on the programmes it runs, and how to reach them. Nothing else of theirs."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from people.access import access_log
from people.access.abilities import Can, actor, only
from people.access.safe_contact import with_safe_contact_note
from people.models import AccessGrant, Level, Participant, Programme

PAGE = 25


@only(Can.SEE_SCHEME)
def scheme_people(request: HttpRequest) -> HttpResponse:
    user, today = actor(request), timezone.localdate()
    told = AccessGrant.objects.current().of(user).filter(why=AccessGrant.Why.ENROLLED).values("participant")
    on = Participant.objects.visible_to(user, Level.CONTACT).filter(pk__in=told).with_lead(today)
    page = Paginator(on.order_by("family_name", "given_name", "pk"), PAGE).get_page(request.GET.get("page"))
    ids = [person.pk for person in page.object_list]
    access_log.listed(request, ids)
    programmes = Programme.objects.filter(scheme__in=user.team_ids).order_by("name")
    context = {"page_obj": page, "programmes": programmes, "careful": with_safe_contact_note(ids)}
    return render(request, "people/scheme_people.html", context)
