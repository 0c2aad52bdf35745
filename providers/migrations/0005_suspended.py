"""A referral may be taken back because its provider was suspended."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lifeplans", "0004_waits"),
        ("people", "0020_role_days"),
        ("providers", "0004_directory"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="referral",
            name="only_a_declined_referral_is_seen",
        ),
        migrations.RemoveConstraint(
            model_name="referral",
            name="referral_cancel_reason_is_known",
        ),
        migrations.AlterField(
            model_name="historicalreferral",
            name="cancel_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("INELIGIBLE", "Not eligible"),
                    ("MISTAKE", "A mistake or a duplicate"),
                    ("NOT_ENGAGED", "The person is not taking part"),
                    ("MET_ANOTHER_WAY", "The need was met another way"),
                    ("MOVED", "Moved out of the area"),
                    ("COMMITMENTS", "Work, caring or sickness"),
                    ("DIED", "The person has died"),
                    ("ACQUITTED", "Acquitted on appeal"),
                    ("IN_CUSTODY", "Returned to custody"),
                    ("REVOKED", "Sentence revoked"),
                    ("EXPIRED", "Sentence ended"),
                    ("COMPLETED", "The help is complete already"),
                    ("SUSPENDED", "The provider was suspended"),
                    ("OTHER", "Something else changed"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="referral",
            name="cancel_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("INELIGIBLE", "Not eligible"),
                    ("MISTAKE", "A mistake or a duplicate"),
                    ("NOT_ENGAGED", "The person is not taking part"),
                    ("MET_ANOTHER_WAY", "The need was met another way"),
                    ("MOVED", "Moved out of the area"),
                    ("COMMITMENTS", "Work, caring or sickness"),
                    ("DIED", "The person has died"),
                    ("ACQUITTED", "Acquitted on appeal"),
                    ("IN_CUSTODY", "Returned to custody"),
                    ("REVOKED", "Sentence revoked"),
                    ("EXPIRED", "Sentence ended"),
                    ("COMPLETED", "The help is complete already"),
                    ("SUSPENDED", "The provider was suspended"),
                    ("OTHER", "Something else changed"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("seen_by", None), ("seen_on", None)),
                    models.Q(
                        ("seen_by__isnull", False), ("seen_on__isnull", False), ("state__in", ["DECLINED", "CANCELLED"])
                    ),
                    _connector="OR",
                ),
                name="only_a_declined_referral_is_seen",
                violation_error_message="Only a referral that was declined or taken back is marked as seen.",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "cancel_reason__in",
                        [
                            "INELIGIBLE",
                            "MISTAKE",
                            "NOT_ENGAGED",
                            "MET_ANOTHER_WAY",
                            "MOVED",
                            "COMMITMENTS",
                            "DIED",
                            "ACQUITTED",
                            "IN_CUSTODY",
                            "REVOKED",
                            "EXPIRED",
                            "COMPLETED",
                            "SUSPENDED",
                            "OTHER",
                            "",
                        ],
                    )
                ),
                name="referral_cancel_reason_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
    ]
