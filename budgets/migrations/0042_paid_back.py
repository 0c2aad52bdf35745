"""A receipt is of what was set aside: it may be shown before the money is handed over."""

import django.db.models.deletion
from django.db import migrations, models

from common.postgres.writing import beneath, changeable

SEEN = beneath("commitment_id", "budgets_commitment")
WRITTEN = beneath("commitment_id", "budgets_commitment", changeable("person_id"))
FIXED = "'commitment_id', 'amount', 'what', 'shop', 'bought_on', 'picture_id', 'at'"
MOVE = """
    update budgets_receipt r set commitment_id = p.commitment_id from budgets_payment p where p.id = r.payment_id;
    set constraints all immediate;
    drop policy seen on budgets_receipt;
    drop policy insert_allowed on budgets_receipt;
    drop policy update_allowed on budgets_receipt;
    drop trigger fixed on budgets_receipt;
"""
GUARD = f"""
    create policy seen on budgets_receipt for select to rehab_web, rehab_worker using ({SEEN});
    create policy insert_allowed on budgets_receipt for insert to rehab_web, rehab_worker with check ({WRITTEN});
    create policy update_allowed on budgets_receipt for update to rehab_web, rehab_worker
        using ({WRITTEN}) with check ({WRITTEN});
    create trigger fixed before update on budgets_receipt for each row execute function app_fixed({FIXED});
"""


class Migration(migrations.Migration):
    dependencies = [("budgets", "0041_ties")]

    operations = [
        migrations.AddField(
            "receipt",
            "commitment",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="receipts",
                to="budgets.commitment",
            ),
        ),
        migrations.RunSQL(MOVE),
        migrations.AlterField(
            "receipt",
            "commitment",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="receipts", to="budgets.commitment"
            ),
        ),
        migrations.RemoveField("receipt", "payment"),
        migrations.RunSQL(GUARD),
    ]
