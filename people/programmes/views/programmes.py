"""Programmes and their rules."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from common import places
from common.forms import Form
from common.submitting import done
from people import services
from people.access import access_log
from people.access.abilities import Can, actor, can, only
from people.models import Programme, Team
from people.programmes import enrolment, rule_changes
from people.programmes.eligibility import in_words, rules_of
from people.programmes.forms import ProgrammeForm, RuleForm, SchemeForm


@only(Can.SEE_CASELOAD, Can.SEE_REPORTS)
def programme_list(request: HttpRequest) -> HttpResponse:
    on = Count("enrolments", filter=Q(enrolments__state="ENROLLED"))
    programmes = Programme.objects.annotate(on=on).order_by("name")
    return render(request, "people/programme_list.html", {"programmes": programmes})


@only(Can.SEE_CASELOAD, Can.SEE_REPORTS)
def programme_detail(request: HttpRequest, pk: int) -> HttpResponse:
    programme = get_object_or_404(Programme.objects.select_related("scheme"), pk=pk)
    context = {"programme": programme, "rules": [in_words(rule) for rule in rules_of(programme, timezone.localdate())]}
    context["changes"] = rule_changes.changes_of(programme)
    context["may_manage"] = can(request.user, Can.MANAGE_PROGRAMMES) and enrolment.may_manage(actor(request), programme)
    return render(request, "people/programme_detail.html", context)


@only(Can.MANAGE_PROGRAMMES)
def programme_new(request: HttpRequest) -> HttpResponse:
    form = ProgrammeForm(request.POST or None, own_areas=enrolment.areas_of(actor(request)))
    if request.method == "POST" and done(
        form, lambda **given: enrolment.create_programme(by=actor(request), **form.programme)
    ):
        messages.success(request, "The programme is set up.")
        return redirect("people:programme-list")
    return render(request, "people/programme_new.html", {"form": form})


@only(Can.MANAGE_PROGRAMMES)
def programme_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """Change who it is for, from a day on."""
    programme, by = get_object_or_404(Programme, pk=pk), actor(request)
    if not enrolment.may_manage(by, programme):
        raise PermissionDenied("Only a manager in one of the areas that own this programme changes who it is for.")
    today = timezone.localdate()
    form = RuleForm(request.POST or None, today=today)
    if request.method == "POST" and done(
        form, lambda **typed: rule_changes.change_rule(programme=programme, by=by, today=today, **form.change)
    ):
        messages.success(request, "Changed. Who is on it is asked about again the night after it counts.")
        return redirect("people:programme-detail", programme.pk)
    return render(request, "people/programme_rule.html", {"programme": programme, "form": form})


@only(Can.MANAGE_PROGRAMMES)
def programme_scheme(request: HttpRequest, pk: int) -> HttpResponse:
    """Which scheme runs it: its staff see who is on it, and the one before no longer does."""
    programme, by = get_object_or_404(Programme.objects.select_related("scheme"), pk=pk), actor(request)
    if not enrolment.may_manage(by, programme):
        raise PermissionDenied("Only a manager in one of the areas that own this programme says who runs it.")
    form = SchemeForm(request.POST or None, initial={"scheme": programme.scheme_id})

    def act(scheme: Team | None) -> None:
        shown = enrolment.run_by(programme=programme, scheme=scheme, now=timezone.now(), by=by)
        access_log.changed(request, shown)
        told = "1 person is" if len(shown) == 1 else f"{len(shown)} people are"
        more = services.tell_yourself(shown)
        messages.success(request, f"{scheme or 'Your own service'} runs it now. {told} shown to it and told.{more}")

    if request.method == "POST" and done(form, act):
        return redirect("people:programme-detail", programme.pk)
    yours, on = enrolment.counts(programme=programme, by=by)
    context = {"programme": programme, "form": form, "count": yours, "others": on - yours}
    return render(request, "people/programme_scheme.html", context)


@only(Can.MANAGE_PROGRAMMES)
def programme_share(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the scheme that runs the programme those on it whom this manager answers for, by name, in one press."""
    programme, by = get_object_or_404(Programme.objects.select_related("scheme"), pk=pk), actor(request)
    waiting = enrolment.not_shared(user=by).filter(programme=programme)
    people = [row.participant for row in waiting.order_by("participant__family_name", "participant__given_name", "pk")]
    access_log.listed(request, [person.pk for person in people])
    form = Form(request.POST if request.method == "POST" else None)

    def act() -> None:
        shown = enrolment.share(programme=programme, by=by, now=timezone.now())
        access_log.changed(request, shown)
        more = "1 more person" if len(shown) == 1 else f"{len(shown)} more people"
        told = services.tell_yourself(shown) or " Each is told."
        messages.success(request, f"{programme.scheme} sees how to reach {more}.{told}")

    if people and done(form, act):
        return redirect(places.url_of("home"))
    return render(request, "people/programme_share.html", {"programme": programme, "people": people, "form": form})
