-- What waits for a way in to be confirmed is let go by the service, or said again by the person themselves. Arguments: the
-- column that names the way in, and the column that says what waits; where that is empty, nothing does.
create function people_only_the_service_lets_go() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    before jsonb := to_jsonb(old);
    after jsonb := to_jsonb(new);
begin
    if before -> tg_argv[0] <> 'null' and after -> tg_argv[0] is distinct from before -> tg_argv[0]
       and coalesce(after ->> tg_argv[1], '') <> '' and not app_is_service()
       and coalesce((after ->> 'person_id')::bigint, 0) <> all (app_self()) then
        raise exception 'it waits until someone confirms who signed in' using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;
