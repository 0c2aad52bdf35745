"""Reading is not writing: the practitioner and the person write one plan together."""

from django.db import migrations

from common.postgres.policies import PERSON, through
from common.postgres.writing import changes, either, may_write, own

BOTH = either(changes(), own())
OF_PLAN = through("plan_id", "lifeplans_lifeplan", BOTH)
OF_GOAL = either(changes(PERSON), own(PERSON))


def _tracked(table: str, rule: str, *, delete: str = ""):
    past = table.replace("lifeplans_", "lifeplans_historical")
    return may_write(table, insert=rule, update=rule, delete=delete, history=past)


class Migration(migrations.Migration):
    dependencies = [("lifeplans", "0002_access"), ("people", "0007_writing")]
    operations = [
        _tracked("lifeplans_lifeplan", BOTH),
        _tracked("lifeplans_goal", OF_GOAL),
        _tracked("lifeplans_step", OF_GOAL),
        _tracked("lifeplans_strength", OF_PLAN),
        _tracked("lifeplans_goodrating", OF_PLAN),
        _tracked("lifeplans_setback", OF_PLAN),
        may_write("lifeplans_planversion", insert=OF_PLAN),
    ]
