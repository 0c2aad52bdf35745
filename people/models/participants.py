"""Participants: the people this is all for, and who works with them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any, Self, TypeVar

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import connection, models
from django.db.models import Exists, F, Func, OuterRef, Q, Subquery
from phonenumber_field.modelfields import PhoneNumberField
from simple_history.models import HistoricalRecords

from common.dated import LAST_DAY, Dated, DatedQuerySet, current_on, one_at_a_time
from common.postgres.actor import SYSTEM, acting_as
from people.models import identifiers, searching
from people.models.access_grants import AccessGrant, Exclusion, Level, Restriction, ids_changeable_by, ids_seen_by
from people.models.accessibility_needs import Communication, Readiness
from people.models.accounts import User
from people.models.places import DeliveryUnit, Prison

# What a line that only names someone does not read; the database asks of most of it whether it may be read.
NOT_NAMING = (
    "date_of_birth", "prison_number", "pnc", "cro", "phone", "email", "address", "outcode", "risk_band", "language",
    "interpreter_needed", "communication", "communication_note", "readiness", "cohort_tags", "joined_on",
)  # fmt: skip
OF_AN_ACCOUNT = ("password", "last_login", "email", "phone", "code_letter_since", "created_at", "sign_in_round")
Rows = TypeVar("Rows", bound="models.QuerySet[Any, Any]")


def naming(rows: Rows, person: str, *users: str) -> Rows:
    """Of the person and the users whom these paths lead to, read the names and little else."""
    unread = [f"{person}__{column}" for column in NOT_NAMING]
    return rows.defer(*unread, *(f"{user}__{column}" for user in users for column in OF_AN_ACCOUNT))


NAMES = ("ref", "given_name", "family_name", "preferred_name", "crn")


def lean(rows: Rows, *own: str, person: str) -> Rows:
    """Read these columns of the rows and, of the person this path leads to, the names. A line of a home list needs no
    more, and each column costs more time than its value does."""
    return rows.select_related(person).only(*own, *(f"{person}__{name}" for name in NAMES))


class RiskBand(models.TextChoices):
    LOW = "LOW", "Low"
    MEDIUM = "MEDIUM", "Medium"
    HIGH = "HIGH", "High"
    VERY_HIGH = "VERY_HIGH", "Very high"


class Whereabouts(models.TextChoices):
    """Where someone is. Acts of custody alone change it (people/record/custody.py)."""

    COMMUNITY = "COMMUNITY", "In the community"
    PRISON = "PRISON", "In prison"
    TEMPORARY = "TEMPORARY", "Out of prison on temporary release"
    HOSPITAL = "HOSPITAL", "In hospital from prison"


class CohortTag(models.TextChoices):
    IOM = "IOM", "IOM"
    CARE_LEAVER = "CARE_LEAVER", "Care leaver"
    VETERAN = "VETERAN", "Armed forces veteran"


COHORT_WORDS = {CohortTag.IOM: "IOM", CohortTag.CARE_LEAVER: "Care leaver", CohortTag.VETERAN: "Veteran"}


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def visible_to(self, user: User, level: Level = Level.FULL) -> Self:
        """People whom the user has a grant for, at this level, and no limit against; no merged records."""
        return self.filter(pk__in=ids_seen_by(user, level))

    def changeable_by(self, user: User, level: Level = Level.FULL) -> Self:
        """The same, without people whom the user sees by emergency access alone."""
        return self.filter(pk__in=ids_changeable_by(user, level))

    def restricted_from(self, user: User) -> Self:
        """Those whom the user would see, were they not on a list that the user is not on."""
        told = AccessGrant.objects.current().of(user).at_least(Level.FULL)
        restricted = Restriction.objects.current().against(user).values("participant")
        return self.filter(pk__in=told.filter(participant__in=restricted).values("participant"))

    def whose_case_is_led_by(self, user: User | int, today: date) -> Self:
        """Those whose case the user leads."""
        led = Assignment.objects.current(today).filter(practitioner=user).values("participant")
        return self.filter(pk__in=led)

    def led_by(self, user: User | int, today: date) -> Self:
        """Those the user leads, or works with in prison."""
        led = Assignment.objects.current(today).filter(practitioner=user).values("participant")
        supervisions = apps.get_model("people", "Supervision")._default_manager
        inside = supervisions.filter(current_on(today), supervisor=user).values("participant")
        return self.filter(pk__in=led.union(inside))

    def ids_led_by(self, user: User, today: date) -> list[int]:
        """Everyone the user leads and may see."""
        return list(self.visible_to(user).led_by(user, today).values_list("pk", flat=True))

    def lock(self, participant: Participant) -> Participant:
        """Return the person as they are now, locked until the transaction ends."""
        return self.select_for_update(of=("self",)).get(pk=participant.pk)

    def current(self, today: date) -> Self:
        return self.filter(Q(left_on=None) | Q(left_on__gt=today))

    def left(self, today: date) -> Self:
        return self.filter(left_on__lte=today)

    def in_custody(self) -> Self:
        return self.exclude(whereabouts=Whereabouts.COMMUNITY)

    def in_community(self) -> Self:
        return self.filter(whereabouts=Whereabouts.COMMUNITY)

    def with_lead(self, today: date) -> Self:
        leads = Assignment.objects.current(today).filter(participant=OuterRef("pk"))
        return self.annotate(lead_name=Subquery(leads.values("practitioner__name")[:1]))

    def with_release(self) -> Self:
        """The latest release date on record; only custody has one."""
        theirs = apps.get_model("people", "Sentence")._default_manager.filter(participant=OuterRef("pk"))
        latest = theirs.filter(release_on__isnull=False).order_by("-release_on").values("release_on")
        return self.annotate(release_on=Subquery(latest[:1]))

    def matching(self, words: str, *, by: User, most: int | None = None) -> Self:
        """Whom `by` may see, the likest first (`near`): by a number of theirs, a birth date, or any name of theirs,
        misspelt too. `most` limits how many are found by name.
        """
        asked = searching.read_search(words)
        if asked.number is not None or asked.born:
            # Looked up by index, which cannot serve beneath a view; a merged record leads to the other.
            known = asked.number or Q(date_of_birth=asked.born)
            with acting_as(SYSTEM):
                found = list(self.model._default_manager.filter(known).values_list("pk", "merged_into"))
            people = self.filter(pk__in=[into or pk for pk, into in found]).visible_to(by)
            if not asked.names:
                return people.annotate(near=models.Value(0))
        else:
            people = self.filter(merged_into=None)
        called = ids_called(asked.names, most)
        return people.filter(pk__in=called).visible_to(by).annotate(near=_place_in(called))


def ids_called(names: Sequence[Sequence[str]], most: int | None = None) -> list[int]:
    """The ids of those who have a name like all of these words, each with other forms of it, the likest first.

    No index can look by likeness beneath row security, so a function of the owner's does: it gives the ids of those
    whom the acting user sees (people/sql/search_names.sql)."""
    with connection.cursor() as cursor:
        cursor.execute("select people_called(%s, %s)", [json.dumps(names), most])
        return [pk for (pk,) in cursor.fetchall()]


def _place_in(ids: Sequence[int]) -> Func:
    """The place of a row's id in this list."""
    places = json.dumps({str(pk): place for place, pk in enumerate(ids)})
    return Func(
        models.Value(places), F("pk"), template="(%(expressions)s::text)::integer", arg_joiner="::jsonb ->> ",
        output_field=models.IntegerField(),
    )  # fmt: skip


