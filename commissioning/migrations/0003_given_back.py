"""What a funder was given back stands beside what it put in, and a sum that was reversed is not counted as put in."""

from django.db import migrations, models

AS_THE_LEDGER_SAYS = """
    update commissioning_putin p set pence = moved.put_in, given_back = moved.given_back from (
        select pot.funder_id,
            (date_trunc('month', t.at at time zone 'Europe/London') + interval '1 month - 1 day')::date as last_day,
            coalesce(sum(e.amount) filter (where coalesce(o.kind, t.kind) = 'CONTRIBUTE'), 0) as put_in,
            coalesce(-sum(e.amount) filter (where coalesce(o.kind, t.kind) = 'WITHDRAW'), 0) as given_back
        from budgets_entry e
        join budgets_account a on a.id = e.account_id and a.kind = 'POT'
        join budgets_pot pot on pot.id = a.pot_id
        join budgets_transaction t on t.id = e.transaction_id and t.budget_id is null
        left join budgets_transaction o on o.id = t.reverses_id
        group by 1, 2
    ) moved
    where moved.funder_id = p.funder_id and moved.last_day = p.last_day
"""
READERS = " or ".join(f"(select app_is('{role}'))" for role in ("MANAGER", "COMMISSIONER", "FINANCE"))


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0002_groups"), ("budgets", "0016_pots")]

    operations = [
        migrations.AddField("putin", "given_back", models.BigIntegerField(default=0)),
        migrations.RunSQL(AS_THE_LEDGER_SAYS, migrations.RunSQL.noop),
        # Whoever keeps the books reads the reports: their pages were empty.
        migrations.RunSQL(
            [
                f"alter policy seen on commissioning_{table} using ({READERS})"
                for table in ("publishedsum", "putin", "publishedcount", "publishedgroup")
            ],
            migrations.RunSQL.noop,
        ),
    ]
