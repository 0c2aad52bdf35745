"""The page that adds one person, and the check for who may be the same person, as one types."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from common.submitting import done
from people.access import access_log
from people.access.abilities import Can, actor, can, only
from people.access.limits import at_most
from people.models import Participant
from people.record import adding
from people.record.adding import ASKED, Matches
from people.record.forms.adding import OF_SENTENCE, AddPersonForm

HERE_ALREADY = "Someone has this number already. Look at who is shown below."
TICK = "Someone here may be the same person. Look at who is shown. If it is not them, tick this."
TICK_UNSEEN = f"{ASKED}, and will ring you. If you are sure that this is someone else, tick this."


def _form(request: HttpRequest, data: Any = None) -> AddPersonForm:
    by = actor(request)
    may_leave_open = can(by, Can.TRANSFER_CASELOAD)
    usual = {} if may_leave_open else {"practitioner": by.pk}
    return AddPersonForm(data, by=by, today=timezone.localdate(), may_leave_open=may_leave_open, initial=usual)


@only(Can.ADD_PERSON)
def person_new(request: HttpRequest) -> HttpResponse:
    form, matches = _form(request, request.POST or None), Matches()
    if request.method == "POST" and form.is_valid():
        matches = _look_for(request, form)
        made: list[Participant | None] = []
        if form.is_valid() and done(form, lambda **typed: made.append(_add(request, **typed))):
            if made[0]:
                access_log.changed(request, [made[0].pk])
                messages.success(request, f"{made[0].name} is added.")
                return _to(request, made[0])
            matches = _look_for(request, form)
    if not matches:
        del form.fields["not_same"]
    return render(request, "people/person_new.html", {"form": form, "matches": matches})


def _look_for(request: HttpRequest, form: AddPersonForm) -> Matches:
    """Say on the form what was found. Those whom the viewer does not see are asked about with who holds them."""
    by, said = actor(request), form.cleaned_data
    matches = adding.find_matches(
        by=by, born=said["date_of_birth"], crn=said["crn"], prison_number=said["prison_number"],
        given_name=said["given_name"], family_name=said["family_name"],
    )  # fmt: skip
    access_log.listed(request, [person.pk for person in matches.seen])
    access_log.kept_from(request, matches.unseen)
    adding.ask_who_holds(matches, by=by, now=timezone.now())
    if matches.same:
        form.add_error("crn" if any(one.crn == said["crn"] for one in matches.same) else "prison_number", HERE_ALREADY)
    elif matches.unseen_same:
        form.add_error(None, f"{ASKED}. They will ring you. Nobody was added.")
    elif matches and not said["not_same"]:
        form.add_error("not_same", TICK if matches.alike else TICK_UNSEEN)
    return matches


def _add(request: HttpRequest, **typed: Any) -> Participant | None:
    """The new record; None where someone else added the person a moment ago."""
    typed.pop("not_same")
    days = {name: typed.pop(name) for name in OF_SENTENCE}
    kind, now = typed.pop("kind"), timezone.now()
    sentence = {"kind": kind, **days} if kind else None
    by, today = actor(request), timezone.localdate(now)
    try:
        return adding.add_person(by=by, today=today, now=now, sentence=sentence, **typed)
    except adding.AlreadyHere:
        return None


def _to(request: HttpRequest, person: Participant) -> HttpResponse:
    if Participant.objects.filter(pk=person.pk).visible_to(actor(request)).exists():
        return redirect("people:person-details", person.ref)
    return redirect("people:participant-list")


@only(Can.ADD_PERSON)
@at_most("suggestions")
def person_new_matches(request: HttpRequest) -> HttpResponse:
    """Those whom the viewer sees and who may be the person typed so far. Nobody is asked before the form is sent."""
    form = _form(request, request.GET)
    form.full_clean()
    said = form.cleaned_data
    names = {name: said.get(name) or "" for name in ("given_name", "family_name", "crn", "prison_number")}
    born = said.get("date_of_birth")
    matches = adding.find_matches(by=actor(request), born=born if isinstance(born, date) else None, **names)
    shown = Matches(matches.same, matches.alike)
    access_log.listed(request, [person.pk for person in shown.seen])
    return render(request, "people/parts/possible_matches.html", {"matches": shown})
