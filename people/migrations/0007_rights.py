"""What is owed to people about their data: sealed looks, documents, copies, holds, and what is taken away."""

import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import common.encryption
from common.postgres.operations import append_only
from common.postgres.policies import guard, sees

# Taking a person out of the record means to rewrite rows that are otherwise only added to. Nobody who runs the service
# may do that. This function may, as the owner, for the worker alone, for a person whose erasure is on record, and never
# in the audit or the ledger. Where a field was empty it stays empty. It says how many rows it changed.
REWRITE = """
create function people_rewrite(person bigint, rows_of text, ids bigint[], becomes jsonb) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    key text := case when rows_of ~ '_historical' then 'history_id' else 'id' end;
    sets text;
    triggers text[];
    changed integer;
begin
    if session_user = 'rehab_web' or current_setting('role') = 'rehab_web' then
        raise exception 'only the worker takes people out of the record' using errcode = 'insufficient_privilege';
    end if;
    if not exists (select from people_erasure where participant_id = person and at > now() - interval '1 day') then
        raise exception 'no erasure of % is on record today', person using errcode = 'insufficient_privilege';
    end if;
    if not exists (
        select from pg_class c
        where c.oid = rows_of::regclass and c.relnamespace = 'public'::regnamespace and c.relowner = current_user::regrole
    ) then
        raise exception '% is no table of ours', rows_of using errcode = 'insufficient_privilege';
    end if;
    if rows_of ~ '^people_(look|erasure)' or rows_of ~ '^budgets_(account|transaction|entry)' then
        raise exception '% is never rewritten', rows_of using errcode = 'insufficient_privilege';
    end if;
    select string_agg(format(
        '%1$I = case when t.%1$I is null or t.%1$I::text in ('''', ''{}'', ''[]'') then t.%1$I else r.%1$I end', name
    ), ', ') into sets from jsonb_object_keys(becomes) as name;
    select coalesce(array_agg(tgname::text), '{}') into triggers
        from pg_trigger where tgrelid = rows_of::regclass and not tgisinternal;
    perform set_config('pgtrigger.ignore', triggers::text, true);
    execute format(
        'update %1$I t set %2$s from jsonb_populate_record(null::%1$I, $1) r where t.%3$I = any($2)', rows_of, sets, key
    ) using becomes, ids;
    get diagnostics changed = row_count;
    perform set_config('pgtrigger.ignore', '{}', true);
    return changed;
end $$;
revoke all on function people_rewrite(bigint, text, bigint[], jsonb) from public;
grant execute on function people_rewrite(bigint, text, bigint[], jsonb) to rehab_worker, rehab_service;
revoke insert on people_erasure from rehab_web;
"""
# Copies, holds and removals are the data-protection officer's, whoever the person is.
OFFICER = "(select app_is('DATA_PROTECTION'))"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_the_person"),
    ]

    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("LETTER", "Letter"), ("EVIDENCE", "Evidence"), ("PHOTO", "Photo of the person")],
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=150)),
                (
                    "content_type",
                    models.CharField(
                        choices=[
                            ("application/pdf", "application/pdf"),
                            ("image/jpeg", "image/jpeg"),
                            ("image/png", "image/png"),
                        ],
                        max_length=20,
                    ),
                ),
                ("size", models.PositiveIntegerField()),
                ("content", common.encryption.SealedBytesField()),
                ("added_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="HistoricalDocument",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("LETTER", "Letter"), ("EVIDENCE", "Evidence"), ("PHOTO", "Photo of the person")],
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=150)),
                (
                    "content_type",
                    models.CharField(
                        choices=[
                            ("application/pdf", "application/pdf"),
                            ("image/jpeg", "image/jpeg"),
                            ("image/png", "image/png"),
                        ],
                        max_length=20,
                    ),
                ),
                ("size", models.PositiveIntegerField()),
                ("added_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical document",
                "verbose_name_plural": "historical documents",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalLegalHold",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("reason", models.CharField(max_length=1000)),
                ("set_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                ("lift_reason", models.CharField(blank=True, max_length=1000)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical legal hold",
                "verbose_name_plural": "historical legal holds",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSubjectAccess",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("asked_on", models.DateField()),
                ("opened_at", models.DateTimeField()),
                ("made_at", models.DateTimeField(blank=True, null=True)),
                ("size", models.PositiveIntegerField(default=0)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical subject access",
                "verbose_name_plural": "historical subject accesss",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSubjectPassage",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("place", models.CharField(max_length=100)),
                ("row", models.BigIntegerField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "answer",
                    models.CharField(blank=True, choices=[("KEEP", "Keep"), ("TAKE_OUT", "Take out")], max_length=10),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical subject passage",
                "verbose_name_plural": "historical subject passages",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="LegalHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=1000)),
                ("set_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                ("lift_reason", models.CharField(blank=True, max_length=1000)),
            ],
        ),
        migrations.CreateModel(
            name="LookedInto",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=15)),
                ("day", models.DateField()),
                ("note", models.CharField(max_length=1000)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="LookSeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True)),
                ("looks", models.PositiveIntegerField()),
                ("hash", models.CharField(max_length=64)),
                ("sealed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="RetentionRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "what",
                    models.CharField(
                        choices=[("RECORD", "The whole record"), ("MESSAGES", "Texts and e-mails that went")],
                        max_length=10,
                        unique=True,
                    ),
                ),
                ("keep_days", models.PositiveIntegerField()),
                (
                    "since",
                    models.CharField(
                        choices=[
                            ("LEFT", "their last day with us, or the last entry where no such day is set"),
                            ("CONTACT", "the last entry in the record"),
                            ("SENT", "the day it was sent"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("PSEUDONYMISE", "Names, contact details and words are taken out; money and dates stay"),
                            ("DELETE", "Deleted"),
                        ],
                        max_length=15,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SubjectAccess",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_on", models.DateField()),
                ("opened_at", models.DateTimeField()),
                ("made_at", models.DateTimeField(blank=True, null=True)),
                ("bundle", common.encryption.SealedBytesField(blank=True, null=True)),
                ("size", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="SubjectPassage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(max_length=100)),
                ("row", models.BigIntegerField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "answer",
                    models.CharField(blank=True, choices=[("KEEP", "Keep"), ("TAKE_OUT", "Take out")], max_length=10),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="participant",
            name="crn_is_well_formed",
        ),
        migrations.AddField(
            model_name="look",
            name="target",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name="look",
            name="why",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AlterField(
            model_name="look",
            name="kind",
            field=models.CharField(
                choices=[
                    ("PERSON", "Opened the record"),
                    ("LIST", "Saw in a list"),
                    ("EXPORT", "Took a copy"),
                    ("CHANGE", "Changed the record"),
                    ("REFUSED", "Was refused"),
                    ("AUDIT", "Checked who looked"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(
                choices=[
                    ("PARTICIPANT", "Participant"),
                    ("PRACTITIONER", "Practitioner"),
                    ("MANAGER", "Team manager"),
                    ("VOLUNTEER", "Volunteer"),
                    ("PROVIDER", "Provider"),
                    ("COMMISSIONER", "Commissioner"),
                    ("ADMINISTRATOR", "Administrator"),
                    ("DATA_PROTECTION", "Data-protection officer"),
                ],
                max_length=15,
            ),
        ),
        migrations.AddIndex(
            model_name="look",
            index=models.Index(fields=["user", "-at"], name="look_by_user"),
        ),
        migrations.AddIndex(
            model_name="look",
            index=models.Index(fields=["kind", "-at"], name="look_by_kind"),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.CheckConstraint(
                condition=models.Q(("crn__regex", "^([A-Z]\\d{6}|-[0-9A-Z]{6})$")), name="crn_is_well_formed"
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="added_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="participant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="documents", to="people.participant"
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="removed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="erasure",
            name="participant",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="erasure", to="people.participant"
            ),
        ),
        migrations.AddField(
            model_name="historicaldocument",
            name="added_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicaldocument",
            name="history_user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="historicaldocument",
            name="participant",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="people.participant",
            ),
        ),
        migrations.AddField(
            model_name="historicaldocument",
            name="removed_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicallegalhold",
            name="history_user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="historicallegalhold",
            name="lifted_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicallegalhold",
            name="participant",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="people.participant",
            ),
        ),
        migrations.AddField(
            model_name="historicallegalhold",
            name="set_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalsubjectaccess",
            name="history_user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="historicalsubjectaccess",
            name="made_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalsubjectaccess",
            name="opened_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalsubjectaccess",
            name="participant",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="people.participant",
            ),
        ),
        migrations.AddField(
            model_name="historicalsubjectpassage",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalsubjectpassage",
            name="history_user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="historicalsubjectpassage",
            name="participant",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="people.participant",
            ),
        ),
        migrations.AddField(
            model_name="legalhold",
            name="lifted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="legalhold",
            name="participant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="legal_holds", to="people.participant"
            ),
        ),
        migrations.AddField(
            model_name="legalhold",
            name="set_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="lookedinto",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="lookedinto",
            name="viewer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lookseal",
            trigger=pgtrigger.compiler.Trigger(
                name="seals_are_only_added",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="ebdaae0b79763e3845fdf3a51dca54963a35be4f",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_seals_are_only_added_92a16",
                    table="people_lookseal",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("act", "PSEUDONYMISE"), ("since__in", ["LEFT", "CONTACT"]), ("what", "RECORD")),
                    models.Q(("act", "DELETE"), ("since", "SENT"), ("what", "MESSAGES")),
                    _connector="OR",
                ),
                name="retention_does_what_it_can",
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("keep_days__gte", 30)), name="everything_is_kept_a_month"
            ),
        ),
        migrations.AddField(
            model_name="erasure",
            name="rule",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.retentionrule"
            ),
        ),
        migrations.AddField(
            model_name="subjectaccess",
            name="made_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="subjectaccess",
            name="opened_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="subjectaccess",
            name="participant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="subject_access", to="people.participant"
            ),
        ),
        migrations.AddField(
            model_name="historicalsubjectpassage",
            name="access",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="people.subjectaccess",
            ),
        ),
        migrations.AddField(
            model_name="subjectpassage",
            name="access",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="passages", to="people.subjectaccess"
            ),
        ),
        migrations.AddField(
            model_name="subjectpassage",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="subjectpassage",
            name="participant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.participant"
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["participant", "-added_at"], name="document_by_person"),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("removed_at", None), ("removed_by", None)),
                    models.Q(("removed_at__isnull", False), ("removed_by__isnull", False)),
                    _connector="OR",
                ),
                name="a_removed_document_says_who_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(
                models.F("participant"),
                condition=models.Q(("kind", "PHOTO"), ("removed_at", None)),
                name="one_photo_of_a_person",
                violation_error_message="There is a photo already. Remove it first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalhold",
            constraint=models.UniqueConstraint(
                models.F("participant"),
                condition=models.Q(("lifted_at", None)),
                name="one_standing_hold_a_person",
                violation_error_message="There is a hold on this person's record already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalhold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lift_reason", ""), ("lifted_at", None), ("lifted_by", None)),
                    models.Q(
                        ("lifted_at__isnull", False),
                        ("lifted_by__isnull", False),
                        models.Q(("lift_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_lifted_hold_says_who_when_and_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="lookedinto",
            constraint=models.UniqueConstraint(
                models.F("kind"), models.F("viewer"), models.F("day"), name="a_line_is_looked_into_once"
            ),
        ),
        migrations.AddIndex(
            model_name="subjectaccess",
            index=models.Index(models.F("participant"), name="subject_access_by_person"),
        ),
        migrations.AddConstraint(
            model_name="subjectaccess",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("made_at", None), ("made_by", None), ("size", 0)),
                    models.Q(("made_at__isnull", False), ("made_by__isnull", False)),
                    _connector="OR",
                ),
                name="a_bundle_says_who_made_it_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="subjectpassage",
            constraint=models.UniqueConstraint(
                models.F("access"), models.F("place"), models.F("digest"), name="each_passage_is_asked_about_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="subjectpassage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at", None), ("answered_by", None)),
                    models.Q(
                        models.Q(("answer", ""), _negated=True),
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="an_answered_passage_says_who_and_when",
            ),
        ),
        append_only(
            "people_lookseal",
            "people_erasure",
            "people_historicaldocument",
            "people_historicalsubjectaccess",
            "people_historicalsubjectpassage",
            "people_historicallegalhold",
        ),
        migrations.RunSQL(REWRITE, "drop function people_rewrite(bigint, text, bigint[], jsonb)"),
        guard("people_document", sees(), history="people_historicaldocument"),
        guard("people_subjectaccess", OFFICER, history="people_historicalsubjectaccess"),
        guard("people_subjectpassage", OFFICER, history="people_historicalsubjectpassage"),
        guard("people_legalhold", OFFICER, history="people_historicallegalhold"),
        guard("people_erasure", OFFICER),
    ]
