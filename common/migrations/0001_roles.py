"""Grants come first, so that every table made later is given to the web and the worker as it is made."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations

MAKE_GROUPS = """
do $$
begin
  if not exists (select from pg_roles where rolname = 'rehab_web') then
    create role rehab_web nologin;
  end if;
  if not exists (select from pg_roles where rolname = 'rehab_worker') then
    create role rehab_worker nologin;
  end if;
end $$
"""
GRANTS = [
    f"""
    grant usage on schema public to {group};
    grant select on django_migrations to {group};
    alter default privileges in schema public grant select, insert, update, delete on tables to {group};
    alter default privileges in schema public grant usage, select on sequences to {group};
    """
    for group in ("rehab_web", "rehab_worker")
]


class Migration(migrations.Migration):
    initial = True
    run_before = [
        ("contenttypes", "0001_initial"),
        ("auth", "0001_initial"),
        ("sessions", "0001_initial"),
        ("account", "0001_initial"),
    ]
    dependencies = []
    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(MAKE_GROUPS, migrations.RunSQL.noop),
        *[migrations.RunSQL(grant, migrations.RunSQL.noop) for grant in GRANTS],
    ]