class Participant(models.Model):
    """A person with a life plan."""

    hides_columns = True  # people/migrations/0009_columns.py
    lead_name: str | None  # set by with_lead()
    release_on: date | None  # set by with_release()

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(User, models.PROTECT, null=True, blank=True, related_name="participant")
    given_name = models.CharField(max_length=100, blank=True)  # empty for someone who has one name
    family_name = models.CharField(max_length=100)
    preferred_name = models.CharField(max_length=100, blank=True)
    date_of_birth = models.DateField()
    crn = models.CharField(
        max_length=7,
        unique=True,
        validators=[RegexValidator(identifiers.CRN, identifiers.NOT_A_CRN)],
    )
    prison_number = models.CharField(
        max_length=7,
        blank=True,
        validators=[RegexValidator(identifiers.PRISON_NUMBER, identifiers.NOT_A_PRISON_NUMBER)],
    )
    pnc = models.CharField(max_length=13, blank=True)
    cro = models.CharField(max_length=12, blank=True)
    phone = PhoneNumberField(blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=300, blank=True)
    outcode = models.CharField(max_length=4, blank=True)
    delivery_unit = models.ForeignKey(DeliveryUnit, models.PROTECT, related_name="participants")
    # The prison they are in or belong to; empty in the community, and where it is not known.
    prison = models.ForeignKey(Prison, models.PROTECT, null=True, blank=True, related_name="participants")
    whereabouts = models.CharField(max_length=10, choices=Whereabouts, default=Whereabouts.COMMUNITY)
    risk_band = models.CharField(max_length=10, choices=RiskBand)
    language = models.CharField(max_length=60, blank=True)
    interpreter_needed = models.BooleanField(default=False)
    night_ok = models.BooleanField(default=False, db_default=False)  # a change of the next morning's meeting may go
    communication = ArrayField(models.CharField(max_length=15, choices=Communication), default=list, blank=True)
    communication_note = models.CharField(max_length=1000, blank=True)
    readiness = models.CharField(max_length=15, choices=Readiness, blank=True)
    cohort_tags = ArrayField(models.CharField(max_length=15, choices=CohortTag), default=list, blank=True)
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="absorbed")

    history = HistoricalRecords()
    objects = ParticipantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(  # or what stands in its place once the person is taken out of the record
                name="crn_is_well_formed",
                condition=Q(crn__regex=r"^([A-Z]\d{6}|-[0-9A-Z]{6})$"),
                violation_error_message="A CRN is a letter and six digits, like X123456.",
            ),
            models.CheckConstraint(
                name="prison_number_is_well_formed",
                condition=Q(prison_number="") | Q(prison_number__regex=identifiers.PRISON_NUMBER),
                violation_error_message="A prison number is like A1234BC.",
            ),
            models.UniqueConstraint(
                "prison_number",
                name="prison_number_unique",
                condition=~Q(prison_number=""),
                violation_error_message="Another record has this prison number. Look there first.",
            ),
            models.CheckConstraint(
                name="pnc_is_well_formed",
                condition=Q(pnc="") | Q(pnc__regex=identifiers.PNC),
                violation_error_message="A PNC number is like 2001/0012345X.",
            ),
            models.CheckConstraint(
                name="cro_is_well_formed",
                condition=Q(cro="") | Q(cro__regex=identifiers.CRO),
                violation_error_message="A CRO number is like 012345/01X or SF01/12345X.",
            ),
            models.CheckConstraint(
                name="nobody_in_the_community_is_in_a_prison",
                condition=~Q(whereabouts=Whereabouts.COMMUNITY) | Q(prison=None),
                violation_error_message="Record how they went into custody, with the prison.",
            ),
            models.CheckConstraint(
                name="a_person_has_a_name",
                condition=~Q(family_name="") | ~Q(given_name=""),
                violation_error_message="Enter a name. Someone who has one name has it as the family name.",
            ),
            models.CheckConstraint(
                name="a_merged_record_has_left",
                condition=Q(merged_into=None) | Q(left_on__isnull=False),
                violation_error_message="A record that was merged into another has left.",
            ),
        ]
        indexes = [
            models.Index("family_name", "given_name", name="participant_by_name"),
            models.Index("left_on", "joined_on", name="participant_by_days"),
            models.Index("date_of_birth", name="participant_by_birth"),
            models.Index("pnc", name="participant_by_pnc", condition=~Q(pnc="")),
            models.Index("cro", name="participant_by_cro", condition=~Q(cro="")),
            models.Index("phone", name="participant_by_phone", condition=~Q(phone="")),
        ]

    def __str__(self) -> str:
        return self.crn

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def family_first(self) -> str:
        """As lists have it: "Ashworth, Jordan"."""
        return ", ".join(filter(None, (self.family_name, self.given_name)))

    @property
    def first_name(self) -> str:
        """What someone reads who is told no more than a first name; the one name of someone who has one."""
        return self.given_name or self.family_name

    @property
    def called(self) -> str:
        """What the person likes to be called."""
        return self.preferred_name or self.first_name

    @property
    def in_custody(self) -> bool:
        """Also on temporary release and in hospital."""
        return self.whereabouts != Whereabouts.COMMUNITY

    @property
    def is_inside(self) -> bool:
        """Behind a gate today: not on temporary release."""
        return self.whereabouts in (Whereabouts.PRISON, Whereabouts.HOSPITAL)

    @property
    def where(self) -> str:
        """ "In prison, HMP Preston"; "In prison, which one is not known"."""
        label = Whereabouts(self.whereabouts).label
        if not self.in_custody:
            return str(label)
        return f"{label}, {self.prison or 'which one is not known'}"

    @property
    def tags(self) -> list[str]:
        return [COHORT_WORDS[CohortTag(tag)] for tag in self.cohort_tags]

    @property
    def takes_in(self) -> list[str]:
        """How the person best takes things in, in words."""
        return [Communication(need).label for need in self.communication]

    @property
    def needs_large_print(self) -> bool:
        return Communication.LARGE_PRINT in self.communication

    @property
    def needs_easy_read(self) -> bool:
        return bool({Communication.EASY_READ, Communication.LEARNING} & set(self.communication))

    @property
    def wants_short_texts(self) -> bool:
        return Communication.SHORT_TEXTS in self.communication

    def age_on(self, day: date) -> int:
        """Whole years lived; someone born on 29 February has their birthday on 1 March in other years."""
        born = self.date_of_birth
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


class AssignmentQuerySet(DatedQuerySet["Assignment"]):
    def visible_to(self, user: User) -> Self:
        """Who may know how to reach a person may know who leads their case."""
        return self.filter(participant__in=ids_seen_by(user, Level.CONTACT))

    def by_who_sees(self) -> Self:
        """Without practitioners whose account is closed, or whom the record is kept from."""
        person = {"participant": OuterRef("participant")}
        excluded = Exclusion.objects.current().filter(user=OuterRef("practitioner"), **person)
        unlisted = Restriction.objects.current().filter(**person).exclude(list__user=OuterRef("practitioner"))
        return self.filter(~Exists(excluded), ~Exists(unlisted), practitioner__is_active=True)


class Assignment(Dated):
    """The practitioner who leads a person's case: one at a time."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="assignments")
    practitioner = models.ForeignKey(User, models.PROTECT, related_name="assignments", db_index=False)

    history = HistoricalRecords()
    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            LAST_DAY,
            one_at_a_time(
                "one_lead_practitioner_at_a_time", says="Someone else leads this case on those days. End that first."
            ),
        ]
        indexes = [models.Index("practitioner", "ends_on", name="assignment_by_practitioner")]

    def __str__(self) -> str:
        return f"assignment {self.pk}"
