"""The panel that decides about what is more than one manager decides: who is on it, what they read, how they vote."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from simple_history.models import HistoricalRecords

from budgets.models.purposes import Prohibited, Purpose
from budgets.models.requests import SpendRequest
from common.dated import LAST_DAY, Dated, DatedQuerySet
from people.models import Document, Programme, User, ids_seen_by


class PanelMemberQuerySet(DatedQuerySet["PanelMember"]):
    def on_panel(self, programme: Programme, today: date) -> Self:
        return self.current(today).filter(programme=programme, user__is_active=True)


class PanelMember(Dated):
    """Someone who votes on the requests of a programme, from a day until another."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="panel")
    user = models.ForeignKey(User, models.PROTECT, related_name="panels")
    lived_experience = models.BooleanField()  # they have been where those who ask are
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    history = HistoricalRecords()
    objects = PanelMemberQuerySet.as_manager()

    class Meta(Dated.Meta):
        constraints = [
            LAST_DAY,
            models.CheckConstraint(
                name="nobody_puts_themselves_on_a_panel",
                condition=~Q(user=models.F("added_by")),
                violation_error_message="Someone else puts you on a panel.",
            ),
            models.UniqueConstraint(
                "programme", "user", name="on_a_panel_once", condition=Q(ends_on=None),
                violation_error_message="They are on this panel already.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"panel member {self.pk}"


class PanelCaseQuerySet(models.QuerySet["PanelCase"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(spend__budget__enrolment__participant__in=ids_seen_by(user))

    def open(self) -> Self:
        return self.filter(closed_at=None)


class PanelCase(models.Model):
    """A request as the panel reads it: no name, and no way to the record. `amount` is pence.

    The database closes it with the request. The service writes what became of it.
    """

    spend = models.OneToOneField(
        SpendRequest, models.PROTECT, related_name="panel_case",
        error_messages={"unique": "It was sent to the panel already."},
    )  # fmt: skip
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    what = models.CharField(max_length=200)
    amount = models.PositiveBigIntegerField()
    purpose = models.CharField(max_length=15, choices=Purpose)
    goal = models.CharField(max_length=300)
    why = models.TextField(max_length=2000)
    seller = models.CharField(max_length=150, blank=True)  # who sells it, as far as it names nobody
    price_shown = models.BooleanField(default=False)  # on a picture, which stays on the person's file
    # What the words of the request make it look like (budgets/prohibited.py): its members are told.
    looks_like = ArrayField(models.CharField(max_length=15, choices=Prohibited), default=list, blank=True)
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    vote_by = models.DateField()
    closed_at = models.DateTimeField(null=True, blank=True)
    granted = models.PositiveBigIntegerField(null=True, blank=True)  # pence; 0 is a no; none where it was taken back
    problem = models.CharField(max_length=300, blank=True)  # why a yes could not be carried out yet

    objects = PanelCaseQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("vote_by", name="open_case_by_day", condition=Q(closed_at=None))]

    def __str__(self) -> str:
        return f"panel case {self.pk}"

    @property
    def looks_like_words(self) -> str:
        return "; ".join(str(Prohibited(each).label) for each in self.looks_like).lower()


class PanelQuestionQuerySet(models.QuerySet["PanelQuestion"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(case__spend__budget__enrolment__participant__in=ids_seen_by(user))


class PanelQuestion(models.Model):
    """What a member asks before they vote. Whoever may send the case answers, naming nobody; all members read it.

    The service alone writes it: its author does not see whom it is about, and who answers is no member.
    """

    case = models.ForeignKey(PanelCase, models.PROTECT, related_name="questions")
    text = models.TextField(max_length=1000)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(max_length=2000, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = PanelQuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_answered_panel_question_says_by_whom",
                condition=Q(answer="", answered_by=None, answered_at=None)
                | (Q(answered_by__isnull=False, answered_at__isnull=False) & ~Q(answer="")),
                violation_error_message="Write an answer.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"panel question {self.pk}"


class PanelVoteQuerySet(models.QuerySet["PanelVote"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(Q(member=user) | Q(case__spend__budget__enrolment__participant__in=ids_seen_by(user)))

    def counted(self) -> Self:
        """What stands: without those who stand aside, and votes that were not theirs."""
        return self.filter(stands_aside=False, denied_at=None)

    def disputed(self) -> Self:
        """What was denied once it had counted, and what was denied before while its member has not voted since."""
        again = PanelVote.objects.filter(case=OuterRef("case"), member=OuterRef("member"), denied_at=None)
        return self.filter(Q(denied_at__gte=F("case__closed_at")) | (Q(denied_at__isnull=False) & ~Exists(again)))


class PanelVote(models.Model):
    """What one member would grant (pence; 0 is a no), and why. Or that they stand aside, for they know the person."""

    case = models.ForeignKey(PanelCase, models.PROTECT, related_name="votes")
    member = models.ForeignKey(User, models.PROTECT, related_name="+")
    amount = models.PositiveBigIntegerField(default=0)
    reason = models.CharField(max_length=400)
    stands_aside = models.BooleanField(default=False)
    at = models.DateTimeField()
    # Who typed it: the member, or a manager from the minutes of a meeting. The member says if it is not so.
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    minutes = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    denied_at = models.DateTimeField(null=True, blank=True)
    # A manager who did not write it down asked about it, once it was denied, and found this.
    found = models.CharField(max_length=500, blank=True)
    found_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    found_at = models.DateTimeField(null=True, blank=True)

    objects = PanelVoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "case", "member", name="one_vote_each", condition=Q(denied_at=None),
                violation_error_message="This member has voted already.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"panel vote {self.pk}"
