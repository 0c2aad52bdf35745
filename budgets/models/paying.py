"""From a payment that a manager ordered to money that left: bank details, pay runs, and what the bank says."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Sum
from simple_history.models import HistoricalRecords

from budgets.models.funds import Fund
from budgets.models.requests import AsCompared, Commitment, Payment
from common.dated import LAST_DAY
from common.encryption import EncryptedTextField
from people.models import Participant, User, ids_seen_by
from providers.models import Provider

SORT_CODE = RegexValidator(r"^[0-9]{6}\Z", "A sort code has six numbers, like 20-00-00.")
ACCOUNT_NUMBER = RegexValidator(r"^[0-9]{8}\Z", "An account number has eight numbers. Put a 0 before one of seven.")
NOT_ALONE = "Someone else checks what you entered."


class PayeeAccountQuerySet(models.QuerySet["PayeeAccount"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(participant__in=ids_seen_by(user))

    def of(self, payee: str) -> Self:
        return self.alias(named=AsCompared("payee")).filter(named=AsCompared(models.Value(payee)))

    def current(self) -> Self:
        """Checked, and neither replaced nor stopped. It may still be too new to be used."""
        return self.filter(state=PayeeAccount.State.CHECKED)


class PayeeAccount(models.Model):
    """The bank details of someone who is paid. They are never changed: others take their place, checked anew.

    `participant` is whose account it is, where it is a participant's own. `usable_from` is the first day that counts.
    """

    class State(models.TextChoices):
        TO_CHECK = "TO_CHECK", "To be checked"
        CHECKED = "CHECKED", "Checked"
        REFUSED = "REFUSED", "Not right"
        ENDED = "ENDED", "No longer used"

    class Channel(models.TextChoices):
        RANG = "RANG", "We rang a number that we had before"
        MET = "MET", "We met, and saw a bank card or statement"
        LETTER = "LETTER", "A letter went to an address that we had before, and was answered"

    class NameCheck(models.TextChoices):
        """What the bank says when it is asked whose account it is."""

        SAME = "SAME", "The name is the same"
        CLOSE = "CLOSE", "The name is close"
        OTHER = "OTHER", "The name is another"
        CANNOT = "CANNOT", "The bank cannot say"

    payee = models.CharField(max_length=150)
    participant = models.ForeignKey(Participant, models.PROTECT, null=True, blank=True, related_name="payee_accounts")
    account_name = EncryptedTextField(max_length=100)
    sort_code = EncryptedTextField(validators=[SORT_CODE])
    account_number = EncryptedTextField(validators=[ACCOUNT_NUMBER])
    ends_with = models.CharField(max_length=4)  # the last four numbers: all that a page shows
    came_by = models.CharField(max_length=200)  # an invoice, a letter: how we were told
    remit_to = models.EmailField(blank=True)  # where they are told that they were paid
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.TO_CHECK)
    channel = models.CharField(max_length=10, choices=Channel, blank=True)
    spoke_to = models.CharField(max_length=150, blank=True)
    name_check = models.CharField(max_length=10, choices=NameCheck, blank=True)
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    usable_from = models.DateField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=300, blank=True)  # why it was not right, or is used no longer

    history = HistoricalRecords()
    objects = PayeeAccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="who_enters_an_account_does_not_check_it",
                condition=Q(checked_by=None) | ~Q(checked_by=F("asked_by")),
                violation_error_message=NOT_ALONE,
            ),
            models.CheckConstraint(
                name="a_checked_account_says_how",
                condition=~Q(state="CHECKED")
                | (
                    Q(checked_by__isnull=False, checked_at__isnull=False, usable_from__isnull=False)
                    & ~Q(channel="") & ~Q(spoke_to="") & ~Q(name_check="") & ~Q(name_check="OTHER")
                ),
                violation_error_message="Say how it was checked, with whom, and what the bank said of the name.",
            ),
            models.CheckConstraint(
                name="an_ended_account_says_why",
                condition=~Q(state__in=["REFUSED", "ENDED"])
                | (Q(ended_by__isnull=False, ended_at__isnull=False) & ~Q(why="")),
                violation_error_message="Say why.",
            ),
            models.UniqueConstraint(
                AsCompared("payee"), name="a_payee_has_one_account", condition=Q(state="CHECKED"),
                violation_error_message="This payee has an account already. Look at the page again.",
            ),
            models.UniqueConstraint(
                AsCompared("payee"), name="one_account_is_checked_at_a_time", condition=Q(state="TO_CHECK"),
                violation_error_message="Other bank details of this payee wait to be checked. Answer those first.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"account of a payee {self.pk}"

    @property
    def shown(self) -> str:
        """As pages name it."""
        return f"the account ending {self.ends_with}"


class PayingAccount(models.Model):
    """An account of ours that money is paid from. `service_user_number` is the bank's for Bacs."""

    name = models.CharField(max_length=100)
    sort_code = EncryptedTextField(validators=[SORT_CODE])
    account_number = EncryptedTextField(validators=[ACCOUNT_NUMBER])
    ends_with = models.CharField(max_length=4)
    service_user_number = models.CharField(
        max_length=6, blank=True, validators=[RegexValidator(r"^[0-9]{6}\Z", "It has six numbers.")]
    )
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "name", name="one_account_of_ours_of_a_name", condition=Q(closed_at=None),
                violation_error_message="There is an account of this name. Choose another name.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class PayRunQuerySet(models.QuerySet["PayRun"]):
    def with_sum(self) -> Self:
        return self.annotate(pence=Sum("orders__amount"), lines=models.Count("orders"))


