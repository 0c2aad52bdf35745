"""What people type about money."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from operator import itemgetter
from typing import Any, ClassVar

from budgets import ways
from budgets.deciding import sentence_for
from budgets.interests import as_compared
from budgets.models import (
    BY_ANOTHER,
    CASH,
    Because,
    Every,
    Funder,
    FunderReader,
    Helped,
    Law,
    MoneyRules,
    PanelCase,
    PanelMember,
    Pot,
    Prohibited,
    Purpose,
    SpendRequest,
    Way,
)
from budgets.models.helped import FACES
from budgets.models.requests import ForWhom
from budgets.prohibited import Hint
from common.forms import (
    AnyRows,
    ChecksField,
    ChoiceField,
    DayField,
    Form,
    LongTextField,
    ModelChecksField,
    ModelRadiosField,
    ModelSelectField,
    PoundsField,
    SelectField,
    TextField,
    TickField,
    UploadField,
    WholeField,
    YesNoField,
)
from common.money import pounds
from lifeplans.models import Goal
from people.models import CohortTag, DeliveryUnit, Document, Membership, Participant, Programme, Requirement, Role, User
from providers.models import Provider, Referral

STEPS = ("first_step", "second_step", "third_step")  # of MoneyRules.own_limits
ONCE = "ONCE"
OPEN_REQUIREMENTS = (Requirement.State.NOT_STARTED, Requirement.State.IN_PROGRESS)
MOST = 100_000_000_00  # pence that one act on a fund may move


def _ways(signed: Sequence[str]) -> list[tuple[str, str]]:
    """The ways that are signed, to choose from; the service's own always."""
    return [(way.value, way.label) for way in Way if way == Way.NOTIONAL or way in signed]


