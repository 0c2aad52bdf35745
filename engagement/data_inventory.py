"""What this floor holds about a person."""

from common.data_inventory import Held
from engagement.models import Alert, Appointment, Contact, ContactPlan, PlannedAbsence

TOUCH = "Meetings and contacts"
HELD = [
    Held(Appointment, TOUCH, "participant", others=("note",), dated="starts_at"),
    Held(Contact, TOUCH, "participant", others=("note",), dated="at"),
    Held(ContactPlan, TOUCH, "participant", dated="set_on"),
    Held(PlannedAbsence, TOUCH, "participant", others=("note",), dated="recorded_at"),
    Held(Alert, "When we were worried", "participant", others=("note", "next_step"), dated="raised_at"),
]
