"""How a line of a caseload file differs from the record. An empty cell says nothing, so it changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from people.imports.known import IN_COMMUNITY, Lead
from people.imports.lines import Line
from people.imports.requirement_words import Required
from people.models import CustodyEvent, DeliveryUnit, Participant, Prison, Requirement, Sentence, User
from people.models.postcodes import outcode_of

FACTS = [
    "given_name", "family_name", "preferred_name", "date_of_birth", "prison_number", "phone", "email", "address",
    "risk_band",
]  # fmt: skip
Kind = CustodyEvent.Kind
FLEXIBLE = {Requirement.Kind.UNPAID_WORK, Requirement.Kind.SUPERVISION, Requirement.Kind.REHABILITATION}


@dataclass
class Change:
    """One person on record, and what is to be different."""

    person: Participant
    line: Line
    fields: set[str] = field(default_factory=set)
    sentence: Sentence | None = None  # a new one (no pk), or one that is to change
    requirements: list[Requirement] = field(default_factory=list)  # new ones, and ones whose detail changed
    lead: User | None = None
    custody: tuple[CustodyEvent.Kind, Prison | None] | None = None  # into custody or out of it

    def __bool__(self) -> bool:
        return bool(self.fields or self.sentence or self.requirements or self.lead or self.custody)

    @property
    def words(self) -> str:
        said = sorted(name.replace("_id", "").replace("_", " ") for name in self.fields)
        said += ["where they are"] if self.custody else []
        said += ["sentence"] if self.sentence else []
        said += ["requirements"] if self.requirements else []
        return ", ".join([*said, *(["practitioner"] if self.lead else [])])


def facts(line: Line, *, unit: DeliveryUnit | None) -> dict[str, Any]:
    """What the line says of the participant's own fields. Where they are is an act of custody."""
    values = {name: line.values[name] for name in FACTS if line.values.get(name)}
    if "address" in values and (outcode := outcode_of(values["address"])):
        values["outcode"] = outcode
    if line.values.get("tags"):
        values["cohort_tags"] = line.values["tags"]
    if unit:
        values["delivery_unit_id"] = unit.pk
    return values


def says_community(line: Line) -> bool:
    return str(line.values.get("prison", "")).lower() in IN_COMMUNITY


def compare(
    person: Participant, line: Line, *, unit: DeliveryUnit | None, prison: Prison | None, lead: Lead | None
) -> Change:
    change = Change(person, line)
    for name, value in facts(line, unit=unit).items():
        if _differs(getattr(person, name), value):
            setattr(person, name, value)
            change.fields.add(name)
    if prison and prison.pk != person.prison_id:
        change.custody = (Kind.FILE_IN, prison)
    elif says_community(line) and person.in_custody:
        change.custody = (Kind.FILE_OUT, None)
    _compare_sentence(change)
    now_with = person.current_assignments[0].practitioner_id if person.current_assignments else None  # type: ignore[attr-defined]
    if lead and lead.user.pk != now_with:
        change.lead = lead.user
    return change


def _differs(old: Any, new: Any) -> bool:
    if isinstance(new, list):
        return sorted(old) != sorted(new)
    return str(old) != new if isinstance(new, str) else old != new


def _compare_sentence(change: Change) -> None:
    there = list(change.person.sentences.all())
    target = _target(change, there)
    if target is None:
        return
    said = sentence_facts(change.line)
    if target.pk is None or any(getattr(target, name) != value for name, value in said.items()):
        for name, value in said.items():
            setattr(target, name, value)
        change.sentence = target
    change.requirements = compare_requirements(target, change.line.values.get("requirements") or [])


def _target(change: Change, there: list[Sentence]) -> Sentence | None:
    """The sentence the line speaks of: the one it names, else the latest custody (release) or the latest."""
    term, values = change.line.term, change.line.values
    if term:
        same = [one for one in there if (one.kind, one.starts_on) == (term.kind, term.starts_on)]
        return same[0] if same else Sentence(participant=change.person, kind=term.kind, starts_on=term.starts_on)
    if release := values.get("release_date"):
        custody = [one for one in there if one.kind == Sentence.Kind.CUSTODY]
        return ([one for one in custody if one.release_on == release] or custody)[-1]
    return there[-1] if values.get("requirements") else None


def sentence_facts(line: Line) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if line.term:
        said = {"length_days": line.term.length_days, "ends_on": line.term.ends_on}
    if line.values.get("release_date"):
        said["release_on"] = line.values["release_date"]
    return said


def compare_requirements(sentence: Sentence, said: list[Required]) -> list[Requirement]:
    """What to add or reword. What the court ordered is never taken off the record by a file that does not name it."""
    there = list(sentence.requirements.all()) if sentence.pk else []
    news = [one for one in said if not any(_says_so(each, one) for each in there)]
    left = [each for each in there if not any(_says_so(each, one) for one in said)]
    out: list[Requirement] = []
    for one in news:
        requirement = next((each for each in left if each.kind == one.kind), None)
        if requirement:
            left.remove(requirement)
        else:
            requirement = Requirement(sentence=sentence, kind=one.kind, flexible=one.kind in FLEXIBLE)
        requirement.detail, requirement.ordered = one.detail, one.ordered or requirement.ordered
        out.append(requirement)
    return out


def _says_so(there: Requirement, said: Required) -> bool:
    """Whether the record has it already. A file that gives no amount says nothing of the one on record."""
    same = (there.kind, there.detail) == (said.kind, said.detail)
    return same and said.ordered in (None, there.ordered)
