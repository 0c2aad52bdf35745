"""Taking a file out: the data-protection officer asks, a second person agrees, and the officer takes it in a week."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.saving import save_or_refuse
from common.states import Act, Refusal
from people.messaging import message_queue
from people.models import ExportRequest, Membership, Role, SubjectAccess, User

What, State = ExportRequest.What, ExportRequest.State


class NotWaiting(RuleBroken):
    pass


class NotAlone(RuleBroken):
    pass


class NobodyToAgree(RuleBroken):
    pass


ANSWERED = Refusal(NotWaiting, "This was answered already. It says: {state}.")
ACTS = {"agree": Act({State.WAITING}, ANSWERED), "decline": Act({State.WAITING}, ANSWERED)}


@transaction.atomic
@acting_as(SYSTEM)
def ask(
    *, what: str, why: str, by: User, now: datetime, query: str = "", access: SubjectAccess | None = None
) -> ExportRequest:
    """Ask to take a file out. Everyone who may agree is told, and learns of no person by it."""
    seconds = _seconds(but=by, now=now)
    if not seconds:
        raise NobodyToAgree("Nobody else may agree to it. An administrator or another officer has to have an account.")
    request = ExportRequest(what=What(what), query=query, access=access, why=why, asked_by=by, asked_at=now)
    save_or_refuse(request, by=by)
    for user in seconds:
        message_queue.tell_user(
            user=user, subject="A file to agree to", now=now, key=f"export:{request.pk}:{user.pk}",
            body=f"{by.name} asks to take a file out: {request.get_what_display().lower()}. Answer here: "
            f"{_address(request)}",
        )  # fmt: skip
    return request


@transaction.atomic
@acting_as(SYSTEM)
def agree(*, request: ExportRequest, by: User, now: datetime) -> ExportRequest:
    return _answer("agree", request, State.AGREED, "", by=by, now=now)


@transaction.atomic
@acting_as(SYSTEM)
def decline(*, request: ExportRequest, reason: str, by: User, now: datetime) -> ExportRequest:
    return _answer("decline", request, State.DECLINED, reason, by=by, now=now)


def _answer(
    act: str, request: ExportRequest, state: ExportRequest.State, reason: str, *, by: User, now: datetime
) -> ExportRequest:
    request = ExportRequest.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=request.pk)
    ACTS[act].begins(State(request.state))
    if by.pk == request.asked_by_id:
        raise NotAlone("Someone other than who asked has to agree.")
    request.state, request.answer, request.answered_by, request.answered_at = state, reason, by, now
    save_or_refuse(request, "state", "answer", "answered_by", "answered_at", by=by)
    said = "agreed to" if state == State.AGREED else "said no to"
    message_queue.tell_user(
        user=request.asked_by, subject="The file you asked for", now=now, key=f"export:{request.pk}:answer",
        body=f"{by.name} {said} the file that you asked to take out. {_address(request)}",
    )  # fmt: skip
    return request


def _seconds(*, but: User, now: datetime) -> list[User]:
    """Who may agree: the other data-protection officers, and the administrators."""
    roles = Membership.objects.current(timezone.localdate(now)).filter(
        role__in=[Role.DATA_PROTECTION, Role.ADMINISTRATOR]
    )
    users = User.objects.filter(pk__in=roles.values("user"), is_active=True).exclude(pk=but.pk)
    return list(users.order_by("pk"))


def _address(request: ExportRequest) -> str:
    return settings.BASE_URL + reverse("people:export-request", args=[request.pk])
