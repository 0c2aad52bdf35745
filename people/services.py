"""Every change to who leads, sees, surrounds and reaches a person. One public function is one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.registry import Registry
from common.saving import save_or_refuse
from people.access import sign_in_changes, sign_in_messages, unallocated
from people.access.known_addresses import ON_CODES
from people.messaging import message_queue
from people.models import (
    AccessGrant,
    Assignment,
    CircleMember,
    CodeLetter,
    Exclusion,
    Group,
    HandoverRequest,
    Level,
    Membership,
    Participant,
    Relationship,
    Restriction,
    Role,
    SignInChange,
    Team,
    User,
)  # fmt: skip
from people.models.accounts import WRONG_KIND

Kind = SignInChange.Kind


class NotAPractitioner(RuleBroken):
    pass


class NotAVolunteer(RuleBroken):
    pass


class NotAWorker(RuleBroken):
    pass


class AlreadyInCircle(RuleBroken):
    pass


class AddressTaken(RuleBroken):
    pass


NEW_LEAD = "Your practitioner is now {name}. {name} will get in touch with you. Your plan stays the same."
JOINED = "Two records of yours here were joined, and you sign in another way now. Ask your practitioner how."
# What follows a person from one practitioner to the next: given the person, both practitioners, who did it, and when.
ON_REALLOCATION: Registry[Callable[[Participant, User, User, User, datetime], None]] = Registry()


@transaction.atomic
@acting_as(SYSTEM)
def join(*, user: User, role: Role, by: User, today: date, team: Team | None = None) -> Membership:
    """Give an account a role, in a team where the role needs one."""
    membership = save_membership(Membership(user=user, role=role, team=team, starts_on=today), by=by)
    user.__dict__.pop("current_memberships", None)
    return membership


def save_membership(membership: Membership, *, by: User) -> Membership:
    """Save a new role. Held in a team of another kind, it would show that team's people to a stranger."""
    if membership.team is not None and not membership.team.takes(membership.role):
        raise RuleBroken(WRONG_KIND)
    saved = save_or_refuse(membership, by=by)
    if membership.role == Role.MANAGER:
        unallocated.share_with_managers(now=timezone.now())
    return saved


def assign(*, participant: Participant, practitioner: User, by: User, today: date, now: datetime) -> Assignment:
    """Make this practitioner the lead of one person."""
    (assignment,) = change_lead(people=[participant], practitioner=practitioner, by=by, today=today, now=now)
    return assignment


@transaction.atomic
@acting_as(SYSTEM)  # who hands a person over may not see them while it is done
def change_lead(
    *,
    people: Collection[Participant],
    practitioner: User,
    by: User,
    today: date,
    now: datetime,
    words: str = "",
    texts_from: datetime | None = None,
) -> list[Assignment]:
    """Make this practitioner the lead of these people, and move who may see them accordingly.

    The people, the lead before and the lead after are told. `words` are what each person reads, in place of the usual.
    Whether `by` may do it is the caller's question.
    """
    teams, assignments, left = teams_of(practitioner), [], Counter[User]()
    moved: list[Participant] = []
    for person in sorted(people, key=lambda person: person.pk):
        person = Participant.objects.lock(person)
        current = Assignment.objects.current(today).filter(participant=person).select_related("practitioner").first()
        if current and current.practitioner_id == practitioner.pk:
            assignments.append(current)
            continue
        refuse_excluded(practitioner, person)
        take_back_requests(person, by=by, now=now)
        if current:
            _end_assignment(current, today=today, now=now, by=by)
            left[current.practitioner] += 1
            moved.append(person)
        assignments.append(_begin_assignment(person, practitioner, teams, today=today, now=now, by=by))
        if current:
            for follow in ON_REALLOCATION:
                follow(person, current.practitioner, practitioner, by, now)
    tell_of_new_lead(moved, practitioner, left, by=by, now=now, words=words, texts_from=texts_from)
    return assignments


def refuse_excluded(practitioner: User, person: Participant) -> None:
    """Whoever is kept out of a record, or is not on its list, cannot lead the case."""
    theirs = {"participant": person}
    if (
        Exclusion.objects.current().filter(user=practitioner, **theirs).exists()
        or Restriction.objects.current().against(practitioner).filter(**theirs).exists()
    ):
        raise NotAPractitioner(f"{practitioner.name} cannot take {person.called}'s case. Choose someone else.")


def take_back_requests(person: Participant, *, by: User, now: datetime) -> None:
    """What was asked about who leads the case was asked of its lead before, and is over. Whoever asked is told."""
    for request in HandoverRequest.objects.waiting().filter(participant=person).select_related("asked_by"):
        request.state, request.answered_by, request.answered_at = HandoverRequest.State.WITHDRAWN, by, now
        save_or_refuse(request, "state", "answered_by", "answered_at", by=by)
        tell_request_over(request, now=now)


