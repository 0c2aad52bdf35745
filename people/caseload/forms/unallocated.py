"""Whom of nobody's people to give to whom."""

from __future__ import annotations

from datetime import date
from typing import Any

from common.forms import AnyRows, Form, ModelChecksField, SearchedField
from people.models import Membership, Participant, User
from people.models.participants import ParticipantQuerySet
from people.record.forms import members


class AllocateForm(Form):
    """The page draws the boxes for `people` in its table."""

    people = ModelChecksField(Participant.objects.none(), label="People", called="people", required=False)
    practitioner = SearchedField(User, label="Give those ticked to", called="who takes them", searched=members.SEARCHED)

    def __init__(self, *args: Any, people: ParticipantQuerySet, by: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("people", AnyRows).queryset = people
        practitioners = Membership.objects.current(today).of_practitioners()
        members.offer_members(self, "practitioner", practitioners, but=None, near=by)
