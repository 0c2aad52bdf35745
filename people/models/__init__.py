"""Who: accounts and roles, places, participants, their sentences, who may see them, and what was sent to them."""

from people.models.access_events import AccessEvent
from people.models.access_grants import (
    AccessGrant,
    Allowed,
    Exclusion,
    Level,
    Restriction,
    ids_changeable_by,
    ids_seen_by,
)
from people.models.accessibility_needs import Communication, Readiness
from people.models.accounts import Membership, Role, Team, User
from people.models.addresses import Address, SafeContact
from people.models.administration import AccountEvent, Invitation, RoleRequest
from people.models.audit_checkpoints import AuditCheckpoint
from people.models.characteristics import Characteristics
from people.models.circle import CircleContact, CircleMember, Group, Relationship
from people.models.custody import CustodyEvent
from people.models.documents import Document
from people.models.drafts import Draft
from people.models.entry import MOST_TRIES, CodeLetter, LockOut
from people.models.exports import ExportRequest
from people.models.filters import SavedFilter
from people.models.handover_requests import HandoverRequest
from people.models.licences import IssuedCondition, LicenceCondition, LicencePolicy
from people.models.merges import Merge
from people.models.messages import Channel, Message
from people.models.other_names import OtherName
from people.models.participants import NAMES, Assignment, CohortTag, Participant, RiskBand, Whereabouts, lean, naming
from people.models.places import DeliveryUnit, Office, Outcode, Prison, Region
from people.models.professionals import ProfessionalContact
from people.models.programmes import EligibilityReview, Enrolment, Programme, Rule, RuleResult, TierDecision
from people.models.rights import AccessReview, Erasure, LegalHold, RetentionRule, SubjectAccess, SubjectPassage
from people.models.risk import RiskAssessment
from people.models.sentences import Requirement, RequirementProgress, Sentence
from people.models.sign_in_changes import SignInChange
from people.models.sign_ins import SignIn
from people.models.supervision import CustodyHandover, Supervision
from people.models.transfers import Transfer, TransferPerson
from people.models.uploads import CaseloadUpload, ImportedPerson
from people.models.victims import VictimLiaison

__all__ = [
    "NAMES",
    "AccessEvent",
    "AccessGrant",
    "AccessReview",
    "AccountEvent",
    "Address",
    "Allowed",
    "Assignment",
    "AuditCheckpoint",
    "CaseloadUpload",
    "Channel",
    "Characteristics",
    "CircleContact",
    "CircleMember",
    "CodeLetter",
    "CohortTag",
    "Communication",
    "CustodyEvent",
    "CustodyHandover",
    "DeliveryUnit",
    "Document",
    "Draft",
    "Enrolment",
    "Erasure",
    "Exclusion",
    "Group",
    "HandoverRequest",
    "Invitation",
    "ImportedPerson",
    "IssuedCondition",
    "LegalHold",
    "Level",
    "LicenceCondition",
    "LicencePolicy",
    "LockOut",
    "MOST_TRIES",
    "Membership",
    "Merge",
    "Message",
    "Office",
    "OtherName",
    "Outcode",
    "Participant",
    "Prison",
    "ProfessionalContact",
    "Programme",
    "Readiness",
    "Region",
    "Relationship",
    "Requirement",
    "RequirementProgress",
    "Restriction",
    "RetentionRule",
    "RiskAssessment",
    "RiskBand",
    "Role",
    "RoleRequest",
    "ExportRequest",
    "Rule",
    "RuleResult",
    "EligibilityReview",
    "TierDecision",
    "SafeContact",
    "SavedFilter",
    "Sentence",
    "SubjectAccess",
    "SubjectPassage",
    "SignIn",
    "SignInChange",
    "Supervision",
    "Team",
    "Transfer",
    "TransferPerson",
    "User",
    "VictimLiaison",
    "Whereabouts",
    "ids_changeable_by",
    "ids_seen_by",
    "lean",
    "naming",
]
