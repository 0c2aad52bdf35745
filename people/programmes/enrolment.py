"""Programmes, and who is on them. One public function is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.registry import Registry
from common.saving import save_or_refuse
from common.states import Act, Refusal
from people.access.abilities import Can, can
from people.messaging import message_queue
from people.models import (
    AccessGrant,
    EligibilityReview,
    Enrolment,
    Level,
    Participant,
    Programme,
    Rule,
    RuleResult,
    Team,
    TierDecision,
    User,
    ids_changeable_by,
)
from people.models.places import DeliveryUnit
from people.programmes import eligibility


class AlreadyEnrolled(RuleBroken):
    pass


class MayNotOverride(RuleBroken):
    pass


class NothingToOverride(RuleBroken):
    pass


class NeedsAReason(RuleBroken):
    pass


class NotEnrolled(RuleBroken):
    pass


class NotAProgramme(RuleBroken):
    pass


class NotYourProgramme(RuleBroken):
    pass


@dataclass(frozen=True)
class EndNote:
    """What a higher floor says on the page that ends an enrolment: a template, and what it is filled with."""

    template: str
    context: Callable[[Enrolment], dict[str, Any]]


# What follows where an enrolment ends, in its transaction: given it, who ended it, and when.
ON_ENDED: Registry[Callable[[Enrolment, User, datetime], None]] = Registry()
END_NOTES: Registry[EndNote] = Registry()

NOT_ELIGIBLE, ENROLLED, ENDED = Enrolment.State
ACTS = {
    "enrol": Act({NOT_ELIGIBLE}, Refusal(AlreadyEnrolled, "{person} is on {programme} already.")),
    "override": Act({NOT_ELIGIBLE}, Refusal(NothingToOverride, "There is no refusal to override here.")),
    "end_enrolment": Act({ENROLLED}, Refusal(NotEnrolled, "This person is not on the programme now.")),
}


@transaction.atomic
@acting_as(SYSTEM)  # which scheme runs a programme decides who sees whom
def create_programme(
    *, code: str, name: str, money_model: Programme.MoneyModel, by: User, about: str = "", allocation: int = 0,
    rules: Sequence[Rule] = (), areas: Collection[DeliveryUnit] = (), scheme: Team | None = None,
    owning_areas: Collection[DeliveryUnit] = (), gives_sum_again: bool = False,
) -> Programme:  # fmt: skip
    """Set up a programme with its rules (unsaved `Rule` rows; `areas` belong to the area rule).

    One of its owning areas is the manager's own.
    """
    _check_scheme(scheme)
    if not by.is_service and not {area.pk for area in owning_areas} & set(areas_of(by)):
        raise NotYourProgramme("Choose your own area as one of those that own the programme.")
    programme = Programme(
        code=code, name=name, about=about, money_model=money_model, allocation=allocation, scheme=scheme,
        gives_sum_again=gives_sum_again,
    )  # fmt: skip
    save_or_refuse(programme, by=by)
    programme.owning_areas.set(owning_areas)
    for rule in rules:
        rule.programme = programme
        save_or_refuse(rule, by=by)
        if rule.kind == Rule.Kind.AREA:
            rule.areas.set(areas)
    return programme


def _check_scheme(scheme: Team | None) -> None:
    if scheme is not None and scheme.kind != Team.Kind.SCHEME:
        raise NotAProgramme(f"{scheme} is not a scheme. Choose a team of that kind.")


def areas_of(user: User) -> list[int]:
    """The areas of the teams that this user manages."""
    return list(DeliveryUnit.objects.filter(teams__in=user.managed_teams).values_list("pk", flat=True).distinct())


def may_manage(user: User, programme: Programme) -> bool:
    """Whether the user looks after this programme: they manage a team in an area that owns it."""
    return user.is_service or programme.owning_areas.filter(pk__in=areas_of(user)).exists()


@transaction.atomic
@acting_as(SYSTEM)  # the scheme before sees nobody any more, whoever sees them
def run_by(*, programme: Programme, scheme: Team | None, by: User, now: datetime) -> list[int]:
    """Let another scheme, or none, run the programme: the one before no longer sees who is on it.

    The new one sees those whom `by` sees. The managers of the others find it on their home list (`not_shared`).
    Return the ids of the people who were shown to it.
    """
    _check_scheme(scheme)
    if not may_manage(by, programme):
        raise NotYourProgramme("Only a manager in one of the areas that own this programme says who runs it.")
    programme = _locked_programme(programme.pk)
    before, programme.scheme = programme.scheme, scheme
    save_or_refuse(programme, "scheme", by=by)
    on = Participant.objects.filter(enrolments__in=Enrolment.objects.enrolled().filter(programme=programme))
    if before and before != scheme:
        _end_scheme_access(before, on, now)
    return _show_to(programme, scheme, on if by.is_service else on.changeable_by(by), now)


def counts(*, programme: Programme, by: User) -> tuple[int, int]:
    """How many of those on the programme this user could show to a scheme, and how many are on it."""
    with acting_as(SYSTEM):
        on = Participant.objects.filter(enrolments__in=Enrolment.objects.enrolled().filter(programme=programme))
        return on.changeable_by(by).count(), on.count()


def not_shared(*, user: User) -> QuerySet[Enrolment]:
    """Enrolments of people whom this manager sees, and whom the scheme that runs their programme does not see yet."""
    teams = AccessGrant.objects.current().filter(why=AccessGrant.Why.TEAM, team__in=user.managed_teams)
    theirs = AccessGrant.objects.filter(
        participant=OuterRef("participant"), team=OuterRef("programme__scheme"), why=AccessGrant.Why.ENROLLED,
        ends_at=None,
    )  # fmt: skip
    rows = Enrolment.objects.enrolled().exclude(programme__scheme=None).exclude(Exists(theirs))
    rows = rows.filter(participant__in=ids_changeable_by(user)).filter(participant__in=teams.values("participant"))
    return rows.select_related("programme__scheme", "participant")


@transaction.atomic
@acting_as(SYSTEM)
def share(*, programme: Programme, by: User, now: datetime) -> list[int]:
    """Show the scheme that runs the programme those on it whom this manager answers for. Return their ids."""
    programme = _locked_programme(programme.pk)
    theirs = not_shared(user=by).filter(programme=programme).values("participant")
    return _show_to(programme, programme.scheme, Participant.objects.filter(pk__in=theirs), now)


def _show_to(programme: Programme, scheme: Team | None, people: QuerySet[Participant], now: datetime) -> list[int]:
    """Let the scheme see how to reach these people, and tell each of them."""
    if scheme is None:
        return []
    new = _give_scheme_access(scheme, people, now)
    message_queue.tell_participants(
        participants=new, subject=programme.name[:150], now=now, not_before=now,
        key=f"scheme:{programme.pk}:{scheme.pk}:{now.isoformat()}",
        body=f"{scheme.name} now runs {programme.name} with you. They see your name and how to reach you. "
        "Ask your practitioner if you have questions.",
    )  # fmt: skip
    return sorted(person.pk for person in new)


def _locked_programme(pk: int) -> Programme:
    """Lock the programme, so that its scheme stays the same until access is granted. Always the last lock taken."""
    locked = Programme.objects.select_for_update(of=("self",), no_key=True)
    with acting_as(SYSTEM):  # a practitioner enrols, and does not keep programmes
        return locked.select_related("scheme").get(pk=pk)


def _told_afresh(scheme: Team, people: QuerySet[Participant], now: datetime) -> None:
    """Open and end this scheme's access grants so that they match the programmes it runs."""
    _end_scheme_access(scheme, people, now)
    _give_scheme_access(scheme, people, now)


