"""What this floor holds about a person. After an erasure the ledger stays: its budgets name an erased person."""

from budgets.models import (
    Account,
    Budget,
    Commitment,
    Correction,
    Entry,
    Helped,
    Interest,
    Invoice,
    Judgement,
    JudgementAppeal,
    OwnLimit,
    PanelCase,
    PanelQuestion,
    PanelVote,
    PayeeAccount,
    Payment,
    PayOrder,
    Question,
    Receipt,
    Recovery,
    SpendRequest,
    SpotCheck,
    Transaction,
    WayAgreement,
    WayCheck,
)  # fmt: skip
from common.data_inventory import PersonalDataEntry, Then

MONEY = "Your money"
PERSONAL_DATA = [
    PersonalDataEntry(Budget, MONEY, "enrolment__participant", dated="opened_on"),
    PersonalDataEntry(Judgement, MONEY, "enrolment__participant", dated="at"),
    PersonalDataEntry(JudgementAppeal, MONEY, "judgement__enrolment__participant", dated="at"),
    PersonalDataEntry(OwnLimit, MONEY, "budget__enrolment__participant", dated="since"),
    PersonalDataEntry(
        SpendRequest,
        MONEY,
        "budget__enrolment__participant",
        others=("reason",),
        hide=("decided_by_panel", "found_by"),
        becomes=lambda person: {"quote": None},
        dated="asked_at",
    ),
    PersonalDataEntry(
        Question, MONEY, "spend__budget__enrolment__participant", others=("text", "answer"), dated="asked_at"
    ),
    PersonalDataEntry(Helped, MONEY, "spend__budget__enrolment__participant", dated="at"),
    PersonalDataEntry(PanelCase, MONEY, "spend__budget__enrolment__participant", dated="sent_at"),
    PersonalDataEntry(
        PanelQuestion,
        MONEY,
        "case__spend__budget__enrolment__participant",
        others=("text", "answer"),
        hide=("asked_by", "answered_by"),
        dated="asked_at",
    ),
    PersonalDataEntry(
        PanelVote,
        MONEY,
        "case__spend__budget__enrolment__participant",
        others=("reason", "found"),
        hide=("member", "by", "minutes", "found_by"),
        becomes=lambda person: {"minutes": None},
        dated="at",
    ),
    PersonalDataEntry(
        Commitment,
        MONEY,
        "spend__budget__enrolment__participant",
        others=("review", "on_hold_why", "delivered_note"),
        hide=("reviewed_by", "on_hold_by", "delivered_by"),
    ),  # fmt: skip
    PersonalDataEntry(
        PayeeAccount,
        MONEY,
        "participant",
        others=("spoke_to", "why"),
        hide=("asked_by", "checked_by", "ended_by"),
        dated="asked_at",
    ),  # fmt: skip
    PersonalDataEntry(
        Invoice,
        MONEY,
        "commitment__spend__budget__enrolment__participant",
        others=("refused_why",),
        hide=("refused_by",),
        becomes=lambda person: {"picture": None},
        dated="at",
    ),
    PersonalDataEntry(PayOrder, MONEY, "commitment__spend__budget__enrolment__participant", dated="ordered_at"),
    PersonalDataEntry(Payment, MONEY, "commitment__spend__budget__enrolment__participant", dated="paid_on"),
    PersonalDataEntry(
        WayAgreement, MONEY, "budget__enrolment__participant", others=("name", "contact", "reason"), dated="asked_at"
    ),
    PersonalDataEntry(Interest, MONEY, "participant", others=("how",), dated="said_at"),
    PersonalDataEntry(WayCheck, MONEY, "agreement__budget__enrolment__participant", dated="at"),
    PersonalDataEntry(Receipt, MONEY, "commitment__spend__budget__enrolment__participant", dated="bought_on"),
    PersonalDataEntry(
        SpotCheck,
        MONEY,
        "payment__commitment__spend__budget__enrolment__participant",
        others=("found", "settled"),
        hide=("looked_by", "settled_by"),
        dated="picked_at",
    ),
    PersonalDataEntry(
        Recovery,
        MONEY,
        "spend__budget__enrolment__participant",
        others=("why", "tried", "answer", "ended_why"),
        hide=("asked_by", "answered_by", "ended_by"),
        dated="asked_at",
    ),
    PersonalDataEntry(Correction, MONEY, "budget__enrolment__participant", others=("answer",), dated="asked_at"),
    PersonalDataEntry(Account, MONEY, "budget__enrolment__participant", Then.KEEP),
    PersonalDataEntry(
        Transaction, MONEY, "budget__enrolment__participant", Then.KEEP, hide=("key", "asked"), dated="at"
    ),
    PersonalDataEntry(Entry, MONEY, "account__budget__enrolment__participant", Then.KEEP),
]
