"""What staff type to add one person: who they are, who leads, the risk and the sentence."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from common.forms import (
    AnyRows,
    ChoiceField,
    ModelSelectField,
    PhoneField,
    SearchedField,
    SelectField,
    TickField,
)  # fmt: skip
from people.models import DeliveryUnit, Membership, Prison, RiskBand, Sentence, User, identifiers
from people.record.forms import members
from people.record.forms.edit_details import NumberField
from people.record.forms.identity import BornForm
from people.record.forms.sentences import SentenceForm

NOT_YET = "Not sentenced, or not known yet"
NOBODY_YET = "Nobody yet: they wait on the list of nobody’s people"
OF_SENTENCE = ("starts_on", "ends_on", "release_on")


class AddPersonForm(SentenceForm, BornForm):
    """`matches` are looked for once the rest is right; `not_same` says that none of them is this person."""

    changes_what_is_there = False
    applies_when: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("starts_on", "length", "unit", "ends_on"), "kind"), "release_on": "kind:CUSTODY",
    }  # fmt: skip
    crn = NumberField(label="CRN", called="the CRN", read=identifiers.crn, required=True, help_text="Like X123456")
    prison_number = NumberField(label="Prison number", read=identifiers.prison_number, help_text="Like A1234BC")
    phone = PhoneField(label="Phone", required=False)
    risk_band = ChoiceField(label="Risk of serious harm", called="the risk", choices=RiskBand.choices, inline=True)
    practitioner = SearchedField(
        User, label="Who leads the case", called="who leads the case", searched=members.SEARCHED, required=False
    )
    delivery_unit = ModelSelectField(
        DeliveryUnit, label="Area", required=False, empty_label="The area of the practitioner's team"
    )
    kind = SelectField(  # type: ignore[assignment]  # there one has to be chosen
        label="Sentence", choices=Sentence.Kind.choices, required=False, empty_label=NOT_YET
    )
    prison = ModelSelectField(Prison, label="Prison, if they are in one", required=False, empty_label="In none")
    not_same = TickField(label="None of those shown is this person", required=False)

    field_order = (
        "given_name", "family_name", "date_of_birth", "birth_is_right", "crn", "prison_number", "phone", "risk_band",
        "practitioner", "delivery_unit", "kind", "starts_on", "length", "unit", "ends_on", "release_on", "prison",
        "not_same",
    )  # fmt: skip

    def __init__(self, *args: Any, by: User, may_leave_open: bool, today: date, **kwargs: Any) -> None:
        super().__init__(*args, today=today, **kwargs)
        ours = Membership.objects.current(today).of_practitioners().filter(team__in=by.team_ids)
        self.field("practitioner", SearchedField).none = NOBODY_YET if may_leave_open else ""
        members.offer_members(self, "practitioner", ours, but=None, near=by)
        self.fields["practitioner"].required = not may_leave_open
        self.field("delivery_unit", AnyRows).queryset = DeliveryUnit.objects.order_by("name")
        self.field("prison", AnyRows).queryset = Prison.objects.filter(active=True).order_by("name")
        self.fields["starts_on"].required = False

    def clean(self) -> dict[str, Any]:
        said = BornForm.clean(self)
        if said.get("kind"):
            if not said.get("starts_on") and "starts_on" not in self.errors:
                self.add_error("starts_on", "Enter the first day of the sentence.")
            return SentenceForm.clean(self)
        if any(said.get(name) for name in (*OF_SENTENCE, "length")):
            self.add_error("kind", "Choose the kind of sentence, or leave its days empty.")
        return {name: value for name, value in said.items() if name not in ("length", "unit")}
