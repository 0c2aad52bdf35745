"""The last day of a role that waits cannot be before its first."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0019_message_kind"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="rolerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                name="rolerequest_ends_after_it_starts",
                violation_error_message="The last day cannot be before the first.",
            ),
        ),
    ]
