"""Pages of custody: where someone is, what happened before, and each act that may come next."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from people.access.abilities import Can, actor, get_person, only
from people.models import CustodyEvent, Participant
from people.record import custody
from people.record.custody import Kind
from people.record.forms.custody import (
    ActForm,
    ChooseActForm,
    CustodySentenceForm,
    NamePrisonForm,
    StrikeForm,
)  # fmt: skip
from people.record.person_page import person_page
from people.record.views.asking import ask_about_sentence

HEADINGS = {
    Kind.SENTENCED: "Sentenced to custody", Kind.REMANDED: "Remanded in custody", Kind.RECALLED: "Recalled to prison",
    Kind.MOVED: "Moved to another prison", Kind.TEMPORARY: "Temporary release", Kind.HOSPITAL: "Moved to hospital",
    Kind.RETURNED: "Back in prison",
}  # fmt: skip
INTROS = {
    Kind.RECALLED: "The sentence that they were released from goes on inside. Its day of release is empty until the "
    "next one is known.",
    Kind.TEMPORARY: "They still belong to the prison, and are due back.",
    Kind.HOSPITAL: "They still belong to the prison.",
    Kind.MOVED: "The prison’s worker of the prison before sees the record no longer. Choose one in the new prison.",
}  # fmt: skip


@only(Can.CHANGE_DETAILS)
def person_custody(request: HttpRequest, ref: UUID) -> HttpResponse:
    """What happened so far; and a choice of what happened now, which leads to its own form."""
    person = get_person(request, ref, to=Can.CHANGE_DETAILS)
    form = ChooseActForm(request.GET if "act" in request.GET else None, person=person)
    if form.is_bound and form.is_valid():
        act = form.cleaned_data["act"]
        if act == Kind.RELEASED:
            return redirect("people:release-record", person.ref)
        return redirect("people:custody-act", person.ref, act.lower())
    rows = CustodyEvent.objects.visible_to(actor(request)).filter(participant=person)
    events = list(rows.select_related("prison", "recorded_by", "struck_by").newest_first())
    last = next((event for event in events if event.struck_at is None), None)
    context = {"person": person, "tab": "sentence", "form": form, "events": events, "last": last}
    return person_page(request, "people/custody.html", context)


@only(Can.CHANGE_DETAILS)
def custody_act(request: HttpRequest, ref: UUID, act: str) -> HttpResponse:
    person, now = get_person(request, ref, to=Can.CHANGE_DETAILS), timezone.now()
    today, kind = timezone.localdate(now), act.upper()
    if kind not in HEADINGS:
        raise Http404("There is no such act of custody.")
    done = {"participant": person, "by": actor(request), "today": today, "now": now}
    form, record = _form_of(request, person, kind, today, done)
    return ask_about_sentence(
        request, person, form, record, said=f"Recorded: {HEADINGS[Kind(kind)].lower()}.", heading=HEADINGS[Kind(kind)],
        intro=INTROS.get(Kind(kind), ""), submit="Record it", back="people:person-custody",
    )  # fmt: skip


def _form_of(request: HttpRequest, person: Participant, kind: str, today: date, done: dict[str, Any]) -> Any:
    given = request.POST or None
    if kind == Kind.SENTENCED:
        return CustodySentenceForm(given, person=person, today=today), lambda **new: custody.sentence_to_custody(
            **new, **done
        )
    return ActForm(given, kind=kind, person=person, today=today), lambda **new: custody.record(kind=kind, **new, **done)


@only(Can.CHANGE_DETAILS)
def custody_prison(request: HttpRequest, ref: UUID) -> HttpResponse:
    person, now = get_person(request, ref, to=Can.CHANGE_DETAILS), timezone.now()
    return ask_about_sentence(
        request, person, NamePrisonForm(request.POST or None),
        lambda prison: custody.name_prison(
            participant=person, prison=prison, by=actor(request), today=timezone.localdate(now), now=now
        ),
        said="The prison is on the record.", heading="Which prison are they in?", back="people:person-custody",
    )  # fmt: skip


@only(Can.CHANGE_DETAILS)
def custody_strike(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    person, now = get_person(request, ref, to=Can.CHANGE_DETAILS), timezone.now()
    event = get_object_or_404(CustodyEvent.objects.visible_to(actor(request)).filter(participant=person), pk=pk)
    return ask_about_sentence(
        request, person, StrikeForm(request.POST or None),
        lambda why: custody.strike(event=event, why=why, by=actor(request), today=timezone.localdate(now), now=now),
        said="It is struck. The record says again what it said before.", submit="Strike it",
        heading=f"Written in error: {event.get_kind_display()}",
        intro="It stays in the list, struck through, with your name and your reason.", back="people:person-custody",
    )  # fmt: skip
