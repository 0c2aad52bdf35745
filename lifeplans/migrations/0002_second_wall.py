"""Row-level security on the life plan: all of it to who sees everything, goals and strengths to whom they are shared."""

from django.db import migrations

from common.postgres.policies import PERSON, carry_person, guard, sees, through

PLAN = "lifeplans_lifeplan"
ALL = through("plan_id", PLAN, sees())


class Migration(migrations.Migration):
    dependencies = [("lifeplans", "0001_initial"), ("people", "0003_second_wall")]
    operations = [
        carry_person("lifeplans_goal", PLAN, "plan_id", of_parent="participant_id", history="lifeplans_historicalgoal"),
        carry_person("lifeplans_step", "lifeplans_goal", "goal_id", history="lifeplans_historicalstep"),
        guard(
            PLAN,
            sees("participant_id", "GOALS", "STRENGTHS"),
            history="lifeplans_historicallifeplan",
            history_rule=sees(),
        ),
        guard("lifeplans_goal", sees(PERSON, "GOALS"), history="lifeplans_historicalgoal", history_rule=sees(PERSON)),
        guard("lifeplans_step", sees(PERSON, "GOALS"), history="lifeplans_historicalstep", history_rule=sees(PERSON)),
        guard(
            "lifeplans_strength",
            through("plan_id", PLAN, sees("participant_id", "STRENGTHS")),
            history="lifeplans_historicalstrength",
            history_rule=ALL,
        ),
        guard("lifeplans_goodrating", ALL, history="lifeplans_historicalgoodrating"),
        guard("lifeplans_setback", ALL, history="lifeplans_historicalsetback"),
        guard("lifeplans_planversion", ALL),
    ]
