"""What a person asks for waits until the way in by which they did is confirmed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("budgets", "0007_three_hands"),
        ("lifeplans", "0004_waits"),
        ("people", "0015_waits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="budget",
            name="sum_seen_waits_for",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.signinchange",
            ),
        ),
        migrations.AddField(
            model_name="historicalbudget",
            name="sum_seen_waits_for",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="people.signinchange",
            ),
        ),
        migrations.AddField(
            model_name="historicalspendrequest",
            name="waits_for",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="people.signinchange",
            ),
        ),
        migrations.AddField(
            model_name="spendrequest",
            name="waits_for",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.signinchange",
            ),
        ),
        migrations.AddConstraint(
            model_name="spendrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("waits_for", None),
                    models.Q(("state__in", ["APPROVED", "REFUSED"]), _negated=True),
                    _connector="OR",
                ),
                name="no_decision_while_it_is_not_known_who_asks",
                violation_error_message="Wait until it is confirmed who asks.",
            ),
        ),
        migrations.RunSQL(
            "create trigger only_the_service_lets_go before update on budgets_spendrequest for each row"
            " execute function people_only_the_service_lets_go('waits_for_id', 'state')",
            "drop trigger only_the_service_lets_go on budgets_spendrequest",
        ),
    ]
