"""The access log. Rows are only ever added."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.expressions import RawSQL
from django.utils import timezone

from people.models.accounts import User


class AccessEventQuerySet(models.QuerySet["AccessEvent"]):
    def at(self, *participant_ids: int) -> Self:
        return self.filter(participants__overlap=list(participant_ids))

    def about(self, participant_id: int) -> Self:
        """The same of one person, for an officer, by the index (people/sql/events_about.sql)."""
        return self.filter(pk__in=RawSQL("select people_events_about(%s)", [participant_id]))

    def of_own_record(self) -> Self:
        """Events of the acting user's own record, and of those merged into it (people/sql/own_events.sql)."""
        return self.filter(pk__in=RawSQL("select people_events_of_own_record()", []))

    def within(self, first: date, last: date) -> Self:
        """Events on these local days, both included. The comparison lets the index on `at` serve."""
        midnight = timezone.get_current_timezone()
        start = datetime.combine(first, time.min, midnight)
        return self.filter(at__gte=start, at__lt=datetime.combine(last + timedelta(days=1), time.min, midnight))


class AccessEvent(models.Model):
    """One access or refusal: who, in which roles, whom (`participants`, ids), when (UTC), on which page, and why.

    It holds keys and codes, never a name or anyone's words, so it outlives a record that is erased.
    """

    class Kind(models.TextChoices):
        PERSON = "PERSON", "Opened the record"
        LIST = "LIST", "Saw in a list"
        EXPORT = "EXPORT", "Took a copy"
        CHANGE = "CHANGE", "Changed the record"
        REFUSED = "REFUSED", "Was refused"
        AUDIT = "AUDIT", "Checked who looked"
        TOO_OFTEN = "TOO_OFTEN", "Was told to slow down"

    at = models.DateTimeField(db_index=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="access_events", db_index=False)
    roles = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind)
    page = models.CharField(max_length=100)
    participants = ArrayField(models.BigIntegerField())
    request_id = models.CharField(max_length=20)
    why = models.CharField(max_length=20, blank=True)  # an AccessGrant.Why, the strongest; or RIGHTS, PANEL, FINANCE
    target = models.CharField(max_length=100, blank=True)  # the keys in the address: "ref=…", "pk=12"

    objects = AccessEventQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex("participants", name="access_event_by_participant"),
            models.Index(fields=["user", "-at"], name="access_event_by_user"),
            models.Index(fields=["kind", "-at"], name="access_event_by_kind"),
            models.Index(fields=["page", "-at"], name="access_event_by_page"),
            models.Index(fields=["-at"], name="access_event_in_emergency", condition=models.Q(why="BREAK_GLASS")),
        ]
        triggers = [
            pgtrigger.Protect(name="access_events_are_only_added", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"look {self.pk}"
