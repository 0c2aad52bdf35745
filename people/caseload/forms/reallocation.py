"""The form of a transfer: whom, to whom, from when, and what each person is told."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from common.forms import AnyRows, ChoiceField, DayField, Form, LongTextField, ModelChecksField, SearchedField
from common.widgets import Checks
from people.caseload.reallocation import AHEAD, DAY_MARK, NAME_MARK, USUAL_NOTE
from people.models import Membership, Participant, User
from people.models.participants import ParticipantQuerySet
from people.record.forms import members


class CaseloadForm(Form):
    """With `people` one may name them; without, it is the whole caseload, unseen."""

    which = ChoiceField(
        label="Whom do you hand over?", called="whom you hand over",
        choices=[("all", "Everyone they lead"), ("some", "Only those I tick")],
    )  # fmt: skip
    people = ModelChecksField(
        Participant.objects.none(), label="People to tick", called="people", required=False,
        widget=Checks(style="small"),
    )  # fmt: skip
    to_user = SearchedField(User, label="To whom?", called="the new practitioner", searched=members.SEARCHED)
    starts_on = DayField(label="From which day?", called="the day", help_text="Today, or a day within the next 90 days")
    note = LongTextField(
        label="What each of them is told", called="what each of them is told", rows=4, max_length=500,
        help_text=f"It goes to each person by text or e-mail. {DAY_MARK} and {NAME_MARK} are filled in for you",
    )  # fmt: skip

    def __init__(self, *args: Any, of: User, people: ParticipantQuerySet | None, today: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"starts_on": today, "note": USUAL_NOTE}, **kwargs)
        self._take_people(people)
        self.field("starts_on", DayField).earliest, self.field("starts_on", DayField).latest = today, today + AHEAD
        practitioners = Membership.objects.current(today).of_practitioners()
        members.offer_members(self, "to_user", practitioners, but=of, near=of)

    def _take_people(self, people: ParticipantQuerySet | None) -> None:
        if people is None:
            del self.fields["which"], self.fields["people"]
            return
        self.field("people", AnyRows).queryset = people
        self.field("people", AnyRows).naming = lambda person: f"{person.family_first} ({person.crn})"

    def clean_note(self) -> str:
        note = str(self.cleaned_data["note"])
        if NAME_MARK not in note:
            raise ValidationError(f"Leave {NAME_MARK} in the note, so that each person learns who comes next.")
        return note

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("which") == "some" and not cleaned.get("people") and "people" not in self.errors:
            self.add_error("people", "Tick at least one person, or choose everyone.")
        if cleaned.get("which") == "all" and cleaned.get("people"):
            self.add_error("which", "You ticked some people. Choose “Only those I tick”, or untick them for everyone.")
        return cleaned