class WithoutMoneyForm(Form):
    """The first question, before any sum: who or what could help without money?"""

    saves_drafts = True
    goal = ModelRadiosField(Goal, label="Which goal is this for?", naming=lambda goal: goal.title)
    without_money = LongTextField(
        label="Who or what could help without money?",
        help_text="Think of family, friends, groups near you, and yourself. If you tried already, say so.",
        rows=3,
        max_length=2000,
    )

    def __init__(self, *args: Any, person: Participant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("goal", AnyRows).queryset = Goal.objects.open().in_plan_of(person.pk)


class AskForm(Form):
    saves_drafts = True
    what = TextField(label="What would help?", help_text="For example: a bus pass for a month")
    amount = PoundsField(label="How much does it cost?")
    every = ChoiceField(
        label="How often is it paid?", choices=[(ONCE, "Once"), *Every.choices], initial=ONCE, required=False,
        inline=True, help_text="If more than once, say above how much it costs each time",
    )  # fmt: skip
    times = WholeField(
        label="How many times?", called="how many times", min_value=2, max_value=60, width=3,
        help_text="Half way your worker asks whether it still helps",
    )  # fmt: skip
    purpose = ChoiceField(label="What kind of thing is it?", choices=sorted(Purpose.choices, key=itemgetter(1)))
    for_whom = ChoiceField(label="Who is it for?", choices=ForWhom.choices, inline=True)
    because = ChecksField(label="Is it for one of these reasons?", choices=Because.choices, required=False)
    why = LongTextField(label="Why does it matter to you?", rows=4, max_length=2000)
    payee = TextField(
        label="Who sells it?", called="who sells it", max_length=150, required=False,
        help_text="A shop, a college, a landlord. Leave it out if you want help to find one",
    )  # fmt: skip
    needed_by = DayField(label="By when do you need it?", called="the day", required=False)
    requirement = ModelSelectField(
        Requirement, label="Does it serve something that the court asks?", naming=str, required=False,
    )  # fmt: skip
    way = ChoiceField(label="How should it be paid?", choices=Way.choices)
    quote = UploadField(
        label="A picture of the price", called="a picture of the price", required=False,
        help_text="A photo or PDF of an offer, a price tag or a page of a shop. You may leave it out",
    )  # fmt: skip

    def __init__(
        self, *args: Any, rules: MoneyRules, person: Participant, for_person: str = "", signed: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:  # fmt: skip
        """`for_person`: what a colleague who asks calls them; empty where they ask for themselves. `signed`: the ways
        that are agreed for this budget; without any, how it is paid is not asked."""
        super().__init__(*args, **kwargs)
        theirs = Requirement.objects.filter(sentence__participant=person.pk, state__in=OPEN_REQUIREMENTS)
        self.field("requirement", AnyRows).queryset = theirs.order_by("pk")
        if not theirs.exists():
            del self.fields["requirement"]
        self.fields["times"].required = not self.is_bound or self.data.get("every", ONCE) not in ("", ONCE)
        self.field("way", ChoiceField).choices = _ways(signed)
        if not set(signed) - {Way.NOTIONAL}:
            del self.fields["way"]
        if rules.item_cap is not None:
            self.fields["amount"].help_text = f"The most for one thing is {pounds(rules.item_cap)}"
        if rules.quote_from is not None:
            needed = f"From {pounds(rules.quote_from)} on it is needed"
            self.fields["quote"].help_text = f"A photo or PDF of an offer, a price tag or a page of a shop. {needed}"
        if rules.prohibited:
            self.fields["what"].help_text += f". It cannot be: {'; '.join(rules.prohibited_words).lower()}"
        if rules.purposes:
            allowed = [each for each in sorted(Purpose.choices, key=itemgetter(1)) if each[0] in rules.purposes]
            self.field("purpose", ChoiceField).choices = allowed
        if for_person:
            self.fields["why"].label = f"Why does it matter to {for_person}?"
            self.field("for_whom", ChoiceField).choices = [(each.value, each.said_of(for_person)) for each in ForWhom]

    applies_when: ClassVar[dict[str, str]] = {"times": f"every:{','.join(Every.values)}"}

    def clean(self) -> dict[str, Any]:
        """What is paid again and again costs as much as all of it together."""
        data = super().clean() or {}
        if data.get("every", ONCE) in ("", ONCE):
            data["every"], data["times"] = "", 1
        if data.get("amount") and data.get("times"):
            data["amount"] *= data["times"]
        return data


class RulesForm(Form):
    """The rules of a programme's money from a day on. What is left open is not asked for."""

    allocation = PoundsField(label="What each person has from the start", required=False)
    item_cap = PoundsField(label="The most for one thing", required=False)
    person_cap = PoundsField(label="The most for one person", required=False)
    purposes = ChecksField(label="Only for these things", choices=Purpose.choices, required=False)
    prohibited = ChecksField(label="Never for these", choices=Prohibited.choices, required=False)
    quote_from = PoundsField(label="From which sum on must the price be shown?", required=False)
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


class JudgementForm(Form):
    saves_drafts = True
    shown = YesNoField(label="Have they shown commitment?", yes="Yes", no="Not yet")
    evidence = LongTextField(
        label="What do you go by?", rows=4, max_length=2000, called="what you go by",
        help_text="The person can read these words",
    )  # fmt: skip


class DecideForm(Form):
    saves_drafts = True
    granted = PoundsField(
        label="How much do you say yes to?", required=False, help_text="All of it, or less. A no needs no sum"
    )
    reason = LongTextField(
        label="Your reasons",
        help_text="The person will read these words.",
        rows=4,
        max_length=2000,
        called="your reasons",
    )
    public_sentence = TextField(
        label="One sentence that anyone may read, without a name", required=False, max_length=300
    )
    not_prohibited = TickField(label="I looked, and it is not that. My reasons say why", required=False)

    def __init__(self, *args: Any, spend: SpendRequest, hints: Sequence[Hint] = (), **kwargs: Any) -> None:
        """`hints`: what its words make it look like. Without any, nothing is asked about that."""
        super().__init__(*args, **{"initial": {"granted": spend.amount}, **kwargs})
        ours = sentence_for(spend, spend.amount or 0)
        self.fields["public_sentence"].help_text = f"Leave it open, and a yes to all of it reads: {ours}"
        if not hints:
            del self.fields["not_prohibited"]


class HelpedForm(Form):
    saves_drafts = True
    answer = ChoiceField(
        label="Did it help?", choices=[(each.value, f"{FACES[each]} {each.label}") for each in Helped.Answer],
        called="whether it helped",
    )  # fmt: skip
    words = LongTextField(label="Anything to add?", rows=3, max_length=1000, required=False)


class QuestionForm(Form):
    saves_drafts = True
    text = LongTextField(
        label="What do you want to know?", rows=3, max_length=1000, called="what you want to know",
        help_text="The person reads this, and so does their worker",
    )  # fmt: skip

    def __init__(self, *args: Any, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = help_text or self.fields["text"].help_text


class AnswerForm(Form):
    saves_drafts = True
    answer = LongTextField(label="Your answer", rows=4, max_length=2000, called="an answer")


class AppealForm(Form):
    saves_drafts = True
    why = LongTextField(label="Why should it be a yes?", rows=4, max_length=2000, called="why")


class PanelCaseForm(Form):
    """What a panel reads of a request."""

    what = TextField(label="What is asked for", called="what is asked for", max_length=200)
    goal = TextField(label="Towards which goal", called="the goal", max_length=300)
    why = LongTextField(
        label="Why it matters", rows=6, max_length=2000, called="why it matters",
        help_text="In the person’s own words as far as you can. Leave out names of people, schools and streets",
    )  # fmt: skip


class VoteForm(Form):
    amount = PoundsField(
        label="How much would you give?", min_value=0, called="a sum",
        help_text="All of it, less, or 0 for no. What more than half would give is the answer",
    )  # fmt: skip
    reason = LongTextField(
        label="Why?", rows=3, max_length=400, called="why", help_text="The person reads this, without your name"
    )

    def __init__(self, *args: Any, case: PanelCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].max_value = case.amount  # type: ignore[attr-defined]


class TakeDownForm(VoteForm):
    """A vote from the minutes of a meeting."""

    member = ChoiceField(label="Who voted?", called="who voted")
    minutes = UploadField(
        label="The minutes of the meeting", called="the minutes", required=False,
        help_text="A PDF, or a photo of the page (JPEG or PNG)",
    )  # fmt: skip
    field_order = ("member", "amount", "reason", "minutes")

    def __init__(self, *args: Any, members: Sequence[PanelMember], kept: Document | None, **kwargs: Any) -> None:
        """`kept`: the minutes that were added with an earlier vote; then they need not be added again."""
        super().__init__(*args, **kwargs)
        self.fields["amount"].label = "How much would they give?"
        self.fields["reason"].help_text = "As the minutes say it. The person reads this, without the member’s name"
        self.members = {str(each.user_id): each.user for each in members}
        self.field("member", ChoiceField).choices = [(pk, user.name) for pk, user in self.members.items()]
        self.fields["minutes"].required = kept is None
        if kept:
            self.fields["minutes"].help_text = f"Leave it open to use “{kept.title}” again"

    def clean_member(self) -> User:
        return self.members[self.cleaned_data["member"]]


class FoundForm(Form):
    found = LongTextField(label="What did you find?", rows=3, max_length=500, called="what you found")


class MemberForm(Form):
    user = ModelSelectField(User.objects.none(), label="Who?", called="who", naming=lambda user: user.name)
    lived_experience = YesNoField(label="Have they been through the justice system themselves?", called="which it is")

    def __init__(self, *args: Any, programme: Programme, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = Membership.objects.current(today).filter(role=Role.PANEL, user__is_active=True)
        on_it = PanelMember.objects.current(today).filter(programme=programme)
        rows = User.objects.filter(pk__in=there.values("user")).exclude(pk__in=on_it.values("user"))
        self.field("user", AnyRows).queryset = rows.order_by("name", "pk")


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


class PayeeForm(Form):
    changes_what_is_there = True
    payee = TextField(
        label="Who is to be paid?", called="who is to be paid", max_length=150,
        help_text="As their invoice or the shop names them",
    )  # fmt: skip


BY_BANK, DONE = "BANK", "DONE"
HOW = [(BY_BANK, "By bank"), (DONE, "It was paid already: by card, cash or cheque")]


class PaymentForm(Form):
    how = ChoiceField(label="How is it paid?", choices=HOW)
    amount = PoundsField(label="How much?")
    payee = TextField(label="Who is paid?", max_length=150)
    invoice = TextField(label="Invoice or receipt number", max_length=60, required=False)
    paid_on = DayField(label="When was it paid?")
    advance = TextField(
        label="Why is it paid before it is delivered?", called="why it is paid before", max_length=300, required=False,
        help_text="The provider has not said yet that it was delivered. Leave it out to wait for them",
    )  # fmt: skip
    more = YesNoField(
        label="Is more to be paid for this later?",
        help_text="If not, what is left over goes back.",
        yes="Yes",
        no="No, this is all",
    )

    applies_when = {"paid_on": f"how:{DONE}"}

    def __init__(
        self, *args: Any, today: date, handed_to: str = "", payee: str = "", account: str = "", ahead: bool = False,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        """`handed_to`: whom the agreement names, where it is handed over to be spent; then nobody types who is paid.
        `account`: the checked account of `payee`, as it is shown; without one it is not asked how it is paid.
        `ahead`: it was not delivered yet."""
        super().__init__(*args, **kwargs)
        self.to_be_paid = payee
        if not ahead:
            del self.fields["advance"]
        self.field("paid_on", DayField).latest = today
        if account:
            self.field("how", ChoiceField).choices = [(BY_BANK, f"By bank, in the next pay run: {account}"), *HOW[1:]]
            self.fields["paid_on"].required = False
        else:
            del self.fields["how"]
            self.__dict__["applies_when"] = {}
        if handed_to:
            del self.fields["payee"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        by_bank = data.setdefault("how", DONE) == BY_BANK
        if by_bank:
            data.pop("paid_on", None)
            if "payee" in data and as_compared(data["payee"]) != as_compared(self.to_be_paid):
                self.add_error(
                    "payee", f"By bank it goes to {self.to_be_paid}. Name someone else on the request first."
                )
        elif not data.get("paid_on") and "paid_on" not in self.errors:
            self.add_error("paid_on", "Enter the day on which it was paid.")
        return data


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


class WayForm(Form):
    """The terms on which a way of taking money is proposed: those that this way has."""

    saves_drafts = True
    provider = ModelSelectField(
        Provider.objects.none(),
        label="Which provider looks after it?",
        required=False,
        empty_label="One not on the list",
    )
    name = TextField(label="Who looks after it?", called="who looks after it", max_length=150, required=False)
    contact = TextField(label="How do you reach them?", max_length=200, required=False)
    agreed_on = DayField(label="On which day did they say that they will?", called="the day")
    fee = PoundsField(label="What do they charge a month?", required=False, max_value=1_000_00)
    weekly = PoundsField(
        label="About how much is meant to be spent in a week?", required=False,
        help_text="Then more than so many weeks’ worth is noticed. Leave it open for one thing that is bought once",
    )  # fmt: skip
    most_weeks = WholeField(
        label="After how many weeks is money that nothing was shown for noticed?",
        called="the weeks",
        min_value=1,
        max_value=52,
        width=3,
    )
    check_weeks = WholeField(
        label="Look at it every how many weeks?", called="the weeks", min_value=1, max_value=52, width=3
    )
    second_way = SelectField(label="And if this way fails?", choices=Way.choices)
    account_told = TickField(label="I have the details of this account or card", required=False)
    why = LongTextField(label="Why this way?", rows=4, max_length=2000, called="why")

    def __init__(self, *args: Any, way: str, today: date, **kwargs: Any) -> None:
        known = ways.KNOWN[way]
        first = {"most_weeks": known.most_weeks, "check_weeks": known.check_weeks, "second_way": Way.NOTIONAL}
        super().__init__(*args, **{"initial": first, **kwargs})
        self.way = way
        self.field("provider", AnyRows).queryset = Provider.objects.order_by("name")
        self.field("agreed_on", DayField).latest = today
        self.fields["name"].required = way != Way.PROVIDER
        if way == Way.PROVIDER:
            self.fields["name"].label = "If it is not on the list, what is it called?"
        others = [each for each in Way if each != way and each not in CASH]
        self.field("second_way", SelectField).choices = [(each.value, each.label) for each in others]
        for name in self._not_asked(way):
            del self.fields[name]

    def _not_asked(self, way: str) -> list[str]:
        left_out = {
            "provider": way != Way.PROVIDER, "name": way not in BY_ANOTHER, "contact": way not in BY_ANOTHER,
            "agreed_on": way not in BY_ANOTHER, "fee": way not in (Way.PROVIDER, Way.THIRD_PARTY, Way.CARD),
            "weekly": way == Way.NOTIONAL, "most_weeks": way == Way.NOTIONAL, "second_way": way == Way.NOTIONAL,
            "account_told": way not in (Way.CARD, Way.DIRECT),
        }  # fmt: skip
        return [name for name, out in left_out.items() if out]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "name" in self.fields and not {"name", "provider"} & set(self.errors):
            if not (data.get("name") or data.get("provider")):
                self.add_error("name", "Say who looks after the money.")
            elif data.get("name") and data.get("provider"):
                self.add_error("name", "Choose a provider from the list, or type a name, not both.")
        if "fee" in data:
            data["fee"] = data["fee"] or 0
        return data


class SignedForm(Form):
    file = UploadField(
        label="The signed paper", called="the signed paper", help_text="A PDF, or a photo of the page (JPEG or PNG)"
    )


class StopForm(Form):
    saves_drafts = True
    failed = YesNoField(
        label="Did it fail?", yes="Yes", no="No, it is not wanted any more",
        help_text="For example: the bank sent the money back, the card is lost, or whoever looked after it has closed",
    )  # fmt: skip
    why = LongTextField(
        label="Why does it stop?", rows=3, max_length=2000, called="why", help_text="The person reads this"
    )


class WhyForm(Form):
    why = LongTextField(label="Why?", rows=3, max_length=2000, called="why")


class CheckForm(Form):
    """What someone found who looked at money that was handed over."""

    saves_drafts = True
    seen = PoundsField(
        label="How much is there still?", min_value=0, help_text="As the statement or the person shows it"
    )
    all_well = YesNoField(label="Is all well?", yes="Yes", no="No, there is something to ask")
    note = LongTextField(label="What did you see?", rows=4, max_length=2000, called="what you saw")


class ReceiptForm(Form):
    amount = PoundsField(label="How much was it?")
    what = TextField(label="What was it?", called="what it was", max_length=150)
    shop = TextField(label="Where was it bought?", called="where", max_length=150)
    bought_on = DayField(label="On which day?", called="the day")
    picture = UploadField(
        label="A picture of the receipt (optional)", required=False, called="a picture",
        help_text="Take a photo of all of it, or choose a PDF. Lost it? Send this without one",
    )  # fmt: skip

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("bought_on", DayField).latest = today


class AnotherWayForm(Form):
    way = ChoiceField(label="How is what is left of it paid?", choices=Way.choices)

    def __init__(self, *args: Any, signed: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("way", ChoiceField).choices = _ways(signed)


class InterestForm(Form):
    how = LongTextField(
        label="How do you know them?", rows=3, max_length=500, called="how you know them",
        help_text="For example: a cousin, a neighbour, we sing in one choir",
    )  # fmt: skip


class PayeeInterestForm(Form):
    payee = TextField(label="Which shop, firm or landlord?", called="which one", max_length=150)
    how = LongTextField(
        label="What do you have to do with it?", rows=3, max_length=500, called="what you have to do with it",
        help_text="For example: my brother owns it, I rent a flat from it",
    )  # fmt: skip


class NoteForm(Form):
    saves_drafts = True
    note = LongTextField(label="What did you find?", rows=4, max_length=2000, called="what you found")


class PeriodForm(Form):
    ends_on = DayField(label="Their last day", called="the last day")


class BuyThroughForm(Form):
    referral = ModelRadiosField(
        Referral, label="Which referral does this money pay for?", naming=lambda referral: referral.service.name
    )

    def __init__(self, *args: Any, person: Participant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("referral", AnyRows).queryset = Referral.objects.filter(
            participant=person, commitment=None, state__in=["SENT", "ACCEPTED", "DELIVERED"]
        ).select_related("service")


class RequestFilterForm(Form):
    state = SelectField(
        label="Show",
        required=False,
        empty_label="Waiting for an answer",
        choices=[
            ("APPROVED", "Approved"),
            ("REFUSED", "Refused"),
            ("WITHDRAWN", "Taken back"),
            ("LAPSED", "Ended"),
            ("ALL", "Everything"),
        ],
    )
