"""The panel: a manager sends it a request without a name, its members vote, and what more than half would give counts.

A vote is a sum: all that was asked for, less, or nothing. The answer is the largest sum that more than half of the
votes would give. It is given once everyone who may vote has voted, or after the last day where there are votes enough;
one of them is of a member with lived experience, where the rules ask for that. Nobody who asked votes, nor whoever
knows the person, gave them a way in, or had a part in the first answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from budgets import deciding, interests
from budgets.commands import Command, idempotent, new_key
from budgets.deciding import AlreadyDecided, Answer, OwnRequest
from budgets.models import MoneyRules, PanelCase, PanelMember, PanelQuestion, PanelVote, SpendRequest
from budgets.prohibited import hints
from budgets.telling import tell
from common.errors import RuleBroken
from common.money import pounds
from common.postgres.actor import as_service
from common.saving import save_or_refuse
from people.access import sign_in_changes
from people.messaging.message_queue import tell_user
from people.models import (
    AccessGrant,
    Document,
    Membership,
    Participant,
    Programme,
    Role,
    SignInChange,
    User,
)
from people.record.documents import add_document

VOTE_WITHIN = timedelta(days=7)
TOLD = "A panel looks at something you asked for."
WRITTEN_DOWN = "A vote of yours was written down from the minutes. Sign in to Good Lives, and say if it is not so."
ANSWERED = "What you asked before you vote is answered. Sign in to read it."
TO_VOTE = "There is a request to vote on. Sign in to Good Lives to read it."


class NotForThePanel(RuleBroken):
    pass


class TooFewMembers(RuleBroken):
    pass


class MayNotVote(RuleBroken):
    pass


class NotTheirVote(RuleBroken):
    pass


@transaction.atomic
def add(
    *, programme: Programme, user: User, lived_experience: bool, starts_on: date, by: User, now: datetime
) -> PanelMember:
    """Put someone on a programme's panel."""
    member = PanelMember(
        programme=programme,
        user=user,
        lived_experience=lived_experience,
        starts_on=starts_on,
        added_by=by,
        added_at=now,
    )
    save_or_refuse(member, by=by)
    _tell_of_open_cases(member, now)
    return member


@as_service()  # who adds them may see the cases of their own team alone
def _tell_of_open_cases(member: PanelMember, now: datetime) -> None:
    rows = PanelCase.objects.open().filter(programme=member.programme).select_related("spend__appeals")
    for case in rows.select_related("spend__budget__enrolment__participant"):
        if member.user_id in {each.user_id for each in who_may_vote(case.spend, now)}:
            _tell_to_vote(case, member.user, now)


def _tell_to_vote(case: PanelCase, user: User, now: datetime) -> None:
    key = f"panel:{case.pk}:{user.pk}"
    tell_user(user=user, subject="A request to vote on", body=TO_VOTE, key=key, now=now)


@transaction.atomic
def leave(*, member: PanelMember, by: User, today: date) -> PanelMember:
    """Today is their last day on it."""
    member = PanelMember.objects.select_for_update(of=("self",)).get(pk=member.pk)
    if member.ends_on is None:
        member.ends_on = max(today, member.starts_on)
        save_or_refuse(member, "ends_on", by=by)
    return member


@transaction.atomic
def send(
    *, spend: SpendRequest, what: str, goal: str, why: str, by: User, now: datetime, seller: str = ""
) -> PanelCase:
    """Send a request to the panel, as its members read it. The person reads the same."""
    today = timezone.localdate(now)
    spend = SpendRequest.objects.select_for_update(of=("self",)).with_person().get(pk=spend.pk)
    if spend.state != SpendRequest.State.ASKED:
        said = SpendRequest.State(spend.state).label.lower()
        raise AlreadyDecided(f"This request is not waiting for an answer. It says: {said}.")
    deciding.refuse_not_known(spend)
    programme = spend.budget.enrolment.programme
    in_force = MoneyRules.objects.of(programme, today)
    if not deciding.is_for_panel(spend, in_force):
        raise NotForThePanel("A manager may decide this. It need not go to the panel.")
    for words in (what, goal, why, seller):
        deciding.refuse_names(words, spend.person, where="What the panel reads")
    if not may_send(spend, by):
        raise OwnRequest("You had a part in the first answer. Someone else sends it to the panel.")
    members = [each for each in who_may_vote(spend, now) if each.user_id != by.pk]
    if len(members) < in_force.panel_quorum:
        raise TooFewMembers(
            f"{len(members)} members of the panel may vote on this, and {in_force.panel_quorum} votes are needed. Put "
            "more people on the panel first."
        )
    if in_force.panel_lived and not any(each.lived_experience for each in members):
        raise TooFewMembers(
            "Nobody with lived experience may vote on this, and one such vote is needed. Put someone on the panel."
        )
    case = PanelCase(
        spend=spend, programme=programme, what=what, goal=goal, why=why, seller=seller, amount=spend.price,
        price_shown=spend.quote_id is not None,
        purpose=spend.purpose, sent_by=by, sent_at=now, vote_by=today + VOTE_WITHIN,
        looks_like=[hint.kind for hint in hints(spend.words, in_force.prohibited)],
    )  # fmt: skip
    save_or_refuse(case, by=by)
    tell(spend.person, TOLD, key=f"panel:{case.pk}", now=now)
    for member in members:
        _tell_to_vote(case, member.user, now)
    return case


