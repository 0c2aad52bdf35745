"""Save what someone writes until they send it. Only its author reads it, on any of their devices."""

from __future__ import annotations

import hmac
import json
import secrets
from base64 import b64encode
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import Resolver404, resolve
from django.utils import timezone

from common.drafts import FIELDS, PUT_BACK, TAB, TOKEN, Offer, Saved, Words
from common.errors import RuleBroken
from common.idempotency import SECRET, TOKENS
from common.postgres.actor import as_service
from common.postgres.compiled import compiled_once
from people.access import access_log
from people.access.access_history import page_in_words
from people.access.whom import Whom
from people.models import Draft, Participant, User, lean

KEPT_FOR = timedelta(days=14)
SHOWN = 5  # of them on the home page
MOST = 20  # drafts of one page that are offered
LARGEST = 60_000  # letters of one draft
TOKEN_LASTS = timedelta(days=2)  # longer than any session
NOT_WORDS = {*TOKENS, *FIELDS, "next"}
DEVICE, SENT = "draft_device", "draft_sent"  # cookies: names this device; the tab whose form was last sent from it
_signer = signing.TimestampSigner(salt="people.drafts")


class Known(NamedTuple):
    """Whose form it is, of which page, and whose record the page shows: as signed when it was drawn."""

    author_id: int
    page: str
    participant_id: int | None


class TooLong(RuleBroken):
    """More than a form holds."""


class WasSent(RuleBroken):
    """This form was sent. What is written into it now is another draft."""


def offer(request: HttpRequest) -> Offer | None:
    """What a form of this page carries, with what was saved before; one query, none where the form comes back."""
    user = request.user
    if not isinstance(user, User):
        return None
    known = read_token(request.POST)  # a form that comes back stays the draft of the page it was on
    if known is None or known.author_id != user.pk:
        known = Known(user.pk, request.path[:300], access_log.only_one(request))
    name = _digest(f"name of {user.pk} {known.page}").hex()[:16]
    key = b64encode(_digest(f"key of {user.pk} on {_device(request)}")).decode()
    saved = [] if request.method == "POST" else _saved(request, user)
    return Offer(name, _signer.sign_object(known), key, request.get_full_path(), saved)


def _saved(request: HttpRequest, user: User) -> list[Saved]:
    rows = Draft.objects.visible_to(user).filter(page=request.path[:300], is_sent=False).order_by("-saved_at", "-pk")
    filled = request.GET.get("draft", "")
    return [Saved(row.pk, row.saved_at, json.loads(row.words)) for row in rows[:MOST] if str(row.pk) != filled]


def _digest(what: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), f"drafts: {what}".encode(), sha256)


def _device(request: HttpRequest) -> str:
    """This device's own name. A new one is set with the answer (`remember_device`)."""
    named: str = request.COOKIES.get(DEVICE, "") or request.__dict__.setdefault("_draft_device", secrets.token_hex(16))
    return named


def remember_device(request: HttpRequest, response: HttpResponse) -> None:
    if named := request.__dict__.get("_draft_device"):
        _set(response, DEVICE, named, httponly=True)


def _set(response: HttpResponse, name: str, value: str, *, httponly: bool) -> None:
    response.set_cookie(
        name, value, max_age=KEPT_FOR, secure=settings.SESSION_COOKIE_SECURE, httponly=httponly, samesite="Lax"
    )


def read_token(sent: QueryDict) -> Known | None:
    """What the form carries of itself; None where it is no form of ours, or an old one."""
    try:
        return Known(*_signer.unsign_object(sent.get(TOKEN, ""), max_age=TOKEN_LASTS))
    except signing.BadSignature:
        return None


def words_of(sent: QueryDict) -> Words:
    """What was written: no token, no password, no code."""
    return {name: sent.getlist(name) for name in sent if name not in NOT_WORDS and not SECRET.search(name)}


