"""An index for those whose record has been kept long enough."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0028_first_turn")]
    operations = [
        migrations.AddIndex(
            "participant", models.Index(models.F("left_on"), models.F("joined_on"), name="participant_by_days")
        ),
    ]
