-- What a page may change in a row that its user may write. The service, and functions of the owner, are not bound.

-- These columns only the service changes. Arguments: their names.
create function app_fixed() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare
    col text;
begin
    if current_user in ('rehab_web', 'rehab_worker', 'rehab_shown') then
        foreach col in array tg_argv loop
            if to_jsonb(new) -> col is distinct from to_jsonb(old) -> col then
                raise exception '%.% is changed by the service alone', tg_table_name, col
                    using errcode = 'insufficient_privilege';
            end if;
        end loop;
    end if;
    return new;
end
$$;

-- Who did something is whoever does it. Arguments: the columns that say so; one that ends in ? may be emptied again.
create function app_by_hand() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare
    arg text;
    said text;
begin
    if current_user in ('rehab_web', 'rehab_worker', 'rehab_shown') then
        foreach arg in array tg_argv loop
            said := to_jsonb(new) ->> rtrim(arg, '?');
            if tg_op = 'UPDATE' and said is not distinct from to_jsonb(old) ->> rtrim(arg, '?')
               or said is null and (tg_op = 'INSERT' or arg like '%?') then
                continue;
            end if;
            if said is distinct from app_user()::text then
                raise exception '%.% says that someone else did it', tg_table_name, rtrim(arg, '?')
                    using errcode = 'insufficient_privilege';
            end if;
        end loop;
    end if;
    return new;
end
$$;

-- What a person may change in a row of their own record. Arguments: the columns.
create function app_own_part() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare
    before jsonb := to_jsonb(old);
    after jsonb := to_jsonb(new);
    whose bigint := coalesce(before ->> 'participant_id', before ->> 'person_id')::bigint;
    col text;
begin
    if current_user in ('rehab_web', 'rehab_worker', 'rehab_shown') and whose = any (app_self()) then
        for col in select jsonb_object_keys(after) loop
            if col <> all (tg_argv) and after -> col is distinct from before -> col then
                raise exception '%.% is not theirs to change', tg_table_name, col using errcode = 'insufficient_privilege';
            end if;
        end loop;
    end if;
    return new;
end
$$;

-- History says who wrote and when, whatever the writer says.
create function app_history_is_the_writers() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    if current_user in ('rehab_web', 'rehab_worker', 'rehab_shown') then
        new.history_user_id := coalesce(app_user(), new.history_user_id);
        if new.history_date not between app_now() - interval '1 minute' and app_now() + interval '1 minute'
           and new.history_date not between clock_timestamp() - interval '1 minute' and clock_timestamp() then
            new.history_date := clock_timestamp();
        end if;
    end if;
    return new;
end
$$;
revoke all on function app_fixed(), app_by_hand(), app_own_part(), app_history_is_the_writers() from public;
