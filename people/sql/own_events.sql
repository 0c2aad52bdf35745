-- Access events of the acting user's own record, and of records that were merged into it. The function is the owner's,
-- so that the index on the people of an event serves it beneath row security.
create function people_events_of_own_record() returns setof bigint language sql stable security definer rows 200
set search_path = public, pg_temp as $$
    select e.id from people_accessevent e
    where e.participants && (
        select coalesce(array_agg(p.id), '{}') from people_participant p
        where p.id = any (app_self()) or p.merged_into_id = any (app_self())
    )
$$;
revoke all on function people_events_of_own_record() from public;
grant execute on function people_events_of_own_record() to rehab_web;
