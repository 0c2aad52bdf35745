"""What this floor holds about a person."""

from common.data_inventory import Held
from lifeplans.models import Goal, GoodRating, LifePlan, PlanVersion, Setback, Step, Strength

PLAN, IN_PLAN = "Your life plan", "plan__participant"
HELD = [
    Held(LifePlan, PLAN, "participant", dated="started_on"),
    Held(GoodRating, PLAN, IN_PLAN, dated="rated_on"),
    Held(Strength, PLAN, IN_PLAN, dated="added_on"),
    Held(Goal, PLAN, IN_PLAN, others=("risk_note",), dated="proposed_on"),
    Held(Step, PLAN, "goal__plan__participant", others=("who_name",), dated="added_on"),
    Held(Setback, PLAN, IN_PLAN, others=("note",), dated="recorded_on"),
    Held(PlanVersion, PLAN, IN_PLAN, dated="agreed_on"),
]
