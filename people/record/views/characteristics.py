"""What a person says of themselves: their own page, and that of whoever leads their case."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from common.submitting import form_page
from people.access.abilities import Can, actor, get_person, only, own_record
from people.models import Characteristics, Participant
from people.record import characteristics, handovers
from people.record.forms.characteristics import CharacteristicsForm, characteristics_initial
from people.record.views.asking import ask


@only(Can.CHANGE_DETAILS)
def characteristics_change(request: HttpRequest, ref: UUID) -> HttpResponse:
    person = get_person(request, ref, to=Can.CHANGE_DETAILS)
    today = timezone.localdate()
    if handovers.lead_of(person, today) != actor(request):
        raise PermissionDenied("Only whoever leads the case asks this, and reads it. Ask them if you need to know.")
    row = _said_by(request, person)
    return ask(
        request, person, _form(request, row), _saving(request, person), said="Saved.",
        heading="What they say of themselves", template="people/characteristics.html", row=row,
        old_pregnancy=bool(row and row.pregnancy_is_old(today)),
    )  # fmt: skip


@only(Can.USE_PORTAL)
def my_characteristics(request: HttpRequest) -> HttpResponse:
    person = own_record(request)
    row = _said_by(request, person)
    return form_page(
        request, form=_form(request, row), act=_saving(request, person), said="Saved. Thank you.",
        to=reverse("people:my-characteristics"), template="people/my_characteristics.html",
        context={"person": person, "row": row}, draw=render,
    )  # fmt: skip


def _said_by(request: HttpRequest, person: Participant) -> Characteristics | None:
    return Characteristics.objects.visible_to(actor(request)).filter(participant=person).first()


def _form(request: HttpRequest, row: Characteristics | None) -> CharacteristicsForm:
    return CharacteristicsForm(request.POST or None, initial=characteristics_initial(row))


def _saving(request: HttpRequest, person: Participant) -> Any:
    by, today = actor(request), timezone.localdate()
    return lambda **answers: characteristics.say(participant=person, answers=answers, by=by, today=today)
