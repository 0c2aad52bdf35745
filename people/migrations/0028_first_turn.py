"""The actor's first turn in a transaction is found by an index, however many turns the transaction has had."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("people", "0027_own_events")]
    operations = [
        migrations.RunSQL(
            "create index app_turn_of_actor on app_turn (xid, user_id, seq)", "drop index app_turn_of_actor"
        ),
    ]
