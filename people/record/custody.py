"""Acts of custody. Where someone is follows from them alone: the header, the rhythm, lists and letters read it there.

Each act is of a day, today or before and not before the act that came last. A release that is expected is a date on the
sentence, and moves nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.registry import Registry
from common.saving import save_or_refuse
from common.states import Act, Refusal
from people.models import AccessGrant, CustodyEvent, Participant, Prison, Sentence, Supervision, User, Whereabouts
from people.record import sentencing

Kind = CustodyEvent.Kind
COMMUNITY, PRISON, TEMPORARY, HOSPITAL = Whereabouts
INTO = {Kind.SENTENCED, Kind.REMANDED, Kind.RECALLED, Kind.FILE_IN}
EARLIEST = timedelta(days=365 * 40)


class NotFromHere(RuleBroken):
    pass


class NotThatDay(RuleBroken):
    pass


class NothingToRecall(RuleBroken):
    pass


class NothingToRelease(RuleBroken):
    pass


class WhichPrison(RuleBroken):
    pass


class CannotStrike(RuleBroken):
    pass


def _not(words: str) -> Refusal:
    return Refusal(NotFromHere, f"On our record they are {{state}}, {words}")


INSIDE = _not("so they cannot go in now. Record the release first.")
OUTSIDE = _not("so this cannot be recorded. Record first how they went in.")
ACTS: dict[str, Act] = {
    Kind.SENTENCED: Act({COMMUNITY, PRISON, HOSPITAL}, INSIDE),
    Kind.REMANDED: Act({COMMUNITY}, INSIDE),
    Kind.RECALLED: Act({COMMUNITY}, INSIDE),
    Kind.MOVED: Act({PRISON}, OUTSIDE),
    Kind.TEMPORARY: Act({PRISON}, OUTSIDE),
    Kind.HOSPITAL: Act({PRISON, TEMPORARY}, OUTSIDE),
    Kind.RETURNED: Act({TEMPORARY, HOSPITAL}, _not("so they cannot come back to prison. Choose what happened.")),
    Kind.RELEASED: Act({PRISON, TEMPORARY, HOSPITAL}, _not("so there is no release to record.")),
    Kind.FILE_IN: Act({COMMUNITY, PRISON, TEMPORARY, HOSPITAL}, INSIDE),
    Kind.FILE_OUT: Act({PRISON, TEMPORARY, HOSPITAL}, OUTSIDE),
}
LEADS_TO = {
    Kind.TEMPORARY: TEMPORARY, Kind.HOSPITAL: HOSPITAL, Kind.RELEASED: COMMUNITY, Kind.FILE_OUT: COMMUNITY,
}  # fmt: skip
ENDS_TIME_INSIDE = INTO | {Kind.RELEASED, Kind.FILE_OUT}
SETS_RELEASE = {Kind.RELEASED, Kind.RECALLED}
BY_HAND = [kind for kind in Kind if not kind.startswith("FILE")]
# What follows when someone goes in: given the person, who recorded it, and when.
ON_CUSTODY: Registry[Callable[[Participant, User, datetime], None]] = Registry()


def possible(person: Participant) -> list[CustodyEvent.Kind]:
    """The acts that may come next."""
    return [kind for kind in BY_HAND if person.whereabouts in ACTS[kind].begins_in]


def leaves_on(person: Participant, today: date) -> date | None:
    """The latest release date of someone in custody; none once it has passed without a release."""
    if not person.in_custody:
        return None
    release_on = person.sentences.aggregate(day=Max("release_on"))["day"]
    return release_on if release_on and release_on >= today else None


@transaction.atomic
def record(
    *, participant: Participant, kind: str, happened_on: date, by: User, today: date, now: datetime,
    prison: Prison | None = None, hospital: str = "", due_back_on: date | None = None,
    sentence: Sentence | None = None,
) -> CustodyEvent:  # fmt: skip
    """Record an act, and move the person to where it leads."""
    person, kind = Participant.objects.lock(participant), Kind(kind)
    ACTS[kind].begins(Whereabouts(person.whereabouts))
    _refuse_day(person, kind, happened_on, today)
    if kind == Kind.MOVED and prison in (None, person.prison):
        raise WhichPrison("Choose the prison they moved to.")
    sentence = sentence or _sentence_of(person, kind, happened_on)
    event = CustodyEvent(
        participant=person, kind=kind, happened_on=happened_on, prison=_prison_after(person, kind, prison),
        hospital=hospital, due_back_on=due_back_on, sentence=sentence, was=person.whereabouts, was_in=person.prison,
        release_was=sentence.release_on if sentence else None, recorded_by=by, recorded_at=now,
    )  # fmt: skip
    if kind in ENDS_TIME_INSIDE:
        _end_time_inside(person, happened_on, by=by)
    save_or_refuse(event, by=by)
    if kind in SETS_RELEASE and sentence:
        sentence.release_on = happened_on if kind == Kind.RELEASED else None
        save_or_refuse(sentence, "release_on", by=by)
    _move(person, LEADS_TO.get(kind, PRISON), event.prison, by=by, today=today, now=now)
    if event.was == COMMUNITY:
        for follow in ON_CUSTODY:
            follow(person, by, now)
    return event


def _sentence_of(person: Participant, kind: CustodyEvent.Kind, day: date) -> Sentence | None:
    """The sentence that they are recalled to or released from."""
    if kind == Kind.RECALLED:
        return _recallable(person, day)
    if kind != Kind.RELEASED:
        return None
    sentence = _latest_custody(person)
    if sentence and day < sentence.starts_on:
        raise NotThatDay("A release date cannot be before the sentence starts.")
    return sentence


def _refuse_day(person: Participant, kind: CustodyEvent.Kind, day: date, today: date) -> None:
    if day > today:
        later = " Change the expected date in the sentence instead." if kind == Kind.RELEASED else ""
        raise NotThatDay(f"Record this on the day it happens, or after.{later}")
    if day < today - EARLIEST:
        raise NotThatDay("That is more than forty years ago. Check the year.")
    last = person.custody_events.standing().newest_first().first()
    if last and day < last.happened_on:
        before = f"“{last.get_kind_display()}” on {last.happened_on:%-d %B %Y}"
        raise NotThatDay(f"The record says {before}. What comes next was on that day or later.")


def _recallable(person: Participant, day: date) -> Sentence:
    """The sentence of custody that they were released from and that still runs on this day."""
    custody = Sentence.objects.filter(participant=person, kind=Sentence.Kind.CUSTODY, release_on__lte=day)
    sentence = custody.filter(ends_on__gte=day).order_by("-starts_on", "-pk").first()
    if sentence is None:
        raise NothingToRecall(
            "No sentence of custody with a release before that day still runs, so nobody can recall them. "
            "Check the sentence, or record a remand or a new sentence."
        )
    return sentence


def _latest_custody(person: Participant) -> Sentence | None:
    custody = Sentence.objects.filter(participant=person, kind=Sentence.Kind.CUSTODY)
    return custody.order_by("-starts_on", "-pk").first()


def _prison_after(person: Participant, kind: CustodyEvent.Kind, prison: Prison | None) -> Prison | None:
    """The prison they belong to from now on; on temporary release and in hospital it is still theirs."""
    if kind in (Kind.RELEASED, Kind.FILE_OUT):
        return None
    if kind in (Kind.TEMPORARY, Kind.HOSPITAL):
        return person.prison
    return prison or (person.prison if kind in (Kind.SENTENCED, Kind.RETURNED) else None)


def _end_time_inside(person: Participant, day: date, *, by: User) -> None:
    for event in person.custody_events.standing().filter(kind__in=INTO, until=None):
        event.until = day
        save_or_refuse(event, "until", by=by)


def _move(
    person: Participant, whereabouts: str, prison: Prison | None, *, by: User, today: date, now: datetime
) -> None:
    moved = prison != person.prison
    person.whereabouts, person.prison = whereabouts, prison
    save_or_refuse(person, "whereabouts", "prison", by=by)
    if moved and prison is not None:
        _end_prison_side(person, prison, by=by, today=today, now=now)


def _end_prison_side(person: Participant, prison: Prison, *, by: User, today: date, now: datetime) -> None:
    """A prison's worker works with those in their prison: after a move it ends, and another one is chosen."""
    current = Supervision.objects.current(today).filter(participant=person).select_related("supervisor").first()
    if current is None or any(m.team and m.team.prison_id == prison.pk for m in current.supervisor.current_memberships):
        return
    with acting_as(SYSTEM):  # it decides who sees the person
        current.end_before(today, by=by)
        grants = AccessGrant.objects.filter(participant=person, why=AccessGrant.Why.PRISON, ends_at=None)
        grants.update(ends_at=now)


