"""Programmes and their rules."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from common.submitting import done
from people.access.abilities import Can, actor, only
from people.models import Programme
from people.programmes import enrolment
from people.programmes.eligibility import in_words, rules_of
from people.programmes.forms import ProgrammeForm, SchemeForm


@only(Can.SEE_CASELOAD, Can.SEE_REPORTS)
def programme_list(request: HttpRequest) -> HttpResponse:
    on = Count("enrolments", filter=Q(enrolments__state="ENROLLED"))
    programmes = Programme.objects.annotate(on=on).order_by("name")
    return render(request, "people/programme_list.html", {"programmes": programmes})


@only(Can.SEE_CASELOAD, Can.SEE_REPORTS)
def programme_detail(request: HttpRequest, pk: int) -> HttpResponse:
    programme = get_object_or_404(Programme.objects.select_related("scheme"), pk=pk)
    context = {"programme": programme, "rules": [in_words(rule) for rule in rules_of(programme)]}
    return render(request, "people/programme_detail.html", context)


@only(Can.MANAGE_PROGRAMMES)
def programme_new(request: HttpRequest) -> HttpResponse:
    form = ProgrammeForm(request.POST or None)
    if request.method == "POST" and done(
        form, lambda **given: enrolment.create_programme(by=actor(request), **form.programme)
    ):
        messages.success(request, "The programme is set up.")
        return redirect("people:programme-list")
    return render(request, "people/programme_new.html", {"form": form})


@only(Can.MANAGE_PROGRAMMES)
def programme_scheme(request: HttpRequest, pk: int) -> HttpResponse:
    """Which scheme runs it: its staff see who is on it, and the one before no longer does."""
    programme = get_object_or_404(Programme.objects.select_related("scheme"), pk=pk)
    form = SchemeForm(request.POST or None, initial={"scheme": programme.scheme_id})
    if request.method == "POST" and done(
        form, lambda scheme: enrolment.run_by(programme=programme, scheme=scheme, now=timezone.now(), by=actor(request))
    ):
        messages.success(request, f"{form.cleaned_data['scheme'] or 'Your own service'} runs it now.")
        return redirect("people:programme-detail", programme.pk)
    return render(request, "people/programme_scheme.html", {"programme": programme, "form": form})
