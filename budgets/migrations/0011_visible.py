"""Each policy looks for a bit (people/0025_visible.py), and what gave arrays of ids goes."""

from django.db import migrations

from common.postgres.writing import ask_bits, beneath, changeable

MANAGER = "(select app_is('MANAGER'))"
PAID = beneath("commitment_id", "budgets_commitment", changeable("person_id"))
OF_BUDGETS = f"kind not in ('POT', 'WORLD') or {MANAGER}"
# Functions that asked for an array: the words in them, and those that stand there now.
REWORDED = {
    "budgets_may_post(bigint)": (
        "(select b.person_id from budgets_budget b where b.id = budget) = any ((select app_changes())::bigint[])",
        "app_has(app_may_change(), (select b.person_id from budgets_budget b where b.id = budget))",
    ),
    "budgets_request_goes_its_way()": (
        "old.person_id = any (app_changes())",
        "app_has(app_may_change(), old.person_id)",
    ),
}
OLD = ["app_sees_all(integer)", "app_changes()", "app_granted(integer)"]
MARKS = ["app_kept(app_turn, text)", "app_keep(app_turn, text, text)"]


def reworded(function: str, before: str, after: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"do $do$ declare told text := pg_get_functiondef('{function}'::regprocedure); begin"  # noqa: S608
        f" if position($w${before}$w$ in told) = 0 then raise exception '{function} has other words'; end if;"
        f" execute replace(told, $w${before}$w$, $w${after}$w$); end $do$",
        migrations.RunSQL.noop,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("budgets", "0010_rows_stay"), ("people", "0025_visible"), ("lifeplans", "0007_visible"),
        ("engagement", "0006_visible"), ("providers", "0008_visible"),
    ]  # fmt: skip
    operations = [
        migrations.RunSQL(
            [
                f"alter policy seen on budgets_entry using ({beneath('account_id', 'budgets_account', OF_BUDGETS)})",
                f"alter policy seen on budgets_transaction using ((budget_id is null and {MANAGER})"
                f" or {beneath('budget_id', 'budgets_budget')})",
                *(
                    f"alter policy seen on budgets_{name} using ({beneath('commitment_id', 'budgets_commitment')})"
                    for name in ("payment", "historicalpayment")
                ),
                f"alter policy insert_allowed on budgets_historicalpayment with check ({PAID})",
                f"alter policy insert_allowed on budgets_payment with check ({MANAGER} and {PAID})",
            ],
            migrations.RunSQL.noop,
        ),
        ask_bits("budgets"),
        *(reworded(name, *words) for name, words in REWORDED.items()),
        migrations.RunSQL(
            [
                *(f"drop function {name}" for name in [*OLD, *MARKS]),
                "alter table app_turn drop column secret",
            ],
            migrations.RunSQL.noop,
        ),
    ]