class PayRun(models.Model):
    """Payments that go to the bank in one file: drafted by one, approved by another."""

    class State(models.TextChoices):
        TO_APPROVE = "TO_APPROVE", "To be approved"
        APPROVED = "APPROVED", "Approved"
        SENT = "SENT", "Taken to the bank"
        DONE = "DONE", "Done"
        CANCELLED = "CANCELLED", "Cancelled"

    account = models.ForeignKey(PayingAccount, models.PROTECT, related_name="runs")
    pay_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.TO_APPROVE)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_as = models.CharField(max_length=10, blank=True)  # a kind of file (budgets/bank_files.py)
    cancelled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=300, blank=True)  # why it was cancelled

    pence: int  # these two are set by with_sum
    lines: int
    objects = PayRunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="who_drafts_a_run_does_not_approve_it",
                condition=Q(approved_by=None) | ~Q(approved_by=F("drafted_by")),
                violation_error_message="Someone else approves a pay run that you drafted.",
            ),
            models.CheckConstraint(
                name="a_run_is_sent_once_it_is_approved",
                condition=Q(state__in=["TO_APPROVE", "CANCELLED"])
                | Q(state="APPROVED", approved_by__isnull=False, sent_by=None)
                | (Q(state__in=["SENT", "DONE"], approved_by__isnull=False, sent_by__isnull=False) & ~Q(sent_as="")),
                violation_error_message="A pay run is approved before it goes to the bank.",
            ),
            models.CheckConstraint(
                name="a_cancelled_run_says_why",
                condition=~Q(state="CANCELLED")
                | (Q(cancelled_by__isnull=False, cancelled_at__isnull=False) & ~Q(why="")),
                violation_error_message="Say why.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """As it stands in the file, and comes back on the statement."""
        return f"GLRUN{self.pk:06d}"


class PayOrderQuerySet(models.QuerySet["PayOrder"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(commitment__spend__budget__enrolment__participant__in=ids_seen_by(user))

    def open(self) -> Self:
        """Neither paid nor come to nothing."""
        return self.filter(state__in=PayOrder.OPEN)

    def with_account(self, today: date) -> Self:
        """`account_of` and `ends_with`: of the payee's account that may be used on this day; None without one."""
        accounts = PayeeAccount.objects.current().filter(usable_from__lte=today).alias(named=AsCompared("payee"))
        theirs = accounts.filter(named=AsCompared(OuterRef("payee")))
        return self.annotate(account_of=theirs.values("pk")[:1], ends_with=theirs.values("ends_with")[:1])

    def payable(self, today: date) -> Self:
        rows: Any = self.with_account(today)
        return rows.filter(account_of__isnull=False)


class PayOrder(models.Model):
    """One payment by bank (pence) that a manager ordered. It is paid once the bank's statement says so."""

    class State(models.TextChoices):
        READY = "READY", "Waits for a pay run"
        IN_RUN = "IN_RUN", "In a pay run"
        PAID = "PAID", "Paid"
        FAILED = "FAILED", "Came back"
        TAKEN_BACK = "TAKEN_BACK", "Taken back"
        PUT_RIGHT = "PUT_RIGHT", "Recorded wrongly, and put right"

    OPEN = (State.READY, State.IN_RUN)

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="pay_orders")
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="+")
    # Who reads it too.
    provider = models.ForeignKey(Provider, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    payee = models.CharField(max_length=150)
    invoice = models.CharField(max_length=60, blank=True)
    advance = models.CharField(max_length=300, blank=True)  # why it is paid before it was delivered
    amount = models.PositiveBigIntegerField()
    last = models.BooleanField()  # what is left over goes back to the budget once it is paid
    ordered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.READY)
    run = models.ForeignKey(PayRun, models.PROTECT, null=True, blank=True, related_name="orders")
    account = models.ForeignKey(PayeeAccount, models.PROTECT, null=True, blank=True, related_name="orders")
    payment = models.OneToOneField(Payment, models.PROTECT, null=True, blank=True, related_name="pay_order")
    answered_on = models.DateField(null=True, blank=True)  # the bank's day
    reason = models.CharField(max_length=300, blank=True)  # why it came back

    account_of: int | None  # these two are set by with_account
    ends_with: str | None
    objects = PayOrderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_order_is_for_something",
                condition=Q(amount__gt=0),
                violation_error_message="Enter an amount that is more than zero.",
            ),
            models.CheckConstraint(
                name="an_order_in_a_run_says_to_which_account",
                condition=Q(state__in=["READY", "TAKEN_BACK"], run=None, account=None)
                | Q(state__in=["IN_RUN", "PAID", "FAILED", "PUT_RIGHT"], run__isnull=False, account__isnull=False),
                violation_error_message="A payment in a pay run says to which account it goes.",
            ),
            models.CheckConstraint(
                name="a_paid_order_has_its_payment",
                condition=(Q(state__in=["PAID", "PUT_RIGHT"], payment__isnull=False, answered_on__isnull=False))
                | (Q(state="FAILED", answered_on__isnull=False) & ~Q(reason=""))
                | Q(state__in=["READY", "IN_RUN", "TAKEN_BACK"], payment=None, answered_on=None, reason=""),
                violation_error_message="A payment that was made says when.",
            ),
            models.UniqueConstraint(
                "commitment", name="one_order_at_a_time", condition=Q(state__in=["READY", "IN_RUN"]),
                violation_error_message="A payment of this money is on its way already. Wait until the bank answers.",
            ),
            models.UniqueConstraint(
                AsCompared("payee"), AsCompared("invoice"), name="an_invoice_is_ordered_once",
                condition=~Q(invoice="") & Q(state__in=["READY", "IN_RUN", "PAID"]),
                violation_error_message="This invoice from this payee is paid or ordered already. Check its number.",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index("ordered_at", name="order_that_waits", condition=Q(state="READY")),
            models.Index("provider", "state", name="order_by_provider"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """As it stands in the file, and comes back on the statement."""
        return f"GL{self.pk:08d}"


def is_ordered() -> Exists:
    """Whether a payment of a commitment by bank is on its way, to annotate `ordered` with."""
    return Exists(PayOrder.objects.open().filter(commitment=OuterRef("pk")))


class BankStatement(models.Model):
    """A file of the bank's about one account of ours (pence; days are the bank's). A file is read once."""

    account = models.ForeignKey(PayingAccount, models.PROTECT, related_name="statements", db_index=False)
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64)
    starts_on = models.DateField()
    ends_on = models.DateField()
    opening = models.BigIntegerField(null=True, blank=True)  # null where the file has no balances
    closing = models.BigIntegerField(null=True, blank=True)
    read_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            LAST_DAY,
            models.UniqueConstraint(
                "account", "file_hash", name="a_statement_is_read_once",
                violation_error_message="This file was read already.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"statement {self.pk}"


class BankEntry(models.Model):
    """A line of a statement: pence, less than zero where money left. `key` makes it once, in whatever file it comes."""

    class Outcome(models.TextChoices):
        PAID = "PAID", "Payment made"
        RETURNED = "RETURNED", "Payment that came back"
        OPEN = "OPEN", "Nothing of ours that we know"
        NOTED = "NOTED", "Looked into"

    statement = models.ForeignKey(BankStatement, models.PROTECT, related_name="entries")
    account = models.ForeignKey(PayingAccount, models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=64)
    booked_on = models.DateField()
    pence = models.BigIntegerField()
    said = models.CharField(max_length=300)  # what the bank wrote
    outcome = models.CharField(max_length=10, choices=Outcome)
    problem = models.CharField(max_length=300, blank=True)  # why it is no payment of ours, where it looks like one
    note = models.CharField(max_length=500, blank=True)
    noted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    noted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "account", "key", name="an_entry_is_read_once", violation_error_message="This entry was read already."
            ),
            models.CheckConstraint(
                name="a_noted_entry_says_by_whom",
                condition=(Q(outcome="NOTED", noted_by__isnull=False, noted_at__isnull=False) & ~Q(note=""))
                | (~Q(outcome="NOTED") & Q(noted_by=None, noted_at=None, note="")),
                violation_error_message="Say what you found.",
            ),
        ]
        indexes = [models.Index("booked_on", name="entry_that_waits", condition=Q(outcome="OPEN"))]

    def __str__(self) -> str:
        return f"bank entry {self.pk}"