def tell_request_over(request: HandoverRequest, *, now: datetime) -> None:
    """Tell whoever asked, who may not see the person any more: the page says of whom to whoever does."""
    where = settings.BASE_URL + reverse("people:handover-request", args=[request.pk])
    message_queue.tell_user(
        user=request.asked_by, subject="A hand-over that you asked for", now=now, key=f"handover:{request.pk}:over",
        body=f"Who leads the case was settled otherwise, so what you asked is over. Which case: {where}",
    )  # fmt: skip


def _begin_assignment(
    participant: Participant, practitioner: User, teams: list[Team], *, by: User, today: date, now: datetime
) -> Assignment:
    assignment = Assignment(participant=participant, practitioner=practitioner, starts_on=today)
    save_or_refuse(assignment, by=by)
    revoke(participant=participant, whys=[AccessGrant.Why.AREA], now=now)
    grant(participant=participant, level=Level.FULL, why=AccessGrant.Why.ASSIGNED, now=now, user=practitioner)
    for team in teams:
        grant(participant=participant, level=Level.FULL, why=AccessGrant.Why.TEAM, now=now, team=team)
    return assignment


def tell_of_new_lead(
    people: list[Participant], lead: User, left: Mapping[User, int], *, by: User, now: datetime, words: str = "",
    texts_from: datetime | None = None,
) -> None:  # fmt: skip
    """Tell each person who their practitioner is now, and the practitioners how many came or went: no name, no CRN."""
    if not people:
        return
    key = f"lead:{now.isoformat()}:{lead.pk}"
    message_queue.tell_participants(
        participants=people, subject="Your practitioner", key=key, now=now, not_before=max(now, texts_from or now),
        body=words or NEW_LEAD.format(name=lead.name),
    )  # fmt: skip
    givers = " and ".join(user.name for user in left)
    message_queue.tell_user(
        user=lead, subject="People handed over to you", now=now, key=f"{key}:after",
        body=f"{_are(len(people))} now on your list, from {givers}. Sign in to see who.",
    )  # fmt: skip
    for user, count in left.items():
        message_queue.tell_user(
            user=user, subject="People handed over from you", now=now, key=f"{key}:before:{user.pk}",
            body=f"{_are(count)} no longer on your list: {by.name} handed them over to {lead.name}.",
        )  # fmt: skip


def untold(people_ids: Collection[int]) -> int:
    """Count those without phone and e-mail, whom someone has to tell."""
    with acting_as(SYSTEM):
        return Participant.objects.filter(pk__in=people_ids, phone="", email="").count()


def tell_yourself(people_ids: Collection[int]) -> str:
    """What a page adds where some of those who should be told cannot be reached; else nothing."""
    count = untold(people_ids)
    if not count:
        return ""
    if len(people_ids) == 1:
        return " They have no phone or e-mail with us, and are not told: tell them yourself."
    have, are = ("has", "is") if count == 1 else ("have", "are")
    return f" {count} of them {have} no phone or e-mail with us, and {are} not told: tell them yourself."


def _are(count: int) -> str:
    return "1 person is" if count == 1 else f"{count} people are"


def teams_of(practitioner: User) -> list[Team]:
    teams = [m.team for m in practitioner.current_memberships if m.role in (Role.PRACTITIONER, Role.MANAGER) and m.team]
    if not teams or not practitioner.is_active:
        raise NotAPractitioner(f"{practitioner.name} is not a practitioner in any team. Choose someone who is.")
    return teams


def _end_assignment(assignment: Assignment, *, by: User, today: date, now: datetime) -> None:
    assignment.end_before(today, by=by)
    revoke(participant=assignment.participant, whys=[AccessGrant.Why.ASSIGNED, AccessGrant.Why.TEAM], now=now)


@acting_as(SYSTEM)
def grant(
    *,
    participant: Participant,
    level: Level,
    why: AccessGrant.Why,
    now: datetime,
    user: User | None = None,
    team: Team | None = None,
) -> None:
    """Open an access grant; one that is open already stays as it is."""
    AccessGrant.objects.get_or_create(
        participant=participant,
        user=user,
        team=team,
        why=why,
        ends_at=None,
        defaults={"level": level, "starts_at": now},
    )


@acting_as(SYSTEM)
def revoke(
    *,
    participant: Participant,
    whys: Collection[AccessGrant.Why],
    now: datetime,
    user: User | None = None,
    team: Team | None = None,
) -> None:
    """End open access grants with these reasons, to this user or team if one is named, at once."""
    rows = AccessGrant.objects.filter(participant=participant, why__in=whys, ends_at=None)
    if user is not None:
        rows = rows.filter(user=user)
    if team is not None:
        rows = rows.filter(team=team)
    rows.update(ends_at=now)


