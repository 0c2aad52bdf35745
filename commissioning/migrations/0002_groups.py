"""Counts of people by what they say of themselves: seen by those who read reports, written by the night alone."""

from django.db import migrations, models

from common.postgres.writing import guard

READERS = "(select app_is('MANAGER')) or (select app_is('COMMISSIONER'))"


class Migration(migrations.Migration):
    dependencies = [
        ("commissioning", "0001_published"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublishedGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("question", models.CharField(max_length=15)),
                ("answer", models.CharField(max_length=100)),
                ("people", models.PositiveIntegerField()),
                ("had_money", models.PositiveIntegerField(null=True)),
                ("last_day", models.DateField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("question"),
                        models.F("answer"),
                        name="one_count_of_an_answer",
                        violation_error_message="This has been counted already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("people__gte", 5), models.Q(("had_money", None), ("had_money__gte", 5), _connector="OR")
                        ),
                        name="group_is_of_fives",
                        violation_error_message="Fewer than five people are not counted.",
                    ),
                ],
            },
        ),
        guard("commissioning_publishedgroup", see=READERS),
    ]
