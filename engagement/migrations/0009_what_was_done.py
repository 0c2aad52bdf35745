"""What follows a failure is carried out by someone; an alert whose person could not be reached keeps its next step."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.postgres.writing import again_by_hand, readable


class Migration(migrations.Migration):
    dependencies = [
        ("engagement", "0008_by_person"),
        ("people", "0037_characteristics"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="alert",
            name="tried_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="appointment",
            name="enforced_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="enforced_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="historicalalert",
            name="tried_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="historicalappointment",
            name="enforced_by",
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
            model_name="historicalappointment",
            name="enforced_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("enforced_by", None), ("enforced_on", None)),
                    models.Q(
                        ("enforced_by__isnull", False),
                        ("enforced_on__isnull", False),
                        ("enforcement__in", ("LETTER", "REFER", "BREACH")),
                    ),
                    _connector="OR",
                ),
                name="what_was_enforced_says_who_and_when",
                violation_error_message="Decide on a letter, the manager or breach first. Then say that it is done.",
            ),
        ),
        readable("engagement_appointment", "enforced_on"),
        readable("engagement_alert", "tried_at"),
        again_by_hand("engagement_appointment", "arranged_by_id", "recorded_by_id", "enforced_by_id?"),
    ]
