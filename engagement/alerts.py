"""Alerts: raise them, keep them up to date, pass them to managers, and close them.

The sweep checks everyone at once, in a fixed number of statements. A second sweep, later or at the same time, changes
nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from simple_history.utils import bulk_create_with_history

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.saving import save_all, save_or_refuse
from common.states import Act, Refusal
from common.working_days import add_working_days, our_nation
from engagement import alert_rules, services
from engagement.alert_rules import Finding
from engagement.models import Alert, Appointment, Contact, PlannedAbsence
from engagement.models.appointments import CAME
from people.messaging import message_queue
from people.models import Assignment, Membership, Participant, Role, User

LOCK = 7_301_001  # one sweep at a time
DESCRIBED = ["kinds", "facts", "reasons", "score", "silent_since", "next_step"]
WORKING_DAYS = 2  # to act on an alert
QUIET_DAYS: dict[str, int] = {Alert.Outcome.COULD_NOT_REACH: 7}  # before the same facts raise an alert again
USUAL_QUIET_DAYS = 14
NEXT_STEPS = {
    Alert.Kind.AFTER_RELEASE: "Call today, then the place they were released to. If nobody answers, visit.",
    Alert.Kind.MISSED_TWICE: "Call today and ask what got in the way. Offer another time or place.",
    Alert.Kind.DRIFT: "Call, then text. If there is no answer by tomorrow, ask someone in their circle.",
    Alert.Kind.STEPS_OVERDUE: "Go through the steps together and change what cannot be done yet.",
}


class AlreadyClosed(RuleBroken):
    pass


OPEN, PASSED_ON, CLOSED = Alert.State
CLOSED_ALREADY = Refusal(AlreadyClosed, "Someone has closed this alert already.")
ACTS = {
    "close_alert": Act({OPEN, PASSED_ON}, CLOSED_ALREADY),
    "keep_trying": Act({OPEN, PASSED_ON}, CLOSED_ALREADY),
}
LONGEST_WAIT = timedelta(days=14)  # until the next try


@dataclass(frozen=True)
class Swept:
    raised: int
    changed: int
    escalated: int

    def __str__(self) -> str:
        return f"{self.raised} alerts raised, {self.changed} brought up to date, {self.escalated} passed to managers"


@transaction.atomic
def sweep(*, by: User, today: date, now: datetime) -> Swept:
    """Check everyone: raise alerts, bring them up to date, pass late ones on. `by` is named in the history."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("set local work_mem = '64MB'")  # for everyone's last contact
    found: dict[int, list[Finding]] = defaultdict(list)
    for finding in alert_rules.all_findings(today=today, now=now):
        found[finding.participant_id].append(finding)
    owners = dict(Alert.objects.open().values_list("participant", "owner"))
    leads = _leads({*found, *owners}, today)
    handed_over = [person for person, owner in owners.items() if leads.get(person, owner) != owner]
    changed = _bring_up_to_date(found, handed_over, leads, by=by)
    fresh = {person: seen for person, seen in found.items() if person not in owners}
    raised = _raise(fresh, leads, by=by, today=today, now=now)
    return Swept(raised=raised, changed=changed, escalated=_escalate(by=by, today=today, now=now))


def _leads(people: Iterable[int], today: date) -> dict[int, int]:
    led = Assignment.objects.current(today).filter(participant__in=people)
    return dict(led.values_list("participant", "practitioner"))


def _bring_up_to_date(
    found: dict[int, list[Finding]], handed_over: list[int], leads: dict[int, int], *, by: User
) -> int:
    """Give open alerts tonight's reasons and today's lead.

    The words of a silence are another day's each night. Only what it is about, and whose it is, goes into the history.
    """
    stale, moved = [], []
    for alert in Alert.objects.open().filter(participant__in=[*found, *handed_over]):
        before, words = (alert.kinds, alert.facts, alert.owner_id), alert.reasons
        _update(alert, found.get(alert.participant_id, []), leads)
        if before != (alert.kinds, alert.facts, alert.owner_id):
            moved.append(alert)
        elif words != alert.reasons:
            stale.append(alert)
    save_all([*stale, *moved], [*DESCRIBED, "owner"])
    Alert.history.bulk_history_create(moved, update=True, default_user=by)
    return len(stale) + len(moved)


