import django.contrib.postgres.indexes
from django.db import migrations, models

# Who is called something like this? 0.45 of a name and its misspelling: "Jordon Ashwerth" is 0.454 of Jordan Ashworth,
# "Casey" is 0. One or two letters are how a name begins. The function is the owner's, so that the trigram index serves
# it whatever row security hides; it gives ids alone, and each query then keeps those that its own user may see.
PEOPLE_NEAR = r"""
create function people_near(words text) returns setof bigint
language plpgsql stable strict security definer rows 500
set search_path = public, pg_temp
set pg_trgm.word_similarity_threshold = 0.45
as $$
declare
    safe text := regexp_replace(words, '([%_\\])', '\\\1', 'g');
begin
    if length(words) < 3 then
        return query select id from people_participant
            where full_name ilike safe || '%' or full_name ilike '% ' || safe || '%' or preferred_name ilike safe || '%';
    else
        return query select id from people_participant
            where full_name %> words or full_name ilike '%' || safe || '%' or preferred_name ilike '%' || safe || '%';
    end if;
end
$$;
revoke all on function people_near(text) from public;
grant execute on function people_near(text) to rehab_web, rehab_worker;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

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
        migrations.RunSQL(PEOPLE_NEAR, "drop function people_near(text)"),
    ]
