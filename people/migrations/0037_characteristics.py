"""What people say of themselves: read and written by whoever leads the case and by the person, nobody else."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from common.postgres.writing import by_hand, changeable, either, own, part_of_record, visible

LED = (
    "participant_id in (select a.participant_id from people_assignment a where a.practitioner_id = (select app_user())"
    " and a.starts_on <= app_today() and (a.ends_on is null or a.ends_on >= app_today()))"
)
SEES = f"{visible()} and ({either(LED, own())})"
WRITES = either(f"{changeable()} and {LED}", own())


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0036_imports"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalCharacteristics",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "sex",
                    models.CharField(
                        blank=True,
                        choices=[("FEMALE", "Female"), ("MALE", "Male"), ("PREFER_NOT", "Prefer not to say")],
                        max_length=10,
                    ),
                ),
                (
                    "gender",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("WOMAN", "Woman"),
                            ("MAN", "Man"),
                            ("NON_BINARY", "Non-binary"),
                            ("OTHER", "In other words"),
                            ("PREFER_NOT", "Prefer not to say"),
                        ],
                        max_length=10,
                    ),
                ),
                ("gender_words", models.CharField(blank=True, max_length=100)),
                (
                    "ethnicity",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("INDIAN", "Indian"),
                            ("PAKISTANI", "Pakistani"),
                            ("BANGLADESHI", "Bangladeshi"),
                            ("CHINESE", "Chinese"),
                            ("OTHER_ASIAN", "Any other Asian background"),
                            ("CARIBBEAN", "Caribbean"),
                            ("AFRICAN", "African"),
                            ("OTHER_BLACK", "Any other Black, Black British or Caribbean background"),
                            ("WHITE_CARIBBEAN", "White and Black Caribbean"),
                            ("WHITE_AFRICAN", "White and Black African"),
                            ("WHITE_ASIAN", "White and Asian"),
                            ("OTHER_MIXED", "Any other mixed or multiple background"),
                            ("BRITISH", "English, Welsh, Scottish, Northern Irish or British"),
                            ("IRISH", "Irish"),
                            ("TRAVELLER", "Gypsy or Irish Traveller"),
                            ("ROMA", "Roma"),
                            ("OTHER_WHITE", "Any other White background"),
                            ("ARAB", "Arab"),
                            ("OTHER", "Any other ethnic group"),
                            ("PREFER_NOT", "Prefer not to say"),
                        ],
                        max_length=15,
                    ),
                ),
                ("ethnicity_words", models.CharField(blank=True, max_length=100)),
                (
                    "nationality",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("BRITISH", "British"),
                            ("IRISH", "Irish"),
                            ("OTHER", "Another, or more than one"),
                            ("PREFER_NOT", "Prefer not to say"),
                        ],
                        max_length=10,
                    ),
                ),
                ("nationality_words", models.CharField(blank=True, max_length=100)),
                (
                    "religion",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("NONE", "No religion"),
                            ("CHRISTIAN", "Christian"),
                            ("BUDDHIST", "Buddhist"),
                            ("HINDU", "Hindu"),
                            ("JEWISH", "Jewish"),
                            ("MUSLIM", "Muslim"),
                            ("SIKH", "Sikh"),
                            ("OTHER", "Another religion or belief"),
                            ("PREFER_NOT", "Prefer not to say"),
                        ],
                        max_length=10,
                    ),
                ),
                ("religion_words", models.CharField(blank=True, max_length=100)),
                (
                    "orientation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("STRAIGHT", "Straight or heterosexual"),
                            ("GAY", "Gay or lesbian"),
                            ("BISEXUAL", "Bisexual"),
                            ("OTHER", "In other words"),
                            ("PREFER_NOT", "Prefer not to say"),
                        ],
                        max_length=10,
                    ),
                ),
                ("orientation_words", models.CharField(blank=True, max_length=100)),
                (
                    "disability",
                    models.CharField(
                        blank=True,
                        choices=[("YES", "Yes"), ("NO", "No"), ("PREFER_NOT", "Prefer not to say")],
                        max_length=10,
                    ),
                ),
                (
                    "care_leaver",
                    models.CharField(
                        blank=True,
                        choices=[("YES", "Yes"), ("NO", "No"), ("PREFER_NOT", "Prefer not to say")],
                        max_length=10,
                    ),
                ),
                (
                    "veteran",
                    models.CharField(
                        blank=True,
                        choices=[("YES", "Yes"), ("NO", "No"), ("PREFER_NOT", "Prefer not to say")],
                        max_length=10,
                    ),
                ),
                (
                    "pregnancy",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("PREGNANT", "Pregnant"),
                            ("BABY", "Had a baby in the last 26 weeks"),
                            ("NO", "No"),
                            ("PREFER_NOT", "Prefer not to say"),
                        ],
                        max_length=10,
                    ),
                ),
                ("pregnancy_said_on", models.DateField(blank=True, null=True)),
                ("said_on", models.DateField()),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="people.participant",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical characteristics",
                "verbose_name_plural": "historical characteristicss",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Characteristics",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sex",
                    models.CharField(
                        blank=True,
                        choices=[("FEMALE", "Female"), ("MALE", "Male"), ("PREFER_NOT", "Prefer not to say")],
                        max_length=10,
                    ),
                ),
                (
                    "gender",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("WOMAN", "Woman"),
                            ("MAN", "Man"),
                            ("NON_BINARY", "Non-binary"),
                            ("OTHER", "In other words"),
                            ("PREFER_NOT", "Prefer not to say"),
                        ],
                        max_length=10,
                    ),
                ),
                ("gender_words", models.CharField(blank=True, max_length=100)),
                (
                    "ethnicity",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("INDIAN", "Indian"),
                            ("PAKISTANI", "Pakistani"),
                            ("BANGLADESHI", "Bangladeshi"),
                            ("CHINESE", "Chinese"),
                            ("OTHER_ASIAN", "Any other Asian background"),
                            ("CARIBBEAN", "Caribbean"),
                            ("AFRICAN", "African"),
                            ("OTHER_BLACK", "Any other Black, Black British or Caribbean background"),
                            ("WHITE_CARIBBEAN", "White and Black Caribbean"),
                            ("WHITE_AFRICAN", "White and Black African"),
                            ("WHITE_ASIAN", "White and Asian"),
                            ("OTHER_MIXED", "Any other mixed or multiple background"),
                            ("BRITISH", "English, Welsh, Scottish, Northern Irish or British"),
                            ("IRISH", "Irish"),
                            ("TRAVELLER", "Gypsy or Irish Traveller"),
                            ("ROMA", "Roma"),
                            ("OTHER_WHITE", "Any other White background"),
                            ("ARAB", "Arab"),
                            ("OTHER", "Any other ethnic group"),
                            ("PREFER_NOT", "Prefer not to say"),
                        ],
                        max_length=15,
                    ),
                ),
                ("ethnicity_words", models.CharField(blank=True, max_length=100)),
                (
                    "nationality",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("BRITISH", "British"),
                            ("IRISH", "Irish"),
                            ("OTHER", "Another, or more than one"),
                            ("PREFER_NOT", "Prefer not to say"),
                        ],
                        max_length=10,
                    ),
                ),
                ("nationality_words", models.CharField(blank=True, max_length=100)),
                (
                    "religion",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("NONE", "No religion"),
                            ("CHRISTIAN", "Christian"),
                            ("BUDDHIST", "Buddhist"),
                            ("HINDU", "Hindu"),
                            ("JEWISH", "Jewish"),
                            ("MUSLIM", "Muslim"),
                            ("SIKH", "Sikh"),
                            ("OTHER", "Another religion or belief"),
                            ("PREFER_NOT", "Prefer not to say"),
                        ],
                        max_length=10,
                    ),
                ),
                ("religion_words", models.CharField(blank=True, max_length=100)),
                (
                    "orientation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("STRAIGHT", "Straight or heterosexual"),
                            ("GAY", "Gay or lesbian"),
                            ("BISEXUAL", "Bisexual"),
                            ("OTHER", "In other words"),
                            ("PREFER_NOT", "Prefer not to say"),
                        ],
                        max_length=10,
                    ),
                ),
                ("orientation_words", models.CharField(blank=True, max_length=100)),
                (
                    "disability",
                    models.CharField(
                        blank=True,
                        choices=[("YES", "Yes"), ("NO", "No"), ("PREFER_NOT", "Prefer not to say")],
                        max_length=10,
                    ),
                ),
                (
                    "care_leaver",
                    models.CharField(
                        blank=True,
                        choices=[("YES", "Yes"), ("NO", "No"), ("PREFER_NOT", "Prefer not to say")],
                        max_length=10,
                    ),
                ),
                (
                    "veteran",
                    models.CharField(
                        blank=True,
                        choices=[("YES", "Yes"), ("NO", "No"), ("PREFER_NOT", "Prefer not to say")],
                        max_length=10,
                    ),
                ),
                (
                    "pregnancy",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("PREGNANT", "Pregnant"),
                            ("BABY", "Had a baby in the last 26 weeks"),
                            ("NO", "No"),
                            ("PREFER_NOT", "Prefer not to say"),
                        ],
                        max_length=10,
                    ),
                ),
                ("pregnancy_said_on", models.DateField(blank=True, null=True)),
                ("said_on", models.DateField()),
                (
                    "participant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="characteristics",
                        to="people.participant",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sex__in", ["FEMALE", "MALE", "PREFER_NOT", ""])),
                        name="characteristics_sex_is_known",
                        violation_error_message="Choose one of those listed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("gender__in", ["WOMAN", "MAN", "NON_BINARY", "OTHER", "PREFER_NOT", ""])),
                        name="characteristics_gender_is_known",
                        violation_error_message="Choose one of those listed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "ethnicity__in",
                                [
                                    "INDIAN",
                                    "PAKISTANI",
                                    "BANGLADESHI",
                                    "CHINESE",
                                    "OTHER_ASIAN",
                                    "CARIBBEAN",
                                    "AFRICAN",
                                    "OTHER_BLACK",
                                    "WHITE_CARIBBEAN",
                                    "WHITE_AFRICAN",
                                    "WHITE_ASIAN",
                                    "OTHER_MIXED",
                                    "BRITISH",
                                    "IRISH",
                                    "TRAVELLER",
                                    "ROMA",
                                    "OTHER_WHITE",
                                    "ARAB",
                                    "OTHER",
                                    "PREFER_NOT",
                                    "",
                                ],
                            )
                        ),
                        name="characteristics_ethnicity_is_known",
                        violation_error_message="Choose one of those listed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("nationality__in", ["BRITISH", "IRISH", "OTHER", "PREFER_NOT", ""])),
                        name="characteristics_nationality_is_known",
                        violation_error_message="Choose one of those listed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "religion__in",
                                [
                                    "NONE",
                                    "CHRISTIAN",
                                    "BUDDHIST",
                                    "HINDU",
                                    "JEWISH",
                                    "MUSLIM",
                                    "SIKH",
                                    "OTHER",
                                    "PREFER_NOT",
                                    "",
                                ],
                            )
                        ),
                        name="characteristics_religion_is_known",
                        violation_error_message="Choose one of those listed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("orientation__in", ["STRAIGHT", "GAY", "BISEXUAL", "OTHER", "PREFER_NOT", ""])
                        ),
                        name="characteristics_orientation_is_known",
                        violation_error_message="Choose one of those listed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("disability__in", ["YES", "NO", "PREFER_NOT", ""])),
                        name="characteristics_disability_is_known",
                        violation_error_message="Choose one of those listed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("care_leaver__in", ["YES", "NO", "PREFER_NOT", ""])),
                        name="characteristics_care_leaver_is_known",
                        violation_error_message="Choose one of those listed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("veteran__in", ["YES", "NO", "PREFER_NOT", ""])),
                        name="characteristics_veteran_is_known",
                        violation_error_message="Choose one of those listed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pregnancy__in", ["PREGNANT", "BABY", "NO", "PREFER_NOT", ""])),
                        name="characteristics_pregnancy_is_known",
                        violation_error_message="Choose one of those listed.",
                    ),
                ],
            },
        ),
        *part_of_record("people_characteristics", dates=("pregnancy_said_on", "said_on"), see=SEES, write=WRITES),
        by_hand("people_characteristics", "written_by_id"),
    ]
