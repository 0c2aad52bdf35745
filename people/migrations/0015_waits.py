"""What a person ticks waits until the way in by which they did is confirmed."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from common.postgres.operations import run_file


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0014_sign_in_changes"),
    ]

    operations = [
        migrations.AddField(
            model_name="circlemember",
            name="asked_to_see",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("CONTACT", "My phone number and e-mail"),
                        ("MEETINGS", "When my meetings are"),
                        ("GOALS", "My goals and steps"),
                        ("STRENGTHS", "What I am good at"),
                        ("SENTENCE", "What the court asked me to do"),
                    ],
                    max_length=10,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="circlemember",
            name="waits_for",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.signinchange",
            ),
        ),
        migrations.AddField(
            model_name="historicalcirclemember",
            name="asked_to_see",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("CONTACT", "My phone number and e-mail"),
                        ("MEETINGS", "When my meetings are"),
                        ("GOALS", "My goals and steps"),
                        ("STRENGTHS", "What I am good at"),
                        ("SENTENCE", "What the court asked me to do"),
                    ],
                    max_length=10,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="historicalcirclemember",
            name="waits_for",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="people.signinchange",
            ),
        ),
        migrations.AddConstraint(
            model_name="circlemember",
            constraint=models.CheckConstraint(
                condition=models.Q(("asked_to_see", []), ("waits_for__isnull", False), _connector="OR"),
                name="what_waits_in_a_circle_says_for_what",
                violation_error_message="What waits to be shared says what it waits for.",
            ),
        ),
        migrations.AddConstraint(
            model_name="circlemember",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("asked_to_see__contained_by", ["CONTACT", "MEETINGS", "GOALS", "STRENGTHS", "SENTENCE"])
                ),
                name="circlemember_asked_to_see_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        run_file("people/sql/waits.sql"),
    ]
