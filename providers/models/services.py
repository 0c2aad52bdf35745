"""Services: what a provider offers, to whom, where, at what price, and whether it can be had now."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from phonenumber_field.modelfields import PhoneNumberField
from simple_history.models import HistoricalRecords

from common.money import pounds
from lifeplans.needs import Need
from people.models import Outcode, Region, User
from providers.models.areas import PoliceArea
from providers.models.providers import Provider, Source


class Charge(models.TextChoices):
    FREE = "FREE", "Free"
    CONTRACTED = "CONTRACTED", "Paid for by contract"
    PRICED = "PRICED", "Has a price"
    ASK = "ASK", "Ask for a price"


class PriceUnit(models.TextChoices):
    ONCE = "ONCE", "in all"
    SESSION = "SESSION", "a session"
    HOUR = "HOUR", "an hour"
    DAY = "DAY", "a day"
    WEEK = "WEEK", "a week"
    MONTH = "MONTH", "a month"


class ServiceQuerySet(models.QuerySet["Service"]):
    def available(self, today: date) -> Self:
        """Running, within its dates, from a provider who may be used."""
        running = self.filter(
            Q(opens_on=None) | Q(opens_on__lte=today),
            Q(closes_on=None) | Q(closes_on__gte=today),
            status=Service.Status.ACTIVE,
        )
        return running.exclude(provider__in=Provider.objects.out_of_use())

    def for_someone_aged(self, age: int) -> Self:
        return self.filter(Q(minimum_age=None) | Q(minimum_age__lte=age), Q(maximum_age=None) | Q(maximum_age__gte=age))


class Service(models.Model):
    """One thing a provider offers. `words` gathers what search should find it by."""

    class Status(models.TextChoices):
        ACTIVE = "ACTIVE", "Active"
        INACTIVE = "INACTIVE", "Inactive"
        DEFUNCT = "DEFUNCT", "No longer exists"
        TEMPORARILY_CLOSED = "TEMPORARILY_CLOSED", "Closed for now"

    class Listing(models.TextChoices):
        LISTED = "LISTED", "In the directory"
        OFF_LIST = "OFF_LIST", "Bought off the list"

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="services")
    subcontractors = models.ManyToManyField(Provider, related_name="subcontracts", blank=True)
    source = models.CharField(max_length=15, choices=Source, default=Source.HAND)
    external_id = models.CharField(max_length=100, blank=True)
    contract_reference = models.CharField(max_length=100, blank=True)
    contract_type = models.CharField(max_length=20, blank=True)
    listing = models.CharField(max_length=10, choices=Listing, default=Listing.LISTED)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    needs = ArrayField(models.CharField(max_length=15, choices=Need), default=list, blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.ACTIVE)
    opens_on = models.DateField(null=True, blank=True)
    closes_on = models.DateField(null=True, blank=True)

    allows_male = models.BooleanField(default=True)
    allows_female = models.BooleanField(default=True)
    minimum_age = models.PositiveSmallIntegerField(null=True, blank=True)
    maximum_age = models.PositiveSmallIntegerField(null=True, blank=True)

    charge = models.CharField(max_length=10, choices=Charge, default=Charge.ASK)
    price = models.PositiveBigIntegerField(null=True, blank=True)  # pence
    price_unit = models.CharField(max_length=10, choices=PriceUnit, blank=True)
    price_note = models.CharField(max_length=500, blank=True)
    wait_days = models.PositiveSmallIntegerField(null=True, blank=True)

    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="services", db_index=False)
    police_area = models.ForeignKey(PoliceArea, models.PROTECT, null=True, blank=True, related_name="services")
    outcode = models.ForeignKey(Outcode, models.PROTECT, null=True, blank=True, related_name="services")
    address = models.CharField(max_length=400, blank=True)
    email = models.EmailField(blank=True)
    phone = PhoneNumberField(blank=True)
    website = models.CharField(max_length=300, blank=True)

    added_on = models.DateField()
    added_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    as_imported = models.JSONField(default=dict, blank=True)  # the record as the file had it, so that nothing is lost
    words = models.TextField(blank=True, editable=False)
    search = models.GeneratedField(
        expression=SearchVector("name", weight="A", config="english")
        + SearchVector("words", weight="B", config="english")
        + SearchVector("description", weight="C", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    miles: float | None  # set by search.near()
    rank: float  # set by search.find()

    history = HistoricalRecords(excluded_fields=["search", "words", "as_imported"])
    objects = ServiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "source",
                "external_id",
                name="service_imported_once",
                condition=~Q(external_id=""),
                violation_error_message="This service is in the directory already.",
            ),
            models.CheckConstraint(
                name="service_has_a_name",
                condition=~Q(name=""),
                violation_error_message="Give the service a name.",
            ),
            models.CheckConstraint(
                name="priced_service_says_the_price",
                condition=(Q(charge="PRICED", price__isnull=False, price__gt=0) & ~Q(price_unit=""))
                | (~Q(charge="PRICED") & Q(price=None, price_unit="")),
                violation_error_message="Give the price and what it is for, or choose another answer.",
            ),
            models.CheckConstraint(
                name="service_is_for_someone",
                condition=Q(allows_male=True) | Q(allows_female=True),
                violation_error_message="A service is for men, women or both.",
            ),
            models.CheckConstraint(
                name="service_ages_in_order",
                condition=Q(minimum_age=None) | Q(maximum_age=None) | Q(maximum_age__gte=F("minimum_age")),
                violation_error_message="The oldest age must not be under the youngest.",
            ),
            models.CheckConstraint(
                name="service_closes_after_it_opens",
                condition=Q(opens_on=None) | Q(closes_on=None) | Q(closes_on__gte=F("opens_on")),
                violation_error_message="A service cannot close before it opens.",
            ),
        ]
        indexes = [
            GinIndex("search", name="service_by_words"),
            GinIndex(OpClass("words", name="gin_trgm_ops"), name="service_by_misspelt_words"),
            GinIndex("needs", name="service_by_need"),
            models.Index("region", "status", name="service_by_region"),
            models.Index(
                fields=["name", "id"],
                include=["provider", "opens_on", "closes_on"],
                condition=Q(status="ACTIVE"),
                name="running_service_by_name",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_available(self, today: date) -> bool:
        opened = self.opens_on is None or self.opens_on <= today
        over = self.closes_on is not None and self.closes_on < today
        return self.status == self.Status.ACTIVE and self.provider.can_be_used and opened and not over

    @property
    def send_to(self) -> str:
        """Where a referral is e-mailed, if we know."""
        return self.email or self.provider.email

    @property
    def need_words(self) -> str:
        if len(self.needs) == len(Need):
            return "Every need"
        return ", ".join(Need(need).label for need in self.needs)

    @property
    def price_words(self) -> str:
        return f"{pounds(self.price)} {self.get_price_unit_display()}" if self.price else self.get_charge_display()

    @property
    def wait_words(self) -> str:
        if self.wait_days is None:
            return ""
        return "No wait" if self.wait_days == 0 else f"{self.wait_days} day{'s' if self.wait_days > 1 else ''} wait"

    @property
    def place_words(self) -> str:
        """The area it covers, and where it is if that is known."""
        area = self.police_area or self.region
        outcode = f"{self.outcode.town} ({self.outcode_id})" if self.outcode and self.outcode.town else self.outcode_id
        return ", ".join(str(part) for part in (outcode, area) if part) or "Anywhere"

    @property
    def miles_words(self) -> str:
        """The distance that search worked out, in words that promise no more than outcodes can tell."""
        miles = getattr(self, "miles", None)  # a service that was not searched for has none
        if miles is None:
            return ""
        whole = round(miles)
        return "Less than 2 miles" if whole < 2 else f"About {whole} miles"

    @property
    def who_words(self) -> str:
        """Whom it is for, in a few words."""
        who = "Men and women" if self.allows_male and self.allows_female else "Men" if self.allows_male else "Women"
        youngest, oldest = self.minimum_age, self.maximum_age
        if youngest is not None and oldest is not None:
            return f"{who} aged {youngest} to {oldest}"
        if youngest is not None:
            return f"{who} aged {youngest} and over"
        return f"{who} aged up to {oldest}" if oldest is not None else who
