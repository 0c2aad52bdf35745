-- Columns that not everyone who sees a row may read (common/postgres/columns.py).
do $$
begin
    if not exists (select from pg_roles where rolname = 'rehab_shown') then
        create role rehab_shown nologin;
    end if;
end $$;
create schema shown;
grant usage on schema shown to rehab_web, rehab_worker, rehab_shown;
grant create on schema shown to rehab_shown;
grant usage on schema public to rehab_shown;

-- Makes (again) the view of a table. `rules` is JSON: a column, and when it may be read.
create function app_show(tab name, rules jsonb) returns void language plpgsql
set search_path = public, pg_temp as $$
declare
    plain text;
    columns text;
    each record;
begin
    select string_agg(quote_ident(a.attname), ', ') filter (where rules -> a.attname is null),
           string_agg(case when rules -> a.attname is null then quote_ident(a.attname) else format(
               'case when %s then %I%s end as %I', rules ->> a.attname, a.attname,
               case when not a.attnotnull then ''
                    when t.typcategory = 'S' then ' else '''''
                    when t.typcategory = 'A' then ' else ''{}'''
                    when t.typcategory = 'B' then ' else false'
                    else '' end, a.attname) end, ', ' order by a.attnum)
      into plain, columns
      from pg_attribute a join pg_type t on t.oid = a.atttypid
      where a.attrelid = format('public.%I', tab)::regclass and a.attnum > 0 and not a.attisdropped;
    execute format('drop view if exists shown.%I', tab);
    execute format('create view shown.%I as select %s from public.%I', tab, columns, tab);
    execute format('create trigger written instead of update on shown.%I for each row execute function app_written()', tab);
    execute format('alter view shown.%I owner to rehab_shown', tab);
    execute format('grant select, update on shown.%I to rehab_web, rehab_worker', tab);
    execute format('grant select, update on public.%I to rehab_shown', tab);
    execute format('revoke select on public.%I from rehab_web, rehab_worker', tab);
    execute format('grant select (%s) on public.%I to rehab_web, rehab_worker', plain, tab);
    -- Rows are hidden from the view's owner as from whoever asks.
    for each in
        select policyname from pg_policies
        where schemaname = 'public' and tablename = tab and roles = '{rehab_web,rehab_worker}' and cmd in ('SELECT', 'UPDATE')
    loop
        execute format('alter policy %I on public.%I to rehab_web, rehab_worker, rehab_shown', each.policyname, tab);
    end loop;
end
$$;
revoke all on function app_show(name, jsonb) from public;

-- Writes what was changed in the view's row to the table, as whoever acts.
create function app_written() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare
    sets text;
    changed integer;
begin
    select string_agg(format('%1$I = ($1).%1$I', n.key), ', ') into sets
      from jsonb_each(to_jsonb(new)) n where n.value is distinct from to_jsonb(old) -> n.key;
    execute format('update public.%I set %s where id = ($2).id', tg_table_name, coalesce(sets, 'id = id')) using new, old;
    get diagnostics changed = row_count;
    return case when changed > 0 then new end;
end
$$;
