"""The version before this one may start plans while the database is migrated: it does not say whether they are agreed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lifeplans", "0008_agreed")]
    operations = [
        migrations.AlterField(
            "lifeplan",
            "is_agreed",
            models.BooleanField(verbose_name="agreed at least once", default=False, db_default=False),
        ),
    ]
