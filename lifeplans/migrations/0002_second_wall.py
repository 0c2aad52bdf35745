"""Row-level security on the life plan: all of it to who sees everything, goals and strengths to whom they are shared."""

from django.db import migrations

from common.postgres.policies import guard, sees, through

PLAN = "lifeplans_lifeplan"
ALL = through("plan_id", PLAN, sees())
GOALS = through("plan_id", PLAN, sees(group="GOALS"))
STRENGTHS = through("plan_id", PLAN, sees(group="STRENGTHS"))


class Migration(migrations.Migration):
    dependencies = [("lifeplans", "0001_initial"), ("people", "0003_second_wall")]
    operations = [
        guard(
            PLAN,
            f"{sees(group='GOALS')} or {sees(group='STRENGTHS')}",
            history="lifeplans_historicallifeplan",
            history_rule=sees(),
        ),
        guard("lifeplans_goal", GOALS, history="lifeplans_historicalgoal", history_rule=ALL),
        guard("lifeplans_step", through("goal_id", "lifeplans_goal"), history="lifeplans_historicalstep"),
        guard("lifeplans_strength", STRENGTHS, history="lifeplans_historicalstrength", history_rule=ALL),
        guard("lifeplans_goodrating", ALL, history="lifeplans_historicalgoodrating"),
        guard("lifeplans_setback", ALL, history="lifeplans_historicalsetback"),
        guard("lifeplans_planversion", ALL),
    ]
