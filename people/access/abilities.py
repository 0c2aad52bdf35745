"""Abilities say what a role may do. `get_person` is how a page gets a person whom an access grant shows."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework.permissions import BasePermission

from common.postgres.actor import SYSTEM, acting_as
from people.access import access_log, restrictions
from people.models import Level, Participant, Role, User


class Can(StrEnum):
    SEE_CASELOAD = "see the caseload"
    ADD_PERSON = "add a person"
    IMPORT = "import people, places and services"
    ENROL = "enrol a person on a programme"
    MANAGE_PROGRAMMES = "set up programmes and their rules"
    OVERRIDE_ELIGIBILITY = "override an eligibility rule"
    WRITE_PLAN = "write a life plan with a person"
    MEET = "arrange meetings and record them"
    LOG_CONTACT = "record a contact"
    CLOSE_ALERT = "close an alert"
    TRANSFER = "hand a person over to another practitioner"
    CHANGE_DETAILS = "change a person's details"
    ASSESS_RISK = "record a risk assessment"
    WRITE_SENTENCE = "record a sentence, and what it requires"
    ISSUE_LICENCE = "issue and vary a licence"
    SEE_VICTIM_LIAISON = "see who speaks for the victim"
    MERGE = "make two records of one person into one"
    SHARE_WITH_CIRCLE = "bring someone into a person's circle"
    FIND_SERVICES = "look for services"
    REFER = "refer a person to a service"
    MANAGE_DIRECTORY = "add and change services"
    ASK_FOR_PERSON = "ask for money for a person"
    DECIDE_REQUEST = "decide a request for money"
    VOTE = "vote on a panel"
    PAY = "record a payment"
    MANAGE_FUND = "open budgets"
    SEE_FUNDS = "see the funds, and record what goes in and comes back"
    KEEP_BOOKS = "keep the books of the funds"
    SEE_STATEMENTS = "read the statements of your own fund’s money"
    SEE_REPORTS = "see reports without names"
    SEE_OUTBOX = "see messages that are waiting or failed"
    USE_PORTAL = "use the pages for participants"
    LOG_MEETING = "log a meeting with someone in their circle"
    SEE_SCHEME = "see who is on a programme that their scheme runs"
    ANSWER_REFERRALS = "answer referrals sent to their own provider"
    OPEN_IN_EMERGENCY = "open a record in an emergency"
    LIMIT_ACCESS = "keep people out of a record"
    SEE_TEAM = "see the team's work"
    TRANSFER_CASELOAD = "hand over a caseload"
    MANAGE_ACCOUNTS = "manage accounts and teams"
    AGREE_TO_ROLE = "agree to a role that someone else gives"
    GIVE_CODE_LETTER = "give a person a code on paper to sign in with"
    UNLOCK = "unlock an account that was tried too often"
    KEEP_DOCUMENTS = "keep documents on a person's file"
    SEE_AUDIT = "see who looked at whom"
    AGREE_TO_EXPORT = "agree to a file that someone else takes out"
    ANSWER_FOR_DATA = "answer for what is held about people: copies, holds and removals"


_PRACTITIONER = {
    Can.SEE_CASELOAD, Can.ADD_PERSON, Can.ENROL, Can.WRITE_PLAN, Can.MEET, Can.LOG_CONTACT, Can.CLOSE_ALERT,
    Can.SHARE_WITH_CIRCLE, Can.FIND_SERVICES, Can.REFER, Can.ASK_FOR_PERSON, Can.TRANSFER, Can.CHANGE_DETAILS,
    Can.OPEN_IN_EMERGENCY, Can.GIVE_CODE_LETTER, Can.ASSESS_RISK, Can.WRITE_SENTENCE, Can.ISSUE_LICENCE,
    Can.SEE_VICTIM_LIAISON, Can.KEEP_DOCUMENTS,
}  # fmt: skip

ABILITIES: dict[str, set[Can]] = {
    Role.PARTICIPANT: {Can.USE_PORTAL},
    Role.PRACTITIONER: _PRACTITIONER,
    Role.MANAGER: _PRACTITIONER
    | {
        Can.MANAGE_PROGRAMMES, Can.OVERRIDE_ELIGIBILITY, Can.DECIDE_REQUEST, Can.PAY, Can.MANAGE_FUND, Can.SEE_FUNDS,
        Can.SEE_REPORTS, Can.IMPORT, Can.MANAGE_DIRECTORY, Can.SEE_OUTBOX, Can.LIMIT_ACCESS, Can.SEE_TEAM,
        Can.TRANSFER_CASELOAD, Can.UNLOCK, Can.MERGE, Can.AGREE_TO_ROLE,
    },
    Role.VOLUNTEER: {Can.LOG_MEETING},
    Role.PROVIDER: {Can.LOG_MEETING, Can.ANSWER_REFERRALS},
    Role.SCHEME: {Can.SEE_SCHEME},
    Role.FINANCE: {Can.SEE_FUNDS, Can.KEEP_BOOKS, Can.SEE_REPORTS},
    Role.PANEL: {Can.VOTE},
    Role.FUNDER: {Can.SEE_STATEMENTS},
    Role.COMMISSIONER: {Can.SEE_REPORTS, Can.FIND_SERVICES},
    Role.ADMINISTRATOR: {
        Can.IMPORT, Can.MANAGE_DIRECTORY, Can.SEE_OUTBOX, Can.FIND_SERVICES, Can.MANAGE_ACCOUNTS,
        Can.TRANSFER_CASELOAD, Can.UNLOCK, Can.AGREE_TO_ROLE, Can.AGREE_TO_EXPORT,
    },
    Role.DATA_PROTECTION: {Can.SEE_AUDIT, Can.ANSWER_FOR_DATA, Can.AGREE_TO_EXPORT},
}  # fmt: skip

IN_EMERGENCY = {Can.LOG_CONTACT, Can.CLOSE_ALERT}  # what emergency access lets one do, besides reading
SAFE = {"GET", "HEAD", "OPTIONS"}
View = Callable[..., HttpResponse]


def can(user: Any, ability: Can) -> bool:
    """Whether any role the user holds today has this ability."""
    return user.is_authenticated and any(ability in ABILITIES[role] for role in user.roles)


def actor(request: HttpRequest) -> User:
    """The signed-in user. Only for views behind a sign-in."""
    return cast(User, request.user)


def only(*abilities: Can) -> Callable[[View], View]:
    """Refuse (403) anyone without at least one of the abilities."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not any(can(request.user, ability) for ability in abilities):
                raise PermissionDenied(f"Your role does not let you {abilities[0]}. Ask your manager if you need to.")
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def api_only(ability: Can) -> type[BasePermission]:
    """The same refusal for the API."""

    class Able(BasePermission):
        message = f"Your role does not let you {ability}."

        def has_permission(self, request: Any, view: Any) -> bool:
            return can(request.user, ability)

    return Able


