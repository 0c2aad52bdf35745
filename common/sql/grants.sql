-- Every table made from here on may be read and written by all three roles; what they may not do is taken away later.
grant usage on schema public to rehab_web, rehab_worker, rehab_service;
grant select on django_migrations to rehab_web, rehab_worker;
grant select, insert, update, delete on django_migrations to rehab_service;
alter default privileges in schema public
    grant select, insert, update, delete on tables to rehab_web, rehab_worker, rehab_service;
alter default privileges in schema public
    grant usage, select on sequences to rehab_web, rehab_worker, rehab_service;
