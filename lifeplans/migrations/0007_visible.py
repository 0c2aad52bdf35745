"""Each policy looks for a bit (people/0025_visible.py)."""

from django.db import migrations

from common.postgres.writing import ask_bits, beneath, changeable, either, own, visible

PLAN = "lifeplans_lifeplan"
WHOLE = ["goodrating", "historicalgoodrating", "planversion", "setback", "historicalsetback", "historicalstrength"]
WRITTEN = beneath("plan_id", PLAN, either(changeable(), own()))
ADDED = ["goodrating", "historicalgoodrating", "planversion", "setback", "historicalsetback", "strength"]
SEEN = {
    **dict.fromkeys(WHOLE, beneath("plan_id", PLAN, visible())),
    "strength": beneath("plan_id", PLAN, visible("participant_id", "STRENGTHS")),
}


class Migration(migrations.Migration):
    dependencies = [("lifeplans", "0006_rows_stay"), ("people", "0025_visible")]
    operations = [
        migrations.RunSQL(
            [
                *(f"alter policy seen on lifeplans_{name} using ({rule})" for name, rule in SEEN.items()),
                *(
                    f"alter policy insert_allowed on lifeplans_{name} with check ({WRITTEN})"
                    for name in [*ADDED, "historicalstrength"]
                ),
                *(
                    f"alter policy update_allowed on lifeplans_{name} using ({WRITTEN}) with check ({WRITTEN})"
                    for name in ("goodrating", "setback", "strength")
                ),
            ],
            migrations.RunSQL.noop,
        ),
        ask_bits("lifeplans"),
    ]