@transaction.atomic
def strike(*, event: CustodyEvent, why: str, by: User, today: date, now: datetime) -> None:
    """Take back the act that came last, since it was written in error: the record says again what it said before."""
    person = Participant.objects.lock(event.participant)
    last = person.custody_events.standing().newest_first().first()
    if last is None or last.pk != event.pk:
        raise CannotStrike("Only what was recorded last can be struck. Look at the list again.")
    last.struck_at, last.struck_by, last.struck_why = now, by, why
    save_or_refuse(last, "struck_at", "struck_by", "struck_why", by=by)
    if last.kind in ENDS_TIME_INSIDE:
        before = person.custody_events.standing().filter(kind__in=INTO).newest_first().first()
        if before and last.was != COMMUNITY and before.until == last.happened_on:
            before.until = None
            save_or_refuse(before, "until", by=by)
    if last.sentence and last.kind in SETS_RELEASE:
        last.sentence.release_on = last.release_was
        save_or_refuse(last.sentence, "release_on", by=by)
    person.whereabouts, person.prison = last.was, last.was_in
    save_or_refuse(person, "whereabouts", "prison", by=by)


@transaction.atomic
def sentence_to_custody(
    *, participant: Participant, starts_on: date, ends_on: date, release_on: date | None, prison: Prison | None,
    by: User, today: date, now: datetime,
) -> CustodyEvent:  # fmt: skip
    """Add the sentence, and record that they went in on its first day."""
    sentence = sentencing.add_sentence(
        participant=participant, kind=Sentence.Kind.CUSTODY, starts_on=starts_on, ends_on=ends_on,
        release_on=release_on, by=by,
    )  # fmt: skip
    return record(
        participant=participant, kind=Kind.SENTENCED, happened_on=starts_on, prison=prison, sentence=sentence, by=by,
        today=today, now=now,
    )  # fmt: skip


