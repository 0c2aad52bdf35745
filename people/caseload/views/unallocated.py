"""The page of nobody's people: the managers of the area give them to practitioners, many at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from common.rows import Pages
from common.submitting import done
from people import services
from people.access import access_log, unallocated
from people.access.abilities import Can, actor, only
from people.caseload import allocation
from people.caseload.forms.unallocated import AllocateForm
from people.models import Participant, User

PAGE = 100


@only(Can.SEE_TEAM)
def unallocated_list(request: HttpRequest) -> HttpResponse:
    by, now = actor(request), timezone.now()
    today = timezone.localdate(now)
    shown = unallocated.shown_to(by, today).select_related("delivery_unit", "prison")
    form = AllocateForm(request.POST or None, people=shown, by=by, today=today)

    def act(people: list[Participant], practitioner: User) -> None:
        ids = [person.pk for person in people]
        allocation.allocate(people_ids=ids, practitioner=practitioner, by=by, today=today, now=now)
        access_log.changed(request, ids)
        count = "1 person" if len(ids) == 1 else f"{len(ids)} people"
        gone = len(ids) - Participant.objects.visible_to(by).filter(pk__in=ids).count()
        unseen = f" You no longer see {gone} of them: they are with another team." if gone else ""
        messages.success(request, f"{practitioner.name} now leads {count} more.{unseen}{services.tell_yourself(ids)}")

    if request.method == "POST" and done(form, act):
        return redirect("people:unallocated")
    page = Pages(shown, PAGE).get_page(request.GET.get("page"))
    access_log.listed(request, [person.pk for person in page])
    count = page.paginator.count
    context = {
        "form": form,
        "page_obj": page,
        "ticked": set(request.POST.getlist("people")),
        "rows": [{"person": person, "age": person.age_on(today)} for person in page],
        "found": "1 person" if count == 1 else f"{count:,} people",
    }
    return render(request, "people/unallocated.html", context)
