"""What a person says of themselves: sex, gender, ethnicity, disability and the like.

Each may be left open ("") or answered with "prefer not to say". Only the practitioner who leads the case and the person
read it. The service reads it for two things: which services can take them, and grouped figures.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.utils import timezone
from simple_history.models import HistoricalRecords

from people.models.access_grants import ids_seen_by
from people.models.accounts import User
from people.models.participants import Assignment, Participant

PREFER_NOT = "PREFER_NOT"
NOT_SAID = "Prefer not to say"
OTHER = "OTHER"
PREGNANT_FOR = timedelta(days=280)  # an answer about pregnancy is out of date after that


class Sex(models.TextChoices):
    FEMALE = "FEMALE", "Female"
    MALE = "MALE", "Male"
    PREFER_NOT = PREFER_NOT, NOT_SAID


class Gender(models.TextChoices):
    WOMAN = "WOMAN", "Woman"
    MAN = "MAN", "Man"
    NON_BINARY = "NON_BINARY", "Non-binary"
    OTHER = OTHER, "In other words"
    PREFER_NOT = PREFER_NOT, NOT_SAID


class Ethnicity(models.TextChoices):
    """The list of the 2021 census of England and Wales."""

    INDIAN = "INDIAN", "Indian"
    PAKISTANI = "PAKISTANI", "Pakistani"
    BANGLADESHI = "BANGLADESHI", "Bangladeshi"
    CHINESE = "CHINESE", "Chinese"
    OTHER_ASIAN = "OTHER_ASIAN", "Any other Asian background"
    CARIBBEAN = "CARIBBEAN", "Caribbean"
    AFRICAN = "AFRICAN", "African"
    OTHER_BLACK = "OTHER_BLACK", "Any other Black, Black British or Caribbean background"
    WHITE_CARIBBEAN = "WHITE_CARIBBEAN", "White and Black Caribbean"
    WHITE_AFRICAN = "WHITE_AFRICAN", "White and Black African"
    WHITE_ASIAN = "WHITE_ASIAN", "White and Asian"
    OTHER_MIXED = "OTHER_MIXED", "Any other mixed or multiple background"
    BRITISH = "BRITISH", "English, Welsh, Scottish, Northern Irish or British"
    IRISH = "IRISH", "Irish"
    TRAVELLER = "TRAVELLER", "Gypsy or Irish Traveller"
    ROMA = "ROMA", "Roma"
    OTHER_WHITE = "OTHER_WHITE", "Any other White background"
    ARAB = "ARAB", "Arab"
    OTHER = OTHER, "Any other ethnic group"
    PREFER_NOT = PREFER_NOT, NOT_SAID


ETHNIC_GROUPS = {
    "Asian or Asian British": ("INDIAN", "PAKISTANI", "BANGLADESHI", "CHINESE", "OTHER_ASIAN"),
    "Black, Black British, Caribbean or African": ("CARIBBEAN", "AFRICAN", "OTHER_BLACK"),
    "Mixed or multiple ethnic groups": ("WHITE_CARIBBEAN", "WHITE_AFRICAN", "WHITE_ASIAN", "OTHER_MIXED"),
    "White": ("BRITISH", "IRISH", "TRAVELLER", "ROMA", "OTHER_WHITE"),
    "Other ethnic group": ("ARAB", OTHER),
}
IN_OWN_WORDS = ("OTHER_ASIAN", "OTHER_BLACK", "OTHER_MIXED", "OTHER_WHITE", OTHER)  # answers that ask for words


class Religion(models.TextChoices):
    NONE = "NONE", "No religion"
    CHRISTIAN = "CHRISTIAN", "Christian"
    BUDDHIST = "BUDDHIST", "Buddhist"
    HINDU = "HINDU", "Hindu"
    JEWISH = "JEWISH", "Jewish"
    MUSLIM = "MUSLIM", "Muslim"
    SIKH = "SIKH", "Sikh"
    OTHER = OTHER, "Another religion or belief"
    PREFER_NOT = PREFER_NOT, NOT_SAID


class Orientation(models.TextChoices):
    STRAIGHT = "STRAIGHT", "Straight or heterosexual"
    GAY = "GAY", "Gay or lesbian"
    BISEXUAL = "BISEXUAL", "Bisexual"
    OTHER = OTHER, "In other words"
    PREFER_NOT = PREFER_NOT, NOT_SAID


class Nationality(models.TextChoices):
    BRITISH = "BRITISH", "British"
    IRISH = "IRISH", "Irish"
    OTHER = OTHER, "Another, or more than one"
    PREFER_NOT = PREFER_NOT, NOT_SAID


class YesNo(models.TextChoices):
    YES = "YES", "Yes"
    NO = "NO", "No"
    PREFER_NOT = PREFER_NOT, NOT_SAID


class Pregnancy(models.TextChoices):
    PREGNANT = "PREGNANT", "Pregnant"
    BABY = "BABY", "Had a baby in the last 26 weeks"
    NO = "NO", "No"
    PREFER_NOT = PREFER_NOT, NOT_SAID


class CharacteristicsQuerySet(models.QuerySet["Characteristics"]):
    def visible_to(self, user: User) -> Self:
        """Of whose case the user leads, and their own."""
        return self.filter(participant__in=ids_seen_by(user)).filter(_theirs(user))


def _theirs(user: User) -> models.Q:
    led = Assignment.objects.current(timezone.localdate()).filter(practitioner=user)
    return models.Q(participant__user=user) | models.Q(participant__in=led.values("participant"))


def _words() -> models.CharField[str, str]:
    return models.CharField(max_length=100, blank=True)


class Characteristics(models.Model):
    """One row for each person who was asked. A field in `_words` is what they wrote themselves."""

    participant = models.OneToOneField(Participant, models.PROTECT, related_name="characteristics")
    sex = models.CharField(max_length=10, choices=Sex, blank=True)
    gender = models.CharField(max_length=10, choices=Gender, blank=True)
    gender_words = _words()
    ethnicity = models.CharField(max_length=15, choices=Ethnicity, blank=True)
    ethnicity_words = _words()
    nationality = models.CharField(max_length=10, choices=Nationality, blank=True)
    nationality_words = _words()
    religion = models.CharField(max_length=10, choices=Religion, blank=True)
    religion_words = _words()
    orientation = models.CharField(max_length=10, choices=Orientation, blank=True)
    orientation_words = _words()
    disability = models.CharField(max_length=10, choices=YesNo, blank=True)
    care_leaver = models.CharField(max_length=10, choices=YesNo, blank=True)
    veteran = models.CharField(max_length=10, choices=YesNo, blank=True)
    pregnancy = models.CharField(max_length=10, choices=Pregnancy, blank=True)
    pregnancy_said_on = models.DateField(null=True, blank=True)
    said_on = models.DateField()
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    history = HistoricalRecords()
    objects = CharacteristicsQuerySet.as_manager()

    def __str__(self) -> str:
        return f"characteristics {self.pk}"

    def in_words(self, name: str) -> str:
        """An answer as the person gave it; "" where they gave none."""
        said: str = getattr(self, f"get_{name}_display")()
        own: str = getattr(self, f"{name}_words", "")
        return f"{said}: {own}" if own else said

    def pregnancy_is_old(self, today: date) -> bool:
        return bool(self.pregnancy_said_on) and today - self.pregnancy_said_on > PREGNANT_FOR  # type: ignore[operator]