def may_send(spend: SpendRequest, by: User) -> bool:
    """Whoever asked may send it. Whoever had a part in the answer that it asks to look at again may not."""
    return by.pk not in spend.may_not_decide - {spend.asked_by_id, spend.started_by_id}


@as_service()  # neither a member nor a manager sees all that keeps someone from voting
def who_may_vote(spend: SpendRequest, now: datetime) -> list[PanelMember]:
    """The members who may vote on it. Whoever had a part in it, knows the person or sees their record may not."""
    person, today = spend.person, timezone.localdate(now)
    part = spend.may_not_decide | interests.knowing({person.pk}).get(person.pk, set()) | {person.user_id or 0}
    part |= interests.tied_to_any(_askers(spend))
    part |= set(PanelCase.objects.filter(spend=spend).values_list("sent_by", flat=True))
    sold_by = {nth: said for nth, said in enumerate(_sold_by(spend)) if said}
    part |= set().union(*interests.in_payees(sold_by).values())
    grants = list(AccessGrant.objects.filter(participant=person).current(now).values_list("user", "team"))
    teams = Membership.objects.current(today).filter(team__in=[team for _, team in grants if team])
    part |= {user for user, _ in grants if user} | set(teams.values_list("user", flat=True))
    for change in SignInChange.objects.filter(participant=person).since(now - sign_in_changes.LATELY):
        part |= set(change.givers)
    role = Membership.objects.current(today).filter(role=Role.PANEL)
    on_it = PanelMember.objects.on_panel(spend.budget.enrolment.programme, today).filter(user__in=role.values("user"))
    return list(on_it.exclude(user__in=part).select_related("user").order_by("user__name", "pk"))


@as_service()  # a member does not see whom it is about; that they looked is recorded all the same
def person_of(case: PanelCase) -> Participant:
    return Participant.objects.get(enrolments__budget__requests__panel_case=case)


@as_service()
def people_of(cases: Sequence[PanelCase]) -> list[int]:
    """The ids of the people whom these are about, for the record of who looked."""
    return list(
        Participant.objects.filter(enrolments__budget__requests__panel_case__in=cases).values_list("pk", flat=True)
    )


def _askers(spend: SpendRequest) -> set[int | None]:
    return {spend.started_by_id, spend.asked_by_id}


def _sold_by(spend: SpendRequest) -> list[str]:
    """All who may sell it: as named, as chosen from the directory, and as its panel reads."""
    told = PanelCase.objects.filter(spend=spend).values_list("seller", flat=True)
    return [spend.payee, spend.service.provider.name if spend.service else "", *told]


def yet_to_vote(case: PanelCase, now: datetime) -> list[PanelMember]:
    """Those who may vote on it and have not."""
    said = set(case.votes.filter(denied_at=None).values_list("member", flat=True))
    return [each for each in who_may_vote(case.spend, now) if each.user_id not in said]


@transaction.atomic
@as_service()  # a member sees no record, and who answers is no member
def ask(*, case: PanelCase, text: str, by: User, now: datetime) -> PanelQuestion:
    """A member asks before they vote. It is on the list of whoever may send the case."""
    _refuse_voter(case, by, now)
    return save_or_refuse(PanelQuestion(case=case, text=text, asked_by=by, asked_at=now), by=by)


@transaction.atomic
@as_service()
def answer_question(*, question: PanelQuestion, answer: str, by: User, now: datetime) -> PanelQuestion:
    """Answer what a member asked, naming nobody. All members read it, and so does the person."""
    rows = PanelQuestion.objects.select_for_update(of=("self",)).select_related("case", "asked_by")
    question = rows.get(pk=question.pk)
    spend = SpendRequest.objects.with_person().get(pk=question.case.spend_id)
    if question.answered_at:
        raise AlreadyDecided("This is answered already. You can read the answer on the request.")
    if question.case.closed_at:
        raise AlreadyDecided("The panel has answered by now, so nobody waits for this.")
    if by.pk == question.asked_by_id or not may_send(spend, by):
        raise OwnRequest("You had a part in this. Someone else answers it.")
    deciding.refuse_names(answer, spend.person, where="What the panel reads")
    question.answer, question.answered_by, question.answered_at = answer, by, now
    save_or_refuse(question, "answer", "answered_by", "answered_at", by=by)
    tell_user(
        user=question.asked_by, subject="Your question was answered", body=ANSWERED,
        key=f"panel-question:{question.pk}", now=now,
    )  # fmt: skip
    return question


