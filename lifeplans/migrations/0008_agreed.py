"""Which plans were never agreed, without a look at every version of every plan."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("lifeplans", "0007_visible")]
    operations = [
        migrations.AddField(
            "lifeplan", "is_agreed", models.BooleanField(verbose_name="agreed at least once", default=False)
        ),
        migrations.RunSQL(
            "update lifeplans_lifeplan set is_agreed = true where id in (select plan_id from lifeplans_planversion)",
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            "lifeplan",
            models.Index(F("started_on"), F("id"), name="plan_never_agreed", condition=Q(is_agreed=False)),
        ),
    ]