@transaction.atomic
@acting_as(SYSTEM)  # who is shown what is written by the service alone
def open_portal(*, participant: Participant, by: User, today: date, now: datetime) -> User:
    """Give a person their own account, reached at the phone or e-mail on their record, else by a code on paper."""
    if participant.user is None:
        person = Participant.objects.lock(participant)
        phone, email = str(person.phone), person.email
        refuse_taken(phone=phone, email=email)
        told = {Kind.PHONE: ("phone", phone), Kind.EMAIL: ("email", email)}
        wrote = {kind: _who_wrote(person, *of) for kind, of in told.items()}
        participant.user = person.user = User.objects.create_user(name=person.name, code_letter_since=now)
        save_or_refuse(person, "user", by=by)
        join(user=person.user, role=Role.PARTICIPANT, today=today, by=by)
        if phone or email:
            move_sign_in(person.user, phone=phone, email=email, by=by, now=now, wrote=wrote)
    grant(participant=participant, level=Level.FULL, why=AccessGrant.Why.SELF, now=now, user=participant.user)
    return participant.user


def _who_wrote(participant: Participant, name: str, address: str) -> dict[str, Any]:
    """Who put this phone number or e-mail address on the record last; and whether they typed it.

    What came when the record began came with a file. What came with a merge was written on the other record.
    """
    for record in [*Participant.objects.filter(merged_into=participant).order_by("pk"), participant]:
        wrote = None
        for row in record.history.order_by("-history_date", "-history_id"):
            if str(getattr(row, name) or "") == address:
                wrote = row
            elif wrote:
                break
        if wrote and address:
            return {"written_by": wrote.history_user, "typed": wrote.history_type == "~"}
    return {}


def refuse_taken(*, phone: str, email: str, but: User | None = None) -> None:
    """Two accounts cannot be reached at one phone or e-mail: a sign-in code could go to the wrong person."""
    others = User.objects.exclude(pk=but.pk) if but else User.objects.all()
    if phone and others.filter(phone=phone).exists():
        raise AddressTaken("Someone else signs in with this phone number. Use another, or leave it empty.")
    if email and others.filter(email=email.lower()).exists():
        raise AddressTaken("Someone else signs in with this e-mail address. Use another, or leave it empty.")


@transaction.atomic
@acting_as(SYSTEM)
def change_contact(
    *, participant: Participant, preferred_name: str, phone: str, email: str, address: str, outcode: str, by: User,
    now: datetime,
) -> Participant:  # fmt: skip
    """Change how a person is called and reached. Where they sign in moves with it."""
    participant = Participant.objects.select_related("user").lock(participant)
    changed = {"preferred_name": preferred_name, "phone": phone, "email": email, "address": address, "outcode": outcode}
    for name, value in changed.items():
        setattr(participant, name, value)
    save_or_refuse(participant, *changed, by=by)
    if participant.user:
        phone, email = _free_of_unseen(participant.user, phone=phone, email=email.lower(), by=by, now=now)
        move_sign_in(participant.user, phone=phone, email=email, by=by, now=now)
    return participant


def _free_of_unseen(user: User, *, phone: str, email: str, by: User, now: datetime) -> tuple[str, str]:
    """Where codes may go. What someone signs in with whom `by` may not see stays theirs: nothing here tells of it.

    It stands on this record, codes go where they went, and whoever answers for the other is told.
    """
    others = Participant.objects.exclude(user=user).exclude(user=None)
    at = {"phone": phone, "email": email}
    for name, address in at.items():
        other = others.filter(**{f"user__{name}": address}).first() if address else None
        if other and not (by.is_service or Participant.objects.filter(pk=other.pk).visible_to(by).exists()):
            tried = f"put in the {'phone number' if name == 'phone' else 'e-mail address'} of"
            message_queue.tell_who_holds([other.pk], by=by, tried=tried, now=now)
            at[name] = str(getattr(user, name) or "")
    return at["phone"], at["email"]


def move_sign_in(
    user: User, *, phone: str, email: str, by: User, now: datetime, through: SignInChange | None = None,
    wrote: Mapping[Kind, dict[str, Any]] | None = None,
) -> None:  # fmt: skip
    """Send a person's codes to this phone number and this e-mail address. The only function that changes either.

    `wrote` says who put each on the record, where that was not `by`.
    """
    if not user.is_only_participant:
        raise RuleBroken("Someone who works here signs in to this account. An administrator changes how.")
    if not (phone or email or user.code_letter_since):
        raise RuleBroken(
            "This person signs in with a code. Leave a phone number or an e-mail address it can be sent to."
        )
    refuse_taken(phone=phone, email=email, but=user)
    before = {Kind.PHONE: str(user.phone or ""), Kind.EMAIL: user.email or ""}
    user.phone, user.email = phone or None, email.lower() or None
    if phone or email:
        user.code_letter_since = None
    save_or_refuse(user, "phone", "email", "code_letter_since", by=by)
    for kind, address in {Kind.PHONE: phone, Kind.EMAIL: email.lower()}.items():
        if address != before[kind]:
            sign_in_changes.record(
                account=user, kind=kind, address=address, before=before[kind], through=through, by=by, now=now,
                **(wrote or {}).get(kind, {}),
            )  # fmt: skip


