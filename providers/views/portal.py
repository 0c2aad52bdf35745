"""The participant's page about who is helping them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from people.access.abilities import Can, only, own_record
from providers.models import Referral

SHOWN = ["SENT", "ACCEPTED", "DELIVERED"]


@only(Can.USE_PORTAL)
def my_services(request: HttpRequest) -> HttpResponse:
    person = own_record(request)
    rows = Referral.objects.filter(participant=person, state__in=SHOWN).with_details().order_by("-sent_on", "-pk")
    return render(request, "providers/portal/my_services.html", {"person": person, "referrals": rows})