def _update(alert: Alert, seen: list[Finding], leads: dict[int, int]) -> None:
    """Put tonight's findings and lead on the alert."""
    alert.owner_id = leads.get(alert.participant_id, alert.owner_id)
    if seen:
        earlier = alert.facts
        _describe(alert, seen)
        alert.facts = sorted({*earlier, *alert.facts})


def _describe(alert: Alert, seen: list[Finding]) -> None:
    if alert.tried_at is None:
        alert.next_step = NEXT_STEPS[seen[0].kind]
    alert.kinds = [str(finding.kind) for finding in seen]
    alert.facts = sorted(finding.fact for finding in seen)
    alert.reasons = [finding.reason for finding in seen]
    alert.score = next((finding.score for finding in seen if finding.score is not None), None)
    alert.silent_since = next((finding.silent_since for finding in seen if finding.silent_since), None)


def _raise(found: dict[int, list[Finding]], leads: dict[int, int], *, by: User, today: date, now: datetime) -> int:
    """Raise an alert for each person with a fact that was not settled lately. None of them has an open alert."""
    settled = _settled_lately(now)
    fresh = []
    for participant_id, seen in found.items():
        if any(finding.fact not in settled[participant_id] for finding in seen):
            fresh.append(_alert(participant_id, seen, leads.get(participant_id), today=today, now=now))
    if fresh:
        bulk_create_with_history(fresh, Alert, default_user=by)
    return len(fresh)


def _alert(participant_id: int, seen: list[Finding], owner_id: int | None, *, today: date, now: datetime) -> Alert:
    due_on = add_working_days(today, WORKING_DAYS, our_nation())
    alert = Alert(participant_id=participant_id, owner_id=owner_id, raised_at=now, due_on=due_on)
    _describe(alert, seen)
    return alert


def _settled_lately(now: datetime) -> dict[int, set[str]]:
    settled: dict[int, set[str]] = defaultdict(set)
    longest = timedelta(days=max(USUAL_QUIET_DAYS, *QUIET_DAYS.values()))
    rows = Alert.objects.closed_since(now - longest).values_list("participant", "facts", "outcome", "closed_at")
    for participant_id, facts, outcome, closed_at in rows:
        quiet = timedelta(days=QUIET_DAYS.get(outcome, USUAL_QUIET_DAYS))
        if closed_at and closed_at >= now - quiet:
            settled[participant_id].update(facts)
    return settled


def _escalate(*, by: User, today: date, now: datetime) -> int:
    """Pass late alerts to the managers of the owner's teams, once."""
    late = list(Alert.objects.overdue(today).filter(escalated_at=None).select_related("participant"))
    if not late:
        return 0
    for alert in late:
        alert.escalated_at = now
    save_all(late, ["escalated_at"])
    Alert.history.bulk_history_create(late, update=True, default_user=by)
    managers = managers_of({alert.owner_id for alert in late if alert.owner_id}, today=today)
    message_queue.tell_users(tellings=_tellings(late, managers), now=now)
    return len(late)


def _tellings(late: list[Alert], managers: dict[int, list[User]]) -> Iterable[message_queue.Telling]:
    for alert in late:
        for manager in managers.get(alert.owner_id or 0, []):
            yield message_queue.Telling(
                user=manager,
                about=alert.participant,
                subject=f"An alert about {alert.participant.crn} is overdue",
                body=f"The alert about {alert.participant.crn} has passed its due day. It is on your home page.",
                key=f"alert-late:{alert.pk}:{manager.pk}",
            )


def managers_of(user_ids: Iterable[int], *, today: date) -> dict[int, list[User]]:
    """Return the managers of each user's teams."""
    works_in = Membership.objects.current(today).filter(user__in=user_ids).values_list("user", "team")
    managing = Membership.objects.current(today).filter(role=Role.MANAGER, team__in={team for _, team in works_in})
    by_team: dict[int | None, list[User]] = defaultdict(list)
    for membership in managing.select_related("user"):
        by_team[membership.team_id].append(membership.user)
    found: dict[int, list[User]] = defaultdict(list)
    for user_id, team_id in works_in:
        found[user_id] += [manager for manager in by_team[team_id] if manager.pk != user_id]
    return found


