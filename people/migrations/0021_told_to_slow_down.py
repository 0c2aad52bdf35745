"""An account past what one may do in an hour is told to slow down, and that is recorded."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0020_role_days"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="accessevent",
            name="accessevent_kind_is_known",
        ),
        migrations.AlterField(
            model_name="accessevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("PERSON", "Opened the record"),
                    ("LIST", "Saw in a list"),
                    ("EXPORT", "Took a copy"),
                    ("CHANGE", "Changed the record"),
                    ("REFUSED", "Was refused"),
                    ("AUDIT", "Checked who looked"),
                    ("TOO_OFTEN", "Was told to slow down"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="accessevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["PERSON", "LIST", "EXPORT", "CHANGE", "REFUSED", "AUDIT", "TOO_OFTEN"])
                ),
                name="accessevent_kind_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
    ]
