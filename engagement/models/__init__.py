"""Keeping in touch: meetings and how they went, other contacts, planned absences, and alerts when someone drifts."""

from engagement.models.absences import PlannedAbsence
from engagement.models.alerts import Alert
from engagement.models.appointments import AbsenceReason, Appointment, Enforcement, MovedFor, Outcome, Stage
from engagement.models.contacts import Contact, StruckAs, StruckNote
from engagement.models.plans import ContactPlan

__all__ = [
    "AbsenceReason",
    "Alert",
    "Appointment",
    "Contact",
    "StruckAs",
    "StruckNote",
    "ContactPlan",
    "Enforcement",
    "MovedFor",
    "Outcome",
    "PlannedAbsence",
    "Stage",
]
