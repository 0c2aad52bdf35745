-- The logins' roles. The web and the worker own nothing; the service is a role that they put on for its own work
-- (common/postgres/actor.py), and owns nothing either.
do $$
declare
    name text;
begin
    foreach name in array array['rehab_web', 'rehab_worker', 'rehab_service'] loop
        if not exists (select from pg_roles where rolname = name) then
            execute format('create role %I nologin', name);
        end if;
    end loop;
end $$;
