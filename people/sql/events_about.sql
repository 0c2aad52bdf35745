-- Access events about one person, for the officer and the service. The function is the owner's, so that the index on
-- the people of an event serves it beneath row security.
create function people_events_about(person bigint) returns setof bigint language sql stable security definer rows 200
set search_path = public, pg_temp as $$
    select e.id from people_accessevent e
    where ((select app_is('DATA_PROTECTION')) or (select app_is_service())) and e.participants @> array[person]
$$;
revoke all on function people_events_about(bigint) from public;
grant execute on function people_events_about(bigint) to rehab_web, rehab_worker, rehab_service;
