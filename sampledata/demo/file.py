"""One person's file in the story: numbers, risk, sentence, licence and release."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from people import services
from people.models import Group, IssuedCondition, LicenceCondition, LicencePolicy, Requirement, Sentence, User
from people.models.identifiers import check_letter
from people.record import (
    characteristics,
    circle_contacts,
    licence_policies,
    licences,
    person_services,
    resettlement,
    risk,
    sentencing,
    victims,
)
from people.record.forms.characteristics import CharacteristicsForm
from sampledata.demo import words

if TYPE_CHECKING:
    from sampledata.demo.person import Person

HELPS = [
    [],
    ["SHORT_TEXTS"],
    ["DYSLEXIA", "READ_ALOUD"],
    ["LARGE_PRINT"],
    ["ADHD", "SHORT_TEXTS"],
    ["EASY_READ", "LEARNING"],
]
LANGUAGES = ["", "", "", "", "", "", "", "Polish", "", "", "Urdu"]
# By the first name, else the family's. The demo's people are invented, so one answer fits a name.
ETHNICITIES = {
    "Imran": "PAKISTANI", "Bilal": "PAKISTANI", "Hassan": "ARAB", "Omar": "ARAB", "Amara": "AFRICAN",
    "Precious": "AFRICAN", "Marlon": "CARIBBEAN", "Nadia": "BANGLADESHI", "Zara": "INDIAN", "Adeyemi": "AFRICAN",
    "Mensah": "AFRICAN", "Hussain": "PAKISTANI", "Rahman": "BANGLADESHI", "Chowdhury": "BANGLADESHI",
    "Zielinski": "OTHER_WHITE", "Doyle": "IRISH", "Quigley": "IRISH", "Jamie": "WHITE_CARIBBEAN",
}  # fmt: skip
RELIGIONS = ["NONE", "CHRISTIAN", "NONE", "MUSLIM", "", "CHRISTIAN", "PREFER_NOT", "NONE", "NONE"]
ORIENTATIONS = ["STRAIGHT", "STRAIGHT", "STRAIGHT", "", "STRAIGHT", "GAY", "STRAIGHT", "PREFER_NOT", "BISEXUAL"]
READY = ["KEEPING", "MAKING", "KNOWS_HOW", "NEEDS_HELP", "THINKING"]
EXTRA = [
    [("cash-limit", "£500"), ("tag-location", "Three months after release")],
    [("no-gambling", "")],
    [("curfew", "7pm to 7am"), ("bank-details", "")],
    [("stay-out", "The town centre, inside the ring road")],
    [],
]
UNPAID = ["Painted the community hall", "Cleared the canal path", "Sorted clothes at the charity shop"]


def policies() -> None:
    """Load the licence policies, which an emptied database has lost."""
    licence_policies.load(LicencePolicy.objects, LicenceCondition.objects)


class File:
    """Fills the file. Each act takes the day and the moment. It has random numbers of its own."""

    def __init__(self, whose: Person) -> None:
        self.whose, self.life = whose, whose.life
        self.dice = random.Random(f"file {whose.life.number}")

    @property
    def number(self) -> int:
        return self.life.number

    def begin(self, today: date, now: datetime) -> None:
        later = self.whose._later
        self.assess(today, now)
        later(today, 1, 9, self.write_down)
        later(today, 1, 11, self.write_what_was_ordered)
        later(today, 16, 12, self.meet_around)
        later(today, 22, 11, self.say_who_they_are)

    def assess(self, today: date, now: datetime) -> None:
        lower = {"LOW": "LOW", "MEDIUM": "LOW"}[self.life.risk]
        if self.whose._silent(today):  # nobody assesses whom nobody has seen
            self.whose._later(today, 30, 12, self.assess)
            return
        ordered = Requirement.objects.filter(sentence__participant=self.whose.person, kind="ALCOHOL")
        found = sorted({told[2] for told in self.whose.goals_told} | ({"ALCOHOL"} if ordered else set()))
        dangerous = self.number % 9 == 0 and self.life.risk == "MEDIUM"
        risk.assess(
            participant=self.whose.person, by=self.whose.worker, today=today, now=now, assessed_on=today,
            review_by=today + timedelta(days=120), source="OASYS" if self.number % 2 else "PRACTITIONER",
            overall=self.life.risk, to_children=lower, to_public=self.life.risk, to_known_adult=lower, to_staff="LOW",
            to_prisoners="LOW", mappa_level=2 if dangerous else None, mappa_category=3 if dangerous else None,
            needs_found=found, needs_ruled_out=[] if "HEALTH" in found else ["HEALTH"],
            note=words.RESTS_ON[self.number % len(words.RESTS_ON)],
        )  # fmt: skip
        self.whose.person.refresh_from_db()
        if self.dice.random() < 0.92:
            self.whose._later(today, 110, 12, self.assess)

    def write_down(self, today: date, now: datetime) -> None:
        person, born = self.whose.person, self.life.born
        serial = f"{100_000 + self.number * 271:07d}"
        year = born.year + 17
        person_services.change_numbers(
            participant=person, by=self.whose.worker, now=now, prison_number=self.life.prison_number,
            pnc=f"{year}/{serial}{check_letter(f'{year % 100:02d}', serial)}",
            cro=f"{serial[1:]}/{year % 100:02d}{check_letter(f'{year % 100:02d}', serial[1:])}",
        )  # fmt: skip
        language = LANGUAGES[self.number % len(LANGUAGES)]
        person_services.change_communication(
            participant=person, by=self.whose.worker, language=language, interpreter_needed=language == "Urdu",
            communication=["SHORT_TEXTS", "LARGE_PRINT"] if self.number == 0 else HELPS[self.number % len(HELPS)],
            communication_note="Say it first, then write it down." if self.number % 4 == 0 else "",
            readiness=READY[self.number % len(READY)],
        )  # fmt: skip
        person_services.add_address(
            participant=person, by=self.whose.worker, kind="MAIN", lines=self.life.street,
            starts_on=today, today=today,            postcode=f"{self.life.outcode} 1AB",
        )  # fmt: skip
        if self.number % 7 == 0:
            note = "Do not ring in the evening: someone else in the house answers the phone."
            person_services.note_safe_contact(participant=person, note=note, by=self.whose.worker, today=today)
        person.refresh_from_db()

    def say_who_they_are(self, today: date, now: datetime) -> None:
        """Most answer, some leave a question, and one in eight is not asked."""
        if self.number % 8 == 7:
            return
        woman, given = self.life.is_woman, self.life.given
        answers = dict.fromkeys(CharacteristicsForm.base_fields, "") | {
            "sex": "FEMALE" if woman else "MALE",
            "gender": "NON_BINARY" if given == "Ash" else "WOMAN" if woman else "MAN",
            "ethnicity": ETHNICITIES.get(given) or ETHNICITIES.get(self.life.family, "BRITISH"),
            "nationality": "PREFER_NOT" if self.number % 17 == 3 else "BRITISH",
            "religion": RELIGIONS[self.number % len(RELIGIONS)],
            "orientation": ORIENTATIONS[self.number % len(ORIENTATIONS)],
            "disability": "YES" if self.number % 4 == 1 else "NO",
            "care_leaver": "YES" if "CARE_LEAVER" in self.whose.person.cohort_tags else "NO",
            "veteran": "YES" if "VETERAN" in self.whose.person.cohort_tags else "NO",
            "pregnancy": "PREGNANT" if woman and self.number % 19 == 2 else "NO" if woman else "",
        }
        characteristics.say(participant=self.whose.person, answers=answers, by=self.whose.worker, today=today)

    def write_what_was_ordered(self, today: date, now: datetime) -> None:
        person = self.whose.person
        sentence = Sentence.objects.filter(participant=person).get()
        if sentence.release_on:
            self._licence(sentence)
            resettlement.assign_supervisor(
                participant=person, supervisor=self.whose.staff.inside, by=self.whose.worker, today=today,
                now=now,
            )  # fmt: skip
        for asked in Requirement.objects.filter(sentence=sentence, ordered__isnull=False):
            self.whose._later(today, 14, 16, partial(self.do_some, asked))

    def _licence(self, sentence: Sentence) -> None:
        policy = licences.policy_for(sentence)
        assert policy
        chosen = {condition: "" for condition in policy.conditions.filter(kind="STANDARD").order_by("position")}
        extra = dict(EXTRA[self.number % len(EXTRA)])
        chosen |= {condition: extra[condition.code] for condition in policy.conditions.filter(code__in=extra)}
        licences.issue(sentence=sentence, chosen=chosen, by=self.whose.worker)

    def do_some(self, asked: Requirement, today: date, now: datetime) -> None:
        """Two days of unpaid work, or of something that helps; then more, until it is done."""
        if not self.whose._silent(today):
            hours = asked.kind == "UNPAID_WORK"
            sentencing.record_progress(
                requirement=asked, amount=14 if hours else 2, done_on=today, by=self.whose.worker, today=today, now=now,
                note=self.dice.choice(UNPAID) if hours else "Two group days",
            )  # fmt: skip
        asked.refresh_from_db()
        if asked.state != Requirement.State.DONE:
            self.whose._later(today, 21, 16, partial(self.do_some, asked))

    def leave_prison(self, today: date, now: datetime) -> None:
        resettlement.record_release_with_handover(
            participant=self.whose.person, released_on=today, by=self.whose.worker, today=today, to=self.whose.worker,
            note=words.HANDED_OVER[self.number % len(words.HANDED_OVER)],
            prison_ends_on=today + resettlement.STAYS_FOR, now=now,
        )  # fmt: skip
        self.whose._later(today, 90, 9, self.take_off_tag)

    def take_off_tag(self, today: date, now: datetime) -> None:
        """A tag and a curfew last three months."""
        watched = IssuedCondition.objects.not_ended(today).filter(sentence__participant=self.whose.person)
        for issued in watched.filter(condition__code__in=["tag-location", "curfew"]):
            licences.end_condition(
                issued=issued, ends_on=today, why="Its three months are over.", by=self.whose.worker, today=today
            )

    def meet_around(self, today: date, now: datetime) -> None:
        """Those with no account, a worker at a service, a Shared Lives carer; and, apart, who speaks for the victim."""
        person = self.whose.person
        if self.number % 4 == 0:
            mother = words.MOTHERS[self.number // 4 % len(words.MOTHERS)]
            circle_contacts.add_contact(
                participant=person, name=f"{mother} {self.life.family}", related="mother", phone="", today=today,
                by=self.whose.worker, note="Keeps a room free." if self.number % 3 else "Rings on Sundays.",
            )  # fmt: skip
        if self.number % 6 == 0:
            victims.note_liaison(
                participant=person, officer="Helen Marsh", contact="Victim contact unit, 9 to 5", by=self.whose.worker,
                notes="No contact with the family. Stay out of Quay Road and the streets off it.", today=today,
            )  # fmt: skip
        for relationship, user, every in (
            ("WORKER", self.whose.staff.at_service, 10),
            ("CARER", self.whose.staff.carer, 15),
        ):
            if self.number % every == 0:
                self._bring_in(user, relationship, today, now)

    def _bring_in(self, user: User, relationship: str, today: date, now: datetime) -> None:
        member = services.add_to_circle(
            participant=self.whose.person, user=user, relationship=relationship,  # type: ignore[arg-type]
            by=self.whose.worker, today=today, now=now,
        )  # fmt: skip
        groups = [Group.MEETINGS, Group.SENTENCE]
        services.share(member=member, groups=groups, by=self.whose.me, today=today)
