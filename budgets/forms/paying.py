"""What people type about payments, made by hand or by bank."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from budgets.interests import as_compared
from budgets.models import (
    BankEntry,
    Commitment,
    Invoice,
    PayeeAccount,
    PayingAccount,
    PayOrder,
)
from budgets.pay_orders import REASONS
from common.forms import (
    AnyRows,
    ChoiceField,
    DayField,
    EmailField,
    Form,
    ModelChecksField,
    ModelRadiosField,
    ModelSelectField,
    PoundsField,
    SelectField,
    TextField,
    UploadField,
    YesNoField,
)
from common.money import pounds
from people.models import Participant
from providers.models import Referral

BY_BANK, DONE = "BANK", "DONE"
HOW = [(BY_BANK, "By bank"), (DONE, "It was paid already: by card, cash or cheque")]


class PayeeForm(Form):
    changes_what_is_there = True
    payee = TextField(
        label="Who is to be paid?", called="who is to be paid", max_length=150,
        help_text="As their invoice or the shop names them",
    )  # fmt: skip


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
        bill_from: int | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        """`handed_to`: whom the agreement names, where it is handed over to be spent; then nobody types who is paid.
        `account`: the checked account of `payee`, as it is shown; without one it is not asked how it is paid.
        `ahead`: it was not delivered yet. `bill_from`: the pence from which an invoice or receipt is named."""
        super().__init__(*args, **kwargs)
        self.to_be_paid = payee
        if not ahead:
            del self.fields["advance"]
        self.field("paid_on", DayField).latest = today
        if bill_from is not None:
            self.fields["invoice"].help_text = f"From {pounds(bill_from)} on it is needed"
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


class InvoiceForm(Form):
    number = TextField(label="Invoice number", called="the invoice number", max_length=60)
    amount = PoundsField(label="How much?")
    picture = UploadField(
        label="A picture of it",
        called="a picture of it",
        required=False,
        help_text="A photo or PDF. You may leave it out",
    )


class ColleagueInvoiceForm(InvoiceForm):
    """The same, entered by a colleague; it can be a credit note, which takes some of an invoice back."""

    credits = ModelSelectField(
        Invoice.objects.none(), label="Is it a credit note? For which invoice?", required=False,
        empty_label="No, it is an invoice", naming=lambda invoice: f"{invoice.number}, {pounds(invoice.amount)}",
    )  # fmt: skip

    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bills = Invoice.objects.stand().filter(commitment=commitment, credits=None).order_by("at", "pk")
        self.field("credits", AnyRows).queryset = bills


class InvoiceNoForm(Form):
    saves_drafts = True
    why = TextField(
        label="What is not right?", called="what is not right", max_length=500,
        help_text="Whoever sent it reads this. Name nobody in it",
    )  # fmt: skip


class BuyThroughForm(Form):
    referral = ModelRadiosField(
        Referral, label="Which referral does this money pay for?", naming=lambda referral: referral.service.name
    )

    def __init__(self, *args: Any, person: Participant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("referral", AnyRows).queryset = Referral.objects.filter(
            participant=person, commitment=None, state__in=["SENT", "ACCEPTED", "DELIVERED"]
        ).select_related("service")


NAME_CHECKS = [(each.value, each.label) for each in PayeeAccount.NameCheck]


class NumbersField(TextField):
    """So many numbers, written with or without blanks and signs between them."""

    def __init__(self, *, numbers: int, wrong: str, **kwargs: Any) -> None:
        self.numbers, self.wrong = numbers, wrong
        super().__init__(max_length=30, width=10, **kwargs)

    def to_python(self, value: Any) -> str:
        text = re.sub(r"[\s-]", "", str(super().to_python(value)))
        if text and not re.fullmatch(rf"[0-9]{{{self.numbers}}}", text):
            raise self.refuse("invalid", self.wrong)
        return text


def _sort_code() -> NumbersField:
    return NumbersField(label="Sort code", numbers=6, wrong="A sort code has six numbers, like 20-00-00.")


def _account_number() -> NumbersField:
    return NumbersField(
        label="Account number", numbers=8, wrong="An account number has eight numbers. Put a 0 before one of seven."
    )


class PayeeAccountForm(Form):
    payee = TextField(label="Who is paid?", max_length=150, help_text="As the request or the invoice names them")
    account_name = TextField(label="Name on the account", max_length=100)
    sort_code = _sort_code()
    account_number = _account_number()
    came_by = TextField(
        label="How did they tell us?", called="how they told us", max_length=200,
        help_text="For example: on invoice 1043, or by letter",
    )  # fmt: skip

    remit_to = EmailField(
        label="Their e-mail, to write to when they are paid", called="their e-mail", required=False,
        help_text="You may leave it out. No one’s name is in what we write",
    )  # fmt: skip

    def __init__(self, *args: Any, payee: str = "", own: bool = False, **kwargs: Any) -> None:
        """`payee`: where it is known already; then nobody types it. `own`: it is the person's own account, who is told
        on their own pages."""
        super().__init__(*args, **kwargs)
        if payee:
            del self.fields["payee"]
        if own:
            del self.fields["remit_to"]


class CheckAccountForm(Form):
    channel = ChoiceField(label="How did you check it?", choices=PayeeAccount.Channel.choices)
    spoke_to = TextField(label="Who read them out to you?", max_length=150)
    name_check = ChoiceField(label="What does the bank say about the name?", choices=NAME_CHECKS)


class ShortWhyForm(Form):
    why = TextField(label="Why?", called="why", max_length=300)


class PartForm(Form):
    what = TextField(label="What came?", called="what came", max_length=300, help_text="Name nobody in it")
    amount = PoundsField(label="How much of the price is that?")


class ReviewForm(Form):
    review = TextField(label="What do they say?", called="what they say", max_length=500)


class PayingAccountForm(Form):
    name = TextField(label="Name on the account", max_length=100)
    sort_code = _sort_code()
    account_number = _account_number()
    service_user_number = NumbersField(
        label="Bacs service user number", numbers=6, wrong="It has six numbers.", required=False,
        help_text="From your bank, where you send files to Bacs yourself",
    )  # fmt: skip


def as_option(order: PayOrder) -> str:
    about = f", invoice {order.invoice}" if order.invoice else ""
    return f"{pounds(order.amount)} to {order.payee}{about}: {order.fund.programme.name}, {order.reference}"


class PayRunForm(Form):
    orders = ModelChecksField(PayOrder, label="Which payments?", called="a payment", naming=as_option)
    account = ModelSelectField(PayingAccount, label="From which account?", naming=str)
    pay_on = DayField(label="On which day should it be there?", called="the day")

    def __init__(self, *args: Any, orders: Any, accounts: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("orders", AnyRows).queryset = orders
        self.field("account", AnyRows).queryset = accounts
        self.field("pay_on", DayField).earliest = today

    def clean_orders(self) -> list[int]:
        return sorted(order.pk for order in self.cleaned_data["orders"])


BACS_REASONS = [(code, said) for code, said in REASONS.items() if len(code) == 1]


class CameBackForm(Form):
    code = SelectField(
        label="Why did it come back?", called="why it came back",
        choices=[*BACS_REASONS, ("-", "The bank did not say why")],
    )  # fmt: skip
    answered_on = DayField(label="On which day?", called="the day")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("answered_on", DayField).latest = today


class StatementFileField(UploadField):
    """Any file: the reader says what it is, and what is wrong with it."""

    def check_kind(self, data: UploadedFile) -> None:
        """Left to `bank_reading`."""


class StatementForm(Form):
    account = ModelSelectField(PayingAccount, label="Of which account?", naming=str)
    file = StatementFileField(
        label="The bank’s statement", called="the bank’s statement", kinds=("csv", "xml", "txt"), most_mb=5,
        help_text="A CSV file, or camt.053 (XML). Read twice, it changes nothing the second time",
    )  # fmt: skip

    def __init__(self, *args: Any, accounts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("account", AnyRows).queryset = accounts


class MatchForm(Form):
    pay_order = ModelSelectField(PayOrder, label="Which payment is it?", naming=as_option)

    def __init__(self, *args: Any, orders: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("pay_order", AnyRows).queryset = orders


class EntryNoteForm(Form):
    note = TextField(label="What is it?", called="what it is", max_length=500)

    def __init__(self, *args: Any, entry: BankEntry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].initial = entry.note
