"""Was this you? The pages on which a change of sign-in is confirmed, or said not to be someone's."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from common import places
from common.errors import RuleBroken
from common.postgres.actor import as_service
from people.access import known_addresses, sign_in_changes, sign_in_messages
from people.access.abilities import Can, actor, get_person, only
from people.models import SignInChange, User
from people.record.person_page import person_page

Kind, State = SignInChange.Kind, SignInChange.State
CONFIRMED = "Confirmed. What {name} agreed to or asked for counts now."
REFUSED = "Stopped. {name} is signed out everywhere. Codes go to {where}."
NOWHERE = (
    "Stopped. {name} is signed out everywhere, and no address is left that is known to be theirs. Give them a code."
)


@only(Can.GIVE_CODE_LETTER)
def sign_in_change(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    """A second member of staff says whether it is the person who signs in this way."""
    person = get_person(request, ref, to=Can.GIVE_CODE_LETTER)
    rows = person.sign_in_changes.select_related("by", "written_by", "answered_by", "through__by")
    change = get_object_or_404(rows, pk=pk)
    if request.method == "POST" and _answered(request, change, called=person.called):
        return redirect("people:person-details", person.ref)
    with as_service():
        followed = sign_in_changes.what_followed(change)
    may = actor(request).pk not in change.hands
    context = {"person": person, "tab": "details", "change": change, "followed": followed, "may": may}
    return person_page(request, "people/sign_in_change.html", context)


def _answered(request: HttpRequest, change: SignInChange, *, called: str) -> bool:
    acts = {"yes": (sign_in_changes.confirm, CONFIRMED), "no": (sign_in_changes.refuse, REFUSED)}
    chosen = acts.get(request.POST.get("answer", ""))
    if chosen is None:
        messages.error(request, "Say whether it is them.")
        return False
    act, said = chosen
    try:
        act(change=change, by=actor(request), now=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, said.format(name=called) if act == sign_in_changes.confirm else _stopped(change, called))
    return True


@as_service()
def _stopped(change: SignInChange, called: str) -> str:
    """What is so once it is stopped."""
    account = User.objects.get(pk=change.account_id)
    at = {Kind.PHONE: str(account.phone or ""), Kind.EMAIL: account.email or ""}
    ways = [kind for kind, to in at.items() if to and known_addresses.is_theirs(account, kind, to)]
    called_in = {Kind.PHONE: f"the phone number ending {at[Kind.PHONE][-3:]}", Kind.EMAIL: "their e-mail address"}
    where = [called_in[kind] for kind in ways]
    return REFUSED.format(name=called, where=" and ".join(where)) if where else NOWHERE.format(name=called)


@require_POST
def own_sign_in_change(request: HttpRequest, pk: int) -> HttpResponse:
    """The account's owner says that a change was theirs, or that it was not."""
    user, now = actor(request), timezone.now()
    with as_service():
        change = get_object_or_404(SignInChange.objects.select_related("account", "participant"), pk=pk, account=user)
    answer = request.POST.get("answer")
    if answer == "no":
        if user.unconfirmed_way and user.unconfirmed_way.pk != change.pk:  # who signed in may not be the owner
            messages.error(request, "Wait until it is known that it is you, or ask your practitioner to stop this.")
            return redirect(places.url_of("home"))
        sign_in_changes.dispute(change=change, now=now)
        return _said(request, change)
    if answer == "yes":
        try:
            sign_in_changes.notice(change=change, by=user, now=now)
        except RuleBroken as refusal:
            messages.error(request, str(refusal))
    return redirect(places.url_of("home") if user.is_only_participant else "account_home")


@login_not_required
def was_this_you(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link that the earlier address gets, which says what became of it too. It names nobody."""
    change, now = sign_in_messages.of_link(token), timezone.now()
    if change is None:
        return render(request, "account/link_dead.html", status=404)
    may_confirm = known_addresses.may_confirm_by_link(change) and request.user.pk not in change.hands
    if request.method == "POST":
        if request.POST.get("answer") == "no":
            sign_in_changes.dispute(change=change, now=now)
        elif request.POST.get("answer") == "yes" and may_confirm:
            sign_in_changes.confirm(change=change, by=change.account, now=now)
        return _said(request, change)
    return render(request, "account/was_this_you.html", {"change": change, "may_confirm": may_confirm})


def _said(request: HttpRequest, change: SignInChange) -> HttpResponse:
    """Go to the page that says what was done. Whoever was signed in to a stopped account is signed out."""
    with as_service():
        change.refresh_from_db()
    if change.state == State.DISPUTED and request.user.pk == change.account_id:
        logout(request)
    return redirect(sign_in_messages.path(change))
