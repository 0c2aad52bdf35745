"""Staff pages of the directory: look for services, add to them, keep the providers in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from common.postgres.actor import SYSTEM, acting_as
from common.rows import Pages
from common.submitting import done, form_page, press
from people.access import access_log
from people.access.abilities import Can, actor, can, get_person, only
from people.models import Participant
from people.record.characteristics import only_taken_with
from providers import directory, services
from providers.forms.directory import ChangeServiceForm, NewServiceForm, ProviderForm, ServiceForm, SuspendForm
from providers.forms.search import SearchForm, UnmetForm
from providers.models import Provider, Referral, Service, UnmetNeed
from providers.search import PAGE, find

UNMET_FOR = timedelta(days=365)
PROVIDER_FIELDS = ("name", "sector", "size", "email", "phone", "website", "about")


def person_meant(request: HttpRequest) -> Participant | None:
    """The person someone is looking for help for, if the address names one they may see."""
    try:
        ref = UUID(request.GET.get("person", ""))
    except ValueError:
        return None
    return get_person(request, ref) if can(request.user, Can.REFER) else None


@only(Can.FIND_SERVICES)
def service_list(request: HttpRequest) -> HttpResponse:
    """Look for services, for anyone or for one person."""
    today = timezone.localdate()
    person = person_meant(request)
    form = SearchForm.read(request.GET, person, today)
    sought = form.sought(today)
    if sought and person:
        sought = replace(sought, takes=only_taken_with(person))
    found = find(sought) if sought else Service.objects.none()
    page = Pages(found, PAGE).get_page(request.GET.get("page"))
    carry = f"?person={person.ref}" if person else ""
    unmet = UnmetForm(auto_id="unmet_%s")
    context = {"form": form, "sought": sought, "page": page, "person": person, "carry": carry, "unmet": unmet}
    return render(request, "providers/staff/service_list.html", context)


@only(Can.FIND_SERVICES)
def service_detail(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Service.objects.select_related("provider", "region", "police_area", "outcode", "added_by")
    service = get_object_or_404(rows.prefetch_related("subcontractors", "activities"), pk=pk)
    context = {
        "service": service,
        "activities": sorted(service.activities.all(), key=lambda row: (row.need_area, row.position)),
        "available": service.is_available(timezone.localdate()),
        "person": person_meant(request),
    }
    return render(request, "providers/staff/service_detail.html", context)


@only(Can.REFER, Can.MANAGE_DIRECTORY)
def service_new(request: HttpRequest) -> HttpResponse:
    """Add a service by hand: in the directory, or off the list for one purchase."""
    provider = (
        Provider.objects.filter(pk=provider_pk).first() if (provider_pk := _number(request, "provider")) else None
    )
    person = person_meant(request)
    usual = {"who": "BOTH", "charge": "PRICED", "needs": request.GET.getlist("need")}
    form = (ServiceForm if provider else NewServiceForm)(request.POST or None, initial=usual)
    added: list[Service] = []
    if request.method == "POST" and done(form, lambda **_: added.append(_add(request, form, provider))):
        messages.success(request, f"{added[0].name} is added.")
        at = reverse("providers:service-detail", args=[added[0].pk])
        return redirect(f"{at}?person={person.ref}" if person else at)
    context = {"form": form, "provider": provider, "person": person}
    return render(request, "providers/staff/service_new.html", context)


def _add(request: HttpRequest, form: ServiceForm, provider: Provider | None) -> Service:
    """Those who keep the directory add to it; anyone else's addition is off the list."""
    listed = can(request.user, Can.MANAGE_DIRECTORY)
    listing = Service.Listing.LISTED if listed else Service.Listing.OFF_LIST
    fields = {**form.service_fields, "listing": listing}
    by, today = actor(request), timezone.localdate()
    if provider is not None:
        return directory.add_service(provider=provider, by=by, today=today, **fields)
    assert isinstance(form, NewServiceForm)
    return directory.add_provider_with_service(provider=form.provider_fields, service=fields, by=by, today=today)


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@only(Can.MANAGE_DIRECTORY)
def service_edit(request: HttpRequest, pk: int) -> HttpResponse:
    service = get_object_or_404(Service.objects.select_related("provider", "outcode", "region"), pk=pk)
    form = ChangeServiceForm(request.POST or None, initial=ChangeServiceForm.initial_for(service))
    return form_page(
        request, form=form, said="The service is changed.",
        act=lambda **_: directory.change_service(service=service, by=actor(request), **form.service_fields),
        to=reverse("providers:service-detail", args=[service.pk]), template="providers/staff/service_edit.html",
        context={"service": service},
    )  # fmt: skip


