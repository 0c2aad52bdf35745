"""Who: accounts and roles, places, participants, their sentences, who may see them, and what was sent to them."""

from people.models.accounts import Membership, Role, Team, User
from people.models.administration import AccountEvent, Invitation
from people.models.circle import CircleMember, Group, Relationship
from people.models.entry import MOST_TRIES, LockOut, PaperCode
from people.models.hand_overs import HandOver, HandOverPerson
from people.models.looks import Look
from people.models.messages import Channel, Message
from people.models.participants import Assignment, CohortTag, Participant, RiskBand
from people.models.places import DeliveryUnit, Office, Outcode, Prison, Region
from people.models.programmes import Enrolment, Programme, Rule, RuleResult
from people.models.sentences import Requirement, Sentence
from people.models.sight import Allowed, Exclusion, Level, Restriction, Sight
from people.models.uploads import CaseloadUpload

__all__ = [
    "Allowed",
    "AccountEvent",
    "MOST_TRIES",
    "Assignment",
    "CaseloadUpload",
    "Channel",
    "CircleMember",
    "CohortTag",
    "DeliveryUnit",
    "Enrolment",
    "Exclusion",
    "Group",
    "HandOver",
    "HandOverPerson",
    "Invitation",
    "Level",
    "LockOut",
    "Look",
    "Membership",
    "Message",
    "Office",
    "Outcode",
    "PaperCode",
    "Participant",
    "Prison",
    "Programme",
    "Region",
    "Relationship",
    "Requirement",
    "Restriction",
    "RiskBand",
    "Role",
    "Rule",
    "RuleResult",
    "Sentence",
    "Sight",
    "Team",
    "User",
]
