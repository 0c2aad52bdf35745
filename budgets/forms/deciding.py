"""What people type who decide: a manager, and a panel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from budgets.deciding import sentence_for
from budgets.models import (
    PanelCase,
    PanelMember,
    SpendRequest,
)
from budgets.prohibited import Hint
from common.forms import (
    AnyRows,
    ChoiceField,
    Form,
    LongTextField,
    ModelSelectField,
    PoundsField,
    TextField,
    TickField,
    UploadField,
    YesNoField,
)
from people.models import Document, Membership, Programme, Role, User


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
        super().__init__(*args, **{"initial": {"granted": spend.price}, **kwargs})
        ours = sentence_for(spend, spend.price)
        self.fields["public_sentence"].help_text = f"Leave it open, and a yes to all of it reads: {ours}"
        if not hints:
            del self.fields["not_prohibited"]


class PanelCaseForm(Form):
    """What a panel reads of a request."""

    what = TextField(label="What is asked for", called="what is asked for", max_length=200)
    goal = TextField(label="Towards which goal", called="the goal", max_length=300)
    why = LongTextField(
        label="Why it matters", rows=6, max_length=2000, called="why it matters",
        help_text="In the person’s own words as far as you can. Leave out names of people, schools and streets",
    )  # fmt: skip
    seller = TextField(
        label="Who sells it", called="who sells it", max_length=150, required=False,
        help_text="Leave it out where it says who the person is",
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