def get_person(
    request: HttpRequest,
    ref: UUID,
    *,
    to: Can | None = None,
    level: Level = Level.FULL,
    among: QuerySet[Participant] | None = None,
) -> Participant:
    """Return the person if the viewer may see them, and note an access event. Raise 404 otherwise.

    `to` says what the page is for, where it is for more than reading.
    """
    people = Participant.objects.select_related("delivery_unit", "prison") if among is None else among
    person = people.filter(ref=ref).visible_to(actor(request), level).first()  # type: ignore[attr-defined]
    if person is None:
        _follow(request, ref, level)
        access_log.refused(request, ref)
        if told := restrictions.told_to(actor(request), ref):
            raise PermissionDenied(told)
        raise Http404("There is no such page, or it is not one you may see.")
    open_record(request, person, to=to, level=level)
    return cast(Participant, person)


class OnlyForReading(PermissionDenied):
    """The viewer sees the person by emergency access alone."""


def open_record(request: HttpRequest, person: Participant, *, to: Can | None = None, level: Level = Level.FULL) -> None:
    """Note that this page opens or changes the record. Refuse (403) a change that emergency access is no reason for."""
    changes = to is not None or request.method not in SAFE
    if changes and to not in IN_EMERGENCY and not may_change(actor(request), person, level):
        access_log.kept_from(request, [person.pk])
        raise OnlyForReading(
            "You opened this record in an emergency. You can read it, record a contact and close an alert. "
            "Ask whoever leads the case for anything else."
        )
    access_log.opened(request, person)


def may_change(user: User, person: Participant, level: Level = Level.FULL) -> bool:
    return Participant.objects.filter(pk=person.pk).changeable_by(user, level).exists()


class Moved(Exception):
    """The record was merged into another: `ref` is the one that stays."""

    def __init__(self, asked: UUID, ref: UUID) -> None:
        super().__init__(ref)
        self.asked, self.ref = asked, ref


def _follow(request: HttpRequest, ref: UUID, level: Level) -> None:
    """Raise Moved where the record was merged into one that the viewer may see."""
    with acting_as(SYSTEM):  # nobody has access to the merged record
        kept = Participant.objects.filter(absorbed__ref=ref).values_list("pk", "ref").first()
    if kept and Participant.objects.filter(pk=kept[0]).visible_to(actor(request), level).exists():
        raise Moved(ref, kept[1])


def own_record(request: HttpRequest) -> Participant:
    """The participant's own record, in the portal."""
    person = Participant.objects.filter(user=actor(request)).visible_to(actor(request)).first()
    if person is None:
        raise PermissionDenied(
            "These pages are for participants. Your account is not linked to a participant's record."
        )
    access_log.opened(request, person)
    return person
