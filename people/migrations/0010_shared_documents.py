from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0009_names"),
    ]

    operations = [
        migrations.AddField(
            model_name="document",
            name="shared_with_person",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="historicaldocument",
            name="shared_with_person",
            field=models.BooleanField(default=False),
        ),
    ]
