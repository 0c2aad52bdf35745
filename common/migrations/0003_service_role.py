"""The role that the service itself puts on for its own work (common/postgres/actor.py). It owns nothing either."""

from django.db import migrations

MAKE_ROLE = """
do $$
begin
  if not exists (select from pg_roles where rolname = 'rehab_service') then
    create role rehab_service nologin;
  end if;
end $$
"""
GRANT = """
grant usage on schema public to rehab_service;
grant select, insert, update, delete on all tables in schema public to rehab_service;
grant usage, select on all sequences in schema public to rehab_service;
alter default privileges in schema public grant select, insert, update, delete on tables to rehab_service;
alter default privileges in schema public grant usage, select on sequences to rehab_service;
"""


class Migration(migrations.Migration):
    dependencies = [("common", "0002_initial")]
    operations = [migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (MAKE_ROLE, GRANT)]
