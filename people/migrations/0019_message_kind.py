"""Codes, reminders and other texts have a share each of those that may go in a day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0018_message_user"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="kind",
            field=models.CharField(
                choices=[("CODE", "Sign-in code"), ("REMINDER", "Reminder"), ("OTHER", "Other")],
                db_default="OTHER",
                default="OTHER",
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["CODE", "REMINDER", "OTHER"])),
                name="message_kind_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
    ]