@transaction.atomic
def vote(*, case: PanelCase, amount: int, reason: str, by: User, now: datetime) -> PanelVote:
    """Say how much one would give, in pence: all, less, or nothing. Nobody votes twice."""
    return _cast(case, by, amount, reason, by, now)


@transaction.atomic
def stand_aside(*, case: PanelCase, by: User, now: datetime) -> PanelVote:
    """Say that one may know the person, and so does not vote."""
    return _cast(case, by, 0, "I may know who this is.", by, now, stands_aside=True)


@transaction.atomic
def take_down(
    *, case: PanelCase, member: User, amount: int, reason: str, minutes: Document, by: User, now: datetime
) -> PanelVote:
    """Write down a vote from the minutes of a meeting. The member is told, and says if it is not so."""
    _refuse_writer(case, member, by, now)
    made = _cast(case, member, amount, reason, by, now, minutes=minutes)
    tell_user(user=member, subject="Your vote was written down", body=WRITTEN_DOWN, key=f"vote:{made.pk}", now=now)
    return made


@as_service()
def _refuse_writer(case: PanelCase, member: User, by: User, now: datetime) -> None:
    spend = SpendRequest.objects.with_person().get(pk=case.spend_id)
    knows = interests.knowing({spend.person.pk}).get(spend.person.pk, set()) | interests.tied_to_any(_askers(spend))
    if by.pk in spend.may_not_decide | knows:
        raise OwnRequest("You had a part in this, or know who it is about or who asks. Someone else writes it down.")
    if spend.person.pk in set(sign_in_changes.gave_lately(by, now)):
        raise OwnRequest("You gave this person a way to sign in lately. Someone else writes down the votes.")
    if case.votes.filter(member=member, denied_at__isnull=False).exists():
        raise MayNotVote("They said that what was written down was not their vote. They vote themselves.")


@transaction.atomic
def keep_minutes(*, case: PanelCase, name: str, data: bytes, by: User, now: datetime) -> Document:
    """Put the minutes of a meeting on the person's file, which the person does not read: others speak in them."""
    return add_document(
        participant=case.spend.person, kind=Document.Kind.EVIDENCE, title=f"Minutes: {case.what}"[:150], name=name,
        data=data, by=by, now=now,
    )  # fmt: skip


def _cast(
    case: PanelCase, member: User, amount: int, reason: str, by: User, now: datetime, *, stands_aside: bool = False,
    minutes: Document | None = None,
) -> PanelVote:  # fmt: skip
    _refuse_voter(case, member, now)
    if amount > case.amount:
        raise deciding.MoreThanAsked(f"They asked for {pounds(case.amount)}. Say that much or less.")
    made = PanelVote(
        case=case,
        member=member,
        amount=amount,
        reason=reason,
        stands_aside=stands_aside,
        at=now,
        by=by,
        minutes=minutes,
    )
    save_or_refuse(made, by=by)
    settle(case=case, now=now)
    return made


@as_service()
def _refuse_voter(case: PanelCase, member: User, now: datetime) -> None:
    found = PanelCase.objects.select_for_update(of=("self",)).select_related("spend__appeals").get(pk=case.pk)
    if found.closed_at:
        raise AlreadyDecided("This is not waiting for votes any more.")
    if member.pk not in {each.user_id for each in who_may_vote(found.spend, now)}:
        raise MayNotVote("Whoever is not on the panel, had a part in this or knows the person does not vote on it.")


@transaction.atomic
def deny(*, vote: PanelVote, by: User, now: datetime) -> PanelVote:
    """A member says that what was written down was not their vote. It counts no more; they may vote themselves."""
    if vote.member_id != by.pk:
        raise NotTheirVote("Only whose vote it is says that.")
    vote = PanelVote.objects.select_for_update(of=("self",)).get(pk=vote.pk)
    if vote.denied_at is None and vote.by_id != by.pk:
        vote.denied_at = now
        save_or_refuse(vote, "denied_at", by=by)
    return vote


@transaction.atomic
def look_into(*, vote: PanelVote, found: str, by: User, now: datetime) -> PanelVote:
    """Write down what someone found who asked about a vote that was denied. Nobody looks into what they wrote."""
    if by.pk == vote.by_id:
        raise OwnRequest("You wrote this vote down. Someone else asks about it.")
    vote = PanelVote.objects.select_for_update(of=("self",)).get(pk=vote.pk)
    if vote.denied_at and vote.found_at is None:
        vote.found, vote.found_by, vote.found_at = found, by, now
        save_or_refuse(vote, "found", "found_by", "found_at", by=by)
    return vote