def _end_scheme_access(scheme: Team, people: QuerySet[Participant], now: datetime) -> None:
    """End access to those of these people who are on no programme of the scheme."""
    on = Enrolment.objects.enrolled().filter(programme__scheme=scheme).values("participant")
    theirs = AccessGrant.objects.filter(team=scheme, why=AccessGrant.Why.ENROLLED, ends_at=None)
    theirs.filter(participant__in=people).exclude(participant__in=on).update(ends_at=now)


def _give_scheme_access(scheme: Team, people: QuerySet[Participant], now: datetime) -> list[Participant]:
    """Give access to those of these people who are on a programme of the scheme. Return those who are new to it."""
    theirs = AccessGrant.objects.filter(team=scheme, why=AccessGrant.Why.ENROLLED, ends_at=None)
    on = Enrolment.objects.enrolled().filter(programme__scheme=scheme).values("participant")
    new = list(people.filter(pk__in=on).exclude(pk__in=theirs.values("participant")).distinct())
    AccessGrant.objects.bulk_create(
        (
            AccessGrant(
                participant=person, team=scheme, why=AccessGrant.Why.ENROLLED, level=Level.CONTACT, starts_at=now
            )
            for person in new
        ),
        batch_size=1000,
    )
    return new


@transaction.atomic
@acting_as(SYSTEM)
def tell_schemes(*, participant: Participant, now: datetime) -> None:
    """Set schemes' access to a person to what the person's enrolments give now."""
    on, told = Q(programmes__enrolments__participant=participant), Q(access_grants__participant=participant)
    for team in Team.objects.filter(on | told, kind=Team.Kind.SCHEME).distinct():
        _told_afresh(team, Participant.objects.filter(pk=participant.pk), now)


