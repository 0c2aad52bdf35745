"""Staff's accounts in order of name. Apart from 0031, or the index would hold each account as it was before too."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("people", "0031_works_here")]
    operations = [
        migrations.AddIndex(
            "user",
            models.Index(F("name"), F("id"), name="staff_by_name", include=["email"], condition=Q(works_here=True)),
        ),
    ]