@as_service()
def written_for(user: User) -> list[PanelVote]:
    """The votes that others wrote down for this user and that stand, the newest first, also of a panel they left."""
    rows = PanelVote.objects.filter(member=user, denied_at=None).exclude(by=user).select_related("case")
    return list(rows.order_by("-at")[:25])


@as_service()
def stands(spend: SpendRequest, now: datetime) -> bool:
    """Whether a panel's yes stands without the votes that were denied since."""
    case = PanelCase.objects.select_related("programme", "spend__budget__enrolment").get(spend=spend)
    if not case.votes.filter(denied_at__gte=F("case__closed_at")).exists():
        return True
    votes, today = votes_of(case), timezone.localdate(now)
    in_force = MoneyRules.objects.of(case.programme, today)
    return is_quorate(votes, case.programme, in_force, today) and outcome(votes) >= (spend.granted or 0)


# --- the answer ------------------------------------------------------------------------------------


@as_service()  # the panel decides, and no member of it writes a request or moves money
def settle(*, case: PanelCase, now: datetime) -> None:
    """Give the answer, if it can be given by now. Where a yes cannot be carried out, the case says why."""
    rows = PanelCase.objects.select_for_update(of=("self",)).select_related("programme", "spend__appeals")
    case = rows.select_related("spend__budget__enrolment__participant").get(pk=case.pk)
    if case.closed_at or not _is_ready(case, now):
        return
    by = User.objects.service()
    try:
        with transaction.atomic():
            _decide(case=case, by=by, now=now, key=new_key())
    except RuleBroken as refusal:
        case.problem = str(refusal)[:300]
        save_or_refuse(case, "problem", by=by)


def settle_due(*, now: datetime) -> int:
    """At night: the cases whose last day is over, and those that could not be carried out. As the service."""
    over = Q(vote_by__lt=timezone.localdate(now)) | ~Q(problem="")
    due = list(PanelCase.objects.open().filter(over).order_by("pk"))
    for case in due:
        settle(case=case, now=now)
    return PanelCase.objects.filter(pk__in=[case.pk for case in due], closed_at__isnull=False).count()


def _is_ready(case: PanelCase, now: datetime) -> bool:
    today = timezone.localdate(now)
    in_force = MoneyRules.objects.of(case.programme, today)
    if not is_quorate(votes_of(case), case.programme, in_force, today):
        return False
    said = set(case.votes.filter(denied_at=None).values_list("member", flat=True))
    return case.vote_by < today or all(each.user_id in said for each in who_may_vote(case.spend, now))


def votes_of(case: PanelCase) -> list[PanelVote]:
    """Those that count: not of whoever has said since that they know the person or who asks. As the service."""
    person = case.spend.budget.enrolment.participant_id
    knows = interests.knowing({person}).get(person, set()) | interests.tied_to_any(_askers(case.spend))
    return [each for each in case.votes.counted().order_by("pk") if each.member_id not in knows]


def is_quorate(votes: Sequence[PanelVote], programme: Programme, in_force: MoneyRules, today: date) -> bool:
    """Whether there are votes enough, and one of someone with lived experience where the rules ask for that."""
    if len(votes) < in_force.panel_quorum:
        return False
    lived = PanelMember.objects.on_panel(programme, today).filter(
        lived_experience=True, user__in=[each.member_id for each in votes]
    )
    return not in_force.panel_lived or lived.exists()


def outcome(votes: Sequence[PanelVote]) -> int:
    """The largest sum (pence) that more than half of the votes would give."""
    return sorted((each.amount for each in votes), reverse=True)[len(votes) // 2]


@idempotent
def _decide(command: Command, *, case: PanelCase) -> SpendRequest:
    spend = deciding.lock(case.spend, "approve_request", command, facts=True)
    deciding.refuse_not_known(spend)
    votes = votes_of(case)
    granted = outcome(votes)
    looked = bool(granted and case.looks_like)
    panel = {case.sent_by_id, *(each.member_id for each in votes), *(each.by_id for each in votes)}
    answer = Answer(reasons(votes, case.amount), granted, not_prohibited=looked, panel=tuple(sorted(panel)))
    deciding.give(spend, answer, command)
    PanelCase.objects.filter(pk=case.pk).update(problem="")
    return spend


def reasons(votes: Sequence[PanelVote], asked: int) -> str:
    """How the panel voted and what its members said, as the person reads it."""
    yes = sum(each.amount == asked for each in votes)
    less = sum(0 < each.amount < asked for each in votes)
    said = f"{len(votes)} people voted: {yes} for all of it, {less} for less, {len(votes) - yes - less} against it."
    words = [f"“{each.reason}”" for each in votes]
    return "\n\n".join([said, "What they said:", *words])
