"""Keeping people out of a record, and getting in for two hours."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet

from common.forms import AnyRows, Form, LongTextField, ModelChecksField, SearchedField, TextField
from people.models import AccessGrant, Membership, Participant, Role, User
from people.record.forms import members

STAFF = [Role.PRACTITIONER, Role.MANAGER]
CRN = Participant._meta.get_field("crn")
WHY = "Kept on the record. Those who are kept out do not see it"
TOLD = "They see this if they try. Say whom to ring, and nothing about the person"


def who_could(today: date) -> QuerySet[Membership]:
    """The roles that could show someone a person, or the copies and the audit of one."""
    roles = [*STAFF, Role.VOLUNTEER, Role.PROVIDER, Role.SCHEME, Role.DATA_PROTECTION]
    return Membership.objects.current(today).filter(role__in=roles)


class LimitedAccessForm(Form):
    reason = LongTextField(label="Why?", max_length=500, rows=3, help_text=WHY)
    message = LongTextField(label="What are they told?", max_length=500, rows=3, help_text=TOLD)


class ExclusionForm(LimitedAccessForm):
    user = SearchedField(
        User, label="Who must not see this record?", called="who must not see it", searched=members.SEARCHED
    )
    field_order = ["user", "reason", "message"]

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members.offer_members(self, "user", who_could(today), but=None)


class ListForm(Form):
    changes_what_is_there = True
    users = ModelChecksField(User, label="Who may see this record?", called="who may see it")

    def __init__(self, *args: Any, today: date, person: Participant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grants = AccessGrant.objects.current().filter(participant=person)
        in_team = who_could(today).filter(team__in=grants.values("team"), role__in=STAFF).values("user")
        alone = who_could(today).filter(user__in=grants.values("user")).values("user")
        members.list_members(self, "users", User.objects.filter(pk__in=alone.union(in_team), is_active=True))
        field = self.field("users", AnyRows)
        field.initial = list(person.assignments.current(today).values_list("practitioner", flat=True))
        field.help_text = "Nobody else will. You are always one of them; whoever leads the case is ticked already"


class RestrictionForm(ListForm, LimitedAccessForm):
    field_order = ["users", "reason", "message"]


class EmergencyForm(Form):
    crn = TextField(label="CRN", width=10, max_length=7, help_text="One letter and six numbers, like X123456")
    reason = LongTextField(
        label="Why do you need to see it now?",
        max_length=500,
        rows=3,
        help_text="Whoever leads the case reads this at once, and so may the person",
    )

    def clean_crn(self) -> str:
        crn = str(self.cleaned_data["crn"]).replace(" ", "").upper()
        for check in CRN.validators:
            check(crn)
        return crn