@only(Can.FIND_SERVICES)
@require_POST
def unmet_need(request: HttpRequest) -> HttpResponse:
    """Tell the commissioner that a search found nothing that suits."""
    form = UnmetForm(request.POST)
    if not form.is_valid():
        return render(request, "providers/staff/unmet_need.html", {"form": form})
    said = form.cleaned_data
    directory.note_unmet_need(
        by=actor(request), today=timezone.localdate(), words=said["q"], need=said["need"], outcode=said["outcode"],
        region=said["region"], found=said["found"] or 0, note=said["note"],
    )  # fmt: skip
    messages.success(request, "Thank you. The commissioner will see what is missing.")
    return redirect("providers:service-list")


@only(Can.SEE_REPORTS, Can.MANAGE_DIRECTORY)
def unmet_list(request: HttpRequest) -> HttpResponse:
    """What was looked for in the past year and not found, by need; one by one for those who keep the directory."""
    rows = UnmetNeed.objects.since(timezone.localdate() - UNMET_FOR)
    by_need = (
        rows.values("need").annotate(times=Count("pk"), people=Count("searched_by", distinct=True)).order_by("-times")
    )
    notes = rows.select_related("outcode", "region").order_by("-searched_on", "-pk")
    page = Paginator(notes, PAGE).get_page(request.GET.get("page"))
    context = {"by_need": by_need, "page": page, "one_by_one": can(request.user, Can.MANAGE_DIRECTORY)}
    return render(request, "providers/staff/unmet_list.html", context)


@only(Can.MANAGE_DIRECTORY)
def provider_list(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").replace("\x00", "")[:100].strip()
    rows = Provider.objects.matching(words).order_by("name", "pk")
    offers = Count("services", filter=Q(services__status=Service.Status.ACTIVE))
    page = Pages(rows, PAGE, shown=rows.annotate(offers=offers)).get_page(request.GET.get("page"))
    return render(request, "providers/staff/provider_list.html", {"page": page, "words": words})


@only(Can.FIND_SERVICES, Can.MANAGE_DIRECTORY)
def provider_detail(request: HttpRequest, pk: int) -> HttpResponse:
    placed = Service.objects.select_related("region", "police_area", "outcode").order_by("name")
    rows = Provider.objects.select_related("suspended_by", "team").prefetch_related(Prefetch("services", placed))
    provider = get_object_or_404(rows, pk=pk)
    past = (
        provider.history.filter(status=Provider.Status.SUSPENDED)
        .select_related("suspended_by")
        .order_by("suspended_on")
    )
    context = {"provider": provider, "suspensions": {row.suspended_on: row for row in past}.values()}
    return render(request, "providers/staff/provider_detail.html", context)


@only(Can.MANAGE_DIRECTORY)
def provider_edit(request: HttpRequest, pk: int) -> HttpResponse:
    provider = get_object_or_404(Provider, pk=pk)
    form = ProviderForm(request.POST or None, initial={name: getattr(provider, name) for name in PROVIDER_FIELDS})
    return form_page(
        request, form=form, said="The provider is changed.", to=_url(provider),
        act=lambda **typed: directory.change_provider(provider=provider, by=actor(request), **typed),
        template="providers/staff/provider_edit.html", context={"provider": provider},
    )  # fmt: skip


def _url(provider: Provider) -> str:
    return reverse("providers:provider-detail", args=[provider.pk])


@only(Can.MANAGE_DIRECTORY)
def provider_suspend(request: HttpRequest, pk: int) -> HttpResponse:
    provider = get_object_or_404(Provider, pk=pk)
    by, today = actor(request), timezone.localdate()
    with acting_as(SYSTEM):  # how many, of everyone's people
        count = Referral.objects.open().filter(service__provider=provider).count()

    def suspend(reason: str, referrals: str = "WAIT") -> None:
        directory.suspend(provider=provider, reason=reason, by=by, today=today)
        if referrals == "TAKE_BACK":
            taken = services.take_back_all(provider=provider, by=by, today=today, now=timezone.now())
            access_log.changed(request, [each.participant_id for each in taken])

    return form_page(
        request, form=SuspendForm(request.POST or None, open_referrals=count), to=_url(provider), act=suspend,
        said=f"{provider.name} is suspended. Nobody new can be referred to them.",
        template="providers/staff/provider_suspend.html", context={"provider": provider},
    )  # fmt: skip


@only(Can.MANAGE_DIRECTORY)
@require_POST
def provider_restore(request: HttpRequest, pk: int) -> HttpResponse:
    provider = get_object_or_404(Provider, pk=pk)
    return press(
        request,
        lambda: directory.restore(provider=provider, by=actor(request)),
        said=f"The suspension of {provider.name} is lifted.",
        to=_url(provider),
    )


@only(Can.MANAGE_DIRECTORY)
@require_POST
def provider_accounts(request: HttpRequest, pk: int) -> HttpResponse:
    """Let their staff have accounts of their own, in a team made for them."""
    team = directory.open_accounts(provider=get_object_or_404(Provider, pk=pk), by=actor(request), now=timezone.now())
    messages.success(request, f"Their staff can have accounts now, in the team {team}. Invite them into it.")
    return redirect("providers:provider-detail", pk)
