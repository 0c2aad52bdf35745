"""Who: accounts and roles, places, participants, their sentences, who may see them, and what was sent to them."""

from people.models.accounts import Membership, Role, Team, User
from people.models.circle import CircleMember, Group, Relationship
from people.models.filters import SavedFilter
from people.models.looks import Look
from people.models.merges import Merge
from people.models.messages import Channel, Message
from people.models.participants import Assignment, CohortTag, Participant, RiskBand
from people.models.places import DeliveryUnit, Office, Outcode, Prison, Region
from people.models.programmes import Enrolment, Programme, Rule, RuleResult
from people.models.sentences import Requirement, Sentence
from people.models.sight import Level, Sight
from people.models.uploads import CaseloadUpload

__all__ = [
    "Assignment",
    "CaseloadUpload",
    "Channel",
    "CircleMember",
    "CohortTag",
    "DeliveryUnit",
    "Enrolment",
    "Group",
    "Level",
    "Look",
    "Membership",
    "Merge",
    "Message",
    "Office",
    "Outcode",
    "Participant",
    "Prison",
    "Programme",
    "Region",
    "Relationship",
    "Requirement",
    "RiskBand",
    "Role",
    "Rule",
    "RuleResult",
    "SavedFilter",
    "Sentence",
    "Sight",
    "Team",
    "User",
]
