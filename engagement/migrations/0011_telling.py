"""Whether the person knows of a meeting; who called it off and why; one entered by mistake is struck."""

from django.conf import settings
from django.db import migrations, models

from common.postgres.writing import readable


class Migration(migrations.Migration):
    dependencies = [
        ("engagement", "0010_struck"),
        ("people", "0039_work_phones"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="appointment",
            name="appointment_outcome_is_known",
        ),
        migrations.AddField(
            model_name="appointment",
            name="called_off_for",
            field=models.CharField(
                blank=True, choices=[("PERSON", "The person asked"), ("SERVICE", "We asked")], max_length=10
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="called_off_why",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="appointment",
            name="told_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="historicalappointment",
            name="called_off_for",
            field=models.CharField(
                blank=True, choices=[("PERSON", "The person asked"), ("SERVICE", "We asked")], max_length=10
            ),
        ),
        migrations.AddField(
            model_name="historicalappointment",
            name="called_off_why",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="historicalappointment",
            name="told_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("COMPLIED", "Came and complied"),
                    ("DID_NOT_COMPLY", "Came but failed to comply"),
                    ("SENT_HOME_BEHAVIOUR", "Came, sent home because of behaviour"),
                    ("SENT_HOME_SERVICE", "Came, sent home because of us"),
                    ("ACCEPTABLE_ABSENCE", "Absent for an acceptable reason"),
                    ("UNACCEPTABLE_ABSENCE", "Absent without an acceptable reason"),
                    ("FAILED_TO_ATTEND", "Did not come, evidence may follow"),
                    ("RESCHEDULED", "Will be rescheduled"),
                    ("CALLED_OFF", "Called off"),
                    ("MISTAKE", "Entered by mistake"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="historicalappointment",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("COMPLIED", "Came and complied"),
                    ("DID_NOT_COMPLY", "Came but failed to comply"),
                    ("SENT_HOME_BEHAVIOUR", "Came, sent home because of behaviour"),
                    ("SENT_HOME_SERVICE", "Came, sent home because of us"),
                    ("ACCEPTABLE_ABSENCE", "Absent for an acceptable reason"),
                    ("UNACCEPTABLE_ABSENCE", "Absent without an acceptable reason"),
                    ("FAILED_TO_ATTEND", "Did not come, evidence may follow"),
                    ("RESCHEDULED", "Will be rescheduled"),
                    ("CALLED_OFF", "Called off"),
                    ("MISTAKE", "Entered by mistake"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("outcome", "CALLED_OFF"),
                        models.Q(("called_off_for", ""), _negated=True),
                        models.Q(("called_off_why", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("outcome", "CALLED_OFF"), _negated=True),
                        ("called_off_for", ""),
                        ("called_off_why", ""),
                    ),
                    _connector="OR",
                ),
                name="a_meeting_called_off_says_for_whom_and_why",
                violation_error_message="Say who called the meeting off, and why.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("called_off_for__in", ["PERSON", "SERVICE", ""])),
                name="appointment_called_off_for_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "outcome__in",
                        [
                            "COMPLIED",
                            "DID_NOT_COMPLY",
                            "SENT_HOME_BEHAVIOUR",
                            "SENT_HOME_SERVICE",
                            "ACCEPTABLE_ABSENCE",
                            "UNACCEPTABLE_ABSENCE",
                            "FAILED_TO_ATTEND",
                            "RESCHEDULED",
                            "CALLED_OFF",
                            "MISTAKE",
                            "",
                        ],
                    )
                ),
                name="appointment_outcome_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        readable("engagement_appointment", "told_at"),
        # What was arranged before was told by whoever arranged it.
        migrations.RunSQL("update engagement_appointment set told_at = arranged_at", migrations.RunSQL.noop),
    ]
