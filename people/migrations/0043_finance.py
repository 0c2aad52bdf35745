"""The finance role, and programmes that give their sum again to whoever comes back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0042_a_draft_stays"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="invitation",
            name="invitation_role_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="membership",
            name="membership_role_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="rolerequest",
            name="rolerequest_role_is_known",
        ),
        migrations.AddField(
            model_name="programme",
            name="gives_sum_again",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="historicalinvitation",
            name="role",
            field=models.CharField(
                choices=[
                    ("PARTICIPANT", "Participant"),
                    ("PRACTITIONER", "Practitioner"),
                    ("MANAGER", "Team manager"),
                    ("VOLUNTEER", "Volunteer"),
                    ("PROVIDER", "Provider"),
                    ("SCHEME", "Scheme worker"),
                    ("FINANCE", "Finance officer"),
                    ("COMMISSIONER", "Commissioner"),
                    ("ADMINISTRATOR", "Administrator"),
                    ("DATA_PROTECTION", "Data-protection officer"),
                ],
                max_length=15,
            ),
        ),
        migrations.AlterField(
            model_name="historicalmembership",
            name="role",
            field=models.CharField(
                choices=[
                    ("PARTICIPANT", "Participant"),
                    ("PRACTITIONER", "Practitioner"),
                    ("MANAGER", "Team manager"),
                    ("VOLUNTEER", "Volunteer"),
                    ("PROVIDER", "Provider"),
                    ("SCHEME", "Scheme worker"),
                    ("FINANCE", "Finance officer"),
                    ("COMMISSIONER", "Commissioner"),
                    ("ADMINISTRATOR", "Administrator"),
                    ("DATA_PROTECTION", "Data-protection officer"),
                ],
                max_length=15,
            ),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="role",
            field=models.CharField(
                choices=[
                    ("PARTICIPANT", "Participant"),
                    ("PRACTITIONER", "Practitioner"),
                    ("MANAGER", "Team manager"),
                    ("VOLUNTEER", "Volunteer"),
                    ("PROVIDER", "Provider"),
                    ("SCHEME", "Scheme worker"),
                    ("FINANCE", "Finance officer"),
                    ("COMMISSIONER", "Commissioner"),
                    ("ADMINISTRATOR", "Administrator"),
                    ("DATA_PROTECTION", "Data-protection officer"),
                ],
                max_length=15,
            ),
        ),
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(
                choices=[
                    ("PARTICIPANT", "Participant"),
                    ("PRACTITIONER", "Practitioner"),
                    ("MANAGER", "Team manager"),
                    ("VOLUNTEER", "Volunteer"),
                    ("PROVIDER", "Provider"),
                    ("SCHEME", "Scheme worker"),
                    ("FINANCE", "Finance officer"),
                    ("COMMISSIONER", "Commissioner"),
                    ("ADMINISTRATOR", "Administrator"),
                    ("DATA_PROTECTION", "Data-protection officer"),
                ],
                max_length=15,
            ),
        ),
        migrations.AlterField(
            model_name="rolerequest",
            name="role",
            field=models.CharField(
                choices=[
                    ("PARTICIPANT", "Participant"),
                    ("PRACTITIONER", "Practitioner"),
                    ("MANAGER", "Team manager"),
                    ("VOLUNTEER", "Volunteer"),
                    ("PROVIDER", "Provider"),
                    ("SCHEME", "Scheme worker"),
                    ("FINANCE", "Finance officer"),
                    ("COMMISSIONER", "Commissioner"),
                    ("ADMINISTRATOR", "Administrator"),
                    ("DATA_PROTECTION", "Data-protection officer"),
                ],
                max_length=15,
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "PARTICIPANT",
                            "PRACTITIONER",
                            "MANAGER",
                            "VOLUNTEER",
                            "PROVIDER",
                            "SCHEME",
                            "FINANCE",
                            "COMMISSIONER",
                            "ADMINISTRATOR",
                            "DATA_PROTECTION",
                        ],
                    )
                ),
                name="invitation_role_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "PARTICIPANT",
                            "PRACTITIONER",
                            "MANAGER",
                            "VOLUNTEER",
                            "PROVIDER",
                            "SCHEME",
                            "FINANCE",
                            "COMMISSIONER",
                            "ADMINISTRATOR",
                            "DATA_PROTECTION",
                        ],
                    )
                ),
                name="membership_role_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "PARTICIPANT",
                            "PRACTITIONER",
                            "MANAGER",
                            "VOLUNTEER",
                            "PROVIDER",
                            "SCHEME",
                            "FINANCE",
                            "COMMISSIONER",
                            "ADMINISTRATOR",
                            "DATA_PROTECTION",
                        ],
                    )
                ),
                name="rolerequest_role_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
    ]
