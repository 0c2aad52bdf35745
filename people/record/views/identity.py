"""Pages of who a person is: correct it, with what was corrected before; and their other names."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from people.access.abilities import Can, actor, get_person, only
from people.models import OtherName
from people.record import identity
from people.record.forms.identity import IdentityForm, OtherNameForm, WhyForm, identity_initial
from people.record.views.asking import ask


@only(Can.CHANGE_DETAILS)
def identity_change(request: HttpRequest, ref: UUID) -> HttpResponse:
    person, today = get_person(request, ref, to=Can.CHANGE_DETAILS), timezone.localdate()
    form = IdentityForm(request.POST or None, initial=identity_initial(person), today=today)
    return ask(
        request, person, form,
        lambda **new: identity.correct(participant=person, by=actor(request), **new),
        said="Corrected.", heading="Correct who they are", template="people/identity.html",
        intro="What stands here now is kept in the history, with your reason.",
        corrections=identity.corrections_of(person),
    )  # fmt: skip


@only(Can.CHANGE_DETAILS)
def other_names(request: HttpRequest, ref: UUID) -> HttpResponse:
    person = get_person(request, ref, to=Can.CHANGE_DETAILS)
    form = OtherNameForm(request.POST or None, initial={"kind": OtherName.Kind.ALIAS})
    names = OtherName.objects.visible_to(actor(request)).filter(participant=person)
    return ask(
        request, person, form,
        lambda **new: identity.add_name(participant=person, by=actor(request), **new),
        said="The name is added.", heading="Other names", submit="Add the name", template="people/other_names.html",
        intro="Names they had or go by. A search finds them by each. What they like to be called is with how to reach "
        "them.",
        back=request.path, names=names.order_by("family_name", "given_name"),
    )  # fmt: skip


@only(Can.CHANGE_DETAILS)
def other_name_remove(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    person = get_person(request, ref, to=Can.CHANGE_DETAILS)
    name = get_object_or_404(OtherName.objects.visible_to(actor(request)).filter(participant=person), pk=pk)
    return ask(
        request, person, WhyForm(request.POST or None),
        lambda why: identity.remove_name(name=name, why=why, by=actor(request)),
        said="The name is taken away.", heading=f"Take away {name.name}", submit="Take the name away",
        intro="A search for it no longer finds this person. The history keeps it.", back="people:other-names",
    )  # fmt: skip