def check_sentence(*, participant: Participant, kind: str, starts_on: date, ends_on: date, release_on: date | None,
    today: date,
) -> None:  # fmt: skip
    """Refuse dates of a sentence that say otherwise than the record where someone is today."""
    if kind != Sentence.Kind.CUSTODY or not starts_on <= today <= ends_on:
        return
    inside = release_on is None or release_on > today
    if inside and not participant.in_custody:
        raise NotFromHere(
            "By these dates they are in custody, and on our record in the community. Use “Custody: what happened” and "
            "choose how they went in. It adds the sentence too."
        )
    if participant.in_custody and release_on and starts_on <= release_on <= today:
        raise NotFromHere(
            "By these dates they were released, and on our record they are in custody. Record the release instead."
        )


def begin(
    *, participant: Participant, sentence: Sentence | None, prison: Prison | None, by: User, today: date, now: datetime
) -> CustodyEvent | None:
    """Record where someone is when their record begins: inside by this sentence, recalled from it, or on remand."""
    inside = is_inside_by(sentence, today)
    if prison is None and not inside:
        return None
    custody = sentence if sentence and sentence.kind == Sentence.Kind.CUSTODY else None
    kind = Kind.SENTENCED if inside else Kind.RECALLED if custody and custody.ends_on >= today else Kind.REMANDED
    return record(
        participant=participant, kind=kind, happened_on=custody.starts_on if inside and custody else today,
        prison=prison, sentence=custody, by=by, today=today, now=now,
    )  # fmt: skip


def is_inside_by(sentence: Sentence | None, today: date) -> bool:
    """Whether someone is in custody today by this sentence, as its dates say."""
    if sentence is None or sentence.kind != Sentence.Kind.CUSTODY:
        return False
    return sentence.starts_on <= today <= sentence.ends_on and (sentence.release_on or date.max) > today


@transaction.atomic
def name_prison(*, participant: Participant, prison: Prison, by: User, today: date, now: datetime) -> None:
    """Say which prison someone is in where that was not known."""
    person = Participant.objects.lock(participant)
    if not person.in_custody or person.prison_id is not None:
        raise WhichPrison("The prison is on the record. To change it, record a move.")
    for event in person.custody_events.standing().filter(kind__in=INTO, until=None, prison=None):
        event.prison = prison
        save_or_refuse(event, "prison", by=by)
    _move(person, person.whereabouts, prison, by=by, today=today, now=now)


def expected_release(person: Participant) -> date | None:
    """The day of release that the latest sentence of custody has."""
    sentence = _latest_custody(person)
    return sentence.release_on if sentence else None


@transaction.atomic
def plan_release(*, participant: Participant, release_on: date, by: User, today: date) -> Sentence:
    """Write down the day on which someone in custody is expected to leave. It moves nobody."""
    person = Participant.objects.lock(participant)
    sentence = _latest_custody(person)
    if not person.in_custody:
        raise NotFromHere("They are not in custody on our record, so there is no release to plan.")
    if sentence is None:
        raise NothingToRelease("There is no sentence of custody on the record. Add the sentence first.")
    if release_on < today:
        raise NotThatDay("A release is planned for today or later. One that has happened is recorded.")
    return sentencing.correct_sentence(
        sentence=sentence, kind=sentence.kind, starts_on=sentence.starts_on, ends_on=sentence.ends_on,
        release_on=release_on, by=by,
    )  # fmt: skip


def release(*, participant: Participant, released_on: date, by: User, today: date) -> CustodyEvent:
    """The person has left prison: the record says when, and that they are in the community."""
    return record(
        participant=participant, kind=Kind.RELEASED, happened_on=released_on, by=by, today=today, now=timezone.now()
    )
