"""What people type about funds, their rules and their books."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any, ClassVar

from budgets.models import (
    Funder,
    FunderReader,
    Law,
    Pot,
    Prohibited,
    Purpose,
    Way,
)
from common.forms import (
    AnyRows,
    ChecksField,
    ChoiceField,
    DayField,
    Form,
    LongTextField,
    ModelChecksField,
    ModelSelectField,
    PoundsField,
    SelectField,
    TextField,
    TickField,
    WholeField,
)
from people.models import CohortTag, DeliveryUnit, Membership, Role, User

STEPS = ("first_step", "second_step", "third_step")  # of MoneyRules.own_limits
MOST = 100_000_000_00  # pence that one act on a fund may move


class RulesForm(Form):
    """The rules of a programme's money from a day on. What is left open is not asked for."""

    allocation = PoundsField(label="What each person has from the start", required=False)
    item_cap = PoundsField(label="The most for one thing", required=False)
    person_cap = PoundsField(label="The most for one person", required=False)
    purposes = ChecksField(label="Only for these things", choices=Purpose.choices, required=False)
    prohibited = ChecksField(label="Never for these", choices=Prohibited.choices, required=False)
    quote_from = PoundsField(label="From which sum on must the price be shown?", required=False)
    bill_from = PoundsField(
        label="From which sum on must a payment name an invoice or receipt?", required=False,
        help_text="Money that the person takes themselves is shown afterwards instead",
    )  # fmt: skip
    manager_limit = PoundsField(
        label="Up to which sum does one manager decide?", required=False, help_text="Above it a panel does"
    )
    panel_quorum = WholeField(
        label="How many votes does a panel need?", called="how many votes", min_value=2, max_value=15, width=3
    )
    panel_lived = TickField(
        label="One of the votes is of someone with lived experience of the justice system", required=False
    )
    worker_limit = PoundsField(
        label="Up to which sum is what a worker asks for a yes at once?", required=False,
        help_text="For one person within 30 days. The decision is the rule’s, and someone else pays",
    )  # fmt: skip
    first_step = PoundsField(
        label="Up to which sum is what the person asks for a yes at once?", required=False,
        help_text="For one person within 30 days: where everyone starts",
    )  # fmt: skip
    second_step = PoundsField(label="And after some things went as agreed?", required=False)
    third_step = PoundsField(label="And after as many again?", required=False)
    kept_for_more = WholeField(
        label="How many things make a step?", called="how many things", min_value=1, max_value=50, width=3
    )
    pool_only = TickField(label="Only for what a group uses together, not for one person", required=False)
    needs_commitment = TickField(
        label="Someone has to write down first that the person has shown commitment", required=False
    )
    ways = ChecksField(
        label="Ways to take it", choices=Way.choices, required=False,
        help_text="Leave all open to allow all. “The service pays for me” is always there",
    )  # fmt: skip
    months = WholeField(
        label="For how many months is a person’s sum meant?", called="how many months", min_value=1, max_value=60,
        width=3, required=False, help_text="Then their page shows how much time and how much money has gone",
    )  # fmt: skip
    four_options = TickField(label="Say them as the four options of Scotland", required=False)
    starts_on = DayField(label="From which day?", called="the day")
    why = LongTextField(label="Why?", rows=3, max_length=1000, called="why")

    def __init__(self, *args: Any, gives_sum: bool, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("starts_on", DayField).earliest = today
        if gives_sum:
            self.fields["allocation"].required = True
        else:
            del self.fields["allocation"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        steps = [data.pop(name, None) for name in STEPS]
        data["own_limits"] = [pence for pence in steps if pence is not None]
        self._refuse_above_manager(data)
        if not set(STEPS) & set(self.errors):
            gap = any(later and not before for before, later in pairwise(steps))
            if gap or data["own_limits"] != sorted(set(data["own_limits"])):
                self.add_error("second_step" if steps[1] else "first_step", "Each step is more than the one before it.")
        return data

    def _refuse_above_manager(self, data: dict[str, Any]) -> None:
        """No rule says yes to what only a panel may decide."""
        most = data.get("manager_limit")
        if most is not None:
            if (data.get("worker_limit") or 0) > most:
                self.add_error("worker_limit", "This cannot be more than one manager decides.")
            if max(data["own_limits"], default=0) > most:
                self.add_error("first_step", "No step can be more than one manager decides.")


class ReaderForm(Form):
    user = ModelSelectField(User.objects.none(), label="Who?", called="who", naming=lambda user: user.name)

    def __init__(self, *args: Any, funder: Funder, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = Membership.objects.current(today).filter(role=Role.FUNDER, user__is_active=True)
        already = FunderReader.objects.current(today).filter(funder=funder)
        rows = User.objects.filter(pk__in=there.values("user")).exclude(pk__in=already.values("user"))
        self.field("user", AnyRows).queryset = rows.order_by("name", "pk")


class PotForm(Form):
    """What a funder promises, and on whom and on what it may be spent."""

    applies_when: ClassVar[dict[str, str]] = {"if_unspent": "use_by"}
    funder = ModelSelectField(
        Funder.objects.none(), label="Who promises it? (optional if you name a new one)", required=False
    )
    new_funder = TextField(label="A new funder, not on the list (optional)", max_length=150, required=False)
    called = TextField(
        label="What do you call this money?", called="a name for this money", max_length=150,
        help_text="For example: Health board, women’s money 2026",
    )  # fmt: skip
    pledged = PoundsField(label="How much do they promise?", max_value=MOST)
    expected_on = DayField(label="By when should all of it have come?", required=False, called="the day it should come")
    youngest = WholeField(label="Youngest age", required=False, min_value=10, max_value=120, width=3)
    oldest = WholeField(label="Oldest age", required=False, min_value=10, max_value=120, width=3)
    for_whom = SelectField(label="Women or men", choices=Pot.ForWhom.choices, required=False, empty_label="Anyone")
    tag = SelectField(label="Cohort", choices=CohortTag.choices, required=False, empty_label="Any cohort")
    areas = ModelChecksField(DeliveryUnit.objects.none(), label="Only people in these areas", required=False)
    purposes = ChecksField(label="Only for these things", choices=Purpose.choices, required=False)
    law = SelectField(
        label="Does a law say who may not have it as cash?", choices=Law.choices, required=False,
        empty_label="No, or not known",
    )  # fmt: skip
    use_by = DayField(label="By when must it be set aside for something?", required=False, called="the day")
    if_unspent = ChoiceField(label="What if some is left then?", choices=Pot.IfUnspent.choices, required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("funder", AnyRows).queryset = Funder.objects.order_by("name")
        self.field("areas", AnyRows).queryset = DeliveryUnit.objects.order_by("name")
        self.field("use_by", DayField).earliest = self.field("expected_on", DayField).earliest = today

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not {"funder", "new_funder"} & set(self.errors) and bool(data.get("funder")) == bool(data.get("new_funder")):
            self.add_error("funder", "Choose a funder from the list, or type the name of a new one, not both.")
        youngest, oldest = data.get("youngest"), data.get("oldest")
        if not {"youngest", "oldest"} & set(self.errors):
            if (youngest is None) != (oldest is None):
                self.add_error("oldest" if oldest is None else "youngest", "Give both ages, or neither.")
            elif youngest is not None and youngest > oldest:
                self.add_error("oldest", "The oldest age cannot be below the youngest.")
        if data.get("use_by") and not data.get("if_unspent") and "if_unspent" not in self.errors:
            self.add_error("if_unspent", "Say what becomes of what is left on that day.")
        data["if_unspent"] = data.get("if_unspent") or Pot.IfUnspent.BACK
        return data


class ContributionForm(Form):
    amount = PoundsField(label="How much came in?", max_value=MOST)
    happened_on = DayField(label="On which day?", called="the day")
    reference = TextField(
        label="Its reference", called="the reference", max_length=60,
        help_text="As the bank statement or the funder’s letter gives it",
    )  # fmt: skip
    reason = LongTextField(label="Anything to add?", rows=2, max_length=2000, required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("happened_on", DayField).latest = today


class ReasonForm(Form):
    """Why something about money is put right, or is not."""

    saves_drafts = True
    reason = LongTextField(label="Why?", rows=4, max_length=2000, called="why")

    def __init__(self, *args: Any, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = help_text


class AmountForm(ReasonForm):
    """The same, of a sum."""

    amount = PoundsField(label="How much?", max_value=MOST)
    field_order = ("amount", "happened_on", "reason")


class ReturnedForm(AmountForm):
    """The same, of a sum that moved on a day."""

    happened_on = DayField(label="On which day?", called="the day")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("happened_on", DayField).latest = today


class NoteForm(Form):
    saves_drafts = True
    note = LongTextField(label="What did you find?", rows=4, max_length=2000, called="what you found")


class PeriodForm(Form):
    ends_on = DayField(label="Their last day", called="the last day")
