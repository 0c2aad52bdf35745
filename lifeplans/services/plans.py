"""The parts of a plan beside its goals: the story, ratings, strengths and setbacks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from common.errors import RuleBroken
from common.saving import save_or_refuse
from lifeplans.models import Author, Goal, GoodRating, LifePlan, Setback, Strength
from people.access import sign_in_changes
from people.models import Participant, User


@transaction.atomic
def start_plan(*, participant: Participant, by: User, today: date) -> LifePlan:
    """Open the person's one plan; asked again, give the one they have."""
    plan, _ = LifePlan.objects.get_or_create(participant=participant, defaults={"started_on": today, "started_by": by})
    return plan


@transaction.atomic
def write_own_words(*, plan: LifePlan, by: User, story: str | None = None, gives_back: str | None = None) -> LifePlan:
    """Keep the person's story and what they will give back; None leaves one as it is. History says who typed it."""
    plan = LifePlan.objects.select_for_update().get(pk=plan.pk)
    changed = [(plan.story, story), (plan.gives_back, gives_back)]
    if any(words and after not in (None, words) for words, after in changed):  # nothing of theirs is lost
        sign_in_changes.refuse_unconfirmed(by)
    if story is not None:
        plan.story = story
    if gives_back is not None:
        plan.gives_back = gives_back
    return save_or_refuse(plan, "story", "gives_back", by=by)


@transaction.atomic
def rate_goods(*, plan: LifePlan, ratings: Mapping[str, tuple[int, int]], by: User, today: date) -> list[GoodRating]:
    """Keep today's (importance, satisfaction) of each good; a second answer on the same day corrects the first."""
    LifePlan.objects.select_for_update().get(pk=plan.pk)
    todays = {rating.good: rating for rating in GoodRating.objects.filter(plan=plan, rated_on=today)}
    kept = []
    for good, (importance, satisfaction) in ratings.items():
        rating = todays.get(good) or GoodRating(plan=plan, good=good, rated_on=today)
        if (rating.importance, rating.satisfaction) != (importance, satisfaction):
            rating.importance, rating.satisfaction, rating.rated_by = importance, satisfaction, by
            save_or_refuse(rating, by=by)
        kept.append(rating)
    return kept


@transaction.atomic
def add_strength(
    *, plan: LifePlan, ring: str, text: str, by: User, today: date, words_of: Author | None = None
) -> Strength:
    """Add something that helps. A practitioner may write down the person's words; never the other way round."""
    author = whose_words(plan=plan, by=by, words_of=words_of)
    return save_or_refuse(
        Strength(plan=plan, ring=ring, text=text, words_of=author, added_by=by, added_on=today), by=by
    )


@transaction.atomic
def remove_strength(*, strength: Strength, by: User, today: date) -> Strength:
    """Take a strength off the list; it stays in the record. Nobody takes away the other's words."""
    rows = Strength.objects.select_for_update(of=("self",)).select_related("plan__participant")
    strength = rows.get(pk=strength.pk)
    if strength.removed_on:
        return strength
    if strength.words_of != strength.plan.author_of(by) and strength.added_by_id != by.pk:
        raise RuleBroken("Those are the other person's words. Only they can take them away.")
    sign_in_changes.refuse_unconfirmed(by)
    strength.removed_on = today
    return save_or_refuse(strength, "removed_on", by=by)


@transaction.atomic
def record_setback(
    *,
    plan: LifePlan,
    note: str,
    happened_on: date,
    by: User,
    today: date,
    goal: Goal | None = None,
    words_of: Author | None = None,
) -> Setback:
    """Write down that something went wrong. It pauses nothing and erases nothing."""
    if goal is not None and goal.plan_id != plan.pk:
        raise RuleBroken("That goal is in someone else's plan.")
    return save_or_refuse(
        Setback(
            plan=plan, goal=goal, note=note, words_of=whose_words(plan=plan, by=by, words_of=words_of),
            happened_on=happened_on, recorded_on=today, recorded_by=by,
        ), by=by)  # fmt: skip


@transaction.atomic
def see_setback(*, setback: Setback, by: User, today: date) -> Setback:
    """Note that whoever works with the person has read what they wrote. Twice is as once."""
    setback = Setback.objects.select_for_update(of=("self",)).get(pk=setback.pk)
    if setback.seen_on is None:
        setback.seen_on, setback.seen_by = today, by
        save_or_refuse(setback, "seen_on", "seen_by", by=by)
    return setback


def whose_words(*, plan: LifePlan, by: User, words_of: Author | None) -> Author:
    """The side whose words are kept: the writer's own, unless a practitioner writes down what the person said."""
    author = plan.author_of(by)
    return author if author == Author.PARTICIPANT or words_of is None else words_of
