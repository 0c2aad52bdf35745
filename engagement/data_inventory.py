"""What this floor holds about a person."""

from common.data_inventory import PersonalDataEntry, Then
from engagement.models import Alert, Appointment, Contact, ContactPlan, PlannedAbsence, StruckNote

TOUCH = "Meetings and contacts"
PERSONAL_DATA = [
    PersonalDataEntry(Appointment, TOUCH, "participant", others=("note",), dated="starts_at"),
    PersonalDataEntry(Contact, TOUCH, "participant", others=("note", "corrected_why", "struck_why"), dated="at"),
    PersonalDataEntry(StruckNote, TOUCH, "participant", Then.DELETE, others=("note",)),
    PersonalDataEntry(ContactPlan, TOUCH, "participant", dated="set_on"),
    PersonalDataEntry(PlannedAbsence, TOUCH, "participant", others=("note",), dated="recorded_at"),
    PersonalDataEntry(Alert, "When we were worried", "participant", others=("note", "next_step"), dated="raised_at"),
]
