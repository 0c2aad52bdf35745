"""What staff type about custody: one form for each act."""

from __future__ import annotations

from datetime import date
from typing import Any

from common.forms import AnyRows, ChoiceField, DayField, Form, ModelSelectField, TextField
from people.models import CustodyEvent, Participant, Prison
from people.record import custody
from people.record.forms.sentences import SentenceForm

Kind = CustodyEvent.Kind
PRISON = {"label": "Prison", "called": "the prison"}


class ChooseActForm(Form):
    act = ChoiceField(label="What happened?", called="what happened")

    def __init__(self, *args: Any, person: Participant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["act"].choices = [(kind.value, kind.label) for kind in custody.possible(person)]  # type: ignore[attr-defined]


class ActForm(Form):
    """The day, and what else the act has to say."""

    happened_on = DayField(label="On which day?", called="the day")
    prison = ModelSelectField(Prison, **PRISON)
    hospital = TextField(label="Hospital", called="the hospital", max_length=150)
    due_back_on = DayField(label="Due back on", called="the day they are due back", required=False)

    has_prison = (Kind.REMANDED, Kind.RECALLED, Kind.MOVED, Kind.RETURNED)

    def __init__(self, *args: Any, kind: str, person: Participant, today: date, **kwargs: Any) -> None:
        there = person.prison if kind == Kind.RETURNED else None
        super().__init__(*args, **{"initial": {"happened_on": today, "prison": there}, **kwargs})
        if kind not in self.has_prison:
            del self.fields["prison"]
        else:
            offer_prisons(self, but=person.prison if kind == Kind.MOVED else None)
        if kind != Kind.HOSPITAL:
            del self.fields["hospital"]
        if kind != Kind.TEMPORARY:
            del self.fields["due_back_on"]
        self.field("happened_on", DayField).latest = today


class CustodySentenceForm(SentenceForm):
    """A sentence that puts someone in prison on its first day."""

    changes_what_is_there = False
    prison = ModelSelectField(Prison, **PRISON)
    field_order = ("starts_on", "length", "unit", "ends_on", "release_on", "prison")

    def __init__(self, *args: Any, person: Participant, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"starts_on": today, "prison": person.prison}, **kwargs})
        del self.fields["kind"]
        offer_prisons(self)
        self.fields["release_on"].label = "Day of release expected"
        self.fields["release_on"].help_text = "Leave it empty while it is not known"
        self.field("starts_on", DayField).latest = today


class NamePrisonForm(Form):
    prison = ModelSelectField(Prison, **PRISON)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_prisons(self)


class StrikeForm(Form):
    why = TextField(label="Why is it wrong?", called="why it is wrong", max_length=300)


def offer_prisons(form: Form, *, but: Prison | None = None) -> None:
    prisons = Prison.objects.filter(active=True).order_by("name")
    form.field("prison", AnyRows).queryset = prisons.exclude(pk=but.pk) if but else prisons
