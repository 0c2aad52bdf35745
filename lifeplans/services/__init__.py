"""Every change to a life plan. One public function is one transaction."""

from lifeplans.services.agreeing import NoAgreedGoal, NothingNew, StepMissing, agree_plan
from lifeplans.services.answers import AnsweredThemselves, agree_goal, say, settle_what_waited, wait_again
from lifeplans.services.goals import (
    GoalClosed,
    GoalNotAgreed,
    NotYourGoal,
    NotYourWords,
    achieve_goal,
    drop_goal,
    edit_goal_words,
    link_goal,
    move_goal_up,
    pause_goal,
    propose_goal,
    resume_goal,
)
from lifeplans.services.plans import (
    add_strength,
    rate_goods,
    record_setback,
    remove_strength,
    see_setback,
    start_plan,
    write_own_words,
)
from lifeplans.services.steps import NotYourStep, add_step, edit_step, set_step

__all__ = [
    "AnsweredThemselves",
    "GoalClosed",
    "GoalNotAgreed",
    "NoAgreedGoal",
    "NotYourGoal",
    "NotYourStep",
    "NotYourWords",
    "NothingNew",
    "StepMissing",
    "achieve_goal",
    "add_step",
    "add_strength",
    "agree_goal",
    "agree_plan",
    "drop_goal",
    "edit_goal_words",
    "edit_step",
    "link_goal",
    "move_goal_up",
    "pause_goal",
    "propose_goal",
    "rate_goods",
    "record_setback",
    "remove_strength",
    "resume_goal",
    "say",
    "see_setback",
    "set_step",
    "settle_what_waited",
    "wait_again",
    "start_plan",
    "write_own_words",
]
