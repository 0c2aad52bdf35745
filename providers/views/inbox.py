"""For a provider with accounts: the referrals sent to them. Only what the practitioner ticked is shown."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from common.postgres.actor import SYSTEM, acting_as
from people.access import access_log
from people.access.abilities import Can, actor, only, open_record
from people.models import Level
from providers.models import Provider, Referral
from providers.views import answering

PAGE = 25


@only(Can.ANSWER_REFERRALS)
def our_referrals(request: HttpRequest) -> HttpResponse:
    """Those that wait for an answer first, then those to deliver, the oldest of each first."""
    user = actor(request)
    rows = Referral.objects.answerable_by(user).open().select_related("participant", "service", "sent_by")
    page = Paginator(rows.order_by("-state", "sent_on", "pk"), PAGE).get_page(request.GET.get("page"))
    access_log.listed(request, [row.participant_id for row in page.object_list])
    providers = Provider.objects.filter(team__in=user.team_ids)
    context = {"page_obj": page, "providers": providers, "today": timezone.localdate()}
    return render(request, "providers/inbox/referral_list.html", context)


@only(Can.ANSWER_REFERRALS)
def our_referral(request: HttpRequest, reference: str) -> HttpResponse:
    """Read one, and answer it."""
    user = actor(request)
    rows = Referral.objects.answerable_by(user).select_related("participant", "service__provider", "sent_by")
    referral = get_object_or_404(rows, reference=reference)
    open_record(request, referral.participant, level=Level.NAME)
    forms = answering.questions(request, referral, by=user)
    with acting_as(SYSTEM):  # the answer also tells the practitioner and the person, of whom this account sees a name
        thanks = answering.answered(request, referral, forms, by=user)
    if thanks:
        messages.success(request, thanks)
        return redirect("providers:our-referrals")
    context = {"referral": referral, "forms": forms, **answering.told(referral)}
    return render(request, "providers/inbox/referral.html", context)
