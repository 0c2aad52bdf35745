-- What a statement of one's own may not do to a row that one may write, and to its history. This file may be run again.

-- These columns only the service changes. Arguments: their names.
create or replace function app_fixed() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare
    col text;
    before jsonb;
    after jsonb;
begin
    if current_user in ('rehab_web', 'rehab_worker', 'rehab_shown') then
        before := to_jsonb(old);
        after := to_jsonb(new);
        foreach col in array tg_argv loop
            if after -> col is distinct from before -> col then
                raise exception '%.% is changed by the service alone', tg_table_name, col
                    using errcode = 'insufficient_privilege';
            end if;
        end loop;
    end if;
    return new;
end
$$;

-- Who did something is whoever does it. Arguments: the columns that say so; one that ends in ? may be emptied again. After
-- a colon stand the columns that hold what they said: whoever changes those says so, or empties the name.
create or replace function app_by_hand() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare
    arg text;
    col text;
    said text;
    same boolean;
begin
    if current_user in ('rehab_web', 'rehab_worker', 'rehab_shown') then
        foreach arg in array tg_argv loop
            col := rtrim(split_part(arg, ':', 1), '?');
            said := to_jsonb(new) ->> col;
            same := tg_op = 'UPDATE' and said is not distinct from to_jsonb(old) ->> col and not exists (
                select from unnest(string_to_array(nullif(split_part(arg, ':', 2), ''), ',')) as word
                where to_jsonb(new) -> word is distinct from to_jsonb(old) -> word
            );
            if same or said is null and (tg_op = 'INSERT' or arg like '%?%') then
                continue;
            end if;
            if said is distinct from app_user()::text then
                raise exception '%.% says that someone else did it', tg_table_name, col
                    using errcode = 'insufficient_privilege';
            end if;
        end loop;
    end if;
    return new;
end
$$;

-- A row of history says what the row itself says. Arguments: the columns that are compared.
create or replace function app_history_is_of_its_row() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    there jsonb;
    col text;
begin
    execute format('select to_jsonb(t) from %I t where id = $1', replace(tg_table_name, '_historical', '_'))
        into there using (to_jsonb(new) ->> 'id')::bigint;
    foreach col in array tg_argv loop
        if there is null or there -> col is distinct from to_jsonb(new) -> col then
            raise exception 'history says what the row says' using errcode = 'check_violation';
        end if;
    end loop;
    return null;
end
$$;
revoke all on function app_fixed(), app_by_hand(), app_history_is_of_its_row() from public;
