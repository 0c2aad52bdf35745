"""A setback that the person wrote is read by whoever leads the case."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.postgres.writing import again_by_hand, readable


class Migration(migrations.Migration):
    dependencies = [
        ("lifeplans", "0009_agreed_by_default"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="historicalsetback",
            name="seen_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalsetback",
            name="seen_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="setback",
            name="seen_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="setback",
            name="seen_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="setback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("seen_by", None), ("seen_on", None)),
                    models.Q(("seen_by__isnull", False), ("seen_on__isnull", False)),
                    _connector="OR",
                ),
                name="a_setback_that_was_seen_says_by_whom",
                violation_error_message="Say who has read it.",
            ),
        ),
        readable("lifeplans_setback", "seen_on"),
        again_by_hand("lifeplans_setback", "recorded_by_id", "seen_by_id"),
    ]
