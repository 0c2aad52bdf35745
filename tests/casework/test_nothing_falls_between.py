"""Of random cases, each that needs someone is on the list of everyone who can act on it, and of nobody else.

What is expected is worked out here, in plain Python from the facts a case was made of, and not from the tables.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from random import Random

import pytest

from budgets.models import Budget, Fund
from casework import work_list
from common.working_days import add_working_days, our_nation
from engagement.models import Alert, Appointment, Contact, PlannedAbsence
from lifeplans.models import Goal, LifePlan, Setback, Step
from people import services
from people.access.whom import whom
from people.models import (
    AccessGrant,
    Enrolment,
    Exclusion,
    Message,
    Participant,
    Programme,
    RiskAssessment,
    Sentence,
    Supervision,
    Team,
)  # fmt: skip
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
KINDS = {
    "Released", "New", "No next meeting", "Decision", "Second failure", "Letter", "Breach", "Evidence",
    "Record outcome", "Risk", "No plan", "Goal", "Setback", "Budget", "Message", "Alert",
}  # fmt: skip
PEOPLE = 30


@dataclass(frozen=True)
class Facts:
    """Everything about one case. Numbers are days ago; None where there is none."""

    lead: str
    inside: bool
    supervised: bool
    joined: int
    led: int
    released: int | None
    heard: int | None
    meets: bool
    away: bool
    failures: tuple[tuple[int, str, bool], ...]  # how long ago, what was decided, whether it was done
    evidence: int | None
    unrecorded: bool
    risk: str  # "", FRESH or LATE
    plan: bool
    goal: str  # "", DONE (all its steps), LATE or GOING
    setback: bool
    programme: str  # "", OPEN or UNOPENED
    parked: bool
    alert: str  # "", OPEN or PASSED
    excluded: bool  # the lead may not see the record


def draw(dice: Random) -> Facts:
    inside, joined = dice.random() < 0.3, dice.choice([0, 10, 21, 22, 40, 200])
    plan = dice.random() < 0.6
    return Facts(
        lead=dice.choice(["olive", "otto"]), inside=inside, supervised=dice.random() < 0.5, joined=joined,
        led=min(joined, dice.choice([0, 5, 27, 28, 90])),
        released=None if inside else dice.choice([None, 0, 3, 30, 68]),
        heard=dice.choice([None, 1, 3, 5, 20, 29, 100]), meets=dice.random() < 0.5, away=dice.random() < 0.2,
        failures=tuple(
            (days, dice.choice(["", "", "LETTER", "BREACH", "NONE"]), dice.random() < 0.4)
            for days in dice.sample([7, 8, 90, 364, 366], dice.choice([0, 0, 1, 2, 3]))
        ),
        evidence=dice.choice([None, None, 2]), unrecorded=dice.random() < 0.2, risk=dice.choice(["", "FRESH", "LATE"]),
        plan=plan, goal=dice.choice(["", "DONE", "LATE", "GOING"]) if plan else "",
        setback=plan and dice.random() < 0.3, programme=dice.choice(["", "OPEN", "UNOPENED"]),
        parked=dice.random() < 0.2, alert=dice.choice(["", "", "OPEN", "PASSED"]), excluded=dice.random() < 0.1,
    )  # fmt: skip


def expected(facts: Facts) -> dict[str, set[str]]:
    """Who reads which lines about this case."""
    found: dict[str, set[str]] = defaultdict(set)
    workers = ([] if facts.excluded else [facts.lead]) + (["sam"] if facts.inside and facts.supervised else [])
    for worker in workers:
        found[worker] |= _for_a_worker(facts, leads=worker == facts.lead)
    manager = {"olive": "mona", "otto": "max"}[facts.lead]
    if facts.programme == "UNOPENED":
        found[manager].add("Budget")
    if facts.alert == "PASSED":
        found[manager].add("Alert")
    return found


def _for_a_worker(facts: Facts, *, leads: bool) -> set[str]:
    late_for_a_plan = add_working_days(TODAY - facts.joined * DAY, 15, our_nation()) < TODAY
    lines = {
        "No next meeting": not facts.meets and not facts.away and (not facts.inside or not leads),
        "Evidence": facts.evidence is not None,
        "Record outcome": facts.unrecorded,
        "Risk": facts.risk != "FRESH",
        "No plan": not facts.plan and late_for_a_plan,
        "Goal": facts.goal in ("DONE", "LATE"),
        "Setback": facts.setback,
        "Message": facts.parked,
        "Alert": bool(facts.alert),
    }
    return {kind for kind, there in lines.items() if there} | _failures(facts) | _not_met(facts, leads=leads)


def _not_met(facts: Facts, *, leads: bool) -> set[str]:
    silent_since = facts.heard if facts.heard is not None else 10_000
    if facts.inside:
        return set()
    if facts.released is not None and facts.released <= facts.joined + 28 and silent_since > facts.released:
        return {"Released"}
    return {"New"} if leads and facts.led < 28 and silent_since > facts.led else set()


def _failures(facts: Facts) -> set[str]:
    lately, lines = [failure for failure in facts.failures if failure[0] <= 365], set()
    for _, decided, done in lately:
        if not decided:
            lines.add("Second failure" if len(lately) > 1 else "Decision")
        elif decided != "NONE" and not done:
            lines.add({"LETTER": "Letter", "BREACH": "Breach"}[decided])
    return lines


class World:
    """Two teams with a practitioner and a manager each, a prison worker, a stranger; and cases made of facts."""

    def __init__(self, make_user, unit, team, other_team) -> None:
        prison = Team.objects.create(name="Prison team", delivery_unit=unit)
        self.unit = unit
        self.users = {
            "olive": make_user("Olive One", "PRACTITIONER", team),
            "mona": make_user("Mona One", "MANAGER", team),
            "otto": make_user("Otto Two", "PRACTITIONER", other_team),
            "max": make_user("Max Two", "MANAGER", other_team),
            "sam": make_user("Sam Inside", "PRACTITIONER", prison),
            "stan": make_user("Stan None", "PRACTITIONER", team),
        }
        self.programme = Programme.objects.create(code="start", name="Fresh start", money_model="DISCRETIONARY")

    def make(self, number: int, facts: Facts) -> None:
        lead = self.users[facts.lead]
        person = Participant.objects.create(
            given_name=f"P{number}", family_name="Case", crn=f"X9{number:05}", date_of_birth=TODAY - 9000 * DAY,
            delivery_unit=self.unit, risk_band="MEDIUM", joined_on=TODAY - facts.joined * DAY,
            phone=f"+447700900{100 + number}",
            whereabouts="PRISON" if facts.inside else "COMMUNITY",
        )  # fmt: skip
        services.assign(
            participant=person, practitioner=lead, by=lead, today=TODAY - facts.led * DAY, now=NOW - facts.led * DAY
        )
        for part in (self._custody, self._touch, self._plan, self._risk, self._money, self._alert):
            part(person, lead, facts)
        if facts.excluded:
            Exclusion.objects.create(
                participant=person, user=lead, reason="Kin", message="Kin", set_by=lead, starts_at=NOW - DAY
            )

    def _custody(self, person, lead, facts: Facts) -> None:
        if facts.inside or facts.released is not None:
            out = TODAY + 200 * DAY if facts.inside else TODAY - facts.released * DAY
            Sentence.objects.create(
                participant=person, kind="CUSTODY", starts_on=TODAY - 300 * DAY, length_days=600, release_on=out,
                ends_on=TODAY + 300 * DAY,
            )  # fmt: skip
        if facts.inside and facts.supervised:
            sam = self.users["sam"]
            Supervision.objects.create(participant=person, supervisor=sam, starts_on=TODAY - DAY)
            AccessGrant.objects.create(participant=person, user=sam, level=3, why="PRISON", starts_at=NOW - DAY)

    def _risk(self, person, lead, facts: Facts) -> None:
        if facts.risk:
            bands = dict.fromkeys(
                ["overall", "to_children", "to_public", "to_known_adult", "to_staff", "to_prisoners"], "LOW"
            )
            RiskAssessment.objects.create(
                participant=person, assessed_on=TODAY - 50 * DAY, source="COURT", recorded_by=lead, recorded_at=NOW,
                review_by=TODAY + (30 if facts.risk == "FRESH" else -1) * DAY, **bands,
            )  # fmt: skip

    def _money(self, person, lead, facts: Facts) -> None:
        if facts.programme:
            enrolment = Enrolment.objects.create(
                participant=person, programme=self.programme, state="ENROLLED", asked_on=TODAY, asked_by=lead,
                starts_on=TODAY - 3 * DAY,
            )  # fmt: skip
            if facts.programme == "OPEN":
                fund, _ = Fund.objects.get_or_create(programme=self.programme)
                Budget.objects.create(enrolment=enrolment, fund=fund, opened_on=TODAY)

    def _alert(self, person, lead, facts: Facts) -> None:
        if facts.parked:
            Message.objects.create(
                dedupe_key=f"m{person.pk}", participant=person, channel="SMS", address=str(person.phone), body="Hello",
                not_before=NOW - DAY, queued_at=NOW - DAY, state="PARKED", problem="It was refused.",
            )  # fmt: skip
        if facts.alert:
            Alert.objects.create(
                participant=person, owner=lead, raised_at=NOW - 5 * DAY, kinds=["DRIFT"], facts=["DRIFT:x"],
                reasons=["Silent"], due_on=TODAY - DAY, next_step="Call",
                escalated_at=NOW - DAY if facts.alert == "PASSED" else None,
            )  # fmt: skip

    def _touch(self, person, lead, facts: Facts) -> None:
        def meeting(days: float, outcome: str = "", **more) -> None:
            at = NOW - days * DAY
            told = {"recorded_by": lead, "recorded_at": at} if outcome else {}
            Appointment.objects.create(
                participant=person, with_user=lead, kind="OFFICE", starts_at=at, ends_at=at + DAY / 48, place="Here",
                outcome=outcome, arranged_by=lead, arranged_at=at, **told, **more,
            )  # fmt: skip

        for days, decided, done in facts.failures:
            by = {"enforced_on": TODAY, "enforced_by": lead} if done and decided in ("LETTER", "BREACH") else {}
            meeting(days, "UNACCEPTABLE_ABSENCE", enforcement=decided, **by)
        if facts.evidence is not None:
            meeting(facts.evidence + 0.1, "FAILED_TO_ATTEND")
        if facts.unrecorded:
            meeting(0.2)
        if facts.meets:
            meeting(-3)
        if facts.heard is not None:
            Contact.objects.create(
                participant=person, by=lead, kind="CALL", at=NOW - facts.heard * DAY, logged_at=NOW - facts.heard * DAY
            )
        if facts.away:
            PlannedAbsence.objects.create(
                participant=person, starts_on=TODAY - DAY, ends_on=TODAY + DAY, reason="HOLIDAY", recorded_by=lead,
                recorded_at=NOW,
            )  # fmt: skip

    def _plan(self, person, lead, facts: Facts) -> None:
        if not facts.plan:
            return
        if facts.setback:
            services.open_portal(participant=person, by=lead, today=TODAY, now=NOW)
            person.refresh_from_db()
        plan = LifePlan.objects.create(participant=person, started_on=TODAY - 5 * DAY, started_by=lead)
        if facts.goal:
            goal = Goal.objects.create(
                plan=plan, title="A place", words_of="PRACTITIONER", proposed_by=lead, proposed_on=TODAY - 5 * DAY,
                good="LIFE", position=1, status="AGREED", agreed_on=TODAY - 5 * DAY, participant_said="AGREE",
                participant_said_at=NOW, participant_said_by=lead, practitioner_said="AGREE", practitioner_said_at=NOW,
                practitioner_said_by=lead, target_date=TODAY + (-1 if facts.goal == "LATE" else 0) * DAY,
            )  # fmt: skip
            for text, status in (("One", "DONE"), ("Two", "DONE" if facts.goal == "DONE" else "DOING")):
                Step.objects.create(
                    goal=goal, text=text, who="PARTICIPANT", words_of="PRACTITIONER", status=status, added_by=lead,
                    added_on=TODAY, position=1 if text == "One" else 2, done_on=TODAY if status == "DONE" else None,
                )  # fmt: skip
        if facts.setback:
            Setback.objects.create(
                plan=plan, note="It went wrong", words_of="PARTICIPANT", happened_on=TODAY, recorded_on=TODAY,
                recorded_by=person.user,
            )  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
def test_every_case_that_needs_someone_is_on_each_right_list_and_on_no_other(seed, make_user, unit, team, other_team):
    dice, world = Random(seed), World(make_user, unit, team, other_team)
    cases = [draw(dice) for _ in range(PEOPLE)]
    for number, facts in enumerate(cases):
        world.make(number, facts)

    for name, user in world.users.items():
        listed = work_list.for_user(user=user, whom=whom(user, TODAY), today=TODAY, now=NOW)
        rows = [row for row in listed.rows if row.person]
        read = {row.person.crn: row.kinds & KINDS for row in rows}
        assert len(rows) == len(read), "one row a person"
        for number, facts in enumerate(cases):
            assert read.get(f"X9{number:05}", set()) == expected(facts)[name], (name, facts)
