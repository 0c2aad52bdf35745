-- Notes that have these words in them, newest first: of people whom the acting user sees in full, and their own notes
-- of those whom they see by name. The function is the owner's, so that it reads by person and day alone, and it stops
-- once it has read enough: `searched_to` says how far back it came, and is null where there is nothing before that.
-- `before` is where it begins; null for all there is. Whoever asks takes the rows under the policies, as ever.
create function engagement_find_notes(
    words text, before timestamptz, most integer, out kinds text[], out keys bigint[], out searched_to timestamptz
) language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    enough constant integer := 10000;  -- rows in one search
    longest constant interval := '4 years';  -- from here on, all that is left at once
    pattern text := '***=' || words;  -- as it stands, not as an expression
    by_name bit varying := app_visible(1);
    seen bit varying := app_visible(3);
    me bigint := app_user();
    people bigint[] := array(select g.id from app_granted_levels() g where app_has(seen, g.id));
    width interval := '7 days';
    until timestamptz := coalesce(before, 'infinity');
    since timestamptz;
    moments timestamptz[] := '{}';
    rows_read integer := 0;
    here integer;
    found_kinds text[];
    found_keys bigint[];
    found_moments timestamptz[];
begin
    kinds := '{}';
    keys := '{}';
    loop
        since := case when width > longest then '-infinity' else least(until, app_now()) - width end;
        with notes as materialized (
            select 'contact' as kind, c.id, c.at as moment, c.note ~* pattern as fits from engagement_contact c
            where c.participant_id = any (people) and c.at >= since and c.at < until
            union all
            select 'contact', c.id, c.at, c.note ~* pattern from engagement_contact c
            where c.by_id = me and c.at >= since and c.at < until
              and app_has(by_name, c.participant_id) and not app_has(seen, c.participant_id)
            union all
            select 'meeting', a.id, a.starts_at, a.note ~* pattern from engagement_appointment a
            where a.participant_id = any (people) and a.starts_at >= since and a.starts_at < until
        )
        select count(*), coalesce(array_agg(kind order by moment desc, id desc) filter (where fits), '{}'),
               coalesce(array_agg(id order by moment desc, id desc) filter (where fits), '{}'),
               coalesce(array_agg(moment order by moment desc, id desc) filter (where fits), '{}')
          into here, found_kinds, found_keys, found_moments from notes;
        kinds := kinds || found_kinds;
        keys := keys || found_keys;
        moments := moments || found_moments;
        rows_read := rows_read + here;
        until := since;
        exit when cardinality(keys) >= most or rows_read >= enough or until = '-infinity';
        width := width * 2;
    end loop;
    searched_to := nullif(until, '-infinity');
    if cardinality(keys) > most then  -- with all that are of the same moment as the last
        searched_to := moments[most];
        here := (select count(*) from unnest(moments) as moment where moment >= searched_to);
        kinds := kinds[1:here];
        keys := keys[1:here];
    end if;
end
$$;
revoke all on function engagement_find_notes(text, timestamptz, integer) from public;
grant execute on function engagement_find_notes(text, timestamptz, integer) to rehab_web;
