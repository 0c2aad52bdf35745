"""What this floor holds about a person."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress

from common.data_inventory import GONE, PersonalDataEntry, Then
from people.models import (
    AccessEvent,
    AccessGrant,
    Address,
    Allowed,
    Assignment,
    Characteristics,
    CircleContact,
    CircleMember,
    CodeLetter,
    CustodyEvent,
    CustodyHandover,
    Document,
    Draft,
    EligibilityReview,
    Enrolment,
    Erasure,
    Exclusion,
    ExportRequest,
    HandoverRequest,
    ImportedPerson,
    IssuedCondition,
    LegalHold,
    Merge,
    Message,
    OtherName,
    Participant,
    ProfessionalContact,
    Requirement,
    RequirementProgress,
    Restriction,
    RiskAssessment,
    RuleResult,
    SafeContact,
    Sentence,
    SignIn,
    SignInChange,
    SubjectAccess,
    SubjectPassage,
    Supervision,
    TierDecision,
    TransferPerson,
    User,
    VictimLiaison,
)  # fmt: skip
from people.models.tombstones import code_for


def _nobody(person: Any) -> dict[str, Any]:
    """Return what an erasure leaves of the person: a tombstone with the year of birth."""
    born = person.date_of_birth.replace(month=1, day=1)
    emptied = ("family_name", "preferred_name", "prison_number", "pnc", "cro", "address", "outcode")
    told = {"given_name": GONE, "crn": code_for(person.pk), "date_of_birth": born.isoformat()}
    return told | dict.fromkeys(emptied, "")


def _shut_account(person: Any) -> dict[str, Any]:
    address = f"{code_for(person.pk)[1:].lower()}@removed.invalid"
    return {"name": GONE, "email": address, "phone": None, "password": "!", "is_active": False}


PERSONAL_DATA = [
    PersonalDataEntry(Participant, "About you", "pk", becomes=_nobody, hide=("user", "ref")),
    PersonalDataEntry(ImportedPerson, "", "participant", Then.DELETE),
    PersonalDataEntry(OtherName, "About you", "participant", Then.DELETE),
    PersonalDataEntry(Characteristics, "What you said of yourself", "participant", Then.DELETE, dated="said_on"),
    PersonalDataEntry(User, "Your account", "participant", becomes=_shut_account, hide=("password",)),
    PersonalDataEntry(EmailAddress, "Your account", "user__participant", Then.DELETE, hide=("user",)),
    PersonalDataEntry(Assignment, "Who has led your case", "participant", dated="starts_on"),
    PersonalDataEntry(AccessGrant, "Who may see your record", "participant", dated="starts_at"),
    PersonalDataEntry(Address, "Where you live", "participant", Then.DELETE, dated="starts_on"),
    PersonalDataEntry(Supervision, "Who works with you in prison", "participant", dated="starts_on"),
    PersonalDataEntry(
        CustodyHandover, "Who works with you in prison", "participant", others=("note",), dated="released_on"
    ),
    PersonalDataEntry(
        HandoverRequest, "Who has led your case", "participant", others=("note", "answer"), dated="asked_at"
    ),
    PersonalDataEntry(TransferPerson, "Who has led your case", "participant"),
    PersonalDataEntry(CodeLetter, "Your account", "participant", Then.DELETE, hide=("proof",), dated="given_at"),
    PersonalDataEntry(SignIn, "Your account", "account__participant", Then.DELETE, hide=("account",), dated="at"),
    PersonalDataEntry(
        SignInChange, "Your account", "participant", hide=("account", "through"), kept=("what",), dated="at"
    ),
    PersonalDataEntry(
        Exclusion, "Who may see your record", "participant", others=("reason", "message"), dated="starts_at"
    ),
    PersonalDataEntry(
        Restriction, "Who may see your record", "participant", others=("reason", "message"), dated="starts_at"
    ),
    PersonalDataEntry(Allowed, "Who may see your record", "restriction__participant"),
    PersonalDataEntry(CircleMember, "People around you", "participant", dated="starts_on"),
    PersonalDataEntry(
        CircleContact, "People around you", "participant", Then.DELETE, others=("note",), dated="starts_on"
    ),
    PersonalDataEntry(
        ProfessionalContact, "People around you", "participant", Then.DELETE, others=("note",), dated="starts_on"
    ),
    PersonalDataEntry(SafeContact, "How to reach you safely", "participant", Then.DELETE, others=("note",)),
    # It keeps others safe from the person, so a copy does not even show that it exists.
    PersonalDataEntry(VictimLiaison, "", "participant", Then.DELETE),
    PersonalDataEntry(Sentence, "Your sentences", "participant", dated="starts_on"),
    PersonalDataEntry(CustodyEvent, "Your time in custody", "participant", others=("struck_why",), dated="happened_on"),
    PersonalDataEntry(Requirement, "Your sentences", "sentence__participant"),
    PersonalDataEntry(RequirementProgress, "Your sentences", "participant", others=("note",), dated="done_on"),
    PersonalDataEntry(
        IssuedCondition, "Your licence", "participant", others=("why_added", "why_ended"), dated="starts_on"
    ),
    PersonalDataEntry(RiskAssessment, "How your risk was judged", "participant", others=("note",), dated="assessed_on"),
    PersonalDataEntry(
        Enrolment, "Programmes", "participant", others=("override_reason", "end_reason"), dated="asked_on"
    ),
    PersonalDataEntry(
        EligibilityReview,
        "Programmes",
        "enrolment__participant",
        others=("reason",),
        hide=("decided_by",),
        dated="found_at",
    ),  # fmt: skip
    PersonalDataEntry(
        TierDecision,
        "Programmes",
        "enrolment__participant",
        others=("why", "answer"),
        hide=("asked_by", "decided_by"),
        dated="asked_at",
    ),  # fmt: skip
    PersonalDataEntry(RuleResult, "Programmes", "enrolment__participant"),
    PersonalDataEntry(
        Message, "Messages to you", "participant", Then.DELETE, hide=("dedupe_key", "secret"), dated="queued_at"
    ),
    PersonalDataEntry(
        Document, "Documents", "participant", Then.DELETE, others=("title",), hide=("content",), dated="added_at"
    ),
    PersonalDataEntry(Draft, "", "participant", Then.DELETE),  # nobody but its author reads it, and it is not said yet
    PersonalDataEntry(
        SubjectAccess, "What you asked us for", "participant", Then.DELETE, hide=("bundle",), dated="asked_on"
    ),
    PersonalDataEntry(
        ExportRequest,
        "What you asked us for",
        "access__participant",
        Then.DELETE,
        hide=("query",),
        others=("why", "answer"),
        dated="asked_at",
    ),
    PersonalDataEntry(
        SubjectPassage, "What you asked us for", "participant", Then.DELETE, hide=("access", "digest"), kept=("digest",)
    ),
    PersonalDataEntry(
        LegalHold, "Why your record is kept longer", "participant", others=("reason", "lift_reason"), dated="set_at"
    ),
    PersonalDataEntry(
        Merge, "Records of yours that were one", "kept", Then.KEEP, hide=("moved", "changed"), dated="merged_at"
    ),
    PersonalDataEntry(Erasure, "What was taken away", "participant", Then.KEEP),
    PersonalDataEntry(
        AccessEvent,
        "Who looked at your record",
        "participants__contains",
        Then.KEEP,
        hide=("participants", "target"),
        hides=lambda event: ("user",) if event.why == "PANEL" else (),  # whoever votes is not named
        many=True,
        dated="at",
    ),
]