@acting_as(SYSTEM)
def _tell_scheme(enrolment: Enrolment, now: datetime) -> None:
    """Grant the scheme the person's name and contact details while the person is enrolled."""
    programme = _locked_programme(enrolment.programme_id)
    if programme.scheme is not None and programme.scheme.kind == Team.Kind.SCHEME:
        _told_afresh(programme.scheme, Participant.objects.filter(pk=enrolment.participant_id), now)


@transaction.atomic
def enrol(*, participant: Participant, programme: Programme, by: User, today: date, now: datetime) -> Enrolment:
    """Ask each rule, keep each answer, and enrol the person where all say yes. A person may be asked about again."""
    participant = Participant.objects.select_related("delivery_unit").lock(participant)
    _end_earlier_answer(participant=participant, programme=programme, today=today, now=now, by=by)
    found = eligibility.answers(participant=participant, programme=programme, today=today)
    yes = eligibility.eligible(found)
    enrolment = Enrolment(
        participant=participant, programme=programme, asked_by=by, asked_on=today, starts_on=today if yes else None,
        state=Enrolment.State.ENROLLED if yes else Enrolment.State.NOT_ELIGIBLE,
    )  # fmt: skip
    save_or_refuse(enrolment, by=by)
    RuleResult.objects.bulk_create(
        RuleResult(enrolment=enrolment, kind=answer.kind, met=answer.met, reason=answer.reason[:300])
        for answer in found
    )
    _tell_scheme(enrolment, now)
    return enrolment


def _end_earlier_answer(
    *, participant: Participant, programme: Programme, by: User, today: date, now: datetime
) -> None:
    earlier = (
        Enrolment.objects.filter(participant=participant, programme=programme)
        .exclude(state=Enrolment.State.ENDED)
        .first()
    )
    if earlier is None:
        return
    ACTS["enrol"].begins(Enrolment.State(earlier.state), person=participant.name, programme=programme)
    _end(earlier, reason="Asked about again.", by=by, today=today, now=now)


@transaction.atomic
def override(*, enrolment: Enrolment, by: User, reason: str, today: date, now: datetime) -> Enrolment:
    """Enrol someone whom the rules left out, by a senior and with a reason. The rules' answers are kept."""
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if not can(by, Can.OVERRIDE_ELIGIBILITY):
        raise MayNotOverride("Only a manager can override an eligibility rule.")
    ACTS["override"].begins(Enrolment.State(enrolment.state))
    if enrolment.asked_by_id == by.pk:
        raise MayNotOverride("Someone other than the person who asked has to override the rules.")
    if not reason.strip():
        raise NeedsAReason("Say why this programme is right for this person all the same.")
    enrolment.state, enrolment.starts_on = Enrolment.State.ENROLLED, today
    enrolment.overridden_by, enrolment.override_reason = by, reason.strip()
    save_or_refuse(enrolment, "state", "starts_on", "overridden_by", "override_reason", by=by)
    _tell_scheme(enrolment, now)
    return enrolment


@transaction.atomic
def end_enrolment(*, enrolment: Enrolment, reason: str, by: User, today: date, now: datetime) -> Enrolment:
    """The person leaves the programme; the record of it stays."""
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    ACTS["end_enrolment"].begins(Enrolment.State(enrolment.state))
    if not reason.strip():
        raise NeedsAReason("Say why this ends.")
    return _end(enrolment, reason=reason.strip(), today=today, now=now, by=by)


def _end_what_waits(enrolment: Enrolment, by: User, now: datetime) -> None:
    """Nothing is to be decided about it any more: whether they stay, and how much help they have."""
    with acting_as(SYSTEM):
        reviews = EligibilityReview.objects.open().filter(enrolment=enrolment)
        reviews.update(state=EligibilityReview.State.ENDED, decided_by=by, decided_at=now)
        tiers = TierDecision.objects.filter(enrolment=enrolment, state__in=["ASKED", "IN_FORCE"])
        tiers.update(state=TierDecision.State.OVER)


def _end(enrolment: Enrolment, *, reason: str, by: User, today: date, now: datetime) -> Enrolment:
    enrolment.state, enrolment.ends_on, enrolment.end_reason = Enrolment.State.ENDED, today, reason
    save_or_refuse(enrolment, "state", "ends_on", "end_reason", by=by)
    _tell_scheme(enrolment, now)
    _end_what_waits(enrolment, by, now)
    for follow in ON_ENDED:
        follow(enrolment, by, now)
    return enrolment
