"""What this floor holds about a person."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress

from common.data_inventory import GONE, Held, Then
from people.models import (
    Address,
    Allowed,
    Assignment,
    CircleContact,
    CircleMember,
    Document,
    Enrolment,
    Erasure,
    Exclusion,
    GateHandover,
    HandOverPerson,
    IssuedCondition,
    LegalHold,
    Look,
    Merge,
    Message,
    PaperCode,
    Participant,
    Requirement,
    RequirementProgress,
    Restriction,
    RiskAssessment,
    RuleResult,
    SafeContact,
    Sentence,
    Sight,
    SubjectAccess,
    SubjectPassage,
    Supervision,
    User,
    VictimLiaison,
)  # fmt: skip
from people.rights.tombstones import code_for


def _nobody(person: Any) -> dict[str, Any]:
    """Who the person was: a tombstone with the year they were born."""
    born = person.date_of_birth.replace(month=1, day=1)
    emptied = ("family_name", "preferred_name", "prison_number", "pnc", "cro", "address", "outcode")
    told = {"given_name": GONE, "crn": code_for(person.pk), "date_of_birth": born.isoformat()}
    return told | dict.fromkeys(emptied, "")


def _shut_account(person: Any) -> dict[str, Any]:
    address = f"{code_for(person.pk)[1:].lower()}@removed.invalid"
    return {"name": GONE, "email": address, "phone": None, "password": "!", "is_active": False}


HELD = [
    Held(Participant, "About you", "pk", becomes=_nobody, hide=("full_name", "user", "ref")),
    Held(User, "Your account", "participant", becomes=_shut_account, hide=("password",)),
    Held(EmailAddress, "Your account", "user__participant", Then.DELETE, hide=("user",)),
    Held(Assignment, "Who has led your case", "participant", dated="starts_on"),
    Held(Sight, "Who may see your record", "participant", dated="starts_at"),
    Held(Address, "Where you live", "participant", Then.DELETE, dated="starts_on"),
    Held(Supervision, "Who works with you in prison", "participant", dated="starts_on"),
    Held(GateHandover, "Who works with you in prison", "participant", others=("note",), dated="released_on"),
    Held(HandOverPerson, "Who has led your case", "participant"),
    Held(PaperCode, "Your account", "participant", Then.DELETE, hide=("proof",), dated="given_at"),
    Held(Exclusion, "Who may see your record", "participant", others=("reason", "message"), dated="starts_at"),
    Held(Restriction, "Who may see your record", "participant", others=("reason", "message"), dated="starts_at"),
    Held(Allowed, "Who may see your record", "restriction__participant"),
    Held(CircleMember, "People around you", "participant", dated="starts_on"),
    Held(CircleContact, "People around you", "participant", Then.DELETE, others=("note",), dated="starts_on"),
    Held(SafeContact, "How to reach you safely", "participant", Then.DELETE, others=("note",)),
    # Written to keep others safe from the person: never in a copy, not even that it is there.
    Held(VictimLiaison, "", "participant", Then.DELETE),
    Held(Sentence, "Your sentences", "participant", dated="starts_on"),
    Held(Requirement, "Your sentences", "sentence__participant"),
    Held(RequirementProgress, "Your sentences", "participant", others=("note",), dated="done_on"),
    Held(IssuedCondition, "Your licence", "participant", others=("why_added", "why_ended"), dated="starts_on"),
    Held(RiskAssessment, "How your risk was judged", "participant", others=("note",), dated="assessed_on"),
    Held(Enrolment, "Programmes", "participant", others=("override_reason", "end_reason"), dated="asked_on"),
    Held(RuleResult, "Programmes", "enrolment__participant"),
    Held(Message, "Messages to you", "participant", Then.DELETE, hide=("dedupe_key", "sealed"), dated="queued_at"),
    Held(Document, "Documents", "participant", Then.DELETE, others=("title",), hide=("content",), dated="added_at"),
    Held(SubjectAccess, "What you asked us for", "participant", Then.DELETE, hide=("bundle",), dated="asked_on"),
    Held(
        SubjectPassage, "What you asked us for", "participant", Then.DELETE, hide=("access", "digest"), kept=("digest",)
    ),
    Held(LegalHold, "Why your record is kept longer", "participant", others=("reason", "lift_reason"), dated="set_at"),
    Held(Merge, "Records of yours that were one", "kept", Then.KEEP, hide=("moved", "changed"), dated="merged_at"),
    Held(Erasure, "What was taken away", "participant", Then.KEEP),
    Held(
        Look, "Who looked at your record", "participants__contains", Then.KEEP, hide=("participants", "target"),
        many=True, dated="at",
    ),
]  # fmt: skip