@transaction.atomic
def save(*, author: User, known: Known, sent: QueryDict, now: datetime) -> None:
    """Save what one form holds, in place of what it held before. Refused: TooLong, WasSent."""
    written, tab = json.dumps(words_of(sent)), sent.get(TAB, "")[:40]
    if len(written) > LARGEST:
        raise TooLong("This is too long to be saved. Send it, or make it shorter.")
    first: dict[str, Any] = {"words": written, "saved_at": now, "participant": lambda: _whom(author, known)}
    draft, is_new = (
        Draft.objects.visible_to(author)
        .select_for_update()
        .get_or_create(author=author, page=known.page, tab=tab, defaults=first)
    )
    if draft.is_sent:
        raise WasSent("This form was sent already.")
    if not is_new:
        draft.words, draft.saved_at = written, now
        draft.save(update_fields=["words", "saved_at"])


def _whom(author: User, known: Known) -> Participant | None:
    """The person whom the page was about, while the author still sees them."""
    if known.participant_id is None:
        return None
    return Participant.objects.visible_to(author).filter(pk=known.participant_id).first()


@as_service()  # nobody is signed in any more
def save_of_ended_session(request: HttpRequest) -> str:
    """Save what was sent after the session had ended, for whoever the form was drawn for. Returns its page, or ""."""
    known = read_token(request.POST)
    author = User.objects.filter(pk=known.author_id, is_active=True).first() if known else None
    if known is None or author is None:
        return ""
    try:
        save(author=author, known=known, sent=request.POST, now=timezone.now())
    except RuleBroken:
        return ""
    return known.page


@transaction.atomic  # outside a transaction nobody acts
def form_was_sent(request: HttpRequest, response: HttpResponse) -> None:
    """Empty the drafts of a form that was sent and done, and tell the device. One that was refused stays a draft."""
    known = read_token(request.POST)
    is_done = response.status_code in (302, 303) and not _was_refused(request)
    if known is None or not is_done or known.author_id != request.user.pk:
        return
    tab, put_back = request.POST.get(TAB, "")[:40], request.POST.get(PUT_BACK, "")
    of_page = Draft.objects.filter(author_id=known.author_id, page=known.page)
    emptied = {"words": "{}", "is_sent": True, "saved_at": timezone.now()}
    if put_back.isdecimal():
        of_page.filter(pk=int(put_back[:18])).update(**emptied)
    if tab:
        Draft.objects.update_or_create(author_id=known.author_id, page=known.page, tab=tab, defaults=emptied)
        _set(response, SENT, tab, httponly=False)


def _was_refused(request: HttpRequest) -> bool:
    queued = getattr(messages.get_messages(request), "_queued_messages", [])
    return any(said.level >= messages.ERROR for said in queued)


def words_to_put_back(request: HttpRequest) -> Words | None:
    """The words of the draft that the address names, if it is one's own and of this page."""
    asked = request.GET.get("draft", "")
    if request.method != "GET" or not asked.isdecimal() or not isinstance(request.user, User):
        return None
    mine = Draft.objects.visible_to(request.user).filter(page=request.path[:300], is_sent=False)
    with transaction.atomic():  # outside one nobody acts
        draft = mine.filter(pk=int(asked[:18])).first()
    return json.loads(draft.words) if draft else None


class Unsent(NamedTuple):
    """One form that its author began and did not send."""

    what: str
    draft: Draft


def unsent(user: User, whom: Whom) -> list[Unsent]:
    """The newest of what this user wrote and did not send, about people whom they still see."""
    return [Unsent(_form_in_words(draft.page), draft) for draft in _unsent(user=user.pk, whom=whom)]


@compiled_once
def _unsent(*, user: int, whom: Whom) -> QuerySet[Draft]:
    rows = Draft.objects.filter(Q(participant=None) | whom.sees("participant"), author=user, is_sent=False)
    return lean(rows, "page", "saved_at", person="participant").order_by("-saved_at")[:SHOWN]


def _form_in_words(page: str) -> str:
    """ "/people/…/contacts/new/" → "Contact"."""
    try:
        return page_in_words(resolve(page).view_name).removesuffix(" new")
    except Resolver404:
        return "A form"


def throw_away_old(*, now: datetime) -> int:
    """Delete what was saved two weeks ago. Returns how many."""
    gone, _ = Draft.objects.filter(saved_at__lt=now - KEPT_FOR).delete()
    return gone
