"""What a caseload file would do, and doing it. People are matched by CRN; the same file twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from people import services
from people.imports.changes import Change, compare, says_community
from people.imports.known import IN_COMMUNITY, Known, Lead
from people.imports.lines import Line, Problem, Reading, lines_with, read_text
from people.imports.questions import NO, Answers, same_people
from people.models import DeliveryUnit, Participant, Prison, Sentence, User

NOT_FROM_A_PAGE = ["practitioner", "phone", "email"]  # of people on record: who leads them, and where they sign in


@dataclass
class Person:
    """One good line, with the rows that it names."""

    line: Line
    known: Participant | None
    unit: DeliveryUnit | None = None
    prison: Prison | None = None
    lead: Lead | None = None

    def is_inside(self, today: date) -> bool:
        """Whether the line says that they are in custody: by a prison, or by the dates of the sentence."""
        if self.prison:
            return True
        term, release = self.line.term, self.line.values.get("release_date")
        if says_community(self.line) or term is None or term.kind != Sentence.Kind.CUSTODY:
            return False
        return term.starts_on <= today <= term.ends_on and (release or date.max) > today


@dataclass
class Plan:
    """What would be made, changed, left alone and refused."""

    reading: Reading
    new: list[Person] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: int = 0
    seen: set[int] = field(default_factory=set)  # people on record of whom it says something
    unseen: set[int] = field(default_factory=set)  # people on record whom whoever sends it may not see
    left_alone: bool = False  # whether cells were passed over, of the columns in NOT_FROM_A_PAGE

    @property
    def problems(self) -> list[Problem]:
        return sorted(self.reading.problems, key=lambda problem: problem.line)

    @property
    def refused(self) -> int:
        return lines_with(self.reading.problems)


def plan_caseload(text: str, *, by: User, today: date, answers: Answers | None = None) -> Plan:
    """Read the file and say what it would do. Nothing is changed. `by` may change whom they see."""
    answers = answers or {}
    return _plan(read_text(text, today=today, answers=answers), by=by, today=today, lock=False, answers=answers)


def plan_lines(lines: Sequence[Line], *, by: User, today: date, answers: Answers, ours: Collection[int] = ()) -> Plan:
    """The same for some good lines of a file, to be carried out. `ours` are people whom this file has made so far.

    Whoever came to look like someone else since the file was checked is left out.
    """
    reading = Reading(read=len(lines), good=list(lines))
    answers = {"same": NO, **answers}
    return _plan(reading, by=by, today=today, lock=True, answers=answers, ours=ours)


def _plan(reading: Reading, *, by: User, today: date, lock: bool, answers: Answers, ours: Collection[int] = ()) -> Plan:
    known = Known([*reading.good, *reading.bad], by=by, today=today, lock=lock)
    for line in reading.bad:  # what can be said of them, so that one look at the list mends the whole file
        for check in _NAMES:
            check(Person(line, None), known, reading)
    plan = Plan(reading)
    _ask_of_those_on_record(plan, known, answers, by, ours)
    for line in reading.good:
        if unseen := _unseen(line, known, reading):
            plan.unseen |= unseen
        else:
            _plan_line(plan, line, known, from_page=not by.is_service)
    return plan


def _plan_line(plan: Plan, line: Line, known: Known, *, from_page: bool) -> None:
    there = known.people.get(line.crn)
    if there:
        plan.seen.add(there.pk)
    if there and from_page:
        plan.left_alone |= any([line.values.pop(name, None) for name in NOT_FROM_A_PAGE])
    person = _look_up(line, known, plan.reading)
    if person is None:
        return
    if person.known is None:
        plan.new.append(person)
    elif change := compare(person.known, line, unit=person.unit, prison=person.prison, lead=person.lead):
        plan.changed.append(change)
    else:
        plan.unchanged += 1


def _ask_of_those_on_record(plan: Plan, known: Known, answers: Answers, by: User, ours: Collection[int]) -> None:
    """Ask about lines of someone new who has the name and birth date of someone who is here already.

    Of someone whom whoever sends the file may not see, the line is left out, and the team that holds them is told.
    """
    reading = plan.reading
    there = {*known.people, *known.unseen}
    new = {line.number: line for line in reading.good if line.crn not in there}
    found = {line: pk for line, pk in known.alike(list(new.values())).items() if pk not in ours}
    crns = _crns_seen(by, found.values())
    plan.unseen |= found.values() - crns.keys()
    alike = [(number, f"may be {crns[pk]}, who is here already.") for number, pk in found.items() if pk in crns]
    if alike:
        asked = [question for question in reading.questions if question.key != "same"]
        reading.questions[:] = [*asked, *same_people(sorted([*reading.alike, *alike]), answers)]
    refused = {number: ASKED for number, pk in found.items() if pk not in crns}
    if answers.get("same") == NO:
        refused |= {number: f"This {said} Add the person by hand." for number, said in alike}
    for number, sentence in refused.items():
        reading.refuse(number, "the whole line", sentence)
    reading.bad += [new[number] for number in refused]
    reading.good[:] = [line for line in reading.good if line.number not in refused]


def _crns_seen(user: User, ids: Iterable[int]) -> dict[int, str]:
    people = Participant.objects.filter(pk__in=set(ids))
    return dict((people if user.is_service else people.visible_to(user)).values_list("pk", "crn"))


ASKED = "This line was left out; the team that holds a possible match has been asked."
HELD = "This line was left out; the team that holds it has been told."


def _unseen(line: Line, known: Known, reading: Reading) -> set[int]:
    """Whose numbers these are, where whoever sends the file may not see them; told by that alone."""
    owner = known.numbers.get(line.values.get("prison_number", ""), "")
    found = {known.unseen[crn] for crn in (line.crn, owner) if crn in known.unseen}
    if found:
        reading.refuse(line.number, "the whole line", HELD)
    return found


def _look_up(line: Line, known: Known, reading: Reading) -> Person | None:
    """The line with its area, prison and practitioner found; None, with the reason said, where one is not."""
    before = len(reading.problems)
    person = Person(line, known.people.get(line.crn))
    for check in _CHECKS:
        check(person, known, reading)
    return person if len(reading.problems) == before else None


def _named_area(person: Person, known: Known, reading: Reading) -> None:
    named = person.line.values.get("area")
    found = known.unit(named) if named else []
    person.unit = found[0] if len(found) == 1 else None
    if named and person.unit is None:
        reading.refuse(person.line.number, "area", _which("delivery unit", named, found))


def _area(person: Person, known: Known, reading: Reading) -> None:
    line = person.line
    if line.values.get("area"):
        _named_area(person, known, reading)
    elif person.known is None:
        person.unit = person.lead.unit if person.lead else None
        if person.unit is None and not line.values.get("practitioner"):
            reading.refuse(line.number, "area", "Give the delivery unit, or a practitioner whose team has one.")
        elif person.unit is None and person.lead:
            reading.refuse(line.number, "area", "Give the delivery unit: the practitioner's team has none.")


def _prison(person: Person, known: Known, reading: Reading) -> None:
    named = person.line.values.get("prison")
    if not named or named.lower() in IN_COMMUNITY:
        return
    found = known.prison(named)
    person.prison = found[0] if len(found) == 1 else None
    if person.prison is None:
        reading.refuse(person.line.number, "prison", _which("prison", named, found))


def _which(place: str, named: str, found: Sequence[DeliveryUnit] | Sequence[Prison]) -> str:
    if not found:
        return f"There is no {place} “{named[:60]}”. Use its name or its code."
    return f"“{named[:60]}” may be {' or '.join(sorted(str(one) for one in found))}. Write which."


def _practitioner(person: Person, known: Known, reading: Reading) -> None:
    email = person.line.values.get("practitioner")
    person.lead = known.leads.get(email) if email else None
    if email and person.lead is None:
        sentence = (
            f"“{email[:100]}” is no practitioner here today, or the name of several. Give the work e-mail address."
        )
        reading.refuse(person.line.number, "practitioner", sentence)


def _numbers(person: Person, known: Known, reading: Reading) -> None:
    number = person.line.values.get("prison_number")
    owner = known.numbers.get(number) if number else None
    if owner and owner != person.line.crn:
        reading.refuse(person.line.number, "prison_number", f"{number} belongs to another person on our record.")


def _sign_in(person: Person, known: Known, reading: Reading) -> None:
    """A changed phone or e-mail moves where the person signs in, so it may not be someone else's."""
    there, values = person.known, person.line.values
    if there is None or there.user is None:
        return
    for name in ("phone", "email"):
        value = values.get(name)
        if not value or value == str(getattr(there, name)):
            continue
        try:
            services.refuse_taken(**{"phone": "", "email": "", name: value}, but=there.user)
        except services.AddressTaken as problem:
            reading.refuse(person.line.number, name, str(problem))


