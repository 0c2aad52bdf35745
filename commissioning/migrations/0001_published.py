"""What is published about the money: seen by those who read reports, written by the night alone, and never changed."""

import django.db.models.deletion
from django.db import migrations, models

from common.postgres.writing import guard

READERS = "(select app_is('MANAGER')) or (select app_is('COMMISSIONER'))"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("budgets", "0008_waits"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublishedCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "by",
                    models.CharField(
                        choices=[("TOTAL", "Total"), ("AREA", "Area"), ("PURPOSE", "Purpose")], max_length=7
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=150)),
                ("people", models.PositiveIntegerField()),
                ("last_day", models.DateField()),
                (
                    "funder",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="budgets.funder",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("funder"),
                        models.F("year"),
                        models.F("by"),
                        models.F("label"),
                        name="one_count_of_a_kind",
                        nulls_distinct=False,
                        violation_error_message="This has been counted already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("people__gte", 5)),
                        name="count_is_of_fives",
                        violation_error_message="Fewer than five people are not counted.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("by__in", ["TOTAL", "AREA", "PURPOSE"])),
                        name="publishedcount_by_is_known",
                        violation_error_message="Choose one of those listed.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PublishedSum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "by",
                    models.CharField(
                        choices=[("TOTAL", "Total"), ("AREA", "Area"), ("PURPOSE", "Purpose")], max_length=7
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=150)),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("allocated", models.BigIntegerField(default=0)),
                ("committed", models.BigIntegerField(default=0)),
                ("paid", models.BigIntegerField(default=0)),
                (
                    "funder",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="published_sums",
                        to="budgets.funder",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("funder"),
                        models.F("by"),
                        models.F("label"),
                        models.F("last_day"),
                        name="published_once",
                        violation_error_message="This has been published already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first_day__lt", models.F("last_day"))),
                        name="published_days_in_order",
                        violation_error_message="The last day must be after the first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("by__in", ["TOTAL", "AREA", "PURPOSE"])),
                        name="publishedsum_by_is_known",
                        violation_error_message="Choose one of those listed.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PutIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("last_day", models.DateField()),
                ("pence", models.BigIntegerField()),
                (
                    "funder",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="put_in",
                        to="budgets.funder",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("funder"),
                        models.F("last_day"),
                        name="put_in_once_a_month",
                        violation_error_message="This month has been published already.",
                    )
                ],
            },
        ),
        *(guard(f"commissioning_{table}", see=READERS) for table in ("publishedsum", "putin", "publishedcount")),
        migrations.RunSQL(
            "revoke update, delete on commissioning_publishedsum, commissioning_putin"
            " from rehab_web, rehab_worker, rehab_service",
            "grant update, delete on commissioning_publishedsum, commissioning_putin"
            " to rehab_web, rehab_worker, rehab_service",
        ),
    ]