def sign_in_afresh(user: User, *, before: Mapping[Kind, str], by: User, now: datetime) -> None:
    """The account reads another record too. Everyone is signed out, and its ways in wait to be confirmed.

    Whoever was reached for the other record, at `before`, is told.
    """
    user.sign_in_round += 1
    save_or_refuse(user, "sign_in_round", by=by)
    CodeLetter.objects.filter(participant__user=user, used_at=None, withdrawn_at=None).update(withdrawn_at=now)
    at = {Kind.PHONE: str(user.phone or ""), Kind.EMAIL: user.email or ""}
    told = {(ON_CODES[kind], address) for each in (at, before) for kind, address in each.items() if address}
    for kind, address in at.items():
        if address:  # codes go where they went: no answer from there says whose the other record is
            sign_in_changes.record(
                account=user, kind=kind, address=address, before=address, by=by, now=now, told_at=sorted(told),
                what=f"Joined with another record. {sign_in_messages.in_words(kind, address)}",
            )  # fmt: skip
            told = set()
    for number, to in enumerate(sorted(told)):
        message_queue.tell_participant(
            participant=user.participant, body=JOINED, short=JOINED, key=f"joined:{user.pk}:{now.isoformat()}:{number}",
            subject="How you sign in has changed", now=now, to=to,
        )  # fmt: skip


@transaction.atomic
@acting_as(SYSTEM)  # who is shown what is written by the service alone
def add_to_circle(
    *, participant: Participant, user: User, relationship: Relationship, by: User, today: date, now: datetime
) -> CircleMember:
    """Bring someone into the circle. Until the person agrees to more, they see the name alone."""
    if relationship == Relationship.WORKER and Role.PROVIDER not in user.roles:
        raise NotAWorker(f"{user.name} has no account as a worker at a service. Ask an administrator to make one.")
    if relationship != Relationship.WORKER and Role.VOLUNTEER not in user.roles:
        raise NotAVolunteer(f"{user.name} has no volunteer account yet. Ask an administrator to make one.")
    if CircleMember.objects.current(today).filter(participant=participant, user=user).exists():
        raise AlreadyInCircle(f"{user.name} is already in this person's circle.")
    member = CircleMember(participant=participant, user=user, relationship=relationship, starts_on=today)
    save_or_refuse(member, by=by)
    grant(participant=participant, level=Level.NAME, why=AccessGrant.Why.CIRCLE, now=now, user=user)
    return member


@transaction.atomic
@acting_as(SYSTEM)  # who is shown what is written by the service alone
def share(*, member: CircleMember, groups: Collection[Group], by: User, today: date) -> CircleMember:
    """The person says what this member may see. It takes effect at once.

    By a way in that waits to be confirmed, only what they take away does; what they add waits.
    """
    sign_in_changes.look_again(by)
    ticked, way = sorted(set(groups)), by.unconfirmed_way
    member.may_see = [group for group in ticked if group in member.may_see] if way else ticked
    member.asked_to_see, member.waits_for = (ticked, way) if way and ticked != member.may_see else ([], None)
    member.agreed_on = member.agreed_on if way else today
    save_or_refuse(member, "may_see", "agreed_on", "asked_to_see", "waits_for", by=by)
    return member


def share_what_waited(change: SignInChange, now: datetime) -> None:
    """Share what the person ticked by this way in: it is theirs. Drop it where it is not."""
    for member in CircleMember.objects.current(timezone.localdate(now)).filter(waits_for=change):
        if change.state == SignInChange.State.CONFIRMED:
            member.may_see, member.agreed_on = member.asked_to_see, timezone.localdate(now)
        member.asked_to_see, member.waits_for = [], None
        save_or_refuse(member, "may_see", "agreed_on", "asked_to_see", "waits_for", by=change.account)


@transaction.atomic
@acting_as(SYSTEM)  # who is shown what is written by the service alone
def leave_circle(*, member: CircleMember, by: User, today: date, now: datetime) -> None:
    """End someone's place in the circle, and what they may see with it."""
    member.may_see, member.asked_to_see, member.waits_for = [], [], None
    member.end_before(today, "may_see", "asked_to_see", "waits_for", by=by)
    revoke(participant=member.participant, whys=[AccessGrant.Why.CIRCLE], now=now, user=member.user)
