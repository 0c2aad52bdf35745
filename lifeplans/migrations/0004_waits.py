"""What a person says to a goal waits until the way in by which they did is confirmed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lifeplans", "0003_writing"),
        ("people", "0015_waits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="goal",
            name="agreed_goal_has_two_yeses",
        ),
        migrations.AddField(
            model_name="goal",
            name="participant_waits_for",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.signinchange",
            ),
        ),
        migrations.AddField(
            model_name="historicalgoal",
            name="participant_waits_for",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="people.signinchange",
            ),
        ),
        migrations.AddConstraint(
            model_name="goal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "AGREED"), _negated=True),
                    models.Q(
                        ("participant_said", "AGREE"), ("participant_waits_for", None), ("practitioner_said", "AGREE")
                    ),
                    _connector="OR",
                ),
                name="agreed_goal_has_two_yeses",
                violation_error_message="A goal is agreed when both have agreed to it.",
            ),
        ),
        migrations.RunSQL(
            "create trigger only_the_service_lets_go before update on lifeplans_goal for each row"
            " execute function people_only_the_service_lets_go('participant_waits_for_id', 'participant_said')",
            "drop trigger only_the_service_lets_go on lifeplans_goal",
        ),
    ]
