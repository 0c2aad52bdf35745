-- Puts other values into rows of a person who is taken out of the record, past the triggers that protect them. Only for
-- the worker, only within a day of the erasure on record, never in the audit or the ledger. Empty values stay empty.
-- Answers with the number of rows changed.
create or replace function people_rewrite(person bigint, rows_of text, ids bigint[], becomes jsonb) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    key text := case when rows_of ~ '_historical' then 'history_id' else 'id' end;
    sets text;
    triggers text[];
    changed integer;
begin
    if not app_is_service() or not pg_has_role(session_user, 'rehab_worker', 'member') then
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
    if rows_of ~ '^people_(accessevent|erasure)' or rows_of ~ '^budgets_(account|transaction|entry)' then
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
