"""Row-level security on every table of this floor that holds a person."""

from django.db import migrations

from common.postgres.operations import append_only, history_append_only
from common.postgres.policies import PERSON, carry_person, guard, sees, through

PLAN = "lifeplans_lifeplan"
WHOLE_PLAN = through("plan_id", PLAN, sees())
STRENGTHS = through("plan_id", PLAN, sees("participant_id", "STRENGTHS"))


def _past(table: str) -> str:
    return table.replace("lifeplans_", "lifeplans_historical")


def _tracked(table: str, rule: str, history_rule: str = ""):
    return guard(table, rule, history=_past(table), history_rule=history_rule)


class Migration(migrations.Migration):
    dependencies = [("lifeplans", "0001_initial"), ("people", "0002_access")]
    operations = [
        carry_person("lifeplans_goal", PLAN, "plan_id", of_parent="participant_id", history=_past("lifeplans_goal")),
        carry_person("lifeplans_step", "lifeplans_goal", "goal_id", history=_past("lifeplans_step")),
        _tracked(PLAN, sees("participant_id", "GOALS", "STRENGTHS"), sees()),
        _tracked("lifeplans_goal", sees(PERSON, "GOALS"), sees(PERSON)),
        _tracked("lifeplans_step", sees(PERSON, "GOALS"), sees(PERSON)),
        _tracked("lifeplans_strength", STRENGTHS, WHOLE_PLAN),
        _tracked("lifeplans_goodrating", WHOLE_PLAN),
        _tracked("lifeplans_setback", WHOLE_PLAN),
        guard("lifeplans_planversion", WHOLE_PLAN),
        history_append_only("lifeplans"),
        append_only("lifeplans_planversion"),
    ]