def _sentence(person: Person, known: Known, reading: Reading) -> None:
    """A release date or a requirement needs a sentence to belong to: in the line, or on the record."""
    line, values = person.line, person.line.values
    if line.term:
        return
    there = list(person.known.sentences.all()) if person.known else []
    custody = [sentence for sentence in there if sentence.kind == Sentence.Kind.CUSTODY]
    release = values.get("release_date")
    if release and not custody:
        reading.refuse(line.number, "release_date", "Give the sentence of custody that this is the release from.")
    elif release and release < custody[-1].starts_on:
        reading.refuse(line.number, "release_date", "The release date cannot be before the sentence starts.")
    elif release and release > custody[-1].ends_on:
        reading.refuse(line.number, "release_date", "The release date cannot be after the sentence ends.")
    if values.get("requirements") and not there:
        reading.refuse(line.number, "requirements", "Give the sentence that these requirements belong to.")


def _custody(person: Person, known: Known, reading: Reading) -> None:
    """Whether they are inside has to agree with the record, or it has to say which prison."""
    line, release = person.line, person.line.values.get("release_date")
    to_come = person.known is not None and release is not None and release > known.today
    if person.prison or not (person.is_inside(known.today) or to_come):
        return
    if person.known is None:
        reading.notes.append(f"Line {line.number}, prison: in custody, and no prison is given. Add it to the record.")
    elif not person.known.in_custody:
        said = "They are inside by this line, and in the community on our record. Give the prison, or “community”."
        reading.refuse(line.number, "prison", said)


_NAMES: list[Callable[[Person, Known, Reading], None]] = [_practitioner, _prison, _named_area]
_CHECKS: list[Callable[[Person, Known, Reading], None]] = [
    _practitioner, _area, _prison, _numbers, _sign_in, _sentence, _custody,
]  # fmt: skip
