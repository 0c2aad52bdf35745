"""What is only ever added to, for every role that runs the service: history, looks and their seals, and what was judged.

Triggers say so too, but a session can tell them to look away; a right that was never given it cannot. History moves and
is emptied by two functions of the owner's alone (people_move_history, people_rewrite).
"""

from django.db import migrations

NEVER_CHANGED = """
do $$
declare
    kept regclass;
begin
    for kept in
        select c.oid::regclass from pg_class c
        where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
          and (c.relname ~ '^[a-z]+_historical[a-z]+$' or c.relname in (
              'people_look', 'people_lookseal', 'people_erasure', 'people_riskassessment', 'people_requirementprogress',
              'people_accountevent', 'people_handoverperson', 'lifeplans_planversion', 'budgets_transaction',
              'budgets_entry'))
    loop
        execute format('revoke update, delete, truncate on %s from rehab_web, rehab_worker, rehab_service', kept);
    end loop;
    revoke insert on people_lookseal from rehab_web;
end $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("budgets", "0002_second_wall"),
        ("engagement", "0002_second_wall"),
        ("lifeplans", "0002_second_wall"),
        ("people", "0009_names"),
    ]
    operations = [migrations.RunSQL(NEVER_CHANGED, migrations.RunSQL.noop)]
