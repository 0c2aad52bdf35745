"""A practitioner gives a person a code letter. The page shows the code once, to print it."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from common import encryption
from common.forms import Form
from common.submitting import done
from people.access.abilities import Can, actor, get_person, only
from people.record.person_page import person_page
from people.sign_in import code_letters

KEPT = "code_letter"  # in the session, encrypted, between giving the code and showing it


@only(Can.GIVE_CODE_LETTER)
def code_letter(request: HttpRequest, ref: UUID) -> HttpResponse:
    person, now = get_person(request, ref, to=Can.GIVE_CODE_LETTER), timezone.now()
    given: list[str] = []
    form = Form(request.POST if request.method == "POST" else None)
    if done(form, lambda: given.append(code_letters.give(participant=person, by=actor(request), now=now))):
        request.session[KEPT] = encryption.encrypt(f"{person.ref} {given[0]}")
        return redirect("people:code-letter-shown", person.ref)
    if form.errors:
        messages.error(request, " ".join(str(error) for error in form.non_field_errors()))
        return redirect("people:person-details", person.ref)
    letter = person.code_letters.usable(now).first()
    return person_page(request, "people/code_letter.html", {"person": person, "tab": "details", "letter": letter})


@only(Can.GIVE_CODE_LETTER)
def code_letter_shown(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Show the code, once. The next time a new code has to be given."""
    person = get_person(request, ref, to=Can.GIVE_CODE_LETTER)
    whose, _, code = encryption.decrypt(request.session.pop(KEPT, "")).partition(" ")
    given = person.code_letters.usable(timezone.now()).first()
    if whose != str(person.ref) or given is None:
        return redirect("people:person-details", person.ref)
    address = f"{settings.BASE_URL}{reverse('people:first-time')}"
    context = {"person": person, "code": code, "given": given, "address": address.partition("://")[2].rstrip("/")}
    return render(request, "people/code_letter_shown.html", context)
