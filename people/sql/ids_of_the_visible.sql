-- What asked for an array of ids asks for bits (visible.sql).

-- The ids of those whom the acting user sees, for whoever asks by hand.
create or replace function app_sees(lowest integer, variadic groups text[] default '{}') returns bigint[]
language sql stable security definer set search_path = public, pg_temp as $$
    select coalesce(array_agg(id), '{}')
    from (select app_visible(lowest, variadic groups) as people) them
    cross join lateral generate_series(0::bigint, length(people) - 1) as id where app_has(people, id)
$$;
alter function app_sees(integer, text[]) reset debug_print_plan;
alter function app_sees(integer, text[]) reset debug_print_parse;
alter function app_sees(integer, text[]) reset debug_print_rewritten;

-- Whether the acting user may know whose account this is: a colleague's, or that of a participant whom they see.
create or replace function app_names(account bigint) returns boolean language plpgsql stable security definer
set search_path = public, pg_temp as $$
begin
    if exists (select from people_membership m where m.user_id = account and m.role <> 'PARTICIPANT') then
        return app_user() is not null;
    end if;
    return app_user() is not null and not exists (
        select from people_participant p
        where p.user_id = account and app_has(app_visible(1), coalesce(p.merged_into_id, p.id)) is not true
    );
end
$$;

-- Begins a turn, as in restored_turns.sql. What was worked out for a turn goes with it.
create or replace function app_begin(said text, signature text) returns void
language plpgsql security definer set search_path = public, pg_temp set debug_print_plan = off
set debug_print_parse = off set debug_print_rewritten = off as $$
declare
    parts text[] := string_to_array(said, '|');
    began integer;
    latest xid8;
begin
    if not exists (
        select from (select * from app_turn_key order by added_at desc limit 2) k
        where sha256(k.outer_block || sha256(k.inner_block || convert_to(said, 'UTF8'))) = decode(signature, 'hex')
    ) then
        raise exception 'nobody we know signed who acts' using errcode = 'insufficient_privilege',
            hint = 'Where the secret key is a new one, or the database was restored, run migrate.';
    end if;
    if to_timestamp(parts[4]::double precision) not between clock_timestamp() and clock_timestamp() + interval '2 minutes'
    then
        raise exception 'who acts was signed too long ago' using errcode = 'insufficient_privilege';
    end if;
    insert into app_turn (nonce, xid, user_id, role_id, is_service) values (
        parts[5]::uuid, pg_current_xact_id(), nullif(parts[1], '')::bigint, nullif(parts[2], '')::bigint, parts[3] = 'yes'
    ) on conflict do nothing;
    get diagnostics began = row_count;
    if began = 0 then
        raise exception 'who acts was said before in these words' using errcode = 'insufficient_privilege';
    end if;
    -- Turns of transactions that have not begun came with a backup of another server, and would be theirs once they do.
    select xid into latest from app_turn where xid > pg_current_xact_id() order by xid desc limit 1;
    if latest >= pg_snapshot_xmax(pg_current_snapshot()) then
        with gone as (
            delete from app_turn where xid >= pg_snapshot_xmax(pg_current_snapshot()) and xid <> pg_current_xact_id()
            returning seq
        )
        delete from app_turn_people where turn in (select seq from gone);
    end if;
    if random() < 0.001 then  -- now and then, what can no longer be said again is thrown away
        with gone as (
            delete from app_turn where ctid = any (array(
                select ctid from app_turn where began_at < clock_timestamp() - interval '10 minutes'
                  and xid < pg_snapshot_xmin(pg_current_snapshot()) for update skip locked
            )) returning seq
        )
        delete from app_turn_people where turn in (select seq from gone);
    end if;
end
$$;

-- Who is called so, as in find_people.sql.
create or replace function people_near(words text, among bigint[]) returns setof bigint
language plpgsql stable strict security definer rows 100
set search_path = public, pg_temp
set pg_trgm.word_similarity_threshold = 0.45
as $$
declare
    word text;
    safe text;
    tests text[] := '{}';
    seen bit varying;
begin
    if not app_is_service() then
        seen := app_visible(3);
        among := array(select distinct id from unnest(among) as id where app_has(seen, id));
    end if;
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
