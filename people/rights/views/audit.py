"""The audit, for the data-protection officer: the access log and unusual access."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from common.heavy import heavy
from common.postgres.parts import in_parts
from common.rows import Counted
from common.spreadsheet import csv_stream
from common.submitting import done
from people.access import access_log, restrictions
from people.access.abilities import Can, actor
from people.access.access_history import page_in_words
from people.access.limits import at_most
from people.models import Participant
from people.rights import unusual
from people.rights.audit import found, shown
from people.rights.forms import AccessReviewForm, AuditFilter
from people.rights.views.dpo import agreed_to, for_everyone

PAGE = 25
SHOWN = 25  # lines of unusual use
MOST_EXPORTED = 50_000
A_PART = 1000  # lines of a file that are read at once
HEADER = ["When", "Who", "Acting as", "What", "Why", "Reason typed", "Page", "Keys", "People", "Request"]


def _searched(request: HttpRequest, query: QueryDict | None = None) -> tuple[AuditFilter, Any, Participant | None]:
    form = AuditFilter(request.GET if query is None else query)
    asked = form.asked
    person = Participant.objects.filter(crn=asked["crn"]).first() if "crn" in asked else None
    access_log.audited(request, [person.pk] if person else [])
    not_about = restrictions.excluded_from(actor(request))
    if person:
        restrictions.refuse_excluded(actor(request), person.pk)
    return form, found(asked, person, today=timezone.localdate(), not_about=not_about), person


@for_everyone(Can.SEE_AUDIT)
def audit(request: HttpRequest) -> HttpResponse:
    """To search a person's audit is itself a look at them, and is written down as one."""
    form, rows, _ = _searched(request)
    pages = Counted(rows, PAGE)
    page, many = pages.get_page(request.GET.get("page")), pages.is_cut
    context = {
        "form": form, "page_obj": page, "rows": list(shown(page)), "count": page.paginator.count, "many": many,
        "excluded": restrictions.excluded_from(actor(request)),
    }  # fmt: skip
    return render(request, "people/audit.html", context)


@for_everyone(Can.SEE_AUDIT)
@at_most("exports")
@heavy("GET")
def audit_export(request: HttpRequest) -> HttpResponse:
    """The lines that a second person agreed to, as a file. That it was taken is in the audit like everything else."""
    agreed = agreed_to(request, what="AUDIT")
    if agreed is None:
        return redirect(f"{reverse('people:export-ask')}?{request.GET.urlencode()}")
    _, rows, _ = _searched(request, QueryDict(agreed.query))
    keys = list(rows.values_list("pk", flat=True)[:MOST_EXPORTED])

    def lines(part: Sequence[int]) -> list[list[Any]]:
        return [_row(each) for each in shown(rows.filter(pk__in=part))]

    return csv_stream("audit", HEADER, in_parts(keys, A_PART, lines))


def _row(each: Any) -> list[Any]:
    event = each.event
    people = "; ".join([*each.crns, *([f"and {each.more} more"] if each.more else [])])
    at = timezone.localtime(event.at).isoformat(timespec="seconds")
    who = f"{event.user.name} <{event.user.email or event.user.phone}>" if event.user else "not signed in"
    return [
        at,
        who,
        event.roles,
        event.get_kind_display(),
        event.why,
        each.reason,
        page_in_words(event.page),
        event.target,
        people,
        event.request_id,
    ]


@for_everyone(Can.SEE_AUDIT)
def unusual_use(request: HttpRequest) -> HttpResponse:
    """What to ask about, with figures, and what came of it."""
    now = timezone.now()
    today = timezone.localdate(now)
    of_today = unusual.kept_of_today(today)
    lines = unusual.lines(today=today, of_today=of_today)
    access_log.audited(request, [])
    line = next((each for each in lines if each.key == request.POST.get("line")), None)
    form = AccessReviewForm(request.POST if line else None)
    if line and done(form, lambda note: unusual.record_review(line=line, note=note, by=actor(request), now=now)):
        messages.success(request, "Marked as looked into.")
        return redirect("people:audit-unusual")
    still = [each for each in lines if not each.mark]
    context = {
        "open": [(each, form if line and each.key == line.key else AccessReviewForm(auto_id=f"id_{n}_%s"))
                 for n, each in enumerate(still[:SHOWN])],
        "open_count": len(still), "shown": SHOWN, "done": [each for each in lines if each.mark][:SHOWN],
        "form": form, "days": unusual.DAYS, "first": unusual.FIRST_HOUR, "last": unusual.LAST_HOUR,
        "late": settings.LATE_ACCESS, "until": of_today and of_today.until,
    }  # fmt: skip
    return render(request, "people/audit_unusual.html", context)
