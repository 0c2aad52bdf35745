"""The participant's own pages of this floor: my circle and what it sees, and who looked at my record."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from common.rows import Pages
from common.submitting import done
from people import services
from people.access import sign_in_changes
from people.access.abilities import Can, actor, only, own_record
from people.access.access_history import access_by_day, last_access, unnamed
from people.models import CircleMember
from people.record import custody
from people.record.details_page import sentences_of
from people.record.forms.circle import ShareForm

PAGE = 25


@only(Can.USE_PORTAL)
def my_circle(request: HttpRequest) -> HttpResponse:
    """The participant's circle, and what each member can see. A change works at once."""
    person, today = own_record(request), timezone.localdate()
    members = CircleMember.objects.current(today).filter(participant=person).select_related("user").order_by("pk")
    forms = {member.pk: ShareForm(member=member) for member in members}
    if request.method == "POST":
        member = get_object_or_404(members, pk=_whole(request.POST.get("member", "")))
        form = forms[member.pk] = ShareForm(request.POST, member=member)
        if done(form, lambda groups: services.share(member=member, groups=groups, today=today, by=actor(request))):
            usual = f"Saved. This is what {member.user.name} can see now."
            messages.success(request, sign_in_changes.said(actor(request), person, usual))
            return redirect("people:my-circle")
    lead = person.assignments.current(today).select_related("practitioner").first()
    inside = person.supervisions.current(today).select_related("supervisor").first()
    access_words = last_access([member.user_id for member in members])
    for form in forms.values():
        form.last_access = access_words.get(form.member.user_id)
    told = person.access_grants.current().filter(why__in=["ENROLLED", "REFERRAL"]).select_related("team")
    context: dict[str, Any] = {
        "lead": lead,
        "inside": inside,
        "forms": list(forms.values()),
        "others": person.circle_contacts.current(today),
        "teams": told.order_by("team__name", "why"),
    }
    if any(member.waits_for_id for member in members):
        context["waits_for_team"] = sign_in_changes.who_confirms(person)
    return render(request, "people/my_circle.html", {"person": person, **context})


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


@only(Can.USE_PORTAL)
def my_court(request: HttpRequest) -> HttpResponse:
    """What the court asked the participant to do, how much is done, and the rules of their licence."""
    person, today = own_record(request), timezone.localdate()
    sentences = [ordered for ordered in sentences_of(person, today) if ordered.sentence.ends_on >= today]
    context = {"person": person, "sentences": sentences, "today": today, "leaves_on": custody.leaves_on(person, today)}
    return render(request, "people/my_court.html", context)


@only(Can.USE_PORTAL)
def my_access_log(request: HttpRequest) -> HttpResponse:
    """Who has looked at my record, in plain words, newest first."""
    person = own_record(request)
    page = Pages(access_by_day(person), PAGE).get_page(request.GET.get("page"))
    context = {"person": person, "page_obj": page, "unnamed": unnamed(person, page)}
    return render(request, "people/my_access_log.html", context)
