"""Risk: the newest assessment, the earlier ones, and the form for another."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from people.access.abilities import Can, actor, get_person, only
from people.models import RiskAssessment
from people.record import risk
from people.record.forms.risk import RiskForm, latest
from people.record.person_page import person_page
from people.record.views.asking import ask

PAGE = 10


@only(Can.SEE_CASELOAD)
def person_risk(request: HttpRequest, ref: UUID) -> HttpResponse:
    person, today = get_person(request, ref), timezone.localdate()
    rows = RiskAssessment.objects.filter(participant=person).select_related("recorded_by").newest_first()
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    newest = page.object_list[0] if page.object_list and page.number == 1 else None
    context = {"page_obj": page, "newest": newest, "overdue": bool(newest and newest.is_overdue(today))}
    return person_page(request, "people/person_risk.html", {"person": person, "tab": "risk", **context})


@only(Can.ASSESS_RISK)
def risk_new(request: HttpRequest, ref: UUID) -> HttpResponse:
    person, now = get_person(request, ref, to=Can.ASSESS_RISK), timezone.now()
    today = timezone.localdate(now)
    form = RiskForm(request.POST or None, today=today, last=latest(person))
    return ask(
        request, person, form,
        lambda **said: risk.assess(participant=person, by=actor(request), today=today, now=now, **said),
        said="The assessment is recorded. It counts from now on.", heading="Record a risk assessment",
        intro="Each assessment is kept as it was made. A new one starts from the answers of the last.",
        back="people:person-risk", submit="Record it", template="people/risk_new.html",
    )  # fmt: skip
