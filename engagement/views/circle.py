"""Pages for volunteers, mentors and family, with what the person agreed to share."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from common.submitting import done
from engagement import circles, services
from engagement.forms import MeetingLogForm
from engagement.models import Contact
from people.access import access_log
from people.access.abilities import Can, actor, get_person, only
from people.access.safe_contact import with_safe_contact_note
from people.models import CircleMember, Level, Participant


@only(Can.LOG_MEETING)
def circle_list(request: HttpRequest) -> HttpResponse:
    """Whom the viewer supports, and whom they should meet soon."""
    now = timezone.now()
    rows = circles.supported_by(actor(request), today=timezone.localdate(now), now=now)
    access_log.listed(request, [row.member.participant_id for row in rows])
    return render(request, "engagement/circle_list.html", {"rows": rows, "today": timezone.localdate(now)})


@only(Can.LOG_MEETING)
def circle_person(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Show one person as far as they agreed, and the meetings that the viewer logged."""
    person, now = get_person(request, ref, level=Level.NAME), timezone.now()
    member = get_member(request, person)
    context = {
        "person": person,
        "member": member,
        "shared": circles.shared(member=member, now=now),
        "ask_first": with_safe_contact_note([person.pk]),
        "logged": Contact.objects.filter(participant=person, by=actor(request), struck_at=None).order_by("-at")[:20],
    }
    return render(request, "engagement/circle_person.html", context)


@only(Can.LOG_MEETING)
def meeting_log(request: HttpRequest, ref: UUID) -> HttpResponse:
    person, now = get_person(request, ref, level=Level.NAME), timezone.now()
    get_member(request, person)
    form = MeetingLogForm(request.POST or None)

    def log(**_: object) -> None:
        services.log_meeting(
            participant=person, by=actor(request), today=timezone.localdate(now), now=now, **form.logged()
        )

    if request.method == "POST" and done(form, log):
        messages.success(request, "Thank you. The meeting is recorded.")
        return redirect("engagement:circle-person", person.ref)
    return render(request, "engagement/meeting_log.html", {"person": person, "form": form})


def get_member(request: HttpRequest, person: Participant) -> CircleMember:
    """Return the viewer's place in this person's circle. Raise 404 otherwise."""
    member = circles.of(actor(request), timezone.localdate()).filter(participant=person).first()
    if member is None:
        raise Http404("There is no such page, or it is not one you may see.")
    return member
