"""The life plan: goals, steps, ratings, strengths, setbacks and versions."""

from lifeplans.models.authors import Answer, Author
from lifeplans.models.goals import Goal
from lifeplans.models.plans import LifePlan
from lifeplans.models.ratings import GoodRating
from lifeplans.models.setbacks import Setback
from lifeplans.models.steps import Step
from lifeplans.models.strengths import Strength
from lifeplans.models.versions import PlanVersion

__all__ = [
    "Answer",
    "Author",
    "Goal",
    "GoodRating",
    "LifePlan",
    "PlanVersion",
    "Setback",
    "Step",
    "Strength",
]
