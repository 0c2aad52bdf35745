"""Who may open each page of this floor: one row a page, one column a role."""

from __future__ import annotations

from typing import Any

from tests.conftest import NOW, TODAY

STAFF = {
    "PRACTITIONER": 200,
    "OTHER_PRACTITIONER": 404,
    "MANAGER": 200,
    "PARTICIPANT": 403,
    "OTHER_PARTICIPANT": 403,
    "VOLUNTEER": 403,
    "COMMISSIONER": 403,
    "ADMINISTRATOR": 403,
    None: 302,
}
STAFF_POST = STAFF | {"PRACTITIONER": 405, "OTHER_PRACTITIONER": 405, "MANAGER": 405}
MINE = {
    "PRACTITIONER": 403,
    "OTHER_PRACTITIONER": 403,
    "MANAGER": 403,
    "PARTICIPANT": 200,
    "OTHER_PARTICIPANT": 404,
    "VOLUNTEER": 403,
    "COMMISSIONER": 403,
    "ADMINISTRATOR": 403,
    None: 302,
}
MINE_ANY = MINE | {"OTHER_PARTICIPANT": 200}  # each has their own
MINE_POST = MINE | {"PARTICIPANT": 405, "OTHER_PARTICIPANT": 405}

STAFF_PAGES = (
    "plan plan-words goods-rate strength-add setback-add plan-print version-detail version-print goal-propose "
    "goal-words goal-links goal-say goal-pause goal-achieve goal-drop step-add step-edit"
)
STAFF_BUTTONS = "plan-start plan-agree strength-remove setback-seen goal-agree goal-resume goal-up step-set"
MY_PAGES = "my-plan my-story my-giving my-goods my-good my-strengths my-plan-print my-goal-add"
MY_ROWS = "my-version my-goal my-goal-words my-goal-say my-goal-achieve my-goal-pause my-goal-drop my-step-add"
MY_BUTTONS = "my-plan-start my-strength-remove my-goal-resume my-step-set"

ROWS: dict[str, dict[str | None, int]] = {
    f"lifeplans:{name}": row
    for names, row in [
        (STAFF_PAGES, STAFF),
        (STAFF_BUTTONS, STAFF_POST),
        (MY_PAGES, MINE_ANY),
        (MY_ROWS, MINE),
        (MY_BUTTONS, MINE_POST),
    ]
    for name in names.split()
}
GOAL_ACTS = "words say achieve pause resume drop"
OF_GOAL = {"goal-links", "goal-agree", "goal-up", "step-add", "my-goal", "my-step-add"}
OF_GOAL |= {f"{whose}goal-{act}" for act in GOAL_ACTS.split(" ") for whose in ("", "my-")}


def kwargs(world: Any) -> dict[str, dict[str, Any]]:
    """The addresses of one person's plan. `world` has `participant`, `other_participant` and `officer`."""
    from lifeplans import services
    from lifeplans.models import Answer, Author

    person, when = world.participant, {"today": TODAY, "now": NOW}
    services.start_plan(participant=world.other_participant, by=world.officer, today=TODAY)
    plan = services.start_plan(participant=person, by=world.officer, today=TODAY)
    goal = services.propose_goal(plan=plan, title="I want a shed", good="PLAY", by=person.user, **when)
    services.say(goal=goal, answer=Answer.AGREE, by=world.officer, author=Author.PRACTITIONER, **when)
    step = services.add_step(goal=goal, text="Find wood", who="PARTICIPANT", by=person.user, today=TODAY)
    strength = services.add_strength(plan=plan, ring="SELF", text="I can saw", by=person.user, today=TODAY)
    setback = services.record_setback(plan=plan, note="Rain", happened_on=TODAY, by=person.user, today=TODAY)
    version = services.agree_plan(plan=plan, by=world.officer, **when)
    found: dict[str, dict[str, Any]] = {}
    for name in ROWS:
        short = name.removeprefix("lifeplans:")
        found[name] = {} if short.startswith("my-") else {"ref": person.ref}
        if short in OF_GOAL:
            found[name]["pk"] = goal.pk
        elif short in ("step-edit", "step-set", "my-step-set"):
            found[name]["pk"] = step.pk
        elif short == "setback-seen":
            found[name]["pk"] = setback.pk
        elif short.endswith("strength-remove"):
            found[name]["pk"] = strength.pk
        elif short in ("version-detail", "version-print", "my-version"):
            found[name]["number"] = version.number
        elif short == "my-good":
            found[name]["name"] = "LIFE"
    return found
