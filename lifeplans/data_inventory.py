"""What this floor holds about a person."""

from common.data_inventory import PersonalDataEntry
from lifeplans.models import Goal, GoodRating, LifePlan, PlanVersion, Setback, Step, Strength

PLAN, IN_PLAN = "Your life plan", "plan__participant"
PERSONAL_DATA = [
    PersonalDataEntry(LifePlan, PLAN, "participant", dated="started_on"),
    PersonalDataEntry(GoodRating, PLAN, IN_PLAN, dated="rated_on"),
    PersonalDataEntry(Strength, PLAN, IN_PLAN, dated="added_on"),
    PersonalDataEntry(Goal, PLAN, IN_PLAN, others=("risk_note",), dated="proposed_on"),
    PersonalDataEntry(Step, PLAN, "goal__plan__participant", others=("who_name",), dated="added_on"),
    PersonalDataEntry(Setback, PLAN, IN_PLAN, others=("note",), dated="recorded_on"),
    PersonalDataEntry(PlanVersion, PLAN, IN_PLAN, dated="agreed_on"),
]
