"""Ask the rules of a programme again about who is on it, once something changed: and say what becomes of the enrolment.

Each night those are asked about whose record, sentence or assessment changed, who had a birthday, or whose programme
has another rule. Where a rule says no that said yes before, a manager decides whether they stay, or it ends.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from common.postgres.actor import as_service
from common.saving import save_or_refuse
from common.states import Act, Refusal
from people.access.abilities import Can, can
from people.models import EligibilityReview, Enrolment, Participant, RiskAssessment, Rule, Sentence, User
from people.programmes import eligibility
from people.programmes.enrolment import MayNotOverride, NothingToOverride

SINCE = timedelta(days=2)  # a night that failed is made up for
OPEN, KEPT, ENDED, CLEARED = EligibilityReview.State
ACTS = {"let_stay": Act({OPEN}, Refusal(NothingToOverride, "This was decided already. It says: {state}."))}


def look_again(*, today: date, now: datetime) -> int:
    """Ask again where something changed. Answers how many are to be decided since. As the service."""
    found = 0
    rules: dict[int, list[Rule]] = {}
    for enrolment in _to_ask(today, now - SINCE):
        programme = enrolment.programme
        if programme.pk not in rules:
            rules[programme.pk] = eligibility.rules_of(programme, today)
        found += _note(enrolment, _unmet(enrolment, rules[programme.pk], today), now)
    return found


def unmet(enrolment: Enrolment, today: date) -> dict[str, str]:
    """What the rules of this day say against someone who is on the programme, by kind, but for what was accepted."""
    return _unmet(enrolment, eligibility.rules_of(enrolment.programme, today), today)


@transaction.atomic
@as_service()  # a review is nobody's to write by hand
def ask_now(*, enrolment: Enrolment, today: date, now: datetime) -> int:
    """Put it on the managers' list at once, without waiting for the night."""
    enrolment = Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)
    if enrolment.state != Enrolment.State.ENROLLED:
        raise NothingToOverride("They are not on this programme any more. Load the page again.")
    return _note(enrolment, unmet(enrolment, today), now)


def _unmet(enrolment: Enrolment, rules: Sequence[Rule], today: date) -> dict[str, str]:
    answers = eligibility.asked(rules, enrolment.participant, today)
    is_accepted = _accepted(enrolment, {rule.kind: rule for rule in rules})
    return {each.kind: each.reason for each in answers if not each.met and not is_accepted(each.kind, each.reason)}


def _to_ask(today: date, since: datetime) -> QuerySet[Enrolment]:
    """Those on a programme about whom something changed, or about whom a decision waits."""
    person = OuterRef("participant")
    changed = Participant.history.model.objects.filter(id=person, history_date__gt=since)
    sentences = Sentence.history.model.objects.filter(participant=person, history_date__gt=since)
    assessed = RiskAssessment.objects.filter(participant=person, recorded_at__gt=since)
    first = today - SINCE
    over = Sentence.objects.filter(Q(ends_on__range=(first, today)) | Q(starts_on__range=(first, today)))
    another = Rule.objects.filter(programme=OuterRef("programme"), starts_on__range=(first, today))
    none = Rule.objects.filter(programme=OuterRef("programme"), ends_on__range=(first, today))
    waits = EligibilityReview.objects.open().filter(enrolment=OuterRef("pk"))
    asked = [changed, sentences, assessed, over.filter(participant=person), another, none, waits]
    rows = Enrolment.objects.enrolled().select_related("programme", "participant__delivery_unit", "participant__prison")
    since_birthday = _birthdays(today)
    rows = rows.prefetch_related("results", "reviews")
    return rows.filter(since_birthday | Q(*[Exists(each) for each in asked], _connector=Q.OR)).order_by("pk")


def _birthdays(today: date) -> Q:
    """Whose birthday is today, or was on one of the two days before; who was born on 29 February has it on 1 March."""
    days = [today - timedelta(days=nth) for nth in range(SINCE.days + 1)]
    found = Q(pk=None)
    for day in days:
        found |= Q(participant__date_of_birth__month=day.month, participant__date_of_birth__day=day.day)
        if (day.month, day.day) == (3, 1):
            found |= Q(participant__date_of_birth__month=2, participant__date_of_birth__day=29)
    return found


def _note(enrolment: Enrolment, new: dict[str, str], now: datetime) -> int:
    """1 where something is to be decided that was not before."""
    waiting = next((each for each in enrolment.reviews.all() if each.state == OPEN), None)
    by = User.objects.service()
    if waiting and not new:
        waiting.state, waiting.decided_at = CLEARED, now
        save_or_refuse(waiting, "state", "decided_at", by=by)
    elif waiting and waiting.said.keys() != new.keys():
        waiting.said = new
        save_or_refuse(waiting, "said", by=by)
    elif new and not waiting:
        save_or_refuse(EligibilityReview(enrolment=enrolment, found_at=now, said=new), by=by)
        return 1
    return 0


def _accepted(enrolment: Enrolment, rules: Mapping[str, Rule]) -> Callable[[str, str], bool]:
    """Whether someone decided that they stay although this rule says no, and it is the same rule. Of risk it is asked
    again where the sentence is another: the band, or the highest that is taken."""
    kept = [(enrolment.asked_on, {each.kind: each.reason for each in enrolment.results.all() if not each.met})]
    for review in enrolment.reviews.all():
        if review.state == KEPT:
            kept.append((timezone.localdate(review.decided_at), review.said))

    def is_accepted(kind: str, reason: str) -> bool:
        rule = rules[kind]
        on_time = [said for day, said in kept if kind in said and (rule.pk is None or rule.starts_on <= day)]
        return any(kind != Rule.Kind.RISK or said[kind] == reason for said in on_time)

    return is_accepted


@transaction.atomic
def let_stay(
    *, review: EligibilityReview, reason: str, seen: Collection[str], by: User, now: datetime
) -> EligibilityReview:
    """They stay on the programme all the same: a manager says why, who did not ask for them. `seen`: the kinds of rules
    that said no as the manager read it."""
    rows = EligibilityReview.objects.select_for_update(of=("self",)).select_related("enrolment")
    review = rows.get(pk=review.pk)
    ACTS["let_stay"].begins(EligibilityReview.State(review.state))
    if not can(by, Can.OVERRIDE_ELIGIBILITY):
        raise MayNotOverride("Only a manager can say that someone stays all the same.")
    if review.enrolment.asked_by_id == by.pk:
        raise MayNotOverride("Someone other than who enrolled them has to decide.")
    if set(review.said) != set(seen):
        raise NothingToOverride("Something else is so by now. Read it again, then decide.")
    review.state, review.reason, review.decided_by, review.decided_at = KEPT, reason, by, now
    return save_or_refuse(review, "state", "reason", "decided_by", "decided_at", by=by)


def said_of(review: Any) -> str:
    """What the rules say now, in one line."""
    return " ".join(_lines(review.said.values()))


def _lines(said: Iterable[str]) -> list[str]:
    return [each if each.endswith(".") else f"{each}." for each in said]