@transaction.atomic
def close_alert(
    *,
    alert: Alert,
    outcome: str,
    note: str,
    by: User,
    today: date,
    now: datetime,
    away_from: date | None = None,
    away_until: date | None = None,
) -> Alert:
    """Close an alert with its outcome, and record the contact or absence that follows from it."""
    alert = Alert.objects.select_for_update(of=("self",)).select_related("participant").get(pk=alert.pk)
    ACTS["close_alert"].begins(alert.state)
    if outcome == Alert.Outcome.COULD_NOT_REACH:
        raise RuleBroken("An alert does not end because nobody answered. Say what you try next, and when.")
    if outcome in (Alert.Outcome.PLANNED_ABSENCE, Alert.Outcome.IN_CUSTODY):
        _note_absence(alert, outcome, by=by, today=today, now=now, away_from=away_from, away_until=away_until)
    if outcome == Alert.Outcome.BACK_IN_TOUCH:
        _note_contact(alert, note, by=by, now=now)
    return settle(alert=alert, outcome=outcome, note=note, by=by, now=now)


@transaction.atomic
def keep_trying(
    *, alert: Alert, note: str, what_next: str, next_on: date, by: User, today: date, now: datetime
) -> Alert:
    """Record that they could not be reached. The alert stays, with what is tried next and on which day."""
    alert = Alert.objects.select_for_update(of=("self",)).select_related("participant").get(pk=alert.pk)
    ACTS["keep_trying"].begins(alert.state)
    if not today < next_on <= today + LONGEST_WAIT:
        raise RuleBroken("Choose a day for the next try: tomorrow or later, and within two weeks.")
    services.log_contact(
        participant=alert.participant, kind=Contact.Kind.CALL, meaningful=False, note=note, by=by, at=now, now=now
    )
    alert.next_step, alert.due_on, alert.tried_at = what_next, next_on, now
    with acting_as(SYSTEM):  # what an alert says is the service's to write
        return save_or_refuse(alert, "next_step", "due_on", "tried_at", by=by)


def settle(*, alert: Alert, outcome: str, note: str, by: User, now: datetime) -> Alert:
    """Close an alert that needs nothing more."""
    alert.outcome, alert.closed_by, alert.closed_at, alert.note = Alert.Outcome(outcome), by, now, note
    return save_or_refuse(alert, "outcome", "closed_by", "closed_at", "note", by=by)


def _note_absence(
    alert: Alert, outcome: str, *, by: User, today: date, now: datetime, away_from: date | None, away_until: date | None
) -> None:
    """Record the days away, unless they are on record. Otherwise the silence would go on counting."""
    if not Participant.objects.changeable_by(by).filter(pk=alert.participant_id).exists():
        raise RuleBroken("You may not put days away on this record. Choose another outcome, and say it in the note.")
    if PlannedAbsence.objects.current(today).filter(participant=alert.participant).exists():
        return
    if away_until is None:
        raise RuleBroken("Say until when they are away. If nobody knows, put your best guess; it can be added to.")
    custody = outcome == Alert.Outcome.IN_CUSTODY
    services.plan_absence(
        participant=alert.participant, starts_on=away_from or today, ends_on=away_until, by=by, now=now,
        reason=PlannedAbsence.Reason.CUSTODY if custody else PlannedAbsence.Reason.OTHER,
    )  # fmt: skip


def _note_contact(alert: Alert, note: str, *, by: User, now: datetime) -> None:
    """Record a contact, unless there is one since the alert was raised."""
    if not touched_since(alert):
        services.log_contact(participant=alert.participant, kind=Contact.Kind.OTHER, by=by, at=now, now=now, note=note)


def touched_since(alert: Alert) -> bool:
    contacts = Contact.objects.filter(participant=alert.participant_id, meaningful=True, at__gte=alert.raised_at)
    came = Appointment.objects.filter(
        participant=alert.participant_id, outcome__in=CAME, starts_at__gte=alert.raised_at
    )  # fmt: skip
    return contacts.exists() or came.exists()
