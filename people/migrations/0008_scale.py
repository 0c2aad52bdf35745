import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from common.postgres.operations import append_only
from common.postgres.policies import guard, sees

# Which of these people are called something like this? Each word has to fit: a name that has it inside, or, from five
# letters on, one that is spelt like it (0.45: "Ashwerth" is 0.6 of Ashworth, "Smyth" 0.5 of Smith); one or two letters
# are how a name begins. The function is the owner's, so that the trigram index serves it beneath row security; it gives
# ids alone, and only of those it was given.
PEOPLE_NEAR = r"""
do 'begin perform similarity(''load'', ''pg_trgm''); end'; -- its settings can be named once it is there
create function people_near(words text, among bigint[]) returns setof bigint
language plpgsql stable strict security definer rows 100
set search_path = public, pg_temp
set pg_trgm.word_similarity_threshold = 0.45
as $$
declare
    word text;
    safe text;
    tests text[] := '{}';
begin
    foreach word in array (regexp_split_to_array(btrim(words), '\s+'))[1:6] loop
        safe := regexp_replace(word, '([%_\\])', '\\\1', 'g');
        if length(word) < 3 then
            tests := tests || format('(full_name ilike %L or full_name ilike %L or preferred_name ilike %L)',
                                     safe || '%', '% ' || safe || '%', safe || '%');
        else
            tests := tests || format('(full_name ilike %L or preferred_name ilike %L%s)', '%' || safe || '%',
                                     '%' || safe || '%',
                                     case when length(word) > 4 then format(' or full_name %%> %L', word) else '' end);
        end if;
    end loop;
    -- Who sees few has each of their people looked at; who sees many has the names looked up first.
    return query execute
        case when cardinality(among) > 2000
            then 'with near as materialized (select id from people_participant where ' || array_to_string(tests, ' and ')
                 || ') select id from near where id in (select unnest($1))'
            else 'select id from people_participant where id = any($1) and ' || array_to_string(tests, ' and ')
        end using among;
end
$$;
revoke all on function people_near(text, bigint[]) from public;
grant execute on function people_near(text, bigint[]) to rehab_web, rehab_worker, rehab_service;
"""

# History is only added to. What points at a record that was merged away may follow it, and come back: nothing else may
# change, and only for a merge that stands. `stays` are rows of the table itself whose history stays where it is.
MOVE_HISTORY = """
create function people_move_history(
    merge_id bigint, tab regclass, col name, source bigint, target bigint, stays bigint[], only_these bigint[]
) returns bigint[]
language plpgsql security definer
set search_path = public, pg_temp
as $$
declare
    moved bigint[];
begin
    if current_setting('role') = 'rehab_web' or (session_user = 'rehab_web' and current_setting('role') = 'none') then
        raise exception 'only the service moves history' using errcode = 'insufficient_privilege';
    end if;
    if not exists (  -- a table of ours, and a column that says whose the row is: never who wrote it
        select from pg_class c
        where c.oid = tab and c.relnamespace = 'public'::regnamespace and c.relowner = current_user::regrole
          and c.relname ~ '^[a-z]+_historical[a-z]+$'
    ) or col::text not in ('participant_id', 'merged_into_id', 'plan_id', 'sentence_id', 'requirement_id') then
        raise exception '% is no history of ours', tab using errcode = 'insufficient_privilege';
    end if;
    if not exists (
        select from people_merge m where m.id = merge_id and m.undone_at is null
          and (col <> 'participant_id' or array[source, target] <@ array[m.gone_id, m.kept_id])
    ) then
        raise exception 'merge % does not stand', merge_id using errcode = 'insufficient_privilege';
    end if;
    execute format(
        'with gone as (update %s set %I = $2 where %I = $1 and not (id = any($3))
                       and ($4 is null or history_id = any($4)) returning history_id)
         select coalesce(array_agg(history_id order by history_id), ''{}'') from gone', tab, col, col)
        into moved using source, target, stays, only_these;
    return moved;
end
$$;
revoke all on function people_move_history(bigint, regclass, name, bigint, bigint, bigint[], bigint[]) from public;
grant execute on function people_move_history(bigint, regclass, name, bigint, bigint, bigint[], bigint[])
    to rehab_worker, rehab_service;
"""
NO_MOVE = "drop function people_move_history(bigint, regclass, name, bigint, bigint, bigint[], bigint[])"


class Migration(migrations.Migration):
    dependencies = [("people", "0007_rights")]

    operations = [
        migrations.AddIndex(
            model_name="participant",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("preferred_name", name="gin_trgm_ops"),
                name="participant_called_trigrams",
            ),
        ),
        migrations.AddIndex(
            model_name="participant",
            index=models.Index("phone", condition=models.Q(("phone", ""), _negated=True), name="participant_by_phone"),
        ),
        migrations.RunSQL(PEOPLE_NEAR, "drop function people_near(text, bigint[])"),
        migrations.AddField(
            model_name="historicalparticipant",
            name="merged_into",
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
            model_name="participant",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="absorbed",
                to="people.participant",
            ),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.CheckConstraint(
                condition=models.Q(("merged_into", None), ("left_on__isnull", False), _connector="OR"),
                name="a_merged_record_has_left",
            ),
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("merged_at", models.DateTimeField()),
                ("moved", models.JSONField(default=list)),
                ("changed", models.JSONField(default=list)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="merges", to="people.participant"
                    ),
                ),
                (
                    "gone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_away",
                        to="people.participant",
                    ),
                ),
                (
                    "merged_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("gone"), condition=models.Q(("undone_at", None)), name="merged_away_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kept", models.F("gone")), _negated=True), name="merged_records_are_two"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("undone_at", None), ("undone_by", None)),
                            models.Q(("undone_at__isnull", False), ("undone_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="an_undone_merge_says_who_and_when",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(max_length=500)),
                ("saved_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="filters", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("user"),
                        django.db.models.functions.text.Lower("name"),
                        name="a_filter_has_a_name_of_its_own",
                    ),
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="a_filter_has_a_name"),
                ]
            },
        ),
        append_only(may_update={"people_merge": "moved, changed, undone_at, undone_by_id"}),
        migrations.RunSQL(MOVE_HISTORY, NO_MOVE),
        guard("people_merge", sees("kept_id")),
    ]
