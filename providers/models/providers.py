"""Providers: from a national charity to one person with a van."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from phonenumber_field.modelfields import PhoneNumberField
from simple_history.models import HistoricalRecords

from people.models import Team, User


class Source(models.TextChoices):
    """Where a row of the directory came from."""

    MOJ_CRS = "MOJ_CRS", "Commissioned rehabilitative services"
    OPEN_REFERRAL = "OPEN_REFERRAL", "Open Referral feed"
    HAND = "HAND", "Added by hand"


class ProviderQuerySet(models.QuerySet["Provider"]):
    def active(self) -> Self:
        return self.filter(status=Provider.Status.ACTIVE)

    def out_of_use(self) -> Self:
        return self.exclude(status=Provider.Status.ACTIVE)

    def matching(self, words: str) -> Self:
        return self.filter(Q(name__icontains=words) | Q(name__trigram_word_similar=words)) if words else self.all()


class Provider(models.Model):
    """Someone who offers help. While suspended or closed, nobody can be referred to them."""

    class Size(models.TextChoices):
        LARGE = "LARGE", "Large"
        MEDIUM = "MEDIUM", "Medium"
        SMALL = "SMALL", "Small"
        MICRO = "MICRO", "Micro"
        UNKNOWN = "UNKNOWN", "Size not known"

    class Sector(models.TextChoices):
        CHARITY = "CHARITY", "Charity"
        PUBLIC = "PUBLIC", "Public body"
        COMPANY = "COMPANY", "Company"
        SOCIAL_ENTERPRISE = "SOCIAL_ENTERPRISE", "Social enterprise"
        SOLE_TRADER = "SOLE_TRADER", "One person"
        UNKNOWN = "UNKNOWN", "Kind not known"

    class Status(models.TextChoices):
        ACTIVE = "ACTIVE", "Active"
        SUSPENDED = "SUSPENDED", "Suspended"
        CLOSED = "CLOSED", "Closed"

    source = models.CharField(max_length=15, choices=Source, default=Source.HAND)
    external_id = models.CharField(max_length=100, blank=True)
    name = models.CharField(max_length=200)
    size = models.CharField(max_length=10, choices=Size, default=Size.UNKNOWN)
    sector = models.CharField(max_length=20, choices=Sector, default=Sector.UNKNOWN)
    about = models.TextField(blank=True)
    email = models.EmailField(blank=True)
    phone = PhoneNumberField(blank=True)
    website = models.CharField(max_length=300, blank=True)
    added_on = models.DateField()
    added_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    team = models.OneToOneField(Team, models.PROTECT, null=True, blank=True, related_name="provider")  # their accounts
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    suspended_on = models.DateField(null=True, blank=True)
    suspended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    suspended_reason = models.CharField(max_length=1000, blank=True)

    history = HistoricalRecords()
    objects = ProviderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "source",
                "external_id",
                name="provider_imported_once",
                condition=~Q(external_id=""),
                violation_error_message="This provider is in the directory already.",
            ),
            models.UniqueConstraint(
                Lower("name"),
                name="provider_added_by_hand_once",
                condition=Q(source="HAND"),
                violation_error_message="There is a provider of this name already. Add the service to that one.",
            ),
            models.CheckConstraint(
                name="suspended_provider_says_when_by_whom_and_why",
                condition=Q(status="SUSPENDED", suspended_on__isnull=False, suspended_by__isnull=False)
                & ~Q(suspended_reason="")
                | (~Q(status="SUSPENDED") & Q(suspended_on=None, suspended_by=None, suspended_reason="")),
                violation_error_message="A suspension says when, by whom and why.",
            ),
            models.CheckConstraint(
                name="provider_has_a_name",
                condition=~Q(name=""),
                violation_error_message="Give the provider a name.",
            ),
        ]
        indexes = [models.Index("status", name="provider_out_of_use", condition=~Q(status="ACTIVE"))]

    def __str__(self) -> str:
        return self.name

    @property
    def can_be_used(self) -> bool:
        return self.status == self.Status.ACTIVE
